/* khop/igraph.h: an igraph_t in. Opt-in: khop.h does not include it. */
#ifndef KHOP_IGRAPH_H
#define KHOP_IGRAPH_H

#include <igraph/igraph.h>
#include <khop/graph.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Copies an igraph graph; the original stays the caller's. Numeric, boolean and string vertex
 * attributes come along when igraph's C attribute table is in use.
 * Errors: ARGUMENT (too many nodes), MEMORY, INTERNAL (with igraph's reason). */
KHOP_API khop_status khop_graph_from_igraph(khop_graph **graph, const igraph_t *source);

#ifdef __cplusplus
}
#endif
#endif
