/* bfs_levels.h: a breadth-first search (bfs.h) that keeps where each of its hops begins.
 *
 *   columns   | source | ring 1, ascending | ring 2, ascending | ..
 *   starts    0        1                   1 + |ring 1|        ..     (levels + 1)
 */
#ifndef KHOP_SEARCH_BFS_LEVELS_H
#define KHOP_SEARCH_BFS_LEVELS_H

#include "search/bfs.h"

typedef struct khop_i_bfs_levels {
  khop_i_bfs bfs;
  int64_t *starts;        /* (most levels + 2) */
  int most;               /* the furthest hop it can be asked for */
  int levels;             /* of the last search: hops 0 .. levels - 1 */
} khop_i_bfs_levels;

/* Opens searches along arcs, which must outlive it, up to hop `most`. Errors: MEMORY. */
khop_status khop_i_bfs_levels_open(khop_i_bfs_levels *levels, const khop_graph *arcs, int most);
void khop_i_bfs_levels_close(khop_i_bfs_levels *levels);
/* Bytes of one, for a budget. */
double khop_i_bfs_levels_bytes(int64_t nodes, int most);

/* Searches from source up to hop `furthest` (at most levels->most). Cannot fail. */
void khop_i_bfs_levels_search(khop_i_bfs_levels *levels, int64_t source, int furthest);

/* The ring of a hop in the last search: returns its size; *columns is where it begins. */
static inline int64_t khop_i_bfs_levels_ring(const khop_i_bfs_levels *levels, int64_t hop,
                                       const int32_t **columns) {
  if (hop < 0 || hop >= levels->levels) return 0;
  *columns = levels->bfs.nodes + levels->starts[hop];
  return levels->starts[hop + 1] - levels->starts[hop];
}

#endif
