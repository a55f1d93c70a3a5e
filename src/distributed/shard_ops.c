/* shard_ops.c: which ops are made of the rows of all ranks (shard_op.h), a row a kind. */
#include "distributed/shard_op.h"

static const khop_i_shard_op *const ops[KHOP_I_KINDS] = {
    [KHOP_I_MIX] = &khop_i_shard_op_mix,
};

const khop_i_shard_op *khop_i_shard_op_of(const khop_i_op *op) { return ops[op->kind]; }
