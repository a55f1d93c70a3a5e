/* sparse_rows.c: see sparse_rows.h. */
#include "data/sparse_rows.h"
#include "base/memory.h"
#include "data/entries.h"

/* As attribute_features.c has it: memory breaks even at a half. */
#define SPARSE_BELOW 0.2

khop_status khop_i_sparse_rows_add(khop_i_sparse_rows *r, int64_t column, double value) {
  khop_status status = khop_i_room(&r->indices, r->entries + 1, sizeof *r->indices, "features");
  if (status == KHOP_OK) status = khop_i_room(&r->values, r->entries + 1, sizeof *r->values, "features");
  if (column >= r->columns) r->columns = column + 1;
  if (status != KHOP_OK || value == 0) return status;
  r->indices[r->entries] = (int32_t)column;
  r->values[r->entries++] = (khop_real)value;
  return KHOP_OK;
}

/* Sorts the entries from begin on, and drops those that come twice. */
static khop_status sort_row(khop_i_sparse_rows *r, int64_t begin) {
  int64_t count = r->entries - begin, kept = begin;
  khop_i_entry *row = NULL;
  khop_status status = khop_i_alloc_raw(&row, count, sizeof *row, "a row of features");
  if (status != KHOP_OK) return status;
  for (int64_t e = 0; e < count; e++) row[e] = (khop_i_entry){r->indices[begin + e], r->values[begin + e]};
  khop_i_entries_sort(row, count);
  for (int64_t e = 0; e < count; e++) {
    if (e && row[e].column == row[e - 1].column) continue;
    r->indices[kept] = row[e].column;
    r->values[kept++] = (khop_real)row[e].value;
  }
  r->entries = kept;
  khop_i_free(row);
  return KHOP_OK;
}

khop_status khop_i_sparse_rows_end(khop_i_sparse_rows *r) {
  khop_status status = khop_i_room(&r->offsets, r->rows + 2, sizeof *r->offsets, "features");
  if (status != KHOP_OK) return status;
  if (!r->rows) r->offsets[0] = 0;
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
