/* normalize.c: see normalize.h. */
#include "forms/normalize.h"
#include "base/error.h"

#include <math.h>

static double row_sum(const khop_rings *rings, int64_t row, int slot) {
  if (rings->row_sums) return (double)rings->row_sums[row * rings->slots + slot];
  if (!rings->csr || !rings->csr->values) return (double)khop_i_rings_count(rings, row, slot);
  int64_t begin = khop_i_hop_csr_begin(rings->csr, row, slot), end = khop_i_hop_csr_end(rings->csr, row, slot);
  double sum = 0;
  for (int64_t e = begin; e < end; e++) sum += (double)rings->csr->values[e];
  return sum;
}

/* 1/sum or its root, 0 for an empty row: the mean over nothing is 0. */
static khop_real inverse(double sum, bool root) {
  return (khop_real)(sum > 0 ? 1 / (root ? sqrt(sum) : sum) : 0);
}

void khop_i_rings_scale(khop_real *left, khop_real *right, const khop_rings *rings, const khop_rings *transposed,
                        int slot, khop_norm norm, bool self_loop) {
  double loop = self_loop && khop_i_rings_takes_loop(rings, slot) ? 1 : 0;
  bool root = norm == KHOP_NORM_SYM;
  for (int64_t i = 0; i < rings->nodes; i++) {
    if (left) left[i] = root || norm == KHOP_NORM_ROW ? inverse(row_sum(rings, i, slot) + loop, root) : 1;
    if (right) right[i] = root || norm == KHOP_NORM_COL ? inverse(row_sum(transposed, i, slot) + loop, root) : 1;
  }
}

khop_status khop_rings_scales(khop_real *left, khop_real *right, const khop_rings *rings, int slot, khop_norm norm,
                              bool self_loop) {
  const khop_rings *transposed;
  if (slot < 0 || slot >= rings->slots)
    return khop_i_fail(KHOP_E_ARGUMENT, "slot %d: the rings have %d slots", slot, rings->slots);
  if (norm < KHOP_NORM_NONE || norm > KHOP_NORM_COL)
    return khop_i_fail(KHOP_E_ARGUMENT, "there is no normalisation %d", (int)norm);
  khop_status status = khop_i_rings_transposed(&transposed, rings);
  if (status == KHOP_OK) khop_i_rings_scale(left, right, rings, transposed, slot, norm, self_loop);
  return status;
}
