/* gemm.c: dense products through CBLAS, the same bits for every number of threads.
 *
 * A BLAS splits a product by its own number of threads, and the order of the sums depends on the split. So C is cut
 * into blocks of rows, or of columns, whose size depends on the shape alone; khop's threads take blocks, and the
 * BLAS computes each on one thread. omp_set_num_threads(1) inside a parallel region holds for that region's implicit
 * task only: it does not change the caller's setting. */
#include "base/threads.h"
#include "kernels/gemm.h"

#include <cblas.h>
#include <omp.h>
#include <string.h>

#ifdef KHOP_DOUBLE
#define BLAS_GEMM cblas_dgemm
#else
#define BLAS_GEMM cblas_sgemm
#endif

/* How many rows of C, or (across) columns, a thread takes at a time: by the shape alone. The longer side is cut, since
 * each block reads the whole of the other factor. */
typedef struct cut {
  bool across;
  int64_t size;
} cut;

/* Multiply-adds of a product: below the first number it is not cut at all; below the second it is cut by small_cut.
 * A block of a product that small_cut cuts has up to UNPACKED multiply-adds, so that OpenBLAS takes its kernels for
 * small matrices, which do not pack the factors first. It has none for a transposed B: such blocks are of about
 * PACKED multiply-adds, so that B is packed less often. Fitted on an Intel Xeon with AVX-512
 * (docs/notes/2026-11-convolution-order.md); `sh bench/run layer train` measures them anew. */
enum { LEAST_CUT = 1 << 16, LEAST_LARGE = 1 << 23, UNPACKED = 1000000, PACKED = 2500000 };

static int64_t small_cut(const khop_i_gemm_shape *s, int64_t whole) {
  int64_t each = s->m * s->n * s->k / whole;
  if (s->transpose_b) return (PACKED / each + 15) / 16 * 16;
  return each > UNPACKED / 16 ? 16 : UNPACKED / each / 16 * 16;
}

static cut cut_of(const khop_i_gemm_shape *s) {
  bool across = s->n > s->m;
  int64_t whole = across ? s->n : s->m, least = across ? 48 : 16;
  int64_t eighth = (whole / 8 + 15) / 16 * 16;
  if (s->m * s->n * s->k < LEAST_CUT) return (cut){across, whole};
  if (s->m * s->n * s->k < LEAST_LARGE) return (cut){across, small_cut(s, whole)};
  return (cut){across, eighth < least ? least : eighth > 512 ? 512 : eighth};
}

static void clear(khop_real *c, int64_t ldc, int64_t m, int64_t n) {
  for (int64_t i = 0; i < m; i++) memset(c + i * ldc, 0, (size_t)n * sizeof *c);
}

void khop_i_gemm_alone(khop_real *c, int64_t ldc, const khop_real *a, int64_t lda, const khop_real *b,
                       int64_t ldb, khop_i_gemm_shape s) {
  BLAS_GEMM(CblasRowMajor, s.transpose_a ? CblasTrans : CblasNoTrans, s.transpose_b ? CblasTrans : CblasNoTrans,
            (blasint)s.m, (blasint)s.n, (blasint)s.k, 1, a, (blasint)lda, b, (blasint)ldb, s.accumulate ? 1 : 0,
            c, (blasint)ldc);
}

void khop_i_gemm(khop_real *c, int64_t ldc, const khop_real *a, int64_t lda, const khop_real *b,
                 int64_t ldb, khop_i_gemm_shape s) {
  if (s.m == 0 || s.n == 0) return;
  if (s.k == 0) {
    if (!s.accumulate) clear(c, ldc, s.m, s.n);
    return;
  }
  cut by = cut_of(&s);
  int64_t whole = by.across ? s.n : s.m;
  int threads = by.size >= whole ? 1 : khop_i_threads_for(s.m * s.n * s.k);
#pragma omp parallel num_threads(threads)
  {
    omp_set_num_threads(1);
#pragma omp for schedule(dynamic, 1)
    for (int64_t at = 0; at < whole; at += by.size) {
      int64_t size = whole - at < by.size ? whole - at : by.size;
      int64_t i = by.across ? 0 : at, j = by.across ? at : 0;
      khop_i_gemm_shape part = s;
      if (by.across)
        part.n = size;
      else
        part.m = size;
      khop_i_gemm_alone(c + i * ldc + j, ldc, s.transpose_a ? a + i : a + i * lda, lda,
                        s.transpose_b ? b + j * ldb : b + j, ldb, part);
    }
  }
}
