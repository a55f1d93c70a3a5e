/* learned.c: learned features: a row a molecule, or a graph of a set, from a model of khop train. The file is
 * read whole, as khop predict does. */
#include "cli/featurize/learned.h"
#include "cli/graph_sets.h"
#include "cli/standardise.h"
#include "cli/visible.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static khop_status open_table(khop_table **table, const char *path, int64_t columns) {
  char (*text)[32] = malloc((size_t)columns * sizeof *text);
  const char **names = malloc((size_t)columns * sizeof *names);
  for (int64_t c = 0; text && names && c < columns; c++) {
    snprintf(text[c], sizeof text[c], "learned_%lld", (long long)c);
    names[c] = text[c];
  }
  if (!text || !names) exit(failure("no memory for the names of %lld columns", (long long)columns));
  khop_status status = khop_table_new(table, path, columns, names, false);
  free(names);
  free(text);
  return status;
}

/* What the file calls its records; nothing of sets that are not of molecules. */
static khop_status add_ids(khop_table *table, const khop_graphs *set, const record_list *records) {
  int64_t total;
  khop_graphs_rows(set, &total);
  if (records->count != total) return KHOP_OK;
  khop_status status = khop_table_name_rows(table, "id");
  return status == KHOP_OK ? khop_table_add_names(table, total, (const char *const *)records->id) : status;
}

/* Adds a row for each row of the file, NaN for those that became no graph. line: (columns), scratch. */
static khop_status add_rows(khop_table *table, float *line, const khop_graphs *set, const khop_real *features,
                            int64_t columns) {
  int64_t total, count = khop_graphs_count(set), g = 0;
  const int64_t *rows = khop_graphs_rows(set, &total);
  khop_status status = KHOP_OK;
  for (int64_t row = 0; row < total && status == KHOP_OK; row++) {
    uint8_t ok = g < count && (rows ? rows[g] : g) == row;
    for (int64_t c = 0; c < columns; c++) line[c] = ok ? (float)features[g * columns + c] : NAN;
    status = khop_table_add(table, 1, line, &ok, NULL);
    g += ok;
  }
  return status;
}

static int write_features(const featurize_choice *choice, khop_model *model, const khop_graphs *set,
                          const record_list *records) {
  int64_t columns = khop_graphs_hidden_columns(model), count = khop_graphs_count(set);
  khop_table *table = NULL;
  khop_real *features = calloc((size_t)(count * columns) + 1, sizeof *features);
  float *line = calloc((size_t)columns + 1, sizeof *line);
  int result = EXIT_OK;
  if (!features || !line) {
    result = failure("no memory for %lld x %lld features", (long long)count, (long long)columns);
  } else {
    khop_status status = khop_graphs_hidden(features, model, set, choice->data.max_bytes);
    if (status == KHOP_OK) status = open_table(&table, choice->output, columns);
    if (status == KHOP_OK) status = add_ids(table, set, records);
    if (status == KHOP_OK) status = add_rows(table, line, set, features, columns);
    if (status == KHOP_OK) status = khop_table_commit(table);
    if (status != KHOP_OK) result = library_failure();
  }
  if (result == EXIT_OK && !choice->data.quiet)
    printf("%s: %lld graphs, %lld of them bad, %lld learned columns\n", visible(choice->output),
           (long long)khop_table_rows(table), (long long)(khop_table_rows(table) - count), (long long)columns);
  khop_table_free(table);
  free(line);
  free(features);
  return result;
}

int featurize_learned(const featurize_choice *choice) {
  khop_model *model = NULL;
  khop_graphs *set = NULL;
  record_list records = {0};
  graph_set_choice how = {.records = &records, .smiles_column = choice->smiles_column, .strict = choice->strict};
  data_choice data = choice->data;
  int status;
  if (khop_model_load(&model, choice->model) != KHOP_OK) return library_failure();
  if (!khop_model_metadata(model, "ensemble"))
    status = failure("%s: a model of nodes; --model takes one that 'khop train' made of a set of graphs",
                     choice->model);
  else
    status = check_tables(&data, choice->input, true);
  if (status == GO_ON) status = check_trained_steps(model, choice->model, choice->standardise);
  if (status == GO_ON) status = take_model_schema(&data, model, choice->model);
  take_data_choice(&how, &data);
  if (status == GO_ON && load_as_trained(&set, model, choice->input, &how) != KHOP_OK) status = library_failure();
  if (status == GO_ON && records.failed)
    status = failure("no memory for the names of %lld rows", (long long)records.count);
  if (status == GO_ON) status = write_features(choice, model, set, &records);
  record_list_clear(&records);
  free_model_schema(&data);
  khop_graphs_free(set);
  khop_model_free(model);
  return status;
}
