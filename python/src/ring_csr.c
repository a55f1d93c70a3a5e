/* ring_csr.c: rows of one slot copied out: a call of khop_rings_row each, which Python would be slow at. */
#include "ring_csr.h"

#include <string.h>

void khop_python_ring_csr(int64_t *offsets, int32_t *columns, khop_real *values, const khop_rings *rings, int slot,
                          int64_t count, const int64_t *rows) {
  int64_t at = 0;
  if (offsets) offsets[0] = 0;
  for (int64_t i = 0; i < count; i++) {
    const int32_t *row;
    const khop_real *counts;
    int64_t entries = khop_rings_row(rings, slot, rows ? rows[i] : i, &row, &counts);
    if (columns && entries > 0) memcpy(columns + at, row, (size_t)entries * sizeof *row);
    if (values)
      for (int64_t j = 0; j < entries; j++) values[at + j] = counts ? counts[j] : 1;
    at += entries;
    if (offsets) offsets[i + 1] = at;
  }
}

const int32_t *khop_python_ring_columns(const khop_rings *rings) {
  for (int64_t i = 0; i < khop_rings_nodes(rings); i++) {
    const int32_t *row;
    if (khop_rings_row(rings, 0, i, &row, NULL) > 0) return row;
  }
  return NULL;
}
