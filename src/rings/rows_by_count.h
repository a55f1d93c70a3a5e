/* rows_by_count.h: an order of each 64 rows by their number of entries. Where rows are short, a product that takes them
 * in this order knows when the entries of a row end; as they stand, a processor mispredicts it at every other row.
 *
 *   rows       0  1  2  3  4  ..   63
 *   entries    2  5  1  2  1
 *   order      2  4  0  3  1  ..            of 64 whole rows; those behind the last 64 have none */
#ifndef KHOP_RINGS_ROWS_BY_COUNT_H
#define KHOP_RINGS_ROWS_BY_COUNT_H

#include "rings/hop_csr.h"

/* Finds the order of the slots from first_slot on, once, after khop_i_shifted_rows_find: slots whose rows are shifted
 * or long have none, nor has a CSR that is refilled (capacity). Errors: MEMORY. Cost: a byte a row, and a counting sort
 * of each 64. */
khop_status khop_i_rows_by_count_find(khop_i_hop_csr *csr, int first_slot);

/* The order of a slot; NULL: not computed, or of no use. */
static inline const khop_i_row_order *khop_i_rows_by_count_of(const khop_i_hop_csr *csr, int slot) {
  return csr->order ? csr->order[slot] : NULL;
}

#endif
