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

#include "rings/block.h"
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

/* build_block.c: opens the search of a thread, by the thread itself; nothing where products search. */
khop_status khop_i_build_open_search(khop_i_build *b, int thread);
/* Searches block `index`: the sizes of its rows and slots go to offsets[cell + 1], to be added up when it is placed,
 * its columns to the chunk, or wait in the search as bits. */
khop_status khop_i_build_block(khop_i_build *b, khop_i_chunk *chunk, int64_t index, int thread);
/* Searches cluster `index`: the sizes of its rows, or, where rings->columns is there, their columns. */
khop_status khop_i_build_cluster(khop_i_build *b, int64_t index, int thread);
/* From the bits of a block straight to its slice; offsets: of its first row. */
void khop_i_build_read_bits(const khop_i_build *b, const khop_i_msbfs *msbfs, const int64_t *offsets);

/* build_place.c: places the blocks whose turn has come, and waits for the turn of others until no more than `most`
 * are left in the queue. */
khop_status khop_i_build_place(khop_i_build *b, khop_i_build_queue *queue, int most);
/* Room for the entries there are now, when `done` blocks have been placed. Errors: MEMORY. */
khop_status khop_i_build_reserve(khop_i_build *b, int64_t entries, int64_t done);

#endif
