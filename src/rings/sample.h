/* sample.h: some of each ring, drawn straight from the search, so that a ring that does not fit is never held.
 *
 *   ring k of node i     . . x . x x . x . x        n = 6 nodes found by the search
 *   the sample           . . x . . x . . . .        m = 2 of them, each pair as likely as any other
 *   its values               3     3                n / m: the inverse of the chance to be kept
 *
 * The sum of a sampled row times anything is the whole row's on average. Values of a row sum to n, and normalisation
 * divides by the degrees of the exact ring, which are kept, so that a mean over a sample is the mean on average too. */
#ifndef KHOP_RINGS_SAMPLE_H
#define KHOP_RINGS_SAMPLE_H

#include "rings/hop_csr.h"
#include "search/plan.h"

typedef struct khop_i_ring_sample {
  khop_i_hop_csr *csr;
  int64_t *row_sums, *column_sums; /* (nodes, slots) of the exact rings */
} khop_i_ring_sample;

/* Errors: ARGUMENT (per_row below 1), UNSUPPORTED (balls, walks), BUDGET, MEMORY, INTERRUPTED. */
khop_status khop_i_ring_sample_draw(khop_i_ring_sample *sample, const khop_i_plan *plan, int64_t per_row,
                                    uint64_t seed);
void khop_i_ring_sample_clear(khop_i_ring_sample *sample);

#endif
