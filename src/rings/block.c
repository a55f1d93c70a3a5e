/* block.c: see block.h; blocks that are searched by bits. block_graphblas.c has those by products. */
#include "rings/block.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

khop_status khop_i_chunk_reserve(khop_i_chunk *chunk, int64_t entries, bool values) {
  khop_status status = KHOP_OK;
  if (entries <= chunk->capacity) return KHOP_OK;
  int64_t capacity = entries + entries / 4;
  KHOP_TRY(khop_i_grow(&chunk->columns, capacity, sizeof *chunk->columns, "block columns"));
  if (values) KHOP_TRY(khop_i_grow(&chunk->values, capacity, sizeof *chunk->values, "walk counts"));
  chunk->capacity = capacity;
done:
  return status;
}

void khop_i_chunk_free(khop_i_chunk *chunk) {
  khop_i_free(chunk->columns);
  khop_i_free(chunk->values);
  *chunk = (khop_i_chunk){0};
}

static khop_status append_nodes(khop_i_chunk *chunk, const int32_t *nodes, int64_t count) {
  if (count == 0) return KHOP_OK;
  khop_status status = khop_i_chunk_reserve(chunk, chunk->entries + count, false);
  if (status != KHOP_OK) return status;
  memcpy(chunk->columns + chunk->entries, nodes, (size_t)count * sizeof *nodes);
  chunk->entries += count;
  return KHOP_OK;
}

/* Merges fresh into kept, both ascending, from the back; kept has the capacity for both. */
static void merge_sorted(int32_t *kept, int64_t count, const int32_t *fresh, int64_t more) {
  for (int64_t end = count + more; more > 0;)
    kept[--end] = count > 0 && kept[count - 1] > fresh[more - 1] ? kept[--count] : fresh[--more];
}

/* A ring is the nodes of the last step. Rings of consecutive hops stand side by side, and are copied at once. */
static khop_status ring_row(khop_i_chunk *chunk, int64_t *sizes, const khop_i_plan *plan, khop_i_bfs *bfs,
                            int64_t source) {
  khop_status status = KHOP_OK;
  int64_t from = 0, to = 0, found = 1; /* nodes[from .. to - 1] are still to be copied */
  khop_i_bfs_start(bfs, source);
  for (int slot = 0, hop = 0; slot < plan->searched && found > 0; slot++) {
    for (; hop < plan->hops[slot] && found > 0; hop++) found = khop_i_bfs_step(bfs);
    if (bfs->begin != to) {
      KHOP_TRY(append_nodes(chunk, bfs->nodes + from, to - from));
      from = bfs->begin;
    }
    to = bfs->end;
    sizes[slot] = found;
  }
  KHOP_TRY(append_nodes(chunk, bfs->nodes + from, to - from));
done:
  return status;
}

/* A ball is the nodes of all steps so far, merged into ball (N). */
static khop_status ball_row(khop_i_chunk *chunk, int64_t *sizes, const khop_i_plan *plan, khop_i_bfs *bfs,
                            int32_t *ball, int64_t source) {
  khop_status status = KHOP_OK;
  int64_t found = 1, merged = 1;
  khop_i_bfs_start(bfs, source);
  ball[0] = (int32_t)source;
  for (int slot = 0, hop = 0; slot < plan->searched; slot++) {
    for (; hop < plan->hops[slot] && found > 0; hop++) {
      found = khop_i_bfs_step(bfs);
      merge_sorted(ball, merged, bfs->nodes + bfs->begin, found);
      merged += found;
    }
    KHOP_TRY(append_nodes(chunk, ball, merged));
    sizes[slot] = merged;
  }
done:
  return status;
}

/* Rows first, first + 1, .., whose sizes stand side by side; or those of sources, each in its row of all sizes. */
static khop_status search_rows(khop_i_chunk *chunk, int64_t *sizes, const khop_i_plan *plan, khop_i_bfs *bfs,
                               int64_t rows, int64_t first, const int32_t *sources) {
  khop_status status = KHOP_OK;
  int32_t *ball = NULL;
  chunk->entries = 0;
  khop_i_bfs_limit(bfs, plan->hops[plan->searched - 1]);
  if (plan->options.op == KHOP_BALL)
    KHOP_TRY(khop_i_alloc_raw(&ball, plan->graph->nodes, sizeof *ball, "a ball"));
  for (int64_t r = 0; r < rows; r++) {
    int64_t source = sources ? sources[r] : first + r, *cell = sizes + (sources ? source : r) * plan->slots;
    KHOP_TRY(ball ? ball_row(chunk, cell, plan, bfs, ball, source) : ring_row(chunk, cell, plan, bfs, source));
  }
done:
  khop_i_free(ball);
  return status;
}

khop_status khop_i_block_bits(khop_i_chunk *chunk, int64_t *sizes, const khop_i_plan *plan,
                              khop_i_bfs *bfs, int64_t first, int64_t rows) {
  return search_rows(chunk, sizes, plan, bfs, rows, first, NULL);
}

khop_status khop_i_block_sources(khop_i_chunk *chunk, int64_t *sizes, const khop_i_plan *plan, khop_i_bfs *bfs,
                                 int64_t count, const int32_t *sources) {
  return search_rows(chunk, sizes, plan, bfs, count, 0, sources);
}
