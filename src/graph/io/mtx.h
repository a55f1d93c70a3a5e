/* mtx.h: Matrix Market. */
#ifndef KHOP_GRAPH_IO_MTX_H
#define KHOP_GRAPH_IO_MTX_H

#include "graph/io/source.h"

khop_status khop_i_read_mtx(khop_graph **graph, const khop_i_source *source);

#endif
