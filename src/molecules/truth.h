/* truth.h: what is known of each molecule of a file: numbers, yes/no tasks, classes, a part of a split.
 *
 *   texts    "0.5"  ">1"  ""    "red"
 *   values    0.5    NaN  NaN    NaN      NaN where the text is no number
 *   word      -1      0   -1      1       -1 where it is one, or missing; else its number in a table that keeps each
 *                                         text once. Of labels and of a split every text is a word */
#ifndef KHOP_MOLECULES_TRUTH_H
#define KHOP_MOLECULES_TRUTH_H

#include "base/string_table.h"
#include "molecules/cells.h"

#include <khop/molecule_graphs.h>

typedef struct khop_i_truth_column {
  const char *name;         /* borrows */
  int64_t count[KHOP_I_CELLS];
  int64_t others;           /* numbers that are no answers: neither 0, 1 nor -1 */
  int64_t strange_line;     /* of the first text that is neither a number nor missing */
  int32_t strange;          /* and its word */
  double *values;           /* (capacity) */
  int32_t *word;            /* (capacity) */
} khop_i_truth_column;

typedef struct khop_i_truth {
  const char *path;
  int columns, targets, labels; /* first the targets, then the labels, then the column of a split */
  bool split, optional;
  khop_i_truth_column *column;
  const char **name;        /* (columns) */
  char *label_names;        /* owns what the names of labels point to */
  int64_t count, capacity;  /* molecules */
  khop_i_string_table words;
} khop_i_truth;

/* The columns that are wanted. Errors: ARGUMENT (targets and labels at once), MEMORY. */
khop_status khop_i_truth_open(khop_i_truth *truth, const char *path, const khop_molecules_options *options);
void khop_i_truth_close(khop_i_truth *truth);
/* Takes what a record says of the next molecule. Errors: MEMORY. */
khop_status khop_i_truth_add(khop_i_truth *truth, const khop_record *record);

#endif
