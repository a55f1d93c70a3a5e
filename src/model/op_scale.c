/* op_scale.c: every entry times one number that the model keeps, so that features of any unit come in as the first
 * layer expects them. Sparse features stay sparse. */
#include "model/op.h"
#include "base/threads.h"

static void scale_plan(khop_run *run, int at, khop_i_arena *arena) {
  khop_i_node *node = &run->node[at];
  if (!node->sparse) return;
  int64_t entries = run->node[0].matrix.entries;
  node->row_values = khop_i_arena_take(arena, entries, sizeof *node->row_values);
  if (run->training) node->column_values = khop_i_arena_take(arena, entries, sizeof *node->column_values);
}

static void multiply(khop_real *y, const khop_real *x, khop_real factor, int64_t count, bool add) {
#pragma omp parallel for num_threads(khop_i_threads_for(count))
  for (int64_t i = 0; i < count; i++) y[i] = add ? y[i] + factor * x[i] : factor * x[i];
}

static void scale_sparse(khop_run *run, khop_i_node *node, const khop_i_node *input) {
  int64_t entries = input->matrix.entries;
  node->matrix = input->matrix;
  multiply(node->row_values, input->matrix.by_row.values, (khop_real)node->op->rate, entries, false);
  node->matrix.by_row.values = node->row_values;
  if (!node->column_values) return;
  for (int64_t e = 0; e < entries; e++) node->column_values[e] = node->row_values[run->permutation[e]];
  node->matrix.by_column.values = node->column_values;
}

static void scale_forward(khop_run *run, int at) {
  khop_i_node *node = &run->node[at], *input = khop_i_input_of(run, at, 0);
  if (node->sparse)
    scale_sparse(run, node, input);
  else
    multiply(node->buffer, input->value, (khop_real)node->op->rate, node->rows * node->op->columns, false);
}

static void scale_backward(khop_run *run, int at) {
  khop_i_node *node = &run->node[at], *input = khop_i_input_of(run, at, 0);
  if (input->gradient)
    multiply(input->gradient, node->gradient, (khop_real)node->op->rate, khop_i_gradient_size(run, node),
             !input->fresh);
}

const khop_i_op_row khop_i_op_scale = {
    .name = "scale", .takes_sparse = true, .sets = true, .own_row = true,
    .plan = scale_plan, .forward = scale_forward, .backward = scale_backward,
};
