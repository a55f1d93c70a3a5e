/* bitmap.c: see bitmap.h. */
#include "forms/bitmap.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/threads.h"
#include "forms/rings.h"
#include "search/arcs.h"
#include "search/bitset_dispatch.h"
#include "search/msbfs.h"
#include "kernels/dispatch.h"

#include <math.h>
#include <string.h>

/* A product goes through so many bits in the time that a stored one reads an entry: a cautious figure, fitted on an AMD
 * EPYC (docs/notes/2026-11-bitmap.md). `sh bench/run forms` measures it anew. */
#define BITS_AN_ENTRY 8

_Static_assert(KHOP_I_BITMAP_ROWS % KHOP_I_MSBFS_SOURCES == 0, "searches fill a block");

void khop_i_bitmap_free(khop_i_bitmap *bitmap) {
  if (!bitmap) return;
  for (int s = 0; bitmap->slot && s < bitmap->slots; s++) khop_i_free(bitmap->slot[s]);
  khop_i_free(bitmap->slot);
  khop_i_free(bitmap->place);
  khop_i_free(bitmap);
}

khop_status khop_i_bitmap_new(khop_i_bitmap **out, int64_t rows, int64_t words, int slots) {
  khop_status status = KHOP_OK;
  khop_i_bitmap *bitmap = NULL;
  KHOP_TRY(khop_i_alloc(&bitmap, 1, sizeof *bitmap, "a bitmap"));
  KHOP_TRY(khop_i_alloc(&bitmap->slot, slots, sizeof *bitmap->slot, "a bitmap"));
  bitmap->rows = rows;
  bitmap->words = words;
  bitmap->slots = slots;
  *out = bitmap;
  bitmap = NULL;
done:
  khop_i_bitmap_free(bitmap);
  return status;
}

static int stored_slots(const khop_i_plan *plan) {
  return plan->searched - (plan->searched > 0 && plan->hops[0] == 0);
}

/* An upper bound of what a plan takes, its searches included. */
static double most_bytes(const khop_i_plan *plan) {
  double n = (double)plan->graph->nodes, words = (double)((plan->graph->nodes + 63) / 64);
  double searches = khop_i_threads_for(INT64_MAX) * 3 * 64 * words * sizeof(khop_i_sources);
  double one_way = 8 * n * words * stored_slots(plan) + 4 * n * plan->slots;
  return (plan->symmetric ? 1 : 2) * one_way + 12 * n + 4.0 * (double)plan->graph->arcs + searches;
}

static khop_status estimate_bitmap(khop_i_form_cost *cost, const khop_i_plan *plan) {
  double n = (double)plan->graph->nodes;
  *cost = (khop_i_form_cost){most_bytes(plan), n * n / BITS_AN_ENTRY * stored_slots(plan)};
  return KHOP_OK;
}

/* --- the rows of one search ---------------------------------------------------------------------- */

static void take_rows(khop_i_bitmap *bitmap, int32_t *counts, const khop_i_plan *plan, khop_i_msbfs *msbfs,
                      int64_t first) {
  int64_t rows = plan->graph->nodes - first, in_block = first % KHOP_I_BITMAP_ROWS;
  int64_t block_rows = khop_i_bitmap_rows(plan->graph->nodes, first - in_block);
  bool more = true;
  if (rows > KHOP_I_MSBFS_SOURCES) rows = KHOP_I_MSBFS_SOURCES;
  counts += first * plan->slots;
  khop_i_msbfs_start(msbfs, first, rows);
  for (int slot = 0, hop = 0; slot < plan->searched; slot++) {
    for (; hop < plan->hops[slot] && more; hop++) more = khop_i_msbfs_step(msbfs);
    if (!more) break;
    if (plan->hops[slot] == 0) { /* the identity needs no bits */
      for (int64_t r = 0; r < rows; r++) counts[r * plan->slots + slot] = 1;
      continue;
    }
    uint64_t *to = khop_i_bitmap_block(bitmap, slot, first - in_block) + in_block;
    khop_i_bitset_kernels_now()->transpose(to, block_rows, msbfs->now, msbfs->words, rows);
    for (int64_t w = 0; w < bitmap->words; w++)
      for (int64_t r = 0; r < rows; r++)
        counts[r * plan->slots + slot] += __builtin_popcountll(to[w * block_rows + r]);
  }
}

/* --- all of them ---------------------------------------------------------------------------- */

static khop_status take_all(khop_i_bitmap *bitmap, int32_t *counts, const khop_i_plan *plan, int threads,
                            khop_i_msbfs *msbfs) {
  int64_t n = plan->graph->nodes, step = 4 * (int64_t)threads * KHOP_I_MSBFS_SOURCES;
  for (int64_t from = 0; from < n; from += step) {
    int64_t end = from + step < n ? from + step : n;
#pragma omp parallel for schedule(dynamic) num_threads(threads)
    for (int64_t first = from; first < end; first += KHOP_I_MSBFS_SOURCES)
      take_rows(bitmap, counts, plan, &msbfs[khop_i_thread()], first);
    if (plan->options.progress && !plan->options.progress((double)end / (double)n, plan->options.context))
      return khop_i_fail(KHOP_E_INTERRUPTED, "the build of the rings was stopped");
  }
  return KHOP_OK;
}

void khop_i_bitmap_drop_empty(khop_i_bitmap *bitmap, const int32_t *counts) {
  for (int s = 0; s < bitmap->slots; s++) {
    int64_t entries = 0;
    for (int64_t i = 0; i < bitmap->rows; i++) entries += counts[i * bitmap->slots + s];
    if (entries) continue;
    khop_i_free(bitmap->slot[s]);
    bitmap->slot[s] = NULL;
  }
}

/* The bits of the rings along arcs, and the sizes of their rows in counts (nodes, slots), zero at first. Cost: for each
 * 512 nodes a pass over all arcs a hop. */
static khop_status build_bits(khop_i_bitmap **out, int32_t *counts, const khop_i_plan *plan, const khop_graph *arcs) {
  khop_status status = KHOP_OK;
  khop_i_bitmap *bitmap = NULL;
  khop_i_msbfs *msbfs = NULL;
  int64_t n = arcs->nodes;
  int threads = khop_i_threads_for(n * 64);
  KHOP_TRY(khop_i_bitmap_new(&bitmap, n, (n + 63) / 64, plan->slots));
  for (int s = 0; s < plan->searched; s++)
    if (plan->hops[s] > 0)
      KHOP_TRY(khop_i_alloc(&bitmap->slot[s], n * bitmap->words, sizeof **bitmap->slot, "the bits of a ring"));
  KHOP_TRY(khop_i_alloc(&msbfs, threads, sizeof *msbfs, "searches"));
  for (int t = 0; t < threads; t++) KHOP_TRY(khop_i_msbfs_open(&msbfs[t], arcs, 0));
  KHOP_TRY(take_all(bitmap, counts, plan, threads, msbfs));
  khop_i_bitmap_drop_empty(bitmap, counts);
  *out = bitmap;
  bitmap = NULL;
done:
  for (int t = 0; msbfs && t < threads; t++) khop_i_msbfs_close(&msbfs[t]);
  khop_i_free(msbfs);
  khop_i_bitmap_free(bitmap);
  return status;
}

static khop_status build_one_way(khop_rings *rings, const khop_i_plan *plan) {
  khop_status status = KHOP_OK;
  khop_i_bitmap *bitmap = NULL;
  const khop_graph *arcs;
  khop_graph *made = NULL;
  KHOP_TRY(khop_i_alloc(&rings->counts, rings->nodes * rings->slots, sizeof *rings->counts, "ring sizes"));
  KHOP_TRY(khop_i_arcs(&arcs, &made, plan->graph, rings->direction));
  KHOP_TRY(build_bits(&bitmap, rings->counts, plan, arcs));
  rings->state = bitmap;
done:
  khop_graph_free(made);
  return status;
}

static khop_status build_bitmap(khop_rings *rings, const khop_i_plan *plan) {
  khop_status status = KHOP_OK;
  double most = most_bytes(plan);
  if (most > (double)plan->max_bytes) return khop_i_form_refuse(plan, rings->form->how, most);
  KHOP_TRY(build_one_way(rings, plan));
  if (plan->symmetric) goto done;
  KHOP_TRY(khop_i_rings_open_transpose(rings));
  KHOP_TRY(build_one_way(rings->transposed, plan));
done:
  return status;
}

static int64_t kept_words(const khop_rings *rings, int slot) {
  const khop_i_bitmap *bitmap = rings->state;
  return bitmap->slot[slot] ? bitmap->rows * bitmap->words : 0;
}

static size_t bitmap_bytes(const khop_rings *rings) {
  const khop_i_bitmap *bitmap = rings->state;
  size_t total = sizeof *bitmap + (size_t)bitmap->slots * sizeof *bitmap->slot;
  for (int s = 0; s < bitmap->slots; s++) total += (size_t)kept_words(rings, s) * sizeof **bitmap->slot;
  if (bitmap->place) total += (size_t)bitmap->words * 64 * sizeof *bitmap->place;
  return total;
}

static void free_bitmap(khop_rings *rings) { khop_i_bitmap_free(rings->state); }

/* --- applying ------------------------------------------------------------------------------- */

/* A tile of y: rows first .. first + rows - 1 of the product, columns c .. c + width - 1 of every tap. */
typedef struct tile {
  int64_t first, rows, c;
  int width;
} tile;

/* Writes the sums of one tap into y, with its self-loop, its scale and its weight. */
static void write_sums(const khop_i_product *p, const khop_i_tap *tap, const tile *at, const khop_real *sum, bool add) {
  for (int64_t r = 0; r < at->rows; r++, sum += KHOP_I_STRIP) {
    int64_t i = p->first + at->first + r;
    const khop_real *x = p->x + i * p->ldx + tap->in + at->c;
    khop_real *y = p->y + (at->first + r) * p->ldy + tap->out + at->c;
    khop_real left = tap->left ? tap->left[i] : 1, right = tap->right ? tap->right[i] : 1;
    if (tap->weight && !tap->weight_per_channel) left *= *tap->weight;
    for (int u = 0; u < at->width; u++) {
      khop_real value = sum[u];
      if (tap->loop) value += right * x[u];
      value *= left;
      if (tap->weight && tap->weight_per_channel) value *= tap->weight[at->c + u];
      y[u] = add ? y[u] + value : value;
    }
  }
}

/* Adds a block of bits, a word at a time: its rows of x, and their scales, are brought together first. */
static void add_placed(khop_real *sum, const khop_i_product *p, const khop_i_tap *tap, const khop_i_bitmap *bitmap,
                       const uint64_t *bits, const tile *at) {
  khop_real rows[64 * KHOP_I_STRIP], right[64];
  for (int64_t w = 0; w < bitmap->words; w++) {
    memset(rows, 0, sizeof rows);
    for (int64_t j = 0; j < 64; j++) {
      int64_t from = bitmap->place[64 * w + j];
      right[j] = from >= 0 && tap->right ? tap->right[from] : 1;
      if (from >= 0)
        memcpy(rows + j * KHOP_I_STRIP, p->x + from * p->ldx + tap->in + at->c, (size_t)at->width * sizeof *rows);
    }
    khop_i_kernels_now()->bits(sum, bits + w * at->rows, at->rows, 64, rows, KHOP_I_STRIP, at->width,
                               tap->right ? right : NULL);
  }
}

static void apply_tile(const khop_i_product *p, const khop_i_bitmap *bitmap, const tile *at) {
  khop_real sum[KHOP_I_BITMAP_ROWS * KHOP_I_STRIP];
  for (int t = 0; t < p->count; t++) {
    const khop_i_tap *tap = &p->tap[t];
    const uint64_t *bits = tap->slot < 0 ? NULL : khop_i_bitmap_block(bitmap, tap->slot, at->first);
    memset(sum, 0, (size_t)(at->rows * KHOP_I_STRIP) * sizeof *sum);
    if (bits && bitmap->place)
      add_placed(sum, p, tap, bitmap, bits, at);
    else if (bits)
      khop_i_kernels_now()->bits(sum, bits, at->rows, p->rings->nodes, p->x + tap->in + at->c, p->ldx, at->width,
                                 tap->right);
    write_sums(p, tap, at, sum, p->accumulate || (t > 0 && tap->out == tap[-1].out));
  }
}

/* Tiles are independent, and each is summed by one thread in one order. The sums (64 kB) and the tables of the kernel
 * (16 kB) are on its stack. */
static void apply_bitmap(const khop_i_product *p) {
  const khop_i_bitmap *bitmap = p->rings->state;
  int64_t rows = bitmap->rows, strips = khop_i_ceil_div(p->f, KHOP_I_STRIP);
  int64_t blocks = khop_i_ceil_div(rows, KHOP_I_BITMAP_ROWS);
  int threads = khop_i_threads_for(rows * bitmap->words * 16 * strips * p->count);
#pragma omp parallel for schedule(dynamic) num_threads(threads)
  for (int64_t k = 0; k < blocks * strips; k++) {
    tile at = {.first = k / strips * KHOP_I_BITMAP_ROWS, .c = k % strips * KHOP_I_STRIP};
    at.rows = khop_i_bitmap_rows(rows, at.first);
    at.width = (int)(p->f - at.c < KHOP_I_STRIP ? p->f - at.c : KHOP_I_STRIP);
    apply_tile(p, bitmap, &at);
  }
}

const khop_i_form khop_i_bitmap_form = {
    .id = KHOP_BITMAP,
    .name = "bitmap",
    .how = "as a bitmap",
    .saves = true,
    .estimate = estimate_bitmap,
    .build = build_bitmap,
    .apply = apply_bitmap,
    .kept = kept_words,
    .bytes = bitmap_bytes,
    .free = free_bitmap,
};
