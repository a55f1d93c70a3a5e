/* blas.c: CBLAS over the products of SciPy's BLAS, whose pointers the package gives at import.
 *
 * So the package brings no BLAS of its own, and a process has one pool of its threads. Fortran's products are by
 * columns: a matrix by rows is the transpose of one by columns, and C = A B by rows is C' = B' A' by columns. */
#include "blas.h"

#include <cblas.h>

typedef void fortran_sgemm(const char *of_a, const char *of_b, const int *m, const int *n, const int *k,
                           const float *alpha, const float *a, const int *lda, const float *b, const int *ldb,
                           const float *beta, float *c, const int *ldc);
typedef void fortran_dgemm(const char *of_a, const char *of_b, const int *m, const int *n, const int *k,
                           const double *alpha, const double *a, const int *lda, const double *b, const int *ldb,
                           const double *beta, double *c, const int *ldc);

/* Written once, at import, before any product. */
static fortran_sgemm *sgemm;
static fortran_dgemm *dgemm;

void khop_python_set_blas(uintptr_t sgemm_of_scipy, uintptr_t dgemm_of_scipy) {
  sgemm = (fortran_sgemm *)sgemm_of_scipy;
  dgemm = (fortran_dgemm *)dgemm_of_scipy;
}

static const char *letter(enum CBLAS_TRANSPOSE of) { return of == CblasTrans ? "T" : "N"; }

/* khop multiplies by rows alone. */
void cblas_sgemm(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE of_a, enum CBLAS_TRANSPOSE of_b, blasint m, blasint n,
                 blasint k, float alpha, const float *a, blasint lda, const float *b, blasint ldb, float beta, float *c,
                 blasint ldc) {
  (void)order;
  sgemm(letter(of_b), letter(of_a), &n, &m, &k, &alpha, b, &ldb, a, &lda, &beta, c, &ldc);
}

void cblas_dgemm(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE of_a, enum CBLAS_TRANSPOSE of_b, blasint m, blasint n,
                 blasint k, double alpha, const double *a, blasint lda, const double *b, blasint ldb, double beta,
                 double *c, blasint ldc) {
  (void)order;
  dgemm(letter(of_b), letter(of_a), &n, &m, &k, &alpha, b, &ldb, a, &lda, &beta, c, &ldc);
}
