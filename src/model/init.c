/* init.c: the parameters: one array, drawn from a seed. */
#include "base/error.h"
#include "base/memory.h"
#include "model/model.h"

#include <math.h>
#include <string.h>

/* Uniform in +-sqrt(6 / (fan in + fan out)) (Glorot and Bengio, AISTATS 2010). The fans of a
 * convolution count its taps, as those of an image convolution count its pixels. */
static void draw_glorot(khop_real *w, int64_t count, int64_t fans, khop_i_random *random) {
  double limit = sqrt(6.0 / (double)fans);
  for (int64_t i = 0; i < count; i++)
    w[i] = (khop_real)(limit * (2 * khop_i_random_uniform(random) - 1));
}

/* Taps times the inputs and outputs of a group. */
static int64_t conv_fans(const khop_i_op *op, int64_t f) {
  int64_t in = f / op->groups, out = op->weights / (op->taps * in) / op->groups;
  return op->taps * (in + out);
}

/* Depthwise weights are drawn at random: channels that start with equal filters would stay equal. */
static bool draws_mix(const khop_i_op *op) {
  return op->weighting == KHOP_WEIGHTS_DEPTHWISE && !op->initial;
}

/* Numbers a tap: the given ones, or the mean over taps. */
static void set_mix(khop_real *w, const khop_i_op *op) {
  int64_t channels = op->weights / op->taps;
  for (int t = 0; t < op->taps; t++)
    for (int64_t c = 0; c < channels; c++)
      w[t * channels + c] = op->initial ? op->initial[t] : (khop_real)(1.0 / op->taps);
}

static void draw_op(khop_real *parameters, const khop_model *model, const khop_i_op *op,
                    khop_i_random *random) {
  khop_real *weights = parameters + op->first, *biases = weights + op->weights;
  int64_t f = op->inputs ? model->ops[op->input[0]].columns : 0;
  memset(biases, 0, (size_t)op->biases * sizeof *biases);
  if (op->kind == KHOP_I_LINEAR) draw_glorot(weights, op->weights, f + op->columns, random);
  if (op->kind == KHOP_I_NODE_WEIGHTS) draw_glorot(weights, op->weights, op->weights / op->columns + op->columns, random);
  if (op->kind == KHOP_I_CONV)
    draw_glorot(weights, op->weights, conv_fans(op, f), random);
  if (op->kind == KHOP_I_MIX && draws_mix(op))
    draw_glorot(weights, op->weights, 2 * op->taps, random);
  else if (op->kind == KHOP_I_MIX && op->weights)
    set_mix(weights, op);
  if (op->kind == KHOP_I_ATTENTION) draw_glorot(weights, op->weights, f / op->groups + 1, random);
  if (op->kind == KHOP_I_READOUT && op->weights) draw_glorot(weights, op->weights, f + 1, random);
  if (op->kind == KHOP_I_GRAPH_FEATURES) /* offsets 0, factors 1 */
    for (int64_t c = 0; c < op->columns; c++) biases[op->columns + c] = 1;
  if (op->kind == KHOP_I_LAYER_NORM || op->kind == KHOP_I_BATCH_NORM)
    for (int64_t c = 0; c < op->columns; c++) biases[c] = 1; /* the scale; the bias stays 0 */
  if (op->kind == KHOP_I_BATCH_NORM)
    for (int64_t c = 0; c < op->columns; c++) biases[3 * op->columns + c] = 1; /* the running variance */
}

khop_status khop_model_init(khop_model *model, uint64_t seed) {
  if (model->status != KHOP_OK) return khop_i_fail(model->status, "%s", model->message);
  if (model->count < 2)
    return khop_i_fail(KHOP_E_ARGUMENT, "a model of %d ops: an input and one more are the least",
                       model->count);
  if (!model->parameter_array) {
    khop_status status =
        khop_i_alloc(&model->parameter_array, model->parameters, sizeof *model->parameter_array, "parameters");
    if (status != KHOP_OK) return status;
  }
  khop_i_random random;
  khop_i_random_seed(&random, seed);
  for (int i = 0; i < model->count; i++) draw_op(model->parameter_array, model, &model->ops[i], &random);
  return KHOP_OK;
}

khop_status khop_graph_features_scale(khop_model *model, const khop_real *offset, const khop_real *factor) {
  for (int i = 0; i < model->count && model->parameter_array; i++) {
    const khop_i_op *op = &model->ops[i];
    if (op->kind != KHOP_I_GRAPH_FEATURES) continue;
    memcpy(model->parameter_array + op->first, offset, (size_t)op->columns * sizeof *offset);
    memcpy(model->parameter_array + op->first + op->columns, factor, (size_t)op->columns * sizeof *factor);
    return KHOP_OK;
  }
  return khop_i_fail(KHOP_E_ARGUMENT, "the model takes no graph features, or has no parameters yet");
}

int64_t khop_model_parameters(const khop_model *model) { return model->parameters; }
khop_real *khop_model_parameter_array(khop_model *model) { return model->parameter_array; }
int64_t khop_model_input_columns(const khop_model *model) {
  return model->count ? model->ops[0].columns : 0;
}
int64_t khop_model_output_columns(const khop_model *model) {
  return model->output < 0 ? 0 : model->ops[model->output].columns;
}
