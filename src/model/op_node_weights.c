/* op_node_weights.c: a row of learned numbers a node: what the rows of a ring, as features, are multiplied by. */
#include "model/op.h"
#include "base/error.h"

#include <string.h>

static khop_status node_weights_open(khop_run *run, int at, int64_t max_bytes) {
  const khop_i_op *op = run->node[at].op;
  int64_t nodes = op->weights / op->columns;
  (void)max_bytes;
  if (nodes == run->n) return KHOP_OK;
  return khop_i_fail(KHOP_E_SHAPE, "op %d (node_weights) has a row for each of %lld nodes, and the graph has %lld: such a "
                     "model is of one graph", at, (long long)nodes, (long long)run->n);
}

/* A run holds nothing of its own for it. */
static void node_weights_close(khop_run *run, int at) {
  (void)run;
  (void)at;
}

static void node_weights_forward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at];
  memcpy(y->buffer, khop_i_weights_of(run, y->op), (size_t)y->op->weights * sizeof *y->buffer);
}

/* Of its input it reads no more than how many rows there are. */
static void node_weights_backward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at], *x = khop_i_input_of(run, at, 0);
  khop_real *gradient = khop_i_weight_gradients_of(run, y->op);
  for (int64_t i = 0; i < y->op->weights; i++) gradient[i] += y->gradient[i];
  if (x->gradient && x->fresh) memset(x->gradient, 0, (size_t)(x->rows * x->op->columns) * sizeof *x->gradient);
}

const khop_i_op_row khop_i_op_node_weights = {
    .name = "node_weights", .takes_sparse = true, .sets = true, .open = node_weights_open, .close = node_weights_close,
    .forward = node_weights_forward, .backward = node_weights_backward,
};
