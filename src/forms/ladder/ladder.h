/* ladder.h: a ladder of rings (rungs.h), built over the arcs of a graph. */
#ifndef KHOP_FORMS_LADDER_LADDER_H
#define KHOP_FORMS_LADDER_LADDER_H

#include "forms/ladder/rungs.h"
#include "graph/graph.h"

#include <khop/rings.h>

/* The ladder up to hop `furthest` over arcs. counts (nodes, slots) becomes the size of
 * the ring of hops[s] around each node. max_bytes bounds what is held at any time.
 * Errors: ARGUMENT (too many hops), BUDGET, MEMORY, INTERRUPTED (progress as in khop_rings_options).
 * Cost: a search from every node for each hop, and the sum of |R_{k-1}(h)| over all arcs (i, h). */
khop_status khop_i_ladder_build(khop_i_ladder **ladder, int32_t *counts, const khop_graph *arcs,
                                int slots, const int *hops, const khop_rings_options *options,
                                int64_t max_bytes);
void khop_i_ladder_free(khop_i_ladder *ladder);

/* Entries of a rung: of P, Q and Delta together. 0 beyond the last. */
int64_t khop_i_ladder_entries(const khop_i_ladder *ladder, int hop);
size_t khop_i_ladder_bytes(const khop_i_ladder *ladder);

#endif
