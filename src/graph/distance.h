/* distance.h: breadth-first searches on the graph itself. */
#ifndef KHOP_GRAPH_DISTANCE_H
#define KHOP_GRAPH_DISTANCE_H

#include "graph/graph.h"

/* Distances of all nodes from source along the arcs by breadth-first search: -1 where unreachable.
 * distance, queue: (nodes). Returns how many nodes were reached; they stand first in queue, nearest
 * first. */
int64_t khop_i_graph_search(int32_t *distance, int32_t *queue, const khop_graph *graph,
                            int64_t source);
/* The same, where distance holds -1 throughout. */
int64_t khop_i_graph_search_cleared(int32_t *distance, int32_t *queue, const khop_graph *graph, int64_t source);
/* And no further than so many hops: the nodes beyond them keep their -1. */
int64_t khop_i_graph_search_within(int32_t *distance, int32_t *queue, const khop_graph *graph, int64_t source,
                                   int32_t furthest);
/* Makes distance what it was before a search that reached the first of queue: cheaper than clearing it where they are
 * few. */
void khop_i_graph_search_forget(int32_t *distance, const int32_t *queue, int64_t reached);
/* member[i] becomes a node that stands for i's weak component, size[that node] its nodes. member, size: (nodes). */
void khop_i_graph_components(int32_t *member, int32_t *size, const khop_graph *graph);
/* No two nodes are further apart than this (an upper bound, cheap: a search a component). */
khop_status khop_i_graph_diameter_bound(int64_t *bound, const khop_graph *graph);

#endif
