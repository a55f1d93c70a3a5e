/* rows_by_count.c: see rows_by_count.h. */
#include "rings/rows_by_count.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/threads.h"
#include "rings/shifted_rows.h"

/* Where rows are longer on average, the end of each is little beside its entries (docs/notes/2026-11-gather-kernels.md;
 * `sh bench/run spmm` measures it anew). Rows of as many and more are one kind. */
enum { LONG_ROW = 32 };

static int kind_of(const khop_i_hop_csr *csr, int64_t i, int slot) {
  int64_t count = khop_i_hop_csr_count(csr, i, slot);
  return count < LONG_ROW ? (int)count : LONG_ROW;
}

/* Rows 64 w to 64 w + 63, those of a kind as they stand. */
static void sort_rows(khop_i_row_order *order, const khop_i_hop_csr *csr, int64_t w, int slot) {
  int place[LONG_ROW + 2] = {0};
  for (int b = 0; b < 64; b++) place[kind_of(csr, 64 * w + b, slot) + 1]++;
  for (int k = 0; k < LONG_ROW; k++) place[k + 1] += place[k];
  for (int b = 0; b < 64; b++) order->row[place[kind_of(csr, 64 * w + b, slot)]++] = (uint8_t)b;
}

static bool mostly_short(const khop_i_hop_csr *csr, int slot) {
  int64_t entries = 0;
  for (int64_t i = 0; i < csr->nodes; i++) entries += khop_i_hop_csr_count(csr, i, slot);
  return entries < LONG_ROW * csr->nodes;
}

static khop_status sort_slot(khop_i_row_order **out, const khop_i_hop_csr *csr, int slot) {
  int64_t count = csr->nodes / 64;
  khop_status status = khop_i_alloc_raw(out, count, sizeof **out, "an order of rows");
  if (status != KHOP_OK) return status;
  khop_i_row_order *order = *out;
#pragma omp parallel for num_threads(khop_i_threads_for(csr->nodes))
  for (int64_t w = 0; w < count; w++) sort_rows(&order[w], csr, w, slot);
  return KHOP_OK;
}

khop_status khop_i_rows_by_count_find(khop_i_hop_csr *csr, int first_slot) {
  khop_status status = KHOP_OK;
  if (csr->order || csr->capacity || csr->nodes < 64) return status;
  KHOP_TRY(khop_i_alloc(&csr->order, csr->slots, sizeof *csr->order, "orders of rows"));
  for (int s = first_slot; s < csr->slots; s++)
    if (!khop_i_shifted_rows_of(csr, s) && mostly_short(csr, s)) KHOP_TRY(sort_slot(&csr->order[s], csr, s));
done:
  if (status != KHOP_OK) khop_i_hop_csr_drop_order(csr);
  return status;
}
