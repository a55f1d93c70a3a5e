/* rows.h: the rows that are scored, one after another, and words on those that cannot be. */
#ifndef KHOP_TRAIN_EVALUATE_ROWS_H
#define KHOP_TRAIN_EVALUATE_ROWS_H

#include "base/error.h"

static inline bool khop_i_row_selected(const uint8_t *mask, int64_t row) { return !mask || mask[row]; }

/* Errors: VALUE, of a score that is not in [0, 1]. */
static inline khop_status khop_i_probability_check(khop_real p, int64_t row, int64_t column) {
  if (p >= 0 && p <= 1) return KHOP_OK;
  return khop_i_fail(KHOP_E_VALUE, "score %lld of row %lld is %g, and no probability", (long long)column,
                     (long long)row, (double)p);
}

#endif
