/* id_match.h: which row of a table belongs to which node of a graph, or graph of a set: by its id.
 *
 *   rows   id 7.0  id 3   id x9       items   "3"  "7"  "12"
 *          |       |      none                 |    |    without a row
 *          7       3                     row   1    0    -1                                     */
#ifndef KHOP_DATA_ID_MATCH_H
#define KHOP_DATA_ID_MATCH_H

#include "base/string_table.h"
#include "data/id_table.h"

/* What rows are to name: items with names, or with numbers from 0 on. */
typedef struct khop_i_id_names {
  const char *what;          /* "node" */
  const char *column;        /* of the graph, where the names stand; NULL: numbers */
  int64_t count;
  int64_t base;              /* numbers: that of item 0, as is usual; the matching sets it to that of the table */
  khop_i_string_table table; /* the names, and 7 for 7.0 */
  int64_t *item;             /* (table.count) whose name a string is; -2: of several */
} khop_i_id_names;

/* names: (count), NULL: numbers. Errors: MEMORY. */
khop_status khop_i_id_names_make(khop_i_id_names *names, const char *what, const char *column, int64_t count,
                                 const char *const *strings);
void khop_i_id_names_free(khop_i_id_names *names);

typedef struct khop_i_id_match {
  int column;         /* of the table, with the ids */
  int key;            /* which of the names they are */
  int64_t matched, without_id, without_row; /* rows, rows, items */
  int64_t *item;      /* (rows) that a row names, -1: none; owns */
  int64_t *row;       /* (count) of an item, -1: none; owns */
  int64_t *stray, strays; /* rows whose id names nothing, in their order; owns */
} khop_i_id_match;

/* The column and the names (keys of them) that agree most: columns called id, node, name and the like, then the first.
 * Errors: VALUE (no row names anything, with samples of both; two rows of one id, with their lines; an id that several
 * items have; a first line that is a row), MEMORY. Cost: a hash a row and a name. */
khop_status khop_i_id_match_rows(khop_i_id_match *match, khop_i_id_table *table, khop_i_id_names *names, int keys);
void khop_i_id_match_free(khop_i_id_match *match);

/* "7", "7.0" and "7e0" are 7; false for what is no whole number from 0 on, also with a needless zero before it. */
bool khop_i_id_whole(int64_t *number, const char *text);

/* Notes how many items have no row, and how many rows no id. */
khop_status khop_i_id_match_note(khop_i_id_table *table, const khop_i_id_match *match, const khop_i_id_names *names);

#endif
