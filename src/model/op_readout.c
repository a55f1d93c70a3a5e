/* op_readout.c: the rows of a graph's nodes into one row a graph; and what is known of the graph itself.
 *
 *   sum, mean   y[g] = sum of x[i], or that over the number of nodes    dx[i] += dy[g] (/ n_g)
 *   max         y[g, c] = max of x[i, c], from node chosen[g, c]        dx[chosen[g, c], c] += dy[g, c]
 *   attention   a = softmax over the graph of s[i] = x[i] . w           y[g] = sum a[i] x[i]
 *   graph features  y[g] = (features[g] - offset) factor               neither is learned; 0 where a feature is NaN
 *
 * A graph without nodes is 0. The derivation of attention is in docs/derivations/readout.md. */
#include "model/op.h"
#include "base/threads.h"

#include <math.h>
#include <string.h>

static void readout_plan(khop_run *run, int at, khop_i_arena *arena) {
  khop_i_node *y = &run->node[at];
  if (y->op->readout == KHOP_READOUT_ATTENTION)
    y->work = khop_i_arena_take(arena, 2 * run->n, sizeof *y->work); /* a, then ds */
  if (y->op->readout == KHOP_READOUT_MAX && run->training)
    y->chosen = khop_i_arena_take(arena, run->graphs * y->op->columns, sizeof *y->chosen);
}

/* --- forward -------------------------------------------------------------------------------- */

/* y += weight x, a row each. */
static void add_row(khop_real *y, const khop_real *x, khop_real weight, int64_t f) {
  for (int64_t c = 0; c < f; c++) y[c] += weight * x[c];
}

static khop_real dot(const khop_real *x, const khop_real *w, int64_t f) {
  khop_real sum = 0;
  for (int64_t c = 0; c < f; c++) sum += x[c] * w[c];
  return sum;
}

/* The attention a of nodes begin .. end - 1. */
static void attend(khop_real *a, const khop_real *x, const khop_real *w, int64_t begin, int64_t end,
                   int64_t f) {
  double largest = -INFINITY, sum = 0;
  for (int64_t i = begin; i < end; i++) {
    a[i] = dot(x + i * f, w, f);
    if ((double)a[i] > largest) largest = (double)a[i];
  }
  for (int64_t i = begin; i < end; i++) sum += exp((double)a[i] - largest);
  for (int64_t i = begin; i < end; i++) a[i] = (khop_real)(exp((double)a[i] - largest) / sum);
}

/* NaN is larger than any number, and the first of equals stays. */
static void take_largest(khop_real *y, int32_t *chosen, const khop_real *x, int64_t begin, int64_t end,
                         int64_t f) {
  for (int64_t c = 0; c < f; c++) {
    int64_t best = begin;
    for (int64_t i = begin + 1; i < end; i++) {
      khop_real now = x[best * f + c], v = x[i * f + c];
      if (v > now || (v != v && now == now)) best = i;
    }
    if (begin < end) y[c] = x[best * f + c];
    if (chosen) chosen[c] = begin < end ? (int32_t)best : -1;
  }
}

static void read_out(khop_run *run, int at, int64_t g) {
  khop_i_node *node = &run->node[at];
  const khop_real *x = khop_i_input_of(run, at, 0)->value;
  int64_t f = node->op->columns, begin = run->first[g], end = run->first[g + 1];
  khop_real *y = node->buffer + g * f;
  khop_readout_kind kind = node->op->readout;
  memset(y, 0, (size_t)f * sizeof *y);
  if (kind == KHOP_READOUT_MAX) {
    take_largest(y, node->chosen ? node->chosen + g * f : NULL, x, begin, end, f);
    return;
  }
  if (kind == KHOP_READOUT_ATTENTION) attend(node->work, x, khop_i_weights_of(run, node->op), begin, end, f);
  khop_real share = kind == KHOP_READOUT_MEAN ? (khop_real)(1.0 / (double)(end - begin)) : 1;
  for (int64_t i = begin; i < end; i++)
    add_row(y, x + i * f, kind == KHOP_READOUT_ATTENTION ? node->work[i] : share, f);
}

static void readout_forward(khop_run *run, int at) {
  int threads = khop_i_threads_for(run->n * run->node[at].op->columns);
#pragma omp parallel for schedule(static) num_threads(threads)
  for (int64_t g = 0; g < run->graphs; g++) read_out(run, at, g);
}

/* --- backward ------------------------------------------------------------------------------- */

/* ds[i] = a[i] (dy . x[i] - sum_j a[j] dy . x[j]) of one graph. */
static void attend_backward(khop_real *ds, const khop_real *a, const khop_real *x, const khop_real *dy,
                            int64_t begin, int64_t end, int64_t f) {
  khop_real mean = 0;
  for (int64_t i = begin; i < end; i++) {
    ds[i] = dot(x + i * f, dy, f);
    mean += a[i] * ds[i];
  }
  for (int64_t i = begin; i < end; i++) ds[i] = a[i] * (ds[i] - mean);
}

static void graph_backward(khop_run *run, int at, int64_t g) {
  khop_i_node *node = &run->node[at], *in = khop_i_input_of(run, at, 0);
  int64_t f = node->op->columns, begin = run->first[g], end = run->first[g + 1];
  const khop_real *dy = node->gradient + g * f, *w = khop_i_weights_of(run, node->op);
  khop_readout_kind kind = node->op->readout;
  khop_real *a = node->work, *ds = a ? a + run->n : NULL, *dx = in->gradient;
  if (kind == KHOP_READOUT_ATTENTION) attend_backward(ds, a, in->value, dy, begin, end, f);
  if (!dx) return;
  if (in->fresh) memset(dx + begin * f, 0, (size_t)((end - begin) * f) * sizeof *dx);
  khop_real share = kind == KHOP_READOUT_MEAN ? (khop_real)(1.0 / (double)(end - begin)) : 1;
  if (kind == KHOP_READOUT_MAX)
    for (int64_t c = 0; c < f && begin < end; c++) dx[node->chosen[g * f + c] * f + c] += dy[c];
  else
    for (int64_t i = begin; i < end; i++) {
      add_row(dx + i * f, dy, kind == KHOP_READOUT_ATTENTION ? a[i] : share, f);
      if (kind == KHOP_READOUT_ATTENTION) add_row(dx + i * f, w, ds[i], f);
    }
}

static void readout_backward(khop_run *run, int at) {
  khop_i_node *node = &run->node[at], *in = khop_i_input_of(run, at, 0);
  int threads = khop_i_threads_for(run->n * node->op->columns);
#pragma omp parallel for schedule(static) num_threads(threads)
  for (int64_t g = 0; g < run->graphs; g++) graph_backward(run, at, g);
  if (node->op->readout != KHOP_READOUT_ATTENTION) return;
  khop_real *dw = khop_i_weight_gradients_of(run, node->op), *ds = node->work + run->n;
  for (int64_t i = 0; i < run->n; i++) /* in the order of the nodes, on one thread */
    add_row(dw, in->value + i * node->op->columns, ds[i], node->op->columns);
}

const khop_i_op_row khop_i_op_readout = {
    .name = "readout", .sets = true,
    .plan = readout_plan, .forward = readout_forward, .backward = readout_backward,
};

/* --- graph features --------------------------------------------------------------------------------- */

static void graph_features_forward(khop_run *run, int at) {
  khop_i_node *node = &run->node[at];
  int64_t f = node->op->columns;
  const khop_real *offset = khop_i_weights_of(run, node->op), *factor = offset + f;
  for (int64_t g = 0; g < run->graphs; g++)
    for (int64_t c = 0; c < f; c++) {
      khop_real x = run->graph_features[g * f + c];
      node->buffer[g * f + c] = isnan(x) ? 0 : (x - offset[c]) * factor[c];
    }
}

static void graph_features_backward(khop_run *run, int at) {
  (void)run;
  (void)at;
}

const khop_i_op_row khop_i_op_graph_features = {.name = "extras", .forward = graph_features_forward,
                                                 .backward = graph_features_backward};
