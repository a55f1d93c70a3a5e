/* arcs.h: the arcs that a search in some direction follows. */
#ifndef KHOP_SEARCH_ARCS_H
#define KHOP_SEARCH_ARCS_H

#include "graph/graph.h"

/* *arcs is the graph itself, or *made, which the caller frees (NULL where nothing was made). Errors: MEMORY. */
khop_status khop_i_arcs(const khop_graph **arcs, khop_graph **made, const khop_graph *graph,
                        khop_direction direction);
/* The same as a graph of its own, always, for those that outlive the first one. Errors: MEMORY. */
khop_status khop_i_arcs_copy(khop_graph **arcs, const khop_graph *graph, khop_direction direction);

#endif
