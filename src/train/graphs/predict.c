/* predict.c: a model at work on a set of graphs, some at a time; scores of what comes out. */
#include "train/graphs/fit.h"
#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- units of the targets ----------------------------------------------------------------------- */

static khop_status read_numbers(double *to, const khop_model *model, const char *key) {
  const char *text = khop_model_metadata(model, key);
  for (int64_t c = 0; text && c < khop_model_output_columns(model); c++) {
    char *end;
    to[c] = strtod(text, &end);
    if (end == text || !isfinite(to[c]))
      return khop_i_fail(KHOP_E_FORMAT, "the model's note '%s' cannot be read: number %lld", key, (long long)c);
    text = *end == ',' ? end + 1 : end;
  }
  return KHOP_OK;
}

khop_status khop_i_units_read(double *mean, double *deviation, const khop_model *model) {
  for (int64_t c = 0; c < khop_model_output_columns(model); c++) mean[c] = 0, deviation[c] = 1;
  khop_status status = read_numbers(mean, model, "target_mean");
  return status == KHOP_OK ? read_numbers(deviation, model, "target_deviation") : status;
}

static khop_status write_numbers(khop_model *model, const char *key, const double *numbers) {
  int64_t count = khop_model_output_columns(model);
  size_t used = 0, room = (size_t)count * 32 + 1;
  char *text = NULL;
  khop_status status = khop_i_alloc(&text, (int64_t)room, 1, "a note");
  for (int64_t c = 0; status == KHOP_OK && c < count; c++)
    used += (size_t)snprintf(text + used, room - used, "%s%.17g", c ? "," : "", numbers[c]);
  if (status == KHOP_OK) status = khop_model_set_metadata(model, key, text);
  khop_i_free(text);
  return status;
}

khop_status khop_i_units_write(khop_model *model, const double *mean, const double *deviation) {
  khop_status status = write_numbers(model, "target_mean", mean);
  return status == KHOP_OK ? write_numbers(model, "target_deviation", deviation) : status;
}

/* --- some graphs at a time ---------------------------------------------------------------------- */

static khop_status check(const khop_model *model, const khop_graphs *set) {
  int64_t columns = khop_graphs_features(set)->columns;
  if (!model->ops[model->output].pooled)
    return khop_i_fail(KHOP_E_ARGUMENT, "the model has a row a node: a set of graphs takes one with a readout");
  if (columns != khop_model_input_columns(model))
    return khop_i_fail(KHOP_E_SHAPE, "%s has %lld features a node, and the model takes %lld",
                       khop_graphs_name(set), (long long)columns, (long long)khop_model_input_columns(model));
  return KHOP_OK;
}

khop_status khop_i_worker_open(khop_i_worker *w, khop_model *model, const khop_graphs *set, int count,
                               khop_rings *const *rings, int64_t graphs, bool training, int64_t max_bytes) {
  khop_status status = KHOP_OK;
  *w = (khop_i_worker){.model = model, .set = set, .outputs = khop_model_output_columns(model)};
  KHOP_TRY(check(model, set));
  w->graphs = graphs < khop_graphs_count(set) ? graphs : khop_graphs_count(set);
  KHOP_TRY(khop_i_alloc(&w->ids, w->graphs, sizeof *w->ids, "graphs of a batch"));
  KHOP_TRY(khop_i_alloc(&w->mean, w->outputs, sizeof *w->mean, "units"));
  KHOP_TRY(khop_i_alloc(&w->deviation, w->outputs, sizeof *w->deviation, "units"));
  KHOP_TRY(khop_i_units_read(w->mean, w->deviation, model));
  KHOP_TRY(khop_batch_new(&w->batch, set, count, rings, graphs));
  KHOP_TRY(khop_run_new_batch(&w->run, model, w->batch, training, max_bytes));
done:
  if (status != KHOP_OK) khop_i_worker_close(w);
  return status;
}

void khop_i_worker_close(khop_i_worker *w) {
  khop_run_free(w->run);
  khop_batch_free(w->batch);
  khop_i_free(w->ids);
  khop_i_free(w->mean);
  khop_i_free(w->deviation);
  *w = (khop_i_worker){0};
}

static void to_probabilities(khop_real *row, int64_t columns) {
  double largest = (double)row[0], sum = 0;
  for (int64_t c = 1; c < columns; c++) largest = fmax(largest, (double)row[c]);
  for (int64_t c = 0; c < columns; c++) sum += exp((double)row[c] - largest);
  for (int64_t c = 0; c < columns; c++) row[c] = (khop_real)(exp((double)row[c] - largest) / sum);
}

/* One row of the output as a score. */
static khop_status to_score(khop_real *score, const khop_i_worker *w, const khop_real *output, int64_t graph) {
  khop_i_kind loss = w->model->loss < 0 ? KHOP_I_MEAN_SQUARED_ERROR : w->model->ops[w->model->loss].kind;
  for (int64_t c = 0; c < w->outputs; c++) {
    double z = (double)output[c];
    if (!isfinite(output[c]))
      return khop_i_fail(KHOP_E_VALUE, "score %lld of graph %lld is not finite", (long long)c, (long long)graph);
    if (loss == KHOP_I_BINARY_CROSS_ENTROPY) z = 1 / (1 + exp(-z));
    if (loss == KHOP_I_MEAN_SQUARED_ERROR) z = z * w->deviation[c] + w->mean[c];
    score[c] = (khop_real)z;
  }
  if (loss == KHOP_I_SOFTMAX_CROSS_ENTROPY) to_probabilities(score, w->outputs);
  return KHOP_OK;
}

static khop_status predict_some(khop_real *scores, khop_i_worker *w, int64_t count) {
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_batch_fill(w->batch, count, w->ids));
  KHOP_TRY(khop_run_bind(w->run, w->batch));
  khop_run_forward(w->run, false, 0, 0);
  const khop_real *output = khop_run_output(w->run);
  for (int64_t k = 0; k < count; k++)
    KHOP_TRY(to_score(scores + w->ids[k] * w->outputs, w, output + k * w->outputs, w->ids[k]));
done:
  return status;
}

khop_status khop_i_worker_predict(khop_real *scores, khop_i_worker *w, const uint8_t *part, khop_part which) {
  int64_t count = 0, graphs = khop_graphs_count(w->set);
  khop_status status = KHOP_OK;
  for (int64_t g = 0; g < graphs && status == KHOP_OK; g++) {
    if (part && part[g] != (uint8_t)which) continue;
    w->ids[count++] = g;
    if (count < w->graphs) continue;
    status = predict_some(scores, w, count);
    count = 0;
  }
  return status == KHOP_OK && count ? predict_some(scores, w, count) : status;
}

#define AT_A_TIME 256

khop_status khop_graphs_predict(khop_real *scores, khop_model *model, const khop_graphs *set, int64_t max_bytes) {
  khop_status status = KHOP_OK;
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_i_worker worker = {0};
  int count = 0;
  KHOP_TRY(check(model, set));
  KHOP_TRY(khop_graphs_rings(rings, &count, model, set, max_bytes));
  KHOP_TRY(khop_i_worker_open(&worker, model, set, count, rings, AT_A_TIME, false, max_bytes));
  KHOP_TRY(khop_i_worker_predict(scores, &worker, NULL, KHOP_TEST));
done:
  khop_i_worker_close(&worker);
  for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
  return status;
}

/* --- what the last layer reads ------------------------------------------------------------------ */

static khop_value hidden_of(const khop_model *model) {
  const khop_i_op *last = &model->ops[model->output];
  return last->kind == KHOP_I_LINEAR && model->ops[last->input[0]].pooled ? last->input[0] : model->output;
}

int64_t khop_graphs_hidden_columns(const khop_model *model) { return model->ops[hidden_of(model)].columns; }

static khop_status hide_some(khop_real *rows, khop_i_worker *w, int64_t first, int64_t count) {
  const khop_i_node *node = &w->run->node[hidden_of(w->model)];
  int64_t columns = node->op->columns;
  khop_status status = KHOP_OK;
  for (int64_t k = 0; k < count; k++) w->ids[k] = first + k;
  KHOP_TRY(khop_batch_fill(w->batch, count, w->ids));
  KHOP_TRY(khop_run_bind(w->run, w->batch));
  khop_run_forward(w->run, false, 0, 0);
  memcpy(rows + first * columns, node->value, (size_t)(count * columns) * sizeof *rows);
  for (int64_t i = first * columns; i < (first + count) * columns; i++)
    if (!isfinite(rows[i]))
      KHOP_FAIL(KHOP_E_VALUE, "column %lld of graph %lld is not finite", (long long)(i % columns),
                (long long)(i / columns));
done:
  return status;
}

khop_status khop_graphs_hidden(khop_real *rows, khop_model *model, const khop_graphs *set, int64_t max_bytes) {
  khop_status status = KHOP_OK;
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_i_worker w = {0};
  int64_t graphs = khop_graphs_count(set);
  int count = 0;
  KHOP_TRY(check(model, set));
  KHOP_TRY(khop_graphs_rings(rings, &count, model, set, max_bytes));
  KHOP_TRY(khop_i_worker_open(&w, model, set, count, rings, AT_A_TIME, false, max_bytes));
  for (int64_t g = 0; g < graphs; g += w.graphs)
    KHOP_TRY(hide_some(rows, &w, g, w.graphs < graphs - g ? w.graphs : graphs - g));
done:
  khop_i_worker_close(&w);
  for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
  return status;
}

/* --- scores ------------------------------------------------------------------------------------- */

bool khop_i_graphs_any(const khop_graphs *set, const uint8_t *part, khop_part which) {
  return memchr(part, (int)which, (size_t)khop_graphs_count(set)) != NULL;
}

khop_status khop_i_scorer_open(khop_i_scorer *s, khop_metric metric, const khop_graphs *set, int64_t outputs) {
  khop_status status = KHOP_OK;
  int64_t graphs = khop_graphs_count(set);
  *s = (khop_i_scorer){0};
  KHOP_TRY(khop_i_alloc(&s->mask, graphs, 1, "a mask"));
  KHOP_TRY(khop_i_alloc(&s->labels, graphs, sizeof *s->labels, "labels"));
  KHOP_TRY(khop_i_alloc(&s->scratch, (int64_t)khop_i_score_scratch(metric, graphs, outputs) + 1 +
                        graphs * (int64_t)sizeof(khop_real), 1, "a metric's scratch"));
done:
  if (status != KHOP_OK) khop_i_scorer_close(s);
  return status;
}

void khop_i_scorer_close(khop_i_scorer *s) {
  khop_i_free(s->mask);
  khop_i_free(s->labels);
  khop_i_free(s->scratch);
  *s = (khop_i_scorer){0};
}

/* One target as labels 0 and 1, one column as the output; false where a class is missing. */
static bool take_target(khop_i_scorer *s, khop_real *column, const khop_real *scores, int64_t outputs, int64_t c,
                        const khop_graphs *set, const uint8_t *part, khop_part which) {
  const khop_real *targets = khop_graphs_targets(set, NULL);
  int64_t seen[2] = {0, 0};
  for (int64_t g = 0; g < khop_graphs_count(set); g++) {
    khop_real y = targets[g * outputs + c];
    s->mask[g] = part[g] == (uint8_t)which && !isnan(y);
    s->labels[g] = y > (khop_real)0.5;
    column[g] = scores[g * outputs + c];
    if (s->mask[g]) seen[s->labels[g]]++;
  }
  return seen[0] && seen[1];
}

static khop_status score_targets(double *score, khop_i_scorer *s, const khop_real *scores, int64_t outputs,
                                 const khop_graphs *set, const uint8_t *part, khop_part which) {
  int64_t graphs = khop_graphs_count(set), known = 0;
  khop_real *column = (khop_real *)(void *)((char *)s->scratch +
                                            khop_i_score_scratch(KHOP_ROC_AUC, graphs, outputs));
  double sum = 0, one = NAN;
  for (int64_t c = 0; c < outputs; c++) {
    if (!take_target(s, column, scores, outputs, c, set, part, which)) continue;
    khop_i_sample sample = {column, graphs, 1, s->labels, NULL, s->mask};
    khop_status status = khop_i_score(&one, KHOP_ROC_AUC, &sample, s->scratch);
    if (status != KHOP_OK) return status;
    sum += one;
    known++;
  }
  if (!known) return khop_i_fail(KHOP_E_VALUE, "none of the %lld targets has both classes", (long long)outputs);
  *score = sum / (double)known;
  return KHOP_OK;
}

khop_status khop_i_scorer_score(double *score, khop_i_scorer *s, khop_metric metric, const khop_real *scores,
                                int64_t outputs, const khop_graphs *set, const uint8_t *part, khop_part which) {
  const khop_real *targets = khop_graphs_targets(set, NULL);
  *score = NAN;
  if (targets && metric == KHOP_ROC_AUC) return score_targets(score, s, scores, outputs, set, part, which);
  for (int64_t g = 0; g < khop_graphs_count(set); g++) s->mask[g] = part[g] == (uint8_t)which;
  khop_i_sample sample = {scores, khop_graphs_count(set), outputs, khop_graphs_labels(set), targets, s->mask};
  return khop_i_score(score, metric, &sample, s->scratch);
}

khop_status khop_graphs_score(double *score, khop_metric metric, const khop_real *scores, const khop_graphs *set,
                              const uint8_t *part, khop_part which) {
  khop_i_scorer scorer = {0};
  int64_t outputs = 0;
  if (!khop_graphs_targets(set, &outputs)) outputs = khop_graphs_classes(set);
  khop_status status = khop_i_scorer_open(&scorer, metric, set, outputs);
  if (status == KHOP_OK)
    status = khop_i_scorer_score(score, &scorer, metric, scores, outputs, set, part, which);
  khop_i_scorer_close(&scorer);
  return status;
}
