/* dense_rows.c: rows times weights, Y = X W, each row as if it were alone: every number is one chain of sums along the
 * columns of X, in their order, so that its bits depend on its row and its column of W alone. A BLAS promises no such
 * thing: how many rows a call has decides between its kernels, and the last rows of a call are summed in another order
 * (docs/notes/2026-11-rows.md). Rows are taken four at a time to read W less often. */
#include "kernels/vectors.h"

/* Vectors of a strip of W: with four rows, sixteen sums fill half of the registers of AVX-512, and eight those of the
 * others. */
#if defined(__AVX512F__)
enum { STRIP = 4 };
#else
enum { STRIP = 2 };
#endif

/* R rows of x (k) times U vectors of columns of w. */
#define DEFINE_BLOCK(U, R)                                                                                           \
  static inline __attribute__((always_inline)) void block_##U##_##R(khop_real *y, int64_t ldy, const khop_real *x,   \
                                                                    int64_t ldx, int64_t k, const khop_real *w,      \
                                                                    int64_t ldw) {                                   \
    vec1 sum[(R) * (U)];                                                                                             \
    for (int v = 0; v < (R) * (U); v++) sum[v] = (vec1){0};                                                          \
    for (int64_t j = 0; j < k; j++)                                                                                  \
      for (int r = 0; r < (R); r++)                                                                                  \
        for (int u = 0; u < (U); u++)                                                                                \
          sum[r * (U) + u] = plus_product(sum[r * (U) + u], ((const vec1 *)(const void *)(w + j * ldw))[u],          \
                                          all_of(x[r * ldx + j]));                                                   \
    for (int r = 0; r < (R); r++)                                                                                    \
      for (int u = 0; u < (U); u++) ((vec1 *)(void *)(y + r * ldy))[u] = sum[r * (U) + u];                           \
  }

DEFINE_BLOCK(STRIP, 4)
DEFINE_BLOCK(STRIP, 1)
DEFINE_BLOCK(1, 4)
DEFINE_BLOCK(1, 1)

/* A row times the last columns, fewer than a vector. */
static void rest_of_row(khop_real *y, const khop_real *x, int64_t k, const khop_real *w, int64_t ldw, int width) {
  vec1 sum = {0};
  for (int64_t j = 0; j < k; j++) sum = plus_product(sum, load_part(w + j * ldw, width), all_of(x[j]));
  store_part(y, sum, width);
}

void KHOP_ISA_NAME(rows_times)(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int64_t rows, int64_t k,
                               const khop_real *w, int64_t ldw, int64_t g) {
  int64_t c = 0, i;
  for (; c + STRIP * WIDE <= g; c += STRIP * WIDE) {
    for (i = 0; i + 4 <= rows; i += 4) block_STRIP_4(y + i * ldy + c, ldy, x + i * ldx, ldx, k, w + c, ldw);
    for (; i < rows; i++) block_STRIP_1(y + i * ldy + c, ldy, x + i * ldx, ldx, k, w + c, ldw);
  }
  for (; c + WIDE <= g; c += WIDE) {
    for (i = 0; i + 4 <= rows; i += 4) block_1_4(y + i * ldy + c, ldy, x + i * ldx, ldx, k, w + c, ldw);
    for (; i < rows; i++) block_1_1(y + i * ldy + c, ldy, x + i * ldx, ldx, k, w + c, ldw);
  }
  for (i = 0; c < g && i < rows; i++) rest_of_row(y + i * ldy + c, x + i * ldx, k, w + c, ldw, (int)(g - c));
}
