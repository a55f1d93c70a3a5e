/* sparse_rows.h: features that arrive row by row, entry by entry. */
#ifndef KHOP_DATA_SPARSE_ROWS_H
#define KHOP_DATA_SPARSE_ROWS_H

#include <khop/data.h>

typedef struct khop_i_sparse_rows {
  int64_t rows, columns, entries;
  int64_t *offsets;  /* (rows + 1); owns, as all */
  int32_t *indices;  /* (entries) */
  khop_real *values; /* (entries) */
} khop_i_sparse_rows;

/* An entry of the row at hand, in any order; zeros are left out, and of an entry that comes twice one stays.
 * Errors: MEMORY. */
khop_status khop_i_sparse_rows_add(khop_i_sparse_rows *rows, int64_t column, double value);
/* Ends the row at hand: its columns ascend from now on. */
khop_status khop_i_sparse_rows_end(khop_i_sparse_rows *rows);
/* The matrix, dense where at least a fifth of it is not 0; columns: at least so many. rows is empty afterwards. */
khop_status khop_i_sparse_rows_take(khop_features *features, khop_i_sparse_rows *rows, int64_t columns);
void khop_i_sparse_rows_free(khop_i_sparse_rows *rows);

#endif
