/* mtx_check.h: what a Matrix Market file says it is, and whether its lines are that. */
#ifndef KHOP_GRAPH_IO_MTX_CHECK_H
#define KHOP_GRAPH_IO_MTX_CHECK_H

#include "graph/io/lines.h"

typedef struct khop_i_mtx {
  bool array, symmetric; /* symmetric: one triangle is stored */
  bool skew;
  int values; /* a line: 0 pattern, 1 real or integer, 2 complex */
  int64_t rows, columns, entries;
  bool directed;  /* entries are read as arcs */
  bool two_sides; /* rows and columns are not the same nodes, but stand one behind the other */
  int64_t nodes;
  bool fortran; /* an exponent is written with D */
  double value[2]; /* of the first entry that counts */
  int64_t zeros; /* entries of 0 that are stored all the same */
  bool valued, weighted; /* there is one; the others differ from it */
} khop_i_mtx;

/* Reads all lines: *m is what the header says, and what the values are. bytes: of the file. Errors: FORMAT (with the
 * line), IO. */
khop_status khop_i_mtx_check(khop_i_mtx *m, khop_i_lines *lines, int64_t bytes);

/* The same in pieces, for who reads lines by himself: what the header says, up to the line with the sizes; whether a
 * line is data, not blank or a comment; the row and the column of a line of data, from 1 on; and whether there are as
 * many as the header says. Errors: FORMAT, IO. */
khop_status khop_i_mtx_head(khop_i_mtx *m, khop_i_lines *lines, int64_t bytes);
khop_status khop_i_mtx_line(bool *data, const khop_i_lines *lines);
khop_status khop_i_mtx_entry(int64_t at[2], khop_i_mtx *m, const khop_i_lines *lines);
khop_status khop_i_mtx_count(const khop_i_mtx *m, int64_t found);

#endif
