/* tasks.c: yes or no to several questions, each by itself, with answers that are missing. */
#include "base/memory.h"
#include "train/evaluate/rows.h"
#include "train/sample.h"

#include <khop/evaluate.h>

#include <math.h>

typedef struct scoring {
  const khop_real *probability, *truth; /* (n, tasks) */
  int64_t n;
  const uint8_t *mask;
  khop_i_ranked *answer; /* (n): probabilities of one task, and answers, where those are known */
  int64_t right, hits, said, positives; /* over all tasks */
} scoring;

/* The known answers of task t, packed; how many of them. */
static khop_status take_task(int64_t *known, khop_task_report *r, scoring *s, int64_t t) {
  *known = 0;
  for (int64_t i = 0; i < s->n; i++) {
    if (!khop_i_row_selected(s->mask, i)) continue;
    khop_real y = s->truth[i * r->tasks + t], p = s->probability[i * r->tasks + t];
    khop_status status = khop_i_probability_check(p, i, t);
    if (status != KHOP_OK) return status;
    if (isnan(y)) {
      r->score[t].missing++;
      continue;
    }
    if (!(y >= 0 && y <= 0) && !(y >= 1 && y <= 1))
      return khop_i_fail(KHOP_E_VALUE, "answer %lld of row %lld is %g, neither 0 nor 1", (long long)t, (long long)i,
                         (double)y);
    s->answer[(*known)++] = (khop_i_ranked){(double)p, y > 0};
  }
  return KHOP_OK;
}

static double share(double part, int64_t of) { return of ? part / (double)of : 0; }

static void score_task(khop_task_score *k, scoring *s, int64_t known) {
  int64_t right = 0, hits = 0, said = 0;
  for (int64_t i = 0; i < known; i++) {
    bool yes = s->answer[i].score > 0.5, is = s->answer[i].label == 1;
    k->positives += is;
    said += yes;
    hits += yes && is;
    right += yes == is;
  }
  k->negatives = known - k->positives;
  k->accuracy = known ? share((double)right, known) : (double)NAN;
  k->precision = share((double)hits, said);
  k->recall = share((double)hits, k->positives);
  k->f1 = share(2 * (double)hits, said + k->positives);
  k->roc_auc = k->positives && k->negatives ? khop_i_rank_auc(s->answer, known, k->positives) : (double)NAN;
  s->right += right;
  s->hits += hits;
  s->said += said;
  s->positives += k->positives;
}

static khop_status score_tasks(khop_task_report *r, scoring *s) {
  double auc = 0, f1 = 0;
  int64_t asked = 0;
  for (int64_t t = 0, known; t < r->tasks; t++) {
    khop_status status = take_task(&known, r, s, t);
    if (status != KHOP_OK) return status;
    int64_t said = s->said;
    score_task(&r->score[t], s, known);
    r->known += known;
    if (r->score[t].positives || s->said > said) f1 += r->score[t].f1, asked++;
    if (!r->score[t].positives || !r->score[t].negatives) continue;
    r->ranked++;
    auc += r->score[t].roc_auc;
  }
  if (!r->known) return khop_i_fail(KHOP_E_VALUE, "no selected row has an answer: there is nothing to score");
  r->roc_auc = r->ranked ? auc / (double)r->ranked : (double)NAN;
  r->macro_f1 = asked ? f1 / (double)asked : (double)NAN;
  r->accuracy = share((double)s->right, r->known);
  r->micro_f1 = asked ? share(2 * (double)s->hits, s->said + s->positives) : (double)NAN;
  return KHOP_OK;
}

khop_status khop_task_report_make(khop_task_report *report, const khop_real *probability, int64_t n, int64_t tasks,
                                  const khop_real *truth, const uint8_t *mask) {
  khop_status status = KHOP_OK;
  scoring s = {.probability = probability, .truth = truth, .n = n, .mask = mask};
  *report = (khop_task_report){.tasks = tasks};
  if (!probability || !truth || n < 0 || tasks < 1)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_task_report_make: probabilities and answers to %lld tasks are needed",
                       (long long)tasks);
  KHOP_TRY(khop_i_alloc(&report->score, tasks, sizeof *report->score, "scores of the tasks"));
  KHOP_TRY(khop_i_alloc_raw(&s.answer, n, sizeof *s.answer, "answers"));
  KHOP_TRY(score_tasks(report, &s));
done:
  khop_i_free(s.answer);
  if (status != KHOP_OK) khop_task_report_clear(report);
  return status;
}

void khop_task_report_clear(khop_task_report *report) {
  khop_i_free(report->score);
  *report = (khop_task_report){0};
}
