/* branches.c: layers side by side behind a stack, as in atrous spatial pyramid pooling: what they see together, and
 * where padding puts the field of a stack.
 *
 *   rates 1, 3, kernel 3     branch 1      1 1 1          an offset is seen if any branch sees it
 *                            branch 3    1 . 1 . 1
 *   in a square              rows and columns of one and the same branch: 9 + 9 - 1 = 17 cells, and not the
 *                            5 x 5 of the union on one axis
 */
#include "audit/stack.h"
#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <string.h>

khop_status khop_stack_begin(int64_t *first, int count, const khop_layer *layers, const int64_t *before) {
  int64_t at = 0, step = 1, moved;
  if (!first || !before) return khop_i_fail(KHOP_E_ARGUMENT, "khop_stack_begin: an argument is missing");
  *first = 0;
  khop_status status = khop_stack_field(NULL, NULL, count, layers);
  for (int l = 0; status == KHOP_OK && l < count; l++) {
    if (before[l] < 0)
      return khop_i_fail(KHOP_E_ARGUMENT, "layer %d has padding %lld: 0 is the least", l, (long long)before[l]);
    if (__builtin_mul_overflow(before[l], step, &moved) || __builtin_sub_overflow(at, moved, &at))
      return khop_i_fail(KHOP_E_ARGUMENT, "the padding up to layer %d is beyond 63 bits", l);
    step *= layers[l].stride;
  }
  if (status == KHOP_OK) *first = at;
  return status;
}

khop_status khop_stack_size(int64_t *size, int64_t input, int count, const khop_layer *layers, const int64_t *before,
                            const int64_t *after) {
  int64_t now = input;
  if (!size || !before || !after || input < 1)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_stack_size: an axis of %lld positions, or an argument is missing",
                       (long long)input);
  *size = 0;
  khop_status status = khop_stack_field(NULL, NULL, count, layers);
  for (int l = 0; status == KHOP_OK && l < count; l++) {
    int64_t span = 1 + (layers[l].kernel - 1) * layers[l].dilation, padded;
    if (before[l] < 0 || after[l] < 0 || __builtin_add_overflow(now, before[l], &padded) ||
        __builtin_add_overflow(padded, after[l], &padded))
      return khop_i_fail(KHOP_E_ARGUMENT, "layer %d has padding %lld and %lld: 0 is the least, 63 bits the most", l,
                         (long long)before[l], (long long)after[l]);
    if (padded < span)
      return khop_i_fail(KHOP_E_SHAPE, "layer %d: a kernel of %lld, %lld apart, spans %lld positions, and its input has "
                         "%lld, padding included", l, (long long)layers[l].kernel, (long long)layers[l].dilation,
                         (long long)span, (long long)padded);
    now = (padded - span) / layers[l].stride + 1;
  }
  if (status == KHOP_OK) *size = now;
  return status;
}

/* --- side by side --------------------------------------------------------------------------- */

/* Shares of 1, 2 and 3 axes from the set of branches that see each offset: an intersection of branches is a product
 * over the axes, so that of their union is a sum over the sets of branches, with the signs of inclusion and
 * exclusion. */
static khop_status share_union(double *shares, const uint16_t *sees, int64_t total, int branches) {
  int64_t *holding = NULL; /* (2^branches) offsets that all of these branches see */
  uint32_t sets = 1u << branches;
  khop_status status = khop_i_alloc(&holding, sets, sizeof *holding, "sets of branches");
  if (status != KHOP_OK) return status;
  for (int64_t i = 0; i < total; i++) holding[sees[i]]++;
  for (int b = 0; b < branches; b++)
    for (uint32_t set = 0; set < sets; set++)
      if (!(set >> b & 1)) holding[set] += holding[set | 1u << b];
  for (int axes = 1; axes <= 3; axes++) {
    shares[axes - 1] = 0;
    for (uint32_t set = 1; set < sets; set++)
      shares[axes - 1] += (__builtin_popcount(set) % 2 ? 1 : -1) * pow((double)holding[set] / (double)total, axes);
  }
  khop_i_free(holding);
  return KHOP_OK;
}

/* The offsets of the stack and one branch behind it, where its padding puts them. layers and before have room for
 * one more. */
static khop_status follow_branch(khop_offsets *o, int count, khop_layer *layers, const khop_layer *branch,
                                 int64_t *before, const int64_t *own) {
  layers[count] = *branch;
  khop_status status = khop_stack_offsets(o, count + 1, layers);
  if (status != KHOP_OK || !own) return status;
  before[count] = *own;
  return khop_stack_begin(&o->first, count + 1, layers, before);
}

static khop_status unite(khop_offsets *all, double *shares, const khop_offsets *o, int branches) {
  khop_status status = KHOP_OK;
  int64_t first = o[0].first, end = first;
  uint16_t *sees = NULL;
  for (int b = 0; b < branches; b++) {
    if (o[b].first < first) first = o[b].first;
    if (o[b].first + o[b].total > end) end = o[b].first + o[b].total;
  }
  all->first = first;
  all->total = end - first;
  if (all->total > KHOP_MAX_OFFSETS)
    KHOP_FAIL(KHOP_E_BUDGET, "branches that together span %lld positions: at most %lld are enumerated",
              (long long)all->total, (long long)KHOP_MAX_OFFSETS);
  KHOP_TRY(khop_i_alloc(&all->reaches, all->total, sizeof *all->reaches, "offsets"));
  KHOP_TRY(khop_i_alloc(&all->paths, all->total, sizeof *all->paths, "paths"));
  KHOP_TRY(khop_i_alloc(&sees, all->total, sizeof *sees, "branches of offsets"));
  for (int b = 0; b < branches; b++)
    for (int64_t i = 0; i < o[b].total; i++) {
      int64_t at = o[b].first - first + i;
      all->paths[at] += o[b].paths[i] / branches;
      if (o[b].reaches[i]) sees[at] = (uint16_t)(sees[at] | 1u << b);
    }
  for (int64_t i = 0; i < all->total; i++) all->reached += all->reaches[i] = sees[i] != 0;
  if (shares) KHOP_TRY(share_union(shares, sees, all->total, branches));
done:
  khop_i_free(sees);
  return status;
}

khop_status khop_stack_branches(khop_offsets *offsets, double *shares, int count, const khop_layer *layers,
                                int branches, const khop_layer *branch, const int64_t *before) {
  khop_status status = KHOP_OK;
  khop_offsets each[KHOP_MAX_BRANCHES] = {{0}};
  khop_layer *stack = NULL;
  int64_t *padding = NULL;
  if (!offsets) return khop_i_fail(KHOP_E_ARGUMENT, "khop_stack_branches: no place for the offsets");
  *offsets = (khop_offsets){0};
  if (branches < 1 || branches > KHOP_MAX_BRANCHES || !branch)
    KHOP_FAIL(KHOP_E_ARGUMENT, "%d branches: 1 to %d are possible", branches, KHOP_MAX_BRANCHES);
  if (count < 0 || (count > 0 && !layers)) KHOP_FAIL(KHOP_E_ARGUMENT, "a stack of %d layers", count);
  for (int b = 1; b < branches; b++)
    if (branch[b].stride != branch[0].stride)
      KHOP_FAIL(KHOP_E_ARGUMENT, "branch %d has stride %lld and branch 0 has %lld: side by side they need one", b,
                (long long)branch[b].stride, (long long)branch[0].stride);
  KHOP_TRY(khop_i_alloc(&stack, count + 1, sizeof *stack, "layers"));
  KHOP_TRY(khop_i_alloc(&padding, count + 1, sizeof *padding, "padding"));
  if (count) memcpy(stack, layers, (size_t)count * sizeof *stack);
  if (count && before) memcpy(padding, before, (size_t)count * sizeof *padding);
  for (int b = 0; b < branches; b++)
    KHOP_TRY(follow_branch(&each[b], count, stack, &branch[b], padding, before ? &before[count + b] : NULL));
  KHOP_TRY(unite(offsets, shares, each, branches));
done:
  for (int b = 0; b < KHOP_MAX_BRANCHES; b++) khop_offsets_clear(&each[b]);
  khop_i_free(stack);
  khop_i_free(padding);
  if (status != KHOP_OK) khop_offsets_clear(offsets);
  return status;
}
