/* igraph.h: what igraph does for khop: a layout. The public side is khop/igraph.h. */
#ifndef KHOP_GRAPH_IO_IGRAPH_H
#define KHOP_GRAPH_IO_IGRAPH_H

#include <khop/graph.h>

/* Positions of the nodes on a plane, neighbours close to one another: x, y (nodes). By Kamada and Kawai ("An
 * algorithm for drawing general undirected graphs", 1989), from a circle, so the same each time.
 * Errors: MEMORY, INTERNAL. Cost: O(nodes^2) time and memory: for hundreds of nodes. */
khop_status khop_i_graph_layout(double *x, double *y, const khop_graph *graph);

#endif
