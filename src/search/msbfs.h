/* msbfs.h: breadth-first search from 512 sources at once, a bit a source, where most nodes are reached.
 *
 *            sources 0 .. 511                    row 0    nodes 0 .. 63 | 64 .. 127 | ..
 *   node 0   0110..   eight words of 64   ->     row 1    1011..        |           |
 *   node 1   0011..                              ..       a bit a node, read in order
 *
 * A hop is one pass over all arcs, next[v] |= now[u], for 512 searches together (Then et al., VLDB 2014); blocks of
 * 64 nodes by 64 sources are then transposed. Every pass meets every node and arc, so it pays only where most are
 * reached. */
#ifndef KHOP_SEARCH_MSBFS_H
#define KHOP_SEARCH_MSBFS_H

#include "search/bfs.h"
#include "search/plan.h"
#include "search/bitset_kernels.h"

typedef struct khop_i_msbfs {
  const khop_graph *graph; /* borrowed: its arcs are followed */
  int64_t words;           /* of 64 nodes */
  int64_t first, rows;     /* the sources: first .. first + rows - 1 */
  int hop, found;          /* the hop of `now`; how many slots of the last search can be more than empty */
  bool ball;
  const int *hops;         /* (slots) of the last search; borrowed */
  bool *unread;            /* (slots) the caller sets it for slots that need no rows; false at first */
  khop_i_sources *now, *next, *seen; /* (64 words) */
  uint64_t *bits;          /* (slots, words, KHOP_I_MSBFS_STRIDE) */
} khop_i_msbfs;

/* From a word of all rows to the next: eight more than there are rows, so that the words of one row do not all fall
 * into the same set of the cache (docs/notes/2026-11-search.md). */
enum { KHOP_I_MSBFS_STRIDE = KHOP_I_MSBFS_SOURCES + 8 };

/* Errors: MEMORY. Cost: 3 + slots times 64 bytes a node. */
khop_status khop_i_msbfs_open(khop_i_msbfs *msbfs, const khop_graph *graph, int slots);
void khop_i_msbfs_close(khop_i_msbfs *msbfs);
/* Bytes of one search, for a budget. */
double khop_i_msbfs_bytes(int64_t nodes, int slots);

/* The parts of a search: start takes the sources first .. first + rows - 1; step goes one hop further from all of them
 * and returns whether anything new was found (msbfs->now holds it, msbfs->seen all so far). */
void khop_i_msbfs_start(khop_i_msbfs *msbfs, int64_t first, int64_t rows);
bool khop_i_msbfs_step(khop_i_msbfs *msbfs);

/* Searches from at most KHOP_I_MSBFS_SOURCES rows for the rings, or balls, of hops (slots), ascending. It neither
 * allocates nor fails, nor do those that read what it found. */
void khop_i_msbfs_search(khop_i_msbfs *msbfs, int64_t first, int64_t rows, int slots, const int *hops, bool ball);
/* sizes[r * stride] = how many columns row r has in a slot. */
void khop_i_msbfs_sizes(int64_t *sizes, int64_t stride, const khop_i_msbfs *msbfs, int slot);
/* Writes the columns of one row, ascending; count: how many it has. Numbers behind them may be overwritten, up to
 * end. */
void khop_i_msbfs_row(int32_t *to, const int32_t *end, int64_t count, const khop_i_msbfs *msbfs, int slot, int64_t row);

#endif
