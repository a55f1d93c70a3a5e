/* taps.c: see taps.h, and khop/apply.h for the public side. */
#include "forms/products.h"
#include "apply/spmm_packed.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/threads.h"
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
  const khop_rings *listed = khop_i_rings_listed(rings);
  khop_i_tap tap = {.loop = identity || (self_loop && khop_i_rings_takes_loop(rings, slot)),
                    .slot = identity ? -1 : slot};
  if (identity || !listed) return tap;
  tap.offsets = listed->offsets + slot;
  tap.stride = listed->slots;
  tap.columns = listed->columns;
  tap.alike = khop_i_rings_alike(listed, slot);
  tap.values = listed->values;
  return tap;
}

void khop_i_taps_fill(khop_taps *taps, khop_real *scales, const khop_rings *rings,
                      const khop_rings *turned, int count, const int *hops, khop_norm norm,
                      bool self_loop) {
  int64_t n = rings->nodes;
  taps->nodes = n;
  taps->rings = rings;
  taps->turned = turned;
  taps->count = count;
  taps->transposed = taps->forward + count;
  taps->entries = 0;
  for (int t = 0; t < count; t++) {
    int slot = khop_rings_slot(rings, hops[t]);
    khop_i_tap *f = &taps->forward[t], *b = &taps->transposed[t];
    khop_real *left = NULL, *right = NULL;
    if (has_left(norm)) left = scales, scales += n;
    if (has_right(norm)) right = scales, scales += n;
    *f = entries_of(rings, slot, self_loop);
    *b = entries_of(turned, slot, self_loop);
    taps->entries += khop_rings_entries(rings, slot) + (f->loop && f->slot >= 0 ? n : 0);
    if (f->slot < 0) continue; /* normalising the identity changes nothing */
    khop_i_rings_scale(left, right, rings, turned, slot, norm, self_loop);
    f->left = b->right = left;
    f->right = b->left = right;
  }
}

khop_status khop_taps_new(khop_taps **out, const khop_rings *rings, int count, const int *hops,
                          khop_norm norm, bool self_loop) {
  khop_status status = KHOP_OK;
  const khop_rings *turned;
  khop_taps *taps = NULL;
  *out = NULL;
  if (norm < KHOP_NORM_NONE || norm > KHOP_NORM_COL)
    KHOP_FAIL(KHOP_E_ARGUMENT, "there is no normalisation %d", (int)norm);
  if (self_loop && rings->op == KHOP_WORD)
    KHOP_FAIL(KHOP_E_ARGUMENT, "words take no self-loops: the identity is a word of its own");
  KHOP_TRY(khop_i_taps_check(rings, count, hops));
  KHOP_TRY(khop_i_rings_prepare(&turned, rings));
  int64_t scales = khop_i_taps_scales(rings->nodes, count, norm);
  /* One block: the struct, the taps both ways, then their scales. */
  int64_t both = 2 * count * (int64_t)sizeof(khop_i_tap);
  KHOP_TRY(khop_i_alloc_raw(&taps, (int64_t)sizeof *taps + both + scales * (int64_t)sizeof(khop_real),
                            1, "taps"));
  taps->forward = (khop_i_tap *)(void *)(taps + 1);
  khop_i_taps_fill(taps, (khop_real *)(void *)(taps->forward + 2 * count), rings, turned, count,
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

void khop_taps_free(khop_taps *taps) { khop_i_free(taps); }

void khop_i_taps_spread(khop_i_tap *tap, const khop_taps *taps, bool transposed, int64_t f,
                        khop_i_spread spread) {
  const khop_i_tap *from = transposed ? taps->transposed : taps->forward;
  for (int t = 0; t < taps->count; t++) {
    tap[t] = from[t];
    tap[t].in = t * spread.in_step;
    tap[t].out = t * spread.out_step;
    tap[t].weight_per_channel = spread.per_channel;
    tap[t].aside = spread.aside;
    if (spread.weight) tap[t].weight = spread.weight + t * (spread.per_channel ? f : 1);
  }
}

void khop_i_taps_gather(khop_real *y, int64_t ldy, const khop_taps *taps, bool transposed,
                        const khop_real *x, int64_t ldx, int64_t f, khop_i_spread spread) {
  khop_i_tap tap[KHOP_MAX_TAPS];
  khop_i_taps_spread(tap, taps, transposed, f, spread);
  khop_i_product product = {y, ldy, x, ldx, f, taps, transposed, spread.accumulate, tap};
  switch (khop_i_rings_listed(taps->rings) ? KHOP_STORED : taps->rings->form) {
  case KHOP_STREAMED: khop_i_streamed_gather(&product); break;
  case KHOP_LADDER: khop_i_ladder_gather(&product); break;
  case KHOP_BITMAP: khop_i_bitmap_gather(&product); break;
  default:
    khop_i_gather(y, ldy, x, ldx, taps->nodes, f, taps->count, tap, spread.accumulate,
                  taps->entries * f);
  }
}

void khop_i_taps_slots(int *slot, const khop_taps *taps) {
  for (int t = 0; t < taps->count; t++) slot[t] = taps->forward[t].slot;
}

static bool pays_by_lines(const khop_taps *taps, int64_t f) {
  int slot[KHOP_MAX_TAPS];
  khop_i_taps_slots(slot, taps);
  return khop_i_lines_pay(taps->rings, taps->entries, taps->count, slot, f);
}

khop_status khop_apply(khop_real *y, int64_t ldy, const khop_taps *taps, const khop_real *x,
                       int64_t ldx, int64_t f, unsigned flags) {
  const unsigned known = KHOP_CONCAT | KHOP_TRANSPOSE | KHOP_ACCUMULATE;
  bool concat = flags & KHOP_CONCAT, transposed = flags & KHOP_TRANSPOSE;
  int64_t wide = f * taps->count, in = concat && transposed ? wide : f, out = concat && !transposed ? wide : f;
  if (flags & ~known) return khop_i_fail(KHOP_E_ARGUMENT, "khop_apply: flags %#x are unknown", flags & ~known);
  if (f < 0 || ldx < in || ldy < out)
    return khop_i_fail(KHOP_E_SHAPE, "khop_apply: strides %lld (x) and %lld (y) hold rows of %lld and %lld",
                       (long long)ldx, (long long)ldy, (long long)in, (long long)out);
  khop_i_spread spread = {.in_step = concat && transposed ? f : 0,
                          .out_step = concat && !transposed ? f : 0,
                          .accumulate = flags & KHOP_ACCUMULATE};
  khop_real *block = NULL;
  if (!spread.in_step && pays_by_lines(taps, f))
    (void)khop_i_alloc_raw(&block, taps->nodes * KHOP_I_PANEL, sizeof *block, "a block of columns");
  if (block)
    khop_i_lines_gather(y, ldy, taps, transposed, x, ldx, f, spread, block);
  else
    khop_i_taps_gather(y, ldy, taps, transposed, x, ldx, f, spread);
  khop_i_free(block);
  return KHOP_OK;
}
