/* apply.h: products of owned rows with a number a tap. */
#ifndef KHOP_DISTRIBUTED_APPLY_H
#define KHOP_DISTRIBUTED_APPLY_H

#include "distributed/taps.h"

/* As khop_shard_apply, tap t times weight[t]; NULL: 1. */
khop_status khop_i_shard_apply(khop_real *y, int64_t ldy, const khop_shard_taps *taps, const khop_real *x, int64_t ldx,
                               int64_t f, unsigned flags, const khop_real *weight);

#endif
