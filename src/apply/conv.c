/* conv.c: see conv.h. */
#include "apply/conv_tiled.h"
#include "apply/spmm_packed.h"
#include "kernels/drivers.h"
#include "kernels/gemm.h"

#include <string.h>

bool khop_i_conv_gathers_first(int64_t f, int64_t g, bool sparse) { return !sparse && f <= g; }

static int64_t groups_of(const khop_i_conv *c) { return c->groups > 1 ? c->groups : 1; }

/* Entries a node from which a convolution gathers packed columns. More than where a gather alone does, because what is
 * gathered then goes through memory. Fitted on an Intel Xeon (docs/notes/2026-11-convolution-order.md); `sh bench/run
 * layer` measures it anew. */
#define PACKED_ENTRIES_A_NODE 64

bool khop_i_conv_takes_packed(const khop_i_conv *c, const khop_rings *rings, int count, const int *slot) {
  int64_t entries = 0;
  for (int t = 0; t < count; t++)
    if (slot[t] >= 0) entries += khop_rings_entries(rings, slot[t]);
  return groups_of(c) == 1 && entries >= PACKED_ENTRIES_A_NODE * rings->nodes &&
         khop_i_packed_pays(rings, entries, count, slot, c->f < c->g ? c->f : c->g);
}

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

int64_t khop_i_conv_workspace(const khop_i_conv *c, int64_t nodes) {
  int64_t forward = nodes * c->taps->count * (c->gather_first ? c->f : c->g);
  int64_t backward = nodes * c->taps->count * c->g;
  if (c->packed) return nodes * KHOP_I_PACKED_COLUMNS + larger(forward, backward);
  if (khop_i_conv_keeps(c)) return forward;
  if (khop_i_conv_tiled_forward_suits(c)) forward = khop_i_conv_tiled_forward_numbers(c, nodes);
  if (khop_i_conv_tiled_backward_suits(c, c->f / groups_of(c))) backward = khop_i_conv_tiled_backward_numbers(c, nodes);
  return larger(forward, backward);
}

/* One group at a time is packed. */
int64_t khop_i_conv_packed(const khop_i_conv *c) {
  int64_t groups = groups_of(c);
  return khop_i_conv_keeps(c) || c->taps->count == 1
             ? 0
             : c->taps->count * (c->f / groups) * (c->g / groups);
}

/* --- one group ------------------------------------------------------------------------------ */

static khop_i_group group_of(const khop_i_conv *c, const khop_i_matrix *x, khop_real *work, int64_t q) {
  int64_t groups = groups_of(c), taps = c->taps->count, f = c->f / groups, g = c->g / groups;
  khop_i_group p = {.c = c, .taps = taps, .f = f, .g = g, .n = c->taps->nodes, .x = *x,
                    .lddx = c->lddx ? c->lddx : c->f, .y = q * g,
                    .ldy = c->ldy ? c->ldy : c->concat ? taps * c->g : c->g, .step = c->concat ? c->g : 0,
                    .w = q * g, .ldw = c->g, .ldz = taps * (c->gather_first ? c->f : c->g), .workspace = work};
  p.x.columns = f;
  if (x->dense) p.x.dense = x->dense + q * f;
  p.work = work + q * taps * (c->gather_first ? f : g);
  if (c->packed) p.work += x->rows * KHOP_I_PACKED_COLUMNS;
  return p;
}

/* All taps read the same columns of x, which are packed where that pays. */
static void gather_shared(khop_real *y, int64_t ldy, const khop_i_group *p, bool transposed, const khop_real *x,
                          int64_t ldx, int64_t f, khop_i_spread spread) {
  if (p->c->packed)
    khop_i_packed_gather(y, ldy, p->c->taps, transposed, x, ldx, f, spread, p->workspace);
  else
    khop_i_taps_gather(y, ldy, p->c->taps, transposed, x, ldx, f, spread);
}

/* Each tap reads columns of its own. Packed, they are gathered a tap at a time, which sums in the same order. */
static void gather_each(khop_real *y, int64_t ldy, const khop_i_group *p, bool transposed, const khop_real *x,
                        int64_t ldx, int64_t f, khop_i_spread spread) {
  khop_taps one = *p->c->taps;
  if (!p->c->packed) {
    khop_i_taps_gather(y, ldy, &one, transposed, x, ldx, f, spread);
    return;
  }
  one.count = 1;
  for (int t = 0; t < p->c->taps->count; t++, one.forward++, one.transposed++) {
    khop_i_spread alone = {.accumulate = spread.accumulate || (t > 0 && !spread.out_step)};
    const khop_real *from = x + t * spread.in_step;
    if (one.forward->slot < 0)
      khop_i_taps_gather(y + t * spread.out_step, ldy, &one, transposed, from, ldx, f, alone);
    else
      khop_i_packed_gather(y + t * spread.out_step, ldy, &one, transposed, from, ldx, f, alone, p->workspace);
  }
}

/* (T, F, G) -> (F, T, G): the matrices of the taps side by side; *ld is the row stride. */
static const khop_real *pack_weights(khop_real *packed, int64_t *ld, const khop_i_group *p,
                             const khop_real *weights) {
  *ld = p->taps == 1 ? p->ldw : p->taps * p->g;
  if (p->taps == 1) return weights + p->w;
  for (int64_t t = 0; t < p->taps; t++)
    for (int64_t i = 0; i < p->f; i++)
      memcpy(packed + (i * p->taps + t) * p->g, weights + (t * p->f + i) * p->ldw + p->w,
             (size_t)p->g * sizeof *packed);
  return packed;
}

/* (T, F, G) -> (T, G, F): the matrix of each tap transposed, a few columns at a time, so that the gradient of the
 * inputs is a product whose factors OpenBLAS need not pack first (kernels/gemm.c). */
static void transpose_weights(khop_real *transposed, const khop_i_group *p, const khop_real *weights) {
  enum { COLUMNS = 8 };
  for (int64_t t = 0; t < p->taps; t++, transposed += p->g * p->f)
    for (int64_t first = 0; first < p->g; first += COLUMNS) {
      int64_t end = first + COLUMNS < p->g ? first + COLUMNS : p->g;
      for (int64_t i = 0; i < p->f; i++)
        for (int64_t o = first; o < end; o++) transposed[o * p->f + i] = weights[(t * p->f + i) * p->ldw + p->w + o];
    }
}

static void add_unpacked(khop_real *weights, const khop_i_group *p, const khop_real *packed) {
  for (int64_t t = 0; t < p->taps; t++)
    for (int64_t i = 0; i < p->f; i++)
      for (int64_t o = 0; o < p->g; o++)
        weights[(t * p->f + i) * p->ldw + p->w + o] += packed[(i * p->taps + t) * p->g + o];
}

static void gather_inputs(const khop_i_group *p) {
  gather_shared(p->work, p->ldz, p, false, p->x.dense, p->x.ld, p->f, (khop_i_spread){.out_step = p->f});
}

/* y = Z W of one of the products. */
static void multiply_gathered(khop_real *y, const khop_i_group *p, const khop_real *z, const khop_real *w, int64_t in) {
  if (p->x.row_by_row)
    khop_i_rows_times(y, p->ldy, z, p->ldz, p->n, in, w, p->ldw, p->g);
  else
    khop_i_gemm(y, p->ldy, z, p->ldz, w, p->ldw, (khop_i_gemm_shape){p->n, p->g, in, false, false, false});
}

static void forward_group(khop_real *y, const khop_i_group *p, const khop_real *weights,
                          khop_real *packed) {
  if (khop_i_conv_tiled_forward_suits(p->c)) {
    khop_i_conv_tiled_forward(y, p, weights);
  } else if (p->c->gather_first) {
    gather_inputs(p);
    khop_i_products k = khop_i_products_of(p);
    for (int i = 0; i < k.count; i++)
      multiply_gathered(y + p->y + i * p->step, p, p->work + i * k.in, weights + i * k.in * p->ldw + p->w, k.in);
  } else {
    int64_t ld, wide = p->taps * p->g;
    const khop_real *w = pack_weights(packed, &ld, p, weights);
    khop_i_matrix_times(p->work, p->ldz, &p->x, w, ld, wide, false);
    gather_each(y + p->y, p->ldy, p, false, p->work, p->ldz, p->g,
                (khop_i_spread){.in_step = p->g, .out_step = p->step});
  }
}

static void backward_gathered(khop_real *dx, khop_real *dweights, const khop_i_group *p,
                              const khop_real *weights, const khop_real *dy) {
  khop_i_products k = khop_i_products_of(p);
  for (int i = 0; dweights && i < k.count; i++)
    khop_i_gemm(dweights + i * k.in * p->ldw + p->w, p->ldw, p->work + i * k.in, p->ldz,
                dy + p->y + i * p->step, p->ldy,
                (khop_i_gemm_shape){k.in, p->g, p->n, true, false, true});
  if (!dx) return;
  for (int i = 0; i < k.count; i++)
    khop_i_gemm(p->work + i * k.in, p->ldz, dy + p->y + i * p->step, p->ldy,
                weights + i * k.in * p->ldw + p->w, p->ldw,
                (khop_i_gemm_shape){p->n, k.in, p->g, false, true, false});
  gather_each(dx, p->lddx, p, true, p->work, p->ldz, p->f, (khop_i_spread){.in_step = p->f, .accumulate = !p->c->sets});
}

static void backward_multiplied(khop_real *dx, khop_real *dweights, const khop_i_group *p,
                                const khop_real *weights, const khop_real *dy, khop_real *packed) {
  int64_t wide = p->taps * p->g, ld;
  if (p->x.dense && khop_i_conv_tiled_backward_suits(p->c, p->f)) {
    const khop_real *w = pack_weights(packed, &ld, p, weights);
    khop_i_conv_tiled_backward(dx, dweights, p, w, ld, dy);
    return;
  }
  khop_i_spread spread = {.in_step = p->step, .out_step = p->g};
  if (p->step)
    gather_each(p->work, p->ldz, p, true, dy + p->y, p->ldy, p->g, spread);
  else
    gather_shared(p->work, p->ldz, p, true, dy + p->y, p->ldy, p->g, spread);
  if (dx && !p->x.dense) {
    const khop_real *w = pack_weights(packed, &ld, p, weights);
    khop_i_matrix_gradient(dx, &p->x, p->work, p->ldz, w, ld, wide, !p->c->sets);
  } else if (dx) {
    bool one = p->taps == 1;
    if (!one) transpose_weights(packed, p, weights);
    khop_i_gemm(dx, p->lddx, p->work, p->ldz, one ? weights + p->w : packed, one ? p->ldw : p->f,
                (khop_i_gemm_shape){p->n, p->f, wide, false, one, !p->c->sets});
  }
  if (!dweights) return;
  if (p->taps == 1) {
    khop_i_matrix_transposed_times(dweights + p->w, p->ldw, &p->x, p->work, p->ldz, wide, true);
  } else {
    khop_i_matrix_transposed_times(packed, wide, &p->x, p->work, p->ldz, wide, false);
    add_unpacked(dweights, p, packed);
  }
}

/* --- all groups ----------------------------------------------------------------------------- */

void khop_i_conv_forward(khop_real *y, const khop_i_conv *c, const khop_i_matrix *x,
                         const khop_real *weights, khop_real *workspace, khop_real *packed) {
  if (c->taps->nodes == 0) return; /* then x and y may be NULL */
  for (int64_t q = 0; q < groups_of(c); q++) {
    khop_i_group p = group_of(c, x, workspace, q);
    forward_group(y, &p, weights, packed);
  }
}

void khop_i_conv_backward(khop_real *dx, khop_real *dweights, const khop_i_conv *c,
                          const khop_i_matrix *x, const khop_real *weights, const khop_real *dy,
                          khop_real *workspace, khop_real *packed) {
  if (x->rows == 0) return; /* then x, dy and dx may be NULL */
  for (int64_t q = 0; q < groups_of(c); q++) {
    khop_i_group p = group_of(c, x, workspace, q);
    khop_real *slice = dx ? dx + q * p.f : NULL;
    if (khop_i_conv_keeps(c))
      backward_gathered(slice, dweights, &p, weights, dy);
    else
      backward_multiplied(slice, dweights, &p, weights, dy, packed);
  }
}

void khop_i_conv_gather(const khop_i_conv *c, const khop_i_matrix *x, khop_real *workspace) {
  for (int64_t q = 0; q < groups_of(c); q++) {
    khop_i_group p = group_of(c, x, workspace, q);
    gather_inputs(&p);
  }
}
