/* op_softmax.c: the softmax of each row, over all columns or over groups of them.
 *
 *   y_c = e^x_c / sum_d e^x_d          dx_c = y_c (dy_c - sum_d y_d dy_d),   sums over the columns of a group */
#include "model/op.h"
#include "base/threads.h"
#include "kernels/softmax.h"

static void add_row_gradient(khop_real *dx, const khop_real *y, const khop_real *dy, int64_t width) {
  double mean = 0;
  for (int64_t c = 0; c < width; c++) mean += (double)y[c] * (double)dy[c];
  for (int64_t c = 0; c < width; c++) dx[c] += (khop_real)((double)y[c] * ((double)dy[c] - mean));
}

static void softmax_forward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at], *x = khop_i_input_of(run, at, 0);
  int64_t parts = y->rows * y->op->groups, width = y->op->columns / y->op->groups;
#pragma omp parallel for schedule(static) num_threads(khop_i_threads_for(16 * parts * width))
  for (int64_t p = 0; p < parts; p++) khop_i_softmax(y->buffer + p * width, x->value + p * width, width);
}

static void softmax_backward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at], *x = khop_i_input_of(run, at, 0);
  int64_t parts = y->rows * y->op->groups, width = y->op->columns / y->op->groups;
  if (!x->gradient) return;
#pragma omp parallel for schedule(static) num_threads(khop_i_threads_for(4 * parts * width))
  for (int64_t p = 0; p < parts; p++)
    add_row_gradient(x->gradient + p * width, y->value + p * width, y->gradient + p * width, width);
}

const khop_i_op_row khop_i_op_softmax = {
    .name = "softmax", .own_row = true, .forward = softmax_forward, .backward = softmax_backward,
};
