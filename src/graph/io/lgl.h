/* lgl.h: the Large Graph Layout format. */
#ifndef KHOP_GRAPH_IO_LGL_H
#define KHOP_GRAPH_IO_LGL_H

#include "graph/io/source.h"

khop_status khop_i_read_lgl(khop_graph **graph, const khop_i_source *source);

#endif
