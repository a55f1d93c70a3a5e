/* spmm_packed.h: wide features through stored rings, a cache line of columns at a time.
 *
 *   x (N, f)   | line 0 | line 1 | ..        copied, four lines at a time:
 *   block      | line 0 of all nodes | line 1 of all nodes |        (KHOP_I_PACKED_COLUMNS, N) numbers
 *
 * More of the rows that come back are then still in a cache, and on fewer pages. The tap with most entries has its
 * rows scaled in the copy, once; other taps of such a product read x where it stands. The sums are those of one pass,
 * in the same order: the same bits where nothing is scaled before it is added (there one pass has the product and
 * the sum in one rounding). */
#ifndef KHOP_APPLY_SPMM_PACKED_H
#define KHOP_APPLY_SPMM_PACKED_H

#include "apply/taps.h"

/* Columns that are copied at once. (A grid's ring 8, 256 columns, on two threads: 23 ms with two lines, 21 with four,
 * 39 with eight.) */
enum { KHOP_I_PACKED_COLUMNS = 4 * KHOP_I_STRIP };

/* Whether it is the faster way for x of f columns: by the number of entries, and by how far those of a row are
 * apart. slot (count): the rings of the taps, -1: the identity. */
bool khop_i_packed_pays(const khop_rings *rings, int64_t entries, int count, const int *slot, int64_t f);
/* As khop_i_taps_gather. block (N, KHOP_I_PACKED_COLUMNS). */
void khop_i_packed_gather(khop_real *y, int64_t ldy, const khop_taps *taps, bool transposed, const khop_real *x,
                         int64_t ldx, int64_t f, khop_i_spread spread, khop_real *block);

#endif
