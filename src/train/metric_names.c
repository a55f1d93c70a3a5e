/* metric_names.c: what metrics are called, and which way they go. */
#include "base/error.h"

#include <khop/train.h>
#include <string.h>

static const char *const names[] = {"accuracy", "macro-f1", "roc-auc", "rmse", "mae", "micro-f1"};
#define METRICS ((int)(sizeof names / sizeof *names))

const char *khop_metric_name(khop_metric metric) {
  return (int)metric >= 0 && (int)metric < METRICS ? names[metric] : "unknown";
}

khop_status khop_metric_find(khop_metric *metric, const char *name) {
  for (int i = 0; i < METRICS; i++)
    if (strcmp(name, names[i]) == 0) {
      *metric = (khop_metric)i;
      return KHOP_OK;
    }
  return khop_i_fail(KHOP_E_NOT_FOUND, "not a metric: '%s' (accuracy, macro-f1, micro-f1, roc-auc, rmse, mae)", name);
}

bool khop_metric_rises(khop_metric metric) { return metric != KHOP_RMSE && metric != KHOP_MAE; }
