/* source.h: a file that is about to be read, as the readers of all formats are given it. Their messages leave the path
 * to read.c. */
#ifndef KHOP_GRAPH_IO_SOURCE_H
#define KHOP_GRAPH_IO_SOURCE_H

#include <khop/graph.h>
#include <stdio.h>

/* A file that is open at its start, and how it is to be read. */
typedef struct khop_i_source {
  FILE *file;
  int64_t bytes; /* its size; -1 for a pipe, which edge lists alone can come from */
  const char *format;
  khop_read_options options;
  bool names_first; /* edge lists: a first line of names is skipped */
} khop_i_source;

#endif
