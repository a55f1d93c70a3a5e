/* bitmap_apply.c: products with rings of one bit a pair (forms/bitmap.h), a block of 1,024 rows by a strip of one
 * cache line of columns at a time. Blocks and strips are independent, and one thread adds up each in one
 * order; the sums, and the tables of the kernel, stand on its stack: 64 and 16 kB. */
#include "base/threads.h"
#include "forms/products.h"
#include "forms/bitmap.h"

#include <string.h>

/* Where a piece stands: rows first .. first + rows - 1, columns c .. c + width - 1 of every tap. */
typedef struct piece {
  int64_t first, rows, c;
  int width;
} piece;

/* The sums of one tap into y: its self-loop, its scale and its weight. */
static void put(const khop_i_product *p, const khop_i_tap *tap, const piece *at, const khop_real *sum, bool add) {
  for (int64_t r = 0; r < at->rows; r++, sum += KHOP_I_STRIP) {
    int64_t i = at->first + r;
    const khop_real *x = p->x + i * p->ldx + tap->in + at->c;
    khop_real *y = p->y + i * p->ldy + tap->out + at->c;
    khop_real left = tap->left ? tap->left[i] : 1, right = tap->right ? tap->right[i] : 1;
    if (tap->weight && !tap->weight_per_channel) left *= *tap->weight;
    for (int u = 0; u < at->width; u++) {
      khop_real value = sum[u];
      if (tap->loop) value += right * x[u];
      value *= left;
      if (tap->weight && tap->weight_per_channel) value *= tap->weight[at->c + u];
      y[u] = add ? y[u] + value : value;
    }
  }
}

static void apply_piece(const khop_i_product *p, const khop_i_bitmap *bitmap, const piece *at) {
  khop_real sum[KHOP_I_BITMAP_ROWS * KHOP_I_STRIP];
  for (int t = 0; t < p->taps->count; t++) {
    const khop_i_tap *tap = &p->tap[t];
    const uint64_t *bits = tap->slot < 0 ? NULL : khop_i_bitmap_block(bitmap, tap->slot, at->first);
    memset(sum, 0, (size_t)(at->rows * KHOP_I_STRIP) * sizeof *sum);
    if (bits)
      khop_i_kernels_now()->bits(sum, bits, at->rows, p->taps->nodes, p->x + tap->in + at->c, p->ldx, at->width,
                                 tap->right);
    put(p, tap, at, sum, p->accumulate || (t > 0 && tap->out == tap[-1].out));
  }
}

void khop_i_bitmap_gather(const khop_i_product *p) {
  const khop_rings *rings = p->transposed ? p->taps->turned : p->taps->rings;
  int64_t n = p->taps->nodes, strips = (p->f + KHOP_I_STRIP - 1) / KHOP_I_STRIP;
  int64_t blocks = (n + KHOP_I_BITMAP_ROWS - 1) / KHOP_I_BITMAP_ROWS;
  int threads = khop_i_threads_for(n * n / 4 * strips * p->taps->count);
#pragma omp parallel for schedule(dynamic) num_threads(threads)
  for (int64_t k = 0; k < blocks * strips; k++) {
    piece at = {.first = k / strips * KHOP_I_BITMAP_ROWS, .c = k % strips * KHOP_I_STRIP};
    at.rows = khop_i_bitmap_rows(n, at.first);
    at.width = (int)(p->f - at.c < KHOP_I_STRIP ? p->f - at.c : KHOP_I_STRIP);
    apply_piece(p, rings->bitmap, &at);
  }
}
