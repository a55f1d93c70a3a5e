/* level.h: what a search by products shows of a block of rows: one asked hop of it, in arrays of GraphBLAS's integers. */
#ifndef KHOP_SEARCH_LEVEL_H
#define KHOP_SEARCH_LEVEL_H

#include <khop/base.h>

/* Sorted: the columns of its row r are columns[offsets[r]] to columns[offsets[r + 1] - 1]. values is NULL except for
 * walk powers; iso: all equal values[0]. */
typedef struct khop_i_level {
  int slot; /* which of the asked hops */
  int64_t rows;
  const uint64_t *offsets;
  const uint64_t *columns;
  const double *values;
  bool iso;
} khop_i_level;

typedef khop_status (*khop_i_visit)(const khop_i_level *level, void *context);

#endif
