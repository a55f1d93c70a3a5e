/* xml_graph.h: GraphML and GEXF. */
#ifndef KHOP_GRAPH_IO_XML_GRAPH_H
#define KHOP_GRAPH_IO_XML_GRAPH_H

#include "graph/io/source.h"

khop_status khop_i_read_graphml(khop_graph **graph, const khop_i_source *source);
khop_status khop_i_read_gexf(khop_graph **graph, const khop_i_source *source);

#endif
