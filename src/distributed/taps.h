/* taps.h: the inside of khop_shard_taps: taps of one way or both, by the local numbers of each. */
#ifndef KHOP_DISTRIBUTED_TAPS_H
#define KHOP_DISTRIBUTED_TAPS_H

#include "apply/spmm_packed.h"
#include "distributed/rings.h"

struct khop_shard_taps {
  khop_shard_rings *rings; /* borrows */
  int count;
  /* The taps forward, and those that transposed products take, which are forward taps of the rings
   * against the direction, with the two scales exchanged; NULL: not asked for. Their `transposed`
   * taps are not used. */
  khop_taps *way[2]; /* owns */
  khop_i_packed_sizes sizes; /* of the whole graph: packing.h */
  int most[2];               /* of each way */
};

#endif
