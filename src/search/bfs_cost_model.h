/* bfs_cost_model.h: which of three searches is the fastest for a plan, from a few of them and counted work.
 *
 *   alone   a source at a time (bfs.h)
 *   whole   512 sources at once over the whole graph (wide.h), where most nodes are reached
 *   near    512 near sources at once over what they reach (patch.h), where neighbours have neighbours in common */
#ifndef KHOP_SEARCH_BFS_COST_MODEL_H
#define KHOP_SEARCH_BFS_COST_MODEL_H

#include "search/bfs.h"
#include "search/plan.h"

typedef enum khop_i_bfs_way { KHOP_I_BFS, KHOP_I_MSBFS, KHOP_I_MSBFS_LOCAL } khop_i_bfs_way;

typedef struct khop_i_bfs_choice {
  khop_i_bfs_way way;
  double entries;      /* that all rings are likely to have */
  int64_t nodes, arcs; /* near: room for patches, ample */
} khop_i_bfs_choice;

/* bfs is open, on the arcs of the plan's direction. near: whether that way can be taken at all. */
khop_i_bfs_choice khop_i_bfs_choose(const khop_i_plan *plan, khop_i_bfs *bfs, bool near);

#endif
