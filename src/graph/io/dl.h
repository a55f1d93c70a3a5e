/* dl.h: UCINET's DL. */
#ifndef KHOP_GRAPH_IO_DL_H
#define KHOP_GRAPH_IO_DL_H

#include "graph/io/source.h"

khop_status khop_i_read_dl(khop_graph **graph, const khop_i_source *source);

#endif
