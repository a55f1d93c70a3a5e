/* sample.h: what a ladder would save, from a sample of its rows: no ladder is built. */
#ifndef KHOP_FORMS_LADDER_SAMPLE_H
#define KHOP_FORMS_LADDER_SAMPLE_H

#include "graph/graph.h"

/* Of each rung k, 1 to furthest: kept[k - 1] entries of P, Q and Delta, and ring[k - 1] those of the ring, both
 * of `samples` nodes drawn with `seed` and scaled to all. Exact where samples are all nodes (or more) and
 * for rung 1. The rows are those that khop_i_ladder_build would find.
 * Errors: MEMORY. Cost: for each sample and hop a search, and one from each of its neighbours; the workspace of a row,
 * and at most max_bytes for the rings of the neighbours. */
khop_status khop_i_ladder_sample(double *kept, double *ring, const khop_graph *arcs, int furthest,
                                 int64_t samples, uint64_t seed, int64_t max_bytes);

#endif
