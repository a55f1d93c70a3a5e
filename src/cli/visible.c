/* visible.c: see visible.h. */
#include "cli/visible.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN 4 /* bytes of \x1b */

static bool is_control(const unsigned char *at) {
  bool c1 = at[0] == 0xC2 && at[1] >= 0x80 && at[1] < 0xA0; /* U+0080 to U+009F, which terminals obey too */
  return *at < ' ' || *at == 127 || c1;
}

static bool has_control(const char *text) {
  const unsigned char *at = (const unsigned char *)text;
  while (*at && !is_control(at)) at++;
  return *at;
}

const char *visible(const char *text) {
  static char *ring[8];
  static int next;
  if (!has_control(text)) return text;
  char *copy = malloc(SHOWN * strlen(text) + 1), *to = copy;
  if (!copy) {
    fputs("khop: no memory for a name\n", stderr);
    exit(EXIT_FAILURE);
  }
  for (const unsigned char *at = (const unsigned char *)text; *at; at++)
    if (is_control(at)) to += sprintf(to, "\\x%02x", *at);
    else *to++ = (char)*at;
  *to = 0;
  free(ring[next]);
  ring[next] = copy;
  next = (next + 1) % 8;
  return copy;
}

void print_visible(const char *text) {
  for (const unsigned char *at = (const unsigned char *)text; *at; at++)
    if (is_control(at)) fprintf(stderr, "\\x%02x", *at);
    else putc(*at, stderr);
}
