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
  double factor[STRIP];
  for (int64_t c = 0; c < width; c++) factor[c] = (double)own[c] / sqrt(m.variance[c] + EPSILON);
  for (int64_t i = 0; i < y->rows; i++)
    for (int64_t c = 0; c < width; c++)
      y->buffer[i * f + first + c] = (khop_real)(factor[c] * ((double)x[i * f + c] - m.mean[c]) + (double)own[f + c]);
}

static void batch_norm_forward(khop_run *run, int at) {
  int64_t f = run->node[at].op->columns, rows = run->node[at].rows;
#pragma omp parallel for schedule(static) num_threads(khop_i_threads_for(4 * rows * f))
  for (int64_t c = 0; c < f; c += STRIP) norm_strip(run, at, c, c + STRIP < f ? STRIP : f - c);
}

/* --- backward --------------------------------------------------------------------------------------- */

/* Of a strip: sums of dy and of dy h over the rows. */
typedef struct slopes {
  double inverse[STRIP], bias[STRIP], scale[STRIP]; /* 1 / sqrt(variance + eps); the gradients of bias and of scale */
} slopes;

static void sum_slopes(slopes *s, const moments *m, const khop_real *x, const khop_real *dy, int64_t rows, int64_t f,
                       int64_t width) {
  *s = (slopes){0};
  for (int64_t c = 0; c < width; c++) s->inverse[c] = 1 / sqrt(m->variance[c] + EPSILON);
  for (int64_t i = 0; i < rows; i++)
    for (int64_t c = 0; c < width; c++) {
      double d = (double)dy[i * f + c];
      s->bias[c] += d;
      s->scale[c] += d * ((double)x[i * f + c] - m->mean[c]) * s->inverse[c];
    }
}

/* share: 1 / rows after a forward in training, whose mean and slope go with x; else 0. */
static void add_gradient(khop_real *dx, const slopes *s, const moments *m, const khop_real *scale, const khop_real *x,
                         const khop_real *dy, double share, int64_t width) {
  for (int64_t c = 0; c < width; c++) {
    double h = ((double)x[c] - m->mean[c]) * s->inverse[c];
    dx[c] += (khop_real)((double)scale[c] * s->inverse[c] *
                         ((double)dy[c] - share * s->bias[c] - h * share * s->scale[c]));
  }
}

static void back_strip(khop_run *run, int at, int64_t first, int64_t width) {
  const khop_i_node *y = &run->node[at], *input = khop_i_input_of(run, at, 0);
  int64_t f = y->op->columns, rows = y->rows;
  const khop_real *x = input->value + first, *dy = y->gradient + first, *scale = khop_i_weights_of(run, y->op) + first;
  khop_real *own = khop_i_weight_gradients_of(run, y->op) + first;
  moments m;
  slopes s;
  if (run->dropping) find_moments(&m, x, rows, f, width);
  else take_running(&m, scale + 2 * f, f, width);
  sum_slopes(&s, &m, x, dy, rows, f, width);
  for (int64_t c = 0; c < width; c++) own[c] += (khop_real)s.scale[c], own[f + c] += (khop_real)s.bias[c];
  double share = run->dropping ? 1 / (double)rows : 0;
  for (int64_t i = 0; input->gradient && i < rows; i++)
    add_gradient(input->gradient + i * f + first, &s, &m, scale, x + i * f, dy + i * f, share, width);
}

static void batch_norm_backward(khop_run *run, int at) {
  int64_t f = run->node[at].op->columns, rows = run->node[at].rows;
#pragma omp parallel for schedule(static) num_threads(khop_i_threads_for(6 * rows * f))
  for (int64_t c = 0; c < f; c += STRIP) back_strip(run, at, c, c + STRIP < f ? STRIP : f - c);
}

const khop_i_op_row khop_i_op_batch_norm = {
    .name = "batch_norm", .own_row = true, .forward = batch_norm_forward, .backward = batch_norm_backward,
};
