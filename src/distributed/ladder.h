/* ladder.h: rings of owned rows as a ladder whose sums ranks hand to one another:
 *
 *   R_k x = P R_{k-1} x + Q R_{k-2} x + Delta x
 *
 *   space 0    x of the owned rows, and of those ghosts that some Delta names
 *   space k    R_k x of the owned rows, and of the ghosts that are bases of rung k + 1: neighbours
 *
 * where stored rings read x of all nodes within the furthest hop. What a row is made of depends on the graph alone
 * (ladder_rows.h), and its terms ascend with the graph's numbers, so that the bits are the same for any number of ranks. */
#ifndef KHOP_DISTRIBUTED_LADDER_H
#define KHOP_DISTRIBUTED_LADDER_H

#include "distributed/halo.h"
#include "distributed/ladder_rows.h"
#include "forms/rings.h"

typedef struct khop_i_shard_space {
  int64_t rows, own; /* own ones are own .. own + owned - 1 */
  void *pattern;     /* of the exchange, closed with the ladder */
} khop_i_shard_space;

typedef struct khop_i_shard_ladder {
  int rungs;
  khop_i_rung *rung; /* (rungs) bases in numbers of the space below, the rest in those of space 0; owns */
  khop_i_shard_space *space; /* (rungs); owns */
} khop_i_shard_ladder;

/* Collective. The rows that the halo owns, and a handle of them alone, which knows the sizes of their rings. Errors:
 * those of khop_rings_build on any rank. */
khop_status khop_i_shard_ladder_build(khop_i_shard_ladder **ladder, khop_rings **rings, const khop_i_plan *plan,
                                      const khop_i_halo *halo, const khop_i_owners *owners, khop_status status);
void khop_i_shard_ladder_free(khop_i_shard_ladder *ladder, const khop_exchange *e);

#endif
