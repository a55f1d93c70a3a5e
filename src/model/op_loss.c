/* op_loss.c: losses: the mean over the selected nodes (and, where there are several outputs, over all
 * of them that have a target). Sums are in double, in the order of the nodes.
 *
 *   softmax cross-entropy  log sum_c e^z_c - z_label          dz = softmax(z) - onehot(label)
 *   its labels smoothed    log sum_c e^z_c - ((1 - s) z_label + s mean_c z_c), times the weight of the label
 *   binary, with logits    max(z, 0) - z y + log(1 + e^-|z|)  dz = sigmoid(z) - y
 *   mean squared error     (z - y)^2                          dz = 2 (z - y) */
#include "model/op_loss.h"
#include "model/op.h"
#include "kernels/softmax.h"

#include <math.h>

/* work holds the probabilities of the selected rows, for backward. */
static void softmax_cross_entropy_plan(khop_run *run, int at, khop_i_arena *arena) {
  int64_t columns = khop_i_input_of(run, at, 0)->op->columns;
  run->node[at].work = khop_i_arena_take(arena, khop_i_input_of(run, at, 0)->rows * columns, sizeof(khop_real));
}

static double weight_of(const khop_run *run, int64_t i) {
  return run->class_weights ? (double)run->class_weights[run->labels[i]] : 1;
}

/* The mean of the logits by the shares that the label gives them. */
static double wanted_logit(const khop_run *run, const khop_real *z, int64_t f, int32_t label) {
  double sum = 0;
  if (run->smoothing == 0) return (double)z[label];
  for (int64_t c = 0; c < f; c++) sum += (double)z[c];
  return (1 - run->smoothing) * (double)z[label] + run->smoothing * sum / (double)f;
}

static void softmax_cross_entropy_forward(khop_run *run, int at) {
  const khop_i_node *x = khop_i_input_of(run, at, 0);
  int64_t f = x->op->columns;
  double total = 0;
  for (int64_t s = 0; run->labels && s < run->selected_count; s++) {
    int64_t i = run->selected[s];
    const khop_real *z = x->value + i * f;
    khop_real *p = run->node[at].work + i * f;
    total += weight_of(run, i) * (khop_i_softmax(p, z, f) - wanted_logit(run, z, f, run->labels[i]));
  }
  run->loss = run->selected_count ? total / (double)run->selected_count : 0;
}

static void softmax_cross_entropy_backward(khop_run *run, int at) {
  khop_i_node *x = khop_i_input_of(run, at, 0);
  int64_t f = x->op->columns;
  double count = (double)(run->selected_count ? run->selected_count : 1);
  khop_real rest = (khop_real)(run->smoothing / (double)f), label = (khop_real)(1 - run->smoothing + run->smoothing / (double)f);
  for (int64_t s = 0; x->gradient && s < run->selected_count; s++) {
    int64_t i = run->selected[s];
    const khop_real *p = run->node[at].work + i * f;
    khop_real share = (khop_real)(weight_of(run, i) / count);
    for (int64_t c = 0; c < f; c++) x->gradient[i * f + c] += share * (p[c] - (c == run->labels[i] ? label : rest));
  }
}

const khop_i_op_row khop_i_op_softmax_cross_entropy = {
    .name = "softmax_cross_entropy", .loss = true, .own_row = true,
    .plan = softmax_cross_entropy_plan, .forward = softmax_cross_entropy_forward,
    .backward = softmax_cross_entropy_backward,
};

/* The target of output c of node i: NaN where there is none. */
static double target_of(const khop_run *run, int64_t i, int64_t c, int64_t f) {
  if (run->targets) return (double)run->targets[i * f + c];
  return run->labels && run->labels[i] >= 0 ? (double)run->labels[i] : (double)NAN;
}

/* Loss and slope of one prediction. */
typedef double (*khop_i_pair_loss)(double *slope, double z, double y);

static double binary_pair(double *slope, double z, double y) {
  double e = exp(-fabs(z));
  *slope = (z >= 0 ? 1 / (1 + e) : e / (1 + e)) - y;
  return (z > 0 ? z : 0) - z * y + log1p(e);
}

static double squared_pair(double *slope, double z, double y) {
  *slope = 2 * (z - y);
  return (z - y) * (z - y);
}

static void forward_pairs(khop_run *run, int at, khop_i_pair_loss pair) {
  const khop_i_node *x = khop_i_input_of(run, at, 0);
  int64_t f = x->op->columns, known = 0;
  double total = 0, slope;
  for (int64_t s = 0; s < run->selected_count; s++)
    for (int64_t c = 0; c < f; c++) {
      double y = target_of(run, run->selected[s], c, f);
      if (isnan(y)) continue;
      total += pair(&slope, (double)x->value[run->selected[s] * f + c], y);
      known++;
    }
  run->loss = known ? total / (double)known : 0;
}

static int64_t count_known(const khop_run *run, int64_t f) {
  int64_t known = 0;
  for (int64_t s = 0; s < run->selected_count; s++)
    for (int64_t c = 0; c < f; c++) known += !isnan(target_of(run, run->selected[s], c, f));
  return known;
}

int64_t khop_i_loss_terms(const khop_run *run) {
  const khop_i_op *op = &run->model->ops[run->model->loss];
  return op->kind == KHOP_I_SOFTMAX_CROSS_ENTROPY ? run->selected_count
                                                  : count_known(run, run->node[op->input[0]].op->columns);
}

static void backward_pairs(khop_run *run, int at, khop_i_pair_loss pair) {
  khop_i_node *x = khop_i_input_of(run, at, 0);
  int64_t f = x->op->columns, known = count_known(run, f);
  for (int64_t s = 0; x->gradient && s < run->selected_count; s++)
    for (int64_t c = 0; c < f; c++) {
      int64_t i = run->selected[s];
      double y = target_of(run, i, c, f), slope;
      if (isnan(y)) continue;
      pair(&slope, (double)x->value[i * f + c], y);
      x->gradient[i * f + c] += (khop_real)(slope / (double)known);
    }
}

static void binary_cross_entropy_forward(khop_run *run, int at) {
  forward_pairs(run, at, binary_pair);
}
static void binary_cross_entropy_backward(khop_run *run, int at) {
  backward_pairs(run, at, binary_pair);
}

const khop_i_op_row khop_i_op_binary_cross_entropy = {
    .name = "binary_cross_entropy", .loss = true,
    .own_row = true, .forward = binary_cross_entropy_forward, .backward = binary_cross_entropy_backward,
};
static void mean_squared_error_forward(khop_run *run, int at) {
  forward_pairs(run, at, squared_pair);
}
static void mean_squared_error_backward(khop_run *run, int at) {
  backward_pairs(run, at, squared_pair);
}

const khop_i_op_row khop_i_op_mean_squared_error = {
    .name = "mean_squared_error", .loss = true,
    .own_row = true, .forward = mean_squared_error_forward, .backward = mean_squared_error_backward,
};
