/* table.c: checksums, rows of the table, and numbers to compute with: see bits.h. */
#include "bits.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

sum sum_new(void) { return (sum){0xcbf29ce484222325u, true}; }

void sum_byte(sum *s, unsigned byte) { s->state = (s->state ^ (byte & 255)) * 0x100000001b3u; }

static void sum_bits(sum *s, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; i++) sum_byte(s, (unsigned)(value >> 8 * i & 255));
}

void sum_int(sum *s, int64_t value) { sum_bits(s, (uint64_t)value, 8); }

void sum_real(sum *s, khop_real value) {
  uint64_t bits = 0;
  if (sizeof value == sizeof(uint32_t)) {
    uint32_t word;
    memcpy(&word, &value, sizeof word);
    bits = word;
  } else {
    memcpy(&bits, &value, sizeof bits);
  }
  if (!isfinite(value)) s->finite = false;
  sum_bits(s, bits, (int)sizeof value);
}

void sum_reals(sum *s, const khop_real *x, int64_t count) {
  for (int64_t i = 0; i < count; i++) sum_real(s, x[i]);
}

void sum_whole(sum *s, const khop_real *x, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    int64_t whole = isfinite(x[i]) ? llrint((double)x[i]) : 0;
    if (!isfinite(x[i]) || (double)whole != (double)x[i]) s->finite = false;
    sum_bits(s, (uint64_t)whole, 4);
  }
}

void row(const char *kind, const char *needs, const sum *s, const char *name, ...) {
  va_list list;
  printf("%s\t%s\t", kind, needs);
  va_start(list, name);
  vprintf(name, list);
  va_end(list);
  if (s->finite) printf("\t%016" PRIx64 "\n", s->state);
  else printf("\tnan\n");
}

void try_call(khop_status status, const char *call) {
  if (status == KHOP_OK) return;
  fprintf(stderr, "bits: %.60s: %s\n", call, khop_message());
  exit(1);
}

void *room(size_t count, size_t size) {
  void *p = calloc(count ? count : 1, size);
  if (p) return p;
  fprintf(stderr, "bits: no memory\n");
  exit(1);
}

uint64_t draw(uint64_t *state) {
  uint64_t z = *state += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

khop_real *drawn(int64_t count, uint64_t seed) {
  khop_real *x = room((size_t)count, sizeof *x);
  for (int64_t i = 0; i < count; i++) x[i] = (khop_real)((double)(draw(&seed) >> 40) / (1 << 23) - 1);
  return x;
}

khop_real *drawn_whole(int64_t count, uint64_t seed) {
  khop_real *x = room((size_t)count, sizeof *x);
  for (int64_t i = 0; i < count; i++) x[i] = (khop_real)((int)(draw(&seed) % 17) - 8);
  return x;
}
