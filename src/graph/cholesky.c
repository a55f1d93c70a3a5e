/* cholesky.c: see cholesky.h. The triangles are solved here, not by CHOLMOD: all columns of a strip go through a column
 * of L while it is in the cache, and nothing is allocated. */
#include "graph/cholesky.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/threads.h"

#if __has_include(<suitesparse/cholmod.h>)
#include <suitesparse/cholmod.h>
#else
#include <cholmod.h>
#endif

struct khop_i_cholesky {
  int64_t n;
  cholmod_common common;
  cholmod_factor *factor; /* simplicial, L L^T, packed; owned by common's allocator */
};

/* Columns that a thread takes at a time: a line of the cache. */
#define STRIP 8

/* --- the factor ------------------------------------------------------------------------------------- */

static khop_status fail_factor(const khop_i_cholesky *f, const char *what) {
  if (f->common.status == CHOLMOD_OUT_OF_MEMORY || f->common.status == CHOLMOD_TOO_LARGE)
    return khop_i_fail(KHOP_E_MEMORY, "no memory for the factor of %s: %.3g MB for %lld nodes", what,
                       16 * f->common.lnz / 1e6, (long long)f->n);
  return khop_i_fail(KHOP_E_VALUE, "%s is not positive definite (CHOLMOD's status %d)", what, f->common.status);
}

/* The arrays are the caller's, and CHOLMOD only reads them. */
static cholmod_sparse borrow_matrix(int64_t n, const int64_t *offsets, const int64_t *rows, const double *values) {
  return (cholmod_sparse){.nrow = (size_t)n, .ncol = (size_t)n, .nzmax = (size_t)offsets[n], .p = (void *)offsets,
                          .i = (void *)rows, .x = (void *)values, .stype = -1, .itype = CHOLMOD_LONG,
                          .xtype = CHOLMOD_REAL, .dtype = CHOLMOD_DOUBLE, .sorted = 1, .packed = 1};
}

static khop_status factorise(khop_i_cholesky *f, cholmod_sparse *matrix, const char *what, int64_t max_bytes) {
  cholmod_common *common = &f->common;
  f->factor = cholmod_l_analyze(matrix, common);
  if (!f->factor) return fail_factor(f, what);
  double bytes = 16 * common->lnz;
  if (max_bytes > 0 && bytes > (double)max_bytes)
    return khop_i_fail(KHOP_E_BUDGET, "the factor of %s takes %.3g MB and the budget is %.3g MB", what, bytes / 1e6,
                       (double)max_bytes / 1e6);
  bool made = cholmod_l_factorize(matrix, f->factor, common) && common->status == CHOLMOD_OK;
  if (!made || f->factor->minor < f->factor->n) return fail_factor(f, what);
  return KHOP_OK;
}

khop_status khop_i_cholesky_new(khop_i_cholesky **out, int64_t n, const int64_t *offsets, const int64_t *rows,
                                const double *values, const char *what, int64_t max_bytes) {
  khop_i_cholesky *f = NULL;
  *out = NULL;
  khop_status status = khop_i_alloc(&f, 1, sizeof *f, "a factor");
  if (status != KHOP_OK) return status;
  cholmod_sparse matrix = borrow_matrix(n, offsets, rows, values);
  f->n = n;
  cholmod_l_start(&f->common);
  f->common.print = 0;
  f->common.supernodal = CHOLMOD_SIMPLICIAL;
  f->common.final_ll = 1;
  status = factorise(f, &matrix, what, max_bytes);
  if (status == KHOP_OK)
    *out = f;
  else
    khop_i_cholesky_free(f);
  return status;
}

void khop_i_cholesky_free(khop_i_cholesky *f) {
  if (!f) return;
  cholmod_l_free_factor(&f->factor, &f->common);
  cholmod_l_finish(&f->common);
  khop_i_free(f);
}

size_t khop_i_cholesky_bytes(const khop_i_cholesky *f) { return sizeof *f + f->common.memory_inuse; }

/* --- solving ---------------------------------------------------------------------------------------- */

/* b (n, width) becomes L^-1 b. A column's entries begin with the diagonal. */
static void solve_forward(double *b, const cholmod_factor *l, int64_t width) {
  const int64_t *begin = l->p, *count = l->nz, *row = l->i;
  const double *value = l->x;
  for (int64_t j = 0; j < (int64_t)l->n; j++) {
    double *x = b + j * width;
    for (int64_t c = 0; c < width; c++) x[c] /= value[begin[j]];
    for (int64_t e = begin[j] + 1; e < begin[j] + count[j]; e++)
      for (int64_t c = 0; c < width; c++) b[row[e] * width + c] -= value[e] * x[c];
  }
}

/* b (n, width) becomes L^-T b. */
static void solve_backward(double *b, const cholmod_factor *l, int64_t width) {
  const int64_t *begin = l->p, *count = l->nz, *row = l->i;
  const double *value = l->x;
  for (int64_t j = (int64_t)l->n - 1; j >= 0; j--) {
    double *x = b + j * width;
    for (int64_t e = begin[j] + 1; e < begin[j] + count[j]; e++)
      for (int64_t c = 0; c < width; c++) x[c] -= value[e] * b[row[e] * width + c];
    for (int64_t c = 0; c < width; c++) x[c] /= value[begin[j]];
  }
}

void khop_i_cholesky_solve(khop_real *y, const khop_i_cholesky *f, const khop_real *x, int64_t columns, double scale,
                           bool accumulate, double *work) {
  const int64_t *node = f->factor->Perm;
#pragma omp parallel for schedule(static) num_threads(khop_i_threads_for((int64_t)f->common.lnz * columns))
  for (int64_t first = 0; first < columns; first += STRIP) {
    int64_t width = first + STRIP < columns ? STRIP : columns - first;
    double *b = work + first * f->n;
    for (int64_t i = 0; i < f->n; i++)
      for (int64_t c = 0; c < width; c++) b[i * width + c] = (double)x[node[i] * columns + first + c];
    solve_forward(b, f->factor, width);
    solve_backward(b, f->factor, width);
    for (int64_t i = 0; i < f->n; i++)
      for (int64_t c = 0; c < width; c++) {
        khop_real *to = &y[node[i] * columns + first + c];
        *to = (khop_real)(scale * b[i * width + c] + (accumulate ? (double)*to : 0));
      }
  }
}
