/* shard.h: the inside of a khop_shard: the arcs of the rows that this rank owns, one way or the
 * other. */
#ifndef KHOP_DISTRIBUTED_SHARD_H
#define KHOP_DISTRIBUTED_SHARD_H

#include "distributed/turn.h"

struct khop_shard {
  khop_i_owners owners;
  bool directed;
  khop_i_arc_rows along[3]; /* by direction; of undirected graphs OUT alone */
};

/* Collective. The arcs of a direction, made when they are first asked for. Errors: MEMORY, those of
 * the exchange. */
khop_status khop_i_shard_arcs(const khop_i_arc_rows **arcs, khop_shard *shard,
                              khop_direction direction);

#endif
