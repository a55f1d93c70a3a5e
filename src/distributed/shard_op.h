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

/* NULL: a part makes the op of its own rows. */
const khop_i_shard_op *khop_i_shard_op_of(const khop_i_op *op);

extern const khop_i_shard_op khop_i_shard_op_mix;
extern const khop_i_shard_op khop_i_shard_op_batch_norm;
extern const khop_i_shard_op khop_i_shard_op_global_mean;
extern const khop_i_shard_op khop_i_shard_op_node_weights;
extern const khop_i_shard_op khop_i_shard_op_drop_blocks;

/* --- between parts and the rows of the rank (shard_parts.c) --------------------------------------------------------- */

/* rows (rows, columns) of the rank become the values of an op in all parts, or their gradients. */
void khop_i_parts_values(khop_real *rows, const khop_shard_run *r, int op);
void khop_i_parts_gradients(khop_real *rows, const khop_shard_run *r, int op);
/* The other way: values are set, gradients added to. */
void khop_i_parts_set(const khop_shard_run *r, int op, const khop_real *rows);
void khop_i_parts_add(const khop_shard_run *r, int op, const khop_real *rows);
/* Whether an op's value has a gradient: where one part's has, all have. */
static inline bool khop_i_parts_need(const khop_shard_run *r, int op) { return r->run[0]->node[op].gradient != NULL; }
/* Collective, `count` the same on all ranks. sum (count): of own (own parts, count) and those of all other parts. Errors:
 * MEMORY, those of the exchange. */
khop_status khop_i_parts_sum(double *sum, khop_shard_run *r, khop_status status, const double *own, int64_t count);

#endif
