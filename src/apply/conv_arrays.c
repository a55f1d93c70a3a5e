/* conv_arrays.c: convolutions on arrays of the caller's (khop/apply.h): checks, workspace, and conv.c between them. */
#include "apply/conv.h"
#include "apply/features_by_column.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "kernels/drivers.h"

#include <string.h>

/* One call: what it reads and what it takes for its time. */
typedef struct call {
  khop_i_conv conv;
  khop_i_matrix x;
  int64_t n, columns, ldy; /* columns: of y */
  khop_real *workspace, *packed;
  /* sparse x by column, for the gradient of the weights */
  int64_t *offsets;
  int32_t *rows;
  khop_real *values;
} call;

static void close_call(call *c) {
  khop_i_free(c->workspace);
  khop_i_free(c->packed);
  khop_i_free(c->offsets);
  khop_i_free(c->rows);
  khop_i_free(c->values);
}

/* --- checks ----------------------------------------------------------------------------------------- */

static khop_status check_numbers(const khop_conv_call *o, unsigned known) {
  if (o->flags & ~known)
    return khop_i_fail(KHOP_E_ARGUMENT, "convolution: flags %#x are unknown here", o->flags & ~known);
  if (o->f < 1 || o->g < 1)
    return khop_i_fail(KHOP_E_SHAPE, "convolution from %lld to %lld columns", (long long)o->f, (long long)o->g);
  if (o->groups < 1 || o->f % o->groups || o->g % o->groups)
    return khop_i_fail(KHOP_E_SHAPE, "convolution from %lld to %lld columns in %lld groups: they must divide both",
                       (long long)o->f, (long long)o->g, (long long)o->groups);
  return KHOP_OK;
}

static khop_status check_stride(const char *name, int64_t stride, int64_t columns) {
  if (!stride || stride >= columns) return KHOP_OK;
  return khop_i_fail(KHOP_E_SHAPE, "convolution: a stride of %lld of %s holds no row of %lld", (long long)stride, name,
                     (long long)columns);
}

static khop_status check_sparse(const khop_conv_call *o, const khop_real *x, int64_t n) {
  if (!o->sparse) return KHOP_OK;
  if (x || !o->sparse->offsets)
    return khop_i_fail(KHOP_E_ARGUMENT, "convolution: x is dense or sparse, one of the two");
  if (o->sparse->rows != n || o->sparse->columns != o->f)
    return khop_i_fail(KHOP_E_SHAPE, "convolution: sparse features (%lld, %lld) where x is (%lld, %lld)",
                       (long long)o->sparse->rows, (long long)o->sparse->columns, (long long)n, (long long)o->f);
  if (o->groups > 1)
    return khop_i_fail(KHOP_E_UNSUPPORTED, "convolution: %lld groups of sparse features, whose columns cannot be cut",
                       (long long)o->groups);
  return KHOP_OK;
}

/* --- preparation ------------------------------------------------------------------------------------ */

static khop_i_matrix sparse_matrix(const khop_features *x) {
  return (khop_i_matrix){.rows = x->rows, .columns = x->columns, .entries = x->offsets[x->rows],
                         .by_row = {.offsets = x->offsets, .stride = 1, .columns = x->indices, .values = x->values}};
}

static khop_status open_call(call *c, const khop_taps *taps, const khop_real *x, const khop_conv_call *given,
                             unsigned known) {
  khop_status status = KHOP_OK;
  khop_conv_call o;
  int slot[KHOP_MAX_TAPS];
  *c = (call){.n = taps->nodes};
  KHOP_TRY(KHOP_I_TAKE(khop_conv_call, &o, given));
  if (!o.groups) o.groups = 1;
  KHOP_TRY(check_numbers(&o, known));
  KHOP_TRY(check_sparse(&o, x, c->n));
  c->columns = o.flags & KHOP_CONCAT ? taps->count * o.g : o.g;
  c->ldy = o.ldy ? o.ldy : c->columns;
  KHOP_TRY(check_stride("x", o.ldx, o.f));
  KHOP_TRY(check_stride("y", o.ldy, c->columns));
  KHOP_TRY(check_stride("dx", o.lddx, o.f));
  c->conv = (khop_i_conv){.taps = taps, .f = o.f, .g = o.g, .concat = o.flags & KHOP_CONCAT, .groups = o.groups,
                          .gather_first = khop_i_conv_gathers_first(o.f, o.g, o.sparse != NULL),
                          .sets = !(o.flags & KHOP_ACCUMULATE), .ldy = c->ldy, .lddx = o.lddx};
  khop_i_taps_slots(slot, taps);
  c->conv.packed = khop_i_conv_takes_packed(&c->conv, taps->rings, taps->count, slot);
  c->x = (khop_i_matrix){.rows = c->n, .columns = o.f, .dense = x, .ld = o.ldx ? o.ldx : o.f};
  if (o.sparse) c->x = sparse_matrix(o.sparse);
  KHOP_TRY(khop_i_alloc_raw(&c->workspace, khop_i_conv_workspace(&c->conv, c->n), sizeof *c->workspace,
                            "convolution workspace"));
  KHOP_TRY(khop_i_alloc_raw(&c->packed, khop_i_conv_packed(&c->conv), sizeof *c->packed, "packed weights"));
done:
  return status;
}

static khop_status sort_by_column(call *c, const khop_features *x) {
  khop_status status = KHOP_OK;
  int64_t entries = c->x.entries;
  KHOP_TRY(khop_i_alloc_raw(&c->offsets, x->columns + 1, sizeof *c->offsets, "columns of features"));
  KHOP_TRY(khop_i_alloc_raw(&c->rows, entries, sizeof *c->rows, "columns of features"));
  KHOP_TRY(khop_i_alloc_raw(&c->values, entries, sizeof *c->values, "columns of features"));
  khop_i_features_by_column(c->offsets, c->rows, c->values, NULL, x);
  c->x.by_column = (khop_i_tap){.offsets = c->offsets, .stride = 1, .columns = c->rows, .values = c->values};
done:
  return status;
}

/* --- the public side -------------------------------------------------------------------------------- */

khop_status khop_conv_forward_with(khop_real *y, const khop_taps *taps, const khop_real *x, const khop_real *weights,
                                   const khop_real *bias, const khop_conv_call *options) {
  call c;
  khop_status status = open_call(&c, taps, x, options, KHOP_CONCAT);
  if (status == KHOP_OK) khop_i_conv_forward(y, &c.conv, &c.x, weights, c.workspace, c.packed);
  for (int64_t i = 0; status == KHOP_OK && bias && i < c.n; i++)
    for (int64_t o = 0; o < c.columns; o++) y[i * c.ldy + o] += bias[o];
  close_call(&c);
  return status;
}

khop_status khop_conv_backward_with(khop_real *dx, khop_real *dweights, khop_real *dbias, const khop_taps *taps,
                                    const khop_real *x, const khop_real *weights, const khop_real *dy,
                                    const khop_conv_call *options) {
  khop_status status = KHOP_OK;
  call c;
  KHOP_TRY(open_call(&c, taps, x, options, KHOP_CONCAT | KHOP_ACCUMULATE));
  KHOP_TRY(khop_i_taps_need_transposed(taps, "the backward of a convolution"));
  if (dweights && !c.x.dense && c.n > 0) KHOP_TRY(sort_by_column(&c, options->sparse));
  if (c.conv.sets) {
    int64_t weight_count = taps->count * (c.conv.f / c.conv.groups) * c.conv.g;
    if (dweights) memset(dweights, 0, (size_t)weight_count * sizeof *dweights);
    if (dbias) memset(dbias, 0, (size_t)c.columns * sizeof *dbias);
  }
  if (khop_i_conv_keeps(&c.conv) && dweights) /* in a model's run, forward has left this in the workspace */
    khop_i_conv_gather(&c.conv, &c.x, c.workspace);
  khop_i_conv_backward(dx, dweights, &c.conv, &c.x, weights, dy, c.workspace, c.packed);
  if (dbias) khop_i_column_sums(dbias, dy, c.ldy, c.n, c.columns);
done:
  close_call(&c);
  return status;
}

static khop_conv_call without_gaps(int64_t f, int64_t g, int64_t groups, unsigned flags) {
  return (khop_conv_call){.size = sizeof(khop_conv_call), .f = f, .g = g, .groups = groups, .flags = flags};
}

khop_status khop_conv_forward(khop_real *y, const khop_taps *taps, const khop_real *x, const khop_real *weights,
                              const khop_real *bias, int64_t f, int64_t g, unsigned flags) {
  khop_conv_call all = without_gaps(f, g, 1, flags);
  return khop_conv_forward_with(y, taps, x, weights, bias, &all);
}

khop_status khop_conv_backward(khop_real *dx, khop_real *dweights, khop_real *dbias, const khop_taps *taps,
                               const khop_real *x, const khop_real *weights, const khop_real *dy, int64_t f, int64_t g,
                               unsigned flags) {
  khop_conv_call all = without_gaps(f, g, 1, flags);
  return khop_conv_backward_with(dx, dweights, dbias, taps, x, weights, dy, &all);
}

/* 0 groups are an error here, and one group in the options. */
static khop_status check_groups(int64_t f, int64_t g, int64_t groups) {
  return groups != 0 ? KHOP_OK : check_numbers(&(khop_conv_call){.size = sizeof(khop_conv_call), .f = f, .g = g}, 0);
}

khop_status khop_conv_grouped_forward(khop_real *y, const khop_taps *taps, const khop_real *x,
                                      const khop_real *weights, const khop_real *bias, int64_t f, int64_t g,
                                      int64_t groups, unsigned flags) {
  khop_conv_call all = without_gaps(f, g, groups, flags);
  khop_status status = check_groups(f, g, groups);
  return status == KHOP_OK ? khop_conv_forward_with(y, taps, x, weights, bias, &all) : status;
}

khop_status khop_conv_grouped_backward(khop_real *dx, khop_real *dweights, khop_real *dbias, const khop_taps *taps,
                                       const khop_real *x, const khop_real *weights, const khop_real *dy, int64_t f,
                                       int64_t g, int64_t groups, unsigned flags) {
  khop_conv_call all = without_gaps(f, g, groups, flags);
  khop_status status = check_groups(f, g, groups);
  return status == KHOP_OK ? khop_conv_backward_with(dx, dweights, dbias, taps, x, weights, dy, &all) : status;
}
