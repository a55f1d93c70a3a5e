/* gunzip.h: what gzip has packed. */
#ifndef KHOP_GRAPH_IO_GUNZIP_H
#define KHOP_GRAPH_IO_GUNZIP_H

#include "graph/io/unpacked.h"

/* Unpacks a stream to its end, one part or several. Errors: FORMAT (not packed by gzip, damaged, cut short), IO,
 * MEMORY; UNSUPPORTED in builds without zlib. */
khop_status khop_i_gunzip(khop_i_unpacked *unpacked, FILE *stream);

#endif
