/* c_plan.c: see c_plan.h. */
#include "export/c_plan.h"
#include "base/error.h"
#include "base/memory.h"
#include "model/kinds.h"

#include <string.h>

/* --- pieces ------------------------------------------------------------------------------------- */

/* The piece of each kind that is but one function; NULL: none, or it depends. */
static const char *const piece_of[KHOP_I_KINDS] = {[KHOP_I_LINEAR] = "linear",
                                                   [KHOP_I_CONV] = "conv",
                                                   [KHOP_I_MIX] = "mix",
                                                   [KHOP_I_POOL_MAX] = "pool_max",
                                                   [KHOP_I_POOL_MEAN] = "pool_mean",
                                                   [KHOP_I_GLOBAL_MEAN] = "global_mean",
                                                   [KHOP_I_BIAS] = "bias",
                                                   [KHOP_I_RELU] = "relu",
                                                   [KHOP_I_GELU] = "gelu",
                                                   [KHOP_I_TANH] = "tanh",
                                                   [KHOP_I_SIGMOID] = "sigmoid",
                                                   [KHOP_I_SCALE] = "scale",
                                                   [KHOP_I_ADD] = "add",
                                                   [KHOP_I_MULTIPLY] = "multiply",
                                                   [KHOP_I_CONCAT] = "concat",
                                                   [KHOP_I_LAYER_NORM] = "layer_norm",
                                                   [KHOP_I_GRAPH_FEATURES] = "graph_features",
                                                   [KHOP_I_SOFTMAX_CROSS_ENTROPY] = "softmax",
                                                   [KHOP_I_BINARY_CROSS_ENTROPY] = "sigmoid",
                                                   [KHOP_I_WEIGH] = "weigh"};
static const char *const readout_pieces[] = {"readout_sum", "readout_sum", "readout_max", "readout_attention"};

static bool is_conv(const khop_i_op *op) { return op->kind == KHOP_I_CONV || op->kind == KHOP_I_MIX; }
static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

/* What an op over rings needs. Metapaths are known where the model's notes say which they are. */
static khop_status plan_rings(khop_i_c_plan *p, int at) {
  const khop_i_op *op = &p->model->ops[at];
  int64_t f = p->model->ops[op->input[0]].columns;
  khop_edge_type_rings typed = khop_i_hop_list_metapaths(&p->hops, &(const uint8_t){0});
  bool metapaths = op->op == KHOP_METAPATH;
  for (int t = 0; metapaths && t < op->taps; t++)
    if (!p->hops.types || op->direction != KHOP_OUT || op->hops[t] >= khop_edge_type_rings_count(&typed))
      return khop_i_fail(KHOP_E_UNSUPPORTED,
                         "export: op %d, %s, has no C form: the model does not know its metapath %d", at,
                         khop_i_kind_name(op->kind), op->hops[t]);
  bool walks = op->op == KHOP_WALK_POWER || op->op == KHOP_WALK_SUPPORT;
  p->rings = true;
  p->typed = p->typed || metapaths;
  p->walks = p->walks || walks;
  p->directed[op->direction] = true;
  khop_i_c_want(&p->parts, "rings");
  khop_i_c_want(&p->parts, walks ? "walks" : "search");
  if (op->direction != KHOP_OUT) khop_i_c_want(&p->parts, "transpose");
  if (op->direction == KHOP_ALL) khop_i_c_want(&p->parts, "merge");
  if (op->kind != KHOP_I_POOL_MAX) p->widest_gathered = larger(p->widest_gathered, f);
  if (!is_conv(op)) return KHOP_OK;
  khop_i_c_want(&p->parts, "gather");
  if (op->norm >= KHOP_NORM_SYM) p->most_taps = larger(p->most_taps, op->taps);
  return KHOP_OK;
}

static bool has_no_c_form(khop_i_kind kind) {
  return kind == KHOP_I_BATCH_NORM || kind == KHOP_I_ATTENTION || kind == KHOP_I_SOFTMAX ||
         kind == KHOP_I_WEIGHTED_SUM || kind == KHOP_I_PPR || kind == KHOP_I_NODE_WEIGHTS;
}

static khop_status plan_op(khop_i_c_plan *p, int at) {
  const khop_i_op *op = &p->model->ops[at];
  if (has_no_c_form(op->kind))
    return khop_i_fail(KHOP_E_UNSUPPORTED, "export: op %d, %s, has no C form", at, khop_i_kind_name(op->kind));
  const char *piece = op->kind == KHOP_I_READOUT ? readout_pieces[op->readout] : piece_of[op->kind];
  if (piece) khop_i_c_want(&p->parts, piece);
  bool sums = is_conv(op) || op->kind == KHOP_I_LINEAR || op->kind == KHOP_I_READOUT;
  if (sums) p->widest = larger(p->widest, op->columns);
  if (op->kind == KHOP_I_GRAPH_FEATURES) p->graph_features = op->columns;
  p->pooled = p->pooled || op->pooled;
  return op->taps ? plan_rings(p, at) : KHOP_OK;
}

static khop_status plan_pieces(khop_i_c_plan *p) {
  const char *divided = khop_model_metadata(p->model, "row_normalize");
  p->divides = divided && strcmp(divided, "1") == 0;
  khop_i_c_want(&p->parts, "head");
  if (p->divides) khop_i_c_want(&p->parts, "row_normalize");
  for (int i = 0; i < p->model->count; i++) {
    khop_status status = plan_op(p, i);
    if (status != KHOP_OK) return status;
  }
  if (p->pooled) khop_i_c_want(&p->parts, "batch");
  if (p->typed) khop_i_c_want(&p->parts, "types");
  bool numbers = p->model->loss < 0 || khop_i_learns_numbers(p->model);
  for (int64_t c = 0; numbers && c < p->units.outputs; c++)
    if (p->units.mean[c] != 0 || p->units.deviation[c] != 1) khop_i_c_want(&p->parts, "units");
  return KHOP_OK;
}

void khop_i_c_tap(int *hop, int *part, const khop_i_c_plan *p, const khop_i_op *op, int tap) {
  *hop = op->hops[tap];
  *part = -1;
  for (int h = 0; op->op == KHOP_METAPATH && h < p->hops.count; h++) {
    int count, first = khop_i_hop_list_first(&count, &p->hops, p->hops.hop[h]);
    if (op->hops[tap] < first || op->hops[tap] >= first + count) continue;
    *hop = p->hops.hop[h];
    *part = count > 1 || *hop == 1 ? op->hops[tap] - first : -1;
  }
}

/* --- buffers ------------------------------------------------------------------------------------ */

/* A buffer for a value of these columns: of the free ones the narrowest that is wide enough; else a new one. */
static khop_status take_buffer(khop_i_c_plan *p, int *buffer, int64_t columns, bool pooled) {
  int best = -1;
  for (int b = 0; b < p->buffers; b++) {
    const khop_i_c_buffer *now = &p->room[b];
    if (now->busy >= 0 || now->pooled != pooled) continue;
    bool fits = now->columns >= columns, best_fits = best >= 0 && p->room[best].columns >= columns;
    if (best < 0 || (fits && !best_fits) || (fits == best_fits && (now->columns < p->room[best].columns) == fits))
      best = b;
  }
  if (best < 0) {
    khop_status status = khop_i_room(&p->room, p->buffers + 1, sizeof *p->room, "buffers");
    if (status != KHOP_OK) return status;
    best = p->buffers++;
    p->room[best] = (khop_i_c_buffer){.pooled = pooled};
  }
  p->room[best].columns = larger(p->room[best].columns, columns);
  *buffer = best;
  return KHOP_OK;
}

/* The last op that reads the value of each root; the output's is read at the end. */
static void find_readers(int *last, const khop_i_c_plan *p) {
  for (int i = 0; i < p->model->count; i++) {
    const khop_i_op *op = &p->model->ops[i];
    p->root[i] = khop_i_kind_drops(op->kind) ? p->root[op->input[0]] : i;
    last[i] = i;
    for (int k = 0; k < op->inputs; k++) last[p->root[op->input[k]]] = i;
  }
  last[p->root[p->model->output]] = p->model->count;
}

static khop_status plan_buffers(khop_i_c_plan *p) {
  int *last = NULL;
  khop_status status = khop_i_alloc(&last, p->model->count, sizeof *last, "readers");
  if (status == KHOP_OK) find_readers(last, p);
  for (int i = 0; status == KHOP_OK && i < p->model->count; i++) {
    const khop_i_op *op = &p->model->ops[i];
    p->buffer[i] = p->root[i] == i ? KHOP_I_FEATURES : p->buffer[p->root[i]];
    bool makes = p->root[i] == i && !khop_i_kind_is_loss(op->kind) && (op->kind != KHOP_I_INPUT || p->divides);
    if (makes) status = take_buffer(p, &p->buffer[i], op->columns, op->pooled);
    if (makes && status == KHOP_OK) p->room[p->buffer[i]].busy = last[i];
    for (int b = 0; b < p->buffers; b++)
      if (p->room[b].busy <= i) p->room[b].busy = -1;
  }
  khop_i_free(last);
  return status;
}

/* --- the whole ---------------------------------------------------------------------------------- */

khop_status khop_i_c_plan_open(khop_i_c_plan *p, const khop_model *model) {
  khop_status status = KHOP_OK;
  *p = (khop_i_c_plan){.model = model};
  KHOP_TRY(khop_i_hop_list_read(&p->hops, model));
  KHOP_TRY(khop_i_units_open(&p->units, model));
  KHOP_TRY(khop_i_alloc(&p->root, model->count, sizeof *p->root, "a plan"));
  KHOP_TRY(khop_i_alloc(&p->buffer, model->count, sizeof *p->buffer, "a plan"));
  KHOP_TRY(plan_pieces(p));
  KHOP_TRY(plan_buffers(p));
done:
  return status;
}

void khop_i_c_plan_close(khop_i_c_plan *p) {
  khop_i_units_close(&p->units);
  khop_i_free(p->root);
  khop_i_free(p->buffer);
  khop_i_free(p->room);
  *p = (khop_i_c_plan){0};
}
