/* shifted_rows.c: see shifted_rows.h. */
#include "rings/shifted_rows.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/threads.h"

/* Rows that are compared before all are: enough to tell a grid, most of whose rows are shifted, from other graphs,
 * which have next to none. Comparing all costs about a product (docs/notes/2026-11-shifted-rows.md, AMD EPYC); `sh
 * bench/run spmm` measures what it gains. */
enum { SAMPLED_ROWS = 64 };

static bool is_shifted(const khop_i_hop_csr *csr, int64_t i, int slot) {
  int64_t count = khop_i_hop_csr_count(csr, i, slot);
  if (i == 0 || khop_i_hop_csr_count(csr, i - 1, slot) != count) return false;
  const int32_t *here = csr->columns + khop_i_hop_csr_begin(csr, i, slot);
  const int32_t *before = csr->columns + khop_i_hop_csr_begin(csr, i - 1, slot);
  int32_t other = 0;
  for (int64_t e = 0; e < count; e++) other |= (here[e] - before[e]) ^ 1;
  return !other;
}

/* Whether half of the sampled rows are shifted. Empty rows do not count, although they are equal to any other. */
static bool mostly_shifted(const khop_i_hop_csr *csr, int slot) {
  int64_t compared = 0, shifted = 0;
  for (int64_t i = 1; i < csr->nodes; i += csr->nodes / SAMPLED_ROWS + 1, compared++)
    shifted += khop_i_hop_csr_count(csr, i, slot) && is_shifted(csr, i, slot);
  return compared && 2 * shifted >= compared;
}

/* Rows 64 w to 64 w + 63. */
static khop_i_shifted_rows compare_rows(const khop_i_hop_csr *csr, int64_t w, int slot) {
  khop_i_shifted_rows found = {.bits = 0, .first = INT32_MAX, .after = 0};
  for (int64_t i = 64 * w; i < 64 * (w + 1) && i < csr->nodes; i++) {
    int64_t begin = khop_i_hop_csr_begin(csr, i, slot), end = khop_i_hop_csr_end(csr, i, slot);
    found.bits |= (uint64_t)is_shifted(csr, i, slot) << (i - 64 * w);
    if (begin == end) continue;
    if (csr->columns[begin] < found.first) found.first = csr->columns[begin];
    if (csr->columns[end - 1] >= found.after) found.after = csr->columns[end - 1] + 1;
  }
  return found;
}

static int64_t slot_entries(const khop_i_hop_csr *csr, int slot) {
  int64_t total = 0;
  for (int64_t i = 0; i < csr->nodes; i++) total += khop_i_hop_csr_count(csr, i, slot);
  return total;
}

static khop_status find_slot(khop_i_shifted_rows **out, const khop_i_hop_csr *csr, int slot) {
  int64_t count = csr->nodes / 64 + 2;
  khop_status status = khop_i_alloc(out, count, sizeof **out, "shifted rows");
  if (status != KHOP_OK) return status;
  khop_i_shifted_rows *found = *out;
#pragma omp parallel for num_threads(khop_i_threads_for(slot_entries(csr, slot)))
  for (int64_t w = 0; w < count; w++) found[w] = compare_rows(csr, w, slot);
  return KHOP_OK;
}

khop_status khop_i_shifted_rows_find(khop_i_hop_csr *csr, int first_slot) {
  khop_status status = KHOP_OK;
  if (csr->shifted || csr->capacity || csr->values) return status;
  KHOP_TRY(khop_i_alloc(&csr->shifted, csr->slots, sizeof *csr->shifted, "shifted rows"));
  for (int s = first_slot; s < csr->slots; s++)
    if (mostly_shifted(csr, s)) KHOP_TRY(find_slot(&csr->shifted[s], csr, s));
done:
  if (status != KHOP_OK) khop_i_hop_csr_drop_shifted(csr);
  return status;
}
