/* hop_csr.c: see hop_csr.h. */
#include "rings/hop_csr.h"
#include "base/error.h"
#include "base/memory.h"

khop_status khop_i_hop_csr_new(khop_i_hop_csr **out, int64_t nodes, int slots) {
  khop_status status = KHOP_OK;
  khop_i_hop_csr *csr = NULL;
  *out = NULL;
  KHOP_TRY(khop_i_alloc(&csr, 1, sizeof *csr, "rings"));
  csr->nodes = nodes;
  csr->slots = slots;
  KHOP_TRY(khop_i_alloc(&csr->offsets, nodes * slots + 1, sizeof *csr->offsets, "ring offsets"));
  *out = csr;
  csr = NULL;
done:
  khop_i_hop_csr_free(csr);
  return status;
}

void khop_i_hop_csr_drop_shifted(khop_i_hop_csr *csr) {
  for (int s = 0; csr->shifted && s < csr->slots; s++) khop_i_free(csr->shifted[s]);
  khop_i_free(csr->shifted);
  csr->shifted = NULL;
}

void khop_i_hop_csr_drop_order(khop_i_hop_csr *csr) {
  for (int s = 0; csr->order && s < csr->slots; s++) khop_i_free(csr->order[s]);
  khop_i_free(csr->order);
  csr->order = NULL;
}

void khop_i_hop_csr_free(khop_i_hop_csr *csr) {
  if (!csr) return;
  khop_i_free(csr->offsets);
  khop_i_free(csr->columns);
  khop_i_free(csr->values);
  khop_i_hop_csr_drop_shifted(csr);
  khop_i_hop_csr_drop_order(csr);
  khop_i_free(csr);
}

size_t khop_i_hop_csr_bytes(const khop_i_hop_csr *csr) {
  if (!csr) return 0;
  size_t entry = sizeof *csr->columns + (csr->values ? sizeof *csr->values : 0);
  return sizeof *csr + ((size_t)(csr->nodes * csr->slots) + 1) * sizeof *csr->offsets +
         (size_t)khop_i_hop_csr_entries(csr) * entry;
}

/* Rows come in ascending order, so that each row of the transpose is sorted. */
static void scatter_entries(khop_i_hop_csr *to, int64_t *next, const khop_i_hop_csr *from) {
  int64_t slots = from->slots, cells = from->nodes * slots;
  for (int64_t cell = 0; cell < cells; cell++)
    for (int64_t e = from->offsets[cell]; e < from->offsets[cell + 1]; e++) {
      int64_t at = next[from->columns[e] * slots + cell % slots]++;
      to->columns[at] = (int32_t)(cell / slots);
      if (from->values) to->values[at] = from->values[e];
    }
}

khop_status khop_i_hop_csr_transpose(khop_i_hop_csr **out, const khop_i_hop_csr *csr) {
  khop_status status = KHOP_OK;
  khop_i_hop_csr *made = NULL;
  int64_t *next = NULL, slots = csr->slots, cells = csr->nodes * slots, entries = khop_i_hop_csr_entries(csr);
  *out = NULL;
  KHOP_TRY(khop_i_hop_csr_new(&made, csr->nodes, csr->slots));
  KHOP_TRY(khop_i_alloc_raw(&made->columns, entries, sizeof *made->columns, "ring columns"));
  if (csr->values) KHOP_TRY(khop_i_alloc_raw(&made->values, entries, sizeof *made->values, "walk counts"));
  for (int64_t cell = 0; cell < cells; cell++)
    for (int64_t e = csr->offsets[cell]; e < csr->offsets[cell + 1]; e++)
      made->offsets[csr->columns[e] * slots + cell % slots + 1]++;
  for (int64_t cell = 0; cell < cells; cell++) made->offsets[cell + 1] += made->offsets[cell];
  KHOP_TRY(khop_i_copy(&next, made->offsets, cells + 1, sizeof *next, "transpose cursors"));
  scatter_entries(made, next, csr);
  *out = made;
  made = NULL;
done:
  khop_i_free(next);
  khop_i_hop_csr_free(made);
  return status;
}
