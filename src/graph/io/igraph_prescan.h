/* igraph_prescan.h: what igraph would not survive, found before it reads a file. */
#ifndef KHOP_GRAPH_IO_IGRAPH_PRESCAN_H
#define KHOP_GRAPH_IO_IGRAPH_PRESCAN_H

#include "graph/io/source.h"

/* Errors: FORMAT for a file that igraph would crash on, or of which it would read half; IO. */
khop_status khop_i_igraph_prescan(const khop_i_source *source);

#endif
