/* build_state.h: what the threads of one build share.
 *
 *   searched   block 17, one thread | block 18, another | ..       into a chunk each, or as bits of a search
 *                   v                     v
 *   columns    | .. | block 16 | 17 | 18 |                         a slice a block: reserved in turn, filled at once
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

/* Blocks that a thread may queue while a slower thread still searches an earlier one (fitted on an AMD EPYC with two
 * threads: docs/notes/2026-11-ring-build.md; KHOP_BENCH_THREADS=2 sh bench/run rings measures it anew). */
enum { KHOP_I_BLOCKS_AHEAD = 4 };

typedef struct khop_i_build {
  const khop_i_plan *plan;
  khop_i_adjacency *adjacency;    /* where products search */
  const khop_graph *arcs;         /* where bits do */
  khop_graph *made;               /* owns: arcs, or NULL where they are the graph's own */
  khop_i_bfs_choice choice;       /* which of the three searches by bits, and what it needs */
  int searches;                   /* at most, one a thread, each opened by its thread */
  khop_i_bfs *bfs;                /* (searches) */
  khop_i_msbfs *msbfs;            /* (searches), or NULL: another search is used */
  int32_t *clusters;              /* (N) of 512 neighbouring nodes, for local searches; else NULL */
  khop_i_msbfs_local *local;      /* (searches), or NULL */
  khop_i_hop_csr *rings;          /* what is built */
  int64_t entries, capacity;      /* of its columns: in slices that are reserved, and in the array */
  double expected;                /* entries of all rings, by the probes; 0: not known */
  int64_t rows, blocks;           /* rows a block */
  int threads;
  khop_i_chunk *chunk;            /* (threads, KHOP_I_BLOCKS_AHEAD) */
  atomic_int_fast64_t found;      /* entries, those of queued blocks included */
  atomic_int_fast64_t next, turn; /* the next block to be searched, and to reserve its slice */
  atomic_int writers;             /* threads that are writing to the columns */
  int64_t done;                   /* blocks reported; guarded by the critical section of the callback */
  atomic_bool stop;               /* some block has failed */
  khop_status status;
  char message[512];
} khop_i_build;

/* The blocks that a thread has found and that have no slice yet, a ring buffer: block[k % KHOP_I_BLOCKS_AHEAD] is in
 * the chunk of that index, for k = first .. first + count - 1. */
typedef struct khop_i_build_queue {
  int thread, first, count;
  int64_t block[KHOP_I_BLOCKS_AHEAD];
} khop_i_build_queue;

static inline khop_i_chunk *khop_i_build_chunk(const khop_i_build *b, const khop_i_build_queue *q, int k) {
  return &b->chunk[q->thread * KHOP_I_BLOCKS_AHEAD + (q->first + k) % KHOP_I_BLOCKS_AHEAD];
}

#endif
