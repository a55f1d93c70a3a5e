/* predict.c: a trained model on a set of graphs: scores, and what its last layer reads. */
#include "train/graphs/worker.h"
#include "base/error.h"

#include <math.h>
#include <string.h>

#define AT_A_TIME 256

khop_status khop_graphs_predict(khop_real *scores, khop_model *model, const khop_graphs *set, int64_t max_bytes) {
  khop_status status = KHOP_OK;
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_i_worker worker = {0};
  int count = 0;
  KHOP_TRY(khop_i_worker_check(model, set)); /* before rings are built for nothing */
  KHOP_TRY(khop_graphs_rings(rings, &count, model, set, max_bytes));
  KHOP_TRY(khop_i_worker_open(&worker, model, set, count, rings, AT_A_TIME, false, max_bytes));
  KHOP_TRY(khop_i_worker_predict(scores, NULL, &worker, NULL, KHOP_TEST));
done:
  khop_i_worker_close(&worker);
  for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
  return status;
}

/* --- what the last layer reads ------------------------------------------------------------------ */

static khop_value hidden_of(const khop_model *model) {
  const khop_i_op *last = &model->ops[model->output];
  return last->kind == KHOP_I_LINEAR && model->ops[last->input[0]].pooled ? last->input[0] : model->output;
}

int64_t khop_graphs_hidden_columns(const khop_model *model) { return model->ops[hidden_of(model)].columns; }

static khop_status hide_some(khop_real *rows, khop_i_worker *w, int64_t first, int64_t count) {
  const khop_i_node *node = &w->run->node[hidden_of(w->model)];
  int64_t columns = node->op->columns;
  khop_status status = KHOP_OK;
  for (int64_t k = 0; k < count; k++) w->ids[k] = first + k;
  KHOP_TRY(khop_i_worker_load(w, count, w->ids));
  khop_run_forward(w->run, false, 0, 0);
  memcpy(rows + first * columns, node->value, (size_t)(count * columns) * sizeof *rows);
  for (int64_t i = first * columns; i < (first + count) * columns; i++)
    if (!isfinite(rows[i]))
      KHOP_FAIL(KHOP_E_VALUE, "column %lld of graph %lld is not finite", (long long)(i % columns),
                (long long)(i / columns));
done:
  return status;
}

khop_status khop_graphs_hidden(khop_real *rows, khop_model *model, const khop_graphs *set, int64_t max_bytes) {
  khop_status status = KHOP_OK;
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_i_worker w = {0};
  int64_t graphs = khop_graphs_count(set);
  int count = 0;
  KHOP_TRY(khop_i_worker_check(model, set)); /* before rings are built for nothing */
  KHOP_TRY(khop_graphs_rings(rings, &count, model, set, max_bytes));
  KHOP_TRY(khop_i_worker_open(&w, model, set, count, rings, AT_A_TIME, false, max_bytes));
  for (int64_t g = 0; g < graphs; g += w.graphs)
    KHOP_TRY(hide_some(rows, &w, g, w.graphs < graphs - g ? w.graphs : graphs - g));
done:
  khop_i_worker_close(&w);
  for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
  return status;
}
