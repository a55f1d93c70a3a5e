/* ensemble.c: khop_ensemble: sums of scores, which become means and are scored once a group is full. */
#include "train/nodes/ensemble.h"
#include "base/error.h"
#include "base/memory.h"
#include "train/metrics.h"

#include <float.h>
#include <math.h>
#include <string.h>

struct khop_ensemble {
  const khop_data *data; /* borrows */
  khop_metric metric;
  int models, added; /* of a group; of the group at hand */
  int split;         /* of that */
  int64_t nodes, columns;
  bool classes;      /* scores are probabilities of classes, not of a yes or numbers */
  double *sum;       /* (nodes, columns) */
  khop_real *mean;   /* (nodes, columns) as it is scored */
  int groups;
  khop_ensemble_result *group; /* (groups) */
};

khop_status khop_ensemble_new(khop_ensemble **out, const khop_data *data, khop_metric metric, int models) {
  khop_status status = KHOP_OK;
  khop_ensemble *e = NULL;
  if (out) *out = NULL;
  if (!out || !data) return khop_i_fail(KHOP_E_ARGUMENT, "khop_ensemble_new: the data or a place for the result is missing");
  if (models < 1) return khop_i_fail(KHOP_E_ARGUMENT, "an ensemble of %d models", models);
  KHOP_TRY(khop_i_alloc(&e, 1, sizeof *e, "an ensemble"));
  *e = (khop_ensemble){.data = data, .metric = metric, .models = models, .nodes = khop_graph_nodes(khop_data_graph(data))};
  e->classes = !khop_data_targets(data, &e->columns);
  if (e->classes) e->columns = khop_data_classes(data);
  if (e->columns < 1) KHOP_FAIL(KHOP_E_ARGUMENT, "%s: an ensemble of nodes without labels and targets", khop_data_name(data));
  KHOP_TRY(khop_i_alloc(&e->sum, e->nodes * e->columns, sizeof *e->sum, "an ensemble"));
  KHOP_TRY(khop_i_alloc_raw(&e->mean, e->nodes * e->columns, sizeof *e->mean, "an ensemble"));
  *out = e;
  e = NULL;
done:
  khop_ensemble_free(e);
  return status;
}

void khop_ensemble_free(khop_ensemble *e) {
  if (!e) return;
  khop_i_free(e->sum);
  khop_i_free(e->mean);
  khop_i_free(e->group);
  khop_i_free(e);
}

/* Metrics take outputs: of classes the logarithms of probabilities are some. */
static void take_mean(khop_ensemble *e) {
  for (int64_t i = 0; i < e->nodes * e->columns; i++) {
    double mean = e->sum[i] / e->models;
    e->mean[i] = (khop_real)(e->classes ? log(fmax(mean, DBL_MIN)) : mean);
  }
}

/* NaN where the split has no such nodes. */
static khop_status score_part(double *score, const khop_ensemble *e, khop_part part) {
  void *scratch = NULL;
  const uint8_t *mask = khop_data_mask(e->data, e->split, part);
  *score = NAN;
  if (!mask || !memchr(mask, 1, (size_t)e->nodes)) return KHOP_OK;
  khop_i_sample sample = {e->mean, e->nodes, e->columns, e->classes ? khop_data_labels(e->data) : NULL,
                          khop_data_targets(e->data, NULL), mask, (khop_real)(e->classes ? 0 : 0.5)};
  khop_status status =
      khop_i_alloc_raw(&scratch, (int64_t)khop_i_score_scratch(e->metric, e->nodes, e->columns), 1, "a metric's scratch");
  if (status == KHOP_OK) status = khop_i_score(score, e->metric, &sample, scratch);
  khop_i_free(scratch);
  return status;
}

static khop_status end_group(khop_ensemble *e) {
  khop_status status = KHOP_OK;
  khop_ensemble_result result = {.split = e->split};
  take_mean(e);
  KHOP_TRY(score_part(&result.val, e, KHOP_VAL));
  KHOP_TRY(score_part(&result.test, e, KHOP_TEST));
  KHOP_TRY(khop_i_room(&e->group, e->groups + 1, sizeof *e->group, "an ensemble"));
  e->group[e->groups++] = result;
done:
  e->added = 0;
  memset(e->sum, 0, (size_t)(e->nodes * e->columns) * sizeof *e->sum);
  return status;
}

khop_status khop_ensemble_add(khop_ensemble *e, int split, const khop_real *scores) {
  if (!e || !scores) return khop_i_fail(KHOP_E_ARGUMENT, "khop_ensemble_add: the ensemble or the scores are missing");
  if (split < 0 || split >= khop_data_splits(e->data))
    return khop_i_fail(KHOP_E_ARGUMENT, "split %d: %s has splits 0 to %d", split, khop_data_name(e->data),
                       khop_data_splits(e->data) - 1);
  if (e->added && split != e->split)
    return khop_i_fail(KHOP_E_ARGUMENT, "a model of split %d in an ensemble of split %d, which has %d of %d models", split,
                       e->split, e->added, e->models);
  e->split = split;
  for (int64_t i = 0; i < e->nodes * e->columns; i++) e->sum[i] += (double)scores[i];
  return ++e->added == e->models ? end_group(e) : KHOP_OK;
}

khop_status khop_i_ensemble_check(const khop_ensemble *e, const khop_data *data) {
  if (e->data == data) return KHOP_OK;
  return khop_i_fail(KHOP_E_ARGUMENT, "an ensemble of the nodes of %s, and a training on those of %s",
                     khop_data_name(e->data), khop_data_name(data));
}

int khop_ensemble_groups(const khop_ensemble *e) { return e->groups; }

const khop_ensemble_result *khop_ensemble_group(const khop_ensemble *e, int i) {
  return i >= 0 && i < e->groups ? &e->group[i] : NULL;
}
