/* nodes.c: khop predict on the nodes of one graph. */
#include "cli/predict/nodes.h"
#include "cli/node_names.h"
#include "cli/predict/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* From the features and the graph, or from the rows of a file of hop features; an exit status, or GO_ON. */
static int score_nodes(khop_real *scores, const predict_choice *choice, khop_model *model, const khop_data *data) {
  khop_rows *hops = NULL;
  int status = GO_ON;
  int64_t nodes = khop_graph_nodes(khop_data_graph(data));
  if (!choice->hop_features)
    return khop_predict(scores, model, data, choice->data.max_bytes) == KHOP_OK ? GO_ON : library_failure();
  if (khop_rows_open(&hops, choice->hop_features) != KHOP_OK) return library_failure();
  if (khop_rows_count(hops) != nodes)
    status = failure("%s: %lld rows, and %s has %lld nodes", choice->hop_features, (long long)khop_rows_count(hops),
                     khop_data_name(data), (long long)nodes);
  else if (khop_predict_rows(scores, model, hops, 1024) != KHOP_OK)
    status = library_failure();
  khop_rows_close(hops);
  return status;
}

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
  if (status == GO_ON) status = score_nodes(t.scores, choice, model, data);
  if (status == GO_ON) status = write_predictions(choice->output, &t);
  if (status == EXIT_OK)
    printf("%s: %lld nodes, %lld columns\n", choice->output, (long long)t.rows, (long long)t.outputs);
  if (status == EXIT_OK && takes_names(choice->output))
    tell_shared_names(choice->output, data, &choice->data);
  else if (status == EXIT_OK)
    tell_names(choice->output, choice->input, data, &choice->data);
  prediction_table_clear(&t);
  return status;
}

int predict_nodes(predict_choice *choice, khop_model *model) {
  khop_data *data = NULL;
  data_choice how = choice->data;
  const char *divided = khop_model_metadata(model, "row_normalize");
  how.options.row_normalize = divided && strcmp(divided, "1") == 0;
  if (choice->hop_features) { /* rows that were made before: the model has no other input */
    how.options.schema = NULL;
    if (!how.options.features) how.options.features = "none";
  }
  int status = load_with_kept(&data, choice->input, &how, &choice->kept);
  if (status == GO_ON) status = write_nodes(choice, model, data);
  khop_data_free(data);
  return status;
}
