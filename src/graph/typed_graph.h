/* typed_graph.h: what the directions of a grid know beyond their graphs. */
#ifndef KHOP_GRAPH_TYPED_GRAPH_H
#define KHOP_GRAPH_TYPED_GRAPH_H

#include <khop/typed_graph.h>

/* How many places the axis has along which a type of khop_typed_grid leads, and whether it is closed; 0 for any
 * other type. An axis of one place has no edge to tell that by. */
int64_t khop_i_typed_axis(bool *closed, const khop_typed *typed, int type);

#endif
