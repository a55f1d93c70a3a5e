/* hop_csr.h: the hop-labelled CSR: sparse 0/1 matrices of several hops, row by row in one list.
 *
 *   offsets   | row 0: slot 0, slot 1, .. | row 1: slot 0, ..     (nodes * slots + 1)
 *   columns   ascending within a slot                             (offsets[nodes * slots])
 *   values    beside them, or NULL where every entry is 1
 *
 * It knows neither graphs nor hops: a slot is a number. Which hop a slot is for, the handle knows (forms/rings.h). */
#ifndef KHOP_RINGS_HOP_CSR_H
#define KHOP_RINGS_HOP_CSR_H

#include "kernels/kernels.h"

typedef struct khop_i_hop_csr {
  int64_t nodes;
  int slots;
  int64_t *offsets;
  int32_t *columns;
  khop_real *values;
  int64_t capacity;              /* of the columns, where batches refill them; else 0 */
  khop_i_shifted_rows **shifted; /* (slots) owns: shifted_rows.h; NULL: not computed */
  khop_i_row_order **order;      /* (slots) owns: rows_by_count.h; NULL: not computed */
} khop_i_hop_csr;

/* An empty one with its offsets, all 0. Errors: MEMORY. */
khop_status khop_i_hop_csr_new(khop_i_hop_csr **csr, int64_t nodes, int slots);
void khop_i_hop_csr_free(khop_i_hop_csr *csr);
/* Forgets which rows are shifted, and in which order they are taken. */
void khop_i_hop_csr_drop_shifted(khop_i_hop_csr *csr);
void khop_i_hop_csr_drop_order(khop_i_hop_csr *csr);
/* Bytes of all that it holds but these two; 0 of NULL. */
size_t khop_i_hop_csr_bytes(const khop_i_hop_csr *csr);
/* Every slot transposed. Errors: MEMORY. Cost: O(entries), a counting sort. */
khop_status khop_i_hop_csr_transpose(khop_i_hop_csr **transposed, const khop_i_hop_csr *csr);

/* The first and the past-the-end entry of a row's slot, and their number. */
static inline int64_t khop_i_hop_csr_begin(const khop_i_hop_csr *csr, int64_t row, int slot) {
  return csr->offsets[row * csr->slots + slot];
}
static inline int64_t khop_i_hop_csr_end(const khop_i_hop_csr *csr, int64_t row, int slot) {
  return csr->offsets[row * csr->slots + slot + 1];
}
static inline int64_t khop_i_hop_csr_count(const khop_i_hop_csr *csr, int64_t row, int slot) {
  return khop_i_hop_csr_end(csr, row, slot) - khop_i_hop_csr_begin(csr, row, slot);
}
static inline int64_t khop_i_hop_csr_entries(const khop_i_hop_csr *csr) {
  return csr->offsets[csr->nodes * csr->slots];
}

#endif
