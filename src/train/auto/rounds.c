/* rounds.c: see rounds.h. */
#include "train/auto/rounds.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"
#include "train/auto/halving.h"

#include <math.h>
#include <stdio.h>

khop_status khop_i_rounds_list(khop_auto_report *r, int count, const char *(*name)(const void *context, int i),
                               const void *context) {
  if (count > KHOP_I_MOST_CANDIDATES)
    return khop_i_fail(KHOP_E_ARGUMENT, "%d candidates: at most %d", count, KHOP_I_MOST_CANDIDATES);
  khop_status status = khop_i_alloc(&r->trial, count, sizeof *r->trial, "trials");
  for (int i = 0; i < count && status == KHOP_OK; i++)
    r->trial[r->trials++] = (khop_auto_trial){.size = sizeof *r->trial, .recipe = name(context, i),
                                              .fate = KHOP_AUTO_BEHIND, .val = NAN};
  return status;
}

static bool is_few(const khop_i_rounds *r) { return r->report->validation < KHOP_I_FEW_VALIDATE; }

bool khop_i_rounds_are_over(const khop_i_rounds *r) {
  return r->seconds > 0 && khop_i_seconds_now() - r->start >= r->seconds;
}

static void leave_out(khop_i_rounds *r, int i, const char *why) {
  khop_auto_trial *t = &r->report->trial[i];
  t->fate = KHOP_AUTO_LEFT_OUT;
  snprintf(t->why, sizeof t->why, "%s", why);
  r->goes_on[i] = false;
}

/* Trains candidate i with so many seeds. *failed keeps why it was left out, for where all are. */
static khop_status try_candidate(khop_status *failed, khop_i_rounds *r, int i, bool is_long, int seeds) {
  khop_auto_trial *t = &r->report->trial[i];
  khop_moments scores = {0};
  khop_i_trained trained = {0};
  for (int s = 0; s < seeds; s++) {
    double start = khop_i_seconds_now();
    khop_status status = r->trial(&trained, r->context, i, is_long, s);
    r->index++;
    t->seconds += khop_i_seconds_now() - start;
    if (status == KHOP_E_MEMORY || status == KHOP_E_BUDGET || status == KHOP_E_VALUE) {
      *failed = status;
      leave_out(r, i, khop_message());
      return KHOP_OK;
    }
    if (status != KHOP_OK) return status;
    r->report->interrupted = trained.interrupted;
    if (trained.interrupted) return KHOP_OK;
    if (isnan(trained.score)) {
      leave_out(r, i, "its score is no number");
      return KHOP_OK;
    }
    khop_moments_add(&scores, trained.score);
  }
  r->score[i] = t->val = scores.mean;
  t->deviation = seeds > 1 ? khop_moments_deviation(&scores) : 0;
  t->epochs = trained.epochs;
  t->seeds = seeds;
  return KHOP_OK;
}

static khop_status short_round(khop_status *failed, khop_i_rounds *r, int seeds) {
  khop_status status = KHOP_OK;
  for (int i = 0; i < r->report->trials && status == KHOP_OK && !r->report->interrupted; i++) {
    if (khop_i_rounds_are_over(r))
      leave_out(r, i, "no time was left");
    else
      status = try_candidate(failed, r, i, false, seeds);
  }
  return status;
}

static khop_status long_round(khop_status *failed, khop_i_rounds *r, int seeds) {
  khop_status status = KHOP_OK;
  for (int i = 0; i < r->report->trials && status == KHOP_OK && !r->report->interrupted; i++) {
    if (!r->goes_on[i] || khop_i_rounds_are_over(r)) continue;
    r->report->trial[i].fate = KHOP_AUTO_FINALIST;
    status = try_candidate(failed, r, i, true, seeds);
  }
  return status;
}

static khop_status run(khop_i_rounds *r) {
  khop_status status = KHOP_OK, failed = KHOP_E_VALUE;
  khop_auto_report *report = r->report;
  bool rises = khop_metric_rises(report->metric), few = is_few(r);
  int tried = 0;
  r->of = report->trials * (few ? r->short_seeds : 1);
  KHOP_TRY(short_round(&failed, r, few ? r->short_seeds : 1));
  for (int i = 0; i < report->trials; i++) tried += !isnan(r->score[i]);
  if (tried == 0 && !report->interrupted)
    return khop_i_fail(failed, "no recipe could be tried: %s", report->trial[0].why);
  int keep = khop_i_halving_keep(tried);
  khop_i_halving_mark(r->goes_on, r->score, report->trials, keep, rises);
  r->of = r->index + keep * (few ? r->long_seeds : 1);
  if (keep > 1 && !report->interrupted) KHOP_TRY(long_round(&failed, r, few ? r->long_seeds : 1));
  report->chosen = khop_i_halving_best(r->score, r->goes_on, report->trials, rises);
  if (report->chosen >= 0) report->trial[report->chosen].fate = KHOP_AUTO_CHOSEN;
done:
  return status;
}

static void choose_challenger(khop_i_rounds *r, int i) {
  khop_auto_report *report = r->report;
  report->trial[report->chosen].fate = KHOP_AUTO_FINALIST;
  report->trial[i].fate = KHOP_AUTO_CHOSEN;
  report->chosen = i;
}

khop_status khop_i_rounds_challenge(khop_i_rounds *r, const char *recipe, const char *why) {
  khop_auto_report *report = r->report;
  khop_status ignored, status = KHOP_OK;
  int i = report->trials;
  if (report->chosen < 0 || report->interrupted) return KHOP_OK;
  if (i >= KHOP_I_MOST_CANDIDATES) return khop_i_fail(KHOP_E_ARGUMENT, "%d candidates: at most %d", i + 1, KHOP_I_MOST_CANDIDATES);
  KHOP_TRY(khop_i_grow(&report->trial, i + 1, sizeof *report->trial, "trials"));
  report->trial[report->trials++] =
      (khop_auto_trial){.size = sizeof *report->trial, .recipe = recipe, .fate = KHOP_AUTO_FINALIST, .val = NAN};
  r->score[i] = NAN;
  if (why) {
    leave_out(r, i, why);
    return KHOP_OK;
  }
  r->goes_on[i] = true;
  r->of = r->index + (is_few(r) ? r->long_seeds : 1);
  KHOP_TRY(try_candidate(&ignored, r, i, true, is_few(r) ? r->long_seeds : 1));
  if (khop_i_halving_best(r->score, r->goes_on, report->trials, khop_metric_rises(report->metric)) == i) choose_challenger(r, i);
  report->seconds = khop_i_seconds_now() - r->start;
done:
  return status;
}

khop_status khop_i_rounds_run(khop_i_rounds *r) {
  for (int i = 0; i < r->report->trials; i++) r->score[i] = NAN, r->goes_on[i] = true;
  khop_status status = run(r);
  r->report->seconds = khop_i_seconds_now() - r->start;
  return status;
}
