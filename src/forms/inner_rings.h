/* inner_rings.h: rings that have some rows of a graph's, under other numbers (rings/inner_rows.h). */
#ifndef KHOP_FORMS_INNER_RINGS_H
#define KHOP_FORMS_INNER_RINGS_H

#include "forms/rings.h"
#include "rings/inner_rows.h"

/* Stored rings of any operator but metapaths. Where degrees are given, norms of rings read those of hop 1. Errors:
 * those of khop_rings_build. */
khop_status khop_i_rings_build_inner(khop_rings **rings, const khop_graph *graph, int count, const int *hops,
                                     const khop_rings_options *options, const khop_i_inner_rows *inner);

#endif
