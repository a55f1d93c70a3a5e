/* table.c: see table.h: what a table holds. Its files: table_files.c. */
#include "cli/predict/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void free_names(char **names, int64_t count) {
  for (int64_t i = 0; names && i < count; i++) free(names[i]);
  free(names);
}

/* Copies of names, or, where they are NULL, numbers from 0 with a prefix. NULL when memory ends. */
static char **copy_names(const char *const *names, int64_t count, const char *prefix) {
  char **copy = calloc((size_t)count + 1, sizeof *copy);
  for (int64_t i = 0; copy && i < count; i++) {
    if (names) copy[i] = strdup(names[i]);
    else if (asprintf(&copy[i], "%s%lld", prefix, (long long)i) < 0) copy[i] = NULL;
    if (!copy[i]) {
      free_names(copy, count);
      return NULL;
    }
  }
  return copy;
}

/* The lines of the metadata "outputs" of a model of sets, where there are so many; else NULL. */
static char **noted_names(const khop_model *model, int64_t count) {
  const char *lines = khop_model_metadata(model, "outputs");
  char **names = lines ? calloc((size_t)count + 1, sizeof *names) : NULL;
  int64_t found = 0;
  for (; names && lines && found < count; lines = strchr(lines, '\n') ? strchr(lines, '\n') + 1 : NULL)
    names[found++] = strndup(lines, strcspn(lines, "\n"));
  if (!names || (found == count && !lines)) return names;
  free_names(names, count);
  return NULL;
}

bool name_outputs(prediction_table *t, const khop_model *model, const khop_schema *schema,
                  const char *const *otherwise) {
  int64_t count = 0;
  const char *const *names = NULL;
  t->classes = khop_model_predicts_classes(model);
  t->tasks = khop_model_predicts_tasks(model);
  t->outputs = khop_model_output_columns(model);
  if (schema) names = t->classes ? khop_schema_classes(schema, &count) : khop_schema_targets(schema, &count);
  if (count != t->outputs) names = NULL;
  t->output_names = noted_names(model, t->outputs);
  if (!t->output_names) t->output_names = copy_names(names ? names : schema ? NULL : otherwise, t->outputs,
                                                     t->classes ? "" : "output ");
  return t->output_names;
}

bool match_targets(int64_t *column, const prediction_table *t, const char *const *names, int64_t columns) {
  bool any = false;
  for (int64_t c = 0; c < t->outputs; c++) {
    column[c] = !names && columns == t->outputs ? c : -1;
    for (int64_t k = 0; names && k < columns; k++)
      if (strcmp(names[k], t->output_names[c]) == 0) column[c] = k;
    any = any || column[c] >= 0;
  }
  return any;
}

bool name_labels(prediction_table *t, const int32_t *labels, int64_t count, const int64_t *row_of, int64_t classes,
                 const char *const *names) {
  t->known_classes = classes;
  t->class_names = copy_names(names, classes, "");
  t->labels = calloc((size_t)t->rows + 1, sizeof *t->labels);
  if (!t->class_names || !t->labels) return false;
  for (int64_t i = 0; i < count; i++)
    if (labels[i] >= 0) t->labels[row_of ? row_of[i] : i] = t->class_names[labels[i]];
  return true;
}

void prediction_table_clear(prediction_table *t) {
  free_names(t->output_names, t->outputs);
  free_names(t->class_names, t->known_classes);
  free_names(t->outside, t->rows);
  free(t->scores);
  free(t->deviations);
  free(t->lows);
  free(t->highs);
  free(t->targets);
  free(t->labels);
  *t = (prediction_table){0};
}
