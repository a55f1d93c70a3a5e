/* msbfs_local.h: breadth-first search from 512 neighbouring sources at once, a bit a source, on the subgraph that they
 * reach.
 *
 *   found    | the sources | 1 hop away | 2 hops away | ..      nodes of the graph; node i of the subgraph is found[i]
 *              0             reach[0]     reach[1]
 *   sorted   the same nodes, ascending;   sorted_index: where each stands in found
 *
 * A shortest path of at most K arcs from a source stays within K hops of the sources, so what is found in the
 * subgraph is exact. Hop h is one pass over its first reach[h] nodes. Rows are written where they belong, so their
 * sizes must be known: every cluster of sources is searched twice, once for the sizes and once for the columns,
 * which is faster than keeping the columns and copying them (docs/notes/2026-11-local-search.md). */
#ifndef KHOP_SEARCH_MSBFS_LOCAL_H
#define KHOP_SEARCH_MSBFS_LOCAL_H

#include "search/plan.h"
#include "search/bitset_kernels.h"

typedef struct khop_i_msbfs_local {
  const khop_i_plan *plan; /* borrowed */
  const khop_graph *graph; /* borrowed: its arcs are followed */
  const int32_t *sources;  /* (rows) ascending; borrowed */
  int64_t rows, words;     /* words: of 64 nodes of the subgraph */
  int64_t levels;          /* the furthest hop that has nodes */
  khop_graph subgraph;     /* what was found; its own memory, with arcs between its nodes */
  int64_t capacity, arc_capacity; /* nodes and arcs that fit */
  int64_t hop;             /* of `now` */
  int32_t *found;          /* (capacity) */
  int64_t *reach;          /* (capacity + 2): how many nodes are within so many hops */
  int32_t *sorted, *sorted_index; /* (64 words); beyond the last node: the one behind `found`, which no source meets */
  int32_t *soonest;        /* (words): the first hop that meets any of 64 sorted nodes */
  int32_t *index_of;         /* (N): a node's index in found, or -1 */
  uint64_t *met, *touched; /* a bit a node of the graph, and a bit a word of met */
  khop_i_sources *now, *next; /* (capacity + 1); the one behind the last node stays empty */
  khop_i_sources *seen;       /* the same for balls, and where arcs go one way; else NULL */
} khop_i_msbfs_local;

/* Opens searches on subgraphs of at most so many nodes and arcs, of the graph whose arcs the plan follows. Errors:
 * MEMORY. Cost: 4 bytes and a bit a node of the graph; some 170 bytes a node, 234 with seen, and 4 an arc of the
 * subgraph. */
khop_status khop_i_msbfs_local_open(khop_i_msbfs_local *local, const khop_i_plan *plan, const khop_graph *arcs,
                                    int64_t most_nodes, int64_t most_arcs);
void khop_i_msbfs_local_close(khop_i_msbfs_local *local);

/* Finds what at most 512 sources reach within the furthest hop of the plan. False: that exceeds the capacity, and
 * nothing was found. It neither allocates nor fails, nor do those below. Cost: O(nodes + arcs of the subgraph). */
bool khop_i_msbfs_local_find(khop_i_msbfs_local *local, const int32_t *sources, int64_t rows);

/* sizes[sources[r] * slots + slot] = the size of that row, where it is not 0. Cost: a pass over the subgraph a hop. */
void khop_i_msbfs_local_sizes(int64_t *sizes, khop_i_msbfs_local *local);
/* Writes the rows to columns + offsets[sources[r] * slots] and on, as many entries as the sizes said. Cost: the same,
 * O(entries), and N / 4096 words. */
void khop_i_msbfs_local_rows(int32_t *columns, const int64_t *offsets, khop_i_msbfs_local *local);

#endif
