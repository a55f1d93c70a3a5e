/* stack.c: how far a stack of layers reaches on a line, and the dilated stack that equals a strided
 * one.
 *
 *   layer      k d s    adds to the field     jump behind it
 *   conv       3 1 1    2 * 1 * 1             1
 *   pool       2 1 2    1 * 1 * 1             2        neighbours are now 2 inputs apart
 *   conv       3 1 1    2 * 1 * 2             2        so this one equals dilation 2 without the pool
 */
#include "audit/stack.h"
#include "base/error.h"

static bool multiply(int64_t *out, int64_t a, int64_t b) { return !__builtin_mul_overflow(a, b, out); }

khop_status khop_i_stack_check(int count, const khop_layer *layers) {
  if (count < 1 || !layers)
    return khop_i_fail(KHOP_E_ARGUMENT, "a stack of %d layers: at least one is needed",
                       layers ? count : 0);
  for (int l = 0; l < count; l++) {
    const khop_layer *y = &layers[l];
    if (y->kernel < 1)
      return khop_i_fail(KHOP_E_ARGUMENT, "layer %d has kernel %lld: kernels have 1 tap or more", l,
                         (long long)y->kernel);
    if (y->dilation < 1)
      return khop_i_fail(KHOP_E_ARGUMENT, "layer %d has dilation %lld: dilations are 1 or more", l,
                         (long long)y->dilation);
    if (y->stride < 1)
      return khop_i_fail(KHOP_E_ARGUMENT, "layer %d has stride %lld: strides are 1 or more", l,
                         (long long)y->stride);
  }
  return KHOP_OK;
}

khop_status khop_stack_field(int64_t *field, int64_t *jump, int count, const khop_layer *layers) {
  khop_status status = khop_i_stack_check(count, layers);
  int64_t size = 1, step = 1, wide;
  for (int l = 0; status == KHOP_OK && l < count; l++) {
    if (layers[l].kernel > 1 &&
        (!multiply(&wide, layers[l].kernel - 1, layers[l].dilation) ||
         !multiply(&wide, wide, step) || __builtin_add_overflow(size, wide, &size)))
      status = khop_i_fail(KHOP_E_ARGUMENT, "the receptive field behind layer %d is beyond 63 bits", l);
    else if (!multiply(&step, step, layers[l].stride))
      status = khop_i_fail(KHOP_E_ARGUMENT, "the strides up to layer %d multiply beyond 63 bits", l);
  }
  if (field) *field = status == KHOP_OK ? size : 0;
  if (jump) *jump = status == KHOP_OK ? step : 0;
  return status;
}

khop_status khop_stack_doubling_field(int64_t *field, int64_t kernel, int layers) {
  int64_t reach;
  if (!field) return khop_i_fail(KHOP_E_ARGUMENT, "khop_stack_doubling_field: no place for the field");
  *field = 0;
  if (kernel < 1 || layers < 1)
    return khop_i_fail(KHOP_E_ARGUMENT, "kernel %lld, %d layers: both are 1 or more",
                       (long long)kernel, layers);
  if (layers > 62 || !multiply(&reach, kernel - 1, ((int64_t)1 << layers) - 1) || reach == INT64_MAX)
    return khop_i_fail(KHOP_E_ARGUMENT,
                       "kernel %lld, %d layers: the receptive field is beyond 63 bits",
                       (long long)kernel, layers);
  *field = 1 + reach;
  return KHOP_OK;
}

/* The field of L layers holds span when (k-1)(2^L - 1) >= span - 1. */
khop_status khop_stack_layers_for(int *layers, int64_t kernel, int64_t span) {
  if (!layers) return khop_i_fail(KHOP_E_ARGUMENT, "khop_stack_layers_for: no place for the layers");
  *layers = 0;
  if (kernel < 1 || span < 1)
    return khop_i_fail(KHOP_E_ARGUMENT, "kernel %lld, a span of %lld: both are 1 or more",
                       (long long)kernel, (long long)span);
  if (kernel == 1 && span > 1)
    return khop_i_fail(KHOP_E_ARGUMENT,
                       "kernel 1 sees one position in every layer and never a span of %lld",
                       (long long)span);
  if (span == 1) {
    *layers = 1;
    return KHOP_OK;
  }
  int64_t sums = (span - 2) / (kernel - 1) + 1; /* 2^L - 1 must be at least this */
  int needed = 1;
  while (needed < 63 && (int64_t)(((uint64_t)1 << needed) - 1) < sums) needed++;
  *layers = needed;
  return KHOP_OK;
}

khop_status khop_stack_dilate(khop_layer *out, int count, const khop_layer *layers, int axes,
                              const int64_t *shape) {
  int64_t jump, step = 1;
  khop_status status = khop_stack_field(NULL, &jump, count, layers);
  if (status != KHOP_OK) return status;
  if (!out) return khop_i_fail(KHOP_E_ARGUMENT, "khop_stack_dilate: no place for the layers");
  for (int a = 0; shape && a < axes; a++)
    if (shape[a] < 1 || shape[a] % jump != 0)
      return khop_i_fail(KHOP_E_SHAPE,
                         "axis %d has size %lld, which the strides' product %lld does not divide: "
                         "crop or pad it first", a, (long long)shape[a], (long long)jump);
  for (int l = 0; l < count; l++) {
    khop_layer y = layers[l];
    if (!multiply(&out[l].dilation, y.dilation, step))
      return khop_i_fail(KHOP_E_ARGUMENT, "the dilation of layer %d is beyond 63 bits", l);
    out[l].kernel = y.kernel;
    out[l].stride = 1;
    step *= y.stride;
  }
  return KHOP_OK;
}
