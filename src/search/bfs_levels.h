/* bfs_levels.h: a breadth-first search (bfs.h) that keeps where each of its hops begins.
 *
 *   columns   | source | ring 1, ascending | ring 2, ascending | ..
 *   starts    0        1                   1 + |ring 1|        ..     (levels + 1)
 */
#ifndef KHOP_SEARCH_BFS_LEVELS_H
#define KHOP_SEARCH_BFS_LEVELS_H

#include "search/bfs.h"

typedef struct khop_i_walk {
  khop_i_bfs bfs;
  int64_t *starts;        /* (most levels + 2) */
  int most;               /* the furthest hop it can be asked for */
  int levels;             /* of the last walk: hops 0 .. levels - 1 */
} khop_i_walk;

/* Room for walks along arcs, which must outlive it, up to hop `most`. Errors: MEMORY. */
khop_status khop_i_walk_open(khop_i_walk *walk, const khop_graph *arcs, int most);
void khop_i_walk_close(khop_i_walk *walk);
/* Bytes of one, for a budget. */
double khop_i_walk_bytes(int64_t nodes, int most);

/* Walks from source up to hop `furthest` (at most walk->most). Cannot fail. */
void khop_i_walk_from(khop_i_walk *walk, int64_t source, int furthest);

/* The ring of a hop in the last walk: its size, and where it stands. */
static inline int64_t khop_i_walk_ring(const khop_i_walk *walk, int64_t hop,
                                       const int32_t **columns) {
  if (hop < 0 || hop >= walk->levels) return 0;
  *columns = walk->bfs.nodes + walk->starts[hop];
  return walk->starts[hop + 1] - walk->starts[hop];
}

#endif
