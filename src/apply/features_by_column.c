/* features_by_column.c: see features_by_column.h. */
#include "apply/features_by_column.h"

#include <string.h>

void khop_i_features_by_column(int64_t *offsets, int32_t *rows, khop_real *values, int64_t *permutation,
                               const khop_features *x) {
  int64_t *next = offsets;
  memset(next, 0, (size_t)(x->columns + 1) * sizeof *next);
  for (int64_t e = 0; e < x->offsets[x->rows]; e++) next[x->indices[e]]++;
  for (int64_t c = 0, sum = 0; c <= x->columns; c++) {
    int64_t here = c < x->columns ? next[c] : 0;
    next[c] = sum;
    sum += here;
  }
  for (int64_t i = 0; i < x->rows; i++)
    for (int64_t e = x->offsets[i]; e < x->offsets[i + 1]; e++) {
      int64_t at = next[x->indices[e]]++;
      rows[at] = (int32_t)i;
      values[at] = x->values[e];
      if (permutation) permutation[at] = e;
    }
  memmove(next + 1, next, (size_t)x->columns * sizeof *next);
  next[0] = 0;
}
