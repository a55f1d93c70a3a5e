/* shifted_rows.h: rows of stored rings that are alike but for where they stand: row i holds as many entries as row i - 1, each
 * one node further. On a grid, an image, a signal or a volume almost all are; products read the entries of such rows
 * once for many (kernels/spmm.c), and keep by them only what of x is near (apply/spmm_packed.c).
 *
 *   alike[slot]  | rows 0 .. 63 | rows 64 .. 127 | .. | one more |        of nodes / 64 + 2 */
#ifndef KHOP_RINGS_SHIFTED_ROWS_H
#define KHOP_RINGS_SHIFTED_ROWS_H

#include "forms/rings.h"

typedef struct khop_i_alike {
  uint64_t bits;        /* bit b: row b of these is as the row before it */
  int32_t first, after; /* their columns are first .. after - 1; first >= after: there are none */
} khop_i_alike;

/* What products want of rings before they start: the transpose, and the alike rows both ways, found once and kept.
 * Safe to call from several threads. Errors: MEMORY.
 * Cost: of the alike rows, a look at 64 rows a slot, and where half of them are alike a pass over its entries. */
khop_status khop_i_rings_prepare(const khop_rings **turned, const khop_rings *rings);

void khop_i_alike_free(khop_i_alike **alike, int slots);

/* Those of a slot; NULL: nobody has looked, or few rows are alike. */
static inline const khop_i_alike *khop_i_rings_alike(const khop_rings *rings, int slot) {
  return rings->alike ? rings->alike[slot] : NULL;
}

#endif
