/* read.h: which format a file has, for those who read its bytes in another way than khop_graph_read. */
#ifndef KHOP_GRAPH_IO_READ_H
#define KHOP_GRAPH_IO_READ_H

#include "graph/io/source.h"

/* Sets format and names_first, by the options and the extension. Errors: ARGUMENT, UNSUPPORTED. */
khop_status khop_i_read_format(khop_i_source *source, const char *path);
/* Errors: ARGUMENT (max_id out of range). */
khop_status khop_i_read_check_options(const khop_read_options *options);

#endif
