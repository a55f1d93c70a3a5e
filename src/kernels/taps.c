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

/* A strip is a cache line; two are copied at once, since lines come in pairs. */
enum { STRIP = KHOP_I_STRIP, PANEL = 2 * STRIP };
#define A_CACHE (2 << 20) /* bytes of a second-level cache */

/* Over how many rows of x the entries of a row are spread: the mean of some rows. */
static int64_t span_of(const khop_taps *taps, const khop_i_tap *tap) {
  int64_t n = taps->nodes, sum = 0, rows = 0;
  for (int64_t i = 0; i < n; i += n / 64 + 1, rows++) {
    int64_t first = n, last = 0;
    for (int t = 0; t < taps->count; t++) {
      if (!tap[t].offsets) continue;
      const int64_t *offset = tap[t].offsets + i * tap[t].stride;
      if (offset[0] == offset[1]) continue;
      if (tap[t].columns[offset[0]] < first) first = tap[t].columns[offset[0]];
      if (tap[t].columns[offset[1] - 1] > last) last = tap[t].columns[offset[1] - 1];
    }
    if (last > first) sum += last - first;
  }
  return sum / rows;
}

/* Wide features a cache line of columns at a time, copied together first, so that more of the rows that
 * come back are still in a cache, and on fewer pages. (Blocks of the uncopied rows gain nothing: their
 * lines share a sixteenth of a cache's sets.) It pays where rows are read often, from further apart than
 * a cache holds. Milliseconds in one pass / in blocks of 256 bytes / so, 64 and 256 columns: facebook, ring
 * 2, 276 entries a row: 35, 281 / 35, 151 / 16, 76; preferential attachment, 181 entries: 24, 166 / 24, 102 /
 * 9.2, 39; a grid's ring 8, 31 entries, 256 columns: 64 / 68 / 47; slashdot, ring 2, whose line of 82,000
 * rows no second-level cache holds, 64 columns: 767 / 805 / 508. False where nothing was done: it would
 * not pay, or there is no memory for the copy. */
static bool apply_by_blocks(khop_real *y, int64_t ldy, const khop_taps *taps, bool transposed,
                            const khop_real *x, int64_t ldx, int64_t f, khop_i_spread spread) {
  int64_t n = taps->nodes, row = f * (int64_t)sizeof *x;
  khop_real *block;
  if (taps->rings->form != KHOP_STORED || f < PANEL || taps->entries < 16 * n || n * row < A_CACHE ||
      span_of(taps, transposed ? taps->transposed : taps->forward) * row < A_CACHE ||
      khop_i_alloc_raw(&block, n * PANEL, sizeof *block, "a block of columns") != KHOP_OK)
    return false;
  int threads = khop_i_threads_for(n * PANEL);
  spread.aside = !spread.accumulate;
  for (int64_t p = 0; p < f; p += PANEL) {
    int64_t end = p + PANEL < f ? p + PANEL : f;
#pragma omp parallel for schedule(static) num_threads(threads)
    for (int64_t i = 0; i < n; i++)
      for (int64_t c = p; c < end; c += STRIP) {
        khop_real *to = block + (c - p) * n + i * STRIP;
        if (c + STRIP <= end)
          memcpy(to, x + i * ldx + c, STRIP * sizeof *x);
        else
          memcpy(to, x + i * ldx + c, (size_t)(end - c) * sizeof *x);
      }
    for (int64_t c = p; c < end; c += STRIP)
      khop_i_taps_gather(y + c, ldy, taps, transposed, block + (c - p) * n, STRIP,
                         c + STRIP < end ? STRIP : end - c, spread);
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
