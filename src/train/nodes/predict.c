/* predict.c: a trained model on a data set: one forward pass without what only training needs. */
#include "train/nodes/trainer.h"
#include "base/error.h"

#include <khop/train.h>
#include <math.h>
#include <string.h>

static void softmax(khop_real *row, int64_t columns) {
  double largest = (double)row[0], sum = 0;
  for (int64_t c = 1; c < columns; c++) largest = (double)row[c] > largest ? (double)row[c] : largest;
  for (int64_t c = 0; c < columns; c++) sum += exp((double)row[c] - largest);
  for (int64_t c = 0; c < columns; c++) row[c] = (khop_real)(exp((double)row[c] - largest) / sum);
}

khop_status khop_i_to_scores(khop_real *scores, const khop_model *model, int64_t n) {
  int64_t columns = khop_model_output_columns(model);
  khop_i_kind loss = model->loss < 0 ? KHOP_I_MEAN_SQUARED_ERROR : model->ops[model->loss].kind;
  for (int64_t i = 0; i < n; i++) {
    khop_real *row = scores + i * columns;
    for (int64_t c = 0; c < columns; c++)
      if (!isfinite(row[c]))
        return khop_i_fail(KHOP_E_VALUE, "the score of node %lld is not finite", (long long)i);
    if (loss == KHOP_I_SOFTMAX_CROSS_ENTROPY) softmax(row, columns);
    for (int64_t c = 0; loss == KHOP_I_BINARY_CROSS_ENTROPY && c < columns; c++)
      row[c] = (khop_real)(1 / (1 + exp(-(double)row[c])));
  }
  return KHOP_OK;
}

khop_status khop_predict(khop_real *scores, khop_model *model, const khop_data *data,
                         int64_t max_bytes) {
  khop_status status = KHOP_OK;
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_run *run = NULL;
  int count = 0;
  int64_t n = khop_graph_nodes(khop_data_graph(data)), columns = khop_model_output_columns(model);
  if (khop_data_features(data)->columns != khop_model_input_columns(model))
    KHOP_FAIL(KHOP_E_SHAPE, "%s has %lld features a node%s, and the model takes %lld",
              khop_data_name(data), (long long)khop_data_features(data)->columns,
              khop_data_has_identity_features(data) ? " (none of its own: one for each node)" : "",
              (long long)khop_model_input_columns(model));
  if (model->ops[model->output].pooled)
    KHOP_FAIL(KHOP_E_ARGUMENT, "the model has a row a graph: it predicts for a set of graphs, and %s is one "
              "graph", khop_data_name(data));
  KHOP_TRY(khop_model_rings_as(rings, &count, model, khop_data_graph(data), KHOP_AUTO, max_bytes));
  KHOP_TRY(khop_run_new(&run, model, count, rings, khop_data_features(data), false, max_bytes));
  khop_run_forward(run, false, 0, 0);
  memcpy(scores, khop_run_output(run), (size_t)(n * columns) * sizeof *scores);
  KHOP_TRY(khop_i_to_scores(scores, model, n));
done:
  khop_run_free(run);
  for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
  return status;
}
