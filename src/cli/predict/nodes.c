/* nodes.c: khop predict on the nodes of one graph, all or those of --rows. */
#include "cli/predict/nodes.h"
#include "cli/members.h"
#include "cli/node_names.h"
#include "cli/predict/chosen_nodes.h"
#include "cli/predict/node_scores.h"
#include "cli/predict/table.h"
#include "cli/visible.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static bool add_targets(prediction_table *t, const khop_data *data, const chosen_nodes *chosen) {
  int64_t columns = 0;
  const khop_real *targets = khop_data_targets(data, &columns);
  const char *const *names = khop_schema_targets(khop_data_schema(data), NULL);
  if (!targets) return true;
  int64_t *column = calloc((size_t)t->outputs + 1, sizeof *column);
  bool any = column && match_targets(column, t, names, columns);
  if (any) t->targets = calloc((size_t)(t->rows * t->outputs) + 1, sizeof *t->targets);
  for (int64_t i = 0; t->targets && i < t->rows * t->outputs; i++) {
    int64_t from = column[i % t->outputs], node = chosen_node(chosen, i / t->outputs);
    t->targets[i] = from < 0 ? (khop_real)NAN : targets[node * columns + from];
  }
  bool good = column && (t->targets || !any);
  free(column);
  return good;
}

static bool add_labels(prediction_table *t, const khop_data *data, const chosen_nodes *chosen) {
  const int32_t *labels = khop_data_labels(data);
  int32_t *some = calloc((size_t)t->rows + 1, sizeof *some);
  for (int64_t row = 0; some && row < t->rows; row++) some[row] = labels[chosen_node(chosen, row)];
  bool good = some && name_labels(t, some, t->rows, NULL, khop_data_classes(data), khop_data_class_names(data));
  free(some);
  return good;
}

/* The classes or targets that the data bring: classes by their own names. */
static bool add_truth(prediction_table *t, const khop_data *data, const chosen_nodes *chosen) {
  if (!t->classes) return add_targets(t, data, chosen);
  return !khop_data_labels(data) || add_labels(t, data, chosen);
}

/* names (rows): room for those of the nodes chosen. */
static bool begin_table(prediction_table *t, const predict_choice *choice, const khop_model *model,
                        const khop_data *data, const chosen_nodes *chosen, const char **names) {
  const char *const *otherwise = khop_data_classes(data) == khop_model_output_columns(model)
                                     ? khop_data_class_names(data) : NULL;
  const char *const *all = khop_data_node_names(data);
  *t = (prediction_table){.kind = "node", .rows = chosen->count, .numbers = chosen->nodes, .names = all ? names : NULL};
  for (int64_t row = 0; all && names && row < t->rows; row++) names[row] = all[chosen_node(chosen, row)];
  if (!names || !name_outputs(t, model, choice->data.schema, otherwise)) return false;
  t->scores = calloc((size_t)(t->rows * t->outputs) + 1, sizeof *t->scores);
  return t->scores && (choice->kept.without_truth || add_truth(t, data, chosen));
}

static int score_chosen(prediction_table *t, const predict_choice *choice, khop_model *model, const khop_data *data,
                        const chosen_nodes *chosen) {
  node_question question = {.model = model, .path = choice->model, .data = data, .hop_features = choice->hop_features,
                            .count = chosen->count, .nodes = chosen->nodes, .max_bytes = choice->data.max_bytes};
  if (count_members(model) > 1) {
    t->deviations = calloc((size_t)(t->rows * t->outputs) + 1, sizeof *t->deviations);
    if (!t->deviations) return failure("no memory for %lld deviations", (long long)(t->rows * t->outputs));
  }
  return score_nodes(t->scores, t->deviations, &question);
}

static int write_nodes(const predict_choice *choice, khop_model *model, const khop_data *data,
                       const chosen_nodes *chosen) {
  prediction_table t;
  const char **names = calloc((size_t)chosen->count + 1, sizeof *names);
  int status = GO_ON;
  if (!begin_table(&t, choice, model, data, chosen, names))
    status = failure("no memory for %lld x %lld scores", (long long)t.rows, (long long)t.outputs);
  if (status == GO_ON) status = score_chosen(&t, choice, model, data, chosen);
  if (status == GO_ON) status = write_predictions(choice->output, &t, choice->for_spreadsheets);
  if (status == EXIT_OK)
    printf(t.deviations ? "%s: %lld nodes, %lld columns, %d models\n" : "%s: %lld nodes, %lld columns\n",
           visible(choice->output), (long long)t.rows, (long long)t.outputs, count_members(model));
  if (status == EXIT_OK && takes_names(choice->output))
    tell_shared_names(choice->output, data, &choice->data);
  else if (status == EXIT_OK && !chosen->nodes)
    tell_names(choice->output, choice->input, data, &choice->data);
  prediction_table_clear(&t);
  free(names);
  return status;
}

int predict_nodes(predict_choice *choice, khop_model *model) {
  khop_data *data = NULL;
  chosen_nodes chosen = {0};
  int status = load_for_model(&data, model, choice->input, &choice->data, choice->hop_features, &choice->kept);
  if (status == GO_ON) status = choose_nodes(&chosen, data, choice->rows, &choice->data);
  if (status == GO_ON) status = write_nodes(choice, model, data, &chosen);
  chosen_nodes_clear(&chosen);
  khop_data_free(data);
  return status;
}
