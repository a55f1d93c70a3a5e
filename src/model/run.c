/* run.c: the plan: one allocation that holds everything; then forward and backward, which are loops
 * over the ops and can neither allocate nor fail. */
#include "model/run.h"
#include "base/error.h"
#include "model/batch.h"

#include <math.h>
#include <string.h>

const khop_rings *khop_i_run_rings(const khop_run *run, const khop_i_op *op) {
  for (int r = 0; r < run->rings_count; r++) {
    const khop_rings *rings = run->rings[r];
    bool fits = rings->op == op->op && (rings->symmetric || rings->either_way || rings->direction == op->direction);
    for (int t = 0; fits && t < op->taps; t++) fits = khop_rings_slot(rings, op->hops[t]) >= 0;
    if (fits) return rings;
  }
  return NULL;
}

/* --- checks, before anything is allocated --------------------------------------------------- */

static khop_status check_rings(const khop_run *run) {
  const khop_rings *turned;
  for (int r = 0; r < run->rings_count; r++)
    if (run->rings[r]->nodes != run->n)
      return khop_i_fail(KHOP_E_SHAPE, "rings of %lld nodes and features of %lld",
                         (long long)run->rings[r]->nodes, (long long)run->n);
  for (int i = 0; i < run->model->count; i++) {
    const khop_i_op *op = &run->model->ops[i];
    if (!op->taps) continue;
    const khop_rings *rings = khop_i_run_rings(run, op);
    if (!rings)
      return khop_i_fail(KHOP_E_ARGUMENT,
                         "op %d (%s) needs hop %d and others of a direction and operator that none "
                         "of the %d rings given keeps", i, khop_i_kind_name(op->kind),
                         op->hops[op->taps - 1], run->rings_count);
    khop_status status = khop_i_rings_prepare(&turned, rings);
    if (status == KHOP_OK && op->kind == KHOP_I_POOL_MAX)
      status = khop_i_rings_need_rows(rings, "the largest over rings (pool_max)");
    if (status != KHOP_OK) return status;
  }
  return KHOP_OK;
}

static khop_status check_model(const khop_run *run) {
  const khop_model *model = run->model;
  if (model->status != KHOP_OK) return khop_i_fail(model->status, "%s", model->message);
  if (!model->block)
    return khop_i_fail(KHOP_E_ARGUMENT, "the model has no parameters yet: call khop_model_init");
  if (run->features->columns != model->ops[0].columns)
    return khop_i_fail(KHOP_E_SHAPE, "the model takes %lld features a node, the data have %lld",
                       (long long)model->ops[0].columns, (long long)run->features->columns);
  if (!run->features->dense == !run->features->offsets)
    return khop_i_fail(KHOP_E_ARGUMENT, "features are dense or sparse, one of the two");
  return KHOP_OK;
}

static const khop_i_op *extras_of(const khop_model *model) {
  for (int i = 0; i < model->count; i++)
    if (model->ops[i].kind == KHOP_I_EXTRAS) return &model->ops[i];
  return NULL;
}

/* --- the plan ------------------------------------------------------------------------------- */

/* Groups read slices of the columns, which sparse rows do not have. */
static bool takes_sparse(const khop_i_op *op) {
  return khop_i_kinds[op->kind].takes_sparse && op->groups <= 1;
}

/* Features stay sparse while every reader of them (and of their dropout) takes them so. */
static void mark_sparse(khop_run *run) {
  int count = run->model->count;
  bool sparse = run->features->offsets != NULL;
  for (int i = 0; i < count; i++) {
    khop_i_node *node = &run->node[i];
    node->sparse = i == 0 ? sparse
                          : node->op->kind == KHOP_I_DROPOUT && run->node[node->op->input[0]].sparse;
  }
  for (int i = 1; i < count; i++)
    for (int k = 0; k < run->node[i].op->inputs; k++)
      if (khop_i_input_of(run, i, k)->sparse && !takes_sparse(run->node[i].op))
        sparse = false;
  if (run->node[run->model->output].sparse) sparse = false; /* what is asked for is dense */
  for (int i = 0; i < count && !sparse; i++) run->node[i].sparse = false;
}

static void plan_sparse_features(khop_run *run, khop_i_arena *arena) {
  const khop_features *x = run->features;
  khop_i_node *node = &run->node[0];
  int64_t entries = x->offsets[x->rows];
  node->matrix = (khop_i_matrix){.rows = x->rows, .columns = x->columns, .entries = entries,
                                 .by_row = {.offsets = x->offsets, .stride = 1,
                                            .columns = x->indices, .values = x->values}};
  if (!run->training) return;
  run->column_offsets = khop_i_arena_take(arena, x->columns + 1, sizeof *run->column_offsets);
  run->column_rows = khop_i_arena_take(arena, entries, sizeof *run->column_rows);
  run->permutation = khop_i_arena_take(arena, entries, sizeof *run->permutation);
  run->column_values = khop_i_arena_take(arena, entries, sizeof *run->column_values);
  node->matrix.by_column = (khop_i_tap){.offsets = run->column_offsets, .stride = 1,
                                        .columns = run->column_rows, .values = run->column_values};
}

static void plan_input(khop_run *run, khop_i_arena *arena) {
  khop_i_node *node = &run->node[0];
  if (node->sparse) {
    plan_sparse_features(run, arena);
    return;
  }
  node->value = run->features->dense;
  if (!node->value)
    node->value = node->buffer =
        khop_i_arena_take(arena, run->n * node->op->columns, sizeof *node->buffer);
  node->matrix = (khop_i_matrix){.rows = run->n, .columns = node->op->columns,
                                 .dense = node->value, .ld = node->op->columns};
}

static void plan_values(khop_run *run, khop_i_arena *arena) {
  plan_input(run, arena);
  for (int i = 1; i < run->model->count; i++) {
    khop_i_node *node = &run->node[i];
    int64_t count = khop_i_kinds[node->op->kind].loss || node->sparse ? 0 : node->rows * node->op->columns;
    if (node->op->kind == KHOP_I_DROPOUT && !run->training) count = 0; /* passes its input on */
    node->value = node->buffer = khop_i_arena_take(arena, count, sizeof *node->buffer);
    node->matrix = (khop_i_matrix){.rows = node->rows, .columns = node->op->columns,
                                   .dense = node->value, .ld = node->op->columns};
  }
}

static int64_t size_of(const khop_i_node *node) { return node->rows * node->op->columns; }

/* A place for a gradient: one that is free and as large, or a new one. In the counting pass addresses are not
 * there yet: the mark stands for one. */
static void place_gradient(khop_run *run, khop_i_arena *arena, int *free, int at) {
  khop_i_node *node = &run->node[at];
  int *link = free;
  while (*link >= 0 && size_of(&run->node[*link]) != size_of(node)) link = &run->node[*link].next_free;
  if (*link >= 0) {
    node->gradient = run->node[*link].gradient;
    *link = run->node[*link].next_free;
    return;
  }
  khop_real *place = khop_i_arena_take(arena, size_of(node), sizeof *place);
  if (arena->base) node->gradient = place;
}

/* Whether op `at` is a sum whose parts share the place of its gradient, which theirs begin with: nobody else has
 * added to theirs, the op before, no sum, made one of them, and is done with it before anybody adds to the
 * other's. */
static bool shares_gradient(khop_run *run, int at) {
  const khop_i_op *op = run->node[at].op;
  if (op->kind != KHOP_I_ADD) return false;
  int before = op->input[0] == at - 1 ? 0 : 1;
  const khop_i_node *other = khop_i_input_of(run, at, 1 - before), *made = khop_i_input_of(run, at, before);
  bool can = op->input[before] == at - 1 && other != made && made->gradient && other->gradient &&
             made->last_reader == at && other->last_reader == at && made->op->kind != KHOP_I_ADD;
  for (int k = 0; k < made->op->inputs; k++) can = can && khop_i_input_of(run, at - 1, k) != other;
  return can;
}

/* A value needs a gradient where parameters stand on the way to it. It has one from the last op that reads it,
 * the first in backward, to its own, and then gives up its place: an epoch on molecules, whose layers are
 * alike, lives in three of them. */
static void plan_gradients(khop_run *run, khop_i_arena *arena) {
  int free = -1;
  for (int i = 0; run->training && i < run->model->count; i++) {
    khop_i_node *node = &run->node[i];
    bool needed = node->op->weights + node->op->shifts > 0 && node->op->kind != KHOP_I_EXTRAS;
    for (int k = 0; k < node->op->inputs; k++)
      needed = needed || khop_i_input_of(run, i, k)->gradient;
    node->gradient = needed && !khop_i_kinds[node->op->kind].loss ? (khop_real *)(void *)run : NULL;
  }
  for (int i = run->model->count - 1; i > 0; i--) {
    khop_i_node *node = &run->node[i];
    bool shares = shares_gradient(run, i);
    if (node->gradient && node->last_reader == i) place_gradient(run, arena, &free, i);
    for (int k = 0; k < node->op->inputs; k++) {
      khop_i_node *x = khop_i_input_of(run, i, k);
      bool again = k > 0 && node->op->input[k] == node->op->input[k - 1];
      if (shares)
        x->gradient = node->gradient;
      else if (x->gradient && x->last_reader == i && !again)
        place_gradient(run, arena, &free, node->op->input[k]);
    }
    bool lent = shares || (i + 1 < run->model->count && shares_gradient(run, i + 1));
    if (!node->gradient || lent) continue;
    node->next_free = free;
    free = i;
  }
}

static void plan_everything(khop_run *run, khop_i_arena *arena) {
  run->node = khop_i_arena_take(arena, run->model->count, sizeof *run->node);
  if (run->training)
    run->gradients = khop_i_arena_take(arena, run->model->parameters, sizeof *run->gradients);
  run->selected = khop_i_arena_take(arena, run->n > run->graphs ? run->n : run->graphs, sizeof *run->selected);
}

static void plan_nodes(khop_run *run, khop_i_arena *arena) {
  for (int i = 0; i < run->model->count; i++) {
    const khop_i_op *op = &run->model->ops[i];
    run->node[i] = (khop_i_node){.op = op, .rows = op->pooled ? run->graphs : run->n, .last_reader = i};
    for (int k = 0; k < op->inputs; k++) khop_i_input_of(run, i, k)->last_reader = i;
  }
  mark_sparse(run);
  plan_values(run, arena);
  plan_gradients(run, arena);
  khop_i_plan_workspace(run, arena);
  for (int i = 0; i < run->model->count; i++)
    if (khop_i_kinds[run->node[i].op->kind].plan) khop_i_kinds[run->node[i].op->kind].plan(run, i, arena);
}

/* --- sparse features: by column, and as a dense array --------------------------------------- */

static void turn_features(khop_run *run) {
  const khop_features *x = run->features;
  int64_t *next = run->column_offsets;
  memset(next, 0, (size_t)(x->columns + 1) * sizeof *next);
  for (int64_t e = 0; e < x->offsets[x->rows]; e++) next[x->indices[e]]++;
  for (int64_t c = 0, sum = 0; c <= x->columns; c++) {
    int64_t here = c < x->columns ? next[c] : 0;
    next[c] = sum;
    sum += here;
  }
  for (int64_t i = 0; i < x->rows; i++)
    for (int64_t e = x->offsets[i]; e < x->offsets[i + 1]; e++) {
      int64_t place = next[x->indices[e]]++;
      run->column_rows[place] = (int32_t)i;
      run->permutation[place] = e;
      run->column_values[place] = x->values[e];
    }
  memmove(next + 1, next, (size_t)x->columns * sizeof *next);
  next[0] = 0;
}

static void densify_features(khop_run *run) {
  const khop_features *x = run->features;
  khop_real *dense = run->node[0].buffer;
  memset(dense, 0, (size_t)(x->rows * x->columns) * sizeof *dense);
  for (int64_t i = 0; i < x->rows; i++)
    for (int64_t e = x->offsets[i]; e < x->offsets[i + 1]; e++)
      dense[i * x->columns + x->indices[e]] += x->values[e];
}

/* --- making and unmaking -------------------------------------------------------------------- */

/* The counting pass needs nodes to write to: they stand in a block that is gone afterwards, so that
 * what stays is one allocation. */
static khop_status measure(size_t *bytes, const khop_run *draft) {
  khop_run run = *draft;
  khop_i_arena arena = {0};
  khop_i_node *nodes = NULL;
  khop_status status = khop_i_alloc(&nodes, run.model->count, sizeof *nodes, "plan");
  if (status != KHOP_OK) return status;
  khop_i_arena_take(&arena, 1, sizeof run);
  plan_everything(&run, &arena);
  run.node = nodes;
  plan_nodes(&run, &arena);
  khop_i_free(nodes);
  *bytes = arena.used;
  return arena.overflow ? khop_i_fail(KHOP_E_MEMORY, "the plan needs more bytes than can be counted")
                        : KHOP_OK;
}

/* Lays everything out in the run's own memory, for the rows it has now. */
static void lay_out(khop_run *run) {
  khop_i_arena arena = {.base = (char *)run};
  khop_i_arena_take(&arena, 1, sizeof *run);
  plan_everything(run, &arena);
  plan_nodes(run, &arena);
  if (run->column_offsets) turn_features(run);
  if (run->node[0].buffer && run->features->offsets) densify_features(run);
}

/* One allocation for what the draft needs; nothing stands in it yet but the draft. */
static khop_status make(khop_run **out, khop_run *draft, int64_t max_bytes) {
  khop_status status = measure(&draft->bytes, draft);
  if (status != KHOP_OK) return status;
  if (max_bytes > 0 && draft->bytes > (size_t)max_bytes)
    return khop_i_fail(KHOP_E_BUDGET, "the run takes %.3g MB and the budget is %.3g MB: use fewer "
                       "columns, taps or layers", (double)draft->bytes / 1e6, (double)max_bytes / 1e6);
  status = khop_i_alloc(out, (int64_t)draft->bytes, 1, "the run");
  if (status == KHOP_OK) **out = *draft;
  return status;
}

khop_status khop_run_new(khop_run **out, khop_model *model, int count, khop_rings *const *rings,
                         const khop_features *features, bool training, int64_t max_bytes) {
  khop_run draft = {.model = model, .features = features, .rings_count = count, .rings = rings,
                    .n = features->rows, .graphs = 1, .whole = {0, features->rows},
                    .training = training};
  *out = NULL;
  khop_status status = check_model(&draft);
  if (status == KHOP_OK && extras_of(model))
    return khop_i_fail(KHOP_E_ARGUMENT, "the model takes %lld extras a graph: khop_run_new_batch has them",
                       (long long)extras_of(model)->columns);
  if (status == KHOP_OK) status = check_rings(&draft);
  if (status == KHOP_OK) status = make(out, &draft, max_bytes);
  if (status != KHOP_OK) return status;
  (*out)->first = (*out)->whole;
  lay_out(*out);
  return KHOP_OK;
}

/* --- batches -------------------------------------------------------------------------------- */

static khop_status check_extras(const khop_model *model, const khop_batch *batch) {
  const khop_i_op *extras = extras_of(model);
  if (!extras || batch->extra_columns == extras->columns) return KHOP_OK;
  return khop_i_fail(KHOP_E_SHAPE, "the model takes %lld extras a graph, the set has %lld",
                     (long long)extras->columns, (long long)batch->extra_columns);
}

/* Planned for as much as the batch can hold; then it holds what it holds now. */
khop_status khop_run_new_batch(khop_run **out, khop_model *model, const khop_batch *batch, bool training,
                               int64_t max_bytes) {
  khop_run draft = {.model = model, .features = &batch->features, .rings_count = batch->rings_count,
                    .rings = (khop_rings *const *)batch->rings, .n = batch->most_nodes,
                    .graphs = batch->most_graphs, .training = training};
  *out = NULL;
  khop_status status = check_model(&draft);
  if (status == KHOP_OK) status = check_extras(model, batch);
  if (status == KHOP_OK) status = make(out, &draft, max_bytes);
  if (status != KHOP_OK) return status;
  (*out)->most_nodes = batch->most_nodes;
  (*out)->most_graphs = batch->most_graphs;
  status = khop_run_bind(*out, batch);
  if (status != KHOP_OK) {
    khop_run_free(*out);
    *out = NULL;
  }
  return status;
}

khop_status khop_run_bind(khop_run *run, const khop_batch *batch) {
  khop_status status = KHOP_OK;
  if (batch->nodes > run->most_nodes || batch->graphs > run->most_graphs)
    return khop_i_fail(KHOP_E_ARGUMENT, "a batch of %lld graphs and %lld nodes: the run has room for %lld "
                       "and %lld", (long long)batch->graphs, (long long)batch->nodes,
                       (long long)run->most_graphs, (long long)run->most_nodes);
  khop_run bound = *run;
  bound.features = &batch->features;
  bound.rings_count = batch->rings_count;
  bound.rings = (khop_rings *const *)batch->rings;
  bound.n = batch->nodes;
  bound.graphs = batch->graphs;
  bound.first = batch->first;
  bound.extras = batch->extras;
  bound.labels = NULL;
  bound.targets = NULL;
  bound.selected_count = 0;
  KHOP_TRY(check_model(&bound));
  KHOP_TRY(check_extras(run->model, batch));
  KHOP_TRY(check_rings(&bound));
  *run = bound;
  lay_out(run);
done:
  return status;
}

void khop_run_free(khop_run *run) { khop_i_free(run); }
size_t khop_run_bytes(const khop_run *run) { return run->bytes; }

/* --- what the loss compares with ------------------------------------------------------------ */

static bool pools(const khop_run *run) { return run->model->ops[run->model->output].pooled; }

int64_t khop_run_rows(const khop_run *run) { return pools(run) ? run->graphs : run->n; }

static const char *rows_name(const khop_run *run) { return pools(run) ? "graphs" : "nodes"; }

/* On failure what was bound before stays as it was. */
static khop_status select_rows(khop_run *run, const uint8_t *mask) {
  int64_t count = 0, rows = khop_run_rows(run);
  for (int64_t i = 0; i < rows; i++) count += !mask || mask[i];
  if (count == 0)
    return khop_i_fail(KHOP_E_VALUE, "the mask selects none of the %lld %s", (long long)rows,
                       rows_name(run));
  run->selected_count = 0;
  for (int64_t i = 0; i < rows; i++)
    if (!mask || mask[i]) run->selected[run->selected_count++] = i;
  return KHOP_OK;
}

static khop_status check_loss(const khop_run *run, bool labels) {
  const khop_model *model = run->model;
  if (model->loss < 0) return khop_i_fail(KHOP_E_ARGUMENT, "the model has no loss");
  khop_i_kind kind = model->ops[model->loss].kind;
  int64_t outputs = khop_model_output_columns(model);
  if (labels && kind != KHOP_I_SOFTMAX_CROSS_ENTROPY && outputs != 1)
    return khop_i_fail(KHOP_E_ARGUMENT, "%s of %lld outputs takes targets, not labels",
                       khop_i_kind_name(kind), (long long)outputs);
  if (!labels && kind == KHOP_I_SOFTMAX_CROSS_ENTROPY)
    return khop_i_fail(KHOP_E_ARGUMENT, "%s takes labels, not targets", khop_i_kind_name(kind));
  return KHOP_OK;
}

khop_status khop_run_labels(khop_run *run, const int32_t *labels, const uint8_t *mask) {
  khop_status status = check_loss(run, true);
  if (status != KHOP_OK) return status;
  int64_t outputs = khop_model_output_columns(run->model), classes = outputs > 1 ? outputs : 2;
  for (int64_t i = 0; i < khop_run_rows(run); i++)
    if ((!mask || mask[i]) && (labels[i] < 0 || labels[i] >= classes))
      return khop_i_fail(KHOP_E_VALUE, "%s %lld is selected and its label %d is not one of the "
                         "model's %lld classes", pools(run) ? "graph" : "node", (long long)i, labels[i],
                         (long long)classes);
  status = select_rows(run, mask);
  if (status != KHOP_OK) return status;
  run->labels = labels;
  run->targets = NULL;
  return KHOP_OK;
}

khop_status khop_run_targets(khop_run *run, const khop_real *targets, const uint8_t *mask) {
  khop_status status = check_loss(run, false);
  if (status == KHOP_OK) status = select_rows(run, mask);
  if (status != KHOP_OK) return status;
  run->targets = targets;
  run->labels = NULL;
  return KHOP_OK;
}

/* --- running -------------------------------------------------------------------------------- */

double khop_run_forward(khop_run *run, bool training, uint64_t seed, uint64_t step) {
  run->dropping = training && run->training;
  run->seed = seed;
  run->step = step;
  run->loss = 0;
  bool compared = run->labels || run->targets;
  for (int i = 0; i < run->model->count; i++) {
    const khop_i_kind_row *kind = &khop_i_kinds[run->node[i].op->kind];
    if (!kind->loss || compared) kind->forward(run, i);
  }
  return run->loss;
}

/* The gradient of a value right before op `at` adds to it, or reads it, as the first: cleared, or fresh for an op
 * that sets it. */
static void open_gradient(khop_i_node *node, int at, bool sets) {
  if (!node->gradient || node->last_reader != at) return;
  node->fresh = sets;
  if (!sets) memset(node->gradient, 0, (size_t)size_of(node) * sizeof *node->gradient);
}

void khop_run_backward(khop_run *run) {
  if (!run->training) return;
  if (run->gradients) /* NULL where there is nothing to learn */
    memset(run->gradients, 0, (size_t)run->model->parameters * sizeof *run->gradients);
  if (!run->labels && !run->targets) return;
  for (int i = run->model->count - 1; i > 0; i--) {
    khop_i_node *node = &run->node[i];
    const khop_i_kind_row *kind = &khop_i_kinds[node->op->kind];
    open_gradient(node, i, false);
    for (int k = 0; k < node->op->inputs; k++)
      if (!node->gradient || khop_i_input_of(run, i, k)->gradient != node->gradient)
        open_gradient(khop_i_input_of(run, i, k), i, kind->sets);
    if (node->gradient || kind->loss) kind->backward(run, i);
    for (int k = 0; k < node->op->inputs; k++) khop_i_input_of(run, i, k)->fresh = false;
  }
}

const khop_real *khop_run_value(const khop_run *run, khop_value value) {
  return value < 0 || value >= run->model->count ? NULL : run->node[value].value;
}
const khop_real *khop_run_output(const khop_run *run) {
  return khop_run_value(run, run->model->output);
}
khop_real *khop_run_gradients(khop_run *run) { return run->gradients; }
