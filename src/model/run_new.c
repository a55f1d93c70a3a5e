/* run_new.c: makes a run, binds it to batches, and checks first that model, rings and features fit. */
#include "model/run.h"
#include "base/error.h"
#include "base/options.h"
#include "model/batch.h"
#include "model/conv_plan.h"
#include "model/kinds.h"

/* --- checks, before anything is allocated ---------------------------------------------------------- */

static khop_status check_rings(const khop_run *run) {
  const khop_rings *transposed;
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
    khop_status status = khop_i_rings_prepare(&transposed, rings);
    const char *entry_reader = khop_i_op_entry_reader(op);
    if (status == KHOP_OK && entry_reader) status = khop_i_rings_need_rows(rings, entry_reader);
    if (status != KHOP_OK) return status;
  }
  return KHOP_OK;
}

static khop_status check_model(const khop_run *run) {
  const khop_model *model = run->model;
  if (model->status != KHOP_OK) return khop_i_fail(model->status, "%s", model->message);
  if (!model->parameter_array)
    return khop_i_fail(KHOP_E_ARGUMENT, "the model has no parameters yet: call khop_model_init");
  if (run->features->columns != model->ops[0].columns)
    return khop_i_fail(KHOP_E_SHAPE, "the model takes %lld features a node, the data have %lld",
                       (long long)model->ops[0].columns, (long long)run->features->columns);
  if (!run->features->dense == !run->features->offsets)
    return khop_i_fail(KHOP_E_ARGUMENT, "features are dense or sparse, one of the two");
  return KHOP_OK;
}

static const khop_i_op *graph_features_of(const khop_model *model) {
  for (int i = 0; i < model->count; i++)
    if (model->ops[i].kind == KHOP_I_GRAPH_FEATURES) return &model->ops[i];
  return NULL;
}

static khop_status take_options(khop_run *draft, int64_t *max_bytes, const khop_run_options *given) {
  khop_run_options o;
  *max_bytes = 0;
  khop_status status = KHOP_I_TAKE(khop_run_options, &o, given);
  if (status != KHOP_OK) return status;
  if (o.input_gradient && !o.training)
    return khop_i_fail(KHOP_E_ARGUMENT, "options of a run: input_gradient needs training");
  draft->training = o.training;
  draft->input_gradient = o.input_gradient;
  *max_bytes = o.max_bytes;
  return KHOP_OK;
}

static khop_run_options options_of(bool training, int64_t max_bytes) {
  return (khop_run_options){.size = sizeof(khop_run_options), .training = training, .max_bytes = max_bytes};
}

/* --- all nodes of a graph -------------------------------------------------------------------------- */

/* Allocates what the draft needs, and copies the draft to its front; the arrays are laid out later. */
static khop_status allocate_run(khop_run **out, khop_run *draft, int64_t max_bytes) {
  khop_status status = khop_i_run_measure(&draft->bytes, draft);
  if (status != KHOP_OK) return status;
  if (max_bytes > 0 && draft->bytes > (size_t)max_bytes)
    return khop_i_fail(KHOP_E_BUDGET, "the run takes %.3g MB and the budget is %.3g MB: use fewer "
                       "columns, taps or layers", (double)draft->bytes / 1e6, (double)max_bytes / 1e6);
  /* What is predicted with adds to nothing that it has not written, and clearing takes as long as a small run. */
  status = draft->training ? khop_i_alloc(out, (int64_t)draft->bytes, 1, "the run")
                           : khop_i_alloc_raw(out, (int64_t)draft->bytes, 1, "the run");
  if (status == KHOP_E_MEMORY)
    return khop_i_fail(KHOP_E_MEMORY, "no memory for the run: %.3g MB for %lld nodes with %lld outputs (classes or "
                       "targets): use fewer classes, columns or layers", (double)draft->bytes / 1e6,
                       (long long)draft->n, (long long)khop_model_output_columns(draft->model));
  if (status == KHOP_OK) **out = *draft;
  return status;
}

/* What ops make beside the one allocation, of what is left of the budget. */
static khop_status open_ops(khop_run *run, int64_t max_bytes) {
  khop_status status = KHOP_OK;
  for (int i = 0; i < run->model->count && status == KHOP_OK; i++) {
    const khop_i_op_row *kind = khop_i_kinds[run->node[i].op->kind];
    int64_t left = max_bytes - (int64_t)run->bytes;
    if (!kind->open || !khop_i_run_makes(run, i)) continue;
    run->opened = true;
    status = kind->open(run, i, max_bytes > 0 ? left > 0 ? left : 1 : 0);
  }
  return status;
}

static khop_run draft_of(khop_model *model, int count, khop_rings *const *rings, const khop_features *features) {
  return (khop_run){.model = model, .features = features, .rings_count = count, .rings = rings,
                    .n = features->rows, .graphs = 1, .whole = {0, features->rows}};
}

static khop_status new_run(khop_run **out, khop_run draft, const khop_run_options *options) {
  int64_t max_bytes;
  *out = NULL;
  khop_status status = take_options(&draft, &max_bytes, options);
  if (status == KHOP_OK) status = check_model(&draft);
  if (status == KHOP_OK && graph_features_of(draft.model))
    return khop_i_fail(KHOP_E_ARGUMENT, "the model takes %lld graph features: khop_run_new_batch has them",
                       (long long)graph_features_of(draft.model)->columns);
  if (status == KHOP_OK && !draft.elsewhere) status = check_rings(&draft);
  if (status == KHOP_OK) status = allocate_run(out, &draft, max_bytes);
  if (status != KHOP_OK) return status;
  (*out)->first = (*out)->whole;
  khop_i_run_lay_out(*out);
  (*out)->first_rows = NULL;
  status = open_ops(*out, max_bytes);
  if (status == KHOP_OK) return KHOP_OK;
  khop_run_free(*out);
  *out = NULL;
  return status;
}

khop_status khop_run_new_with(khop_run **out, khop_model *model, int count, khop_rings *const *rings,
                              const khop_features *features, const khop_run_options *options) {
  return new_run(out, draft_of(model, count, rings, features), options);
}

khop_status khop_i_run_new_first_rows(khop_run **out, khop_model *model, int count, khop_rings *const *rings,
                                      const khop_features *features, const int64_t *first_rows, int64_t max_bytes) {
  khop_run_options options = options_of(false, max_bytes);
  khop_run draft = draft_of(model, count, rings, features);
  draft.first_rows = first_rows;
  return new_run(out, draft, &options);
}

khop_status khop_i_run_new_elsewhere(khop_run **out, khop_model *model, const khop_features *features,
                                     const bool *elsewhere, bool training) {
  khop_run_options options = options_of(training, 0);
  khop_run draft = draft_of(model, 0, NULL, features);
  draft.elsewhere = elsewhere;
  return new_run(out, draft, &options);
}

khop_status khop_run_new(khop_run **out, khop_model *model, int count, khop_rings *const *rings,
                         const khop_features *features, bool training, int64_t max_bytes) {
  khop_run_options options = options_of(training, max_bytes);
  return khop_run_new_with(out, model, count, rings, features, &options);
}

/* --- batches --------------------------------------------------------------------------------------- */

static khop_status check_graph_features(const khop_model *model, const khop_batch *batch) {
  const khop_i_op *wanted = graph_features_of(model);
  if (!wanted || batch->graph_feature_columns == wanted->columns) return KHOP_OK;
  return khop_i_fail(KHOP_E_SHAPE, "the model takes %lld graph features, the set has %lld",
                     (long long)wanted->columns, (long long)batch->graph_feature_columns);
}

/* Rings of a batch change their entries under the plan. */
static khop_status check_batches(const khop_model *model, bool training) {
  for (int i = 0; i < model->count; i++) {
    const khop_i_op *op = &model->ops[i];
    if (khop_i_kinds[op->kind]->open)
      return khop_i_fail(KHOP_E_UNSUPPORTED, "op %d (%s) is prepared for one graph: there are no runs of batches with it",
                         i, khop_i_kind_name(op->kind));
    if (training && op->taps && op->rate > 0)
      return khop_i_fail(KHOP_E_UNSUPPORTED, "op %d (%s) drops edges: training with that is of one graph, not of batches",
                         i, khop_i_kind_name(op->kind));
  }
  return KHOP_OK;
}

/* Planned for as much as the batch can hold, then bound to what it holds now. */
khop_status khop_run_new_batch_with(khop_run **out, khop_model *model, const khop_batch *batch,
                                    const khop_run_options *options) {
  khop_run draft = {.model = model, .features = &batch->features, .rings_count = batch->rings_count,
                    .rings = (khop_rings *const *)batch->rings, .n = batch->most_nodes,
                    .graphs = batch->most_graphs};
  int64_t max_bytes;
  *out = NULL;
  khop_status status = take_options(&draft, &max_bytes, options);
  if (status == KHOP_OK) status = check_model(&draft);
  if (status == KHOP_OK) status = check_batches(model, draft.training);
  if (status == KHOP_OK) status = check_graph_features(model, batch);
  if (status == KHOP_OK) status = allocate_run(out, &draft, max_bytes);
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

khop_status khop_run_new_batch(khop_run **out, khop_model *model, const khop_batch *batch, bool training,
                               int64_t max_bytes) {
  khop_run_options options = options_of(training, max_bytes);
  return khop_run_new_batch_with(out, model, batch, &options);
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
  bound.graph_features = batch->graph_features;
  bound.labels = NULL;
  bound.targets = NULL;
  bound.selected_count = 0;
  KHOP_TRY(check_model(&bound));
  KHOP_TRY(check_graph_features(run->model, batch));
  KHOP_TRY(check_rings(&bound));
  *run = bound;
  khop_i_run_lay_out(run);
done:
  return status;
}

void khop_run_free(khop_run *run) {
  for (int i = 0; run && run->opened && i < run->model->count; i++) {
    const khop_i_op_row *kind = khop_i_kinds[run->node[i].op->kind];
    if (kind->close) kind->close(run, i);
  }
  khop_i_free(run);
}
size_t khop_run_bytes(const khop_run *run) { return run->bytes; }
