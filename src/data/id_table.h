/* id_table.h: a table of text beside a graph or a set of graphs, whose rows are known by an id.
 *
 *   id,club,age       name    "id" "club" "age"            the header
 *   "a",red,30        cell    "a"  "red"  "30"             zero-terminated, in the bytes of the file
 *   b,,4              cell    "b"  ""     "4"              "": missing
 *
 * Fields stand between tabs, semicolons, commas or blanks, whichever the header has most of, and after RFC 4180 may
 * stand in quotes and then hold anything, line ends too. */
#ifndef KHOP_DATA_ID_TABLE_H
#define KHOP_DATA_ID_TABLE_H

#include "base/notes.h"
#include "graph/io/text.h"

typedef struct khop_i_id_table {
  const char *file;  /* name without folders, for messages; borrows */
  khop_i_text text;  /* owns what name and cell point to */
  char separator;
  int columns;
  int64_t rows;
  const char **name; /* (columns); "" where the header has none */
  const char **cell; /* (rows, columns) */
  int64_t *line;     /* (rows) where a row begins, from 1 */
  khop_i_notes notes; /* what was passed over */
} khop_i_id_table;

/* Reads a table, also one that gzip has packed (.gz). path must outlive it. Messages begin with the path.
 * Errors: NOT_FOUND, IO, FORMAT (nothing in it, no row, no header, two columns of one name, a row of another number of
 * fields, a quotation mark that is not closed; each with its line), MEMORY. Cost: O(size of the file), and 8 bytes a
 * field. */
khop_status khop_i_id_table_open(khop_i_id_table *table, const char *path);
void khop_i_id_table_close(khop_i_id_table *table);

/* Keeps a sentence, with the name of the file before it. Errors: MEMORY. */
khop_status khop_i_id_table_note(khop_i_id_table *table, const char *format, ...) KHOP_PRINTF(2, 3);

static inline const char *khop_i_id_table_cell(const khop_i_id_table *table, int64_t row, int column) {
  return table->cell[row * table->columns + column];
}

/* Whether a cell is NA, NaN, N/A or null outside quotes, as R, pandas and others write what is missing. */
bool khop_i_id_table_says_missing(const char *cell);

#endif
