/* split_model.c: see split_model.h. */
#include "distributed/split_model.h"
#include "base/error.h"
#include "base/memory.h"
#include "distributed/shard_ops.h"
#include "model/build.h"
#include "model/kinds.h"

#include <stdio.h>

/* As khop_i_model_append, which must not be called once the model is poisoned: then -1. */
static khop_value append(khop_model *m, khop_i_op op, int inputs, const khop_value *input) {
  return m->status == KHOP_OK ? khop_i_model_append(m, op, inputs, input) : -1;
}

/* A sum over the rings of some taps of a convolution, of f columns. */
static khop_value add_sum(khop_model *m, const khop_i_op *conv, int first, int taps, khop_value x, int64_t f) {
  khop_i_op op = {.kind = KHOP_I_MIX, .columns = taps * f, .taps = taps, .hops = conv->hops + first, .norm = conv->norm,
                  .direction = conv->direction, .op = conv->op, .rate = conv->rate, .self_loop = conv->self_loop,
                  .weighting = KHOP_WEIGHTS_FIXED, .concat = taps > 1};
  /* Hop 0 is the row itself under every norm. */
  if (taps == 1 && *op.hops == 0 && !op.self_loop) return x;
  return append(m, op, 1, &x);
}

/* A product with the weights of some taps; both models have them in the same place. */
static khop_value add_product(khop_model *m, khop_value x, int64_t weights, int64_t columns, int64_t biases) {
  khop_i_op op = {.kind = KHOP_I_LINEAR, .columns = columns, .weights = weights, .biases = biases};
  return append(m, op, 1, &x);
}

static khop_value join_taps(khop_model *m, const khop_i_op *conv, const khop_value *y) {
  if (conv->taps > 1 && conv->concat)
    return append(m, (khop_i_op){.kind = KHOP_I_CONCAT, .columns = conv->columns}, conv->taps, y);
  khop_value sum = y[0];
  for (int t = 1; t < conv->taps; t++)
    sum = append(m, (khop_i_op){.kind = KHOP_I_ADD, .columns = conv->columns}, 2, (khop_value[]){sum, y[t]});
  return sum;
}

static khop_value split_conv(khop_model *m, const khop_i_op *conv, khop_value x) {
  int64_t f = m->ops[x].columns, g = conv->columns / (conv->concat ? conv->taps : 1);
  if (f <= g && !conv->concat)
    return add_product(m, add_sum(m, conv, 0, conv->taps, x, f), conv->weights, g, conv->biases);
  khop_value y[KHOP_MAX_TAPS];
  for (int t = 0; t < conv->taps; t++)
    y[t] = f <= g ? add_product(m, add_sum(m, conv, t, 1, x, f), f * g, g, 0)
                  : add_sum(m, conv, t, 1, add_product(m, x, f * g, g, 0), g);
  khop_value joined = join_taps(m, conv, y);
  if (!conv->biases) return joined;
  return append(m, (khop_i_op){.kind = KHOP_I_BIAS, .columns = conv->columns, .biases = conv->biases}, 1, &joined);
}

/* Why an op cannot be split, or NULL. */
static const char *obstacle(const khop_i_op *op) {
  if (op->pooled || op->kind == KHOP_I_READOUT) return "makes one row of a whole graph, and ranks share out rows";
  if (op->kind == KHOP_I_PPR) return "solves a system of all nodes, whose factor no rank holds a part of";
  if (op->taps > 0 && op->op == KHOP_METAPATH) return "is over metapaths, and a shard has no types of edges";
  if (op->kind == KHOP_I_CONV) return op->groups > 1 ? "has groups" : NULL;
  if (khop_i_shard_op_of(op) || khop_i_kind_reads_own_row(op->kind)) return NULL;
  return "reads entries of rings one by one";
}

/* "recipe ring: ", or nothing. */
static void name_recipe(char *name, size_t size, const khop_model *model) {
  const char *recipe = khop_model_metadata(model, "recipe");
  snprintf(name, size, recipe ? "recipe %s: " : "%s", recipe ? recipe : "");
}

static khop_status split_op(khop_model *m, const khop_model *model, int at, khop_value *now) {
  const khop_i_op *op = &model->ops[at];
  const char *why = obstacle(op);
  khop_value *input = NULL;
  if (why) {
    char recipe[80];
    name_recipe(recipe, sizeof recipe, model);
    return khop_i_fail(KHOP_E_UNSUPPORTED, "%sop %d (%s) %s: a model on several ranks is without it", recipe, at,
                       khop_i_kind_name(op->kind), why);
  }
  m->group = op->group;
  if (op->kind == KHOP_I_CONV) {
    now[at] = split_conv(m, op, now[op->input[0]]);
    return m->status;
  }
  khop_status status = khop_i_alloc(&input, op->inputs + 1, sizeof *input, "an op's inputs");
  if (status != KHOP_OK) return status;
  for (int k = 0; k < op->inputs; k++) input[k] = now[op->input[k]];
  now[at] = append(m, *op, op->inputs, input);
  khop_i_free(input);
  return m->status;
}

khop_status khop_i_model_split(khop_model **out, int **origin, const khop_model *model) {
  khop_status status = KHOP_OK;
  khop_model *split = NULL;
  khop_value *now = NULL; /* the value of the split model that an op of the model has become */
  *out = NULL;
  if (model->status != KHOP_OK) return khop_i_fail(model->status, "%s", model->message);
  KHOP_TRY(khop_model_new(&split));
  KHOP_TRY(khop_i_alloc(&now, model->count, sizeof *now, "a split model"));
  for (int i = 0; i < model->count; i++) {
    int first = split->count;
    KHOP_TRY(split_op(split, model, i, now));
    KHOP_TRY(khop_i_room(origin, split->count, sizeof **origin, "a split model"));
    for (int at = first; at < split->count; at++) (*origin)[at] = i;
  }
  *out = split;
  split = NULL;
done:
  if (split && split->status != KHOP_OK) khop_i_fail(split->status, "%s", split->message);
  khop_i_free(now);
  khop_model_free(split);
  return status;
}
