/* diameter.h: the largest finite distance of a graph, or the largest that a given amount of work finds. */
#ifndef KHOP_GRAPH_DIAMETER_H
#define KHOP_GRAPH_DIAMETER_H

#include "graph/graph.h"

/* What khop_graph_shape spends unless it is told to go on: about a second of one core. */
#define KHOP_I_DIAMETER_VISITS ((int64_t)1 << 27)

/* The largest finite distance that was found and whether no larger one is left. member, size: (nodes), a node that
 * stands for each node's weak component, and that component's nodes. Work is counted in nodes and arcs that searches
 * visit, not in seconds, so that the same graph always has the same answer; the sweeps that each component is due are
 * made whatever they cost, and are linear in the graph. Errors: MEMORY. */
khop_status khop_i_graph_diameter(int64_t *diameter, bool *exact, const khop_graph *graph, const int32_t *member,
                                  const int32_t *size, int64_t most_visits);

#endif
