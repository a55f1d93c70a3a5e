/* answer.c: see answer.h: names, and the choice of what is explained. */
#include "cli/explain/answer.h"
#include "cli/node_names.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- features --------------------------------------------------------------------------------------- */

/* "age", "age missing", "colour: red", "words 17", "node Mr. Hi". NULL when memory ends. */
static char *name_column(const khop_field *field, int64_t i, const khop_data *data) {
  char *name = NULL, text[24];
  int length;
  switch (field->kind) {
  case KHOP_FIELD_NUMBER: return strdup(field->name);
  case KHOP_FIELD_MISSING: length = asprintf(&name, "%s missing", field->name); break;
  case KHOP_FIELD_CATEGORY: length = asprintf(&name, "%s: %s", field->name, field->vocabulary[i]); break;
  case KHOP_FIELD_IDENTITY: length = asprintf(&name, "node %s", node_label(text, data, i)); break;
  default: length = asprintf(&name, "%s %lld", field->name, (long long)i);
  }
  return length < 0 ? NULL : name;
}

static bool name_features(answer *a) {
  const khop_schema *schema = khop_data_schema(a->data);
  int64_t at = 0;
  a->features = khop_data_features(a->data)->columns;
  a->feature_names = calloc((size_t)a->features + 1, sizeof *a->feature_names);
  if (!a->feature_names) return false;
  for (int f = 0; f < khop_schema_fields(schema); f++)
    for (int64_t i = 0; i < khop_schema_field(schema, f)->columns && at < a->features; i++, at++) {
      a->feature_names[at] = name_column(khop_schema_field(schema, f), i, a->data);
      if (!a->feature_names[at]) return false;
    }
  return true;
}

/* --- outputs ---------------------------------------------------------------------------------------- */

static bool name_all(answer *a, const khop_model *model) {
  const char *const *otherwise = khop_data_classes(a->data) == khop_model_output_columns(model)
                                     ? khop_data_class_names(a->data) : NULL;
  return name_outputs(&a->names, model, a->choice->data.schema, otherwise) && name_features(a);
}

const char *output_kind(const answer *a) { return a->names.classes ? "class" : a->names.tasks ? "task" : "output"; }

const char *explained_name(const answer *a, int64_t k) { return a->names.output_names[a->e->explained[k]]; }

/* The output of this name, else of this number. */
static int find_output(int64_t *output, const answer *a, const char *text) {
  char *end;
  for (int64_t c = 0; c < a->names.outputs; c++)
    if (strcmp(a->names.output_names[c], text) == 0) {
      *output = c;
      return GO_ON;
    }
  *output = strspn(text, "0123456789") == strlen(text) && strlen(text) < 10 ? strtoll(text, &end, 10) : -1;
  if (*output >= 0 && *output < a->names.outputs) return GO_ON;
  return failure("--class: %s has no %s '%s': its %lld go from '%.80s' to '%.80s'", a->choice->model, output_kind(a),
                 text, (long long)a->names.outputs, a->names.output_names[0],
                 a->names.output_names[a->names.outputs - 1]);
}

static int64_t largest(const double *numbers, int64_t count) {
  int64_t best = 0;
  for (int64_t i = 1; i < count; i++)
    if (numbers[i] > numbers[best]) best = i;
  return best;
}

/* --- the whole -------------------------------------------------------------------------------------- */

int make_answer(answer *a, const explain_choice *choice, khop_model *model, const khop_data *data) {
  int64_t output = -1;
  *a = (answer){.choice = choice, .data = data, .predicted = -1};
  int status = find_node(&a->node, data, choice->node, "--node", &choice->data);
  if (status == GO_ON && !name_all(a, model))
    status = failure("no memory for the names of %lld features", (long long)a->features);
  if (status == GO_ON && choice->of) status = find_output(&output, a, choice->of);
  if (status != GO_ON) return status;
  khop_explain_options o = {.size = sizeof o, .baseline = (khop_baseline)choice->baseline,
                            .tolerance = choice->tolerance, .max_bytes = choice->data.max_bytes};
  if (choice->of) o.count = 1, o.outputs = &output;
  if (khop_explain_node(&a->e, model, data, a->node, &o) != KHOP_OK) return library_failure();
  if (a->names.classes) a->predicted = largest(a->e->output, a->e->outputs);
  if (!choice->of && a->names.classes) a->shown = a->predicted;
  else if (!choice->of && a->names.tasks) a->shown = largest(a->e->output, a->e->outputs);
  return GO_ON;
}

void answer_clear(answer *a) {
  for (int64_t i = 0; a->feature_names && i < a->features; i++) free(a->feature_names[i]);
  free(a->feature_names);
  prediction_table_clear(&a->names);
  khop_explanation_free(a->e);
  *a = (answer){0};
}

/* --- order ------------------------------------------------------------------------------------------ */

typedef struct ranked {
  int64_t place;
  double size;
} ranked;

/* Largest first, and of equals the first. */
static int by_size(const void *a, const void *b) {
  const ranked *x = a, *y = b;
  if (x->size != y->size) return x->size < y->size ? 1 : -1;
  return x->place < y->place ? -1 : 1;
}

int64_t *strongest(int64_t *found, const double *shares, int64_t count, int64_t most) {
  ranked *all = malloc((size_t)count * sizeof *all + 1);
  int64_t *places = malloc((size_t)count * sizeof *places + 1), kept = 0;
  *found = 0;
  if (all && places) {
    for (int64_t i = 0; i < count; i++)
      if (shares[i] != 0) all[kept++] = (ranked){i, fabs(shares[i])};
    qsort(all, (size_t)kept, sizeof *all, by_size);
    for (int64_t i = 0; i < kept && i < most; i++) places[(*found)++] = all[i].place;
  } else {
    free(places);
    places = NULL;
  }
  free(all);
  return places;
}
