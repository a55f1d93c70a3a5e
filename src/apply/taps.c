/* taps.c: see taps.h. */
#include "apply/taps.h"
#include "apply/matrices.h"
#include "base/error.h"
#include "base/memory.h"
#include "forms/normalize.h"
#include "rings/rows_by_count.h"
#include "rings/shifted_rows.h"

#include <string.h>

static bool has_left(khop_norm norm) { return norm == KHOP_NORM_ROW || norm == KHOP_NORM_SYM; }
static bool has_right(khop_norm norm) { return norm == KHOP_NORM_COL || norm == KHOP_NORM_SYM; }

int64_t khop_i_taps_scales(int64_t nodes, int count, khop_norm norm) {
  return nodes * count * (has_left(norm) + has_right(norm));
}

khop_status khop_i_taps_check(const khop_rings *rings, int count, const int *hops) {
  if (count < 1 || count > KHOP_MAX_TAPS)
    return khop_i_fail(KHOP_E_ARGUMENT, "%d taps: 1 to %d are possible", count, KHOP_MAX_TAPS);
  for (int t = 0; t < count; t++)
    if (khop_rings_slot(rings, hops[t]) < 0)
      return khop_i_fail(KHOP_E_ARGUMENT, "hop %d is not kept in these rings of %d hops", hops[t],
                         rings->slots);
  return KHOP_OK;
}

/* Hop 0 is the identity, without a list of entries: the kernel's self-loop alone. */
static khop_i_tap entries_of(const khop_rings *rings, int slot, bool self_loop) {
  bool identity = khop_i_rings_is_identity(rings, slot);
  const khop_i_hop_csr *csr = rings->csr;
  khop_i_tap tap = {.loop = identity || (self_loop && khop_i_rings_takes_loop(rings, slot)),
                    .slot = identity ? -1 : slot};
  if (identity || !csr) return tap;
  tap.offsets = csr->offsets + slot;
  tap.stride = csr->slots;
  tap.columns = csr->columns;
  tap.shifted = khop_i_shifted_rows_of(csr, slot);
  tap.order = khop_i_rows_by_count_of(csr, slot);
  tap.values = csr->values;
  return tap;
}

void khop_i_taps_fill(khop_taps *taps, khop_real *scales, const khop_rings *rings,
                      const khop_rings *transposed, int count, const int *hops, khop_norm norm,
                      bool self_loop) {
  int64_t n = rings->nodes;
  taps->nodes = n;
  taps->rings = rings;
  taps->transposed_rings = transposed;
  taps->count = count;
  taps->transposed = taps->forward + count;
  taps->own = NULL;
  taps->entries = 0;
  for (int t = 0; t < count; t++) {
    int slot = khop_rings_slot(rings, hops[t]);
    khop_i_tap *f = &taps->forward[t], *b = &taps->transposed[t];
    khop_real *left = NULL, *right = NULL;
    if (has_left(norm)) left = scales, scales += n;
    if (has_right(norm)) right = scales, scales += n;
    *f = entries_of(rings, slot, self_loop);
    *b = entries_of(transposed, slot, self_loop);
    taps->entries += khop_rings_entries(rings, slot) + (f->loop && f->slot >= 0 ? n : 0);
    if (f->slot < 0) continue; /* normalising the identity changes nothing */
    khop_i_rings_scale(left, right, rings, transposed, slot, norm, self_loop);
    f->left = b->right = left;
    f->right = b->left = right;
  }
}

khop_status khop_taps_new(khop_taps **out, const khop_rings *rings, int count, const int *hops,
                          khop_norm norm, bool self_loop) {
  khop_status status = KHOP_OK;
  const khop_rings *transposed;
  khop_taps *taps = NULL;
  *out = NULL;
  if (norm < KHOP_NORM_NONE || norm > KHOP_NORM_COL)
    KHOP_FAIL(KHOP_E_ARGUMENT, "there is no normalisation %d", (int)norm);
  if (self_loop && rings->op == KHOP_METAPATH)
    KHOP_FAIL(KHOP_E_ARGUMENT, "metapaths take no self-loops: the identity is a metapath of its own");
  KHOP_TRY(khop_i_taps_check(rings, count, hops));
  KHOP_TRY(khop_i_rings_prepare(&transposed, rings));
  int64_t scales = khop_i_taps_scales(rings->nodes, count, norm);
  /* One allocation: the struct, the taps both ways, then their scales. */
  int64_t both = 2 * count * (int64_t)sizeof(khop_i_tap);
  KHOP_TRY(khop_i_alloc_raw(&taps, (int64_t)sizeof *taps + both + scales * (int64_t)sizeof(khop_real),
                            1, "taps"));
  taps->forward = (khop_i_tap *)(void *)(taps + 1);
  khop_i_taps_fill(taps, (khop_real *)(void *)(taps->forward + 2 * count), rings, transposed, count,
                   hops, norm, self_loop);
  *out = taps;
done:
  return status;
}

int64_t khop_i_taps_row_entries(const khop_taps *taps, int64_t i) {
  int64_t entries = 0;
  for (int t = 0; t < taps->count; t++) {
    const khop_i_tap *p = &taps->forward[t];
    entries += p->loop + (p->slot < 0 ? 0 : khop_i_rings_count(taps->rings, i, p->slot));
  }
  return entries;
}

void khop_taps_free(khop_taps *taps) {
  if (taps) khop_i_matrices_free(taps->own);
  khop_i_free(taps);
}

khop_status khop_i_taps_need_transposed(const khop_taps *taps, const char *who) {
  if (taps->transposed_rings) return KHOP_OK;
  return khop_i_fail(KHOP_E_ARGUMENT, "%s needs the transposes of the taps, and these were made without", who);
}

void khop_i_taps_spread(khop_i_tap *tap, const khop_taps *taps, bool transposed, int64_t f,
                        khop_i_spread spread) {
  const khop_i_tap *from = transposed ? taps->transposed : taps->forward;
  for (int t = 0; t < taps->count; t++) {
    tap[t] = from[t];
    tap[t].in = t * spread.in_step;
    tap[t].out = t * spread.out_step;
    tap[t].weight_per_channel = spread.per_channel;
    tap[t].non_temporal = spread.non_temporal;
    if (spread.weight) tap[t].weight = spread.weight + t * (spread.per_channel ? f : 1);
  }
}

void khop_i_taps_gather(khop_real *y, int64_t ldy, const khop_taps *taps, bool transposed,
                        const khop_real *x, int64_t ldx, int64_t f, khop_i_spread spread) {
  if (taps->nodes == 0 || f == 0) return; /* then x and y may be NULL */
  khop_i_tap tap[KHOP_MAX_TAPS];
  khop_i_taps_spread(tap, taps, transposed, f, spread);
  const khop_rings *rings = transposed ? taps->transposed_rings : taps->rings;
  rings->form->apply(&(khop_i_product){
      .y = y, .ldy = ldy, .x = x, .ldx = ldx, .f = f, .rows = taps->nodes, .rings = rings, .count = taps->count,
      .tap = tap, .entries = taps->entries, .accumulate = spread.accumulate});
}

void khop_i_taps_slots(int *slot, const khop_taps *taps) {
  for (int t = 0; t < taps->count; t++) slot[t] = taps->forward[t].slot;
}
