/* nodes.c: khop predict on the nodes of one graph. */
#include "cli/predict/nodes.h"
#include "cli/predict/node_table.h"
#include "cli/predict/scores_file.h"

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

static int write_nodes(const predict_choice *choice, khop_model *model, const khop_data *data) {
  int64_t n = khop_graph_nodes(khop_data_graph(data)), columns = khop_model_output_columns(model);
  khop_real *scores = calloc((size_t)(n * columns) + 1, sizeof *scores);
  if (!scores) return failure("no memory for %lld x %lld scores", (long long)n, (long long)columns);
  int status = score_nodes(scores, choice, model, data);
  if (status == GO_ON) {
    khop_status written = is_text_table(choice->output) ? write_node_table(choice->output, scores, model, data)
                                                        : khop_write_npy(choice->output, scores, n, columns);
    status = written == KHOP_OK ? EXIT_OK : library_failure();
  }
  if (status == EXIT_OK)
    printf("%s: %lld nodes, %lld columns\n", choice->output, (long long)n, (long long)columns);
  free(scores);
  return status;
}

int predict_nodes(const predict_choice *choice, khop_model *model) {
  khop_data *data = NULL;
  data_choice how = choice->data;
  const char *divided = khop_model_metadata(model, "row_normalize");
  how.options.row_normalize = divided && strcmp(divided, "1") == 0;
  if (choice->hop_features) how.options.schema = NULL; /* rows that were made before: the model has no other input */
  int status = load_data(&data, choice->input, &how);
  if (status == GO_ON) status = write_nodes(choice, model, data);
  khop_data_free(data);
  return status;
}
