/* op_batch_norm.c: each column to mean 0 and variance 1 over the rows, then times a scale, plus a bias (Ioffe and Szegedy
 * 2015).
 *
 *   training     h = (x - mean) / sqrt(variance + eps), of the rows here     y = scale h + bias
 *                dx = scale (dy - mean(dy) - h mean(dy h)) / sqrt(variance + eps)
 *   evaluation   the same with the running mean and variance, which are constants there
 *
 * A step of training moves the running numbers a tenth of the way to its own, the variance by n - 1. They stand with the
 * parameters, [scale | bias | mean | variance], so that whatever keeps weights keeps them; no gradient reaches them, and
 * khop_i_op_learned_biases tells the optimiser which they are. */
#include "model/op.h"
#include "base/threads.h"

#include <math.h>

#define EPSILON 1e-5
#define MOMENTUM 0.1

/* Columns that a thread takes at a time: two lines of the cache of floats. */
enum { STRIP = 32 };

/* What a strip of columns needs: of the rows here, or the running numbers. */
typedef struct moments {
  double mean[STRIP], variance[STRIP];
} moments;

/* x, of which columns stand apart by f; of `width` columns. */
static void find_moments(moments *m, const khop_real *x, int64_t rows, int64_t f, int64_t width) {
  *m = (moments){0};
  for (int64_t i = 0; i < rows; i++)
    for (int64_t c = 0; c < width; c++) m->mean[c] += (double)x[i * f + c];
  for (int64_t c = 0; c < width; c++) m->mean[c] /= (double)rows;
  for (int64_t i = 0; i < rows; i++)
    for (int64_t c = 0; c < width; c++) {
      double away = (double)x[i * f + c] - m->mean[c];
      m->variance[c] += away * away;
    }
  for (int64_t c = 0; c < width; c++) m->variance[c] /= (double)rows;
}

/* A file may hold any variance. */
static void take_running(moments *m, const khop_real *running, int64_t f, int64_t width) {
  for (int64_t c = 0; c < width; c++) {
    m->mean[c] = (double)running[c];
    m->variance[c] = running[f + c] > 0 ? (double)running[f + c] : 0;
  }
}

static void move_running(khop_real *running, const moments *m, int64_t rows, int64_t f, int64_t width) {
  double unbiased = rows > 1 ? (double)rows / (double)(rows - 1) : 1;
  for (int64_t c = 0; c < width; c++) {
    running[c] += (khop_real)(MOMENTUM * (m->mean[c] - (double)running[c]));
    running[f + c] += (khop_real)(MOMENTUM * (unbiased * m->variance[c] - (double)running[f + c]));
  }
}

/* --- forward ---------------------------------------------------------------------------------------- */

/* Columns `first` and on of y. */
static void norm_strip(khop_run *run, int at, int64_t first, int64_t width) {
  khop_i_node *y = &run->node[at];
  int64_t f = y->op->columns;
  const khop_real *x = khop_i_input_of(run, at, 0)->value + first;
  khop_real *own = khop_i_weights_of(run, y->op) + first, *running = own + 2 * f;
  moments m;
  if (run->dropping && y->rows > 0) {
    find_moments(&m, x, y->rows, f, width);
    move_running(running, &m, y->rows, f, width);
  } else {
    take_running(&m, running, f, width);
  }
  for (int64_t c = 0; c < width; c++) {
    double factor = (double)own[c] / sqrt(m.variance[c] + EPSILON);
    for (int64_t i = 0; i < y->rows; i++)
      y->buffer[i * f + first + c] = (khop_real)(factor * ((double)x[i * f + c] - m.mean[c]) + (double)own[f + c]);
  }
}

static void batch_norm_forward(khop_run *run, int at) {
  int64_t f = run->node[at].op->columns, rows = run->node[at].rows;
#pragma omp parallel for schedule(static) num_threads(khop_i_threads_for(4 * rows * f))
  for (int64_t c = 0; c < f; c += STRIP) norm_strip(run, at, c, c + STRIP < f ? STRIP : f - c);
}

/* --- backward --------------------------------------------------------------------------------------- */

/* One column: of the forward in training the mean and the slope go with it. */
static void back_column(khop_run *run, int at, const moments *m, int64_t column, int64_t c) {
  const khop_i_node *y = &run->node[at], *x = khop_i_input_of(run, at, 0);
  int64_t f = y->op->columns, rows = y->rows;
  const khop_real *in = x->value + column, *dy = y->gradient + column;
  khop_real *own = khop_i_weight_gradients_of(run, y->op) + column;
  double inverse = 1 / sqrt(m->variance[c] + EPSILON), sum = 0, slope = 0;
  for (int64_t i = 0; i < rows; i++) {
    sum += (double)dy[i * f];
    slope += (double)dy[i * f] * ((double)in[i * f] - m->mean[c]) * inverse;
  }
  own[0] += (khop_real)slope;
  own[f] += (khop_real)sum;
  double factor = (double)khop_i_weights_of(run, y->op)[column] * inverse;
  double mean = run->dropping ? sum / (double)rows : 0, turn = run->dropping ? slope / (double)rows : 0;
  for (int64_t i = 0; x->gradient && i < rows; i++) {
    double h = ((double)in[i * f] - m->mean[c]) * inverse;
    x->gradient[i * f + column] += (khop_real)(factor * ((double)dy[i * f] - mean - h * turn));
  }
}

static void back_strip(khop_run *run, int at, int64_t first, int64_t width) {
  const khop_i_node *y = &run->node[at];
  int64_t f = y->op->columns;
  moments m;
  if (run->dropping)
    find_moments(&m, khop_i_input_of(run, at, 0)->value + first, y->rows, f, width);
  else
    take_running(&m, khop_i_weights_of(run, y->op) + 2 * f + first, f, width);
  for (int64_t c = 0; c < width; c++) back_column(run, at, &m, first + c, c);
}

static void batch_norm_backward(khop_run *run, int at) {
  int64_t f = run->node[at].op->columns, rows = run->node[at].rows;
#pragma omp parallel for schedule(static) num_threads(khop_i_threads_for(6 * rows * f))
  for (int64_t c = 0; c < f; c += STRIP) back_strip(run, at, c, c + STRIP < f ? STRIP : f - c);
}

const khop_i_op_row khop_i_op_batch_norm = {
    .name = "batch_norm", .own_row = true, .forward = batch_norm_forward, .backward = batch_norm_backward,
};
