/* ensemble.c: see ensemble.h. */
#include "cli/predict/ensemble.h"
#include "cli/members.h"
#include "cli/messages.h"

#include <stdlib.h>

static int add_model(ensemble *e, khop_model *model, const khop_graphs *set, int64_t max_bytes) {
  if (khop_graphs_predict(e->scores, model, set, max_bytes) != KHOP_OK) return library_failure();
  for (int64_t i = 0; i < e->count; i++) khop_moments_add(&e->moments[i], (double)e->scores[i]);
  e->models++;
  return GO_ON;
}

static int add_file(ensemble *e, const char *first, int number, const khop_graphs *set, int64_t max_bytes) {
  khop_model *model = NULL;
  int status = load_member(&model, first, number, e->outputs);
  if (status == GO_ON) status = add_model(e, model, set, max_bytes);
  khop_model_free(model);
  return status;
}

int ensemble_score(ensemble *e, khop_model *model, const char *path, const khop_graphs *set, int64_t max_bytes) {
  const char *note = khop_model_metadata(model, "ensemble");
  int models = note ? atoi(note) : 1;
  if (models < 1 || models > MOST_MODELS) models = 1;
  *e = (ensemble){.outputs = khop_model_output_columns(model)};
  e->count = khop_graphs_count(set) * e->outputs;
  e->scores = calloc((size_t)e->count + 1, sizeof *e->scores);
  e->moments = calloc((size_t)e->count + 1, sizeof *e->moments);
  if (!e->scores || !e->moments) return failure("no memory for %lld scores", (long long)e->count);
  int status = add_model(e, model, set, max_bytes);
  for (int m = 2; m <= models && status == GO_ON; m++) status = add_file(e, path, m, set, max_bytes);
  return status;
}

double ensemble_mean(const ensemble *e, int64_t i) { return e->moments[i].mean; }

double ensemble_deviation(const ensemble *e, int64_t i) { return khop_moments_deviation(&e->moments[i]); }

void ensemble_clear(ensemble *e) {
  free(e->scores);
  free(e->moments);
  *e = (ensemble){0};
}
