/* op_weighted_sum.c: blocks of columns, each times a number of the same row, summed.
 *
 *   y_c = sum_t w_t x_(t f + c)     dx_(t f + c) = w_t dy_c     dw_t = sum_c x_(t f + c) dy_c
 *
 * for each row: w has T columns, x has T f, y has f. */
#include "model/op.h"
#include "base/threads.h"

#include <string.h>

static void weighted_sum_forward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at];
  const khop_i_node *w = khop_i_input_of(run, at, 0), *x = khop_i_input_of(run, at, 1);
  int64_t taps = w->op->columns, f = y->op->columns;
#pragma omp parallel for schedule(static) num_threads(khop_i_threads_for(y->rows * taps * f))
  for (int64_t i = 0; i < y->rows; i++) {
    khop_real *to = y->buffer + i * f;
    memset(to, 0, (size_t)f * sizeof *to);
    for (int64_t t = 0; t < taps; t++)
      for (int64_t c = 0; c < f; c++) to[c] += w->value[i * taps + t] * x->value[(i * taps + t) * f + c];
  }
}

/* Row i of a block: what x and w have of the gradient dy (f). Either may be without one. */
static void add_block(khop_real *dx, khop_real *dw, khop_real w, const khop_real *x, const khop_real *dy, int64_t f) {
  double sum = 0;
  for (int64_t c = 0; dx && c < f; c++) dx[c] += w * dy[c];
  for (int64_t c = 0; dw && c < f; c++) sum += (double)x[c] * (double)dy[c];
  if (dw) *dw += (khop_real)sum;
}

static void weighted_sum_backward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at], *w = khop_i_input_of(run, at, 0), *x = khop_i_input_of(run, at, 1);
  int64_t taps = w->op->columns, f = y->op->columns;
#pragma omp parallel for schedule(static) num_threads(khop_i_threads_for(2 * y->rows * taps * f))
  for (int64_t i = 0; i < y->rows; i++)
    for (int64_t t = i * taps; t < (i + 1) * taps; t++)
      add_block(x->gradient ? x->gradient + t * f : NULL, w->gradient ? w->gradient + t : NULL, w->value[t],
                x->value + t * f, y->gradient + i * f, f);
}

const khop_i_op_row khop_i_op_weighted_sum = {
    .name = "weighted_sum", .own_row = true, .forward = weighted_sum_forward, .backward = weighted_sum_backward,
};
