/* gml.h: GML. */
#ifndef KHOP_GRAPH_IO_GML_H
#define KHOP_GRAPH_IO_GML_H

#include "graph/io/source.h"

khop_status khop_i_read_gml(khop_graph **graph, const khop_i_source *source);

#endif
