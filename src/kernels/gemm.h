/* gemm.h: dense products through CBLAS, the same bits for every number of threads. */
#ifndef KHOP_KERNELS_GEMM_H
#define KHOP_KERNELS_GEMM_H

#include <khop/base.h>

/* C (m, n) = A B, or C += A B with accumulate; A (m, k) or, transposed, (k, m), likewise B (k, n).
 * Fixed blocks of rows, each by one thread and one BLAS thread, so that the result is bitwise the
 * same for every number of threads. */
typedef struct khop_i_gemm_shape {
  int64_t m, n, k;
  bool transpose_a, transpose_b, accumulate;
} khop_i_gemm_shape;
void khop_i_gemm(khop_real *c, int64_t ldc, const khop_real *a, int64_t lda, const khop_real *b,
                 int64_t ldb, khop_i_gemm_shape shape);

/* The same product in one call of the BLAS, for a thread of a parallel region, after omp_set_num_threads(1). */
void khop_i_gemm_alone(khop_real *c, int64_t ldc, const khop_real *a, int64_t lda, const khop_real *b,
                       int64_t ldb, khop_i_gemm_shape shape);

#endif
