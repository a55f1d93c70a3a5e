/* json_edges.h: the edges of a graph in JSON. They are read before the nodes, between texts, since only all of them
 * tell whether an end is an id, a name or a position. */
#ifndef KHOP_GRAPH_IO_JSON_EDGES_H
#define KHOP_GRAPH_IO_JSON_EDGES_H

#include "graph/io/json_nodes.h"

/* Reads the edges. Errors: FORMAT (with the index), MEMORY. */
khop_status khop_i_json_edges_read(khop_i_json_graph *r);
/* Turns the texts into nodes, which have been read. Errors: the same. */
khop_status khop_i_json_edges_resolve(khop_i_json_graph *r);

#endif
