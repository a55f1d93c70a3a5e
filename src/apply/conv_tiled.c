/* conv_tiled.c: a convolution a tile of rows at a time: it is gathered from all taps and multiplied while it is in the
 * cache, so that the T F or T G columns of all nodes neither go through memory nor are kept.
 *
 *   forward    z = rows of [R_0 x | R_1 x | ..]          y rows = z W
 *   backward   z = rows of [R_0^T dy | R_1^T dy | ..]    dx rows += z W^T    dW += (x rows)^T z
 *
 * The nodes are cut into shares by their number alone. Each share sums a dW of its own, in the order of its rows, and
 * those of the shares are added up in their order: so the bits do not depend on the number of threads.
 *
 *   workspace of a share   | z (tile, T G) | dW (F, T G) | */
#include "base/threads.h"
#include "apply/conv_tiled.h"
#include "kernels/gemm.h"
#include "kernels/dispatch.h"

#include <omp.h>

/* Rows of a tile, and the most shares: enough for the threads of today's machines, and so few that adding up their
 * dW takes no time. Up to SMALL nodes are in the cache as a whole, and are not tiled. Fitted on an Intel Xeon; tiles
 * of 128 and of 512 rows are as fast (docs/notes/2026-11-convolution-order.md). `sh bench/run layer train molecules`
 * measures them anew. */
enum { TILE_ROWS = 256, MOST_SHARES = 32, SMALL = 1024 };

typedef struct shares {
  int64_t count, rows, tile; /* how many; the rows of a share, and of a tile of it */
} shares;

static shares shares_of(int64_t n) {
  int64_t rows = khop_i_ceil_div(khop_i_ceil_div(n, MOST_SHARES), 16) * 16;
  if (rows < TILE_ROWS) rows = n < TILE_ROWS ? n + (n == 0) : TILE_ROWS;
  return (shares){khop_i_ceil_div(n, rows), rows, khop_i_ceil_div(rows, khop_i_ceil_div(rows, TILE_ROWS))};
}

/* Upper bounds of what shares_of says for n nodes, and for fewer: a run for batches is sized once, for the largest. */
static int64_t most_shares(int64_t n) {
  int64_t tiles = khop_i_ceil_div(n, TILE_ROWS);
  return tiles < MOST_SHARES ? tiles : MOST_SHARES;
}
static int64_t most_rows(int64_t n) { return n < TILE_ROWS ? n : TILE_ROWS; }

static bool suits_tiles(const khop_i_conv *c) {
  return c->taps->rings->csr && c->taps->nodes > SMALL && !c->packed;
}

bool khop_i_conv_tiled_forward_suits(const khop_i_conv *c) { return c->gather_first && suits_tiles(c); }

/* The dW of a share must be no larger than a tile. */
bool khop_i_conv_tiled_backward_suits(const khop_i_conv *c, int64_t f) {
  return !khop_i_conv_keeps(c) && suits_tiles(c) && f <= TILE_ROWS;
}

static int64_t groups_of(const khop_i_conv *c) { return c->groups > 1 ? c->groups : 1; }

int64_t khop_i_conv_tiled_forward_numbers(const khop_i_conv *c, int64_t n) {
  return most_shares(n) * most_rows(n) * c->taps->count * (c->f / groups_of(c));
}

int64_t khop_i_conv_tiled_backward_numbers(const khop_i_conv *c, int64_t n) {
  int64_t f = c->f / groups_of(c), g = c->g / groups_of(c);
  return most_shares(n) * (most_rows(n) + f) * c->taps->count * g;
}

/* --- forward ---------------------------------------------------------------------------------- */

static void multiply_rows(khop_real *y, const khop_i_group *p, const khop_real *weights, const khop_real *z,
                          int64_t ldz, int64_t rows) {
  khop_i_products k = khop_i_products_of(p);
  for (int i = 0; i < k.count; i++) {
    khop_real *to = y + p->y + i * p->step;
    const khop_real *from = z + i * k.in, *w = weights + i * k.in * p->ldw + p->w;
    if (p->x.row_by_row)
      khop_i_kernels_now()->rows_times(to, p->ldy, from, ldz, rows, k.in, w, p->ldw, p->g);
    else
      khop_i_gemm_alone(to, p->ldy, from, ldz, w, p->ldw,
                        (khop_i_gemm_shape){rows, p->g, k.in, false, false, false});
  }
}

void khop_i_conv_tiled_forward(khop_real *y, const khop_i_group *p, const khop_real *weights) {
  const khop_i_kernels *kernels = khop_i_kernels_now();
  bool keeps = khop_i_conv_keeps(p->c);
  int64_t wide = p->taps * p->f, ldz = keeps ? p->ldz : wide;
  int threads = khop_i_threads_for(p->c->taps->entries * p->f + p->n * wide * p->g);
  shares s = shares_of(p->n);
  khop_i_tap tap[KHOP_MAX_TAPS];
  khop_i_taps_spread(tap, p->c->taps, false, p->f, (khop_i_spread){.out_step = p->f});
#pragma omp parallel num_threads(threads)
  {
    omp_set_num_threads(1);
#pragma omp for schedule(dynamic, 1)
    for (int64_t q = 0; q < s.count; q++) {
      int64_t end = (q + 1) * s.rows < p->n ? (q + 1) * s.rows : p->n;
      for (int64_t i = q * s.rows; i < end; i += s.tile) {
        int64_t rows = i + s.tile < end ? s.tile : end - i;
        khop_real *z = keeps ? p->work + i * ldz : p->workspace + q * s.tile * wide;
        kernels->gather(z, ldz, p->x.dense, p->x.ld, p->f, (int)p->taps, tap, i, i + rows, false);
        multiply_rows(y + i * p->ldy, p, weights, z, ldz, rows);
      }
    }
  }
}

/* --- backward --------------------------------------------------------------------------------- */

/* dW += those of the shares, `stride` numbers apart, in their order. */
static void add_shares(khop_real *dweights, const khop_i_group *p, const khop_real *share, int64_t stride,
                       int64_t count) {
  int64_t wide = p->taps * p->g;
  int threads = khop_i_threads_for(count * p->f * wide);
#pragma omp parallel for schedule(static) num_threads(threads)
  for (int64_t i = 0; i < p->f; i++)
    for (int64_t t = 0; t < p->taps; t++) {
      khop_real *to = dweights + (t * p->f + i) * p->ldw + p->w;
      for (int64_t q = 0; q < count; q++)
        for (int64_t o = 0; o < p->g; o++) to[o] += share[q * stride + i * wide + t * p->g + o];
    }
}

void khop_i_conv_tiled_backward(khop_real *dx, khop_real *dweights, const khop_i_group *p, const khop_real *packed,
                          int64_t ld, const khop_real *dy) {
  const khop_i_kernels *kernels = khop_i_kernels_now();
  int64_t wide = p->taps * p->g, f = p->f;
  int threads = khop_i_threads_for(p->c->taps->entries * p->g + p->n * wide * f);
  shares s = shares_of(p->n);
  int64_t stride = (s.tile + f) * wide;
  khop_i_tap tap[KHOP_MAX_TAPS];
  khop_i_taps_spread(tap, p->c->taps, true, p->g, (khop_i_spread){.in_step = p->step, .out_step = p->g});
#pragma omp parallel num_threads(threads)
  {
    omp_set_num_threads(1);
#pragma omp for schedule(dynamic, 1)
    for (int64_t q = 0; q < s.count; q++) {
      khop_real *z = p->workspace + q * stride, *dw = z + s.tile * wide;
      int64_t first = q * s.rows, end = first + s.rows < p->n ? first + s.rows : p->n;
      for (int64_t i = first; i < end; i += s.tile) {
        int64_t rows = i + s.tile < end ? s.tile : end - i;
        kernels->gather(z, wide, dy + p->y, p->ldy, p->g, (int)p->taps, tap, i, i + rows, false);
        if (dx)
          khop_i_gemm_alone(dx + i * p->lddx, p->lddx, z, wide, packed, ld,
                            (khop_i_gemm_shape){rows, f, wide, false, true, !p->c->sets});
        if (dweights)
          khop_i_gemm_alone(dw, wide, p->x.dense + i * p->x.ld, p->x.ld, z, wide,
                            (khop_i_gemm_shape){f, wide, rows, true, false, i > first});
      }
    }
  }
  if (dweights) add_shares(dweights, p, p->workspace + s.tile * wide, stride, s.count);
}
