/* rings.h: the inside of khop_shard_rings: rings of the owned rows, one way or both.
 *
 *   way[0]   the rings that were asked for: rows of R_k
 *   way[1]   rows of R_k^T, which are rings against the direction; made when first needed
 *
 * Symmetric rings are their own transposes, and have one way. */
#ifndef KHOP_DISTRIBUTED_RINGS_H
#define KHOP_DISTRIBUTED_RINGS_H

#include "distributed/ladder.h"
#include "forms/rings.h"

typedef struct khop_i_shard_way {
  khop_i_halo halo;  /* without its graph */
  khop_i_shard_ladder *ladder; /* of that form, whose halo then has the owned rows alone; else NULL; owns */
  khop_rings *rings; /* (halo.nodes) rows halo.own .. of them; NULL: not made yet; owns */
  int64_t *sums;     /* (halo.rows, slots) what rows add up to; NULL: not asked for yet; owns */
} khop_i_shard_way;

struct khop_shard_rings {
  khop_shard *shard; /* borrows */
  khop_rings_options options;
  int count;
  int *hops; /* (count); owns */
  bool symmetric;
  khop_i_shard_way way[2];
};

/* Collective. A way, made when it is first asked for: 0 or 1. Errors: those of
 * khop_shard_rings_build. */
khop_status khop_i_shard_way_of(khop_i_shard_way **way, khop_shard_rings *rings, int which);

#endif
