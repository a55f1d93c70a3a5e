/* scores_file.c: see scores_file.h.
 *
 *   row,log solubility,deviation of log solubility
 *   1,-2.31,0.12
 *   2,,                                  a line that could not be read */
#include "cli/predict/scores_file.h"
#include "cli/messages.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS 6 /* significant ones, of a score as text */

/* The graph of a row of the file; -1: the row could not be read. next: the first graph that no earlier row has. */
static int64_t graph_of_row(const khop_graphs *set, int64_t row, int64_t *next) {
  int64_t total;
  const int64_t *rows = khop_graphs_rows(set, &total);
  if (*next >= khop_graphs_count(set) || (rows ? rows[*next] : *next) != row) return -1;
  return (*next)++;
}

static int64_t rows_of(const khop_graphs *set) {
  int64_t total;
  khop_graphs_rows(set, &total);
  return total;
}

/* --- .csv, .tsv --------------------------------------------------------------------------------- */

/* The name of an output: a line of the metadata "outputs"; NULL when memory ends. */
static char *output_name(const char *prefix, const khop_model *model, int64_t output) {
  const char *names = khop_model_metadata(model, "outputs");
  for (int64_t k = 0; names && k < output; k++) names = strchr(names, '\n') ? strchr(names, '\n') + 1 : NULL;
  int length = names ? (int)strcspn(names, "\n") : 0;
  char *name = NULL;
  int made = length ? asprintf(&name, "%s%.*s", prefix, length, names)
                    : asprintf(&name, "%soutput %lld", prefix, (long long)output);
  return made < 0 ? NULL : name;
}

static void write_header(khop_csv *csv, const khop_model *model) {
  static const char *const prefixes[] = {"", "deviation of "};
  khop_csv_text(csv, "row");
  for (int64_t c = 0; c < khop_model_output_columns(model); c++)
    for (int k = 0; k < 2; k++) {
      char *name = output_name(prefixes[k], model, c);
      khop_csv_text(csv, name);
      free(name);
    }
  khop_csv_end_row(csv);
}

static void write_rows(khop_csv *csv, const ensemble *e, const khop_graphs *set) {
  int64_t total = rows_of(set), next = 0;
  for (int64_t row = 0; row < total; row++) {
    int64_t graph = graph_of_row(set, row, &next);
    khop_csv_integer(csv, row + 1);
    for (int64_t c = 0; c < e->outputs; c++) {
      int64_t i = graph * e->outputs + c;
      khop_csv_number(csv, graph < 0 ? (double)NAN : ensemble_mean(e, i), DIGITS);
      khop_csv_number(csv, graph < 0 ? (double)NAN : ensemble_deviation(e, i), DIGITS);
    }
    khop_csv_end_row(csv);
  }
}

static khop_status write_text(const char *path, const ensemble *e, const khop_model *model, const khop_graphs *set) {
  khop_csv *csv = NULL;
  khop_status status = khop_csv_new(&csv, path);
  if (status != KHOP_OK) return status;
  write_header(csv, model);
  write_rows(csv, e, set);
  status = khop_csv_commit(csv);
  khop_csv_free(csv);
  return status;
}

/* --- .npy --------------------------------------------------------------------------------------- */

/* Rows that could not be read are NaN. */
static int write_array(const char *path, const ensemble *e, const khop_graphs *set) {
  int64_t total = rows_of(set), next = 0;
  khop_real *table = calloc((size_t)(total * e->outputs) + 1, sizeof *table);
  if (!table) return failure("no memory for %lld x %lld scores", (long long)total, (long long)e->outputs);
  for (int64_t row = 0; row < total; row++) {
    int64_t graph = graph_of_row(set, row, &next);
    for (int64_t c = 0; c < e->outputs; c++)
      table[row * e->outputs + c] = (khop_real)(graph < 0 ? (double)NAN : ensemble_mean(e, graph * e->outputs + c));
  }
  khop_status status = khop_write_npy(path, table, total, e->outputs);
  free(table);
  return status == KHOP_OK ? EXIT_OK : library_failure();
}

bool is_text_table(const char *path) {
  const char *dot = strrchr(path, '.');
  return dot && (strcmp(dot, ".csv") == 0 || strcmp(dot, ".tsv") == 0);
}

int write_scores(const char *path, const ensemble *e, const khop_model *model, const khop_graphs *set) {
  if (!is_text_table(path)) return write_array(path, e, set);
  return write_text(path, e, model, set) == KHOP_OK ? EXIT_OK : library_failure();
}
