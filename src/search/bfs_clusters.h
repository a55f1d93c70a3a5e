/* bfs_clusters.h: the nodes of a graph in clusters of 512 neighbours.
 *
 *   nodes   | 0 1 2 300 301 .. | 3 4 5 6 303 .. | ..      ascending in a cluster
 *             cluster 0          cluster 1                the last one may be shorter
 *
 * A cluster grows breadth-first among the nodes that have no cluster yet, from the border of the oldest cluster that
 * still has free neighbours: so clusters are round, and gaps between them are filled early. */
#ifndef KHOP_SEARCH_BFS_CLUSTERS_H
#define KHOP_SEARCH_BFS_CLUSTERS_H

#include "graph/graph.h"

/* nodes (N), which the caller frees; `size` of them a cluster. Errors: MEMORY. Cost: O(nodes + arcs) time, 8 bytes a
 * node while it works, 4 afterwards. */
khop_status khop_i_bfs_clusters_new(int32_t **nodes, const khop_graph *arcs, int64_t size);

#endif
