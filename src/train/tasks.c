/* tasks.c: see tasks.h. */
#include "train/tasks.h"
#include "base/error.h"

bool khop_i_metric_of_tasks(khop_metric metric) {
  return metric == KHOP_ROC_AUC || metric == KHOP_MICRO_F1 || metric == KHOP_MACRO_F1;
}

khop_status khop_i_tasks_learn(bool tasks, khop_metric metric, const khop_model *model) {
  const char *name = khop_metric_name(metric);
  if (tasks && !khop_i_metric_of_tasks(metric))
    return khop_i_fail(KHOP_E_ARGUMENT, "%s is not for yes/no tasks: they are scored by roc-auc, micro-f1 or macro-f1",
                       name);
  if (tasks && !khop_model_predicts_tasks(model))
    return khop_i_fail(KHOP_E_ARGUMENT, "the loss of the model is not for yes/no tasks: binary cross-entropy is");
  if (!tasks && khop_metric_rises(metric))
    return khop_i_fail(KHOP_E_ARGUMENT, "%s compares with labels%s, and the targets are numbers: they are scored by "
                       "rmse or mae", name, metric == KHOP_ACCURACY ? "" : " or yes/no tasks");
  return KHOP_OK;
}
