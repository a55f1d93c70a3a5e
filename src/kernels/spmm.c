/* spmm.c: rings times features. The sums of a row stay in vector registers over all taps.
 *
 *   columns of y   |  4 vectors  |  4 vectors  | 2 | 1 | half | ..      a strip at a time;
 *   for a strip: for each tap: for each entry j of the row: sum += right[j] * x[j, strip]
 *
 * The entries of a row are read once a strip, after the first time from L1. */
#include "kernels/spmm_plain.h"

/* --- all rows ------------------------------------------------------------------------------- */

/* Rows that go through a strip together: few enough for their entries to stay in L1 from strip to strip. */
#define ROWS 32

/* Bit b: row first + b is shifted in every tap. */
static uint32_t shifted_rows(int taps, const khop_i_tap *tap, int64_t first) {
  uint64_t all = ~(uint64_t)0;
  for (int t = 0; t < taps; t++) {
    if (!tap[t].offsets) continue;
    if (!tap[t].shifted) return 0;
    const khop_i_shifted_rows *rows = tap[t].shifted + first / 64;
    all &= rows[0].bits >> first % 64 | rows[1].bits << 1 << (63 - first % 64);
  }
  return (uint32_t)all;
}

/* Whether every tap allows non-temporal stores, and the rows of y are aligned for them. */
static bool may_stream(const khop_real *y, int64_t ldy, int taps, const khop_i_tap *tap) {
  bool streams = true;
  for (int t = 0; t < taps; t++) {
    uintptr_t starts = (uintptr_t)(y + tap[t].out) | (uintptr_t)ldy * sizeof *y;
    streams = streams && tap[t].non_temporal && starts % KHOP_VECTOR_BYTES == 0;
  }
  return streams;
}

/* The last columns, fewer than a vector. */
static void gather_rest(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int width, int taps,
                        const khop_i_tap *tap, const row_block *rows, int64_t c, bool accumulate) {
#if defined(KHOP_QUARTER_VECTORS)
  for (int k = 0; width <= WIDE / 4 && k < rows->count; k++) {
    int64_t i = row_of(rows, k);
    strip_rest_quarter(y + i * ldy, x, ldx, width, taps, tap, i, c, accumulate);
  }
  if (width <= WIDE / 4) return;
#endif
#if defined(KHOP_HALF_VECTORS)
  for (int k = 0; width <= WIDE / 2 && k < rows->count; k++) {
    int64_t i = row_of(rows, k);
    strip_rest_half(y + i * ldy, x, ldx, width, taps, tap, i, c, accumulate);
  }
  if (width <= WIDE / 2) return;
#endif
  for (int k = 0; k < rows->count; k++) {
    int64_t i = row_of(rows, k);
    strip_rest_part(y + i * ldy, x, ldx, width, taps, tap, i, c, accumulate);
  }
}

/* Rows of a block, from column c on. lead: the row that all of them are shifted from, or -1. */
static void gather_strips(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int64_t c, int64_t f, int taps,
                          const khop_i_tap *tap, int64_t lead, const row_block *rows, bool accumulate, bool streams) {
  int64_t i;
  int k;
  bool a = accumulate, shifted = lead >= 0;
  y -= rows->first * ldy;
  for (; c + 4 * WIDE <= f; c += 4 * WIDE)
    for (k = 0; k < rows->count; k++)
      i = row_of(rows, k), strip_4_1(y + i * ldy, ldy, x, ldx, taps, tap, lead, i, c, a, streams);
  if (c + 2 * WIDE <= f) {
    for (k = 0; shifted && k + 2 <= rows->count; k += 2)
      i = row_of(rows, k), strip_2_2(y + i * ldy, ldy, x, ldx, taps, tap, lead, i, c, a, streams);
    for (; k < rows->count; k++)
      i = row_of(rows, k), strip_2_1(y + i * ldy, ldy, x, ldx, taps, tap, lead, i, c, a, streams);
    c += 2 * WIDE;
  }
  if (c + WIDE <= f) {
    for (k = 0; shifted && k + 4 <= rows->count; k += 4)
      i = row_of(rows, k), strip_1_4(y + i * ldy, ldy, x, ldx, taps, tap, lead, i, c, a, streams);
    for (; k < rows->count; k++)
      i = row_of(rows, k), strip_1_1(y + i * ldy, ldy, x, ldx, taps, tap, lead, i, c, a, streams);
    c += WIDE;
  }
  if (c < f) gather_rest(y, ldy, x, ldx, (int)(f - c), taps, tap, rows, c, a);
}

/* Rows of a block, of all columns. */
static void gather_block(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int64_t f, int taps,
                         const khop_i_tap *tap, int64_t lead, const row_block *rows, bool accumulate, bool streams) {
  int64_t done = 0;
  if (is_plain(taps, tap)) done = gather_plain(y, ldy, x, ldx, f, tap, lead, rows, accumulate, streams);
  if (done < f) gather_strips(y, ldy, x, ldx, done, f, taps, tap, lead, rows, accumulate, streams);
}

/* The only tap with entries, if its rows have an order; else NULL. */
static const khop_i_row_order *order_of(int taps, const khop_i_tap *tap) {
  const khop_i_row_order *order = NULL;
  for (int t = 0, with = 0; t < taps; t++) {
    if (!tap[t].offsets) continue;
    if (with++) return NULL;
    order = tap[t].order;
  }
  return order;
}

void KHOP_ISA_NAME(gather)(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int64_t f,
                           int taps, const khop_i_tap *tap, int64_t begin, int64_t end,
                           bool accumulate) {
  bool streams = may_stream(y, ldy, taps, tap);
  const khop_i_row_order *order = streams ? NULL : order_of(taps, tap);
  int64_t lead = begin, last;
  for (int64_t first = begin; first < end; first = last) {
    int64_t most = order && first % 64 == 0 ? 64 : ROWS;
    last = first + most < end ? first + most : end;
    uint32_t shifted = shifted_rows(taps, tap, first);
    if (first == begin) shifted &= ~(uint32_t)1; /* the row before it is not among these */
    for (int64_t i = first, next; shifted && i < last; i = next) {
      khop_real *rows = y + (i - begin) * ldy;
      if (!(shifted >> (i - first) & 1)) lead = i;
      for (next = i + 1; next < last && shifted >> (next - first) & 1;) next++;
      row_block run = {i, (int)(next - i), NULL};
      gather_block(rows, ldy, x, ldx, f, taps, tap, lead, &run, accumulate, streams);
    }
    if (shifted) continue;
    lead = last - 1; /* the next rows may be shifted from it */
    khop_real *rows = y + (first - begin) * ldy;
    row_block all = {first, (int)(last - first), last - first == 64 ? order[first / 64].row : NULL};
    gather_block(rows, ldy, x, ldx, f, taps, tap, -1, &all, accumulate, streams);
  }
  if (streams) fence_non_temporal();
}
