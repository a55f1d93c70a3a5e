/* op_layer_norm.c: each row to mean 0 and variance 1, then times a scale, plus a bias (Ba et al. 2016).
 *
 *   h = (x - mean) / sqrt(variance + eps)     y = scale h + bias
 *   dx = (a - mean(a) - h mean(a h)) / sqrt(variance + eps),  a = dy scale
 * The derivation is in docs/derivations/layer_norm.md. */
#include "model/op.h"
#include "base/threads.h"
#include "kernels/dispatch.h"

/* work holds (mean, 1 / deviation) a row. */
static void layer_norm_plan(khop_run *run, int at, khop_i_arena *arena) {
  run->node[at].work = khop_i_arena_take(arena, 2 * run->node[at].rows, sizeof(khop_real));
}

/* Rows of y, or columns of the parameters' gradients, that a thread takes at a time: enough work to share out, and a
 * strip of 32 floats is two cache lines, so that threads do not write to the same one. */
enum { ROWS = 128, STRIP = 32 };

static void layer_norm_forward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at];
  const khop_i_kernels *kernels = khop_i_kernels_now();
  const khop_real *x = khop_i_input_of(run, at, 0)->value, *scale = khop_i_weights_of(run, y->op);
  int64_t f = y->op->columns, rows = y->rows;
#pragma omp parallel for schedule(static) num_threads(khop_i_threads_for(rows * f))
  for (int64_t i = 0; i < rows; i += ROWS)
    kernels->norm(y->buffer, y->work, x, scale, i, i + ROWS < rows ? i + ROWS : rows, f);
}

static void layer_norm_backward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at], *x = khop_i_input_of(run, at, 0);
  const khop_i_kernels *kernels = khop_i_kernels_now();
  int64_t f = y->op->columns, rows = y->rows;
  const khop_real *scale = khop_i_weights_of(run, y->op), *in = x->value, *dy = y->gradient;
  khop_real *dscale = khop_i_weight_gradients_of(run, y->op), *dbias = dscale + f;
  int threads = khop_i_threads_for(rows * f);
#pragma omp parallel for schedule(static) num_threads(threads)
  for (int64_t c = 0; c < f; c += STRIP)
    kernels->norm_sums(dscale, dbias, in, dy, y->work, rows, f, c, c + STRIP < f ? c + STRIP : f);
  if (!x->gradient) return;
#pragma omp parallel for schedule(static) num_threads(threads)
  for (int64_t i = 0; i < rows; i += ROWS)
    kernels->norm_back(x->gradient, in, dy, scale, y->work, i, i + ROWS < rows ? i + ROWS : rows, f, x->fresh);
}

const khop_i_op_row khop_i_op_layer_norm = {
    .name = "layer_norm", .sets = true, .own_row = true,
    .plan = layer_norm_plan, .forward = layer_norm_forward, .backward = layer_norm_backward,
};
