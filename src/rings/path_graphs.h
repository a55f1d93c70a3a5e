/* path_graphs.h: rings of graphs in which a path never branches: sequences, cycles, one axis of a grid. */
#ifndef KHOP_RINGS_PATH_GRAPHS_H
#define KHOP_RINGS_PATH_GRAPHS_H

#include "rings/hop_csr.h"
#include "search/plan.h"

/* Where no node has more than one arc in the plan's direction, fills rings and sets *filled; else
 * leaves them alone. Rings only, no walks and no balls. Errors: BUDGET, MEMORY.
 * Cost: O(N slots log hop) time, 3 N numbers of memory beside the rings. */
khop_status khop_i_path_graphs_fill(bool *filled, khop_i_hop_csr *rings, const khop_i_plan *plan);

#endif
