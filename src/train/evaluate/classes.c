/* classes.c: one class a row: who is taken for whom, and how sure the model is of it.
 *
 *   rows that are selected and have a label, packed:
 *     truth (scored), guess (scored), row (scored)  ->  confusion, a class at a time
 *     probability of the guess                      ->  bins of calibration
 *     probabilities of a class                      ->  ranks, ROC-AUC */
#include "base/memory.h"
#include "train/evaluate/rows.h"
#include "train/sample.h"

#include <khop/evaluate.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>

#define NORMAL_95 1.959963984540054 /* 97.5 % of a normal distribution lie below */
#define DEFAULT_BINS 15
#define SMALLEST ((double)(sizeof(khop_real) == 4 ? FLT_EPSILON : DBL_EPSILON)) /* a probability in the log loss */

typedef struct scoring {
  khop_class_report *report;
  const khop_real *probability; /* (n, classes) */
  int64_t *row;                 /* (scored) */
  int32_t *truth, *guess;       /* (scored) */
  khop_i_ranked *ranked;        /* (scored) */
} scoring;

static const khop_real *probabilities(const scoring *s, int64_t i) {
  return s->probability + s->row[i] * s->report->classes;
}

/* --- the rows --------------------------------------------------------------------------------- */

static khop_status take_row(scoring *s, int64_t row, int32_t label) {
  khop_class_report *r = s->report;
  const khop_real *p = s->probability + row * r->classes;
  int32_t best = 0;
  if (label >= r->classes)
    return khop_i_fail(KHOP_E_VALUE, "row %lld has label %d, of %lld classes", (long long)row, label,
                       (long long)r->classes);
  for (int32_t c = 0; c < r->classes; c++) {
    khop_status status = khop_i_probability_check(p[c], row, c);
    if (status != KHOP_OK) return status;
    if (p[c] > p[best]) best = c;
  }
  s->row[r->scored] = row;
  s->truth[r->scored] = label;
  s->guess[r->scored++] = best;
  return KHOP_OK;
}

static khop_status take_rows(scoring *s, int64_t n, const int32_t *labels, const uint8_t *mask) {
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_alloc_raw(&s->row, n, sizeof *s->row, "rows"));
  KHOP_TRY(khop_i_alloc_raw(&s->truth, n, sizeof *s->truth, "labels"));
  KHOP_TRY(khop_i_alloc_raw(&s->guess, n, sizeof *s->guess, "predictions"));
  for (int64_t i = 0; i < n; i++) {
    if (!khop_i_row_selected(mask, i)) continue;
    if (labels[i] < 0) s->report->unlabelled++;
    else KHOP_TRY(take_row(s, i, labels[i]));
  }
  if (!s->report->scored)
    status = khop_i_fail(KHOP_E_VALUE, "none of the %lld selected rows has a label: there is nothing to score",
                         (long long)s->report->unlabelled);
done:
  return status;
}

/* --- the confusion matrix --------------------------------------------------------------------- */

static int by_place(const void *a, const void *b) {
  const khop_confused *x = a, *y = b;
  if (x->truth != y->truth) return x->truth < y->truth ? -1 : 1;
  return (x->predicted > y->predicted) - (x->predicted < y->predicted);
}

/* Sorted rows of one pair are put together in their place, at the front of the array. */
static khop_status count_pairs(scoring *s) {
  khop_class_report *r = s->report;
  khop_status status = khop_i_alloc_raw(&r->pair, r->scored, sizeof *r->pair, "a confusion matrix");
  if (status != KHOP_OK) return status;
  for (int64_t i = 0; i < r->scored; i++) r->pair[i] = (khop_confused){s->truth[i], s->guess[i], 1};
  qsort(r->pair, (size_t)r->scored, sizeof *r->pair, by_place);
  for (int64_t i = 0; i < r->scored; i++) {
    if (r->pairs && by_place(&r->pair[r->pairs - 1], &r->pair[i]) == 0) r->pair[r->pairs - 1].count++;
    else r->pair[r->pairs++] = r->pair[i];
  }
  return KHOP_OK;
}

int64_t khop_class_report_confusion(const khop_class_report *r, int64_t truth, int64_t predicted) {
  const khop_confused key = {(int32_t)truth, (int32_t)predicted, 0};
  const khop_confused *found = r->pairs ? bsearch(&key, r->pair, (size_t)r->pairs, sizeof *r->pair, by_place) : NULL;
  return found ? found->count : 0;
}

static double share(double part, int64_t of) { return of ? part / (double)of : 0; }

static void score_classes(khop_class_report *r) {
  for (int64_t i = 0; i < r->pairs; i++) {
    const khop_confused *p = &r->pair[i];
    r->score[p->truth].support += p->count;
    r->score[p->predicted].predicted += p->count;
    if (p->truth == p->predicted) r->score[p->truth].hits = p->count;
  }
  for (int64_t c = 0; c < r->classes; c++) {
    khop_class_score *k = &r->score[c];
    k->precision = share((double)k->hits, k->predicted);
    k->recall = share((double)k->hits, k->support);
    k->f1 = share(2 * (double)k->hits, k->support + k->predicted);
  }
}

static void add_average(khop_averages *a, const khop_class_score *k, double weight) {
  a->precision += weight * k->precision;
  a->recall += weight * k->recall;
  a->f1 += weight * k->f1;
}

/* Wilson (1927): the shares p with |p - accuracy| <= z sqrt(p (1 - p) / n). */
static void bound_accuracy(khop_class_report *r) {
  double n = (double)r->scored, p = r->accuracy, z = NORMAL_95;
  double middle = p + z * z / (2 * n), reach = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)), whole = 1 + z * z / n;
  r->accuracy_low = fmax(0, (middle - reach) / whole);
  r->accuracy_high = fmin(1, (middle + reach) / whole);
}

static void average_classes(khop_class_report *r) {
  int64_t hits = 0, occur = 0, supported = 0;
  for (int64_t c = 0; c < r->classes; c++) {
    occur += r->score[c].support || r->score[c].predicted;
    supported += r->score[c].support > 0;
  }
  for (int64_t c = 0; c < r->classes; c++) {
    const khop_class_score *k = &r->score[c];
    hits += k->hits;
    add_average(&r->macro, k, 1 / (double)occur); /* a class that does not occur adds 0 */
    add_average(&r->weighted, k, (double)k->support / (double)r->scored);
    r->balanced_accuracy += k->recall / (double)supported;
  }
  r->accuracy = (double)hits / (double)r->scored;
  bound_accuracy(r);
}

/* --- ranks ------------------------------------------------------------------------------------ */

/* Of two classes the odds, which order as the logits do where float probabilities near 1 are all alike; even where
 * both are 0. */
static double rank_value(const khop_real *p, int64_t classes, int64_t c) {
  if (classes != 2) return (double)p[c];
  return p[0] > 0 || p[1] > 0 ? log((double)p[c]) - log((double)p[1 - c]) : 0;
}

static void rank_class(scoring *s, int64_t c) {
  khop_class_report *r = s->report;
  for (int64_t i = 0; i < r->scored; i++)
    s->ranked[i] = (khop_i_ranked){rank_value(probabilities(s, i), r->classes, c), s->truth[i] == c};
  r->score[c].roc_auc = khop_i_rank_auc(s->ranked, r->scored, r->score[c].support);
}

static khop_status rank_classes(scoring *s) {
  khop_status status = KHOP_OK;
  khop_class_report *r = s->report;
  int64_t ranked = 0;
  double sum = 0;
  KHOP_TRY(khop_i_alloc_raw(&s->ranked, r->scored, sizeof *s->ranked, "ranks"));
  for (int64_t c = 0; c < r->classes; c++) {
    r->score[c].roc_auc = (double)NAN;
    if (!r->score[c].support || r->score[c].support == r->scored) continue;
    rank_class(s, c);
    sum += r->score[c].roc_auc;
    ranked++;
  }
  r->roc_auc = r->classes == 2 ? r->score[1].roc_auc : ranked ? sum / (double)ranked : (double)NAN;
done:
  return status;
}

/* --- probabilities ---------------------------------------------------------------------------- */

/* Bin b holds (b / bins, (b + 1) / bins]. */
static int bin_of(double confidence, int bins) {
  int bin = (int)ceil(confidence * bins) - 1;
  return bin < 0 ? 0 : bin >= bins ? bins - 1 : bin;
}

static void fill_bins(scoring *s) {
  khop_class_report *r = s->report;
  for (int64_t i = 0; i < r->scored; i++) {
    double confidence = (double)probabilities(s, i)[s->guess[i]];
    khop_confidence_bin *bin = &r->bin[bin_of(confidence, r->bins)];
    bin->count++;
    bin->confidence += confidence;
    bin->accuracy += s->guess[i] == s->truth[i];
  }
  for (int b = 0; b < r->bins; b++) {
    khop_confidence_bin *bin = &r->bin[b];
    r->calibration_error += fabs(bin->accuracy - bin->confidence) / (double)r->scored;
    bin->confidence = bin->count ? bin->confidence / (double)bin->count : (double)NAN;
    bin->accuracy = bin->count ? bin->accuracy / (double)bin->count : (double)NAN;
  }
}

static void score_probabilities(scoring *s) {
  khop_class_report *r = s->report;
  for (int64_t i = 0; i < r->scored; i++) {
    const khop_real *p = probabilities(s, i);
    for (int64_t c = 0; c < r->classes; c++) {
      double error = (double)p[c] - (c == s->truth[i]);
      r->brier += error * error;
    }
    r->log_loss -= log(fmin(fmax((double)p[s->truth[i]], SMALLEST), 1 - SMALLEST));
  }
  r->brier /= (double)r->scored;
  r->log_loss /= (double)r->scored;
}

/* --- the public side -------------------------------------------------------------------------- */

static khop_status check_arguments(const khop_real *probability, int64_t n, int64_t classes, const int32_t *labels,
                                   int bins) {
  if (!probability || !labels || n < 0)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_class_report_make: probabilities and labels are needed");
  if (classes < 1 || bins < 0)
    return khop_i_fail(KHOP_E_ARGUMENT, "%lld classes, %d bins: at least one class, and no negative number of bins",
                       (long long)classes, bins);
  return KHOP_OK;
}

khop_status khop_class_report_make(khop_class_report *report, const khop_real *probability, int64_t n,
                                   int64_t classes, const int32_t *labels, const uint8_t *mask, int bins) {
  *report = (khop_class_report){.classes = classes, .bins = bins ? bins : DEFAULT_BINS};
  khop_status status = check_arguments(probability, n, classes, labels, bins);
  if (status != KHOP_OK) return status;
  scoring s = {.report = report, .probability = probability};
  KHOP_TRY(khop_i_alloc(&report->score, classes, sizeof *report->score, "scores of the classes"));
  KHOP_TRY(khop_i_alloc(&report->bin, report->bins, sizeof *report->bin, "bins of confidence"));
  KHOP_TRY(take_rows(&s, n, labels, mask));
  KHOP_TRY(count_pairs(&s));
  score_classes(report);
  average_classes(report);
  KHOP_TRY(rank_classes(&s));
  fill_bins(&s);
  score_probabilities(&s);
done:
  khop_i_free(s.row);
  khop_i_free(s.truth);
  khop_i_free(s.guess);
  khop_i_free(s.ranked);
  if (status != KHOP_OK) khop_class_report_clear(report);
  return status;
}

void khop_class_report_clear(khop_class_report *report) {
  khop_i_free(report->score);
  khop_i_free(report->pair);
  khop_i_free(report->bin);
  *report = (khop_class_report){0};
}
