/* graphs.c: khop predict on a set of graphs: of an ensemble the mean, a row of the file a row of the output. */
#include "cli/predict/graphs.h"
#include "cli/graph_sets.h"
#include "cli/predict/ensemble.h"
#include "cli/predict/outside.h"
#include "cli/predict/table.h"
#include "cli/visible.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Rows of the file that became no graph keep NaN. */
static khop_real *make_rows(int64_t rows, int64_t columns) {
  khop_real *made = malloc(((size_t)(rows * columns) + 1) * sizeof *made);
  for (int64_t i = 0; made && i < rows * columns; i++) made[i] = NAN;
  return made;
}

static int64_t row_of(const khop_graphs *set, int64_t graph) {
  const int64_t *rows = khop_graphs_rows(set, NULL);
  return rows ? rows[graph] : graph;
}

static bool add_scores(prediction_table *t, const ensemble *e, const khop_graphs *set) {
  t->scores = make_rows(t->rows, t->outputs);
  if (e->models > 1) t->deviations = make_rows(t->rows, t->outputs);
  if (!t->scores || (e->models > 1 && !t->deviations)) return false;
  for (int64_t g = 0; g < khop_graphs_count(set); g++)
    for (int64_t c = 0; c < t->outputs; c++) {
      int64_t to = row_of(set, g) * t->outputs + c, from = g * t->outputs + c;
      t->scores[to] = (khop_real)ensemble_mean(e, from);
      if (t->deviations) t->deviations[to] = (khop_real)ensemble_deviation(e, from);
    }
  return true;
}

/* The calibrated intervals of an ensemble, where the model keeps some. */
static bool add_intervals(prediction_table *t, const ensemble *e, const khop_model *model) {
  khop_interval interval;
  for (int64_t c = 0; e->models > 1 && c < t->outputs; c++) {
    if (khop_model_interval(&interval, model, c) != KHOP_OK) continue;
    if (!t->lows) t->lows = make_rows(t->rows, t->outputs);
    if (!t->highs) t->highs = make_rows(t->rows, t->outputs);
    if (!t->lows || !t->highs) return false;
    for (int64_t i = c; i < t->rows * t->outputs; i += t->outputs) {
      double half = interval.quantile * ((double)t->deviations[i] + interval.floor);
      t->lows[i] = (khop_real)((double)t->scores[i] - half);
      t->highs[i] = (khop_real)((double)t->scores[i] + half);
    }
  }
  return true;
}

/* What the columns low and high are. */
static void tell_intervals(const char *path, const khop_model *model, int64_t outputs) {
  khop_interval i;
  for (int64_t c = 0; c < outputs; c++) {
    if (khop_model_interval(&i, model, c) != KHOP_OK) continue;
    note("%s: low and high hold %.0f %% of the targets of molecules like those of the training; in its test part they "
         "held %lld of %lld", path, 100 * i.share, (long long)i.covered, (long long)i.tested);
    return;
  }
}

/* Puts column from of the set's targets into column c of the table; whether any of it is known. */
static bool copy_target(prediction_table *t, int64_t c, const khop_graphs *set, int64_t from) {
  int64_t columns = 0;
  const khop_real *targets = khop_graphs_targets(set, &columns);
  bool known = false;
  for (int64_t g = 0; g < khop_graphs_count(set); g++) {
    t->targets[row_of(set, g) * t->outputs + c] = targets[g * columns + from];
    known = known || !isnan(targets[g * columns + from]);
  }
  return known;
}

static bool add_targets(prediction_table *t, const khop_graphs *set) {
  int64_t columns = 0;
  bool known = false;
  if (t->classes || !khop_graphs_targets(set, &columns)) return true;
  int64_t *column = calloc((size_t)t->outputs + 1, sizeof *column);
  t->targets = make_rows(t->rows, t->outputs);
  bool good = column && t->targets;
  if (good) match_targets(column, t, khop_graphs_target_names(set), columns);
  for (int64_t c = 0; good && c < t->outputs; c++)
    if (column[c] >= 0 && copy_target(t, c, set, column[c])) known = true;
  if (good && !known) free(t->targets), t->targets = NULL; /* fields that no record of an SDF has */
  free(column);
  return good;
}

static bool fill_table(prediction_table *t, const ensemble *e, const khop_graphs *set, const record_list *records) {
  if (!add_scores(t, e, set) || !add_targets(t, set)) return false;
  if (records->count == t->rows) {
    t->ids = records->has_ids ? (const char *const *)records->id : NULL;
    t->smiles = records->has_smiles ? (const char *const *)records->smiles : NULL;
    t->reasons = (const char *const *)records->reason;
  }
  return !t->classes || !khop_graphs_labels(set) ||
         name_labels(t, khop_graphs_labels(set), khop_graphs_count(set), khop_graphs_rows(set, NULL),
                     khop_graphs_classes(set), khop_graphs_class_names(set));
}

static int write_graphs(const predict_choice *choice, const khop_model *model, const ensemble *e,
                        const khop_graphs *set, const record_list *records) {
  prediction_table t = {.kind = "row"};
  int status = GO_ON;
  khop_graphs_rows(set, &t.rows);
  if (!name_outputs(&t, model, choice->data.schema, NULL) || !fill_table(&t, e, set, records) ||
      !add_intervals(&t, e, model))
    status = failure("no memory for %lld x %lld scores", (long long)t.rows, (long long)t.outputs);
  if (status == GO_ON && t.reasons) status = judge_molecules(&t, model, choice->model, set);
  if (status == GO_ON) status = write_predictions(choice->output, &t, choice->for_spreadsheets);
  if (status == EXIT_OK && t.lows && takes_names(choice->output)) tell_intervals(choice->output, model, t.outputs);
  if (status == EXIT_OK) tell_outside(choice->output, &t, set);
  prediction_table_clear(&t);
  return status;
}

int predict_graphs(const predict_choice *choice, khop_model *model) {
  khop_graphs *set = NULL;
  ensemble e = {0};
  record_list records = {0};
  graph_set_choice how = {.smiles_column = choice->smiles_column, .records = &records, .wants_targets = true};
  take_data_choice(&how, &choice->data);
  int status = load_as_trained(&set, model, choice->input, &how) == KHOP_OK ? GO_ON : library_failure();
  if (status == GO_ON && records.failed)
    status = failure("no memory for the names of %lld rows", (long long)records.count);
  if (status == GO_ON) status = ensemble_score(&e, model, choice->model, set, choice->data.max_bytes);
  if (status == GO_ON) status = write_graphs(choice, model, &e, set, &records);
  if (status == EXIT_OK)
    printf("%s: %lld graphs, %lld outputs, %d model%s\n", visible(choice->output), (long long)khop_graphs_count(set),
           (long long)e.outputs, e.models, e.models > 1 ? "s" : "");
  record_list_clear(&records);
  ensemble_clear(&e);
  khop_graphs_free(set);
  return status;
}
