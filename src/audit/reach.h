/* reach.h: which nodes a stack of ring layers reaches, as boolean products of the rings.
 *
 *   rows of sources   F_0 = one node a row
 *   the last layer    F_1 = F_0 (R_a or R_b or ..)      the taps of that layer
 *   ...               down to the first layer, whose columns are inputs
 *
 * 64 rows are the bits of one word a node, which go along the entries of the rings together. */
#ifndef KHOP_AUDIT_REACH_H
#define KHOP_AUDIT_REACH_H

#include <khop/rings.h>

typedef struct khop_i_reach khop_i_reach;

/* Prepares the products. hops: (layers, taps) the hops of each layer's taps, from the input on; each
 * must be stored in rings (RING, any direction), which must outlive it; -1 is no tap.
 * Errors: ARGUMENT, MEMORY. */
khop_status khop_i_reach_open(khop_i_reach **reach, const khop_rings *rings, int layers, int taps,
                              const int *hops);
void khop_i_reach_close(khop_i_reach *reach);

/* Shows, for each source in turn, the nodes it reaches, ascending. Rows go in blocks. row counts
 * from 0 within sources. Errors: those of visit, MEMORY. Cost: 1 kB a node; the entries of the taps for each 64 rows. */
typedef khop_status (*khop_i_reach_visit)(int64_t row, int64_t count, const uint64_t *columns,
                                          void *context);
khop_status khop_i_reach_rows(khop_i_reach *reach, int64_t rows, const int64_t *sources,
                              khop_i_reach_visit visit, void *context);

#endif
