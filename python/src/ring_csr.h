/* ring_csr.h: a stored ring as compressed rows of its own. */
#ifndef KHOP_PYTHON_RING_CSR_H
#define KHOP_PYTHON_RING_CSR_H

#include <khop/rings.h>

/* Copies rows of one slot of stored rings out: offsets (count + 1), columns and values (offsets[count]), each of which
 * may be NULL. values become the counts of walks, or 1 each. rows (count), all in range; NULL: 0, 1, .. count - 1.
 * Cost: O(count + entries). */
void khop_python_ring_csr(int64_t *offsets, int32_t *columns, khop_real *values, const khop_rings *rings, int slot,
                          int64_t count, const int64_t *rows);

/* The columns of rings of one slot, side by side as they are kept: borrowed. NULL where there are none. */
const int32_t *khop_python_ring_columns(const khop_rings *rings);

#endif
