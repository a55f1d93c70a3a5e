/* twins.h: nodes that no ring tells apart, such as the leaves of a star. */
#ifndef KHOP_FORMS_LADDER_TWINS_H
#define KHOP_FORMS_LADDER_TWINS_H

#include "graph/graph.h"

/* Twins have their arcs to the same nodes and from the same nodes: exchanging two of them leaves the graph as it is.
 * Fewer than this many alike are no twins here, since their rows cost little to find one by one. */
#define KHOP_I_TWINS_LEAST 64

/* *first becomes (nodes): the smallest of a node's twins, or the node itself; or NULL where no node has any. Errors:
 * MEMORY. Cost: O(nodes log nodes + arcs). */
khop_status khop_i_twins_find(int32_t **first, const khop_graph *arcs);

/* Exchanges x and y in an ascending list of so many nodes, which stays ascending; values (may be NULL) go with them. */
void khop_i_twins_exchange(int32_t *list, khop_real *values, int64_t count, int32_t x, int32_t y);

#endif
