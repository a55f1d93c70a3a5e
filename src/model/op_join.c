/* op_join.c: several values into one: add, multiply, concat. */
#include "model/op.h"
#include "base/threads.h"

#include <string.h>

static void add_forward(khop_run *run, int at) {
  const khop_real *a = khop_i_input_of(run, at, 0)->value, *b = khop_i_input_of(run, at, 1)->value;
  khop_real *y = run->node[at].buffer;
  int64_t count = run->node[at].rows * run->node[at].op->columns;
#pragma omp parallel for num_threads(khop_i_threads_for(count))
  for (int64_t i = 0; i < count; i++) y[i] = a[i] + b[i];
}

static void add_backward(khop_run *run, int at) {
  const khop_real *dy = run->node[at].gradient;
  int64_t count = run->node[at].rows * run->node[at].op->columns;
  for (int k = 0; k < 2; k++) {
    khop_real *dx = khop_i_input_of(run, at, k)->gradient;
    if (dx == dy) return; /* all three are one array: the plan of gradients */
    for (int64_t i = 0; dx && i < count; i++) dx[i] += dy[i];
  }
}

const khop_i_op_row khop_i_op_add = {.name = "add", .own_row = true, .forward = add_forward, .backward = add_backward};

static void multiply_forward(khop_run *run, int at) {
  const khop_real *a = khop_i_input_of(run, at, 0)->value, *b = khop_i_input_of(run, at, 1)->value;
  khop_real *y = run->node[at].buffer;
  int64_t count = run->node[at].rows * run->node[at].op->columns;
#pragma omp parallel for num_threads(khop_i_threads_for(count))
  for (int64_t i = 0; i < count; i++) y[i] = a[i] * b[i];
}

static void multiply_backward(khop_run *run, int at) {
  const khop_real *dy = run->node[at].gradient;
  int64_t count = run->node[at].rows * run->node[at].op->columns;
  for (int k = 0; k < 2; k++) {
    khop_real *dx = khop_i_input_of(run, at, k)->gradient;
    const khop_real *other = khop_i_input_of(run, at, 1 - k)->value;
    for (int64_t i = 0; dx && i < count; i++) dx[i] += dy[i] * other[i];
  }
}

const khop_i_op_row khop_i_op_multiply = {
    .name = "multiply", .own_row = true, .forward = multiply_forward, .backward = multiply_backward,
};

static void concat_forward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at];
  int64_t column = 0;
  for (int k = 0; k < y->op->inputs; k++) {
    const khop_i_node *x = khop_i_input_of(run, at, k);
    int64_t f = x->op->columns;
    for (int64_t i = 0; i < y->rows; i++)
      memcpy(y->buffer + i * y->op->columns + column, x->value + i * f, (size_t)f * sizeof *x->value);
    column += f;
  }
}

static void concat_backward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at];
  int64_t column = 0;
  for (int k = 0; k < y->op->inputs; k++) {
    khop_i_node *x = khop_i_input_of(run, at, k);
    int64_t f = x->op->columns;
    for (int64_t i = 0; x->gradient && i < y->rows; i++)
      for (int64_t c = 0; c < f; c++)
        x->gradient[i * f + c] += y->gradient[i * y->op->columns + column + c];
    column += f;
  }
}

const khop_i_op_row khop_i_op_concat = {
    .name = "concat", .own_row = true, .forward = concat_forward, .backward = concat_backward,
};
