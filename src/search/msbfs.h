/* msbfs.h: breadth-first search from 512 sources at once, a bit a source, where most nodes are reached.
 *
 *            sources 0 .. 511                    row 0    nodes 0 .. 63 | 64 .. 127 | ..
 *   node 0   0110..   eight words of 64   ->     row 1    1011..        |           |
 *   node 1   0011..                              ..       a bit a node, read in order
 *
 * A hop is one pass over all arcs, next[v] |= now[u], for 512 searches together; blocks of 64 nodes by 64
 * sources are then turned. Every pass meets every node and arc, so it pays only where most are reached. */
#ifndef KHOP_SEARCH_MSBFS_H
#define KHOP_SEARCH_MSBFS_H

#include "search/bfs.h"
#include "search/plan.h"
#include "search/bitset_kernels.h"

typedef struct khop_i_msbfs {
  const khop_graph *graph; /* borrowed: its arcs are followed */
  int64_t words;           /* of 64 nodes */
  int64_t first, rows;     /* the sources: first .. first + rows - 1 */
  int hop, found;          /* now; slots of the last search that may hold something */
  bool ball;
  const int *hops;         /* (slots) of the last search; borrowed */
  bool *unread;            /* (slots) nobody is going to read it; none of them, unless the caller says so */
  khop_i_sources *now, *next, *seen; /* (64 words) */
  uint64_t *bits;          /* (slots, words, KHOP_I_MSBFS_STRIDE) */
} khop_i_msbfs;

/* From a word of all rows to the next: eight words more than there are rows, so that the words of a row do
 * not share a set of the cache. (20,000 nodes of preferential attachment to hop 3 are read in 185 million
 * cycles instead of 309, and counted in 20 instead of 123.) */
enum { KHOP_I_MSBFS_STRIDE = KHOP_I_MSBFS_SOURCES + 8 };

/* Errors: MEMORY. Cost: 64 bytes a node, three times and once a slot. */
khop_status khop_i_msbfs_open(khop_i_msbfs *msbfs, const khop_graph *graph, int slots);
void khop_i_msbfs_close(khop_i_msbfs *msbfs);
/* Bytes of one, for a budget. */
double khop_i_msbfs_bytes(int64_t nodes, int slots);

/* The parts of a search: sources first .. first + rows - 1; a hop of all of them, and whether anything new was
 * found (msbfs->now holds it, msbfs->seen all so far). */
void khop_i_msbfs_start(khop_i_msbfs *msbfs, int64_t first, int64_t rows);
bool khop_i_msbfs_step(khop_i_msbfs *msbfs);

/* The search from at most KHOP_I_MSBFS_SOURCES rows for rings, or balls, of some hops, ascending. Neither allocates nor
 * fails, nor do those that read what it found. */
void khop_i_msbfs_search(khop_i_msbfs *msbfs, int64_t first, int64_t rows, int slots, const int *hops, bool ball);
/* How many columns each of the rows has in a slot: sizes[r * stride]. */
void khop_i_msbfs_sizes(int64_t *sizes, int64_t stride, const khop_i_msbfs *msbfs, int slot);
/* Those of one row, ascending, so many as it has. Nothing beyond `end` is written, but maybe up to there. */
void khop_i_msbfs_row(int32_t *to, const int32_t *end, int64_t count, const khop_i_msbfs *msbfs, int slot, int64_t row);

#endif
