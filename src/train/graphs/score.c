/* score.c: see score.h. */
#include "train/graphs/score.h"
#include "base/error.h"
#include "base/memory.h"

#include <math.h>

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
