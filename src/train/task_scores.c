/* task_scores.c: see task_scores.h. */
#include "train/task_scores.h"
#include "base/error.h"
#include "train/tasks.h"

#include <math.h>

bool khop_i_scores_tasks(khop_metric metric, const khop_i_sample *s) {
  return s->targets && !s->labels && khop_i_metric_of_tasks(metric);
}

static bool is_selected(const khop_i_sample *s, int64_t i) { return !s->mask || s->mask[i]; }
static khop_real answer_at(const khop_i_sample *s, int64_t i, int64_t c) { return s->targets[i * s->columns + c]; }

static khop_status check_cell(const khop_i_sample *s, khop_metric metric, int64_t i, int64_t c) {
  khop_real y = answer_at(s, i, c);
  if (!isfinite(s->output[i * s->columns + c]))
    return khop_i_fail(KHOP_E_VALUE, "output %lld of node %lld is not finite", (long long)c, (long long)i);
  if (isnan(y) || y == 0 || y == 1) return KHOP_OK;
  return khop_i_fail(KHOP_E_VALUE, "target %lld of node %lld is %g, and %s compares with yes/no tasks: 0, 1 or missing",
                     (long long)c, (long long)i, (double)y, khop_metric_name(metric));
}

static khop_status check_tasks(const khop_i_sample *s, khop_metric metric) {
  int64_t count = 0;
  for (int64_t i = 0; i < s->n; i++) {
    if (!is_selected(s, i)) continue;
    count++;
    for (int64_t c = 0; c < s->columns; c++) {
      khop_status status = check_cell(s, metric, i, c);
      if (status != KHOP_OK) return status;
    }
  }
  return count ? KHOP_OK : khop_i_fail(KHOP_E_VALUE, "no node is selected, of %lld", (long long)s->n);
}

static int64_t list_known(khop_i_ranked *ranked, const void *context, int64_t c) {
  const khop_i_sample *s = context;
  int64_t count = 0;
  for (int64_t i = 0; i < s->n; i++)
    if (is_selected(s, i) && !isnan(answer_at(s, i, c)))
      ranked[count++] = (khop_i_ranked){(double)s->output[i * s->columns + c], answer_at(s, i, c) == 1};
  return count;
}

static khop_status mean_roc_auc(double *score, const khop_i_sample *s, khop_i_ranked *ranked) {
  if (khop_i_rank_mean_auc(score, s->columns, ranked, list_known, s)) return KHOP_OK;
  return khop_i_fail(KHOP_E_VALUE, "ROC-AUC needs both answers: none of the %lld targets has both classes among the "
                     "selected", (long long)s->columns);
}

/* F1 is 2 hits / (are + said). */
typedef struct yes_counts {
  int64_t are, said, hits;
} yes_counts;

static void count_column(yes_counts *counts, const khop_i_sample *s, int64_t c) {
  for (int64_t i = 0; i < s->n; i++) {
    if (!is_selected(s, i)) continue;
    khop_real y = answer_at(s, i, c);
    if (isnan(y)) continue;
    bool said = s->output[i * s->columns + c] > s->yes_above;
    counts->are += y == 1;
    counts->said += said;
    counts->hits += said && y == 1;
  }
}

/* Whether there is any yes does not depend on what a model says, so that no epoch fails where another did not. */
static khop_status f1(double *score, const khop_i_sample *s, bool micro) {
  yes_counts all = {0};
  double sum = 0;
  int64_t tasks = 0;
  for (int64_t c = 0; c < s->columns; c++) {
    yes_counts one = {0};
    count_column(&one, s, c);
    all.are += one.are, all.said += one.said, all.hits += one.hits;
    if (one.are + one.said == 0) continue;
    sum += 2 * (double)one.hits / (double)(one.are + one.said);
    tasks++;
  }
  if (all.are == 0)
    return khop_i_fail(KHOP_E_VALUE, "F1 needs a yes: none of the %lld targets has one among the selected",
                       (long long)s->columns);
  *score = micro ? 2 * (double)all.hits / (double)(all.are + all.said) : sum / (double)tasks;
  return KHOP_OK;
}

khop_status khop_i_score_tasks(double *score, khop_metric metric, const khop_i_sample *s, void *scratch) {
  khop_status status = check_tasks(s, metric);
  if (status != KHOP_OK) return status;
  return metric == KHOP_ROC_AUC ? mean_roc_auc(score, s, scratch) : f1(score, s, metric == KHOP_MICRO_F1);
}
