/* targets.c: numbers against numbers: errors, and how far they go together. */
#include "base/memory.h"
#include "train/evaluate/rows.h"

#include <khop/evaluate.h>

#include <math.h>
#include <stdlib.h>

typedef struct ranked_row {
  double value;
  int64_t row;
} ranked_row;

typedef struct scoring {
  const khop_real *predicted, *truth; /* (n, targets) */
  int64_t n;
  const uint8_t *mask;
  double *x, *y; /* (n): predictions and values of one target where they are known; then their ranks */
  ranked_row *sorted; /* (n) */
} scoring;

static khop_status take_target(khop_target_report *r, scoring *s, int64_t t) {
  khop_target_score *k = &r->score[t];
  for (int64_t i = 0; i < s->n; i++) {
    if (!khop_i_row_selected(s->mask, i)) continue;
    khop_real x = s->predicted[i * r->targets + t], y = s->truth[i * r->targets + t];
    if (!isfinite(x))
      return khop_i_fail(KHOP_E_VALUE, "prediction %lld of row %lld is not finite", (long long)t, (long long)i);
    if (isnan(y)) {
      k->missing++;
      continue;
    }
    s->x[k->known] = (double)x;
    s->y[k->known++] = (double)y;
  }
  return KHOP_OK;
}

static double mean_of(const double *values, int64_t count) {
  double sum = 0;
  for (int64_t i = 0; i < count; i++) sum += values[i];
  return sum / (double)count;
}

static bool differ(const double *values, int64_t count) {
  for (int64_t i = 1; i < count; i++)
    if (values[i] < values[0] || values[i] > values[0]) return true;
  return false;
}

static double correlation(const double *x, const double *y, int64_t count) {
  double a = mean_of(x, count), b = mean_of(y, count), xx = 0, yy = 0, xy = 0;
  if (!differ(x, count) || !differ(y, count)) return (double)NAN;
  for (int64_t i = 0; i < count; i++) {
    xx += (x[i] - a) * (x[i] - a);
    yy += (y[i] - b) * (y[i] - b);
    xy += (x[i] - a) * (y[i] - b);
  }
  return xy / (sqrt(xx) * sqrt(yy));
}

static int by_value(const void *a, const void *b) {
  double x = ((const ranked_row *)a)->value, y = ((const ranked_row *)b)->value;
  return (x > y) - (x < y);
}

/* Values become ranks, 1 for the smallest; equals share the mean of theirs. */
static void rank_in_place(double *values, int64_t count, ranked_row *sorted) {
  for (int64_t i = 0; i < count; i++) sorted[i] = (ranked_row){values[i], i};
  qsort(sorted, (size_t)count, sizeof *sorted, by_value);
  for (int64_t i = 0, j; i < count; i = j) {
    for (j = i; j < count && sorted[j].value <= sorted[i].value;) j++;
    for (int64_t k = i; k < j; k++) values[sorted[k].row] = (double)(i + 1 + j) / 2;
  }
}

static void score_target(khop_target_score *k, scoring *s) {
  double squares = 0, errors = 0, spread = 0, mean = mean_of(s->y, k->known);
  for (int64_t i = 0; i < k->known; i++) {
    double error = s->x[i] - s->y[i];
    squares += error * error;
    errors += fabs(error);
    spread += (s->y[i] - mean) * (s->y[i] - mean);
  }
  k->rmse = sqrt(squares / (double)k->known);
  k->mae = errors / (double)k->known;
  k->r2 = differ(s->y, k->known) ? 1 - squares / spread : (double)NAN;
  k->pearson = correlation(s->x, s->y, k->known);
  rank_in_place(s->x, k->known, s->sorted);
  rank_in_place(s->y, k->known, s->sorted);
  k->spearman = correlation(s->x, s->y, k->known);
}

khop_status khop_target_report_make(khop_target_report *report, const khop_real *predicted, int64_t n, int64_t targets,
                                    const khop_real *truth, const uint8_t *mask) {
  khop_status status = KHOP_OK;
  scoring s = {.predicted = predicted, .truth = truth, .n = n, .mask = mask};
  *report = (khop_target_report){.targets = targets};
  if (!predicted || !truth || n < 0 || targets < 1)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_target_report_make: predictions and values of %lld targets are needed",
                       (long long)targets);
  KHOP_TRY(khop_i_alloc(&report->score, targets, sizeof *report->score, "scores of the targets"));
  KHOP_TRY(khop_i_alloc_raw(&s.x, n, sizeof *s.x, "predictions"));
  KHOP_TRY(khop_i_alloc_raw(&s.y, n, sizeof *s.y, "values"));
  KHOP_TRY(khop_i_alloc_raw(&s.sorted, n, sizeof *s.sorted, "ranks"));
  for (int64_t t = 0; t < targets; t++) {
    KHOP_TRY(take_target(report, &s, t));
    score_target(&report->score[t], &s);
    report->known += report->score[t].known;
  }
  if (!report->known)
    KHOP_FAIL(KHOP_E_VALUE, "no selected row has a value of a target: there is nothing to score");
  KHOP_TRY(khop_score(&report->rmse, KHOP_RMSE, predicted, n, targets, NULL, truth, mask));
  KHOP_TRY(khop_score(&report->mae, KHOP_MAE, predicted, n, targets, NULL, truth, mask));
done:
  khop_i_free(s.x);
  khop_i_free(s.y);
  khop_i_free(s.sorted);
  if (status != KHOP_OK) khop_target_report_clear(report);
  return status;
}

void khop_target_report_clear(khop_target_report *report) {
  khop_i_free(report->score);
  *report = (khop_target_report){0};
}
