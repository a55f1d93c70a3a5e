/* op_dropout.c: zeroes a share of the entries in training; otherwise its input is passed on as it is.
 *
 * The mask is a hash of (seed, step, op, position): nothing is stored for backward, any thread can
 * draw any part, and a step can be repeated after a resume. */
#include "model/op.h"
#include "kernels/drivers.h"

#include <string.h>

static uint64_t key_of(const khop_run *run, int at) {
  return khop_i_random_key(run->seed, run->step, (uint64_t)at);
}

static void dropout_plan(khop_run *run, int at, khop_i_arena *arena) {
  khop_i_node *node = &run->node[at];
  if (!node->sparse || !run->training) return;
  int64_t entries = run->node[0].matrix.entries;
  node->row_values = khop_i_arena_take(arena, entries, sizeof *node->row_values);
  node->column_values = khop_i_arena_take(arena, entries, sizeof *node->column_values);
}

static void drop_sparse(khop_run *run, int at, khop_i_node *node, const khop_i_node *input) {
  int64_t entries = node->matrix.entries;
  khop_i_dropout(node->row_values, input->matrix.by_row.values, entries, node->op->rate,
                 key_of(run, at), false);
  for (int64_t e = 0; e < entries; e++) node->column_values[e] = node->row_values[run->permutation[e]];
  node->matrix.by_row.values = node->row_values;
  node->matrix.by_column.values = node->column_values;
}

static void dropout_forward(khop_run *run, int at) {
  khop_i_node *node = &run->node[at], *input = khop_i_input_of(run, at, 0);
  node->value = input->value;
  node->matrix = input->matrix;
  if (!run->dropping || node->op->rate == 0) return;
  if (node->sparse) {
    drop_sparse(run, at, node, input);
    return;
  }
  khop_i_dropout(node->buffer, input->value, node->rows * node->op->columns, node->op->rate,
                 key_of(run, at), false);
  node->value = node->matrix.dense = node->buffer;
}

static void dropout_backward(khop_run *run, int at) {
  khop_i_node *node = &run->node[at], *input = khop_i_input_of(run, at, 0);
  int64_t count = khop_i_gradient_size(run, node);
  if (!input->gradient) return;
  if (run->dropping && node->op->rate > 0)
    khop_i_dropout(input->gradient, node->gradient, count, node->op->rate, key_of(run, at), !input->fresh);
  else if (input->fresh)
    memcpy(input->gradient, node->gradient, (size_t)count * sizeof *node->gradient);
  else
    for (int64_t i = 0; i < count; i++) input->gradient[i] += node->gradient[i];
}

const khop_i_op_row khop_i_op_dropout = {
    .name = "dropout", .takes_sparse = true, .sets = true, .own_row = true,
    .plan = dropout_plan, .forward = dropout_forward, .backward = dropout_backward,
};
