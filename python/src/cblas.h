/* cblas.h: the two functions of CBLAS that khop calls, for a build that takes the BLAS of SciPy (blas.c). */
#ifndef KHOP_PYTHON_CBLAS_H
#define KHOP_PYTHON_CBLAS_H

typedef int blasint;
enum CBLAS_ORDER { CblasRowMajor = 101, CblasColMajor = 102 };
enum CBLAS_TRANSPOSE { CblasNoTrans = 111, CblasTrans = 112 };

void cblas_sgemm(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE of_a, enum CBLAS_TRANSPOSE of_b, blasint m, blasint n,
                 blasint k, float alpha, const float *a, blasint lda, const float *b, blasint ldb, float beta, float *c,
                 blasint ldc);
void cblas_dgemm(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE of_a, enum CBLAS_TRANSPOSE of_b, blasint m, blasint n,
                 blasint k, double alpha, const double *a, blasint lda, const double *b, blasint ldb, double beta,
                 double *c, blasint ldc);

#endif
