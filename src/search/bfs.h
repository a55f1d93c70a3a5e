/* bfs.h: breadth-first search from one source, hop by hop (bfs_state.h has the picture). */
#ifndef KHOP_SEARCH_BFS_H
#define KHOP_SEARCH_BFS_H

#include "search/bfs_state.h"

/* A search along the arcs of a graph, which must outlive it: arcs.h finds the one for a direction.
 * One thread each. Errors: MEMORY. Cost: 5 bytes and two bits a node. */
khop_status khop_i_bfs_open(khop_i_bfs *bfs, const khop_graph *graph);
/* No step beyond this hop will be asked for. */
static inline void khop_i_bfs_limit(khop_i_bfs *bfs, int64_t furthest) { bfs->furthest = furthest; }
/* Follows the arcs of another graph with as many nodes from now on. */
void khop_i_bfs_follow(khop_i_bfs *bfs, const khop_graph *graph);
/* Bytes of one search, for a budget: an upper bound. */
double khop_i_bfs_bytes(int64_t nodes);
/* NULL fields are legal. */
void khop_i_bfs_close(khop_i_bfs *bfs);

/* Begins at hop 0: bfs->nodes holds the source alone. Cost: O(nodes of the search before). */
void khop_i_bfs_start(khop_i_bfs *bfs, int64_t source);
/* Goes one hop further and returns how many nodes that hop has: 0 once all are found, and ever after.
 * Cost: O(arcs of the hop before + its nodes). */
int64_t khop_i_bfs_step(khop_i_bfs *bfs);

#endif
