/* unknown.c: see unknown.h. */
#include "cli/featurize/unknown.h"
#include "cli/messages.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How much of a name says what it is: ats_mass of ats_mass_3. */
static int stem_of(const char *name) {
  size_t length = strlen(name), digits = length;
  while (digits > 0 && strchr("0123456789", name[digits - 1])) digits--;
  return (int)(digits > 1 && digits < length && name[digits - 1] == '_' ? digits - 1 : length);
}

static bool is_same_kind(const char *a, const char *b) {
  int length = stem_of(a);
  return length == stem_of(b) && memcmp(a, b, (size_t)length) == 0;
}

/* Adds a row's kinds with NaN; whether it has any. */
static bool add_row(int64_t *count, const float *x, const khop_descriptors *d) {
  int64_t columns = khop_descriptors_columns(d), kind = 0, counted = -1;
  for (int64_t c = 0; c < columns; c++) {
    if (!is_same_kind(khop_descriptors_name(d, kind), khop_descriptors_name(d, c))) kind = c;
    if (!isnan(x[c]) || counted == kind) continue;
    count[kind]++;
    counted = kind;
  }
  return counted >= 0;
}

static bool has_nan(const float *x, int64_t columns) {
  for (int64_t c = 0; c < columns; c++)
    if (isnan(x[c])) return true;
  return false;
}

bool unknown_add(unknown_tally *t, const row_batch *b, const khop_descriptors *d) {
  int64_t columns = khop_descriptors_columns(d);
  if (!t->count) t->count = calloc((size_t)columns + 1, sizeof *t->count);
  if (!t->count) return false;
  for (int64_t r = 0; r < b->rows; r++) {
    const float *x = b->x + r * columns;
    if (!b->ok[r] || !has_nan(x, columns) || !add_row(t->count, x, d)) continue;
    if (t->molecules == 0) t->first = b->owner[r];
    t->molecules++;
  }
  return true;
}

void unknown_tell(const unknown_tally *t, const khop_descriptors *d, const char *path, int64_t records) {
  char list[400] = "";
  size_t used = 0;
  int64_t left = 0;
  for (int64_t c = 0; t->molecules && c < khop_descriptors_columns(d); c++) {
    const char *name = khop_descriptors_name(d, c);
    if (!t->count[c]) continue;
    if (used + 80 < sizeof list)
      used += (size_t)snprintf(list + used, sizeof list - used, "%s%.*s %lld", used ? ", " : "",
                               stem_of(name) < 40 ? stem_of(name) : 40, name, (long long)t->count[c]);
    else
      left++;
  }
  if (!t->molecules) return;
  if (left) snprintf(list + used, sizeof list - used, " and %lld more", (long long)left);
  note("%s: %lld of %lld molecules, the first in row %lld, have NaN for descriptors that are not known of their atoms: "
       "%s", path, (long long)t->molecules, (long long)records, (long long)t->first + 1, list);
}

void unknown_clear(unknown_tally *t) {
  free(t->count);
  *t = (unknown_tally){0};
}
