/* arcs_file.h: a file of pairs of nodes, numbered from 0. */
#ifndef KHOP_DATA_ARCS_FILE_H
#define KHOP_DATA_ARCS_FILE_H

#include "data/data.h"

typedef struct khop_i_arcs_file {
  const char *name; /* within its folder */
  char separator;
  bool header;
  bool one_way; /* out: read as edges, some arc has no opposite */
} khop_i_arcs_file;

/* Errors: those of khop_i_text_file_open; FORMAT with the line, also of an id that is no node; MEMORY. */
khop_status khop_i_arcs_file_read(khop_graph **graph, khop_i_arcs_file *arcs, const char *folder, int64_t nodes,
                                  bool directed);
/* Tells that arcs were read as edges. */
khop_status khop_i_arcs_file_note(khop_data *data);

#endif
