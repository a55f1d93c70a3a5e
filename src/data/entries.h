/* entries.h: a row of a sparse matrix while it is put in order. */
#ifndef KHOP_DATA_ENTRIES_H
#define KHOP_DATA_ENTRIES_H

#include <stdint.h>

typedef struct khop_i_entry {
  int32_t column;
  double value; /* exact for every khop_real */
} khop_i_entry;

/* Sorts a row (count) by its columns, unless they ascend already. */
void khop_i_entries_sort(khop_i_entry *row, int64_t count);

#endif
