/* unpack.h: files that gzip has packed, and standard input, as a file in memory. */
#ifndef KHOP_GRAPH_IO_UNPACK_H
#define KHOP_GRAPH_IO_UNPACK_H

#include <khop/base.h>
#include <stdio.h>

/* A file that is whole in memory. */
typedef struct khop_i_unpacked {
  char *bytes; /* (length); owns */
  int64_t length;
  FILE *file; /* over the bytes, at its start; owns */
} khop_i_unpacked;

/* Reads a stream to its end; packed: by gzip, in one part or several. Errors: FORMAT (not packed by gzip, damaged, cut
 * short, nothing in it), IO, MEMORY. */
khop_status khop_i_unpack(khop_i_unpacked *unpacked, FILE *stream, bool packed);
void khop_i_unpacked_free(khop_i_unpacked *unpacked);

#endif
