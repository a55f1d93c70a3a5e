/* stencil.c: the taps of a dilated kernel, spelled as metapaths of a typed grid.
 *
 *   kernel 3, dilation 2     offsets -2  0  +2         metapaths "2 of x-", "", "2 of x+"
 *   causal                   offsets -4 -2   0         metapaths "4 of x-", "2 of x-", ""
 *   kernel 4, dilation 1     offsets -1  0  1  2       one more behind than before, as PyTorch's "same"
 *   3 x 3                    the product: "2 of y-, then 2 of x-", "2 of y-", ..
 *
 * The order is that of an image's weights in memory: over the axes in C order. */
#include "base/error.h"

#include <khop/typed.h>

typedef struct axis {
  int64_t dilation;
  int taps;
  int64_t before; /* places from the node back to the first tap */
} axis;

static khop_status check_axis(axis *a, int d, int64_t size, int kernel, int dilation, bool causal) {
  if (size < 1)
    return khop_i_fail(KHOP_E_ARGUMENT, "a grid: dimension %d has size %lld, not 1 or more", d,
                       (long long)size);
  if (kernel < 1)
    return khop_i_fail(KHOP_E_ARGUMENT, "a kernel of size %d in dimension %d: 1 is the least",
                       kernel, d);
  if (dilation < 1)
    return khop_i_fail(KHOP_E_ARGUMENT, "a dilation of %d in dimension %d: 1 is the least",
                       dilation, d);
  int64_t span = (kernel - 1) * (int64_t)dilation;
  if (span > INT32_MAX)
    return khop_i_fail(KHOP_E_ARGUMENT, "a kernel of size %d and dilation %d in dimension %d spans %lld places: "
                       "%d are possible", kernel, dilation, d, (long long)span, INT32_MAX);
  *a = (axis){dilation, kernel, causal ? span : span / 2};
  if (size > KHOP_MAX_NODES)
    return khop_i_fail(KHOP_E_ARGUMENT, "a grid: more than %lld nodes", (long long)KHOP_MAX_NODES);
  return KHOP_OK;
}

/* The metapath to tap number `index` of the kernel; taps are numbered in C order, the last axis fastest. */
static khop_metapath metapath_of(const axis *axes, int dimensions, int index) {
  khop_metapath metapath = {0};
  int index_on[3];
  for (int d = dimensions - 1; d >= 0; d--) {
    index_on[d] = index % axes[d].taps;
    index /= axes[d].taps;
  }
  for (int d = 0; d < dimensions; d++) {
    int64_t offset = index_on[d] * axes[d].dilation - axes[d].before;
    int positive = 2 * (dimensions - 1 - d);
    if (offset > 0) metapath.step[metapath.steps++] = (khop_step){positive, (int)offset};
    if (offset < 0) metapath.step[metapath.steps++] = (khop_step){positive + 1, (int)-offset};
  }
  return metapath;
}

khop_status khop_stencil(khop_metapath *metapaths, int *count, int dimensions, const int64_t *shape,
                              const int *kernel, const int *dilation, const bool *causal) {
  axis axes[3];
  int64_t taps = 1;
  if (!count) return khop_i_fail(KHOP_E_ARGUMENT, "khop_stencil: no place for the count");
  *count = 0;
  if (dimensions < 1 || dimensions > 3)
    return khop_i_fail(KHOP_E_ARGUMENT, "a grid has 1 to 3 dimensions, not %d", dimensions);
  if (!shape || !kernel)
    return khop_i_fail(KHOP_E_ARGUMENT, "a kernel on a grid: its size or the grid's shape is missing");
  for (int d = 0; d < dimensions; d++) {
    khop_status status = check_axis(&axes[d], d, shape[d], kernel[d], dilation ? dilation[d] : 1,
                                    causal && causal[d]);
    if (status != KHOP_OK) return status;
    taps *= kernel[d];
    if (taps > KHOP_MAX_TAPS)
      return khop_i_fail(KHOP_E_ARGUMENT, "a kernel of %lld taps and more: 1 to %d are possible",
                         (long long)taps, KHOP_MAX_TAPS);
  }
  *count = (int)taps;
  for (int t = 0; metapaths && t < *count; t++) metapaths[t] = metapath_of(axes, dimensions, t);
  return KHOP_OK;
}
