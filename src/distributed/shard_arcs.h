/* shard_arcs.h: a shard of arcs that ranks have as they read them: each goes to the owner of its row. */
#ifndef KHOP_DISTRIBUTED_SHARD_ARCS_H
#define KHOP_DISTRIBUTED_SHARD_ARCS_H

#include "distributed/shard.h"

/* Collective. Rank r owns rows starts[r] to starts[r + 1] - 1. (*from)[a] -> (*to)[a] (count), of any rows; both
 * are freed on the way. status: of what this rank has done before. Errors: those of khop_shard_new. Cost: 32 bytes an
 * arc. */
khop_status khop_i_shard_of_arcs(khop_shard **shard, const khop_exchange *exchange, khop_status status,
                                 const int64_t *starts, int64_t count, int64_t **from, int64_t **to,
                                 khop_i_direction_of_arcs kind);

/* Starts of ranks that own as many rows each: N r / ranks. (ranks + 1), made here. Errors: MEMORY. */
khop_status khop_i_equal_starts(int64_t **starts, int64_t nodes, int ranks);

/* Collective. The shard takes what its rows are called, of the names that ranks have: those of nodes first .. first +
 * count - 1 on this one, behind those of the ranks before. have->start NULL on some rank: none have names. Errors:
 * MEMORY, those of the exchange. */
khop_status khop_i_shard_take_names(khop_shard *shard, const khop_i_row_names *have, int64_t first, int64_t count);

#endif
