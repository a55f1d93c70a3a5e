/* no_cholesky.c: in the place of cholesky.c where khop is built without CHOLMOD: no factor is ever made. */
#include "graph/cholesky.h"
#include "base/error.h"

khop_status khop_i_cholesky_new(khop_i_cholesky **factor, int64_t n, const int64_t *offsets, const int64_t *rows,
                                const double *values, const char *what, int64_t max_bytes) {
  (void)n;
  (void)offsets;
  (void)rows;
  (void)values;
  (void)max_bytes;
  *factor = NULL;
  return khop_i_fail(KHOP_E_UNSUPPORTED, "built without CHOLMOD: %s cannot be solved", what);
}

void khop_i_cholesky_free(khop_i_cholesky *factor) { (void)factor; }

size_t khop_i_cholesky_bytes(const khop_i_cholesky *factor) {
  (void)factor;
  return 0;
}

void khop_i_cholesky_solve(khop_real *y, const khop_i_cholesky *factor, const khop_real *x, int64_t columns,
                           double scale, bool accumulate, double *work) {
  (void)y;
  (void)factor;
  (void)x;
  (void)columns;
  (void)scale;
  (void)accumulate;
  (void)work;
}
