/* cells.h: what a text in a column of targets may be.
 *
 *   0.5  -3e2         a number              >0.5  <1e-3  ~2   a bound, which no number is
 *   true  No          an answer             0,5               a decimal comma
 *   ""  NA  ?         missing               blue              a word
 */
#ifndef KHOP_MOLECULES_CELLS_H
#define KHOP_MOLECULES_CELLS_H

#include <khop/base.h>

typedef enum khop_i_cell {
  KHOP_I_CELL_MISSING,
  KHOP_I_CELL_NUMBER,
  KHOP_I_CELL_ANSWER,
  KHOP_I_CELL_BOUND,
  KHOP_I_CELL_COMMA,
  KHOP_I_CELL_WORD
} khop_i_cell;
#define KHOP_I_CELLS 6

/* text without blanks around it; *value: the number, 0 or 1 of an answer, else NaN. */
khop_i_cell khop_i_cell_read(double *value, const char *text);

#endif
