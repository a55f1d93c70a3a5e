/* table_files.c: a table of predictions as .csv, .tsv, .npz and .npy. The columns: table.h. */
#include "cli/predict/table.h"
#include "cli/messages.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Significant digits as text: of a probability, and of a number in a unit of its own, which reads back as the same
 * float. */
#define PROBABILITY_DIGITS 6
#define DIGITS 9

static bool ends_with(const char *path, const char *end) {
  const char *dot = strrchr(path, '.');
  return dot && strcasecmp(dot, end) == 0;
}

bool is_text_table(const char *path) { return ends_with(path, ".csv") || ends_with(path, ".tsv"); }

bool is_prediction_file(const char *path) {
  return is_text_table(path) || ends_with(path, ".npz") || ends_with(path, ".npy") || strncmp(path, "/dev/", 5) == 0;
}

bool takes_names(const char *path) { return is_text_table(path) || ends_with(path, ".npz"); }

static int64_t number_of(const prediction_table *t, int64_t row) {
  if (t->numbers) return t->numbers[row];
  return strcmp(t->kind, "row") == 0 ? row + 1 : row;
}

/* Yes, no, or NULL where it is not known. */
static const char *answer(khop_real probability) { return isnan(probability) ? NULL : probability > 0.5 ? "yes" : "no"; }

/* The name of the most probable class of a row; NULL where nothing was predicted. */
static const char *predicted_class(const prediction_table *t, int64_t row) {
  const khop_real *scores = t->scores + row * t->outputs;
  int64_t largest = 0;
  for (int64_t c = 1; c < t->outputs; c++)
    if (scores[c] > scores[largest]) largest = c;
  return t->outputs && !isnan(scores[largest]) ? t->output_names[largest] : NULL;
}

/* --- text --------------------------------------------------------------------------------------- */

/* "probability of red"; a name of any length. */
static void write_title(khop_csv *csv, const char *prefix, const char *name) {
  char *title = NULL;
  if (asprintf(&title, "%s%s", prefix, name) < 0) title = NULL;
  khop_csv_text(csv, title ? title : name);
  free(title);
}

static void write_header(khop_csv *csv, const prediction_table *t) {
  khop_csv_text(csv, t->kind);
  if (t->names) khop_csv_text(csv, "name");
  if (t->ids) khop_csv_text(csv, "id");
  if (t->smiles) khop_csv_text(csv, "smiles");
  if (t->classes) khop_csv_text(csv, "predicted");
  for (int64_t c = 0; t->tasks && c < t->outputs; c++) write_title(csv, "predicted ", t->output_names[c]);
  for (int64_t c = 0; c < t->outputs; c++) {
    write_title(csv, t->classes || t->tasks ? "probability of " : "predicted ", t->output_names[c]);
    if (t->deviations) write_title(csv, "deviation of ", t->output_names[c]);
    if (t->lows) write_title(csv, "low ", t->output_names[c]);
    if (t->lows) write_title(csv, "high ", t->output_names[c]);
  }
  if (t->labels) khop_csv_text(csv, "label");
  for (int64_t c = 0; t->targets && c < t->outputs; c++)
    write_title(csv, t->tasks ? "label " : "target ", t->output_names[c]);
  if (t->outside) khop_csv_text(csv, "outside");
  if (t->reasons) khop_csv_text(csv, "reason");
  khop_csv_end_row(csv);
}

static void write_row(khop_csv *csv, const prediction_table *t, int64_t row) {
  int64_t first = row * t->outputs;
  int digits = t->classes || t->tasks ? PROBABILITY_DIGITS : DIGITS;
  khop_csv_integer(csv, number_of(t, row));
  if (t->names) khop_csv_text(csv, t->names[row]);
  if (t->ids) khop_csv_text(csv, t->ids[row]);
  if (t->smiles) khop_csv_text(csv, t->smiles[row]);
  if (t->classes) khop_csv_text(csv, predicted_class(t, row));
  for (int64_t i = first; t->tasks && i < first + t->outputs; i++) khop_csv_text(csv, answer(t->scores[i]));
  for (int64_t i = first; i < first + t->outputs; i++) {
    khop_csv_number(csv, (double)t->scores[i], digits);
    if (t->deviations) khop_csv_number(csv, (double)t->deviations[i], digits);
    if (t->lows) khop_csv_number(csv, (double)t->lows[i], digits);
    if (t->lows) khop_csv_number(csv, (double)t->highs[i], digits);
  }
  if (t->labels) khop_csv_text(csv, t->labels[row]);
  for (int64_t i = first; t->targets && i < first + t->outputs; i++) {
    if (t->tasks) khop_csv_text(csv, answer(t->targets[i]));
    else khop_csv_number(csv, (double)t->targets[i], DIGITS);
  }
  if (t->outside) khop_csv_text(csv, t->outside[row]);
  if (t->reasons) khop_csv_text(csv, t->reasons[row]);
  khop_csv_end_row(csv);
}

static khop_status write_text(const char *path, const prediction_table *t, bool for_spreadsheets) {
  khop_csv *csv = NULL;
  khop_status status = khop_csv_new(&csv, path);
  if (status != KHOP_OK) return status;
  if (for_spreadsheets) khop_csv_for_spreadsheets(csv);
  write_header(csv, t);
  for (int64_t row = 0; row < t->rows; row++) write_row(csv, t, row);
  status = khop_csv_commit(csv);
  khop_csv_free(csv);
  return status;
}

/* --- arrays ------------------------------------------------------------------------------------- */

static void add_texts(khop_archive *a, const prediction_table *t, const char *key, const char *const *texts) {
  if (texts) khop_archive_texts(a, key, texts, t->rows);
}

static void add_arrays(khop_archive *a, const prediction_table *t, const int64_t *numbers, const char **predicted) {
  khop_archive_integers(a, t->kind, numbers, t->rows);
  add_texts(a, t, "node_names", t->names);
  add_texts(a, t, "id", t->ids);
  add_texts(a, t, "smiles", t->smiles);
  khop_archive_texts(a, t->classes ? "classes" : "outputs", (const char *const *)t->output_names, t->outputs);
  khop_archive_reals(a, t->classes || t->tasks ? "probabilities" : "predictions", t->scores, t->rows, t->outputs);
  if (t->deviations) khop_archive_reals(a, "deviations", t->deviations, t->rows, t->outputs);
  if (t->lows) khop_archive_reals(a, "lows", t->lows, t->rows, t->outputs);
  if (t->lows) khop_archive_reals(a, "highs", t->highs, t->rows, t->outputs);
  if (t->classes) add_texts(a, t, "predicted", predicted);
  add_texts(a, t, "label", t->labels);
  if (t->targets) khop_archive_reals(a, "targets", t->targets, t->rows, t->outputs);
  add_texts(a, t, "outside", (const char *const *)t->outside);
  add_texts(a, t, "reason", t->reasons);
}

static khop_status write_archive(const char *path, const prediction_table *t, int64_t *numbers,
                                 const char **predicted) {
  khop_archive *archive = NULL;
  for (int64_t row = 0; row < t->rows; row++) {
    numbers[row] = number_of(t, row);
    predicted[row] = t->classes ? predicted_class(t, row) : NULL;
  }
  khop_status status = khop_archive_new(&archive, path);
  if (status != KHOP_OK) return status;
  add_arrays(archive, t, numbers, predicted);
  status = khop_archive_commit(archive);
  khop_archive_free(archive);
  return status;
}

static int write_arrays(const char *path, const prediction_table *t) {
  int64_t *numbers = calloc((size_t)t->rows + 1, sizeof *numbers);
  const char **predicted = calloc((size_t)t->rows + 1, sizeof *predicted);
  int result = EXIT_OK;
  if (!numbers || !predicted) result = failure("%s: no memory for %lld rows", path, (long long)t->rows);
  else if (write_archive(path, t, numbers, predicted) != KHOP_OK) result = library_failure();
  free(predicted);
  free(numbers);
  return result;
}

int write_predictions(const char *path, const prediction_table *t, bool for_spreadsheets) {
  if (ends_with(path, ".npz")) return write_arrays(path, t);
  khop_status status = is_text_table(path) ? write_text(path, t, for_spreadsheets)
                                           : khop_write_npy(path, t->scores, t->rows, t->outputs);
  return status == KHOP_OK ? EXIT_OK : library_failure();
}
