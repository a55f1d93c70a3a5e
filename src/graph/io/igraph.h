/* igraph.h: what igraph does for khop: a layout, and ARPACK's eigenvectors. The public side is khop/igraph.h. */
#ifndef KHOP_GRAPH_IO_IGRAPH_H
#define KHOP_GRAPH_IO_IGRAPH_H

#include <khop/graph.h>

/* Positions of the nodes on a plane, neighbours close to one another: x, y (nodes). By Kamada and Kawai ("An
 * algorithm for drawing general undirected graphs", 1989), from a circle, so the same each time.
 * Errors: MEMORY, INTERNAL. Cost: O(nodes^2) time and memory: for hundreds of nodes. */
khop_status khop_i_graph_layout(double *x, double *y, const khop_graph *graph);

/* The eigenvectors (count, n) of the largest eigenvalues of a symmetric matrix, falling, each of length 1: multiply
 * gives its product with a vector (n). count is at most n. Up to 256 rows by LAPACK, on the whole matrix; beyond by ARPACK
 * (Lehoucq, Sorensen and Yang, 1998) from the same vector each time.
 * Errors: UNSUPPORTED (built without igraph), MEMORY, INTERNAL (no convergence). */
typedef void (*khop_i_multiply)(double *to, const double *from, void *context);
khop_status khop_i_largest_eigenvectors(double *vectors, int64_t n, int count, khop_i_multiply multiply, void *context);

#endif
