/* gemm.c: dense products through CBLAS, the same bits for every number of threads.
 *
 * A BLAS shares a product out by its own thread count, and then sums in another order. So C is cut
 * into blocks of rows whose size depends on the shape alone; khop's threads take blocks, and the BLAS
 * below runs each on one thread. omp_set_num_threads(1) inside the region touches that region's
 * implicit task only: the caller's setting is not seen to change. */
#include "base/threads.h"
#include "kernels/kernels.h"

#include <cblas.h>
#include <omp.h>
#include <string.h>

#ifdef KHOP_DOUBLE
#define BLAS_GEMM cblas_dgemm
#else
#define BLAS_GEMM cblas_sgemm
#endif

static int64_t block_rows(const khop_i_gemm_shape *s) {
  int64_t eighth = (s->m / 8 + 15) / 16 * 16;
  if (s->m * s->n * s->k < 1 << 16) return s->m;
  return eighth < 16 ? 16 : eighth > 512 ? 512 : eighth;
}

static void clear(khop_real *c, int64_t ldc, int64_t m, int64_t n) {
  for (int64_t i = 0; i < m; i++) memset(c + i * ldc, 0, (size_t)n * sizeof *c);
}

void khop_i_gemm(khop_real *c, int64_t ldc, const khop_real *a, int64_t lda, const khop_real *b,
                 int64_t ldb, khop_i_gemm_shape s) {
  if (s.m == 0 || s.n == 0) return;
  if (s.k == 0) {
    if (!s.accumulate) clear(c, ldc, s.m, s.n);
    return;
  }
  int64_t rows = block_rows(&s);
  int threads = rows >= s.m ? 1 : khop_i_threads_for(s.m * s.n * s.k);
#pragma omp parallel num_threads(threads)
  {
    omp_set_num_threads(1);
#pragma omp for schedule(dynamic, 1)
    for (int64_t i = 0; i < s.m; i += rows) {
      int64_t m = s.m - i < rows ? s.m - i : rows;
      BLAS_GEMM(CblasRowMajor, s.transpose_a ? CblasTrans : CblasNoTrans,
                s.transpose_b ? CblasTrans : CblasNoTrans, (blasint)m, (blasint)s.n, (blasint)s.k, 1,
                s.transpose_a ? a + i : a + i * lda, (blasint)lda, b, (blasint)ldb,
                s.accumulate ? 1 : 0, c + i * ldc, (blasint)ldc);
    }
  }
}
