/* khop/typed_graph.h: graphs whose edges have a type: the directions of a grid, bonds, relations.
 *
 *   typed graph     x+  0 -> 1 -> 2        a khop_graph a type, all over the same nodes; two types
 *                   y+  0 -> 3, 1 -> 4     may join the same pair
 *
 * Words over them are in khop/typed.h, which includes this header.
 */
#ifndef KHOP_TYPED_GRAPH_H
#define KHOP_TYPED_GRAPH_H

#include <khop/graph.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct khop_typed khop_typed;

/* A typed graph of so many nodes, without a type yet. Errors: ARGUMENT, MEMORY. */
KHOP_API khop_status khop_typed_new(khop_typed **typed, int64_t nodes);
KHOP_API void khop_typed_free(khop_typed *typed);

/* Adds a type; it gets the next number, from 0. Takes ownership of graph, also where it fails. An
 * undirected graph counts in both directions. Errors: ARGUMENT (a graph of another number of nodes,
 * a name that is taken, empty or NULL), MEMORY. */
KHOP_API khop_status khop_typed_add(khop_typed *typed, const char *name, khop_graph *graph);

/* A typed graph from a list of directed edges with types. from, to: (edges) in 0 .. nodes-1; type:
 * (edges) in 0 .. types-1; names: (types), or NULL: "0", "1", .. Everything is copied. A type may
 * have no edge. Errors: ARGUMENT, MEMORY. Cost: O(edges types + nodes types). */
KHOP_API khop_status khop_typed_from_coo(khop_typed **typed, int64_t nodes, int64_t edges,
                                         const int64_t *from, const int64_t *to, const int *type,
                                         int types, const char *const *names);

/* The grid of 1 to 3 dimensions with a type a direction; node ids in C order. shape: (dimensions);
 * periodic: (dimensions), or NULL: open everywhere. The types are numbered from the axis that varies
 * fastest: 0 "x+", 1 "x-", 2 "y+", 3 "y-", 4 "z+", 5 "z-". x is the last axis of shape, y the one
 * before: x is W, y is H, z is D or time. "x+" leads to the node whose x is one larger.
 * Errors: ARGUMENT, MEMORY. Cost: O(nodes dimensions). */
KHOP_API khop_status khop_typed_grid(khop_typed **typed, int dimensions, const int64_t *shape,
                                     const bool *periodic);

KHOP_API int64_t khop_typed_nodes(const khop_typed *typed);
KHOP_API int khop_typed_types(const khop_typed *typed);
/* Borrowed; NULL out of range. */
KHOP_API const char *khop_typed_name(const khop_typed *typed, int type);
KHOP_API const khop_graph *khop_typed_graph(const khop_typed *typed, int type);
/* The number of a type by its name. Errors: NOT_FOUND (the message lists the types there are). */
KHOP_API khop_status khop_typed_find(int *type, const khop_typed *typed, const char *name);

#ifdef __cplusplus
}
#endif
#endif
