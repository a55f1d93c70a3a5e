/* node_split.c: see node_split.h. */
#include "train/nodes/node_split.h"
#include "base/error.h"
#include "base/memory.h"
#include "model/model.h"
#include "train/tasks.h"

#include <math.h>
#include <string.h>

static khop_status check_known(const khop_i_node_split *s, const khop_real *targets, int64_t outputs) {
  const uint8_t *mask = khop_i_node_split_mask(s, KHOP_TRAIN);
  int64_t nodes = khop_i_node_split_nodes(s);
  for (int64_t i = 0; i < nodes; i++)
    for (int64_t c = 0; mask[i] && c < outputs; c++)
      if (!isnan(targets[i * outputs + c])) return KHOP_OK;
  return khop_i_fail(KHOP_E_VALUE, "no training node has a target: all of them are missing");
}

static khop_status check_split(const khop_i_node_split *s, const khop_model *model) {
  int64_t outputs = 0;
  const khop_real *targets = khop_data_targets(s->data, &outputs);
  if (model->ops[model->output].pooled)
    return khop_i_fail(KHOP_E_ARGUMENT, "the model has a row a graph: it learns from a set of graphs, with "
                       "khop_graphs_fit");
  if (model->loss < 0) return khop_i_fail(KHOP_E_ARGUMENT, "the model has no loss");
  if (!khop_i_node_split_mask(s, KHOP_TRAIN))
    return khop_i_fail(KHOP_E_ARGUMENT, "there is no split %d: the data have %d", s->split,
                       khop_data_splits(s->data));
  if (!khop_data_labels(s->data) && !targets)
    return khop_i_fail(KHOP_E_ARGUMENT, "the data have neither labels nor targets to learn");
  if (targets && outputs != khop_model_output_columns(model))
    return khop_i_fail(KHOP_E_SHAPE, "the model has %lld outputs, the data %lld targets",
                       (long long)khop_model_output_columns(model), (long long)outputs);
  khop_status status = targets ? khop_i_tasks_learn(khop_data_has_tasks(s->data), s->metric, model) : KHOP_OK;
  return status == KHOP_OK && targets ? check_known(s, targets, outputs) : status;
}

/* --- units ------------------------------------------------------------------------------------------- */

static void scale_targets(khop_i_node_split *s) {
  const khop_real *targets = khop_data_targets(s->data, NULL);
  for (int64_t i = 0; s->targets && i < khop_i_node_split_nodes(s); i++)
    khop_i_units_apply(s->targets + i * s->units.outputs, targets + i * s->units.outputs, &s->units);
}

void khop_i_node_split_use_units(khop_i_node_split *s, const khop_i_units *units) {
  for (int64_t c = 0; c < s->units.outputs; c++) {
    s->units.mean[c] = units->mean[c];
    s->units.deviation[c] = units->deviation[c];
  }
  scale_targets(s);
}

/* The model may have been trained before, in other units. */
static khop_status open_units(khop_i_node_split *s, khop_model *model) {
  khop_status status = KHOP_OK;
  int64_t nodes = khop_i_node_split_nodes(s), outputs = khop_model_output_columns(model);
  const khop_real *targets = khop_data_targets(s->data, NULL);
  bool numbers = khop_i_learns_numbers(model);
  KHOP_TRY(khop_i_units_open(&s->units, model));
  for (int64_t c = 0; c < outputs; c++) {
    s->units.mean[c] = 0, s->units.deviation[c] = 1;
    if (numbers && targets)
      khop_i_unit_measure(&s->units.mean[c], &s->units.deviation[c], targets, nodes, outputs, c,
                          khop_i_node_split_mask(s, KHOP_TRAIN), 1);
  }
  if (targets) KHOP_TRY(khop_i_alloc(&s->targets, nodes * outputs, sizeof *s->targets, "targets"));
  scale_targets(s);
  if (numbers) KHOP_TRY(khop_i_units_keep(model, &s->units));
done:
  return status;
}

/* --- opening ----------------------------------------------------------------------------------------- */

khop_status khop_i_node_split_open(khop_i_node_split *s, const khop_data *data, int number, khop_metric metric,
                                   khop_model *model) {
  *s = (khop_i_node_split){.data = data, .split = number, .metric = metric};
  khop_status status = check_split(s, model);
  if (status != KHOP_OK) return status;
  size_t scratch = khop_i_score_scratch(metric, khop_i_node_split_nodes(s), khop_model_output_columns(model));
  status = khop_i_alloc(&s->scratch, (int64_t)scratch, 1, "a metric's scratch");
  return status == KHOP_OK ? open_units(s, model) : status;
}

void khop_i_node_split_close(khop_i_node_split *s) {
  khop_i_units_close(&s->units);
  khop_i_free(s->targets);
  khop_i_free(s->scratch);
}

int64_t khop_i_node_split_nodes(const khop_i_node_split *s) { return khop_graph_nodes(khop_data_graph(s->data)); }

const uint8_t *khop_i_node_split_mask(const khop_i_node_split *s, khop_part part) {
  return khop_data_mask(s->data, s->split, part);
}

bool khop_i_node_split_has(const khop_i_node_split *s, khop_part part) {
  const uint8_t *mask = khop_i_node_split_mask(s, part);
  return mask && memchr(mask, 1, (size_t)khop_i_node_split_nodes(s));
}

khop_status khop_i_node_split_score(double *score, const khop_i_node_split *s, const khop_i_sample *sample) {
  return khop_i_score(score, s->metric, sample, s->scratch);
}
