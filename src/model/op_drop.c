/* op_drop.c: zeroes rows, or blocks of columns, in training, and scales what stays; otherwise y = x.
 *
 *   rows     a node with all its features, drawn by itself           blocks   columns of a hop, for all nodes at once
 *
 * As of dropout (op_dropout.c), the draw is a hash of (seed, step, op, position), made anew in backward. */
#include "model/op_drop.h"
#include "base/threads.h"
#include "model/op.h"

#include <string.h>

/* What position `at` is multiplied with: 0, or the scale. */
static khop_real factor_of(uint64_t key, int64_t at, double rate) {
  uint32_t limit = (uint32_t)(rate * 0x1p32), hash = (uint32_t)(khop_i_random_mix(key + (uint64_t)at) >> 32);
  return hash >= limit ? (khop_real)(1 / (1 - rate)) : 0;
}

void khop_i_drop_row(khop_real *y, const khop_real *x, int64_t blocks, int64_t width, uint64_t key, int64_t at, double rate,
                     bool accumulate) {
  for (int64_t b = 0; b < blocks; b++) {
    khop_real factor = factor_of(key, at + b, rate);
    for (int64_t c = b * width; c < (b + 1) * width; c++) y[c] = (accumulate ? y[c] : 0) + factor * x[c];
  }
}

/* Rows are one block whose position is theirs; blocks have theirs in every row. */
static void drop(khop_real *y, const khop_real *x, const khop_run *run, int at, bool accumulate) {
  const khop_i_node *node = &run->node[at];
  int64_t f = node->op->columns, blocks = node->op->groups;
  bool rows = node->op->kind == KHOP_I_DROP_ROWS;
  uint64_t key = khop_i_random_key(run->seed, run->step, (uint64_t)at);
  double rate = run->dropping ? node->op->rate : 0;
#pragma omp parallel for schedule(static) num_threads(khop_i_threads_for(node->rows * f))
  for (int64_t i = 0; i < node->rows; i++)
    khop_i_drop_row(y + i * f, x + i * f, blocks, f / blocks, key, rows ? i : 0, rate, accumulate);
}

static void drop_forward(khop_run *run, int at) {
  drop(run->node[at].buffer, khop_i_input_of(run, at, 0)->value, run, at, false);
}

static void drop_backward(khop_run *run, int at) {
  khop_i_node *x = khop_i_input_of(run, at, 0);
  if (x->gradient) drop(x->gradient, run->node[at].gradient, run, at, !x->fresh);
}

const khop_i_op_row khop_i_op_drop_rows = {
    .name = "drop_rows", .sets = true, .own_row = true, .forward = drop_forward, .backward = drop_backward,
};
const khop_i_op_row khop_i_op_drop_blocks = {
    .name = "drop_blocks", .sets = true, .own_row = true, .forward = drop_forward, .backward = drop_backward,
};
