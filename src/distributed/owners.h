/* owners.h: who owns which rows of a graph, and how to reach them.
 *
 *   starts    0          4     4          7        (ranks + 1): rank 1 owns nothing
 *             |  rank 0  |     |  rank 2  |
 */
#ifndef KHOP_DISTRIBUTED_OWNERS_H
#define KHOP_DISTRIBUTED_OWNERS_H

#include "distributed/exchange.h"

typedef struct khop_i_owners {
  khop_exchange exchange;
  int64_t *starts;     /* (ranks + 1); owns */
  int64_t first, rows; /* of this rank */
} khop_i_owners;

/* The rank that owns a node. */
int khop_i_owner_of(const khop_i_owners *owners, int64_t node);

#endif
