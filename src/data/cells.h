/* cells.h: what a text stands for, in a field of a table or in an attribute of a graph. */
#ifndef KHOP_DATA_CELLS_H
#define KHOP_DATA_CELLS_H

#include <khop/graph.h>

/* A decimal number, or an infinity; false for "0x1A" and for codes such as "0123". */
bool khop_i_cell_number(double *number, const char *text);
/* Digits with a needless zero before them: an area, a product, a class of an official list. */
bool khop_i_cell_is_code(const char *text);
/* The words for a missing value of R, NumPy, pandas, SQL, Excel and Weka: NA, NaN, None, null, ?, .. */
bool khop_i_cell_says_missing(const char *text);

/* What is said of a number that is no finite one in khop_real. */
typedef struct khop_i_number_text {
  char text[80];
} khop_i_number_text;

khop_i_number_text khop_i_too_large(double value);

/* A column of strings that was meant as numbers: four in five of its values are, and some are not. */
typedef struct khop_i_odd_value {
  int64_t node; /* the first whose value is no number; -1: this is no such column */
  int64_t numbers, present;
} khop_i_odd_value;

khop_i_odd_value khop_i_column_odd_value(const khop_column *column, int64_t nodes);
/* Fails where it is such a column. Errors: VALUE. */
khop_status khop_i_column_check_odd(const khop_column *column, int64_t nodes);

/* Words for a missing value in columns of strings become "", which is noted; what is left is a column of numbers where
 * all of it are. Columns that name the nodes stay: somebody may be called NA. Errors: MEMORY. */
khop_status khop_i_columns_find_missing(khop_graph *graph);

#endif
