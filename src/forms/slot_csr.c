/* slot_csr.c: see slot_csr.h. */
#include "forms/slot_csr.h"
#include "base/error.h"
#include "base/memory.h"
#include "forms/rings.h"

void khop_i_slot_csr_free(khop_i_slot_csr *m) {
  khop_i_free(m->offsets);
  khop_i_free(m->columns);
  khop_i_free(m->values);
}

static void add_entry(khop_i_slot_csr *m, int64_t *end, int64_t column, double value) {
  m->columns[*end] = column;
  m->values[(*end)++] = (khop_real)value;
}

static void fill_row(khop_i_slot_csr *m, const khop_rings *rings, int slot, int64_t row, bool loop,
                     const khop_real *left, const khop_real *right) {
  const int32_t *columns;
  const khop_real *values;
  int64_t count = khop_rings_row(rings, slot, row, &columns, &values), end = m->offsets[row];
  for (int64_t e = 0; e < count; e++) {
    int32_t j = columns[e];
    double value = values ? (double)values[e] : 1;
    if (loop && j >= row) {
      if (j == row) value += 1;
      else add_entry(m, &end, row, (double)left[row] * (double)right[row]);
      loop = false;
    }
    add_entry(m, &end, j, (double)left[row] * value * (double)right[j]);
  }
  if (loop) add_entry(m, &end, row, (double)left[row] * (double)right[row]);
  m->offsets[row + 1] = end;
}

static khop_status check_slot(const khop_rings *rings, int slot) {
  if (slot >= 0 && slot < rings->slots) return KHOP_OK;
  return khop_i_fail(KHOP_E_ARGUMENT, "slot %d: the rings have %d slots", slot, rings->slots);
}

khop_status khop_i_slot_csr_new(khop_i_slot_csr *m, const khop_rings *rings, int slot, khop_norm norm, bool self_loop,
                                const char *asked_by) {
  khop_status status = KHOP_OK;
  khop_real *left = NULL, *right = NULL;
  int64_t n = rings->nodes, capacity;
  *m = (khop_i_slot_csr){.rows = n};
  KHOP_TRY(khop_i_rings_need_rows(rings, asked_by));
  KHOP_TRY(check_slot(rings, slot));
  capacity = khop_rings_entries(rings, slot) + (self_loop ? n : 0);
  KHOP_TRY(khop_i_alloc_raw(&left, n, sizeof *left, "scales"));
  KHOP_TRY(khop_i_alloc_raw(&right, n, sizeof *right, "scales"));
  KHOP_TRY(khop_rings_scales(left, right, rings, slot, norm, self_loop));
  KHOP_TRY(khop_i_alloc(&m->offsets, n + 1, sizeof *m->offsets, "CSR offsets"));
  KHOP_TRY(khop_i_alloc_raw(&m->columns, capacity, sizeof *m->columns, "CSR columns"));
  KHOP_TRY(khop_i_alloc_raw(&m->values, capacity, sizeof *m->values, "CSR values"));
  bool loop = self_loop && khop_i_rings_takes_loop(rings, slot);
  for (int64_t i = 0; i < n; i++) fill_row(m, rings, slot, i, loop, left, right);
done:
  khop_i_free(left);
  khop_i_free(right);
  if (status != KHOP_OK) khop_i_slot_csr_free(m);
  return status;
}
