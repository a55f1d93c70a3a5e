/* gemm.c: dense products through CBLAS, the same bits for every number of threads.
 *
 * A BLAS shares a product out by its own thread count, and then sums in another order. So C is cut
 * into blocks of rows, or of columns, whose size depends on the shape alone; khop's threads take blocks, and the BLAS
 * below runs each on one thread. omp_set_num_threads(1) inside the region touches that region's
 * implicit task only: the caller's setting is not seen to change. */
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

/* How many rows of C, or with `across` columns, a thread takes at a time: by the shape alone. The longer
 * side is cut, since each block reads the whole of the other factor. (A layer of three taps from 64 to 64
 * columns on 90,000 nodes: backward 101 ms where the weights' gradient was cut into 16 rows, 82 ms so.) */
typedef struct cut {
  bool across;
  int64_t size;
} cut;

/* Of products of a few million multiply-adds, blocks of up to a million go through OpenBLAS's kernels that copy
 * nothing together first, where B is not transposed; where it is there are none, and large blocks copy B less
 * often. (425 rows, 64 columns and three taps of 64, AVX-512, microseconds: forward 55 with 80 rows a block
 * and 65 with 96; the inputs' gradient, where B is not turned before, 83 with 64 rows and 66 with 216; the weights'
 * 83 with 48 columns and 60 with 32.) */
static int64_t small_cut(const khop_i_gemm_shape *s, int64_t whole) {
  int64_t each = s->m * s->n * s->k / whole;
  if (s->transpose_b) return (2500000 / each + 15) / 16 * 16;
  return each > 62500 ? 16 : 1000000 / each / 16 * 16;
}

static cut cut_of(const khop_i_gemm_shape *s) {
  bool across = s->n > s->m;
  int64_t whole = across ? s->n : s->m, least = across ? 48 : 16;
  int64_t eighth = (whole / 8 + 15) / 16 * 16;
  if (s->m * s->n * s->k < 1 << 16) return (cut){across, whole};
  if (s->m * s->n * s->k < 1 << 23) return (cut){across, small_cut(s, whole)};
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
