/* walk.h: breadth-first search from one node, level after level, columns ascending.
 *
 *   columns   | source | ring 1, ascending | ring 2, ascending | ..
 *   starts    0        1                   1 + |ring 1|        ..     (levels + 1)
 *
 * What a level finds is marked in a set of two storeys, a bit a node and a bit for each 64 of
 * them, and read off in order: no sorting, and no pass over nodes that were not met.
 *
 *   summary   0 1 0 0 1 ..          a bit for each word below that is not 0
 *   found     | 0 | ..1.1 | 0 | 0 | 1.. | ..
 */
#ifndef KHOP_RINGS_WALK_H
#define KHOP_RINGS_WALK_H

#include "graph/graph.h"

typedef struct khop_i_walk {
  const khop_graph *arcs; /* borrows */
  int64_t words, upper;   /* of found, and of summary */
  uint64_t *seen, *found, *summary;
  int32_t *columns;       /* (nodes) */
  int64_t *starts;        /* (most levels + 2) */
  int most;               /* the furthest hop it can be asked for */
  int levels;             /* of the last walk: hops 0 .. levels - 1 */
} khop_i_walk;

/* Room for walks up to hop `most`. Errors: MEMORY. */
khop_status khop_i_walk_open(khop_i_walk *walk, const khop_graph *arcs, int most);
void khop_i_walk_close(khop_i_walk *walk);
/* Bytes of one, for a budget. */
double khop_i_walk_bytes(int64_t nodes, int most);

/* Walks from source up to hop `furthest` (at most walk->most), in walk->columns. Cannot fail. */
void khop_i_walk_from(khop_i_walk *walk, int64_t source, int furthest);

/* The ring of a hop in the last walk: its size, and where it stands. */
static inline int64_t khop_i_walk_ring(const khop_i_walk *walk, int64_t hop,
                                       const int32_t **columns) {
  if (hop < 0 || hop >= walk->levels) return 0;
  *columns = walk->columns + walk->starts[hop];
  return walk->starts[hop + 1] - walk->starts[hop];
}

/* The arcs that rings of a direction follow, as a graph of its own. Errors: MEMORY. */
khop_status khop_i_walk_arcs(khop_graph **arcs, const khop_graph *graph, khop_direction direction);

#endif
