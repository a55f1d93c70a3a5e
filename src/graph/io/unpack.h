/* unpack.h: files that gzip has packed, and standard input, as a file in memory. */
#ifndef KHOP_GRAPH_IO_UNPACK_H
#define KHOP_GRAPH_IO_UNPACK_H

#include "graph/io/unpacked.h"

/* Reads a stream to its end; packed: by gzip, in one part or several. Errors: FORMAT (not packed by gzip, damaged, cut
 * short, nothing in it), IO, MEMORY; UNSUPPORTED for what is packed in builds without zlib. */
khop_status khop_i_unpack(khop_i_unpacked *unpacked, FILE *stream, bool packed);

#endif
