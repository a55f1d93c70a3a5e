/* sample.c: see sample.h. */
#include "cli/evaluate/sample.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *part_name(int part) {
  static const char *const names[] = {"training", "validation", "test", "all"};
  return names[part];
}

void clear_sample(sample *s) {
  free(s->scores);
  free(s->mask);
  free(s->labels);
  free(s->truth);
  s->scores = s->truth = NULL;
  s->mask = NULL;
  s->labels = NULL;
}

int open_sample(sample *s, int64_t n) {
  s->n = n;
  s->outputs = khop_model_output_columns(s->model);
  s->models = 1;
  s->part = PART_ALL;
  s->split = -1;
  s->scores = calloc((size_t)(n * s->outputs) + 1, sizeof *s->scores);
  s->mask = malloc((size_t)n + 1);
  if (!s->scores || !s->mask) return failure("no memory for %lld x %lld scores", (long long)n, (long long)s->outputs);
  memset(s->mask, 1, (size_t)n);
  return GO_ON;
}

int count_selected(sample *s) {
  s->selected = 0;
  for (int64_t i = 0; i < s->n; i++) s->selected += s->mask[i];
  if (s->selected) return GO_ON;
  if (s->part == PART_ALL) return failure("%s has no %s: there is nothing to score", s->data, s->row);
  if (s->split < 0) return failure("%s has no %s %s: there is nothing to score", s->data, part_name(s->part), s->row);
  return failure("%s has no %s %s in split %d: there is nothing to score", s->data, part_name(s->part), s->row,
                 s->split);
}

/* --- names ------------------------------------------------------------------------------------ */

/* Those of the model; of an older one, which keeps none, those of the data. */
static const char *const *names_of(const sample *s, bool classes, int64_t count, const char *const *names) {
  const khop_schema *schema = s->choice->data.schema;
  int64_t kept = 0;
  if (!schema || s->choice->data.options.by_position) return count == s->outputs ? names : NULL;
  const char *const *own = classes ? khop_schema_classes(schema, &kept) : khop_schema_targets(schema, &kept);
  return kept == s->outputs ? own : NULL;
}

static int64_t *match_names(const sample *s, int64_t count, const char *const *names) {
  int64_t *place = malloc(((size_t)count + 1) * sizeof *place);
  bool by_position = !s->choice->data.schema || s->choice->data.options.by_position;
  for (int64_t i = 0; place && i < count; i++) place[i] = i < s->outputs ? i : -1;
  if (place && !by_position && khop_names_match(place, s->outputs, s->names, count, names) != KHOP_OK) {
    free(place);
    return NULL;
  }
  return place;
}

/* "a, b, c", at most so much of it. */
static void list_names(char text[240], const sample *s) {
  size_t length = 0;
  text[0] = 0;
  for (int64_t i = 0; i < s->outputs && length < 200; i++) {
    const char *comma = i ? ", " : "";
    int written = s->names ? snprintf(text + length, 240 - length, "%s%.60s", comma, s->names[i])
                           : snprintf(text + length, 240 - length, "%s%lld", comma, (long long)i);
    length += written > 0 ? (size_t)written : 0;
    if (length >= 200 && i + 1 < s->outputs && length < 234) snprintf(text + length, 240 - length, ", ..");
  }
}

static int refuse_name(const sample *s, const char *what, const char *const *names, int64_t i) {
  char list[240], number[24];
  snprintf(number, sizeof number, "%lld", (long long)i);
  list_names(list, s);
  return failure("%s: %s '%s' is none of those of the model: %s (--columns by-position takes them by number)", s->data,
                 what, names ? names[i] : number, list);
}

/* --- truth ------------------------------------------------------------------------------------ */

static int place_labels(sample *s, const known_truth *known, const int64_t *place) {
  for (int64_t i = 0; i < s->n; i++) {
    int32_t label = known->labels[i];
    s->labels[i] = label < 0 ? -1 : (int32_t)place[label];
    if (label >= 0 && place[label] < 0 && s->mask[i]) return refuse_name(s, "class", known->class_names, label);
  }
  return GO_ON;
}

static int take_labels(sample *s, const known_truth *known) {
  if (!known->labels)
    return failure("%s has no labels%s, and the model predicts classes", s->data,
                   known->targets ? " but targets" : "");
  s->names = names_of(s, true, known->classes, known->class_names);
  s->labels = malloc(((size_t)s->n + 1) * sizeof *s->labels);
  int64_t *place = match_names(s, known->classes, known->class_names);
  int status = s->labels && place ? place_labels(s, known, place) : failure("no memory for labels");
  free(place);
  return status;
}

static void place_targets(sample *s, const known_truth *known, const int64_t *place) {
  for (int64_t i = 0; i < s->n; i++)
    for (int64_t c = 0; c < s->outputs; c++)
      s->truth[i * s->outputs + place[c]] = known->targets[i * s->outputs + c];
}

/* Columns that no name of the data leads to would be left without a truth: two of one name. */
static int check_places(const sample *s, const known_truth *known, const int64_t *place) {
  for (int64_t c = 0; c < s->outputs; c++) {
    if (place[c] < 0) return refuse_name(s, "target", known->target_names, c);
    for (int64_t d = 0; d < c; d++)
      if (place[d] == place[c]) return failure("%s: two targets have the same name", s->data);
  }
  return GO_ON;
}

static int take_targets(sample *s, const known_truth *known) {
  if (!known->targets)
    return failure("%s has no targets%s, and the model predicts %s", s->data, known->labels ? " but labels" : "",
                   khop_model_predicts_tasks(s->model) ? "answers to yes/no tasks" : "numbers");
  if (known->outputs != s->outputs)
    return failure("%s has %lld targets, and the model predicts %lld", s->data, (long long)known->outputs,
                   (long long)s->outputs);
  s->names = names_of(s, false, known->outputs, known->target_names);
  s->truth = calloc((size_t)(s->n * s->outputs) + 1, sizeof *s->truth);
  int64_t *place = match_names(s, known->outputs, known->target_names);
  int status = s->truth && place ? check_places(s, known, place) : failure("no memory for targets");
  if (status == GO_ON) place_targets(s, known, place);
  free(place);
  return status;
}

int take_truth(sample *s, const known_truth *known) {
  return khop_model_predicts_classes(s->model) ? take_labels(s, known) : take_targets(s, known);
}
