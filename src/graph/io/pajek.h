/* pajek.h: Pajek's networks. */
#ifndef KHOP_GRAPH_IO_PAJEK_H
#define KHOP_GRAPH_IO_PAJEK_H

#include "graph/io/source.h"

khop_status khop_i_read_pajek(khop_graph **graph, const khop_i_source *source);

#endif
