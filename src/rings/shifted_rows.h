/* shifted_rows.h: row i is shifted where it is row i - 1 with every entry moved on by one column. On a grid, an image,
 * a signal or a volume almost all rows are. Products read the entries of the first such row for many (kernels/spmm.c),
 * and keep only a band of x in the cache (apply/spmm_packed.c).
 *
 *   shifted[slot]  | rows 0 .. 63 | rows 64 .. 127 | .. | one more |        of nodes / 64 + 2 */
#ifndef KHOP_RINGS_SHIFTED_ROWS_H
#define KHOP_RINGS_SHIFTED_ROWS_H

#include "rings/hop_csr.h"

/* Finds the shifted rows of the slots from first_slot on, once; a slot before them is the identity, whose entries
 * are not read. Nothing is done where they are known, where entries have values, or where the CSR is refilled
 * (capacity). Errors: MEMORY. Cost: 64 rows a slot are compared; where half of them are shifted, all. */
khop_status khop_i_shifted_rows_find(khop_i_hop_csr *csr, int first_slot);

/* The shifted rows of a slot; NULL: not computed, or only few are. */
static inline const khop_i_shifted_rows *khop_i_shifted_rows_of(const khop_i_hop_csr *csr, int slot) {
  return csr->shifted ? csr->shifted[slot] : NULL;
}

#endif
