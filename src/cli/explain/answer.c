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
  const khop_schema *schema = a->data ? khop_data_schema(a->data) : khop_graphs_schema(a->set);
  int64_t at = 0;
  a->features = khop_schema_columns(schema);
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
  bool nodes = a->data && khop_data_classes(a->data) == khop_model_output_columns(model);
  const char *const *otherwise = nodes ? khop_data_class_names(a->data) : NULL;
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

/* Of a subject that is known; names of members follow. */
static int explain(answer *a, khop_model *model, int64_t place) {
  const explain_choice *choice = a->choice;
  int64_t output = -1;
  int status = name_all(a, model) ? GO_ON : failure("no memory for the names of %lld features", (long long)a->features);
  if (status == GO_ON && choice->of) status = find_output(&output, a, choice->of);
  if (status != GO_ON) return status;
  khop_explain_options o = {.size = sizeof o, .baseline = (khop_baseline)choice->baseline,
                            .tolerance = choice->tolerance, .max_bytes = choice->data.max_bytes};
  if (choice->of) o.count = 1, o.outputs = &output;
  khop_status explained = a->data ? khop_explain_node(&a->e, model, a->data, place, &o)
                                  : khop_explain_graph(&a->e, model, a->set, place, &o);
  if (explained != KHOP_OK) return library_failure();
  if (a->names.classes) a->predicted = largest(a->e->output, a->e->outputs);
  if (!choice->of && a->names.classes) a->shown = a->predicted;
  else if (!choice->of && a->names.tasks) a->shown = largest(a->e->output, a->e->outputs);
  a->member_names = calloc((size_t)a->e->members + 1, sizeof *a->member_names);
  return a->member_names ? GO_ON : failure("no memory for %lld names", (long long)a->e->members);
}

int explain_node(answer *a, const explain_choice *choice, khop_model *model, const khop_data *data) {
  char text[24];
  *a = (answer){.choice = choice, .data = data, .data_name = khop_data_name(data), .predicted = -1};
  int status = find_node(&a->number, data, choice->node, "--node", &choice->data);
  if (status != GO_ON) return status;
  if (asprintf(&a->title, "node %s", node_label(text, data, a->number)) < 0) a->title = NULL;
  status = a->title ? explain(a, model, a->number) : failure("no memory for a name");
  const char *const *names = khop_data_node_names(data);
  for (int64_t m = 0; status == GO_ON && names && m < a->e->members; m++) a->member_names[m] = names[a->e->member[m]];
  return status;
}

/* --- rows ------------------------------------------------------------------------------------------- */

/* The molecule, and symbols of its atoms, where it has as many as the graph has nodes: standardised ones may not. */
static void take_molecule(answer *a, const char *text) {
  bool fits = khop_molecule_new(&a->molecule) == KHOP_OK && khop_molecule_parse(a->molecule, text) == KHOP_OK &&
              khop_molecule_atoms(a->molecule) == a->e->members;
  for (int64_t m = 0; fits && m < a->e->members; m++)
    a->member_names[m] = khop_element_symbol(khop_molecule_atom_list(a->molecule)[m].element);
  if (fits) return;
  khop_molecule_free(a->molecule);
  a->molecule = NULL;
}

/* The graph of a row of the file, counted from 1. */
static int find_row(int64_t *graph, const answer *a, const record_list *records) {
  int64_t total = 0, row = a->number - 1;
  const int64_t *rows = khop_graphs_rows(a->set, &total);
  if (!rows) total = khop_graphs_count(a->set);
  if (row >= total)
    return failure("--row: %s has rows 1 to %lld, not %lld", a->data_name, (long long)total, (long long)a->number);
  for (*graph = 0; *graph < khop_graphs_count(a->set); ++*graph)
    if ((rows ? rows[*graph] : *graph) == row) return GO_ON;
  return failure("--row: row %lld of %s could not be read: %s", (long long)a->number, a->data_name,
                 row < records->count ? records->reason[row] : "it is no graph");
}

int explain_row(answer *a, const explain_choice *choice, khop_model *model, const khop_graphs *set,
                const record_list *records) {
  int64_t graph = 0, at = choice->row - 1;
  *a = (answer){.choice = choice, .set = set, .data_name = khop_graphs_name(set), .number = choice->row,
                .predicted = -1};
  int status = find_row(&graph, a, records);
  if (status != GO_ON) return status;
  const char *smiles = at < records->count ? records->smiles[at] : "";
  if (asprintf(&a->title, "row %lld%s%s", (long long)choice->row, *smiles ? ", " : "", smiles) < 0) a->title = NULL;
  status = a->title ? explain(a, model, graph) : failure("no memory for a name");
  if (status == GO_ON && *smiles) take_molecule(a, smiles);
  return status;
}

const char *member_label(char text[24], const answer *a, int64_t member) {
  if (a->member_names[member] && *a->member_names[member] && a->data) return a->member_names[member];
  snprintf(text, 24, "%lld%s%.3s", (long long)a->e->member[member], a->member_names[member] ? " " : "",
           a->member_names[member] ? a->member_names[member] : "");
  return text;
}

void answer_clear(answer *a) {
  for (int64_t i = 0; a->feature_names && i < a->features; i++) free(a->feature_names[i]);
  free(a->feature_names);
  free(a->member_names);
  free(a->title);
  prediction_table_clear(&a->names);
  khop_explanation_free(a->e);
  khop_molecule_free(a->molecule);
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
