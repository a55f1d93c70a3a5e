/* shard_op.h: the ops that a part cannot make of its own rows; shard_op_NAME.c makes them of the rows of all ranks.
 *
 *   part 0   x \                                        / y
 *   part 1   x  > forward: sums of parts, ghosts' rows <  y
 *   part 2   x /                                        \ y
 *
 * Sums over all rows are sums of parts, added in the order of the parts, so that their bits do not depend on the ranks. */
#ifndef KHOP_DISTRIBUTED_SHARD_OP_H
#define KHOP_DISTRIBUTED_SHARD_OP_H

#include "distributed/shard_run.h"

typedef struct khop_i_shard_op {
  /* Not collective. What it keeps, in r->node[at], once there are taps; NULL: nothing. */
  khop_status (*open)(khop_shard_run *r, int at);
  /* Collective. Sets the values of op `at` in all parts. */
  khop_status (*forward)(khop_shard_run *r, int at);
  /* Collective. Adds to the gradients of its input and of its weights in all parts; those of its value are there. */
  khop_status (*backward)(khop_shard_run *r, int at);
} khop_i_shard_op;

extern const khop_i_shard_op khop_i_shard_op_mix;
extern const khop_i_shard_op khop_i_shard_op_batch_norm;
extern const khop_i_shard_op khop_i_shard_op_global_mean;
extern const khop_i_shard_op khop_i_shard_op_node_weights;
extern const khop_i_shard_op khop_i_shard_op_drop_blocks;

#endif
