/* laplacian.h: eigenvectors of a graph's symmetric normalised Laplacian, L = I - D^-1/2 A D^-1/2. */
#ifndef KHOP_GRAPH_LAPLACIAN_H
#define KHOP_GRAPH_LAPLACIAN_H

#include <khop/graph.h>

/* The eigenvectors (count, nodes) of the smallest eigenvalues of L, ascending, each of length 1, without those of 0:
 * there is one a component, D^1/2 on its nodes, and it tells nothing but degrees. A node without an edge is a component.
 * The sign is made canonical: the first entry of the largest size is positive. Where an eigenvalue is repeated its
 * vectors are some basis of the space.
 * Errors: ARGUMENT (a directed graph), VALUE (fewer eigenvectors than count), UNSUPPORTED (built without igraph),
 * MEMORY, INTERNAL (no convergence, with igraph's reason).
 * Cost: up to 256 nodes cubic; else, by ARPACK, some tens to thousands of products with the graph: many where the
 * eigenvalues are close to 0, as of roads and grids. Memory: about 3 count numbers a node. */
khop_status khop_i_laplacian_vectors(double *vectors, const khop_graph *graph, int count);

#endif
