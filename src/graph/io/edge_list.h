/* edge_list.h: edge lists, and NCOL, which is one whose ids are names. */
#ifndef KHOP_GRAPH_IO_EDGE_LIST_H
#define KHOP_GRAPH_IO_EDGE_LIST_H

#include "graph/io/source.h"

khop_status khop_i_read_edges(khop_graph **graph, const khop_i_source *source);

#endif
