/* featurize_model.c: learned features: a row a molecule, or a graph of a set, from a model of khop train.
 * The file is read whole, as khop predict does. */
#include "featurize.h"
#include "train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static khop_status open_table(khop_table **table, const char *path, int64_t columns) {
  char (*text)[32] = malloc((size_t)columns * sizeof *text);
  const char **names = malloc((size_t)columns * sizeof *names);
  for (int64_t c = 0; text && names && c < columns; c++) {
    snprintf(text[c], sizeof text[c], "learned_%lld", (long long)c);
    names[c] = text[c];
  }
  if (!text || !names) exit(EXIT_FAILED);
  khop_status status = khop_table_new(table, path, columns, names, false);
  free(names);
  free(text);
  return status;
}

/* Rows that became no graph are NaN. */
static khop_status add_rows(khop_table *table, const khop_graphs *set, const khop_real *rows, int64_t columns) {
  int64_t total, count = khop_graphs_count(set), g = 0;
  const int64_t *places = khop_graphs_rows(set, &total);
  float *line = malloc((size_t)columns * sizeof *line);
  khop_status status = KHOP_OK;
  if (!places) total = count;
  if (!line) exit(EXIT_FAILED);
  for (int64_t row = 0; row < total && status == KHOP_OK; row++) {
    uint8_t ok = g < count && (places ? places[g] : g) == row;
    for (int64_t c = 0; c < columns; c++) line[c] = ok ? (float)rows[g * columns + c] : NAN;
    status = khop_table_add(table, 1, line, &ok, NULL);
    g += ok;
  }
  free(line);
  return status;
}

static khop_status write_features(const featurize_choice *choice, khop_model *model, const khop_graphs *set) {
  int64_t columns = khop_graphs_hidden_columns(model);
  khop_table *table = NULL;
  khop_real *rows = calloc((size_t)(khop_graphs_count(set) * columns) + 1, sizeof *rows);
  if (!rows) {
    fprintf(stderr, "khop featurize: no memory for %lld x %lld features\n", (long long)khop_graphs_count(set),
            (long long)columns);
    exit(EXIT_FAILED);
  }
  khop_status status = khop_graphs_hidden(rows, model, set, choice->data.max_bytes);
  if (status == KHOP_OK) status = open_table(&table, choice->output, columns);
  if (status == KHOP_OK) status = add_rows(table, set, rows, columns);
  if (status == KHOP_OK) status = khop_table_commit(table);
  if (status == KHOP_OK && !choice->data.quiet)
    printf("%s: %lld graphs, %lld of them bad, %lld learned columns\n", choice->output,
           (long long)khop_table_rows(table), (long long)(khop_table_rows(table) - khop_graphs_count(set)),
           (long long)columns);
  khop_table_free(table);
  free(rows);
  return status;
}

int featurize_model(const featurize_choice *choice) {
  khop_model *model = NULL;
  khop_graphs *set = NULL;
  molecule_choice how = {.smiles_column = choice->smiles_column, .strict = choice->strict,
                         .quiet = choice->data.quiet};
  if (khop_model_load(&model, choice->model) != KHOP_OK) return failed(&featurize_command);
  if (!khop_model_metadata(model, "ensemble")) {
    fprintf(stderr, "khop featurize: %s: a model of nodes; --model takes one that 'khop train' made of a set of "
                    "graphs\n", choice->model);
    khop_model_free(model);
    return EXIT_FAILED;
  }
  khop_status status = load_as_trained(&set, model, choice->input, &how);
  if (status == KHOP_OK) status = write_features(choice, model, set);
  khop_graphs_free(set);
  khop_model_free(model);
  return status == KHOP_OK ? EXIT_OK : failed(&featurize_command);
}
