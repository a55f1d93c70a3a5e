/* shifted_rows.h: rows that hold what the row before them holds, each entry one node further. On a grid, an image, a
 * signal or a volume almost all rows are; products read the entries of such rows once for many (kernels/spmm.c), and
 * keep only the part of x that is near (apply/spmm_packed.c).
 *
 *   shifted[slot]  | rows 0 .. 63 | rows 64 .. 127 | .. | one more |        of nodes / 64 + 2 */
#ifndef KHOP_RINGS_SHIFTED_ROWS_H
#define KHOP_RINGS_SHIFTED_ROWS_H

#include "rings/hop_csr.h"

/* Finds the shifted rows of the slots from first_slot on, once; the slots before hold the identity, which is not read
 * by entries. Nothing is done where they have been found, where entries have values, or where the CSR is filled
 * again and again. Errors: MEMORY. Cost: 64 rows a slot are compared, and where half of them are shifted all. */
khop_status khop_i_shifted_rows_find(khop_i_hop_csr *csr, int first_slot);

/* Those of a slot; NULL: not computed, or few rows are shifted. */
static inline const khop_i_shifted_rows *khop_i_shifted_rows_of(const khop_i_hop_csr *csr, int slot) {
  return csr->shifted ? csr->shifted[slot] : NULL;
}

#endif
