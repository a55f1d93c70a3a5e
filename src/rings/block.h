/* block.h: the rows of one block, found by either search, on one thread.
 *
 *   chunk   row 64: hop 1, hop 2, ..; row 65: hop 1, hop 2, ..      as the final rows will hold them
 *   sizes   (rows, slots) how many entries each has */
#ifndef KHOP_RINGS_BLOCK_H
#define KHOP_RINGS_BLOCK_H

#include "search/bfs.h"
#include "search/plan.h"

/* The entries of one block. A chunk is used again for the next block, so that it rarely has to grow. */
typedef struct khop_i_chunk {
  int64_t entries, capacity;
  int32_t *columns;  /* (capacity) */
  khop_real *values; /* (capacity), walk powers only */
} khop_i_chunk;

/* Grows the capacity to so many entries or more; the content is kept. Errors: MEMORY. */
khop_status khop_i_chunk_reserve(khop_i_chunk *chunk, int64_t entries, bool values);
void khop_i_chunk_free(khop_i_chunk *chunk);

/* The rows first .. first + rows - 1 of rings or balls, by a bit a node. bfs follows the arcs of the plan's direction.
 * Errors: MEMORY. */
khop_status khop_i_block_bits(khop_i_chunk *chunk, int64_t *sizes, const khop_i_plan *plan,
                              khop_i_bfs *bfs, int64_t first, int64_t rows);
/* The same of any rows, sources (count), one after the other; sizes (N, slots): those of all rows of the rings. */
khop_status khop_i_block_sources(khop_i_chunk *chunk, int64_t *sizes, const khop_i_plan *plan, khop_i_bfs *bfs,
                                 int64_t count, const int32_t *sources);

#endif
