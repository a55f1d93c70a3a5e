/* bitmap.c: see bitmap.h. */
#include "forms/bitmap.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/threads.h"
#include "search/msbfs.h"

_Static_assert(KHOP_I_BITMAP_ROWS % KHOP_I_WIDE == 0, "searches fill a block");

void khop_i_bitmap_free(khop_i_bitmap *bitmap) {
  if (!bitmap) return;
  for (int s = 0; bitmap->slot && s < bitmap->slots; s++) khop_i_free(bitmap->slot[s]);
  khop_i_free(bitmap->slot);
  khop_i_free(bitmap);
}

size_t khop_i_bitmap_bytes(const khop_i_bitmap *bitmap, int64_t nodes) {
  size_t total = sizeof *bitmap + (size_t)bitmap->slots * sizeof *bitmap->slot;
  for (int s = 0; s < bitmap->slots; s++)
    if (bitmap->slot[s]) total += (size_t)(nodes * bitmap->words) * sizeof **bitmap->slot;
  return total;
}

double khop_i_bitmap_most_bytes(const khop_i_plan *plan) {
  double n = (double)plan->graph->nodes, words = (double)((plan->graph->nodes + 63) / 64);
  double searches = khop_i_threads_for(INT64_MAX) * 3 * 64 * words * sizeof(khop_i_sources);
  int kept = plan->searched - (plan->searched > 0 && plan->hops[0] == 0);
  double one_way = 8 * n * words * kept + 4 * n * plan->slots;
  return (plan->symmetric ? 1 : 2) * one_way + 12 * n + 4.0 * (double)plan->graph->arcs + searches;
}

/* --- the rows of one search ---------------------------------------------------------------------- */

static void take_rows(khop_i_bitmap *bitmap, int32_t *counts, const khop_i_plan *plan, khop_i_wide *wide,
                      int64_t first) {
  int64_t rows = plan->graph->nodes - first, in_block = first % KHOP_I_BITMAP_ROWS;
  int64_t block_rows = khop_i_bitmap_rows(plan->graph->nodes, first - in_block);
  bool more = true;
  if (rows > KHOP_I_WIDE) rows = KHOP_I_WIDE;
  counts += first * plan->slots;
  khop_i_wide_start(wide, first, rows);
  for (int slot = 0, hop = 0; slot < plan->searched; slot++) {
    for (; hop < plan->hops[slot] && more; hop++) more = khop_i_wide_step(wide);
    if (!more) break;
    if (plan->hops[slot] == 0) { /* the identity needs no bits */
      for (int64_t r = 0; r < rows; r++) counts[r * plan->slots + slot] = 1;
      continue;
    }
    uint64_t *to = khop_i_bitmap_block(bitmap, slot, first - in_block) + in_block;
    khop_i_scans_now()->turn(to, block_rows, wide->now, wide->words, rows);
    for (int64_t w = 0; w < bitmap->words; w++)
      for (int64_t r = 0; r < rows; r++)
        counts[r * plan->slots + slot] += __builtin_popcountll(to[w * block_rows + r]);
  }
}

/* --- all of them ---------------------------------------------------------------------------- */

static khop_status take_all(khop_i_bitmap *bitmap, int32_t *counts, const khop_i_plan *plan, int threads,
                            khop_i_wide *wide) {
  int64_t n = plan->graph->nodes, step = 4 * (int64_t)threads * KHOP_I_WIDE;
  for (int64_t from = 0; from < n; from += step) {
    int64_t end = from + step < n ? from + step : n;
#pragma omp parallel for schedule(dynamic) num_threads(threads)
    for (int64_t first = from; first < end; first += KHOP_I_WIDE)
      take_rows(bitmap, counts, plan, &wide[khop_i_thread()], first);
    if (plan->options.progress && !plan->options.progress((double)end / (double)n, plan->options.context))
      return khop_i_fail(KHOP_E_INTERRUPTED, "the build of the rings was stopped");
  }
  return KHOP_OK;
}

/* Rings that turned out to be empty keep nothing. */
static void drop_empty(khop_i_bitmap *bitmap, const int32_t *counts, int64_t nodes) {
  for (int s = 0; s < bitmap->slots; s++) {
    int64_t entries = 0;
    for (int64_t i = 0; i < nodes; i++) entries += counts[i * bitmap->slots + s];
    if (entries) continue;
    khop_i_free(bitmap->slot[s]);
    bitmap->slot[s] = NULL;
  }
}

khop_status khop_i_bitmap_build(khop_i_bitmap **out, int32_t *counts, const khop_i_plan *plan,
                                const khop_graph *arcs) {
  khop_status status = KHOP_OK;
  khop_i_bitmap *bitmap = NULL;
  khop_i_wide *wide = NULL;
  int64_t n = arcs->nodes;
  int threads = khop_i_threads_for(n * 64);
  KHOP_TRY(khop_i_alloc(&bitmap, 1, sizeof *bitmap, "a bitmap"));
  bitmap->words = (n + 63) / 64;
  KHOP_TRY(khop_i_alloc(&bitmap->slot, plan->slots, sizeof *bitmap->slot, "a bitmap"));
  bitmap->slots = plan->slots;
  for (int s = 0; s < plan->searched; s++)
    if (plan->hops[s] > 0)
      KHOP_TRY(khop_i_alloc(&bitmap->slot[s], n * bitmap->words, sizeof **bitmap->slot, "the bits of a ring"));
  KHOP_TRY(khop_i_alloc(&wide, threads, sizeof *wide, "searches"));
  for (int t = 0; t < threads; t++) KHOP_TRY(khop_i_wide_open(&wide[t], arcs, 0));
  KHOP_TRY(take_all(bitmap, counts, plan, threads, wide));
  drop_empty(bitmap, counts, n);
  *out = bitmap;
  bitmap = NULL;
done:
  for (int t = 0; wide && t < threads; t++) khop_i_wide_close(&wide[t]);
  khop_i_free(wide);
  khop_i_bitmap_free(bitmap);
  return status;
}
