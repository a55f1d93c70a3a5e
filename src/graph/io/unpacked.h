/* unpacked.h: a file that is whole in memory. */
#ifndef KHOP_GRAPH_IO_UNPACKED_H
#define KHOP_GRAPH_IO_UNPACKED_H

#include <khop/base.h>
#include <stdio.h>

typedef struct khop_i_unpacked {
  char *bytes; /* (length); owns */
  int64_t length;
  FILE *file; /* over the bytes, at its start; owns */
} khop_i_unpacked;

#define KHOP_I_UNPACKED_CHUNK 65536

/* Room for another chunk behind what is there; *capacity: the bytes that there is room for. Errors: MEMORY. */
khop_status khop_i_unpacked_reserve(khop_i_unpacked *unpacked, int64_t *capacity);
void khop_i_unpacked_free(khop_i_unpacked *unpacked);

#endif
