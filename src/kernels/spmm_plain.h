/* spmm_plain.h: the commonest tap: one ring, unscaled and without weights, where no field of the tap is tested at
 * each row. The sums are those of the strips and of the rest, to the bit (spmm.c). */
#ifndef KHOP_KERNELS_SPMM_PLAIN_H
#define KHOP_KERNELS_SPMM_PLAIN_H

#include "kernels/spmm_rest.h"

static bool is_plain(int taps, const khop_i_tap *tap) {
  return taps == 1 && tap->offsets && !tap->right && !tap->values && !tap->weight && !tap->loop &&
         !tap->minus && !tap->x;
}

/* Some rows: row k of them is first + order[k], or first + k where order is NULL. */
typedef struct row_block {
  int64_t first;
  int count;
  const uint8_t *order;
} row_block;

static inline int64_t row_of(const row_block *rows, int k) { return rows->first + (rows->order ? rows->order[k] : k); }

/* Rows of a block, the first of which goes to y. SUM makes sum (N) of the entries from e to end - 1; PUT takes vector v
 * of it to `to`. */
#define DEFINE_PLAIN_ROWS(NAME, N, VECTOR, SUM, PUT)                                                                 \
  static inline __attribute__((always_inline)) void plain_row_##NAME(                                                \
      khop_real *row, const khop_real *x, int64_t ldx, int width, const int32_t *e, const int32_t *end,              \
      khop_real left, bool accumulate, bool streams) {                                                               \
    VECTOR sum[N];                                                                                                   \
    (void)width, (void)accumulate, (void)streams;                                                                    \
    SUM;                                                                                                             \
    for (int v = 0; v < N; v++) {                                                                                    \
      VECTOR *to = (VECTOR *)(void *)row + v;                                                                        \
      PUT;                                                                                                           \
    }                                                                                                                \
  }                                                                                                                  \
                                                                                                                     \
  /* Rows in an order, from the k-th on, while they have so many entries; returns the first that has not. Their        \
   * number, known when this loop is compiled, leaves it no end that a processor could mispredict. */                  \
  static inline __attribute__((always_inline)) int rows_of_##NAME(                                                   \
      khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int width, const khop_i_tap *p, int64_t first,     \
      const uint8_t *order, int k, int entries, bool accumulate) {                                                   \
    const int64_t *offsets = p->offsets + first * p->stride;                                                         \
    const khop_real *left = p->left ? p->left + first : NULL;                                                        \
    const int32_t *columns = p->columns;                                                                             \
    int64_t stride = p->stride;                                                                                      \
    for (; k < 64; k++) {                                                                                            \
      int64_t i = order[k], begin = offsets[i * stride];                                                             \
      if (offsets[i * stride + 1] - begin != entries) break;                                                         \
      plain_row_##NAME(y + i * ldy, x, ldx, width, columns + begin, columns + begin + entries, left ? left[i] : 1,   \
                       accumulate, false);                                                                           \
    }                                                                                                                \
    return k;                                                                                                        \
  }                                                                                                                  \
                                                                                                                     \
  static int short_rows_##NAME(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int width,                \
                               const khop_i_tap *p, int64_t first, const uint8_t *order, bool accumulate) {          \
    int k = 0;                                                                                                       \
    ROWS_OF(NAME, 0)                                                                                                 \
    ROWS_OF(NAME, 1)                                                                                                 \
    ROWS_OF(NAME, 2)                                                                                                 \
    ROWS_OF(NAME, 3)                                                                                                 \
    ROWS_OF(NAME, 4)                                                                                                 \
    ROWS_OF(NAME, 5)                                                                                                 \
    ROWS_OF(NAME, 6)                                                                                                 \
    ROWS_OF(NAME, 7)                                                                                                 \
    ROWS_OF(NAME, 8)                                                                                                 \
    return k;                                                                                                        \
  }                                                                                                                  \
                                                                                                                     \
  static void plain_rows_##NAME(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int width,               \
                                const khop_i_tap *p, const row_block *rows, bool accumulate, bool streams) {         \
    const int64_t *offsets = p->offsets;                                                                             \
    const khop_real *left = p->left;                                                                                 \
    const int32_t *columns = p->columns;                                                                             \
    const uint8_t *order = rows->order;                                                                              \
    int64_t stride = p->stride, first = rows->first, end = first + rows->count;                                      \
    if (order) {                                                                                                     \
      int k = accumulate ? short_rows_##NAME(y, ldy, x, ldx, width, p, first, order, true)                           \
                         : short_rows_##NAME(y, ldy, x, ldx, width, p, first, order, false);                         \
      for (; k < 64; k++) {                                                                                          \
        int64_t i = first + order[k];                                                                                \
        plain_row_##NAME(y + order[k] * ldy, x, ldx, width, columns + offsets[i * stride],                           \
                         columns + offsets[i * stride + 1], left ? left[i] : 1, accumulate, false);                  \
      }                                                                                                              \
      return;                                                                                                        \
    }                                                                                                                \
    for (int64_t i = first; i < end; i++, y += ldy)                                                                  \
      plain_row_##NAME(y, x, ldx, width, columns + offsets[i * stride], columns + offsets[i * stride + 1],           \
                       left ? left[i] : 1, accumulate, streams);                                                     \
  }
#define ROWS_OF(NAME, ENTRIES) k = rows_of_##NAME(y, ldy, x, ldx, width, p, first, order, k, ENTRIES, accumulate);

static inline __attribute__((always_inline)) void put_whole(vec1 *to, vec1 sum, khop_real left, bool accumulate,
                                                            bool streams) {
  if (accumulate) sum = plus_product(*to, sum, all_of(left));
  else sum *= left;
  if (streams) store_non_temporal(to, sum);
  else *to = sum;
}
#define DEFINE_PLAIN_WHOLE(U)                                                                                        \
  DEFINE_PLAIN_ROWS(whole_##U, U, vec1, plain_entries_##U##_1(sum, x, ldx, e, end),                                  \
                    put_whole(to, sum[v], left, accumulate, streams))
#define DEFINE_PLAIN_REST(NAME, VECTOR)                                                                              \
  DEFINE_PLAIN_ROWS(NAME, 1, VECTOR, sum[0] = plain_rest_##NAME(x, ldx, width, e, end),                              \
                    store_##NAME((khop_real *)to, sum[v] * left, width))
DEFINE_PLAIN_WHOLE(4)
DEFINE_PLAIN_WHOLE(2)
DEFINE_PLAIN_WHOLE(1)
DEFINE_PLAIN_REST(part, vec1)
#if defined(KHOP_HALF_VECTORS)
DEFINE_PLAIN_REST(half, vec_half)
#endif
#if defined(KHOP_QUARTER_VECTORS)
DEFINE_PLAIN_REST(quarter, vec_quarter)
#endif

/* Rows begin to end - 1, R at a time while so many are left; row begin goes to y. lead: the row that they are shifted
 * from. Returns the first row that is left. */
#define DEFINE_PLAIN_SHIFTED(U, R)                                                                                   \
  static int64_t plain_shifted_##U##_##R(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx,                 \
                                         const khop_i_tap *p, int64_t lead, int64_t i, int64_t end, bool accumulate, \
                                         bool streams) {                                                             \
    const int32_t *e = p->columns + p->offsets[lead * p->stride];                                                    \
    const int32_t *after = p->columns + p->offsets[lead * p->stride + 1];                                            \
    for (; i + R <= end; i += R, y += R * ldy) {                                                                     \
      vec1 sum[R * U];                                                                                               \
      plain_entries_##U##_##R(sum, x + (i - lead) * ldx, ldx, e, after);                                             \
      for (int v = 0; v < R * U; v++) {                                                                              \
        put_whole((vec1 *)(void *)(y + v / U * ldy) + v % U, sum[v], p->left ? p->left[i + v / U] : 1, accumulate,   \
                  streams);                                                                                          \
      }                                                                                                              \
    }                                                                                                                \
    return i;                                                                                                        \
  }
DEFINE_PLAIN_SHIFTED(4, 1)
DEFINE_PLAIN_SHIFTED(2, 2)
DEFINE_PLAIN_SHIFTED(2, 1)
DEFINE_PLAIN_SHIFTED(1, 4)
DEFINE_PLAIN_SHIFTED(1, 1)

/* The columns that are whole vectors; returns how many they are. */
static int64_t plain_whole(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int64_t f, const khop_i_tap *p,
                           const row_block *rows, bool a, bool streams) {
  int64_t c = 0;
  const row_block as_they_stand = {rows->first, rows->count, NULL}; /* four vectors a row hide where it ends */
  for (; c + 4 * WIDE <= f; c += 4 * WIDE) plain_rows_whole_4(y + c, ldy, x + c, ldx, 0, p, &as_they_stand, a, streams);
  if (c + 2 * WIDE <= f) {
    plain_rows_whole_2(y + c, ldy, x + c, ldx, 0, p, rows, a, streams);
    c += 2 * WIDE;
  }
  if (c + WIDE <= f) {
    plain_rows_whole_1(y + c, ldy, x + c, ldx, 0, p, rows, a, streams);
    c += WIDE;
  }
  return c;
}

/* The same of rows that are shifted from `lead`. */
static int64_t plain_whole_shifted(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int64_t f,
                                   const khop_i_tap *p, int64_t lead, const row_block *rows, bool a, bool streams) {
  int64_t c = 0, begin = rows->first, end = begin + rows->count;
  for (; c + 4 * WIDE <= f; c += 4 * WIDE) plain_shifted_4_1(y + c, ldy, x + c, ldx, p, lead, begin, end, a, streams);
  if (c + 2 * WIDE <= f) {
    int64_t i = plain_shifted_2_2(y + c, ldy, x + c, ldx, p, lead, begin, end, a, streams);
    plain_shifted_2_1(y + c + (i - begin) * ldy, ldy, x + c, ldx, p, lead, i, end, a, streams);
    c += 2 * WIDE;
  }
  if (c + WIDE <= f) {
    int64_t i = plain_shifted_1_4(y + c, ldy, x + c, ldx, p, lead, begin, end, a, streams);
    plain_shifted_1_1(y + c + (i - begin) * ldy, ldy, x + c, ldx, p, lead, i, end, a, streams);
    c += WIDE;
  }
  return c;
}

/* The last columns, fewer than a vector. */
static void plain_rest(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int width, const khop_i_tap *p,
                       const row_block *rows) {
#if defined(KHOP_QUARTER_VECTORS)
  if (width <= WIDE / 4) {
    plain_rows_quarter(y, ldy, x, ldx, width, p, rows, false, false);
    return;
  }
#endif
#if defined(KHOP_HALF_VECTORS)
  if (width <= WIDE / 2) {
    plain_rows_half(y, ldy, x, ldx, width, p, rows, false, false);
    return;
  }
#endif
  plain_rows_part(y, ldy, x, ldx, width, p, rows, false, false);
}

/* Rows of a block; lead: the row that all of them are shifted from, or -1. Returns how many columns are done: not the
 * last ones that are added to what y holds, where strips round the product, and this loop would be compiled to round
 * once. */
static int64_t gather_plain(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int64_t f, const khop_i_tap *p,
                            int64_t lead, const row_block *rows, bool accumulate, bool streams) {
  y += p->out, x += p->in;
  int64_t c = lead < 0 ? plain_whole(y, ldy, x, ldx, f, p, rows, accumulate, streams)
                       : plain_whole_shifted(y, ldy, x, ldx, f, p, lead, rows, accumulate, streams);
  if (c == f || accumulate) return c;
  plain_rest(y + c, ldy, x + c, ldx, (int)(f - c), p, rows);
  return f;
}

#endif
