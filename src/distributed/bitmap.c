/* bitmap.c: see bitmap.h. */
#include "distributed/bitmap.h"
#include "base/error.h"
#include "base/memory.h"
#include "forms/bitmap.h"
#include "rings/build.h"

#include <string.h>

/* How many words of the whole graph hold a node that is at hand. */
static int64_t count_words(const khop_i_halo *halo) {
  int64_t words = 0;
  for (int64_t i = 0; i < halo->nodes; i++) words += i == 0 || halo->node[i] / 64 != halo->node[i - 1] / 64;
  return words;
}

/* bit (nodes): the bit of each local number, counted through all words. */
static void place_nodes(int32_t *place, int64_t *bit, int64_t words, const khop_i_halo *halo) {
  int64_t word = -1;
  memset(place, 0xff, (size_t)words * 64 * sizeof *place); /* -1 */
  for (int64_t i = 0; i < halo->nodes; i++) {
    word += i == 0 || halo->node[i] / 64 != halo->node[i - 1] / 64;
    bit[i] = 64 * word + halo->node[i] % 64;
    place[bit[i]] = (int32_t)i;
  }
}

/* The bits and sizes of rows first .. first + csr rows - 1 of those that are owned. */
static void take_block(khop_rings *rings, const khop_i_hop_csr *csr, const khop_i_plan *block, const int64_t *bit,
                       int64_t first) {
  khop_i_bitmap *bitmap = rings->state;
  for (int64_t r = 0; r < block->rows; r++)
    for (int s = 0; s < rings->slots; s++) {
      int64_t i = block->first + r, begin = khop_i_hop_csr_begin(csr, i, s), end = khop_i_hop_csr_end(csr, i, s);
      rings->counts[i * rings->slots + s] = (int32_t)(end - begin);
      if (!bitmap->slot[s]) continue; /* the identity */
      uint64_t *to = khop_i_bitmap_block(bitmap, s, first) + r;
      for (int64_t e = begin; e < end; e++)
        to[bit[csr->columns[e]] / 64 * block->rows] |= (uint64_t)1 << bit[csr->columns[e]] % 64;
    }
}

static khop_status take_rows(khop_rings *rings, const khop_i_plan *plan, const int64_t *bit) {
  khop_status status = KHOP_OK;
  khop_i_hop_csr *csr = NULL;
  khop_i_plan block = *plan;
  block.options.progress = NULL;
  for (int64_t first = 0; first < plan->rows; first += KHOP_I_BITMAP_ROWS) {
    khop_i_plan_take_rows(&block, plan->first + first, khop_i_bitmap_rows(plan->rows, first));
    KHOP_TRY(khop_i_hop_csr_build(&csr, &block));
    take_block(rings, csr, &block, bit, first);
    khop_i_hop_csr_free(csr);
    csr = NULL;
    double share = (double)(first + block.rows) / (double)plan->rows;
    if (plan->options.progress && !plan->options.progress(share, plan->options.context))
      KHOP_FAIL(KHOP_E_INTERRUPTED, "the build of the rings was stopped");
  }
done:
  return status;
}

/* Of the bits, the sizes, and where words are. */
static double bytes_of(const khop_i_plan *plan, int64_t words) {
  double rows = (double)plan->rows, kept = plan->slots - (plan->hops[0] == 0);
  return 8 * rows * (double)words * kept + (4 * plan->slots + 8) * (double)plan->graph->nodes + 256 * (double)words;
}

khop_status khop_i_shard_bitmap_build(khop_rings **out, const khop_i_plan *plan, const khop_i_halo *halo) {
  khop_status status = KHOP_OK;
  khop_rings *rings = NULL;
  khop_i_bitmap *bitmap = NULL;
  int64_t *bit = NULL, nodes = halo->nodes, words = count_words(halo);
  if (bytes_of(plan, words) > (double)plan->max_bytes)
    return khop_i_form_refuse(plan, khop_i_bitmap_form.how, bytes_of(plan, words));
  KHOP_TRY(khop_i_rings_new(&rings, nodes, plan->slots, plan->hops));
  rings->op = plan->options.op;
  rings->symmetric = plan->symmetric;
  rings->form = &khop_i_bitmap_form;
  KHOP_TRY(khop_i_alloc(&rings->counts, nodes * plan->slots, sizeof *rings->counts, "ring sizes"));
  KHOP_TRY(khop_i_bitmap_new(&bitmap, plan->rows, words, plan->slots));
  rings->state = bitmap;
  for (int s = 0; s < plan->slots; s++)
    if (plan->hops[s] > 0)
      KHOP_TRY(khop_i_alloc(&bitmap->slot[s], plan->rows * words, sizeof **bitmap->slot, "the bits of a ring"));
  KHOP_TRY(khop_i_alloc_raw(&bitmap->place, words * 64, sizeof *bitmap->place, "places of nodes"));
  KHOP_TRY(khop_i_alloc_raw(&bit, nodes, sizeof *bit, "bits of nodes"));
  place_nodes(bitmap->place, bit, words, halo);
  KHOP_TRY(take_rows(rings, plan, bit));
  khop_i_bitmap_drop_empty(bitmap, rings->counts + halo->own * plan->slots);
  *out = rings;
  rings = NULL;
done:
  khop_i_free(bit);
  khop_rings_free(rings);
  return status;
}
