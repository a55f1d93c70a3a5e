/* igraph_prescan.h: a look at a file before igraph reads it. */
#ifndef KHOP_GRAPH_IO_IGRAPH_PRESCAN_H
#define KHOP_GRAPH_IO_IGRAPH_PRESCAN_H

#include "graph/io/source.h"

/* What igraph would not survive, or would read as half a graph, found before igraph sees it. */
khop_status khop_i_screen(const khop_i_source *source);

#endif
