/* shape.h: khop_graph_shape, with its work given. */
#ifndef KHOP_GRAPH_SHAPE_H
#define KHOP_GRAPH_SHAPE_H

#include "graph/graph.h"

/* khop_graph_shape, its diameter sought by so many visits of nodes and arcs (diameter.h). */
khop_status khop_i_graph_shape(khop_shape *shape, const khop_graph *graph, int64_t most_visits);

#endif
