/* edge_rows.h: what the rows of an edge list look like, against its header and against what other programs write. */
#ifndef KHOP_GRAPH_IO_EDGE_ROWS_H
#define KHOP_GRAPH_IO_EDGE_ROWS_H

#include "graph/io/edge_header.h"

/* Fails with FORMAT: "line 3: 3 fields, and the header has 2: "its text"". */
khop_status khop_i_edge_row_refuse(const khop_i_line *line, int fields, const char *than, int others);

/* Sets row_names where each row has one field more than the header, and begins with its name: 1, 2, 3 .. or strings in
 * quotes of which no two are alike. Errors: MEMORY. */
khop_status khop_i_edge_rows_find_names(khop_i_edge_layout *layout);

/* Whether the first row is one of "1: 2 3", a node and its neighbours. */
bool khop_i_edge_rows_have_colons(const khop_i_edge_layout *layout);
/* Takes the colon off the first field of such a row. Errors: FORMAT (there is none). */
khop_status khop_i_edge_row_colon(khop_i_field *field, const khop_i_line *line);

/* Errors: FORMAT where two ends are no names but signs that another notation has: 1 -> 2, (1, 2), // 1 2. */
khop_status khop_i_edge_row_check(const khop_i_field *from, const khop_i_field *to, const khop_i_line *line);

#endif
