/* shard_parts.h: between the parts of a run and the rows of its rank, and between the parts of all ranks. */
#ifndef KHOP_DISTRIBUTED_SHARD_PARTS_H
#define KHOP_DISTRIBUTED_SHARD_PARTS_H

#include "distributed/shard_run.h"

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
