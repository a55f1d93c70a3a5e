/* json_graph.h: graphs in JSON. */
#ifndef KHOP_GRAPH_IO_JSON_GRAPH_H
#define KHOP_GRAPH_IO_JSON_GRAPH_H

#include "graph/io/source.h"

khop_status khop_i_read_json(khop_graph **graph, const khop_i_source *source);

#endif
