/* predict_graphs.c: khop predict on a set of graphs: a row of the file a row of the output.
 *
 *   row,log solubility,deviation of log solubility
 *   1,-2.31,0.12
 *   2,,                                  a line that could not be read */
#include "train.h"

#include <errno.h>
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

/* The name of an output: note "outputs" has one a line. */
static void print_name(FILE *out, const khop_model *model, int64_t output) {
  const char *names = khop_model_metadata(model, "outputs");
  for (int64_t k = 0; names && k < output; k++) names = strchr(names, '\n') ? strchr(names, '\n') + 1 : NULL;
  int length = names ? (int)strcspn(names, "\n") : 0;
  if (length)
    fprintf(out, "%.*s", length, names);
  else
    fprintf(out, "output %lld", (long long)output);
}

static void print_header(FILE *out, const khop_model *model) {
  fprintf(out, "row");
  for (int64_t c = 0; c < khop_model_output_columns(model); c++)
    for (int k = 0; k < 2; k++) {
      fprintf(out, k ? ",\"deviation of " : ",\"");
      print_name(out, model, c);
      fputc('"', out);
    }
  fputc('\n', out);
}

static void print_rows(FILE *out, const totals *t, const khop_model *model, const khop_graphs *set, int members) {
  int64_t total, outputs = khop_model_output_columns(model), g = 0;
  const int64_t *rows = khop_graphs_rows(set, &total);
  for (int64_t row = 0; row < total; row++) {
    bool there = g < khop_graphs_count(set) && (rows ? rows[g] : g) == row;
    fprintf(out, "%lld", (long long)row + 1);
    for (int64_t c = 0; c < outputs; c++) {
      int64_t i = g * outputs + c;
      if (there)
        fprintf(out, ",%.6g,%.6g", t->sum[i] / members, deviation_of(t, i, members));
      else
        fprintf(out, ",,");
    }
    fputc('\n', out);
    g += there;
  }
}

/* Written beside and renamed, as every file of khop's; devices directly. */
static int write_csv(const char *path, const totals *t, const khop_model *model, const khop_graphs *set, int members) {
  char *beside = NULL;
  bool device = strncmp(path, "/dev/", 5) == 0;
  if (asprintf(&beside, "%s%s", path, device ? "" : ".part") < 0) exit(EXIT_FAILED);
  FILE *out = fopen(beside, "w");
  if (out) {
    print_header(out, model);
    print_rows(out, t, model, set, members);
  }
  bool bad = !out || ferror(out) || fflush(out) != 0;
  int why = errno;
  if (out && fclose(out) != 0) bad = true;
  if (!bad && !device && rename(beside, path) != 0) bad = true, why = errno;
  if (bad && !device) remove(beside);
  if (bad) fprintf(stderr, "khop predict: %s: cannot write: %s\n", path, strerror(why));
  free(beside);
  return bad ? EXIT_FAILED : EXIT_OK;
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

static int write_predictions(const char *output, const totals *t, const khop_model *model, const khop_graphs *set,
                             int members, const command *self) {
  const char *dot = strrchr(output, '.');
  if (!dot || strcmp(dot, ".csv") != 0)
    return write_npy(output, t, set, khop_model_output_columns(model), members) == KHOP_OK ? EXIT_OK : failed(self);
  return write_csv(output, t, model, set, members);
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
    status = predict_all(&t, model, path, members, set, max_bytes) == KHOP_OK
                 ? write_predictions(output, &t, model, set, members, self)
                 : failed(self);
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
