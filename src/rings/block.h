/* block.h: the rows of one block, by either search, on one thread.
 *
 *   chunk   row 64: hop 1, hop 2, ..; row 65: hop 1, hop 2, ..      as the final rows will hold them
 *   sizes   (rows, slots) how many entries each has */
#ifndef KHOP_RINGS_BLOCK_H
#define KHOP_RINGS_BLOCK_H

#include "search/bfs.h"
#include "search/plan.h"

/* Kept from block to block, so that memory is asked for seldom. */
typedef struct khop_i_chunk {
  int64_t entries, room;
  int32_t *columns; /* (room) */
  khop_real *values; /* (room), walk powers only */
} khop_i_chunk;

/* Room for so many entries; content is kept. Errors: MEMORY. */
khop_status khop_i_chunk_reserve(khop_i_chunk *chunk, int64_t entries, bool values);
void khop_i_chunk_free(khop_i_chunk *chunk);

/* Searches a bit a node: rings and balls. bfs follows the arcs of the plan's direction. */
khop_status khop_i_block_bits(khop_i_chunk *chunk, int64_t *sizes, const khop_i_plan *plan,
                              khop_i_bfs *bfs, int64_t first, int64_t rows);

#endif
