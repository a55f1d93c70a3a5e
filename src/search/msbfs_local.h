/* msbfs_local.h: breadth-first search from 512 near sources at once, a bit a source, on the part of a graph that
 * they reach.
 *
 *   found    | the sources | 1 hop away | 2 hops away | ..      nodes of the graph; their places are the nodes of
 *              0             reach[0]     reach[1]              a graph of their own, with the arcs between them
 *   sorted   the same nodes, ascending;   place: where each stands in found
 *
 * A shortest path of at most K arcs from a source stays within K hops of the sources, so what is found there is
 * exact. Hop h is one pass over the first reach[h] nodes. Rows are written where they belong, so their sizes must
 * be known: every group is searched twice, once for the sizes and once for the columns, which is faster than to
 * keep the columns and copy them. */
#ifndef KHOP_SEARCH_MSBFS_LOCAL_H
#define KHOP_SEARCH_MSBFS_LOCAL_H

#include "search/plan.h"
#include "search/bitset_kernels.h"

typedef struct khop_i_msbfs_local {
  const khop_i_plan *plan; /* borrowed */
  const khop_graph *graph; /* borrowed: its arcs are followed */
  const int32_t *sources;  /* (rows) ascending; borrowed */
  int64_t rows, words;     /* words: of 64 nodes */
  int64_t levels;          /* the furthest hop that has nodes */
  khop_graph near;         /* what was found, with arcs between places */
  int64_t room, arc_room;  /* nodes and arcs that fit */
  int64_t hop;             /* of now */
  int32_t *found;          /* (room) */
  int64_t *reach;          /* (room + 2): how many nodes are within so many hops */
  int32_t *sorted, *place; /* (64 words): beyond the last, a place that holds nothing */
  int32_t *soonest;        /* (words): the hop from which on any of 64 sorted nodes is met */
  int32_t *local;          /* (N): the place of a node, or -1 */
  uint64_t *met, *touched; /* a bit a node, and a word of met */
  khop_i_sources *now, *next; /* (room + 1), one beyond the last that holds nothing */
  khop_i_sources *seen;       /* the same for balls, and where arcs go one way; else NULL */
} khop_i_msbfs_local;

/* Room for patches of at most so many nodes and arcs, of the graph whose arcs the plan follows. Errors: MEMORY.
 * Cost: 4 bytes and a bit a node of the graph; some 170 bytes a node, 234 with seen, and 4 an arc of the patch. */
khop_status khop_i_msbfs_local_open(khop_i_msbfs_local *patch, const khop_i_plan *plan, const khop_graph *arcs, int64_t most_nodes,
                              int64_t most_arcs);
void khop_i_msbfs_local_close(khop_i_msbfs_local *patch);

/* What at most 512 sources reach within the furthest hop of the plan; false: there is no room for it, and nothing
 * was found. It neither allocates nor fails, nor do those below. Cost: O(nodes + arcs of the patch). */
bool khop_i_msbfs_local_find(khop_i_msbfs_local *patch, const int32_t *sources, int64_t rows);

/* Sizes of rows to sizes[sources[r] * slots + slot], where they are not 0. Cost: a hop is a pass over the patch. */
void khop_i_msbfs_local_sizes(int64_t *sizes, khop_i_msbfs_local *patch);
/* Rows to columns + offsets[sources[r] * slots] and on, so many as the sizes said. Cost: the same, O(entries), and
 * N / 4096 words. */
void khop_i_msbfs_local_rows(int32_t *columns, const int64_t *offsets, khop_i_msbfs_local *patch);

#endif
