/* build.c: the builder: each function checks its numbers and adds an op, or poisons the model. */
#include "model/build.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/options.h"
#include "apply/taps.h"
#include "model/kinds.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

khop_status khop_model_new(khop_model **model) {
  khop_status status = khop_i_alloc(model, 1, sizeof **model, "a model");
  if (status == KHOP_OK) (*model)->output = (*model)->loss = -1;
  return status;
}

void khop_model_free(khop_model *model) {
  if (!model) return;
  for (int i = 0; i < model->count; i++) {
    khop_i_free(model->ops[i].input);
    khop_i_free(model->ops[i].hops);
    khop_i_free(model->ops[i].initial);
  }
  for (int i = 0; i < 2 * model->metadata_count; i++) khop_i_free(model->metadata[i]);
  khop_i_free(model->metadata);
  khop_i_free(model->ops);
  khop_i_free(model->parameter_array);
  khop_i_free(model);
}

khop_value khop_i_model_poison(khop_model *model, khop_status status, const char *format, ...) {
  if (model->status != KHOP_OK) return -1;
  va_list arguments;
  va_start(arguments, format);
  khop_i_vsnprintf(model->message, sizeof model->message, format, arguments);
  va_end(arguments);
  model->status = status;
  return -1;
}

bool khop_i_model_ready(khop_model *model, const char *what, khop_value x) {
  if (model->status != KHOP_OK) return false;
  if (model->loss >= 0) {
    khop_i_model_poison(model, KHOP_E_ARGUMENT, "%s: nothing can follow the loss, op %d", what,
                        model->loss);
    return false;
  }
  if (x < 0 || x >= model->count) {
    khop_i_model_poison(model, KHOP_E_ARGUMENT, "%s: there is no value %d, the model has %d ops",
                        what, x, model->count);
    return false;
  }
  return true;
}

bool khop_i_model_took(khop_model *model, const char *what, khop_status status) {
  if (status != KHOP_OK) khop_i_model_poison(model, status, "%s: %s", what, khop_message());
  return status == KHOP_OK;
}

/* Below this a count of their bytes, 8 each in double, does not overflow. */
#define MOST_PARAMETERS (INT64_MAX / 16)

/* taps f columns, or more than MOST_PARAMETERS where that overflows. */
static int64_t count_weights(int64_t taps, int64_t f, int64_t columns) {
  double count = (double)taps * (double)f * (double)columns;
  return count < (double)MOST_PARAMETERS ? taps * f * columns : MOST_PARAMETERS + 1;
}

/* A value has a row for each node or a row for each graph: the inputs of an op must agree, and an op over rings needs
 * nodes. */
static bool good_rows(khop_model *model, khop_i_op *op, int inputs, const khop_value *input) {
  int pooled = 0;
  for (int k = 0; k < inputs; k++) pooled += model->ops[input[k]].pooled;
  bool nodes = op->taps > 0 || op->kind == KHOP_I_GLOBAL_MEAN || op->kind == KHOP_I_READOUT;
  if (pooled && pooled < inputs)
    khop_i_model_poison(model, KHOP_E_SHAPE, "%s: op %d has a row a graph and another input a row a node",
                        khop_i_kind_name(op->kind),
                        model->ops[input[0]].pooled ? input[0] : input[inputs - 1]);
  else if (pooled && nodes)
    khop_i_model_poison(model, KHOP_E_SHAPE, "%s: op %d has a row a graph: its nodes are gone",
                        khop_i_kind_name(op->kind), input[0]);
  op->pooled = pooled > 0 || op->kind == KHOP_I_READOUT || op->kind == KHOP_I_GRAPH_FEATURES;
  return model->status == KHOP_OK;
}

khop_value khop_i_model_append(khop_model *model, khop_i_op op, int inputs, const khop_value *input) {
  khop_status status = KHOP_OK;
  if (!good_rows(model, &op, inputs, input)) return -1;
  if (op.columns > INT32_MAX || op.weights > MOST_PARAMETERS - op.biases - model->parameters)
    return khop_i_model_poison(model, KHOP_E_SHAPE, "%s: %lld columns and at least %.3g parameters cannot be",
                               khop_i_kind_name(op.kind), (long long)op.columns,
                               (double)op.weights + (double)op.biases);
  const int *hops = op.hops;
  const khop_real *initial = op.initial;
  op.input = NULL;
  op.hops = NULL;
  op.initial = NULL;
  if (model->count == model->capacity) {
    KHOP_TRY(khop_i_grow(&model->ops, model->capacity * 2 + 16, sizeof *model->ops, "ops"));
    model->capacity = model->capacity * 2 + 16;
  }
  op.inputs = inputs;
  op.group = model->group;
  op.first = model->parameters;
  KHOP_TRY(khop_i_copy(&op.input, input, inputs, sizeof *input, "an op's inputs"));
  if (hops) KHOP_TRY(khop_i_copy(&op.hops, hops, op.taps, sizeof *hops, "hops"));
  if (initial) KHOP_TRY(khop_i_copy(&op.initial, initial, op.taps, sizeof *initial, "tap weights"));
  model->ops[model->count] = op;
  model->parameters += op.weights + op.biases;
  if (khop_i_kind_is_loss(op.kind))
    model->loss = model->count;
  else
    model->output = model->count;
  khop_i_free(model->parameter_array); /* a model that grows is initialised anew */
  model->parameter_array = NULL;
  return model->count++;
done:
  khop_i_free(op.input);
  khop_i_free(op.hops);
  khop_i_free(op.initial);
  return khop_i_model_poison(model, status, "%s", khop_message());
}

static int64_t columns_of(const khop_model *model, khop_value x) { return model->ops[x].columns; }

void khop_model_parameter_group(khop_model *model, int group) {
  if (group < 0 || group >= KHOP_PARAMETER_GROUPS)
    khop_i_model_poison(model, KHOP_E_ARGUMENT, "group %d: groups are 0 to %d", group,
                        KHOP_PARAMETER_GROUPS - 1);
  else
    model->group = group;
}

khop_value khop_input(khop_model *model, int64_t columns) {
  if (model->status != KHOP_OK) return -1;
  if (model->count > 0)
    return khop_i_model_poison(model, KHOP_E_ARGUMENT, "input: it must be the first op, not op %d",
                               model->count);
  if (columns < 1 || columns > INT32_MAX)
    return khop_i_model_poison(model, KHOP_E_SHAPE, "input: %lld columns", (long long)columns);
  return khop_i_model_append(model, (khop_i_op){.kind = KHOP_I_INPUT, .columns = columns}, 0, NULL);
}

static bool good_columns(khop_model *model, const char *what, int64_t columns) {
  if (columns >= 1 && columns <= INT32_MAX) return true;
  khop_i_model_poison(model, KHOP_E_SHAPE, "%s: %lld columns", what, (long long)columns);
  return false;
}

khop_value khop_linear(khop_model *model, khop_value x, int64_t columns, bool bias) {
  if (!khop_i_model_ready(model, "linear", x) || !good_columns(model, "linear", columns)) return -1;
  khop_i_op op = {.kind = KHOP_I_LINEAR, .columns = columns,
                  .weights = count_weights(1, columns_of(model, x), columns),
                  .biases = bias ? columns : 0};
  return khop_i_model_append(model, op, 1, &x);
}

/* --- convolutions --------------------------------------------------------------------------- */

/* Fills op.hops (into room) from the options; false after poisoning. */
static bool choose_hops(khop_model *model, khop_i_op *op, const khop_conv_options *o, int *capacity) {
  int dilation = o->dilation ? o->dilation : 1;
  op->taps = o->taps ? o->taps : 2;
  if (op->taps < 1 || op->taps > KHOP_MAX_TAPS) {
    khop_i_model_poison(model, KHOP_E_ARGUMENT, "conv: %d taps: 1 to %d are possible", op->taps,
                        KHOP_MAX_TAPS);
    return false;
  }
  if (dilation < 1 || dilation > INT32_MAX / KHOP_MAX_TAPS) {
    khop_i_model_poison(model, KHOP_E_ARGUMENT, "conv: a dilation of %d", dilation);
    return false;
  }
  for (int t = 0; t < op->taps; t++) {
    capacity[t] = o->hops ? o->hops[t] : t * dilation;
    if (capacity[t] >= 0) continue;
    khop_i_model_poison(model, KHOP_E_ARGUMENT, "conv: a hop of %d: hops count from 0", capacity[t]);
    return false;
  }
  op->hops = capacity;
  return true;
}

static bool good_enums(khop_model *model, const khop_conv_options *o) {
  bool good = o->norm >= KHOP_NORM_NONE && o->norm <= KHOP_NORM_COL && o->direction >= KHOP_OUT &&
              o->direction <= KHOP_ALL && o->op >= KHOP_RING && o->op <= KHOP_METAPATH &&
              o->weights >= KHOP_WEIGHTS_FULL && o->weights <= KHOP_WEIGHTS_FIXED;
  if (!good)
    khop_i_model_poison(model, KHOP_E_ARGUMENT,
                        "conv: norm %d, direction %d, operator %d, weights %d: one is unknown",
                        (int)o->norm, (int)o->direction, (int)o->op, (int)o->weights);
  if (!good || o->op != KHOP_METAPATH) return good;
  if (o->self_loop)
    khop_i_model_poison(model, KHOP_E_ARGUMENT,
                        "conv: metapaths take no self-loops: the identity is a metapath of its own");
  else if (o->dilation > 1)
    khop_i_model_poison(model, KHOP_E_ARGUMENT,
                        "conv: a dilation of %d: that of metapaths is in their steps", o->dilation);
  return model->status == KHOP_OK;
}

/* Whether the groups, 0 meaning 1, fit the columns and the kind of weights. */
static bool good_groups(khop_model *model, const khop_conv_options *o, int64_t f, int64_t columns) {
  if (o->groups == 0 || o->groups == 1) return true;
  if (o->weights != KHOP_WEIGHTS_FULL)
    khop_i_model_poison(model, KHOP_E_ARGUMENT, "conv: %lld groups: only full weights take groups",
                        (long long)o->groups);
  else if (o->groups < 0 || f % o->groups || columns % o->groups)
    khop_i_model_poison(model, KHOP_E_SHAPE,
                        "conv: %lld groups do not divide %lld columns in and %lld out",
                        (long long)o->groups, (long long)f, (long long)columns);
  return model->status == KHOP_OK;
}

/* Of the options those that say which rings; the others keep their defaults. */
static bool take_rings(khop_model *model, khop_i_op *op, const char *what, const khop_conv_options *given, int *capacity) {
  khop_conv_options all;
  if (!khop_i_model_took(model, what, KHOP_I_TAKE(khop_conv_options, &all, given))) return false;
  khop_conv_options o = {.size = sizeof o, .taps = all.taps, .hops = all.hops, .dilation = all.dilation,
                         .direction = all.direction, .op = all.op};
  op->direction = o.direction;
  op->op = o.op;
  return good_enums(model, &o) && choose_hops(model, op, &o, capacity);
}

static khop_value add_mix(khop_model *model, khop_value x, khop_i_op op,
                          const khop_conv_options *o) {
  int64_t f = columns_of(model, x);
  op.kind = KHOP_I_MIX;
  op.columns = o->concat ? f * op.taps : f;
  op.weights = op.weighting == KHOP_WEIGHTS_DEPTHWISE ? op.taps * f
               : op.weighting == KHOP_WEIGHTS_SCALAR  ? op.taps
                                                      : 0;
  op.initial = (khop_real *)o->initial;
  return khop_i_model_append(model, op, 1, &x);
}

khop_value khop_conv(khop_model *model, khop_value x, int64_t columns,
                     const khop_conv_options *options) {
  khop_conv_options own, *o = &own;
  int capacity[KHOP_MAX_TAPS];
  if (!khop_i_model_took(model, "conv", KHOP_I_TAKE(khop_conv_options, &own, options))) return -1;
  khop_i_op op = {.kind = KHOP_I_CONV, .norm = o->norm, .direction = o->direction, .op = o->op, .rate = o->edge_dropout,
                  .self_loop = o->self_loop, .concat = o->concat, .weighting = o->weights};
  if (!khop_i_model_ready(model, "conv", x) || !good_columns(model, "conv", columns)) return -1;
  if (!good_enums(model, o) || !choose_hops(model, &op, o, capacity)) return -1;
  if (!(o->edge_dropout >= 0 && o->edge_dropout < 1))
    return khop_i_model_poison(model, KHOP_E_ARGUMENT, "conv: a dropout of edges of %g is not in [0, 1)",
                               o->edge_dropout);
  int64_t f = columns_of(model, x), blocks = o->concat ? op.taps : 1;
  if (!good_groups(model, o, f, columns)) return -1;
  if (o->weights == KHOP_WEIGHTS_SEPARABLE) {
    op.weighting = KHOP_WEIGHTS_DEPTHWISE;
    return khop_linear(model, add_mix(model, x, op, o), columns, o->bias);
  }
  if (o->weights != KHOP_WEIGHTS_FULL) {
    if (columns != f)
      return khop_i_model_poison(model, KHOP_E_SHAPE,
                                 "conv: weights a tap or channel keep the %lld columns, not %lld",
                                 (long long)f, (long long)columns);
    khop_value mixed = add_mix(model, x, op, o);
    return o->bias ? khop_bias(model, mixed) : mixed;
  }
  op.columns = columns * blocks;
  op.groups = o->groups ? o->groups : 1;
  op.weights = count_weights(op.taps, f / op.groups, columns);
  op.biases = o->bias ? op.columns : 0;
  return khop_i_model_append(model, op, 1, &x);
}

khop_value khop_pool(khop_model *model, khop_value x, khop_pooling pooling,
                     const khop_conv_options *options) {
  int capacity[KHOP_MAX_TAPS];
  if (!khop_i_model_ready(model, "pool", x)) return -1;
  if (pooling != KHOP_POOL_MAX && pooling != KHOP_POOL_MEAN)
    return khop_i_model_poison(model, KHOP_E_ARGUMENT, "pool: there is no pooling %d", (int)pooling);
  khop_i_op op = {.kind = pooling == KHOP_POOL_MAX ? KHOP_I_POOL_MAX : KHOP_I_POOL_MEAN,
                  .columns = columns_of(model, x)};
  return take_rings(model, &op, "pool", options, capacity) ? khop_i_model_append(model, op, 1, &x) : -1;
}

khop_value khop_attention(khop_model *model, khop_value x, int64_t heads, const khop_conv_options *options) {
  int capacity[KHOP_MAX_TAPS];
  if (!khop_i_model_ready(model, "attention", x)) return -1;
  int64_t f = columns_of(model, x);
  if (heads < 1 || f % heads)
    return khop_i_model_poison(model, KHOP_E_SHAPE, "attention: %lld heads do not divide %lld columns",
                               (long long)heads, (long long)f);
  khop_i_op op = {.kind = KHOP_I_ATTENTION, .columns = f, .groups = heads, .weights = 2 * f};
  return take_rings(model, &op, "attention", options, capacity) ? khop_i_model_append(model, op, 1, &x) : -1;
}

/* --- the rest ------------------------------------------------------------------------------- */

static khop_value pointwise(khop_model *model, khop_i_kind kind, khop_value x, int64_t biases) {
  if (!khop_i_model_ready(model, khop_i_kind_name(kind), x)) return -1;
  int64_t f = columns_of(model, x);
  return khop_i_model_append(model, (khop_i_op){.kind = kind, .columns = f, .biases = biases * f}, 1, &x);
}

khop_value khop_node_weights(khop_model *model, khop_value x, int64_t nodes, int64_t columns) {
  if (!khop_i_model_ready(model, "node_weights", x)) return -1;
  if (nodes < 1 || columns < 1 || nodes > INT32_MAX || columns > INT32_MAX)
    return khop_i_model_poison(model, KHOP_E_ARGUMENT, "node_weights: %lld nodes of %lld columns", (long long)nodes,
                               (long long)columns);
  khop_i_op op = {.kind = KHOP_I_NODE_WEIGHTS, .columns = columns, .weights = nodes * columns};
  return khop_i_model_append(model, op, 1, &x);
}

khop_value khop_bias(khop_model *model, khop_value x) { return pointwise(model, KHOP_I_BIAS, x, 1); }
khop_value khop_relu(khop_model *model, khop_value x) { return pointwise(model, KHOP_I_RELU, x, 0); }
khop_value khop_gelu(khop_model *model, khop_value x) { return pointwise(model, KHOP_I_GELU, x, 0); }
khop_value khop_tanh(khop_model *model, khop_value x) { return pointwise(model, KHOP_I_TANH, x, 0); }
khop_value khop_sigmoid(khop_model *model, khop_value x) {
  return pointwise(model, KHOP_I_SIGMOID, x, 0);
}
khop_value khop_global_mean(khop_model *model, khop_value x) {
  return pointwise(model, KHOP_I_GLOBAL_MEAN, x, 0);
}
khop_value khop_layer_norm(khop_model *model, khop_value x) {
  return pointwise(model, KHOP_I_LAYER_NORM, x, 2);
}

khop_value khop_batch_norm(khop_model *model, khop_value x) {
  return pointwise(model, KHOP_I_BATCH_NORM, x, 4);
}

static khop_value add_drop(khop_model *model, khop_i_kind kind, khop_value x, int64_t blocks, double rate) {
  const char *name = khop_i_kind_name(kind);
  if (!khop_i_model_ready(model, name, x)) return -1;
  if (!(rate >= 0 && rate < 1))
    return khop_i_model_poison(model, KHOP_E_ARGUMENT, "%s: a rate of %g is not in [0, 1)", name, rate);
  khop_i_op op = {.kind = kind, .columns = columns_of(model, x), .groups = blocks, .rate = rate};
  return khop_i_model_append(model, op, 1, &x);
}

khop_value khop_dropout(khop_model *model, khop_value x, double rate) {
  return add_drop(model, KHOP_I_DROPOUT, x, 0, rate);
}
khop_value khop_drop_rows(khop_model *model, khop_value x, double rate) {
  return add_drop(model, KHOP_I_DROP_ROWS, x, 1, rate);
}
khop_value khop_drop_blocks(khop_model *model, khop_value x, int64_t blocks, double rate) {
  if (!khop_i_model_ready(model, "drop_blocks", x)) return -1;
  if (blocks < 1 || columns_of(model, x) % blocks)
    return khop_i_model_poison(model, KHOP_E_SHAPE, "drop_blocks: %lld blocks do not divide %lld columns",
                               (long long)blocks, (long long)columns_of(model, x));
  return add_drop(model, KHOP_I_DROP_BLOCKS, x, blocks, rate);
}

khop_value khop_scale(khop_model *model, khop_value x, double factor) {
  if (!khop_i_model_ready(model, "scale", x)) return -1;
  if (!isfinite(factor) || !isfinite((khop_real)factor))
    return khop_i_model_poison(model, KHOP_E_ARGUMENT, "scale: a factor of %g is no number that features can have",
                               factor);
  khop_i_op op = {.kind = KHOP_I_SCALE, .columns = columns_of(model, x), .rate = factor};
  return khop_i_model_append(model, op, 1, &x);
}

static khop_value binary(khop_model *model, khop_i_kind kind, khop_value a, khop_value b) {
  const char *name = khop_i_kind_name(kind);
  if (!khop_i_model_ready(model, name, a) || !khop_i_model_ready(model, name, b)) return -1;
  if (columns_of(model, a) != columns_of(model, b))
    return khop_i_model_poison(model, KHOP_E_SHAPE, "%s: %lld columns and %lld", name,
                               (long long)columns_of(model, a), (long long)columns_of(model, b));
  khop_i_op op = {.kind = kind, .columns = columns_of(model, a)};
  return khop_i_model_append(model, op, 2, (khop_value[]){a, b});
}

khop_value khop_add(khop_model *model, khop_value a, khop_value b) {
  return binary(model, KHOP_I_ADD, a, b);
}
khop_value khop_multiply(khop_model *model, khop_value a, khop_value b) {
  return binary(model, KHOP_I_MULTIPLY, a, b);
}

khop_value khop_concat(khop_model *model, int count, const khop_value *values) {
  int64_t columns = 0;
  if (count < 1)
    return khop_i_model_poison(model, KHOP_E_ARGUMENT, "concat: of %d values", count);
  for (int i = 0; i < count; i++) {
    if (!khop_i_model_ready(model, "concat", values[i])) return -1;
    columns += columns_of(model, values[i]);
  }
  if (!good_columns(model, "concat", columns)) return -1;
  return khop_i_model_append(model, (khop_i_op){.kind = KHOP_I_CONCAT, .columns = columns}, count, values);
}

/* --- from nodes to graphs ------------------------------------------------------------------- */

khop_value khop_readout(khop_model *model, khop_value x, khop_readout_kind kind) {
  if (!khop_i_model_ready(model, "readout", x)) return -1;
  if (kind < KHOP_READOUT_SUM || kind > KHOP_READOUT_ATTENTION)
    return khop_i_model_poison(model, KHOP_E_ARGUMENT, "readout: there is no kind %d", (int)kind);
  int64_t f = columns_of(model, x);
  khop_i_op op = {.kind = KHOP_I_READOUT, .columns = f, .readout = kind,
                  .weights = kind == KHOP_READOUT_ATTENTION ? f : 0};
  return khop_i_model_append(model, op, 1, &x);
}

/* Offsets and factors count as biases, so that no weight decay reaches them. */
khop_value khop_graph_features(khop_model *model, int64_t columns) {
  if (model->status != KHOP_OK || !good_columns(model, "graph_features", columns)) return -1;
  if (model->count == 0)
    return khop_i_model_poison(model, KHOP_E_ARGUMENT, "graph features: the input must be the first op");
  for (int i = 0; i < model->count; i++)
    if (model->ops[i].kind == KHOP_I_GRAPH_FEATURES)
      return khop_i_model_poison(model, KHOP_E_ARGUMENT, "graph features: op %d has them already", i);
  khop_i_op op = {.kind = KHOP_I_GRAPH_FEATURES, .columns = columns, .biases = 2 * columns};
  return khop_i_model_append(model, op, 0, NULL);
}

static khop_value loss(khop_model *model, khop_i_kind kind, khop_value x) {
  if (!khop_i_model_ready(model, khop_i_kind_name(kind), x)) return -1;
  khop_value at = khop_i_model_append(model, (khop_i_op){.kind = kind, .columns = 1}, 1, &x);
  if (at >= 0) model->output = x;
  return at;
}
khop_value khop_softmax_cross_entropy(khop_model *model, khop_value logits) {
  return loss(model, KHOP_I_SOFTMAX_CROSS_ENTROPY, logits);
}
khop_value khop_binary_cross_entropy(khop_model *model, khop_value logits) {
  return loss(model, KHOP_I_BINARY_CROSS_ENTROPY, logits);
}
khop_value khop_mean_squared_error(khop_model *model, khop_value prediction) {
  return loss(model, KHOP_I_MEAN_SQUARED_ERROR, prediction);
}

khop_value khop_weigh_blocks(khop_model *model, khop_value x, int blocks) {
  if (!khop_i_model_ready(model, "weigh", x)) return -1;
  int64_t f = columns_of(model, x);
  if (blocks < 1 || blocks > KHOP_MAX_TAPS)
    return khop_i_model_poison(model, KHOP_E_ARGUMENT, "weigh: %d blocks: 1 to %d are possible", blocks, KHOP_MAX_TAPS);
  if (f % blocks)
    return khop_i_model_poison(model, KHOP_E_SHAPE, "weigh: %d blocks do not divide %lld columns", blocks, (long long)f);
  return khop_i_model_append(model, (khop_i_op){.kind = KHOP_I_WEIGH, .columns = f, .biases = blocks}, 1, &x);
}
