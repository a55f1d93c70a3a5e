/* graph.h: the inside of a khop_graph, for khop's own folders. The picture is in khop/graph.h. */
#ifndef KHOP_GRAPH_GRAPH_H
#define KHOP_GRAPH_GRAPH_H

#include <khop/graph.h>

struct khop_graph {
  int64_t nodes;
  int64_t arcs;      /* = offsets[nodes]; an undirected edge is two */
  bool directed;
  int64_t loops, repeats; /* dropped when it was made */
  int64_t *offsets;  /* (nodes + 1) */
  int32_t *targets;  /* (arcs), ascending in a row */
  int columns;
  khop_column *column; /* (columns); owns names and values */
};

/* An empty shell with offsets and targets allocated but not written. Errors: MEMORY. */
khop_status khop_i_graph_new(khop_graph **graph, int64_t nodes, int64_t arcs, bool directed);
void khop_i_graph_free_columns(khop_graph *graph);

/* The directed grid that has one step alone: by `step` along one axis. As khop_graph_grid. */
khop_status khop_i_graph_grid_step(khop_graph **graph, int dimensions, const int64_t *shape,
                                   const bool *periodic, int axis, int step);

/* The arcs against their direction, as a graph without columns (transpose), and with the direction
 * forgotten (symmetrize). Errors: MEMORY. Cost: O(nodes + arcs). */
khop_status khop_i_graph_transpose(khop_graph **out, const khop_graph *graph);
khop_status khop_i_graph_symmetrize(khop_graph **out, const khop_graph *graph);

/* Distances of all nodes from source along the arcs by breadth-first search: -1 where unreachable.
 * distance, queue: (nodes). Returns how many nodes were reached; they stand first in queue, nearest
 * first. */
int64_t khop_i_graph_search(int32_t *distance, int32_t *queue, const khop_graph *graph,
                            int64_t source);

/* No two nodes are further apart than this (an upper bound, cheap: a search a component). */
khop_status khop_i_graph_diameter_bound(int64_t *bound, const khop_graph *graph);

/* Places for the nodes on a plane, near ones near one another: x, y (nodes). By Kamada and Kawai ("An
 * algorithm for drawing general undirected graphs", 1989), from a circle, so the same each time.
 * Errors: MEMORY, INTERNAL. Cost: O(nodes^2) time and memory: for hundreds of nodes. */
khop_status khop_i_graph_layout(double *x, double *y, const khop_graph *graph);

#endif
