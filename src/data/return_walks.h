/* return_walks.h: the probability that a random walk is back where it began. */
#ifndef KHOP_DATA_RETURN_WALKS_H
#define KHOP_DATA_RETURN_WALKS_H

#include <khop/graph.h>

/* Column first + j of table (nodes, columns) becomes the diagonal of P^(j+1), j < steps, where P = D^-1 A is the walk
 * along the arcs; one at a node without any ends. Errors: MEMORY.
 * Cost: of each node the arcs within steps hops, of undirected graphs within half as many; 40 bytes a node and thread. */
khop_status khop_i_return_walks(khop_real *table, int64_t columns, int64_t first, const khop_graph *graph, int steps);

#endif
