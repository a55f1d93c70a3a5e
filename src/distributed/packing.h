/* packing.h: whether products of owned rows read packed columns (apply/spmm_packed.h), and which tap is scaled in the
 * copy: decided from the whole graph, by the cache of rank 0, so that all ranks do as one process does, and their sums
 * are rounded where its are. */
#ifndef KHOP_DISTRIBUTED_PACKING_H
#define KHOP_DISTRIBUTED_PACKING_H

#include "apply/spmm_packed.h"
#include "distributed/rings.h"

/* Collective. The sizes of the whole graph; taps: forward, of the rows that were asked for. Stored rings alone have
 * sizes; those of others never suit. */
khop_status khop_i_packing_sizes(khop_i_packed_sizes *sizes, const khop_taps *taps, const khop_i_shard_way *way,
                                 const khop_i_owners *owners);
/* Collective. The tap with most entries in the whole graph; -1: none has any. */
khop_status khop_i_packing_most(int *most, const khop_taps *taps, const khop_i_shard_way *way,
                                const khop_i_owners *owners);

#endif
