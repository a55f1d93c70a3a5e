/* op_drop.h: a row of which blocks of columns are dropped (op_drop.c). */
#ifndef KHOP_MODEL_OP_DROP_H
#define KHOP_MODEL_OP_DROP_H

#include <khop/base.h>

/* y = or += x, blocks of `width` columns, each times 0 or 1 / (1 - rate); drawn by the key and the block's position, from
 * `at` on. */
void khop_i_drop_row(khop_real *y, const khop_real *x, int64_t blocks, int64_t width, uint64_t key, int64_t at, double rate,
                     bool accumulate);

#endif
