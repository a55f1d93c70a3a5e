/* nodes.c: khop predict on the nodes of one graph. */
#include "cli/predict/nodes.h"
#include "cli/node_names.h"
#include "cli/predict/node_scores.h"
#include "cli/predict/table.h"
#include "cli/visible.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static bool add_targets(prediction_table *t, const khop_data *data) {
  int64_t columns = 0;
  const khop_real *targets = khop_data_targets(data, &columns);
  const char *const *names = khop_schema_targets(khop_data_schema(data), NULL);
  if (!targets) return true;
  int64_t *column = calloc((size_t)t->outputs + 1, sizeof *column);
  bool any = column && match_targets(column, t, names, columns);
  if (any) t->targets = calloc((size_t)(t->rows * t->outputs) + 1, sizeof *t->targets);
  for (int64_t i = 0; t->targets && i < t->rows * t->outputs; i++) {
    int64_t from = column[i % t->outputs];
    t->targets[i] = from < 0 ? (khop_real)NAN : targets[i / t->outputs * columns + from];
  }
  bool good = column && (t->targets || !any);
  free(column);
  return good;
}

/* The classes or targets that the data bring: classes by their own names. */
static bool add_truth(prediction_table *t, const khop_data *data) {
  const int32_t *labels = khop_data_labels(data);
  if (!t->classes) return add_targets(t, data);
  return !labels || name_labels(t, labels, t->rows, NULL, khop_data_classes(data), khop_data_class_names(data));
}

static bool begin_table(prediction_table *t, const predict_choice *choice, const khop_model *model,
                        const khop_data *data) {
  const char *const *otherwise = khop_data_classes(data) == khop_model_output_columns(model)
                                     ? khop_data_class_names(data) : NULL;
  *t = (prediction_table){.kind = "node", .rows = khop_graph_nodes(khop_data_graph(data)),
                          .names = khop_data_node_names(data)};
  if (!name_outputs(t, model, choice->data.schema, otherwise)) return false;
  t->scores = calloc((size_t)(t->rows * t->outputs) + 1, sizeof *t->scores);
  return t->scores && (choice->kept.without_truth || add_truth(t, data));
}

static int write_nodes(const predict_choice *choice, khop_model *model, const khop_data *data) {
  prediction_table t;
  int status = GO_ON;
  if (!begin_table(&t, choice, model, data))
    status = failure("no memory for %lld x %lld scores", (long long)t.rows, (long long)t.outputs);
  if (status == GO_ON)
    status = score_nodes(t.scores, model, data, choice->hop_features, choice->data.max_bytes);
  if (status == GO_ON) status = write_predictions(choice->output, &t, choice->for_spreadsheets);
  if (status == EXIT_OK)
    printf("%s: %lld nodes, %lld columns\n", visible(choice->output), (long long)t.rows, (long long)t.outputs);
  if (status == EXIT_OK && takes_names(choice->output))
    tell_shared_names(choice->output, data, &choice->data);
  else if (status == EXIT_OK)
    tell_names(choice->output, choice->input, data, &choice->data);
  prediction_table_clear(&t);
  return status;
}

int predict_nodes(predict_choice *choice, khop_model *model) {
  khop_data *data = NULL;
  int status = load_for_model(&data, model, choice->input, &choice->data, choice->hop_features, &choice->kept);
  if (status == GO_ON) status = write_nodes(choice, model, data);
  khop_data_free(data);
  return status;
}
