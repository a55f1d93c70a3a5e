/* taps.c: see taps.h, and khop/apply.h for the public side. */
#include "kernels/forms.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/threads.h"

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
  khop_i_tap tap = {.loop = identity || (self_loop && khop_i_rings_takes_loop(rings, slot)),
                    .slot = identity ? -1 : slot};
  if (identity || rings->form != KHOP_STORED) return tap;
  tap.offsets = rings->offsets + slot;
  tap.stride = rings->slots;
  tap.columns = rings->columns;
  tap.values = rings->values;
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
  KHOP_TRY(khop_i_rings_turned(&turned, rings));
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

void khop_i_taps_gather(khop_real *y, int64_t ldy, const khop_taps *taps, bool transposed,
                        const khop_real *x, int64_t ldx, int64_t f, khop_i_spread spread) {
  khop_i_tap tap[KHOP_MAX_TAPS];
  const khop_i_tap *from = transposed ? taps->transposed : taps->forward;
  for (int t = 0; t < taps->count; t++) {
    tap[t] = from[t];
    tap[t].in = t * spread.in_step;
    tap[t].out = t * spread.out_step;
    tap[t].weight_per_channel = spread.per_channel;
    if (spread.weight) tap[t].weight = spread.weight + t * (spread.per_channel ? f : 1);
  }
  khop_i_product product = {y, ldy, x, ldx, f, taps, transposed, spread.accumulate, tap};
  switch (taps->rings->form) {
  case KHOP_STREAMED: khop_i_streamed_gather(&product); break;
  case KHOP_LADDER: khop_i_ladder_gather(&product); break;
  case KHOP_BITMAP: khop_i_bitmap_gather(&product); break;
  default:
    khop_i_gather(y, ldy, x, ldx, taps->nodes, f, taps->count, tap, spread.accumulate,
                  taps->entries * f);
  }
}

/* --- wide features ---------------------------------------------------------------------------- */

/* 256 bytes a row: what a cache keeps of many rows, and what still is a run of whole lines. */
#define WORTH_BLOCKS (8 << 20) /* bytes of x */
#define BLOCK (256 / (int)sizeof(khop_real))

/* Wide features a block of columns at a time, copied together first, so that more of the rows that come
 * back are still in a cache, and on fewer pages. (Blocks of the uncopied rows gain nothing: their lines
 * share a quarter of a cache's sets.) It pays where rows are read often: 256 columns on a second ring of
 * 276 entries a row took 222 ms in one pass and 144 ms so, of 181 entries 157 and 87; with 31 entries a
 * row it lost a tenth. The sums are those of one pass, in the same order. False where nothing was done:
 * it would not pay, or there is no memory for the copy. */
static bool apply_by_blocks(khop_real *y, int64_t ldy, const khop_taps *taps, bool transposed,
                            const khop_real *x, int64_t ldx, int64_t f, khop_i_spread spread) {
  int64_t n = taps->nodes;
  khop_real *block;
  if (taps->rings->form != KHOP_STORED || f < 2 * BLOCK || taps->entries < 64 * n ||
      n * f * (int64_t)sizeof *x < WORTH_BLOCKS ||
      khop_i_alloc_raw(&block, n * BLOCK, sizeof *block, "a block of columns") != KHOP_OK)
    return false;
  for (int64_t c = 0; c < f; c += BLOCK) {
    int64_t wide = c + BLOCK < f ? BLOCK : f - c;
    int threads = khop_i_threads_for(n * wide);
#pragma omp parallel for schedule(static) num_threads(threads)
    for (int64_t i = 0; i < n; i++)
      memcpy(block + i * BLOCK, x + i * ldx + c, (size_t)wide * sizeof *x);
    khop_i_taps_gather(y + c, ldy, taps, transposed, block, BLOCK, wide, spread);
  }
  khop_i_free(block);
  return true;
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
  if (spread.in_step || !apply_by_blocks(y, ldy, taps, transposed, x, ldx, f, spread))
    khop_i_taps_gather(y, ldy, taps, transposed, x, ldx, f, spread);
  return KHOP_OK;
}
