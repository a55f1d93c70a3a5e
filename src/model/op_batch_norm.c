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
#include "model/op_batch_norm.h"
#include "base/threads.h"
#include "model/op.h"

#include <math.h>

#define EPSILON 1e-5
#define MOMENTUM 0.1

enum { STRIP = KHOP_I_BATCH_NORM_STRIP };

void khop_i_moments_add_rows(khop_i_moments *m, const khop_real *x, int64_t rows, int64_t f, int64_t width) {
  for (int64_t i = 0; i < rows; i++)
    for (int64_t c = 0; c < width; c++) m->mean[c] += (double)x[i * f + c];
}

void khop_i_moments_add_squares(khop_i_moments *m, const khop_real *x, int64_t rows, int64_t f, int64_t width) {
  for (int64_t i = 0; i < rows; i++)
    for (int64_t c = 0; c < width; c++) {
      double away = (double)x[i * f + c] - m->mean[c];
      m->variance[c] += away * away;
    }
}

static void find_moments(khop_i_moments *m, const khop_real *x, int64_t rows, int64_t f, int64_t width) {
  *m = (khop_i_moments){0};
  khop_i_moments_add_rows(m, x, rows, f, width);
  for (int64_t c = 0; c < width; c++) m->mean[c] /= (double)rows;
  khop_i_moments_add_squares(m, x, rows, f, width);
  for (int64_t c = 0; c < width; c++) m->variance[c] /= (double)rows;
}

/* A file may hold any variance. */
void khop_i_moments_take_running(khop_i_moments *m, const khop_real *running, int64_t f, int64_t width) {
  for (int64_t c = 0; c < width; c++) {
    m->mean[c] = (double)running[c];
    m->variance[c] = running[f + c] > 0 ? (double)running[f + c] : 0;
  }
}

void khop_i_moments_move_running(khop_real *running, const khop_i_moments *m, int64_t rows, int64_t f, int64_t width) {
  double unbiased = rows > 1 ? (double)rows / (double)(rows - 1) : 1;
  for (int64_t c = 0; c < width; c++) {
    running[c] += (khop_real)(MOMENTUM * (m->mean[c] - (double)running[c]));
    running[f + c] += (khop_real)(MOMENTUM * (unbiased * m->variance[c] - (double)running[f + c]));
  }
}

/* --- forward ---------------------------------------------------------------------------------------- */

void khop_i_batch_norm_rows(khop_real *y, const khop_real *x, const khop_i_moments *m, const khop_real *own, int64_t rows,
                            int64_t f, int64_t width) {
  double factor[STRIP];
  for (int64_t c = 0; c < width; c++) factor[c] = (double)own[c] / sqrt(m->variance[c] + EPSILON);
  for (int64_t i = 0; i < rows; i++)
    for (int64_t c = 0; c < width; c++)
      y[i * f + c] = (khop_real)(factor[c] * ((double)x[i * f + c] - m->mean[c]) + (double)own[f + c]);
}

/* Columns `first` and on of y. */
static void norm_strip(khop_run *run, int at, int64_t first, int64_t width) {
  khop_i_node *y = &run->node[at];
  int64_t f = y->op->columns;
  const khop_real *x = khop_i_input_of(run, at, 0)->value + first;
  khop_real *own = khop_i_weights_of(run, y->op) + first, *running = own + 2 * f;
  khop_i_moments m;
  if (run->dropping && y->rows > 0) {
    find_moments(&m, x, y->rows, f, width);
    khop_i_moments_move_running(running, &m, y->rows, f, width);
  } else {
    khop_i_moments_take_running(&m, running, f, width);
  }
  khop_i_batch_norm_rows(y->buffer + first, x, &m, own, y->rows, f, width);
}

static void batch_norm_forward(khop_run *run, int at) {
  int64_t f = run->node[at].op->columns, rows = run->node[at].rows;
#pragma omp parallel for schedule(static) num_threads(khop_i_threads_for(4 * rows * f))
  for (int64_t c = 0; c < f; c += STRIP) norm_strip(run, at, c, c + STRIP < f ? STRIP : f - c);
}

/* --- backward --------------------------------------------------------------------------------------- */

void khop_i_slopes_add_rows(khop_i_slopes *s, const khop_i_moments *m, const khop_real *x, const khop_real *dy, int64_t rows,
                            int64_t f, int64_t width) {
  double inverse[STRIP];
  for (int64_t c = 0; c < width; c++) inverse[c] = 1 / sqrt(m->variance[c] + EPSILON);
  for (int64_t i = 0; i < rows; i++)
    for (int64_t c = 0; c < width; c++) {
      double d = (double)dy[i * f + c];
      s->bias[c] += d;
      s->scale[c] += d * ((double)x[i * f + c] - m->mean[c]) * inverse[c];
    }
}

void khop_i_batch_norm_back(khop_real *dx, const khop_i_slopes *s, const khop_i_moments *m, const khop_real *scale,
                            const khop_real *x, const khop_real *dy, double share, int64_t rows, int64_t f, int64_t width) {
  double inverse[STRIP];
  for (int64_t c = 0; c < width; c++) inverse[c] = 1 / sqrt(m->variance[c] + EPSILON);
  for (int64_t e = 0; e < rows * f; e += f)
    for (int64_t c = 0; c < width; c++) {
      double h = ((double)x[e + c] - m->mean[c]) * inverse[c];
      dx[e + c] += (khop_real)((double)scale[c] * inverse[c] *
                               ((double)dy[e + c] - share * s->bias[c] - h * share * s->scale[c]));
    }
}

static void back_strip(khop_run *run, int at, int64_t first, int64_t width) {
  const khop_i_node *y = &run->node[at], *input = khop_i_input_of(run, at, 0);
  int64_t f = y->op->columns, rows = y->rows;
  const khop_real *x = input->value + first, *dy = y->gradient + first, *scale = khop_i_weights_of(run, y->op) + first;
  khop_real *own = khop_i_weight_gradients_of(run, y->op) + first;
  khop_i_moments m = {0};
  khop_i_slopes s = {0};
  if (run->dropping) find_moments(&m, x, rows, f, width);
  else khop_i_moments_take_running(&m, scale + 2 * f, f, width);
  khop_i_slopes_add_rows(&s, &m, x, dy, rows, f, width);
  for (int64_t c = 0; c < width; c++) own[c] += (khop_real)s.scale[c], own[f + c] += (khop_real)s.bias[c];
  double share = run->dropping ? 1 / (double)rows : 0;
  if (input->gradient)
    khop_i_batch_norm_back(input->gradient + first, &s, &m, scale, x, dy, share, rows, f, width);
}

static void batch_norm_backward(khop_run *run, int at) {
  int64_t f = run->node[at].op->columns, rows = run->node[at].rows;
#pragma omp parallel for schedule(static) num_threads(khop_i_threads_for(6 * rows * f))
  for (int64_t c = 0; c < f; c += STRIP) back_strip(run, at, c, c + STRIP < f ? STRIP : f - c);
}

const khop_i_op_row khop_i_op_batch_norm = {
    .name = "batch_norm", .own_row = true, .forward = batch_norm_forward, .backward = batch_norm_backward,
};
