/* sparse_rows.c: see sparse_rows.h. */
#include "data/sparse_rows.h"
#include "base/memory.h"

#include <stdlib.h>

/* As attribute_features.c has it: memory breaks even at a half. */
#define SPARSE_BELOW 0.2

static khop_status reserve(khop_i_sparse_rows *r) {
  if (r->entries < r->entry_room) return KHOP_OK;
  int64_t more = 2 * r->entry_room + 1024;
  khop_status status = khop_i_grow(&r->indices, more, sizeof *r->indices, "features");
  if (status == KHOP_OK) status = khop_i_grow(&r->values, more, sizeof *r->values, "features");
  if (status == KHOP_OK) r->entry_room = more;
  return status;
}

khop_status khop_i_sparse_rows_add(khop_i_sparse_rows *r, int64_t column, double value) {
  khop_status status = reserve(r);
  if (column >= r->columns) r->columns = column + 1;
  if (status != KHOP_OK || value == 0) return status;
  r->indices[r->entries] = (int32_t)column;
  r->values[r->entries++] = (khop_real)value;
  return KHOP_OK;
}

typedef struct cell {
  int32_t column;
  khop_real value;
} cell;

static int by_column(const void *a, const void *b) {
  int32_t x = ((const cell *)a)->column, y = ((const cell *)b)->column;
  return (x > y) - (x < y);
}

/* Sorts the entries from begin on, and drops those that come twice. */
static khop_status sort_row(khop_i_sparse_rows *r, int64_t begin) {
  int64_t count = r->entries - begin, kept = begin;
  cell *row = NULL;
  khop_status status = khop_i_alloc_raw(&row, count, sizeof *row, "a row of features");
  if (status != KHOP_OK) return status;
  for (int64_t e = 0; e < count; e++) row[e] = (cell){r->indices[begin + e], r->values[begin + e]};
  qsort(row, (size_t)count, sizeof *row, by_column);
  for (int64_t e = 0; e < count; e++) {
    if (e && row[e].column == row[e - 1].column) continue;
    r->indices[kept] = row[e].column;
    r->values[kept++] = row[e].value;
  }
  r->entries = kept;
  khop_i_free(row);
  return KHOP_OK;
}

khop_status khop_i_sparse_rows_end(khop_i_sparse_rows *r) {
  khop_status status = KHOP_OK;
  if (r->rows + 2 > r->row_room) {
    int64_t more = 2 * r->row_room + 256;
    bool fresh = !r->offsets;
    status = khop_i_grow(&r->offsets, more, sizeof *r->offsets, "features");
    if (status != KHOP_OK) return status;
    r->row_room = more;
    if (fresh) r->offsets[0] = 0;
  }
  int64_t begin = r->offsets[r->rows];
  bool sorted = true;
  for (int64_t e = begin + 1; e < r->entries; e++) sorted = sorted && r->indices[e - 1] < r->indices[e];
  if (!sorted) status = sort_row(r, begin);
  r->offsets[++r->rows] = r->entries;
  return status;
}

static khop_status make_dense(khop_features *f, const khop_i_sparse_rows *r) {
  khop_real *dense = NULL;
  khop_status status = khop_i_alloc(&dense, r->rows, (size_t)r->columns * sizeof *dense, "features");
  for (int64_t i = 0; status == KHOP_OK && i < r->rows; i++)
    for (int64_t e = r->offsets[i]; e < r->offsets[i + 1]; e++) dense[i * r->columns + r->indices[e]] = r->values[e];
  *f = (khop_features){.rows = r->rows, .columns = r->columns, .dense = dense};
  return status;
}

khop_status khop_i_sparse_rows_take(khop_features *f, khop_i_sparse_rows *r, int64_t columns) {
  khop_status status = KHOP_OK;
  if (columns > r->columns) r->columns = columns;
  if ((double)r->entries >= SPARSE_BELOW * (double)r->rows * (double)r->columns) {
    status = make_dense(f, r);
  } else {
    *f = (khop_features){r->rows, r->columns, NULL, r->offsets, r->indices, r->values};
    r->offsets = NULL;
    r->indices = NULL;
    r->values = NULL;
  }
  khop_i_sparse_rows_free(r);
  return status;
}

void khop_i_sparse_rows_free(khop_i_sparse_rows *r) {
  khop_i_free(r->offsets);
  khop_i_free(r->indices);
  khop_i_free(r->values);
  *r = (khop_i_sparse_rows){0};
}
