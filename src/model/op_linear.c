/* op_linear.c: y = x W + b, and the bias alone. */
#include "model/op.h"
#include "base/threads.h"
#include "kernels/drivers.h"
#include "kernels/gemm.h"

#include <string.h>

void khop_i_add_bias(khop_real *y, const khop_real *x, const khop_real *bias, int64_t n,
                       int64_t columns) {
#pragma omp parallel for num_threads(khop_i_threads_for(n * columns))
  for (int64_t i = 0; i < n; i++)
    for (int64_t c = 0; c < columns; c++) y[i * columns + c] = x[i * columns + c] + bias[c];
}

static void linear_forward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at], *x = khop_i_input_of(run, at, 0);
  int64_t g = y->op->columns;
  const khop_real *w = khop_i_weights_of(run, y->op);
  khop_i_matrix rows = x->matrix;
  rows.rows = y->rows; /* others may read more of them */
  khop_i_matrix_times(y->buffer, g, &rows, w, g, g, false);
  if (y->op->biases) khop_i_add_bias(y->buffer, y->buffer, w + y->op->weights, y->rows, g);
}

static void linear_backward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at], *x = khop_i_input_of(run, at, 0);
  int64_t f = x->op->columns, g = y->op->columns;
  khop_real *dw = khop_i_weight_gradients_of(run, y->op);
  khop_i_matrix_transposed_times(dw, g, &x->matrix, y->gradient, g, g, true);
  if (y->op->biases) khop_i_column_sums(dw + y->op->weights, y->gradient, g, y->rows, g);
  if (x->gradient && x->sparse)
    khop_i_matrix_gradient(x->gradient, &x->matrix, y->gradient, g, khop_i_weights_of(run, y->op), g, g, !x->fresh);
  else if (x->gradient)
    khop_i_gemm(x->gradient, f, y->gradient, g, khop_i_weights_of(run, y->op), g,
                (khop_i_gemm_shape){y->rows, f, g, false, true, !x->fresh});
}

const khop_i_op_row khop_i_op_linear = {
    .name = "linear", .takes_sparse = true, .sets = true,
    .own_row = true, .forward = linear_forward, .backward = linear_backward,
};

static void bias_forward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at];
  khop_i_add_bias(y->buffer, khop_i_input_of(run, at, 0)->value, khop_i_weights_of(run, y->op), y->rows,
             y->op->columns);
}

static void bias_backward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at], *x = khop_i_input_of(run, at, 0);
  int64_t f = y->op->columns, count = y->rows * f;
  khop_i_column_sums(khop_i_weight_gradients_of(run, y->op), y->gradient, f, y->rows, f);
  if (!x->gradient) return;
  for (int64_t i = 0; i < count; i++) x->gradient[i] += y->gradient[i];
}

const khop_i_op_row khop_i_op_bias = {
    .name = "bias", .own_row = true, .forward = bias_forward, .backward = bias_backward,
};
