/* predict.c: a trained model on a data set: one forward pass without what only training needs. */
#include "train/nodes/predict.h"
#include "base/error.h"
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

khop_status khop_predict(khop_real *scores, khop_model *model, const khop_data *data,
                         int64_t max_bytes) {
  khop_status status = KHOP_OK;
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_run *run = NULL;
  khop_i_units units = {0};
  int count = 0;
  int64_t n = khop_graph_nodes(khop_data_graph(data)), columns = khop_model_output_columns(model);
  KHOP_TRY(khop_i_predict_check(model, data));
  KHOP_TRY(khop_i_units_open(&units, model));
  KHOP_TRY(khop_model_rings_as(rings, &count, model, khop_data_graph(data), KHOP_AUTO, max_bytes));
  KHOP_TRY(khop_run_new(&run, model, count, rings, khop_data_features(data), false, max_bytes));
  khop_run_forward(run, false, 0, 0);
  memcpy(scores, khop_run_output(run), (size_t)(n * columns) * sizeof *scores);
  for (int64_t i = 0; i < n; i++) KHOP_TRY(khop_i_predict_finish(scores + i * columns, model, &units, i));
done:
  khop_run_free(run);
  khop_i_units_close(&units);
  for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
  return status;
}
