/* ball.h: the nodes within some hops of others, and the graph that they and the arcs between them are.
 *
 *   found    | seeds | hop 1 | hop 2 ..      in the order of discovery, then sorted
 *   hops     how far from the seeds each of the sorted nodes is
 *   table    node -> its place among the sorted, by hashing: no array is as long as the whole graph
 *
 * A guest is a node that the graph does not have: it gets the place behind all others. The graph stays as it is. */
#ifndef KHOP_GRAPH_BALL_H
#define KHOP_GRAPH_BALL_H

#include "graph/graph.h"

typedef struct khop_i_ball_entry {
  int32_t node;  /* < 0: empty */
  int32_t place; /* until the nodes are sorted: its hop */
} khop_i_ball_entry;

typedef struct khop_i_ball {
  int64_t count;
  int32_t *nodes;           /* (count) owns */
  int32_t hop;              /* of what is added now: 0, those of the seeds, unless the caller sets it */
  int32_t *hops;            /* (count) owns; NULL until the nodes are sorted */
  khop_i_ball_entry *table; /* (size) owns: at most half full */
  int64_t size;             /* a power of two; 0: none yet */
} khop_i_ball;

/* Arcs of a guest. Of undirected graphs `out` alone is set, and counts both ways. */
typedef struct khop_i_guest {
  int64_t out, in;
  const int64_t *to, *from; /* (out), (in) */
} khop_i_guest;

void khop_i_ball_close(khop_i_ball *ball);
/* Adds a node; *fresh: it was not there. Errors: MEMORY. */
khop_status khop_i_ball_add(khop_i_ball *ball, int64_t node, bool *fresh);
/* Adds all that lies within so many hops of what was added, along the arcs of `along`, and sorts the nodes: afterwards
 * the ball has places. Errors: MEMORY. Cost: O(nodes and arcs of the ball). */
khop_status khop_i_ball_grow(khop_i_ball *ball, const khop_graph *along, int64_t hops);
/* The place of a node, -1: it is not in the ball. */
int64_t khop_i_ball_place(const khop_i_ball *ball, int64_t node);
/* The induced subgraph; with a guest (else NULL) it has a node more, the last one. Rows of nodes further away than
 * `furthest` hops are left empty, for those who do not read them; -1: none is. Errors: MEMORY. */
khop_status khop_i_ball_graph(khop_graph **made, const khop_i_ball *ball, const khop_graph *graph,
                              const khop_i_guest *guest, int64_t furthest);
/* The graph whose arcs lead along a direction: the graph itself, or *made, which the caller frees. Errors: MEMORY. */
khop_status khop_i_ball_arcs(const khop_graph **along, khop_graph **made, const khop_graph *graph,
                             khop_direction direction);
/* Adds the seeds (count) of a call of `who`. Errors: ARGUMENT (one out of range, or twice), MEMORY. */
khop_status khop_i_ball_add_seeds(khop_i_ball *ball, const khop_graph *graph, int64_t count, const int64_t *seeds,
                                  const char *who);

#endif
