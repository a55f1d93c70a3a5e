/* ring_sizes.h: how many nodes lie at each distance from a node, and how many links among them. */
#ifndef KHOP_DATA_RING_SIZES_H
#define KHOP_DATA_RING_SIZES_H

#include <khop/graph.h>

/* Column first + k - 1 of table (nodes, columns) becomes log(1 + size of ring k) along the arcs, k from 1 to hops.
 * Errors: MEMORY. Cost: of each node the arcs within hops - 1 hops; 8 bytes a node and thread. */
khop_status khop_i_ring_sizes(khop_real *table, int64_t columns, int64_t first, const khop_graph *graph, int hops);
/* The same of the links within ring k, both ends at distance k: the peripheral edges of KP-GNN (Feng et al., NeurIPS 2022);
 * of a directed graph the arcs. Cost: of each node the arcs within hops hops. */
khop_status khop_i_ring_links(khop_real *table, int64_t columns, int64_t first, const khop_graph *graph, int hops);

#endif
