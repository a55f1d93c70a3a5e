/* op_layer_norm.c: each row to mean 0 and variance 1, then a gain and a shift (Ba et al. 2016).
 *
 *   h = (x - mean) / sqrt(variance + eps)     y = gain h + shift
 *   dx = (a - mean(a) - h mean(a h)) / sqrt(variance + eps),  a = dy gain
 * The derivation is in docs/derivations/layer_norm.md. */
#include "model/run.h"
#include "base/threads.h"

#include <math.h>

#define EPSILON 1e-5

/* work holds (mean, 1 / deviation) a row. */
void khop_i_op_layer_norm_plan(khop_run *run, int at, khop_i_arena *arena) {
  run->node[at].work = khop_i_arena_take(arena, 2 * run->node[at].rows, sizeof(khop_real));
}

void khop_i_op_layer_norm_forward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at];
  const khop_real *x = khop_i_input_of(run, at, 0)->value;
  const khop_real *gain = khop_i_weights_of(run, y->op), *shift = gain + y->op->columns;
  int64_t f = y->op->columns;
#pragma omp parallel for num_threads(khop_i_threads_for(y->rows * f))
  for (int64_t i = 0; i < y->rows; i++) {
    const khop_real *row = x + i * f;
    double mean = 0, variance = 0;
    for (int64_t c = 0; c < f; c++) mean += (double)row[c];
    mean /= (double)f;
    for (int64_t c = 0; c < f; c++) variance += ((double)row[c] - mean) * ((double)row[c] - mean);
    khop_real m = (khop_real)mean, s = (khop_real)(1 / sqrt(variance / (double)f + EPSILON));
    y->work[2 * i] = m;
    y->work[2 * i + 1] = s;
    for (int64_t c = 0; c < f; c++) y->buffer[i * f + c] = gain[c] * (row[c] - m) * s + shift[c];
  }
}

static void row_backward(khop_real *dx, const khop_real *x, const khop_real *dy,
                         const khop_real *gain, khop_real m, khop_real s, int64_t f) {
  double sum = 0, with_h = 0;
  for (int64_t c = 0; c < f; c++) {
    double a = (double)(dy[c] * gain[c]);
    sum += a;
    with_h += a * (double)((x[c] - m) * s);
  }
  khop_real mean = (khop_real)(sum / (double)f), slope = (khop_real)(with_h / (double)f);
  for (int64_t c = 0; c < f; c++)
    dx[c] += s * (dy[c] * gain[c] - mean - (x[c] - m) * s * slope);
}

void khop_i_op_layer_norm_backward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at], *x = khop_i_input_of(run, at, 0);
  int64_t f = y->op->columns;
  const khop_real *gain = khop_i_weights_of(run, y->op), *in = x->value, *dy = y->gradient;
  khop_real *dgain = khop_i_weight_gradients_of(run, y->op), *dshift = dgain + f;
  for (int64_t i = 0; i < y->rows; i++) {
    khop_real m = y->work[2 * i], s = y->work[2 * i + 1];
    for (int64_t c = 0; c < f; c++) {
      dgain[c] += dy[i * f + c] * (in[i * f + c] - m) * s;
      dshift[c] += dy[i * f + c];
    }
  }
  if (!x->gradient) return;
#pragma omp parallel for num_threads(khop_i_threads_for(y->rows * f))
  for (int64_t i = 0; i < y->rows; i++)
    row_backward(x->gradient + i * f, in + i * f, dy + i * f, gain, y->work[2 * i],
                 y->work[2 * i + 1], f);
}
