/* dl_header.h: the words of a DL file, its header and its labels. */
#ifndef KHOP_GRAPH_IO_DL_HEADER_H
#define KHOP_GRAPH_IO_DL_HEADER_H

#include "base/string_table.h"
#include "graph/io/text.h"

/* Matrices, whole and halves; lists: pairs, a node and those that it leads to, how many these are and which. */
typedef enum khop_i_dl_form {
  KHOP_I_DL_FULL,
  KHOP_I_DL_LOWER,
  KHOP_I_DL_UPPER,
  KHOP_I_DL_EDGES,
  KHOP_I_DL_NODES,
  KHOP_I_DL_COUNTED_NODES
} khop_i_dl_form;

typedef struct khop_i_dl {
  khop_i_line line; /* being read; its start moves behind the fields that have been read */
  int64_t bytes, n, rows, columns, matrices;
  khop_i_dl_form form;
  bool no_diagonal, two_sides; /* two_sides: rows and columns are two sets of nodes */
  bool embedded[2];              /* labels stand in the data: of rows, of columns */
  khop_i_string_table labels[2]; /* of rows, or of both; of columns, where these are other nodes */
} khop_i_dl;

/* The header, up to the word "data:", and sizes that are checked. Errors: FORMAT (with the line), MEMORY. */
khop_status khop_i_dl_header(khop_i_dl *d);

/* The next word, across lines; false at the end of the file. */
bool khop_i_dl_word(khop_i_field *field, khop_i_dl *d);
/* Fails with FORMAT: "line 3: WHAT "the word"". */
khop_status khop_i_dl_fail(const khop_i_dl *d, const char *what, const khop_i_field *field);
/* Adds a label of a side; must_be_new: fails where it is there already. */
khop_status khop_i_dl_label(int64_t *id, khop_i_dl *d, int side, const khop_i_field *field, bool must_be_new);

#endif
