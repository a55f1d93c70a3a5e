/* bfs_clusters.h: the nodes of a graph in groups of 512 that are near one another.
 *
 *   nodes   | 0 1 2 300 301 .. | 3 4 5 6 303 .. | ..      ascending in a group
 *             group 0            group 1                  the last one may be shorter
 *
 * A group grows breadth-first among the nodes that no group has yet, from the border of the oldest group that
 * still has one: groups are round, and what is left between them is filled early. */
#ifndef KHOP_SEARCH_BFS_CLUSTERS_H
#define KHOP_SEARCH_BFS_CLUSTERS_H

#include "graph/graph.h"

/* nodes (N), which the caller frees; `size` of them a group. Errors: MEMORY. Cost: O(nodes + arcs), 8 bytes a
 * node while it works, 4 afterwards. */
khop_status khop_i_bfs_clusters_new(int32_t **nodes, const khop_graph *arcs, int64_t size);

#endif
