/* taps_csr.c: taps of matrices of the caller's (khop/apply.h): what is refused, and the taps. */
#include "apply/matrices.h"
#include "apply/taps.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "rings/rows_by_count.h"
#include "rings/shifted_rows.h"

#include <math.h>

/* Matrix t of the caller's; 0 bits stand for khop's own type. */
static khop_status take_matrix(khop_csr *matrix, const khop_csr *matrices, int t) {
  khop_csr m;
  const void *given = (const char *)matrices + (size_t)t * KHOP_I_STRIDE(khop_csr, matrices);
  khop_status status = KHOP_I_TAKE(khop_csr, &m, given);
  if (status != KHOP_OK) return status;
  if (!m.offset_bits) m.offset_bits = 64;
  if (!m.column_bits) m.column_bits = 32;
  if (!m.value_bits) m.value_bits = 8 * (int)sizeof(khop_real);
  *matrix = m;
  return KHOP_OK;
}

/* --- checks ----------------------------------------------------------------------------------------- */

static bool known_bits(int bits) { return bits == 32 || bits == 64; }

static khop_status check_offsets(const khop_csr *m, int t) {
  int64_t before = khop_i_csr_integer(m->offsets, m->offset_bits, 0);
  if (before != 0)
    return khop_i_fail(KHOP_E_VALUE, "matrix %d: its offsets begin at %lld, not 0", t, (long long)before);
  for (int64_t i = 0; i < m->nodes; i++) {
    int64_t next = khop_i_csr_integer(m->offsets, m->offset_bits, i + 1);
    if (next < before)
      return khop_i_fail(KHOP_E_VALUE, "matrix %d: row %lld begins at entry %lld and ends at %lld", t, (long long)i,
                         (long long)before, (long long)next);
    before = next;
  }
  if (before > 0 && !m->columns)
    return khop_i_fail(KHOP_E_ARGUMENT, "matrix %d: it has %lld entries and no columns", t, (long long)before);
  return KHOP_OK;
}

static khop_status check_row(const khop_csr *m, int t, int64_t row, int64_t begin, int64_t end) {
  int64_t before = -1;
  for (int64_t e = begin; e < end; e++) {
    int64_t column = khop_i_csr_integer(m->columns, m->column_bits, e);
    if (column < 0 || column >= m->nodes)
      return khop_i_fail(KHOP_E_VALUE, "matrix %d: row %lld has column %lld of %lld", t, (long long)row,
                         (long long)column, (long long)m->nodes);
    if (column <= before)
      return khop_i_fail(KHOP_E_VALUE, "matrix %d: row %lld has column %lld %s: columns ascend", t, (long long)row,
                         (long long)column, column == before ? "twice" : "behind a larger one");
    if (m->values && !isfinite((khop_real)khop_i_csr_number(m->values, m->value_bits, e)))
      return khop_i_fail(KHOP_E_VALUE, "matrix %d: the value of row %lld, column %lld is not finite", t, (long long)row,
                         (long long)column);
    before = column;
  }
  return KHOP_OK;
}

static khop_status check_matrix(const khop_csr *m, int t, int64_t nodes) {
  if (m->nodes != nodes || nodes < 0 || nodes > INT32_MAX)
    return khop_i_fail(KHOP_E_SHAPE, "matrix %d has %lld nodes and matrix 0 %lld: all have as many, at most %d", t,
                       (long long)m->nodes, (long long)nodes, INT32_MAX);
  if (!m->offsets) return KHOP_OK; /* the identity */
  if (!known_bits(m->offset_bits) || !known_bits(m->column_bits) || !known_bits(m->value_bits))
    return khop_i_fail(KHOP_E_ARGUMENT, "matrix %d: numbers of %d (offsets), %d (columns) and %d (values) bits: 32 and "
                       "64 are possible", t, m->offset_bits, m->column_bits, m->value_bits);
  khop_status status = check_offsets(m, t);
  for (int64_t i = 0; status == KHOP_OK && i < nodes; i++)
    status = check_row(m, t, i, khop_i_csr_integer(m->offsets, m->offset_bits, i),
                       khop_i_csr_integer(m->offsets, m->offset_bits, i + 1));
  return status;
}

/* --- taps ------------------------------------------------------------------------------------------- */

static khop_i_tap tap_of(const khop_rings *rings, int slot) {
  if (!rings) return (khop_i_tap){.loop = true, .slot = -1};
  const khop_i_hop_csr *csr = rings->csr;
  return (khop_i_tap){.offsets = csr->offsets, .stride = 1, .columns = csr->columns, .values = csr->values,
                      .shifted = khop_i_shifted_rows_of(csr, 0), .order = khop_i_rows_by_count_of(csr, 0), .slot = slot};
}

/* Where kernels are chosen by the rings of the taps, those of the first matrix stand for all. */
static void fill_taps(khop_taps *taps, const khop_i_matrices *m, khop_rings *first, bool transposed) {
  for (int t = 0; t < m->count; t++) {
    const khop_rings *rings = m->held[t].rings;
    int slot = rings == first && rings ? 0 : -1;
    taps->forward[t] = taps->transposed[t] = tap_of(rings, slot);
    if (rings && transposed) taps->transposed[t] = tap_of(rings->transposed, slot);
    taps->entries += rings ? khop_rings_entries(rings, 0) : taps->nodes;
  }
  taps->rings = first;
  taps->transposed_rings = transposed ? first->transposed : NULL;
}

static khop_status hold_all(khop_i_matrices *m, const khop_csr *matrices, bool transposed) {
  khop_status status = KHOP_OK;
  const khop_rings *back;
  for (int t = 0; t < m->count; t++) {
    khop_csr given;
    KHOP_TRY(take_matrix(&given, matrices, t));
    if (!given.offsets) continue;
    KHOP_TRY(khop_i_matrix_hold(&m->held[t], &given));
    if (transposed) KHOP_TRY(khop_i_rings_prepare(&back, m->held[t].rings));
    else KHOP_TRY(khop_i_rings_arrange(m->held[t].rings));
  }
done:
  return status;
}

/* *nodes: of the first, which is that of all. */
static khop_status check_matrices(int64_t *nodes, int count, const khop_csr *matrices) {
  bool identity = true;
  if (count < 1 || count > KHOP_MAX_TAPS || !matrices)
    return khop_i_fail(KHOP_E_ARGUMENT, "%d taps: 1 to %d are possible", count, KHOP_MAX_TAPS);
  for (int t = 0; t < count; t++) {
    khop_csr m;
    khop_status status = take_matrix(&m, matrices, t);
    if (status == KHOP_OK && t == 0) *nodes = m.nodes;
    if (status == KHOP_OK) status = check_matrix(&m, t, *nodes);
    if (status != KHOP_OK) return status;
    identity = identity && !m.offsets;
  }
  return identity ? khop_i_fail(KHOP_E_ARGUMENT, "%d taps: all are the identity, none has entries", count) : KHOP_OK;
}

khop_status khop_taps_from_csr(khop_taps **out, int count, const khop_csr *matrices, bool transposed) {
  khop_status status = KHOP_OK;
  khop_taps *taps = NULL;
  khop_rings *first = NULL;
  int64_t nodes = 0;
  *out = NULL;
  KHOP_TRY(check_matrices(&nodes, count, matrices));
  KHOP_TRY(khop_i_alloc(&taps, (int64_t)sizeof *taps + 2 * count * (int64_t)sizeof(khop_i_tap), 1, "taps"));
  KHOP_TRY(khop_i_alloc(&taps->own, 1, sizeof *taps->own, "taps"));
  KHOP_TRY(khop_i_alloc(&taps->own->held, count, sizeof *taps->own->held, "taps"));
  taps->own->count = taps->count = count;
  taps->nodes = nodes;
  KHOP_TRY(hold_all(taps->own, matrices, transposed));
  for (int t = 0; t < count && !first; t++) first = taps->own->held[t].rings;
  taps->forward = (khop_i_tap *)(void *)(taps + 1);
  taps->transposed = taps->forward + count;
  fill_taps(taps, taps->own, first, transposed);
  *out = taps;
  taps = NULL;
done:
  khop_taps_free(taps);
  return status;
}
