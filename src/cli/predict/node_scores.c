/* node_scores.c: see node_scores.h. */
#include "cli/predict/node_scores.h"
#include "cli/members.h"

#include <stdlib.h>
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

/* From the features and the graph, or from the rows of hop features. */
static int score_by(khop_real *scores, khop_model *model, const node_question *q) {
  khop_rows *hops = NULL;
  int status = GO_ON;
  int64_t nodes = khop_graph_nodes(khop_data_graph(q->data));
  khop_status scored = KHOP_OK;
  if (q->nodes) scored = khop_predict_nodes(scores, model, q->data, q->count, q->nodes, q->max_bytes);
  else if (!q->hop_features) scored = khop_predict(scores, model, q->data, q->max_bytes);
  if (q->nodes || !q->hop_features) return scored == KHOP_OK ? GO_ON : library_failure();
  if (khop_rows_open(&hops, q->hop_features) != KHOP_OK) return library_failure();
  if (khop_rows_count(hops) != nodes)
    status = failure("%s: %lld rows, and %s has %lld nodes", q->hop_features, (long long)khop_rows_count(hops),
                     khop_data_name(q->data), (long long)nodes);
  else if (khop_predict_rows(scores, model, hops, BATCH) != KHOP_OK)
    status = library_failure();
  khop_rows_close(hops);
  return status;
}

static int add_member(khop_moments *moments, khop_real *scores, const node_question *q, int member, int64_t count) {
  khop_model *model = NULL;
  int status = member > 1 ? load_member(&model, q->path, member, khop_model_output_columns(q->model)) : GO_ON;
  if (status == GO_ON) status = score_by(scores, member > 1 ? model : q->model, q);
  for (int64_t i = 0; status == GO_ON && i < count; i++) khop_moments_add(&moments[i], (double)scores[i]);
  khop_model_free(model);
  return status;
}

int score_nodes(khop_real *scores, khop_real *deviations, const node_question *q) {
  int members = count_members(q->model), status = GO_ON;
  int64_t count = q->count * khop_model_output_columns(q->model);
  if (members == 1) return score_by(scores, q->model, q);
  khop_moments *moments = calloc((size_t)count + 1, sizeof *moments);
  if (!moments) return failure("no memory for %lld scores", (long long)count);
  for (int m = 1; m <= members && status == GO_ON; m++) status = add_member(moments, scores, q, m, count);
  for (int64_t i = 0; status == GO_ON && i < count; i++) {
    scores[i] = (khop_real)moments[i].mean;
    if (deviations) deviations[i] = (khop_real)khop_moments_deviation(&moments[i]);
  }
  free(moments);
  return status;
}
