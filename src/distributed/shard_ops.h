/* shard_ops.h: from an op to how several ranks make it. */
#ifndef KHOP_DISTRIBUTED_SHARD_OPS_H
#define KHOP_DISTRIBUTED_SHARD_OPS_H

#include "distributed/shard_op.h"

/* NULL: a part makes the op of its own rows. */
const khop_i_shard_op *khop_i_shard_op_of(const khop_i_op *op);

#endif
