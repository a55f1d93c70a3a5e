/* build_block.c: see build_block.h. */
#include "rings/build_block.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

/* --- one block ------------------------------------------------------------------------------ */

static khop_status open_bfs(khop_i_build *b, int thread) {
  return b->bfs[thread].nodes ? KHOP_OK : khop_i_bfs_open(&b->bfs[thread], b->arcs);
}

/* Each thread opens its own search, so that the threads clear its pages in parallel. */
khop_status khop_i_build_open_search(khop_i_build *b, int thread) {
  if (b->msbfs) {
    khop_i_msbfs *msbfs = &b->msbfs[thread];
    return msbfs->graph ? KHOP_OK : khop_i_msbfs_open(msbfs, b->arcs, b->plan->searched);
  }
  if (b->local) {
    khop_i_msbfs_local *local = &b->local[thread];
    return local->plan ? KHOP_OK : khop_i_msbfs_local_open(local, b->plan, b->arcs, b->choice.nodes, b->choice.arcs);
  }
  return b->bfs ? open_bfs(b, thread) : KHOP_OK;
}

static khop_status within_budget(khop_i_build *b, int64_t entries) {
  int64_t total = atomic_fetch_add(&b->found, entries) + entries;
  double bytes = khop_i_plan_bytes(b->plan, (double)total);
  return bytes <= (double)b->plan->max_bytes ? KHOP_OK
                                             : khop_i_plan_refuse(b->plan, bytes, "at least ");
}

static void search_msbfs(khop_i_build *b, khop_i_msbfs *msbfs, int64_t *sizes, int64_t first, int64_t rows) {
  const khop_i_plan *plan = b->plan;
  khop_i_msbfs_search(msbfs, first, rows, plan->searched, plan->hops, plan->options.op == KHOP_BALL);
  for (int slot = 0; slot < msbfs->found; slot++) khop_i_msbfs_sizes(sizes + slot, plan->slots, msbfs, slot);
}

void khop_i_build_read_bits(const khop_i_build *b, const khop_i_msbfs *msbfs, const int64_t *offsets) {
  int32_t *columns = b->rings->columns;
  int64_t slots = b->plan->slots, last = offsets[msbfs->rows * slots];
  for (int64_t r = 0; r < msbfs->rows; r++)
    for (int slot = 0; slot < msbfs->found; slot++) {
      const int64_t *cell = offsets + r * slots + slot;
      khop_i_msbfs_row(columns + cell[0], columns + last, cell[1] - cell[0], msbfs, slot, r);
    }
}

khop_status khop_i_build_block(khop_i_build *b, khop_i_chunk *chunk, int64_t index, int thread) {
  khop_status status = KHOP_OK;
  int64_t first = b->plan->first + index * b->rows, rows = b->plan->first + b->plan->rows - first;
  int64_t *sizes = b->rings->offsets + first * b->plan->slots + 1;
  if (rows > b->rows) rows = b->rows;
  if (b->adjacency) {
    KHOP_TRY(khop_i_block_products(chunk, sizes, b->plan, b->adjacency, first, rows));
  } else if (b->msbfs) { /* the bits stay in the search until khop_i_build_read_bits */
    search_msbfs(b, &b->msbfs[thread], sizes, first, rows);
    chunk->entries = 0;
    for (int64_t cell = 0; cell < rows * b->plan->slots; cell++) chunk->entries += sizes[cell];
  } else {
    KHOP_TRY(khop_i_block_bits(chunk, sizes, b->plan, &b->bfs[thread], first, rows));
  }
  KHOP_TRY(within_budget(b, chunk->entries));
done:
  return status;
}

/* --- one cluster ---------------------------------------------------------------------------- */

/* The rows of a cluster whose subgraph exceeds the capacity, by a search each: their sizes, or, where rings->columns is
 * there, their columns. */
static khop_status search_rows_one_by_one(khop_i_build *b, const int32_t *sources, int64_t rows, int thread) {
  khop_status status = KHOP_OK;
  int64_t *sizes = NULL, slots = b->plan->slots;
  khop_i_chunk *chunk = &b->chunk[thread * KHOP_I_BLOCKS_AHEAD];
  KHOP_TRY(open_bfs(b, thread));
  KHOP_TRY(khop_i_alloc(&sizes, slots, sizeof *sizes, "sizes"));
  for (int64_t r = 0; r < rows; r++) {
    int64_t *cell = b->rings->offsets + sources[r] * slots;
    KHOP_TRY(khop_i_block_bits(chunk, b->rings->columns ? sizes : cell + 1, b->plan, &b->bfs[thread], sources[r], 1));
    if (b->rings->columns && chunk->entries)
      memcpy(b->rings->columns + cell[0], chunk->columns, (size_t)chunk->entries * sizeof *chunk->columns);
  }
done:
  khop_i_free(sizes);
  return status;
}

static int64_t entries_of(const khop_i_build *b, const int32_t *sources, int64_t rows) {
  int64_t entries = 0, slots = b->plan->slots;
  for (int64_t r = 0; r < rows; r++)
    for (int64_t slot = 0; slot < slots; slot++) entries += b->rings->offsets[sources[r] * slots + slot + 1];
  return entries;
}

khop_status khop_i_build_cluster(khop_i_build *b, int64_t index, int thread) {
  khop_status status = KHOP_OK;
  const int32_t *sources = b->clusters + index * KHOP_I_MSBFS_SOURCES;
  int64_t rows = b->rings->nodes - index * KHOP_I_MSBFS_SOURCES;
  if (rows > KHOP_I_MSBFS_SOURCES) rows = KHOP_I_MSBFS_SOURCES;
  khop_i_msbfs_local *local = &b->local[thread];
  bool write = b->rings->columns != NULL;
  if (!khop_i_msbfs_local_find(local, sources, rows))
    KHOP_TRY(search_rows_one_by_one(b, sources, rows, thread));
  else if (write)
    khop_i_msbfs_local_rows(b->rings->columns, b->rings->offsets, local);
  else
    khop_i_msbfs_local_sizes(b->rings->offsets + 1, local);
  if (!write) KHOP_TRY(within_budget(b, entries_of(b, sources, rows)));
done:
  return status;
}
