/* metrics.c: accuracy, F1, ROC-AUC, RMSE, MAE. Those of yes/no tasks are in task_scores.c. */
#include "train/metrics.h"
#include "base/error.h"
#include "base/memory.h"
#include "train/task_scores.h"

#include <math.h>
#include <string.h>

static bool is_selected(const khop_i_sample *s, int64_t i) { return !s->mask || s->mask[i]; }

static int64_t class_count(const khop_i_sample *s) { return s->columns > 1 ? s->columns : 2; }

static int32_t predicted(const khop_i_sample *s, int64_t i) {
  const khop_real *row = s->output + i * s->columns;
  if (s->columns == 1) return row[0] > 0;
  int32_t best = 0;
  for (int32_t c = 1; c < s->columns; c++)
    if (row[c] > row[best]) best = c;
  return best;
}

static double accuracy(const khop_i_sample *s) {
  int64_t right = 0, all = 0;
  for (int64_t i = 0; i < s->n; i++)
    if (is_selected(s, i)) right += predicted(s, i) == s->labels[i], all++;
  return (double)right / (double)all;
}

/* counts: per class labels, predictions, hits. F1 = 2 hits / (labels + predictions). */
static double macro_f1(const khop_i_sample *s, int64_t *counts) {
  int64_t classes = class_count(s), seen = 0;
  double sum = 0;
  memset(counts, 0, (size_t)(3 * classes) * sizeof *counts);
  for (int64_t i = 0; i < s->n; i++) {
    if (!is_selected(s, i)) continue;
    int32_t guess = predicted(s, i), truth = s->labels[i];
    counts[3 * truth]++;
    counts[3 * guess + 1]++;
    counts[3 * truth + 2] += guess == truth;
  }
  for (int64_t c = 0; c < classes; c++) {
    int64_t both = counts[3 * c] + counts[3 * c + 1];
    if (!both) continue;
    sum += 2.0 * (double)counts[3 * c + 2] / (double)both;
    seen++;
  }
  return sum / (double)seen;
}

static khop_status roc_auc(double *score, const khop_i_sample *s, khop_i_ranked *ranked) {
  int64_t count = 0, positives = 0;
  for (int64_t i = 0; i < s->n; i++) {
    if (!is_selected(s, i)) continue;
    const khop_real *z = s->output + i * s->columns;
    ranked[count++] = (khop_i_ranked){(double)z[s->columns - 1] - (s->columns == 2 ? (double)z[0] : 0),
                                      s->labels[i]};
    positives += s->labels[i] == 1;
  }
  if (positives == 0 || positives == count)
    return khop_i_fail(KHOP_E_VALUE, "ROC-AUC needs both classes: %lld of the %lld selected nodes "
                       "are of class 1", (long long)positives, (long long)count);
  *score = khop_i_rank_auc(ranked, count, positives);
  return KHOP_OK;
}

/* Of more than two classes each against the rest, ordered by log-probabilities, which are not rounded to 0. */
typedef struct against_rest {
  const khop_i_sample *sample;
  const double *log_sum; /* (n) of exp of the outputs */
} against_rest;

static double log_sum_exp(const khop_real *z, int64_t columns) {
  double largest = (double)z[0], sum = 0;
  for (int64_t k = 1; k < columns; k++) largest = (double)z[k] > largest ? (double)z[k] : largest;
  for (int64_t k = 0; k < columns; k++) sum += exp((double)z[k] - largest);
  return largest + log(sum);
}

static int64_t list_class(khop_i_ranked *ranked, const void *context, int64_t c) {
  const against_rest *a = context;
  const khop_i_sample *s = a->sample;
  int64_t count = 0;
  for (int64_t i = 0; i < s->n; i++)
    if (is_selected(s, i))
      ranked[count++] = (khop_i_ranked){(double)s->output[i * s->columns + c] - a->log_sum[i], s->labels[i] == c};
  return count;
}

static khop_status mean_roc_auc(double *score, const khop_i_sample *s, khop_i_ranked *ranked) {
  double *log_sum = (double *)(void *)(ranked + s->n);
  for (int64_t i = 0; i < s->n; i++)
    if (is_selected(s, i)) log_sum[i] = log_sum_exp(s->output + i * s->columns, s->columns);
  if (khop_i_rank_mean_auc(score, s->columns, ranked, list_class, &(against_rest){s, log_sum})) return KHOP_OK;
  return khop_i_fail(KHOP_E_VALUE, "ROC-AUC needs two classes: the selected nodes are all of one");
}

static khop_status regression(double *score, const khop_i_sample *s, bool squared) {
  int64_t known = 0;
  double sum = 0;
  for (int64_t i = 0; i < s->n; i++)
    for (int64_t c = 0; is_selected(s, i) && c < s->columns; c++) {
      double y = (double)s->targets[i * s->columns + c];
      if (isnan(y)) continue;
      double error = (double)s->output[i * s->columns + c] - y;
      sum += squared ? error * error : fabs(error);
      known++;
    }
  if (!known) return khop_i_fail(KHOP_E_VALUE, "the selected nodes have no target");
  *score = squared ? sqrt(sum / (double)known) : sum / (double)known;
  return KHOP_OK;
}

size_t khop_i_score_scratch(khop_metric metric, int64_t n, int64_t columns) {
  if (metric == KHOP_ROC_AUC) return (size_t)n * (sizeof(khop_i_ranked) + sizeof(double)); /* log_sum, of many classes */
  return metric == KHOP_MACRO_F1 ? (size_t)(3 * (columns > 1 ? columns : 2)) * sizeof(int64_t) : 0;
}

static khop_status check_sample(khop_metric metric, const khop_i_sample *s) {
  bool classes = khop_metric_rises(metric);
  int64_t count = 0;
  if ((int)metric < 0 || metric > KHOP_MICRO_F1)
    return khop_i_fail(KHOP_E_ARGUMENT, "there is no metric %d", (int)metric);
  if (classes ? !s->labels : !s->targets)
    return khop_i_fail(KHOP_E_ARGUMENT, "%s compares with %s, and the data have none%s", khop_metric_name(metric),
                       classes ? "labels" : "targets", classes && s->targets ? ": yes/no tasks are scored by roc-auc, "
                       "micro-f1 or macro-f1, numbers by rmse or mae" : "");
  for (int64_t i = 0; i < s->n; i++) {
    if (!is_selected(s, i)) continue;
    count++;
    if (classes && (s->labels[i] < 0 || s->labels[i] >= class_count(s)))
      return khop_i_fail(KHOP_E_VALUE, "node %lld is selected and has no class: label %d of %lld",
                         (long long)i, s->labels[i], (long long)class_count(s));
    for (int64_t c = 0; c < s->columns; c++)
      if (!isfinite(s->output[i * s->columns + c]))
        return khop_i_fail(KHOP_E_VALUE, "output %lld of node %lld is not finite", (long long)c,
                           (long long)i);
  }
  return count ? KHOP_OK : khop_i_fail(KHOP_E_VALUE, "no node is selected, of %lld", (long long)s->n);
}

khop_status khop_i_score(double *score, khop_metric metric, const khop_i_sample *s, void *scratch) {
  *score = NAN;
  if (khop_i_scores_tasks(metric, s)) return khop_i_score_tasks(score, metric, s, scratch);
  khop_status status = check_sample(metric, s);
  if (status != KHOP_OK) return status;
  switch (metric) {
  case KHOP_ACCURACY:
  case KHOP_MICRO_F1: *score = accuracy(s); return KHOP_OK;
  case KHOP_MACRO_F1: *score = macro_f1(s, scratch); return KHOP_OK;
  case KHOP_ROC_AUC: return (s->columns > 2 ? mean_roc_auc : roc_auc)(score, s, scratch);
  case KHOP_RMSE: return regression(score, s, true);
  case KHOP_MAE: return regression(score, s, false);
  }
  return KHOP_OK;
}

khop_status khop_score(double *score, khop_metric metric, const khop_real *output, int64_t n,
                       int64_t columns, const int32_t *labels, const khop_real *targets,
                       const uint8_t *mask) {
  void *scratch = NULL;
  khop_status status = khop_i_alloc_raw(
      &scratch, (int64_t)khop_i_score_scratch(metric, n, columns), 1, "a metric's scratch");
  khop_i_sample sample = {output, n, columns, labels, targets, mask, 0};
  if (status == KHOP_OK) status = khop_i_score(score, metric, &sample, scratch);
  khop_i_free(scratch);
  return status;
}
