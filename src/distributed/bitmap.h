/* bitmap.h: rings of owned rows as bits (forms/bitmap.h), in the words of the whole graph, so that four columns are summed
 * first where one process sums them.
 *
 *   nodes at hand    3 | 7 8 9 | 130
 *   words            nodes 0 .. 63, of which 3, 7, 8 and 9 have rows of x    nodes 128 .. 191, of which 130 has one */
#ifndef KHOP_DISTRIBUTED_BITMAP_H
#define KHOP_DISTRIBUTED_BITMAP_H

#include "distributed/halo.h"
#include "forms/rings.h"

/* The rows of a plan, which are those that the halo owns. Errors: those of khop_rings_build. Cost: that of stored rings,
 * which are built and forgotten a block of rows at a time. */
khop_status khop_i_shard_bitmap_build(khop_rings **rings, const khop_i_plan *plan, const khop_i_halo *halo);

#endif
