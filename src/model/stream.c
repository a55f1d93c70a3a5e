/* stream.c: a causal model one sample at a time.
 *
 * A stream is a run of one row: every op that reads its own row only is evaluated by the same code
 * as in a full pass. Only convolutions are done here, since their taps read the past. Each
 * value keeps as many of its last rows as the convolutions that read it look back, in a ring
 * buffer:
 *
 *   depth 5, position 7:   slot   0   1   2   3   4
 *                          row    5   6  [7]  3   4        hop h stands in slot (7 - h) mod 5
 */
#include "base/error.h"
#include "model/kinds.h"

#include <khop/stream.h>
#include <string.h>

struct khop_stream {
  khop_run run;       /* n = 1: node[i].buffer is the slot of this position */
  khop_real **past;   /* (ops): (depth, columns) each */
  int64_t *depth;     /* (ops) */
  int64_t position;   /* samples pushed */
  int64_t operations; /* of the last push */
};

/* --- what a stream can do ------------------------------------------------------------------- */

static bool is_taps(khop_i_kind kind) { return kind == KHOP_I_CONV || kind == KHOP_I_MIX; }

static int largest_hop(const khop_i_op *op) {
  int largest = 0;
  for (int t = 0; t < op->taps; t++) largest = op->hops[t] > largest ? op->hops[t] : largest;
  return largest;
}

static khop_status check_op(const khop_i_op *op, int i) {
  static const char *const directions[] = {"out", "in", "all"};
  const char *name = khop_i_kind_name(op->kind);
  if (khop_i_kind_reads_own_row(op->kind)) return KHOP_OK;
  if (!is_taps(op->kind))
    return khop_i_fail(KHOP_E_UNSUPPORTED, "op %d (%s) needs other nodes than the past ones: a "
                       "stream has none", i, name);
  if (op->op != KHOP_RING && op->op != KHOP_WALK_POWER && op->op != KHOP_WALK_SUPPORT)
    return khop_i_fail(KHOP_E_UNSUPPORTED, "op %d (%s) is over operator %d: a stream takes rings "
                       "of a directed path", i, name, (int)op->op);
  int hop = largest_hop(op);
  if (hop == 0) return KHOP_OK;
  if (op->direction != KHOP_IN)
    return khop_i_fail(KHOP_E_UNSUPPORTED, "op %d (%s) reaches hop %d in direction %s: only %s "
                       "looks back alone", i, name, hop, directions[op->direction],
                       directions[KHOP_IN]);
  if (op->self_loop)
    return khop_i_fail(KHOP_E_UNSUPPORTED, "op %d (%s) adds self-loops: its scales would depend on "
                       "how many samples are still to come", i, name);
  return KHOP_OK;
}

static khop_status check_model(const khop_model *model) {
  if (model->status != KHOP_OK) return khop_i_fail(model->status, "%s", model->message);
  if (!model->parameter_array)
    return khop_i_fail(KHOP_E_ARGUMENT, "the model has no parameters yet: call khop_model_init");
  for (int i = 0; i < model->count; i++) {
    khop_status status = check_op(&model->ops[i], i);
    if (status != KHOP_OK) return status;
  }
  return KHOP_OK;
}

/* --- making and unmaking -------------------------------------------------------------------- */

/* How many of its last rows value v must keep: the newest, and back to the largest hop of its readers. */
static int64_t depth_of(const khop_model *model, khop_value v) {
  int64_t depth = 1;
  for (int i = v + 1; i < model->count; i++) {
    const khop_i_op *op = &model->ops[i];
    if (is_taps(op->kind) && op->input[0] == v && 1 + (int64_t)largest_hop(op) > depth)
      depth = 1 + (int64_t)largest_hop(op);
  }
  return depth;
}

/* Runs twice: with an empty arena it only counts, and s is a draft without arrays. */
static void plan(khop_stream *s, khop_i_arena *arena) {
  khop_model *model = s->run.model;
  bool real = arena->base != NULL;
  khop_i_node *nodes = khop_i_arena_take(arena, model->count, sizeof *nodes);
  khop_real **past = khop_i_arena_take(arena, model->count, sizeof *past);
  int64_t *depths = khop_i_arena_take(arena, model->count, sizeof *depths);
  if (real) s->run.node = nodes, s->past = past, s->depth = depths;
  for (int i = 0; i < model->count; i++) {
    const khop_i_op *op = &model->ops[i];
    int64_t depth = depth_of(model, i), columns = khop_i_kind_is_loss(op->kind) ? 0 : op->columns;
    khop_real *work = NULL, *rows = NULL;
    if (columns > INT64_MAX / depth)
      arena->overflow = true;
    else
      rows = khop_i_arena_take(arena, depth * columns, sizeof *rows);
    if (op->kind == KHOP_I_LAYER_NORM) work = khop_i_arena_take(arena, 2, sizeof *work);
    if (op->kind == KHOP_I_WEIGH) work = khop_i_arena_take(arena, op->biases, sizeof *work);
    if (!real) continue;
    s->past[i] = rows;
    s->depth[i] = depth;
    s->run.node[i] = (khop_i_node){.op = op, .rows = 1, .buffer = rows, .work = work,
                                   .matrix = {.rows = 1, .columns = columns, .ld = columns}};
  }
}

khop_status khop_stream_new(khop_stream **out, khop_model *model) {
  khop_stream draft = {.run = {.model = model, .n = 1}};
  khop_i_arena arena = {0};
  *out = NULL;
  khop_status status = check_model(model);
  if (status != KHOP_OK) return status;
  khop_i_arena_take(&arena, 1, sizeof draft);
  plan(&draft, &arena);
  if (arena.overflow)
    return khop_i_fail(KHOP_E_MEMORY, "the stream needs more bytes than can be counted");
  size_t bytes = arena.used;
  arena = (khop_i_arena){0};
  status = khop_i_alloc(&arena.base, (int64_t)bytes, 1, "the stream");
  if (status != KHOP_OK) return status;
  khop_stream *s = khop_i_arena_take(&arena, 1, sizeof *s);
  *s = draft;
  s->run.bytes = bytes;
  plan(s, &arena);
  *out = s;
  return KHOP_OK;
}

void khop_stream_free(khop_stream *s) { khop_i_free(s); }
void khop_stream_reset(khop_stream *s) { s->position = s->operations = 0; }
int64_t khop_stream_position(const khop_stream *s) { return s->position; }
int64_t khop_stream_operations(const khop_stream *s) { return s->operations; }
size_t khop_stream_bytes(const khop_stream *s) { return s->run.bytes; }

/* --- one sample ----------------------------------------------------------------------------- */

/* The row of value v, `hop` samples ago; NULL before the first sample. */
static const khop_real *row_at(const khop_stream *s, khop_value v, int hop) {
  if (hop > s->position) return NULL;
  return s->past[v] + (s->position - hop) % s->depth[v] * s->run.node[v].op->columns;
}

/* y += x W for one tap: x (f), W (f / groups, g), y (g); group q of y reads group q of x. */
static void add_product(khop_real *y, const khop_real *x, const khop_real *w, int64_t f, int64_t g,
                        int64_t groups) {
  int64_t in = f / groups, out = g / groups;
  for (int64_t q = 0; q < groups; q++)
    for (int64_t c = 0; c < in; c++)
      for (int64_t o = q * out; o < (q + 1) * out; o++) y[o] += x[q * in + c] * w[c * g + o];
}

static void conv(khop_stream *s, khop_i_node *node) {
  const khop_i_op *op = node->op;
  const khop_real *w = khop_i_weights_of(&s->run, op);
  int64_t f = s->run.node[op->input[0]].op->columns, g = op->columns / (op->concat ? op->taps : 1);
  int64_t groups = op->groups ? op->groups : 1, per_tap = f / groups * g;
  if (op->biases)
    memcpy(node->buffer, w + op->weights, (size_t)op->columns * sizeof *w);
  else
    memset(node->buffer, 0, (size_t)op->columns * sizeof *w);
  for (int t = 0; t < op->taps; t++) {
    const khop_real *x = row_at(s, op->input[0], op->hops[t]);
    if (!x) continue;
    add_product(node->buffer + (op->concat ? t * g : 0), x, w + t * per_tap, f, g, groups);
    s->operations += per_tap;
  }
}

/* Numbers a tap, or a tap and channel. */
static void mix(khop_stream *s, khop_i_node *node) {
  const khop_i_op *op = node->op;
  const khop_real *w = op->weighting == KHOP_WEIGHTS_FIXED ? op->initial
                                                           : khop_i_weights_of(&s->run, op);
  int64_t f = s->run.node[op->input[0]].op->columns;
  bool per_channel = op->weighting == KHOP_WEIGHTS_DEPTHWISE;
  memset(node->buffer, 0, (size_t)op->columns * sizeof *node->buffer);
  for (int t = 0; t < op->taps; t++) {
    const khop_real *x = row_at(s, op->input[0], op->hops[t]);
    khop_real *y = node->buffer + (op->concat ? t * f : 0);
    if (!x) continue;
    for (int64_t c = 0; c < f; c++) y[c] += (w ? w[per_channel ? t * f + c : t] : 1) * x[c];
    s->operations += f;
  }
}

static void step(khop_stream *s, int at, const khop_real *x) {
  khop_i_node *node = &s->run.node[at];
  const khop_i_op *op = node->op;
  if (khop_i_kind_is_loss(op->kind)) return;
  node->buffer = s->past[at] + s->position % s->depth[at] * op->columns;
  node->value = node->matrix.dense = node->buffer;
  if (at == 0)
    memcpy(node->buffer, x, (size_t)op->columns * sizeof *x);
  else if (op->kind == KHOP_I_DROPOUT)
    memcpy(node->buffer, khop_i_input_of(&s->run, at, 0)->value, (size_t)op->columns * sizeof *x);
  else if (op->kind == KHOP_I_CONV)
    conv(s, node);
  else if (op->kind == KHOP_I_MIX)
    mix(s, node);
  else
    khop_i_kinds[op->kind]->forward(&s->run, at);
  if (op->kind == KHOP_I_LINEAR) s->operations += op->weights;
}

void khop_stream_push(khop_stream *s, const khop_real *x, khop_real *y) {
  const khop_model *model = s->run.model;
  s->operations = 0;
  for (int i = 0; i < model->count; i++) step(s, i, x);
  memcpy(y, s->run.node[model->output].value,
         (size_t)model->ops[model->output].columns * sizeof *y);
  s->position++;
}
