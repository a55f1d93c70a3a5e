/* offsets.c: gridding: which input offsets really reach an output of a stack, on one axis.
 *
 * An offset reaches the output when it is a sum of one tap a layer, so the set grows layer by layer,
 * and the number of ways to make each sum grows with it:
 *
 *   kernel 3, dilation 2     1 . 1 . 1
 *   once more                1 . 2 . 3 . 2 . 1       / 9: the share of the paths
 *   once more, dilation 1    1 1 3 2 5 3 5 2 3 1 1   / 27: no hole is left
 */
#include "audit/stack.h"
#include "base/error.h"
#include "base/memory.h"

#include <math.h>

#define MOST_STEPS ((int64_t)1 << 36) /* additions: about a minute at 10^9 a second; more is taken for a mistake */

/* Adds one layer of taps `step` apart, in place: index i takes from i, i - step, .., so going down
 * reads only what this layer has not written. size: of the set before. Returns the size after. */
static int64_t add_layer(khop_offsets *o, int64_t size, int64_t kernel, int64_t step) {
  int64_t after = size + (kernel - 1) * step;
  for (int64_t i = after - 1; i >= 0; i--) {
    uint8_t any = 0;
    double sum = 0;
    int64_t first = i < size ? 0 : (i - size) / step + 1; /* earlier taps would read beyond the set */
    for (int64_t t = first; t < kernel && i - t * step >= 0; t++) {
      any |= o->reaches[i - t * step];
      sum += o->paths[i - t * step];
    }
    o->reaches[i] = any;
    o->paths[i] = sum / (double)kernel;
  }
  return after;
}

khop_status khop_stack_offsets(khop_offsets *offsets, int count, const khop_layer *layers) {
  khop_status status = KHOP_OK;
  int64_t total = 0, size = 1, step = 1, taps = 0;
  if (!offsets) return khop_i_fail(KHOP_E_ARGUMENT, "khop_stack_offsets: no place for the offsets");
  *offsets = (khop_offsets){0};
  KHOP_TRY(khop_stack_field(&total, NULL, count, layers));
  if (total > KHOP_MAX_OFFSETS)
    KHOP_FAIL(KHOP_E_BUDGET, "a receptive field of %lld positions: at most %lld are enumerated",
              (long long)total, (long long)KHOP_MAX_OFFSETS);
  for (int l = 0; l < count; l++)
    if (layers[l].kernel > 1) taps += layers[l].kernel;
  if (taps > MOST_STEPS / total)
    KHOP_FAIL(KHOP_E_BUDGET, "a receptive field of %lld positions, reached by %lld taps in all: the "
              "product of the two must stay within %lld", (long long)total, (long long)taps,
              (long long)MOST_STEPS);
  KHOP_TRY(khop_i_alloc(&offsets->reaches, total, sizeof *offsets->reaches, "offsets"));
  KHOP_TRY(khop_i_alloc(&offsets->paths, total, sizeof *offsets->paths, "paths"));
  offsets->total = total;
  offsets->reaches[0] = 1;
  offsets->paths[0] = 1;
  for (int l = 0; l < count; l++) {
    const khop_layer *y = &layers[l];
    if (y->kernel > 1) {
      int64_t before = y->kernel % 2 ? (y->kernel - 1) / 2 : y->kernel - 1;
      offsets->first -= before * y->dilation * step;
      size = add_layer(offsets, size, y->kernel, y->dilation * step);
    }
    step *= y->stride;
  }
  for (int64_t i = 0; i < total; i++) offsets->reached += offsets->reaches[i];
done:
  if (status != KHOP_OK) khop_offsets_clear(offsets);
  return status;
}

void khop_offsets_clear(khop_offsets *offsets) {
  if (!offsets) return;
  khop_i_free(offsets->reaches);
  khop_i_free(offsets->paths);
  *offsets = (khop_offsets){0};
}

double khop_offsets_share(const khop_offsets *offsets, int axes) {
  return pow((double)offsets->reached / (double)offsets->total, axes);
}

/* From the last layer back: M is the largest distance between two nonzero values that the layers
 * from i on leave. */
static int64_t largest_gap(int count, const int64_t *r) {
  int64_t gap = r[count - 1];
  for (int i = count - 2; i >= 1; i--) {
    int64_t twice = 2 * r[i], left = gap - twice, right = twice - gap;
    gap = r[i];
    if (left > gap) gap = left;
    if (right > gap) gap = right;
  }
  return gap;
}

khop_status khop_stack_hdc(khop_hdc *hdc, int64_t kernel, int count, const int64_t *dilations) {
  khop_status status = KHOP_OK;
  khop_layer *layers = NULL;
  khop_offsets offsets = {0};
  if (!hdc || count < 1 || !dilations)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_stack_hdc: an argument is missing");
  *hdc = (khop_hdc){0};
  KHOP_TRY(khop_i_alloc(&layers, count, sizeof *layers, "layers"));
  for (int l = 0; l < count; l++) layers[l] = (khop_layer){kernel, dilations[l], 1};
  KHOP_TRY(khop_stack_offsets(&offsets, count, layers));
  hdc->gap = kernel == 1 ? 1 : largest_gap(count, dilations); /* a kernel of one tap has no gap */
  hdc->passes = count == 1 ? hdc->gap == 1 : hdc->gap <= kernel;
  hdc->complete = offsets.reached == offsets.total;
done:
  khop_i_free(layers);
  khop_offsets_clear(&offsets);
  return status;
}
