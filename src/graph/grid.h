/* grid.h: grids of one step. */
#ifndef KHOP_GRAPH_GRID_H
#define KHOP_GRAPH_GRID_H

#include <khop/graph.h>

/* The directed grid that has one step alone: by `step` along one axis. As khop_graph_grid. */
khop_status khop_i_graph_grid_step(khop_graph **graph, int dimensions, const int64_t *shape,
                                   const bool *periodic, int axis, int step);

#endif
