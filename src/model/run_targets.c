/* run_targets.c: what the loss compares with: labels or targets, and the rows that a mask selects. */
#include "model/run.h"
#include "base/error.h"
#include "model/kinds.h"

#include <khop/batch.h>

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
