/* entries.c: see entries.h. */
#include "data/entries.h"

#include <stdbool.h>
#include <stdlib.h>

static int by_column(const void *a, const void *b) {
  int32_t x = ((const khop_i_entry *)a)->column, y = ((const khop_i_entry *)b)->column;
  return (x > y) - (x < y);
}

void khop_i_entries_sort(khop_i_entry *row, int64_t count) {
  bool ascends = true;
  for (int64_t e = 1; e < count && ascends; e++) ascends = row[e - 1].column < row[e].column;
  if (!ascends) qsort(row, (size_t)count, sizeof *row, by_column);
}
