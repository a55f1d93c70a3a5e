/* taps.c: see taps.h. */
#include "audit/taps.h"
#include "audit/stack.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/order.h"

#include <stdlib.h>

/* More taps in one layer are taken for a mistake: each hop that is not empty is a ring to build. */
#define MOST_TAPS 65536

static khop_status check_options(int count, const khop_audit_options *o) {
  if (o->direction < KHOP_OUT || o->direction > KHOP_ALL)
    return khop_i_fail(KHOP_E_ARGUMENT, "there is no direction %d", (int)o->direction);
  if (o->samples < 0)
    return khop_i_fail(KHOP_E_ARGUMENT, "%lld samples", (long long)o->samples);
  if (o->radius < 0)
    return khop_i_fail(KHOP_E_ARGUMENT, "a radius of %lld hops", (long long)o->radius);
  if (o->taps < 0 || (o->taps > 0 && !o->hops))
    return khop_i_fail(KHOP_E_ARGUMENT, "%d taps, and no hops for them", o->taps);
  for (int t = 0; t < o->taps; t++)
    if (o->hops[t] < 0)
      return khop_i_fail(KHOP_E_ARGUMENT, "a hop of %d: hops count from 0", o->hops[t]);
  if (o->branches < 0 || o->branches > count)
    return khop_i_fail(KHOP_E_ARGUMENT, "%d branches among %d layers", o->branches, count);
  return KHOP_OK;
}

static khop_status check_layers(int count, const khop_layer *layers) {
  khop_status status = khop_i_stack_check(count, layers);
  for (int l = 0; status == KHOP_OK && l < count; l++) {
    if (layers[l].stride != 1)
      status = khop_i_fail(KHOP_E_ARGUMENT, "layer %d has stride %lld: on a graph there are no "
                           "strides; convert them to dilations first", l,
                           (long long)layers[l].stride);
    else if (layers[l].kernel > MOST_TAPS)
      status = khop_i_fail(KHOP_E_ARGUMENT, "layer %d has kernel %lld: at most %d on a graph", l,
                           (long long)layers[l].kernel, MOST_TAPS);
  }
  return status;
}

static void collect_distinct(khop_i_stack *s) {
  int count = 0;
  for (int i = 0; i < s->layers * s->taps; i++)
    if (s->hops[i] >= 0) s->distinct_hops[count++] = s->hops[i];
  qsort(s->distinct_hops, (size_t)count, sizeof *s->distinct_hops, khop_i_ascending_int32);
  for (int i = 0; i < count; i++)
    if (i == 0 || s->distinct_hops[i] != s->distinct_hops[i - 1])
      s->distinct_hops[s->distinct++] = s->distinct_hops[i];
}

/* hops (kernel): of one layer or branch; where it has fewer taps the others stay as they are. */
static khop_status put_taps(int *hops, int kernel, int l, const khop_layer *layers, const khop_audit_options *o) {
  for (int t = 0; t < kernel; t++) {
    int64_t base = o->taps ? o->hops[t] : t, hop;
    if (__builtin_mul_overflow(base, layers[l].dilation, &hop) || hop > INT32_MAX)
      return khop_i_fail(KHOP_E_ARGUMENT, "layer %d: tap %lld times dilation %lld is beyond hop %d", l,
                         (long long)base, (long long)layers[l].dilation, INT32_MAX);
    if (o->taps || t < layers[l].kernel) hops[t] = (int)hop;
  }
  return KHOP_OK;
}

khop_status khop_i_stack_open(khop_i_stack *s, int count, const khop_layer *layers,
                              const khop_audit_options *o) {
  khop_status status = KHOP_OK;
  *s = (khop_i_stack){.layers = o->branches > 1 ? count - o->branches + 1 : count};
  KHOP_TRY(check_layers(count, layers));
  KHOP_TRY(check_options(count, o));
  s->kernel = o->taps;
  for (int l = 0; !o->taps && l < count; l++)
    if (layers[l].kernel > s->kernel) s->kernel = (int)layers[l].kernel;
  int64_t widest = (int64_t)s->kernel * (count - s->layers + 1), cells = widest * s->layers;
  if (cells > 1 << 24)
    KHOP_FAIL(KHOP_E_ARGUMENT, "%d layers of %d taps: too many", count, s->kernel);
  s->taps = (int)widest;
  KHOP_TRY(khop_i_alloc_raw(&s->hops, cells, sizeof *s->hops, "hops"));
  KHOP_TRY(khop_i_alloc_raw(&s->distinct_hops, cells, sizeof *s->distinct_hops, "hops"));
  for (int64_t i = 0; i < cells; i++) s->hops[i] = -1;
  for (int l = 0; l < count; l++) {
    int row = l < s->layers ? l : s->layers - 1;
    KHOP_TRY(put_taps(s->hops + (int64_t)row * s->taps + (l - row) * s->kernel, s->kernel, l, layers, o));
  }
  for (int row = 0; row < s->layers; row++) {
    int farthest = 0;
    for (int t = 0; t < s->taps; t++)
      if (s->hops[row * s->taps + t] > farthest) farthest = s->hops[row * s->taps + t];
    s->radius += farthest;
  }
  collect_distinct(s);
done:
  if (status != KHOP_OK) khop_i_stack_close(s);
  return status;
}

void khop_i_stack_close(khop_i_stack *stack) {
  khop_i_free(stack->hops);
  khop_i_free(stack->distinct_hops);
  *stack = (khop_i_stack){0};
}

/* Bit 0: an even sum can be made, bit 1: an odd one. */
bool khop_i_stack_one_parity(const khop_i_stack *s) {
  unsigned sums = 1;
  for (int l = 0; l < s->layers; l++) {
    unsigned after = 0;
    for (int t = 0; t < s->taps; t++) {
      int hop = s->hops[l * s->taps + t];
      if (hop < 0) continue;
      after |= hop % 2 ? (sums << 1 & 2) | (sums >> 1 & 1) : sums;
    }
    sums = after;
  }
  return sums != 3;
}

khop_status khop_i_stack_reach(khop_rings **rings, khop_i_reach **reach, const khop_i_stack *stack,
                               const khop_graph *graph, const khop_audit_options *o) {
  khop_rings_options how = {.size = sizeof how, .direction = o->direction, .max_bytes = o->max_bytes,
                            .progress = o->progress, .context = o->context};
  *reach = NULL;
  khop_status status =
      khop_rings_build(rings, graph, stack->distinct, stack->distinct_hops, &how);
  if (status != KHOP_OK) return status;
  return khop_i_reach_open(reach, *rings, stack->layers, stack->taps, stack->hops);
}
