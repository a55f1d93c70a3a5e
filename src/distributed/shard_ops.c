/* shard_ops.c: which ops are made of the rows of all ranks, a row a kind. */
#include "distributed/shard_ops.h"

static const khop_i_shard_op *const ops[KHOP_I_KINDS] = {
    [KHOP_I_MIX] = &khop_i_shard_op_mix,
    [KHOP_I_BATCH_NORM] = &khop_i_shard_op_batch_norm,
    [KHOP_I_GLOBAL_MEAN] = &khop_i_shard_op_global_mean,
    [KHOP_I_NODE_WEIGHTS] = &khop_i_shard_op_node_weights,
    [KHOP_I_DROP_BLOCKS] = &khop_i_shard_op_drop_blocks,
};

const khop_i_shard_op *khop_i_shard_op_of(const khop_i_op *op) { return ops[op->kind]; }
