/* predict.c: a trained model on a data set: one forward pass without what only training needs. */
#include "train/nodes/predict.h"
#include "base/error.h"
#include "model/run.h"
#include "train/scores.h"

#include <string.h>

khop_status khop_i_predict_check(const khop_model *model, const khop_data *data) {
  if (khop_data_features(data)->columns != khop_model_input_columns(model))
    return khop_i_fail(KHOP_E_SHAPE, "%s has %lld features a node%s, and the model takes %lld", khop_data_name(data),
                       (long long)khop_data_features(data)->columns,
                       khop_data_has_identity_features(data) ? " (none of its own: one for each node)" : "",
                       (long long)khop_model_input_columns(model));
  if (model->ops[model->output].pooled)
    return khop_i_fail(KHOP_E_ARGUMENT, "the model has a row a graph: it predicts for a set of graphs, and %s is one "
                       "graph", khop_data_name(data));
  return KHOP_OK;
}

khop_status khop_i_predict_finish(khop_real *row, const khop_model *model, const khop_i_units *units, int64_t node) {
  khop_status status = khop_i_row_to_scores(row, model, "node", node);
  if (status == KHOP_OK) khop_i_units_undo(row, model, units);
  return status;
}

khop_status khop_i_predict_run(khop_real *scores, khop_run *run) {
  khop_i_units units = {0};
  int64_t columns = khop_model_output_columns(run->model);
  khop_status status = khop_i_units_open(&units, run->model);
  if (status == KHOP_OK) {
    khop_run_forward(run, false, 0, 0);
    memcpy(scores, khop_run_output(run), (size_t)(run->n * columns) * sizeof *scores);
  }
  for (int64_t i = 0; status == KHOP_OK && i < run->n; i++)
    status = khop_i_predict_finish(scores + i * columns, run->model, &units, i);
  khop_i_units_close(&units);
  return status;
}

khop_status khop_predict(khop_real *scores, khop_model *model, const khop_data *data,
                         int64_t max_bytes) {
  khop_status status = KHOP_OK;
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_run *run = NULL;
  int count = 0;
  KHOP_TRY(khop_i_predict_check(model, data));
  KHOP_TRY(khop_model_rings_as(rings, &count, model, khop_data_graph(data), KHOP_AUTO, max_bytes));
  KHOP_TRY(khop_run_new(&run, model, count, rings, khop_data_features(data), false, max_bytes));
  KHOP_TRY(khop_i_predict_run(scores, run));
done:
  khop_run_free(run);
  for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
  return status;
}
