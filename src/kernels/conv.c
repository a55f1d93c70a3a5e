/* conv.c: see conv.h, and khop/apply.h for the public side. */
#include "kernels/conv.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

bool khop_i_conv_gathers_first(int64_t f, int64_t g, bool sparse) { return !sparse && f < g; }

int64_t khop_i_conv_workspace(const khop_i_conv *c, int64_t nodes) {
  return nodes * c->taps->count * (c->gather_first ? c->f : c->g);
}

int64_t khop_i_conv_packed(const khop_i_conv *c) {
  return c->gather_first || c->taps->count == 1 ? 0 : c->taps->count * c->f * c->g;
}

/* (T, F, G) -> (F, T, G): the taps' matrices beside one another. */
static const khop_real *pack(khop_real *packed, const khop_i_conv *c, const khop_real *weights) {
  int64_t taps = c->taps->count;
  if (taps == 1) return weights;
  for (int64_t t = 0; t < taps; t++)
    for (int64_t i = 0; i < c->f; i++)
      memcpy(packed + (i * taps + t) * c->g, weights + (t * c->f + i) * c->g,
             (size_t)c->g * sizeof *packed);
  return packed;
}

static void add_unpacked(khop_real *weights, const khop_i_conv *c, const khop_real *packed) {
  int64_t taps = c->taps->count;
  for (int64_t t = 0; t < taps; t++)
    for (int64_t i = 0; i < c->f; i++)
      for (int64_t o = 0; o < c->g; o++)
        weights[(t * c->f + i) * c->g + o] += packed[(i * taps + t) * c->g + o];
}

/* Products with the weights of one tap at a time (concat) or of all at once: Z W, Z^T dy, dy W^T. */
typedef struct pieces {
  int count;
  int64_t in, out; /* columns of Z and of y that one piece spans */
} pieces;

static pieces pieces_of(const khop_i_conv *c) {
  if (c->concat) return (pieces){c->taps->count, c->f, c->g};
  return (pieces){1, c->taps->count * c->f, c->g};
}

void khop_i_conv_forward(khop_real *y, const khop_i_conv *c, const khop_i_matrix *x,
                         const khop_real *weights, khop_real *workspace, khop_real *packed) {
  int64_t taps = c->taps->count, n = x->rows, ldy = c->concat ? taps * c->g : c->g;
  if (c->gather_first) {
    int64_t ldz = taps * c->f;
    khop_i_taps_gather(workspace, ldz, c->taps, false, x->dense, x->ld, c->f,
                       (khop_i_spread){.out_step = c->f});
    pieces p = pieces_of(c);
    for (int i = 0; i < p.count; i++)
      khop_i_gemm(y + i * p.out, ldy, workspace + i * p.in, ldz, weights + i * p.in * p.out, c->g,
                  (khop_i_gemm_shape){n, p.out, p.in, false, false, false});
  } else {
    int64_t ldp = taps * c->g;
    khop_i_matrix_times(workspace, ldp, x, pack(packed, c, weights), ldp, ldp, false);
    khop_i_taps_gather(y, ldy, c->taps, false, workspace, ldp, c->g,
                       (khop_i_spread){.in_step = c->g, .out_step = c->concat ? c->g : 0});
  }
}

static void backward_gathered(khop_real *dx, khop_real *dweights, const khop_i_conv *c,
                              const khop_i_matrix *x, const khop_real *weights,
                              const khop_real *dy, khop_real *workspace) {
  int64_t taps = c->taps->count, n = x->rows, ldz = taps * c->f;
  int64_t ldy = c->concat ? taps * c->g : c->g;
  pieces p = pieces_of(c);
  for (int i = 0; dweights && i < p.count; i++)
    khop_i_gemm(dweights + i * p.in * p.out, c->g, workspace + i * p.in, ldz, dy + i * p.out, ldy,
                (khop_i_gemm_shape){p.in, p.out, n, true, false, true});
  if (!dx) return;
  for (int i = 0; i < p.count; i++)
    khop_i_gemm(workspace + i * p.in, ldz, dy + i * p.out, ldy, weights + i * p.in * p.out, c->g,
                (khop_i_gemm_shape){n, p.in, p.out, false, true, false});
  khop_i_taps_gather(dx, c->f, c->taps, true, workspace, ldz, c->f,
                     (khop_i_spread){.in_step = c->f, .accumulate = true});
}

static void backward_multiplied(khop_real *dx, khop_real *dweights, const khop_i_conv *c,
                                const khop_i_matrix *x, const khop_real *weights,
                                const khop_real *dy, khop_real *workspace, khop_real *packed) {
  int64_t taps = c->taps->count, n = x->rows, ldp = taps * c->g, ldy = c->concat ? ldp : c->g;
  khop_i_taps_gather(workspace, ldp, c->taps, true, dy, ldy, c->g,
                     (khop_i_spread){.in_step = c->concat ? c->g : 0, .out_step = c->g});
  if (dx)
    khop_i_gemm(dx, c->f, workspace, ldp, pack(packed, c, weights), ldp,
                (khop_i_gemm_shape){n, c->f, ldp, false, true, true});
  if (!dweights) return;
  if (taps == 1) {
    khop_i_matrix_transposed_times(dweights, ldp, x, workspace, ldp, ldp, true);
  } else {
    khop_i_matrix_transposed_times(packed, ldp, x, workspace, ldp, ldp, false);
    add_unpacked(dweights, c, packed);
  }
}

void khop_i_conv_backward(khop_real *dx, khop_real *dweights, const khop_i_conv *c,
                          const khop_i_matrix *x, const khop_real *weights, const khop_real *dy,
                          khop_real *workspace, khop_real *packed) {
  if (c->gather_first)
    backward_gathered(dx, dweights, c, x, weights, dy, workspace);
  else
    backward_multiplied(dx, dweights, c, x, weights, dy, workspace, packed);
}

/* --- the public side ------------------------------------------------------------------------ */

static khop_status prepare(khop_i_conv *c, khop_i_matrix *matrix, khop_real **workspace,
                           khop_real **packed, const khop_taps *taps, const khop_real *x, int64_t f,
                           int64_t g, unsigned flags, unsigned known) {
  khop_status status = KHOP_OK;
  *workspace = *packed = NULL;
  if (flags & ~known)
    KHOP_FAIL(KHOP_E_ARGUMENT, "convolution: flags %#x are unknown here", flags & ~known);
  if (f < 1 || g < 1)
    KHOP_FAIL(KHOP_E_SHAPE, "convolution from %lld to %lld columns", (long long)f, (long long)g);
  *c = (khop_i_conv){taps, f, g, flags & KHOP_CONCAT, khop_i_conv_gathers_first(f, g, false)};
  *matrix = (khop_i_matrix){.rows = taps->nodes, .columns = f, .dense = x, .ld = f};
  KHOP_TRY(khop_i_alloc_raw(workspace, khop_i_conv_workspace(c, taps->nodes), sizeof **workspace,
                            "convolution workspace"));
  KHOP_TRY(khop_i_alloc_raw(packed, khop_i_conv_packed(c), sizeof **packed, "packed weights"));
done:
  return status;
}

khop_status khop_conv_forward(khop_real *y, const khop_taps *taps, const khop_real *x,
                              const khop_real *weights, const khop_real *bias, int64_t f, int64_t g,
                              unsigned flags) {
  khop_status status = KHOP_OK;
  khop_i_conv c;
  khop_i_matrix matrix;
  khop_real *workspace, *packed;
  KHOP_TRY(prepare(&c, &matrix, &workspace, &packed, taps, x, f, g, flags, KHOP_CONCAT));
  khop_i_conv_forward(y, &c, &matrix, weights, workspace, packed);
  int64_t columns = c.concat ? taps->count * g : g;
  for (int64_t i = 0; bias && i < taps->nodes; i++)
    for (int64_t o = 0; o < columns; o++) y[i * columns + o] += bias[o];
done:
  khop_i_free(workspace);
  khop_i_free(packed);
  return status;
}

khop_status khop_conv_backward(khop_real *dx, khop_real *dweights, khop_real *dbias,
                               const khop_taps *taps, const khop_real *x, const khop_real *weights,
                               const khop_real *dy, int64_t f, int64_t g, unsigned flags) {
  khop_status status = KHOP_OK;
  khop_i_conv c;
  khop_i_matrix matrix;
  khop_real *workspace, *packed;
  KHOP_TRY(prepare(&c, &matrix, &workspace, &packed, taps, x, f, g, flags,
                   KHOP_CONCAT | KHOP_ACCUMULATE));
  int64_t n = taps->nodes, columns = c.concat ? taps->count * g : g;
  if (!(flags & KHOP_ACCUMULATE)) {
    if (dx) memset(dx, 0, (size_t)(n * f) * sizeof *dx);
    if (dweights) memset(dweights, 0, (size_t)(taps->count * f * g) * sizeof *dweights);
    if (dbias) memset(dbias, 0, (size_t)columns * sizeof *dbias);
  }
  if (c.gather_first && dweights) /* what forward left in a run's workspace */
    khop_i_taps_gather(workspace, taps->count * f, taps, false, x, f, f,
                       (khop_i_spread){.out_step = f});
  khop_i_conv_backward(dx, dweights, &c, &matrix, weights, dy, workspace, packed);
  if (dbias) khop_i_column_sums(dbias, dy, columns, n, columns);
done:
  khop_i_free(workspace);
  khop_i_free(packed);
  return status;
}
