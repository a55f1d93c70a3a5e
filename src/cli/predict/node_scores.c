/* node_scores.c: see node_scores.h. */
#include "cli/predict/node_scores.h"

#include <string.h>

#define BATCH 1024 /* rows of hop features at a time */

int load_for_model(khop_data **data, const khop_model *model, const char *name, const data_choice *choice,
                   const char *hop_features, kept_options *kept) {
  data_choice how = *choice;
  const char *divided = khop_model_metadata(model, "row_normalize");
  how.options.row_normalize = divided && strcmp(divided, "1") == 0;
  if (hop_features) {
    how.options.schema = NULL;
    if (!how.options.features) how.options.features = "none";
  }
  return load_with_kept(data, name, &how, kept);
}

int score_nodes(khop_real *scores, khop_model *model, const khop_data *data, const char *hop_features,
                int64_t max_bytes) {
  khop_rows *hops = NULL;
  int status = GO_ON;
  int64_t nodes = khop_graph_nodes(khop_data_graph(data));
  if (!hop_features) return khop_predict(scores, model, data, max_bytes) == KHOP_OK ? GO_ON : library_failure();
  if (khop_rows_open(&hops, hop_features) != KHOP_OK) return library_failure();
  if (khop_rows_count(hops) != nodes)
    status = failure("%s: %lld rows, and %s has %lld nodes", hop_features, (long long)khop_rows_count(hops),
                     khop_data_name(data), (long long)nodes);
  else if (khop_predict_rows(scores, model, hops, BATCH) != KHOP_OK)
    status = library_failure();
  khop_rows_close(hops);
  return status;
}
