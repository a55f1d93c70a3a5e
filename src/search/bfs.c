/* bfs.c: see bfs.h. */
#include "search/bfs.h"
#include "base/error.h"
#include "base/memory.h"
#include "search/bitset_dispatch.h"
#include "graph/graph.h"

#include <string.h>

khop_status khop_i_bfs_open(khop_i_bfs *bfs, const khop_graph *graph) {
  khop_status status = KHOP_OK;
  int64_t words = (graph->nodes + 63) / 64;
  *bfs = (khop_i_bfs){.step = khop_i_bitset_kernels_now()->step, .words = words, .furthest = INT64_MAX};
  khop_i_bfs_follow(bfs, graph);
  KHOP_TRY(khop_i_alloc(&bfs->marks, 64 * words, sizeof *bfs->marks, "a search"));
  KHOP_TRY(khop_i_alloc(&bfs->next, words + KHOP_I_WORDS_AT_ONCE, sizeof *bfs->next, "a search"));
  KHOP_TRY(khop_i_alloc(&bfs->touched, (words + 63) / 64, sizeof *bfs->touched, "a search"));
  KHOP_TRY(khop_i_alloc(&bfs->touched_top, (words + 4095) / 4096, sizeof *bfs->touched_top, "a search"));
  KHOP_TRY(khop_i_alloc(&bfs->seen, words + KHOP_I_WORDS_AT_ONCE, sizeof *bfs->seen, "a search"));
  KHOP_TRY(khop_i_alloc_raw(&bfs->nodes, graph->nodes + KHOP_I_SLACK, sizeof *bfs->nodes, "a search"));
done:
  if (status != KHOP_OK) khop_i_bfs_close(bfs);
  return status;
}

void khop_i_bfs_follow(khop_i_bfs *bfs, const khop_graph *graph) {
  bfs->offsets = graph->offsets;
  bfs->targets = graph->targets;
  bfs->arcs = graph->arcs;
}

double khop_i_bfs_bytes(int64_t nodes) {
  double words = (double)((nodes + 63) / 64);
  return (64 + 2 * 8 + 8.0 / 64 + 8.0 / 4096) * words + 16 * (KHOP_I_WORDS_AT_ONCE + 1) +
         4 * ((double)nodes + KHOP_I_SLACK);
}

void khop_i_bfs_close(khop_i_bfs *bfs) {
  khop_i_free(bfs->marks);
  khop_i_free(bfs->next);
  khop_i_free(bfs->touched);
  khop_i_free(bfs->touched_top);
  khop_i_free(bfs->seen);
  khop_i_free(bfs->nodes);
  *bfs = (khop_i_bfs){0};
}

void khop_i_bfs_start(khop_i_bfs *bfs, int64_t source) {
  if (2 * bfs->marked > bfs->last - bfs->first) /* one store of memset clears several words */
    memset(bfs->seen + bfs->first, 0, (size_t)(bfs->last - bfs->first + 1) * sizeof *bfs->seen);
  else
    for (int64_t i = 0; i < bfs->marked; i++) bfs->seen[bfs->nodes[i] >> 6] = 0;
  bfs->nodes[0] = (int32_t)source;
  bfs->seen[source >> 6] = UINT64_C(1) << (source & 63);
  bfs->first = bfs->last = source >> 6;
  bfs->begin = bfs->hop = 0;
  bfs->end = bfs->marked = 1;
}

int64_t khop_i_bfs_step(khop_i_bfs *bfs) { return bfs->step(bfs); }
