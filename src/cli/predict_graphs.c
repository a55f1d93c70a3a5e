/* predict_graphs.c: khop predict on a set of graphs: a row of the file a row of the output.
 *
 *   row,log solubility,deviation of log solubility
 *   1,-2.31,0.12
 *   2,,                                  a line that could not be read */
#include "train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The value of an option that the model was trained with, copied; NULL where it was not given. */
static char *trained_with(const khop_model *model, const char *name) {
  const char *lines = khop_model_metadata(model, "options");
  size_t length = strlen(name);
  char *found = NULL;
  for (const char *line = lines; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
    if (strncmp(line, name, length) == 0 && line[length] == '=') {
      free(found);
      found = strndup(line + length + 1, strcspn(line + length + 1, "\n"));
    }
  return found;
}

/* "m-2.safetensors" of "m.safetensors". */
static char *member_path(const char *path, int member) {
  const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
  int stem = (int)(dot && (!slash || dot > slash) ? (size_t)(dot - path) : strlen(path));
  char *name = NULL;
  if (asprintf(&name, "%.*s-%d%s", stem, path, member, path + stem) < 0) exit(EXIT_FAILED);
  return name;
}

typedef struct totals {
  int64_t count;      /* graphs times outputs */
  khop_real *scores;  /* of one model */
  double *sum, *squares;
} totals;

static void add_scores(totals *t) {
  for (int64_t i = 0; i < t->count; i++) {
    t->sum[i] += (double)t->scores[i];
    t->squares[i] += (double)t->scores[i] * (double)t->scores[i];
  }
}

static khop_status predict_all(totals *t, khop_model *model, const char *path, int members,
                               const khop_graphs *set, int64_t max_bytes) {
  khop_status status = khop_graphs_predict(t->scores, model, set, max_bytes);
  if (status == KHOP_OK) add_scores(t);
  for (int m = 2; m <= members && status == KHOP_OK; m++) {
    khop_model *other = NULL;
    char *name = member_path(path, m);
    status = khop_model_load(&other, name);
    if (status == KHOP_OK && khop_model_output_columns(other) != khop_model_output_columns(model)) {
      fprintf(stderr, "khop predict: %s: it has %lld outputs, and %s has %lld: they are no ensemble\n", name,
              (long long)khop_model_output_columns(other), path, (long long)khop_model_output_columns(model));
      exit(EXIT_FAILED);
    }
    if (status == KHOP_OK) status = khop_graphs_predict(t->scores, other, set, max_bytes);
    if (status == KHOP_OK) add_scores(t);
    khop_model_free(other);
    free(name);
  }
  return status;
}

static double deviation_of(const totals *t, int64_t i, int members) {
  double mean = t->sum[i] / members, square = t->squares[i] / members - mean * mean;
  return members > 1 && square > 0 ? sqrt(square * members / (members - 1)) : 0;
}

/* "prefix" and the name of an output, which stands on a line of its own in the note "outputs". */
static char *output_name(const char *prefix, const khop_model *model, int64_t output) {
  const char *names = khop_model_metadata(model, "outputs");
  for (int64_t k = 0; names && k < output; k++) names = strchr(names, '\n') ? strchr(names, '\n') + 1 : NULL;
  int length = names ? (int)strcspn(names, "\n") : 0;
  char *name = NULL;
  int made = length ? asprintf(&name, "%s%.*s", prefix, length, names)
                    : asprintf(&name, "%soutput %lld", prefix, (long long)output);
  if (made < 0) exit(EXIT_FAILED);
  return name;
}

static void write_header(khop_csv *csv, const khop_model *model) {
  khop_csv_text(csv, "row");
  for (int64_t c = 0; c < khop_model_output_columns(model); c++)
    for (int k = 0; k < 2; k++) {
      char *name = output_name(k ? "deviation of " : "", model, c);
      khop_csv_text(csv, name);
      free(name);
    }
  khop_csv_end_row(csv);
}

static void write_rows(khop_csv *csv, const totals *t, const khop_model *model, const khop_graphs *set, int members) {
  int64_t total, outputs = khop_model_output_columns(model), g = 0;
  const int64_t *rows = khop_graphs_rows(set, &total);
  for (int64_t row = 0; row < total; row++) {
    bool there = g < khop_graphs_count(set) && (rows ? rows[g] : g) == row;
    khop_csv_integer(csv, row + 1);
    for (int64_t c = 0; c < outputs; c++) {
      int64_t i = g * outputs + c;
      khop_csv_number(csv, there ? t->sum[i] / members : (double)NAN, 6);
      khop_csv_number(csv, there ? deviation_of(t, i, members) : (double)NAN, 6);
    }
    khop_csv_end_row(csv);
    g += there;
  }
}

static khop_status write_csv(const char *path, const totals *t, const khop_model *model, const khop_graphs *set,
                             int members) {
  khop_csv *csv = NULL;
  khop_status status = khop_csv_new(&csv, path);
  if (status != KHOP_OK) return status;
  write_header(csv, model);
  write_rows(csv, t, model, set, members);
  status = khop_csv_commit(csv);
  khop_csv_free(csv);
  return status;
}

/* Rows that could not be read are NaN. */
static khop_status write_npy(const char *path, const totals *t, const khop_graphs *set, int64_t outputs, int members) {
  int64_t total, graphs = khop_graphs_count(set);
  const int64_t *rows = khop_graphs_rows(set, &total);
  khop_real *table = calloc((size_t)(total * outputs) + 1, sizeof *table);
  if (!table) exit(EXIT_FAILED);
  for (int64_t i = 0; i < total * outputs; i++) table[i] = (khop_real)NAN;
  for (int64_t g = 0; g < graphs; g++)
    for (int64_t c = 0; c < outputs; c++)
      table[(rows ? rows[g] : g) * outputs + c] = (khop_real)(t->sum[g * outputs + c] / members);
  khop_status status = khop_write_npy(path, table, total, outputs);
  free(table);
  return status;
}

static khop_status write_predictions(const char *output, const totals *t, const khop_model *model,
                                     const khop_graphs *set, int members) {
  const char *dot = strrchr(output, '.');
  if (dot && (strcmp(dot, ".csv") == 0 || strcmp(dot, ".tsv") == 0))
    return write_csv(output, t, model, set, members);
  return write_npy(output, t, set, khop_model_output_columns(model), members);
}

khop_status load_as_trained(khop_graphs **set, const khop_model *model, const char *name,
                            const molecule_choice *wanted) {
  char *descriptors = trained_with(model, "descriptors"), *column = trained_with(model, "smiles-column");
  char *target = trained_with(model, "target");
  molecule_choice choice = *wanted;
  if (!choice.smiles_column) choice.smiles_column = column;
  choice.descriptors = descriptors;
  choice.molecules = target != NULL;
  choice.no_places = true;
  khop_status status = load_graphs(set, name, &choice);
  int64_t columns = status == KHOP_OK ? khop_graphs_features(*set)->columns : 0;
  if (status == KHOP_OK && columns + KHOP_STRUCTURAL_COLUMNS == khop_model_input_columns(model))
    status = khop_graphs_add_structural_features(*set);
  free(descriptors);
  free(column);
  free(target);
  return status;
}

int predict_graphs(const command *self, khop_model *model, const char *path, const char *name,
                   const char *output, const char *smiles_column, int64_t max_bytes) {
  khop_graphs *set = NULL;
  const char *note = khop_model_metadata(model, "ensemble");
  int members = note ? atoi(note) : 1, status = EXIT_OK;
  molecule_choice choice = {.smiles_column = smiles_column};
  if (members < 1 || members > 1000) members = 1;
  if (load_as_trained(&set, model, name, &choice) != KHOP_OK) {
    status = failed(self);
  } else {
    int64_t count = khop_graphs_count(set) * khop_model_output_columns(model);
    totals t = {.count = count, .scores = calloc((size_t)count + 1, sizeof *t.scores),
                .sum = calloc((size_t)count + 1, sizeof *t.sum), .squares = calloc((size_t)count + 1, sizeof *t.squares)};
    if (!t.scores || !t.sum || !t.squares) {
      fprintf(stderr, "khop predict: no memory for %lld scores\n", (long long)count);
      exit(EXIT_FAILED);
    }
    khop_status done = predict_all(&t, model, path, members, set, max_bytes);
    if (done == KHOP_OK) done = write_predictions(output, &t, model, set, members);
    status = done == KHOP_OK ? EXIT_OK : failed(self);
    if (status == EXIT_OK)
      printf("%s: %lld graphs, %lld outputs, %d model%s\n", output, (long long)khop_graphs_count(set),
             (long long)khop_model_output_columns(model), members, members > 1 ? "s" : "");
    free(t.scores);
    free(t.sum);
    free(t.squares);
  }
  khop_graphs_free(set);
  return status;
}
