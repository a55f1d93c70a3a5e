/* reach.h: which nodes a stack of ring layers reaches, as boolean products of the rings.
 *
 *   rows of sources   F_0 = one node a row
 *   the last layer    F_1 = F_0 any.pair (R_a + R_b + ..)      the taps of that layer
 *   ...               down to the first layer, whose columns are inputs */
#ifndef KHOP_AUDIT_REACH_H
#define KHOP_AUDIT_REACH_H

#include <khop/rings.h>

typedef struct khop_i_reach khop_i_reach;

/* Prepares the products. hops: (layers, taps) the hops of each layer's taps, from the input on; each
 * must be kept in rings (RING, any direction), which may be freed afterwards; -1 is no tap.
 * Errors: ARGUMENT, MEMORY, INTERNAL. Cost: 9 bytes an entry, while it is open. */
khop_status khop_i_reach_open(khop_i_reach **reach, const khop_rings *rings, int layers, int taps,
                              const int *hops);
void khop_i_reach_close(khop_i_reach *reach);

/* Shows, for each source in turn, the nodes it reaches, ascending. Rows go in blocks. row counts
 * from 0 within sources. Errors: those of visit, MEMORY, INTERNAL. */
typedef khop_status (*khop_i_reach_visit)(int64_t row, int64_t count, const uint64_t *columns,
                                          void *context);
khop_status khop_i_reach_rows(khop_i_reach *reach, int64_t rows, const int64_t *sources,
                              khop_i_reach_visit visit, void *context);

#endif
