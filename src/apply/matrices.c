/* matrices.c: see matrices.h. */
#include "apply/matrices.h"
#include "base/error.h"
#include "base/memory.h"
#include "forms/stored.h"

static khop_status hold_offsets(khop_i_held *held, khop_i_hop_csr *csr, const khop_csr *m) {
  held->offsets = m->offset_bits == 64;
  if (held->offsets) {
    csr->offsets = (int64_t *)m->offsets;
    return KHOP_OK;
  }
  khop_status status = khop_i_alloc_raw(&csr->offsets, m->nodes + 1, sizeof *csr->offsets, "offsets of a matrix");
  for (int64_t i = 0; status == KHOP_OK && i <= m->nodes; i++)
    csr->offsets[i] = khop_i_csr_integer(m->offsets, m->offset_bits, i);
  return status;
}

static khop_status hold_columns(khop_i_held *held, khop_i_hop_csr *csr, const khop_csr *m, int64_t entries) {
  held->columns = m->column_bits == 32 && m->columns;
  if (held->columns) {
    csr->columns = (int32_t *)m->columns;
    return KHOP_OK;
  }
  khop_status status = khop_i_alloc_raw(&csr->columns, entries, sizeof *csr->columns, "columns of a matrix");
  for (int64_t e = 0; status == KHOP_OK && e < entries; e++)
    csr->columns[e] = (int32_t)khop_i_csr_integer(m->columns, m->column_bits, e);
  return status;
}

static khop_status hold_values(khop_i_held *held, khop_i_hop_csr *csr, const khop_csr *m, int64_t entries) {
  held->values = m->value_bits == 8 * (int)sizeof(khop_real);
  if (!m->values || held->values) {
    csr->values = (khop_real *)m->values;
    return KHOP_OK;
  }
  khop_status status = khop_i_alloc_raw(&csr->values, entries, sizeof *csr->values, "values of a matrix");
  for (int64_t e = 0; status == KHOP_OK && e < entries; e++)
    csr->values[e] = (khop_real)khop_i_csr_number(m->values, m->value_bits, e);
  return status;
}

/* One slot under the number 1: no identity, whose entries would not be read. */
khop_status khop_i_matrix_hold(khop_i_held *held, const khop_csr *m) {
  khop_status status = KHOP_OK;
  khop_i_hop_csr *csr = NULL;
  int64_t entries = khop_i_csr_integer(m->offsets, m->offset_bits, m->nodes);
  KHOP_TRY(khop_i_rings_new(&held->rings, m->nodes, 1, (int[]){1}));
  held->rings->form = &khop_i_stored_form;
  held->rings->op = KHOP_METAPATH;
  KHOP_TRY(khop_i_alloc(&csr, 1, sizeof *csr, "a matrix"));
  held->rings->csr = csr;
  csr->nodes = m->nodes;
  csr->slots = 1;
  KHOP_TRY(hold_offsets(held, csr, m));
  KHOP_TRY(hold_columns(held, csr, m, entries));
  KHOP_TRY(hold_values(held, csr, m, entries));
done:
  return status;
}

void khop_i_matrices_free(khop_i_matrices *m) {
  for (int t = 0; m && t < m->count; t++) {
    khop_i_held *held = &m->held[t];
    khop_i_hop_csr *csr = held->rings ? held->rings->csr : NULL;
    if (csr && held->offsets) csr->offsets = NULL;
    if (csr && held->columns) csr->columns = NULL;
    if (csr && held->values) csr->values = NULL;
    khop_rings_free(held->rings);
  }
  if (m) khop_i_free(m->held);
  khop_i_free(m);
}
