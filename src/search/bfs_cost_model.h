/* bfs_cost_model.h: which of three searches is the fastest for a plan, from a few of them and counted work.
 *
 *   one source    a breadth-first search from each node (bfs.h)
 *   all nodes     512 sources at once over the whole graph (msbfs.h), where most nodes are reached
 *   local         512 neighbouring sources at once over what they reach (msbfs_local.h), where neighbours have
 *                 neighbours in common
 *
 * `sh bench/fit` prints what is counted beside the nanoseconds that each search takes. */
#ifndef KHOP_SEARCH_BFS_COST_MODEL_H
#define KHOP_SEARCH_BFS_COST_MODEL_H

#include "search/bfs.h"
#include "search/plan.h"

typedef enum khop_i_bfs_way { KHOP_I_BFS, KHOP_I_MSBFS, KHOP_I_MSBFS_LOCAL } khop_i_bfs_way;

typedef struct khop_i_bfs_choice {
  khop_i_bfs_way way;
  double entries;      /* that all rings are likely to have */
  int64_t nodes, arcs; /* local search: the capacity of its subgraphs, twice what the largest is expected to take */
  double cost[3];      /* counted cycles a source of each way; INFINITY: ruled out before it was counted */
} khop_i_bfs_choice;

/* bfs is open, on the arcs of the plan's direction. local: whether the caller can take that way at all. */
khop_i_bfs_choice khop_i_bfs_choose(const khop_i_plan *plan, khop_i_bfs *bfs, bool local);

#endif
