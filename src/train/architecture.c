/* architecture.c: the list of ops as JSON and back.
 *
 *   {"ops": [{"op": "input", "columns": 1433},
 *            {"op": "conv", "of": [0], "columns": 64, "hops": [0, 1, 2], "norm": "sym", ..}, ..]}
 *
 * Reading goes through the public builder, so a file can ask for nothing that a program could not. What every version
 * of khop has written must be there. Four keys may be absent, which says something: "group" (0), "groups" (1),
 * "edge_dropout" (0) and "initial" (drawn). */
#include "train/architecture.h"
#include "base/error.h"
#include "apply/taps.h"
#include "files/json_text.h"
#include "model/kinds.h"

#include <cjson/cJSON.h>
#include <float.h>
#include <math.h>
#include <string.h>

static const char *const norms[] = {"none", "row", "sym", "col"};
static const char *const directions[] = {"out", "in", "all"};
static const char *const operators[] = {"ring", "ball", "power", "support", "word"};
static const char *const readouts[] = {"sum", "mean", "max", "attention"};
static const char *const weightings[] = {"full", "separable", "depthwise", "scalar", "fixed"};
#define COUNT(names) ((int)(sizeof(names) / sizeof *(names)))

/* --- writing -------------------------------------------------------------------------------- */

static void write_rings(khop_i_json_text *json, const khop_i_op *op) {
  khop_i_json_integers(json, "hops", op->taps, op->hops);
  khop_i_json_string(json, "direction", directions[op->direction]);
  khop_i_json_string(json, "operator", operators[op->op]);
}

static void write_conv(khop_i_json_text *json, const khop_i_op *op) {
  khop_i_json_string(json, "norm", norms[op->norm]);
  khop_i_json_string(json, "weights", weightings[op->weighting]);
  khop_i_json_flag(json, "self_loop", op->self_loop);
  khop_i_json_flag(json, "concat", op->concat);
  if (op->groups > 1) khop_i_json_number(json, "groups", (double)op->groups);
  if (op->rate > 0) khop_i_json_number(json, "edge_dropout", op->rate);
  if (!op->initial) return;
  khop_i_json_open(json, "initial", '[');
  for (int t = 0; t < op->taps; t++) khop_i_json_number(json, NULL, (double)op->initial[t]);
  khop_i_json_close(json, ']');
}

static void write_op(khop_i_json_text *json, const khop_i_op *op) {
  khop_i_json_open(json, NULL, '{');
  khop_i_json_string(json, "op", khop_i_kind_name(op->kind));
  if (op->inputs) khop_i_json_integers(json, "of", op->inputs, op->input);
  khop_i_json_number(json, "columns", (double)op->columns);
  if (op->weights + op->biases) khop_i_json_flag(json, "bias", op->biases > 0);
  if (op->group) khop_i_json_number(json, "group", op->group);
  if (khop_i_kind_drops(op->kind)) khop_i_json_number(json, "rate", op->rate);
  if (op->kind == KHOP_I_DROP_BLOCKS) khop_i_json_number(json, "blocks", (double)op->groups);
  if (op->kind == KHOP_I_SCALE) khop_i_json_number(json, "factor", op->rate);
  if (op->kind == KHOP_I_SOFTMAX) khop_i_json_number(json, "groups", (double)op->groups);
  if (op->kind == KHOP_I_ATTENTION) khop_i_json_number(json, "heads", (double)op->groups);
  if (op->kind == KHOP_I_PPR) khop_i_json_number(json, "teleport", op->rate);
  if (op->kind == KHOP_I_WEIGH) khop_i_json_number(json, "blocks", (double)op->biases);
  if (op->kind == KHOP_I_NODE_WEIGHTS) khop_i_json_number(json, "nodes", (double)(op->weights / op->columns));
  if (op->kind == KHOP_I_READOUT) khop_i_json_string(json, "readout", readouts[op->readout]);
  if (op->taps && op->kind != KHOP_I_PPR) write_rings(json, op);
  if (op->kind == KHOP_I_CONV || op->kind == KHOP_I_MIX) write_conv(json, op);
  khop_i_json_close(json, '}');
}

khop_status khop_i_architecture_write(char **text, const khop_model *model) {
  khop_i_json_text json = {0};
  khop_i_json_open(&json, NULL, '{');
  khop_i_json_open(&json, "ops", '[');
  for (int i = 0; i < model->count; i++) write_op(&json, &model->ops[i]);
  khop_i_json_close(&json, ']');
  khop_i_json_close(&json, '}');
  return khop_i_json_take(text, &json);
}

/* --- reading -------------------------------------------------------------------------------- */

typedef struct reader {
  khop_model *model;
  int at;          /* the op being read, for messages */
  bool bad;
} reader;

static void complain(reader *r, const char *what) {
  if (!r->bad)
    khop_i_fail(KHOP_E_FORMAT, "the architecture cannot be read: op %d: %s", r->at, what);
  r->bad = true;
}

static double read_number(reader *r, const cJSON *op, const char *key, double least, double most) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(op, key);
  if (!cJSON_IsNumber(item) || !(item->valuedouble >= least && item->valuedouble <= most)) {
    complain(r, key);
    return least;
  }
  return item->valuedouble;
}

static int64_t read_integer(reader *r, const cJSON *op, const char *key, int64_t least, int64_t most) {
  double value = read_number(r, op, key, (double)least, (double)most);
  if (value != floor(value)) complain(r, key);
  return (int64_t)value;
}

static bool read_flag(reader *r, const cJSON *op, const char *key) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(op, key);
  if (!cJSON_IsBool(item)) complain(r, key);
  return cJSON_IsTrue(item);
}

static int read_choice(reader *r, const cJSON *op, const char *key, const char *const *names, int count) {
  const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(op, key));
  for (int i = 0; text && i < count; i++)
    if (strcmp(text, names[i]) == 0) return i;
  complain(r, key);
  return 0;
}

static int read_integers(reader *r, const cJSON *op, const char *key, int *out, int capacity) {
  const cJSON *array = cJSON_GetObjectItemCaseSensitive(op, key), *item;
  int count = 0;
  if (!cJSON_IsArray(array) || cJSON_GetArraySize(array) > capacity) {
    complain(r, key);
    return 0;
  }
  cJSON_ArrayForEach(item, array) {
    if (!cJSON_IsNumber(item) || item->valuedouble != floor(item->valuedouble) ||
        fabs(item->valuedouble) > INT32_MAX)
      complain(r, key);
    out[count++] = r->bad ? 0 : (int)item->valuedouble;
  }
  return count;
}

static void read_initial(reader *r, const cJSON *op, khop_real *initial, khop_conv_options *o) {
  const cJSON *array = cJSON_GetObjectItemCaseSensitive(op, "initial"), *item;
  int t = 0;
  if (!array) return;
  if (!cJSON_IsArray(array) || cJSON_GetArraySize(array) != o->taps) {
    complain(r, "initial");
    return;
  }
  cJSON_ArrayForEach(item, array) {
    if (!cJSON_IsNumber(item) || !isfinite((khop_real)item->valuedouble)) complain(r, "initial");
    initial[t++] = (khop_real)item->valuedouble;
  }
  o->initial = initial;
}

/* Which rings, with hops (KHOP_MAX_TAPS) to hold theirs. */
static khop_conv_options read_rings(reader *r, const cJSON *op, int *hops) {
  khop_conv_options o = {.size = sizeof o, .taps = read_integers(r, op, "hops", hops, KHOP_MAX_TAPS), .hops = hops};
  o.direction = (khop_direction)read_choice(r, op, "direction", directions, COUNT(directions));
  o.op = (khop_operator)read_choice(r, op, "operator", operators, COUNT(operators));
  if (o.taps < 1) complain(r, "hops");
  return o;
}

static void read_pool(reader *r, const cJSON *op, khop_pooling pooling, const int *of) {
  int hops[KHOP_MAX_TAPS];
  khop_conv_options o = read_rings(r, op, hops);
  if (!r->bad) khop_pool(r->model, of[0], pooling, &o);
}

static void read_attention(reader *r, const cJSON *op, const int *of) {
  int hops[KHOP_MAX_TAPS];
  khop_conv_options o = read_rings(r, op, hops);
  int64_t heads = read_integer(r, op, "heads", 1, INT32_MAX);
  if (!r->bad) khop_attention(r->model, of[0], heads, &o);
}

static void read_conv(reader *r, const cJSON *op, bool mix, const int *of, int64_t columns) {
  int hops[KHOP_MAX_TAPS];
  khop_real initial[KHOP_MAX_TAPS];
  khop_conv_options o = read_rings(r, op, hops);
  o.norm = (khop_norm)read_choice(r, op, "norm", norms, COUNT(norms));
  o.weights = (khop_weights)read_choice(r, op, "weights", weightings, COUNT(weightings));
  o.self_loop = read_flag(r, op, "self_loop");
  o.concat = read_flag(r, op, "concat");
  o.bias = !mix && read_flag(r, op, "bias");
  if (cJSON_GetObjectItemCaseSensitive(op, "groups"))
    o.groups = read_integer(r, op, "groups", 1, INT32_MAX);
  if (cJSON_GetObjectItemCaseSensitive(op, "edge_dropout")) o.edge_dropout = read_number(r, op, "edge_dropout", 0, 1);
  read_initial(r, op, initial, &o);
  bool full = o.weights == KHOP_WEIGHTS_FULL;
  if (mix == full || o.weights == KHOP_WEIGHTS_SEPARABLE) complain(r, "weights");
  if (o.concat && o.taps > 0 && columns % o.taps != 0) complain(r, "columns");
  if (!r->bad) khop_conv(r->model, of[0], o.concat ? columns / o.taps : columns, &o);
}

static void read_readout(reader *r, const cJSON *op, int of) {
  int kind = read_choice(r, op, "readout", readouts, COUNT(readouts));
  if (!r->bad) khop_readout(r->model, of, (khop_readout_kind)kind);
}

static void read_op(reader *r, const cJSON *op) {
  int of[1024];
  const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(op, "op"));
  int kind = 0, inputs = 0;
  khop_model *m = r->model;
  while (name && kind < KHOP_I_KINDS && strcmp(name, khop_i_kind_name((khop_i_kind)kind)) != 0) kind++;
  if (!name || kind == KHOP_I_KINDS) complain(r, "there is no such op");
  int64_t columns = read_integer(r, op, "columns", 1, INT32_MAX);
  bool source = kind == KHOP_I_INPUT || kind == KHOP_I_GRAPH_FEATURES;
  if (!source) inputs = read_integers(r, op, "of", of, COUNT(of));
  bool pair = kind == KHOP_I_ADD || kind == KHOP_I_MULTIPLY || kind == KHOP_I_WEIGHTED_SUM;
  int needed = source ? 0 : pair ? 2 : 1;
  if (kind == KHOP_I_CONCAT ? inputs < 1 : inputs != needed) complain(r, "of");
  const cJSON *group = cJSON_GetObjectItemCaseSensitive(op, "group");
  int64_t in_group = group ? read_integer(r, op, "group", 0, KHOP_PARAMETER_GROUPS - 1) : 0;
  if (r->bad) return;
  khop_model_parameter_group(m, (int)in_group);
  switch ((khop_i_kind)kind) {
  case KHOP_I_INPUT: khop_input(m, columns); break;
  case KHOP_I_LINEAR: khop_linear(m, of[0], columns, read_flag(r, op, "bias")); break;
  case KHOP_I_CONV: read_conv(r, op, false, of, columns); break;
  case KHOP_I_MIX: read_conv(r, op, true, of, columns); break;
  case KHOP_I_POOL_MAX: read_pool(r, op, KHOP_POOL_MAX, of); break;
  case KHOP_I_POOL_MEAN: read_pool(r, op, KHOP_POOL_MEAN, of); break;
  case KHOP_I_GLOBAL_MEAN: khop_global_mean(m, of[0]); break;
  case KHOP_I_BIAS: khop_bias(m, of[0]); break;
  case KHOP_I_RELU: khop_relu(m, of[0]); break;
  case KHOP_I_GELU: khop_gelu(m, of[0]); break;
  case KHOP_I_TANH: khop_tanh(m, of[0]); break;
  case KHOP_I_SIGMOID: khop_sigmoid(m, of[0]); break;
  case KHOP_I_DROPOUT: khop_dropout(m, of[0], read_number(r, op, "rate", 0, 1)); break;
  case KHOP_I_SCALE: khop_scale(m, of[0], read_number(r, op, "factor", -DBL_MAX, DBL_MAX)); break;
  case KHOP_I_ADD: khop_add(m, of[0], of[1]); break;
  case KHOP_I_MULTIPLY: khop_multiply(m, of[0], of[1]); break;
  case KHOP_I_CONCAT: khop_concat(m, inputs, of); break;
  case KHOP_I_LAYER_NORM: khop_layer_norm(m, of[0]); break;
  case KHOP_I_DROP_ROWS: khop_drop_rows(m, of[0], read_number(r, op, "rate", 0, 1)); break;
  case KHOP_I_DROP_BLOCKS:
    khop_drop_blocks(m, of[0], read_integer(r, op, "blocks", 1, INT32_MAX), read_number(r, op, "rate", 0, 1));
    break;
  case KHOP_I_BATCH_NORM: khop_batch_norm(m, of[0]); break;
  case KHOP_I_ATTENTION: read_attention(r, op, of); break;
  case KHOP_I_SOFTMAX: khop_softmax(m, of[0], read_integer(r, op, "groups", 1, INT32_MAX)); break;
  case KHOP_I_WEIGHTED_SUM: khop_weighted_sum(m, of[0], of[1]); break;
  case KHOP_I_PPR: khop_ppr(m, of[0], read_number(r, op, "teleport", 0, 1)); break;
  case KHOP_I_READOUT: read_readout(r, op, of[0]); break;
  case KHOP_I_GRAPH_FEATURES: khop_graph_features(m, columns); break;
  case KHOP_I_SOFTMAX_CROSS_ENTROPY: khop_softmax_cross_entropy(m, of[0]); break;
  case KHOP_I_BINARY_CROSS_ENTROPY: khop_binary_cross_entropy(m, of[0]); break;
  case KHOP_I_MEAN_SQUARED_ERROR: khop_mean_squared_error(m, of[0]); break;
  case KHOP_I_WEIGH: khop_weigh_blocks(m, of[0], (int)read_integer(r, op, "blocks", 1, KHOP_MAX_TAPS)); break;
  case KHOP_I_NODE_WEIGHTS: khop_node_weights(m, of[0], read_integer(r, op, "nodes", 1, INT32_MAX), columns); break;
  case KHOP_I_KINDS: break;
  }
  if (m->status != KHOP_OK)
    complain(r, m->message);
  else if (m->count != r->at + 1 || m->ops[r->at].columns != columns)
    complain(r, "columns");
}

khop_status khop_i_architecture_read(khop_model **model, const char *text) {
  khop_status status = KHOP_OK;
  reader r = {0};
  cJSON *json = cJSON_Parse(text);
  const cJSON *ops = cJSON_GetObjectItemCaseSensitive(json, "ops"), *op;
  *model = NULL;
  if (!cJSON_IsArray(ops))
    KHOP_FAIL(KHOP_E_FORMAT, "the architecture cannot be read: it is not JSON with a list of ops");
  KHOP_TRY(khop_model_new(&r.model));
  cJSON_ArrayForEach(op, ops) {
    read_op(&r, op);
    if (r.bad) {
      status = r.model->status == KHOP_E_MEMORY ? KHOP_E_MEMORY : KHOP_E_FORMAT;
      goto done;
    }
    r.at++;
  }
  if (r.at < 2)
    KHOP_FAIL(KHOP_E_FORMAT, "the architecture cannot be read: it has %d ops", r.at);
  *model = r.model;
  r.model = NULL;
done:
  khop_model_free(r.model);
  cJSON_Delete(json);
  return status;
}
