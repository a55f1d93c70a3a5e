/* worker.c: see worker.h. */
#include "train/graphs/worker.h"
#include "base/error.h"
#include "base/memory.h"
#include "train/scores.h"

#include <math.h>
#include <string.h>

/* --- opening ------------------------------------------------------------------------------------ */

khop_status khop_i_worker_check(const khop_model *model, const khop_graphs *set) {
  int64_t columns = khop_graphs_features(set)->columns;
  if (!model->ops[model->output].pooled)
    return khop_i_fail(KHOP_E_ARGUMENT, "the model has a row a node: a set of graphs takes one with a readout");
  if (columns != khop_model_input_columns(model))
    return khop_i_fail(KHOP_E_SHAPE, "%s has %lld features a node, and the model takes %lld",
                       khop_graphs_name(set), (long long)columns, (long long)khop_model_input_columns(model));
  return KHOP_OK;
}

khop_status khop_i_worker_open(khop_i_worker *w, khop_model *model, const khop_graphs *set, int count,
                               khop_rings *const *rings, int64_t graphs, bool training, int64_t max_bytes) {
  khop_status status = KHOP_OK;
  *w = (khop_i_worker){.model = model, .set = set, .outputs = khop_model_output_columns(model)};
  KHOP_TRY(khop_i_worker_check(model, set));
  w->graphs = graphs < khop_graphs_count(set) ? graphs : khop_graphs_count(set);
  KHOP_TRY(khop_i_alloc(&w->ids, w->graphs, sizeof *w->ids, "graphs of a batch"));
  KHOP_TRY(khop_i_units_open(&w->units, model));
  if (training) {
    size_t row = (size_t)w->outputs * sizeof *w->targets;
    KHOP_TRY(khop_i_alloc(&w->labels, w->graphs, sizeof *w->labels, "labels of a batch"));
    KHOP_TRY(khop_i_alloc(&w->targets, w->graphs, row, "targets of a batch"));
  }
  KHOP_TRY(khop_batch_new(&w->batch, set, count, rings, graphs));
  KHOP_TRY(khop_run_new_batch(&w->run, model, w->batch, training, max_bytes));
done:
  if (status != KHOP_OK) khop_i_worker_close(w);
  return status;
}

void khop_i_worker_close(khop_i_worker *w) {
  khop_run_free(w->run);
  khop_batch_free(w->batch);
  khop_i_free(w->ids);
  khop_i_units_close(&w->units);
  khop_i_free(w->labels);
  khop_i_free(w->targets);
  *w = (khop_i_worker){0};
}

/* --- some graphs at a time ---------------------------------------------------------------------- */

khop_status khop_i_worker_load(khop_i_worker *w, int64_t count, const int64_t *ids) {
  khop_status status = khop_batch_fill(w->batch, count, ids);
  return status == KHOP_OK ? khop_run_bind(w->run, w->batch) : status;
}

khop_status khop_i_worker_bind_truth(double *weight, khop_i_worker *w, int64_t count, const int64_t *ids) {
  const khop_real *targets = khop_graphs_targets(w->set, NULL);
  *weight = targets ? 0 : (double)count;
  if (!targets) {
    for (int64_t k = 0; k < count; k++) w->labels[k] = khop_graphs_labels(w->set)[ids[k]];
    return khop_run_labels(w->run, w->labels, NULL);
  }
  for (int64_t k = 0; k < count; k++) {
    const khop_real *row = targets + ids[k] * w->outputs;
    khop_i_units_apply(w->targets + k * w->outputs, row, &w->units);
    for (int64_t c = 0; c < w->outputs; c++) *weight += !isnan(row[c]);
  }
  return khop_run_targets(w->run, w->targets, NULL);
}

/* One row of scores from outputs that are in the unit of the model. */
static khop_status to_scores(khop_real *row, const khop_i_worker *w, int64_t graph) {
  khop_status status = khop_i_row_to_scores(row, w->model, "graph", graph);
  if (status == KHOP_OK) khop_i_units_undo(row, w->model, &w->units);
  return status;
}

/* The loss is added to *total with its weight. */
static khop_status predict_ids(khop_real *scores, double *total, double *weights, khop_i_worker *w, int64_t count) {
  khop_status status = KHOP_OK;
  double weight = 0;
  KHOP_TRY(khop_i_worker_load(w, count, w->ids));
  if (total) KHOP_TRY(khop_i_worker_bind_truth(&weight, w, count, w->ids));
  double loss = khop_run_forward(w->run, false, 0, 0);
  if (total) *total += weight * loss, *weights += weight;
  for (int64_t k = 0; k < count; k++) {
    khop_real *row = scores + w->ids[k] * w->outputs;
    memcpy(row, khop_run_output(w->run) + k * w->outputs, (size_t)w->outputs * sizeof *row);
    KHOP_TRY(to_scores(row, w, w->ids[k]));
  }
done:
  return status;
}

khop_status khop_i_worker_predict(khop_real *scores, double *loss, khop_i_worker *w, const uint8_t *part,
                                  khop_part which) {
  int64_t count = 0, graphs = khop_graphs_count(w->set);
  double total = 0, weights = 0;
  khop_status status = KHOP_OK;
  for (int64_t g = 0; g < graphs && status == KHOP_OK; g++) {
    bool last = g == graphs - 1;
    if (!part || part[g] == (uint8_t)which) w->ids[count++] = g;
    if (count == 0 || (count < w->graphs && !last)) continue;
    status = predict_ids(scores, loss ? &total : NULL, &weights, w, count);
    count = 0;
  }
  if (loss) *loss = weights > 0 ? total / weights : 0;
  return status;
}
