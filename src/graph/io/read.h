/* read.h: what the readers of the several formats share. Messages leave the path to read.c. */
#ifndef KHOP_GRAPH_IO_READ_H
#define KHOP_GRAPH_IO_READ_H

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

khop_status khop_i_read_edges(khop_graph **graph, const khop_i_source *source);
khop_status khop_i_read_mtx(khop_graph **graph, const khop_i_source *source);
khop_status khop_i_read_igraph(khop_graph **graph, const khop_i_source *source);

/* What igraph would not survive, or would read as half a graph, found before igraph sees it. */
khop_status khop_i_screen(const khop_i_source *source);

/* A file of so many bytes cannot mean so many nodes: FORMAT, before they are allocated. */
khop_status khop_i_check_claim(int64_t nodes, int64_t bytes);

#endif
