/* id_table_column.h: a column of a table of text as what it means: numbers or strings. */
#ifndef KHOP_DATA_ID_TABLE_COLUMN_H
#define KHOP_DATA_ID_TABLE_COLUMN_H

#include "data/id_table.h"

#include <khop/graph.h>

/* Adds a column of the table to a graph, where row r is of node node[r], -1: of none; the others have no value. Numbers
 * where all that is there is a number (also 1,5 between semicolons), 0 and 1 where all is true or false, else strings; a
 * number with zeros before it is a code. Fields without a text are missing, and NA, NaN and null outside quotes. What
 * could have been meant otherwise is noted in the table; a column where all is missing is left out, and noted.
 * node: (rows). Errors: MEMORY. */
khop_status khop_i_id_table_add_column(khop_graph *graph, khop_i_id_table *table, int column, const int64_t *node);

#endif
