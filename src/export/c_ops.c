/* c_ops.c: see c_ops.h. */
#include "export/c_ops.h"

/* --- tables ------------------------------------------------------------------------------------- */

static void put_reals(const khop_i_c_text *text, char letter, int i, const khop_real *values, int64_t count) {
  khop_i_c_print(text, "static const model_real model_%c%d[%lld] = {", letter, i, (long long)count);
  for (int64_t k = 0; k < count; k++) {
    khop_i_c_print(text, "%s", k % 8 ? " " : "\n    ");
    khop_i_c_put_real(text, values ? values[k] : 1);
    khop_i_c_print(text, "%s", k + 1 < count ? "," : "};\n");
  }
}

/* The weights of a mix that learns none are those that it was given, or 1. */
static bool is_given(const khop_i_op *op) { return op->kind == KHOP_I_MIX && op->weighting == KHOP_WEIGHTS_FIXED; }

static void put_rings(const khop_i_c_text *text, const khop_i_c_plan *p, int i) {
  const khop_i_op *op = &p->model->ops[i];
  int deepest = 0, hop, part;
  unsigned long along = 0;
  bool conv = op->kind == KHOP_I_CONV || op->kind == KHOP_I_MIX, metapaths = op->op == KHOP_METAPATH;
  khop_i_c_print(text, "static const model_tap model_t%d[%d] = {", i, op->taps);
  for (int t = 0; t < op->taps; t++) {
    khop_i_c_tap(&hop, &part, p, op, t);
    deepest = hop > deepest ? hop : deepest;
    khop_i_c_print(text, "%s{%d, %d}%s", t % 8 ? " " : "\n    ", hop, part, t + 1 < op->taps ? "," : "};\n");
  }
  for (int t = 0; metapaths && t < 32; t++) along |= (unsigned long)p->hops.along[t] << t;
  khop_i_c_print(text, "static const model_rings model_r%d = {%d, model_t%d, %d, %d, %d, %d, %d, %d, %luUL, %d};\n", i,
                 op->taps, i, deepest, op->op == KHOP_BALL, op->op == KHOP_WALK_POWER ? 2 : op->op == KHOP_WALK_SUPPORT,
                 conv ? (int)op->norm : 0, conv && op->self_loop && op->op != KHOP_BALL && !metapaths, !metapaths,
                 along, (int)op->direction);
}

void khop_i_c_put_tables(const khop_i_c_text *text, const khop_i_c_plan *p, int i) {
  const khop_i_op *op = &p->model->ops[i];
  const khop_real *values = p->model->parameter_array + op->first;
  if (op->taps) put_rings(text, p, i);
  if (is_given(op)) put_reals(text, 'w', i, op->initial, op->taps);
  if (op->weights) put_reals(text, 'w', i, values, op->weights);
  if (op->biases) put_reals(text, 'b', i, values + op->weights, op->biases);
}

/* --- calls -------------------------------------------------------------------------------------- */

void khop_i_c_put_value(const khop_i_c_text *text, const khop_i_c_plan *p, int i) {
  int buffer = p->buffer[i];
  if (buffer == KHOP_I_FEATURES)
    khop_i_c_print(text, "w->x");
  else
    khop_i_c_print(text, "w->value[%d]", buffer);
}

/* "model_NAME(the op's value" */
static void put_begin(const khop_i_c_text *text, const khop_i_c_plan *p, int i, const char *name) {
  khop_i_c_print(text, "  model_%s(", name);
  khop_i_c_put_value(text, p, i);
}

/* ", the value of its k-th input" */
static void put_input(const khop_i_c_text *text, const khop_i_c_plan *p, int i, int k) {
  khop_i_c_print(text, ", ");
  khop_i_c_put_value(text, p, p->model->ops[i].input[k]);
}

/* ", w->nodes" or ", w->graphs" */
static void put_rows(const khop_i_c_text *text, const khop_i_op *op) {
  khop_i_c_print(text, ", w->%s", op->pooled ? "graphs" : "nodes");
}

static void put_bias(const khop_i_c_text *text, const khop_i_op *op, int i) {
  if (op->biases)
    khop_i_c_print(text, ", model_b%d", i);
  else
    khop_i_c_print(text, ", NULL");
}

static void put_conv(const khop_i_c_text *text, const khop_i_c_plan *p, int i) {
  const khop_i_op *op = &p->model->ops[i];
  long long f = p->model->ops[op->input[0]].columns, g = op->columns / (op->concat ? op->taps : 1);
  put_begin(text, p, i, op->kind == KHOP_I_CONV ? "conv" : "mix");
  khop_i_c_print(text, ", w, &model_r%d", i);
  put_input(text, p, i, 0);
  khop_i_c_print(text, ", %lld, model_w%d", f, i);
  if (op->kind == KHOP_I_MIX) {
    khop_i_c_print(text, ", %d, %d);\n", op->weighting == KHOP_WEIGHTS_DEPTHWISE, op->concat);
    return;
  }
  put_bias(text, op, i);
  khop_i_c_print(text, ", %lld, %lld, %d);\n", g, (long long)op->groups, op->concat);
}

static void put_pool(const khop_i_c_text *text, const khop_i_c_plan *p, int i) {
  const khop_i_op *op = &p->model->ops[i];
  put_begin(text, p, i, op->kind == KHOP_I_POOL_MAX ? "pool_max" : "pool_mean");
  khop_i_c_print(text, ", w, &model_r%d", i);
  put_input(text, p, i, 0);
  khop_i_c_print(text, ", %lld);\n", (long long)op->columns);
}

static void put_linear(const khop_i_c_text *text, const khop_i_c_plan *p, int i) {
  const khop_i_op *op = &p->model->ops[i];
  put_begin(text, p, i, "linear");
  khop_i_c_print(text, ", w");
  put_input(text, p, i, 0);
  put_rows(text, op);
  khop_i_c_print(text, ", %lld, model_w%d", (long long)p->model->ops[op->input[0]].columns, i);
  put_bias(text, op, i);
  khop_i_c_print(text, ", %lld);\n", (long long)op->columns);
}

static void put_concat(const khop_i_c_text *text, const khop_i_c_plan *p, int i) {
  const khop_i_op *op = &p->model->ops[i];
  int64_t first = 0;
  for (int k = 0; k < op->inputs; k++) {
    int64_t f = p->model->ops[op->input[k]].columns;
    put_begin(text, p, i, "place");
    khop_i_c_print(text, ", %lld, %lld", (long long)op->columns, (long long)first);
    put_input(text, p, i, k);
    put_rows(text, op);
    khop_i_c_print(text, ", %lld);\n", (long long)f);
    first += f;
  }
}

static void put_readout(const khop_i_c_text *text, const khop_i_c_plan *p, int i) {
  static const char *const names[] = {"readout_sum", "readout_sum", "readout_max", "readout_attention"};
  const khop_i_op *op = &p->model->ops[i];
  put_begin(text, p, i, names[op->readout]);
  khop_i_c_print(text, ", w");
  put_input(text, p, i, 0);
  khop_i_c_print(text, ", %lld", (long long)op->columns);
  if (op->readout <= KHOP_READOUT_MEAN) khop_i_c_print(text, ", %d", op->readout == KHOP_READOUT_MEAN);
  if (op->readout == KHOP_READOUT_ATTENTION) khop_i_c_print(text, ", model_w%d", i);
  khop_i_c_print(text, ");\n");
}

/* Of a value, its rows, and what comes behind them. */
static void put_rowwise(const khop_i_c_text *text, const khop_i_c_plan *p, int i, const char *name) {
  const khop_i_op *op = &p->model->ops[i];
  put_begin(text, p, i, name);
  if (op->kind == KHOP_I_GRAPH_FEATURES)
    khop_i_c_print(text, ", w->graph_features");
  else if (op->kind == KHOP_I_INPUT)
    khop_i_c_print(text, ", w->x");
  else
    put_input(text, p, i, 0);
  put_rows(text, op);
  if (op->biases) put_bias(text, op, i);
  khop_i_c_print(text, ", %lld);\n", (long long)op->columns);
}

/* Of every number by itself. */
static void put_pointwise(const khop_i_c_text *text, const khop_i_c_plan *p, int i, const char *name) {
  const khop_i_op *op = &p->model->ops[i];
  put_begin(text, p, i, name);
  for (int k = 0; k < op->inputs; k++) put_input(text, p, i, k);
  put_rows(text, op);
  khop_i_c_print(text, " * %lld);\n", (long long)op->columns);
}

static void put_scale(const khop_i_c_text *text, const khop_i_c_plan *p, int i) {
  const khop_i_op *op = &p->model->ops[i];
  put_begin(text, p, i, "scale");
  put_input(text, p, i, 0);
  put_rows(text, op);
  khop_i_c_print(text, " * %lld, ", (long long)op->columns);
  khop_i_c_put_real(text, (khop_real)op->rate);
  khop_i_c_print(text, ");\n");
}

static void put_weigh(const khop_i_c_text *text, const khop_i_c_plan *p, int i) {
  const khop_i_op *op = &p->model->ops[i];
  put_begin(text, p, i, "weigh");
  put_input(text, p, i, 0);
  put_rows(text, op);
  khop_i_c_print(text, ", %lld, model_b%d, %lld);\n", (long long)op->columns, i, (long long)op->biases);
}

void khop_i_c_put_call(const khop_i_c_text *text, const khop_i_c_plan *p, int i) {
  switch (p->model->ops[i].kind) {
  case KHOP_I_INPUT:
    if (p->divides) put_rowwise(text, p, i, "divide_rows");
    break;
  case KHOP_I_LINEAR: put_linear(text, p, i); break;
  case KHOP_I_CONV:
  case KHOP_I_MIX: put_conv(text, p, i); break;
  case KHOP_I_POOL_MAX:
  case KHOP_I_POOL_MEAN: put_pool(text, p, i); break;
  case KHOP_I_GLOBAL_MEAN: put_rowwise(text, p, i, "global_mean"); break;
  case KHOP_I_BIAS: put_rowwise(text, p, i, "bias"); break;
  case KHOP_I_RELU: put_pointwise(text, p, i, "relu"); break;
  case KHOP_I_GELU: put_pointwise(text, p, i, "gelu"); break;
  case KHOP_I_TANH: put_pointwise(text, p, i, "tanh"); break;
  case KHOP_I_SIGMOID: put_pointwise(text, p, i, "sigmoid"); break;
  case KHOP_I_SCALE: put_scale(text, p, i); break;
  case KHOP_I_ADD: put_pointwise(text, p, i, "add"); break;
  case KHOP_I_MULTIPLY: put_pointwise(text, p, i, "multiply"); break;
  case KHOP_I_CONCAT: put_concat(text, p, i); break;
  case KHOP_I_LAYER_NORM: put_rowwise(text, p, i, "layer_norm"); break;
  case KHOP_I_READOUT: put_readout(text, p, i); break;
  case KHOP_I_GRAPH_FEATURES: put_rowwise(text, p, i, "graph_features"); break;
  case KHOP_I_WEIGH: put_weigh(text, p, i); break;
  case KHOP_I_BATCH_NORM: /* c_plan.c refuses it, and the next five */
  case KHOP_I_ATTENTION:
  case KHOP_I_SOFTMAX:
  case KHOP_I_WEIGHTED_SUM:
  case KHOP_I_PPR:
  case KHOP_I_NODE_WEIGHTS:
  case KHOP_I_DROP_ROWS: /* their value is their input's */
  case KHOP_I_DROP_BLOCKS:
  case KHOP_I_DROPOUT:
  case KHOP_I_SOFTMAX_CROSS_ENTROPY:
  case KHOP_I_BINARY_CROSS_ENTROPY:
  case KHOP_I_MEAN_SQUARED_ERROR:
  case KHOP_I_KINDS: break;
  }
}
