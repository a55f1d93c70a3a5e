/* ensemble.c: see ensemble.h. */
#include "cli/predict/ensemble.h"
#include "cli/messages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_MODELS 1000

/* "m-2.safetensors" of "m.safetensors". */
static char *model_path(const char *first, int index) {
  const char *slash = strrchr(first, '/'), *dot = strrchr(first, '.');
  int stem = (int)(dot && (!slash || dot > slash) ? (size_t)(dot - first) : strlen(first));
  char *name = NULL;
  return asprintf(&name, "%.*s-%d%s", stem, first, index, first + stem) < 0 ? NULL : name;
}

static int add_model(ensemble *e, khop_model *model, const khop_graphs *set, int64_t max_bytes) {
  if (khop_graphs_predict(e->scores, model, set, max_bytes) != KHOP_OK) return library_failure();
  for (int64_t i = 0; i < e->count; i++) khop_moments_add(&e->moments[i], (double)e->scores[i]);
  e->models++;
  return GO_ON;
}

static int add_file(ensemble *e, const char *path, const char *first, const khop_graphs *set, int64_t max_bytes) {
  khop_model *model = NULL;
  int status = GO_ON;
  if (khop_model_load(&model, path) != KHOP_OK) return library_failure();
  int64_t outputs = khop_model_output_columns(model);
  if (outputs != e->outputs)
    status = failure("%s: it has %lld outputs, and %s has %lld: they are no ensemble", path, (long long)outputs,
                     first, (long long)e->outputs);
  else
    status = add_model(e, model, set, max_bytes);
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
  for (int m = 2; m <= models && status == GO_ON; m++) {
    char *name = model_path(path, m);
    status = name ? add_file(e, name, path, set, max_bytes) : failure("no memory for the name of model %d", m);
    free(name);
  }
  return status;
}

double ensemble_mean(const ensemble *e, int64_t i) { return e->moments[i].mean; }

double ensemble_deviation(const ensemble *e, int64_t i) { return khop_moments_deviation(&e->moments[i]); }

void ensemble_clear(ensemble *e) {
  free(e->scores);
  free(e->moments);
  *e = (ensemble){0};
}
