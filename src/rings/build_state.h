/* build_state.h: what the threads of one build share.
 *
 *   searched   block 17, a thread | block 18, another one | ..      into a chunk each, or as bits of a search
 *                   v                   v
 *   columns    | .. | block 16 | 17 | 18 |                          slices in turn, filled by all
 *
 * build.c opens the searches and hands the blocks out, build_block.c searches one, build_place.c gives it its slice of
 * the columns. */
#ifndef KHOP_RINGS_BUILD_STATE_H
#define KHOP_RINGS_BUILD_STATE_H

#include "rings/block_graphblas.h"
#include "rings/hop_csr.h"
#include "search/bfs_cost_model.h"
#include "search/msbfs.h"
#include "search/msbfs_local.h"

#include <stdatomic.h>

/* Blocks that a thread may have found and not placed, while a slower one before them is at work
 * (docs/notes/2026-11-ring-build.md has what it gains). */
enum { KHOP_I_BLOCKS_AHEAD = 4 };

typedef struct khop_i_build {
  const khop_i_plan *plan;
  GrB_Matrix adjacency;  /* by products */
  const khop_graph *arcs; /* by bits */
  khop_graph *made;
  khop_i_bfs_choice choice;  /* by bits: which of the searches, and what it needs */
  int searches;          /* at most, one a thread, each opened by its own */
  khop_i_bfs *bfs;       /* (searches) */
  khop_i_msbfs *msbfs;     /* (searches), where that search pays */
  int32_t *clusters;         /* (N): groups of near nodes, where that search pays */
  khop_i_msbfs_local *local;   /* (searches) */
  khop_i_hop_csr *rings; /* columns has room for `room` entries */
  int64_t entries, room;
  double expected;       /* entries, by a few searches; 0: nobody knows */
  int64_t rows, blocks;  /* rows a block */
  int threads;
  khop_i_chunk *chunk;   /* (threads, AHEAD) */
  atomic_int_fast64_t found; /* entries, those that have no place yet too */
  atomic_int_fast64_t next, turn; /* the block to be searched next, and to be given its place */
  atomic_int writers;    /* threads that are at the columns */
  int64_t done;          /* blocks reported, in the critical section of the callback */
  atomic_bool stop;      /* some block has failed */
  khop_status status;
  char message[512];
} khop_i_build;

/* What a thread has found and not placed: block[k % KHOP_I_BLOCKS_AHEAD] in that chunk of its own, k = first ..
 * first + count - 1. */
typedef struct khop_i_build_queue {
  int thread, first, count;
  int64_t block[KHOP_I_BLOCKS_AHEAD];
} khop_i_build_queue;

static inline khop_i_chunk *khop_i_build_chunk(const khop_i_build *b, const khop_i_build_queue *q, int k) {
  return &b->chunk[q->thread * KHOP_I_BLOCKS_AHEAD + (q->first + k) % KHOP_I_BLOCKS_AHEAD];
}

#endif
