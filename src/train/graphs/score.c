/* score.c: see score.h. */
#include "train/graphs/score.h"
#include "base/error.h"
#include "base/memory.h"

khop_status khop_i_scorer_open(khop_i_scorer *s, khop_metric metric, const khop_graphs *set, int64_t outputs) {
  khop_status status = KHOP_OK;
  int64_t graphs = khop_graphs_count(set);
  *s = (khop_i_scorer){0};
  KHOP_TRY(khop_i_alloc(&s->mask, graphs, 1, "a mask"));
  KHOP_TRY(khop_i_alloc(&s->scratch, (int64_t)khop_i_score_scratch(metric, graphs, outputs), 1, "a metric's scratch"));
done:
  if (status != KHOP_OK) khop_i_scorer_close(s);
  return status;
}

void khop_i_scorer_close(khop_i_scorer *s) {
  khop_i_free(s->mask);
  khop_i_free(s->scratch);
  *s = (khop_i_scorer){0};
}

khop_status khop_i_scorer_score(double *score, khop_i_scorer *s, khop_metric metric, const khop_real *scores,
                                int64_t outputs, const khop_graphs *set, const uint8_t *part, khop_part which) {
  const khop_real *targets = khop_graphs_targets(set, NULL);
  for (int64_t g = 0; g < khop_graphs_count(set); g++) s->mask[g] = part[g] == (uint8_t)which;
  khop_i_sample sample = {scores, khop_graphs_count(set), outputs, targets ? NULL : khop_graphs_labels(set), targets,
                          s->mask, (khop_real)0.5};
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
