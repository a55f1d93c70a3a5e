/* halo.h: what a rank sees of the graph: its own rows, and those of others that its rings reach,
 * hop by hop.
 *
 *   node     3 | 7 8 9 | 12 40     in the whole graph, ascending: their places are local numbers
 *            ^    own    ^  ^
 *            ghosts; those of the outermost hop have no arcs, since no search follows them
 *
 * Local numbers ascend with those of the graph, so that rows of rings keep their order, and sums
 * over them their bits. */
#ifndef KHOP_DISTRIBUTED_HALO_H
#define KHOP_DISTRIBUTED_HALO_H

#include "distributed/shard.h"

typedef struct khop_i_halo {
  int64_t nodes;     /* own ones and ghosts */
  int64_t own, rows; /* own ones are the local numbers own .. own + rows - 1 */
  int64_t *node;     /* (nodes); owns */
  khop_graph *graph; /* (nodes) the arcs along the direction, as a directed graph; owns */
  void *pattern;     /* a row of every node from its owner; of the exchange, closed with the halo */
} khop_i_halo;

/* Collective. So many hops along the direction. Errors: UNSUPPORTED (more local nodes than columns
 * have numbers), MEMORY, those of the exchange. Cost: 16 bytes a ghost and 8 an arc of ghosts
 * within hops - 1. */
khop_status khop_i_halo_open(khop_i_halo *halo, khop_shard *shard, int hops,
                             khop_direction direction);
/* Collective. Forgets the ghosts. */
khop_status khop_i_halo_keep_own(khop_i_halo *halo, const khop_i_owners *owners);
void khop_i_halo_close(khop_i_halo *halo, const khop_exchange *e);

#endif
