/* ball_features.c: see ball_features.h. */
#include "train/nodes/ball_features.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

/* The guest's row, dense or sparse as it comes, into dense rows. */
static void spread_row(khop_real *to, const khop_features *row) {
  if (row->dense) {
    memcpy(to, row->dense, (size_t)row->columns * sizeof *to);
    return;
  }
  memset(to, 0, (size_t)row->columns * sizeof *to);
  for (int64_t e = row->offsets[0]; e < row->offsets[1]; e++) to[row->indices[e]] = row->values[e];
}

static khop_status take_dense(khop_features *x, const khop_features *from, const int32_t *nodes,
                              const khop_features *guest) {
  khop_real *dense;
  khop_status status = khop_i_alloc_raw(&dense, x->rows * x->columns, sizeof *dense, "features of a ball");
  if (status != KHOP_OK) return status;
  x->dense = dense;
  for (int64_t i = 0; i < x->rows; i++) {
    khop_real *to = dense + i * x->columns;
    if (nodes[i] < 0) spread_row(to, guest);
    else memcpy(to, from->dense + nodes[i] * x->columns, (size_t)x->columns * sizeof *dense);
  }
  return KHOP_OK;
}

/* The entries of a row of one that may be dense; counts only where indices is NULL. */
static int64_t list_row(int32_t *indices, khop_real *values, const khop_features *row) {
  int64_t count = 0;
  for (int64_t c = 0; row->dense && c < row->columns; c++) {
    if (row->dense[c] == 0) continue;
    if (indices) indices[count] = (int32_t)c, values[count] = row->dense[c];
    count++;
  }
  if (row->dense) return count;
  count = row->offsets[1] - row->offsets[0];
  if (indices && count) {
    memcpy(indices, row->indices + row->offsets[0], (size_t)count * sizeof *indices);
    memcpy(values, row->values + row->offsets[0], (size_t)count * sizeof *values);
  }
  return count;
}

static khop_features row_of(const khop_features *x, int64_t row) {
  return (khop_features){.rows = 1, .columns = x->columns, .offsets = x->offsets + row, .indices = x->indices,
                         .values = x->values};
}

static khop_status take_sparse(khop_features *x, const khop_features *from, const int32_t *nodes,
                               const khop_features *guest) {
  khop_status status = KHOP_OK;
  int64_t *offsets;
  int32_t *indices;
  khop_real *values;
  KHOP_TRY(khop_i_alloc(&offsets, x->rows + 1, sizeof *offsets, "features of a ball"));
  x->offsets = offsets;
  for (int64_t i = 0; i < x->rows; i++) {
    khop_features row = nodes[i] < 0 ? *guest : row_of(from, nodes[i]);
    offsets[i + 1] = offsets[i] + list_row(NULL, NULL, &row);
  }
  KHOP_TRY(khop_i_alloc_raw(&indices, offsets[x->rows], sizeof *indices, "features of a ball"));
  x->indices = indices;
  KHOP_TRY(khop_i_alloc_raw(&values, offsets[x->rows], sizeof *values, "features of a ball"));
  x->values = values;
  for (int64_t i = 0; i < x->rows; i++) {
    khop_features row = nodes[i] < 0 ? *guest : row_of(from, nodes[i]);
    list_row(indices + offsets[i], values + offsets[i], &row);
  }
done:
  return status;
}

khop_status khop_i_ball_features_take(khop_features *x, const khop_features *from, int64_t count, const int32_t *nodes,
                                      const khop_features *guest) {
  *x = (khop_features){.rows = count, .columns = from->columns};
  return from->dense ? take_dense(x, from, nodes, guest) : take_sparse(x, from, nodes, guest);
}
