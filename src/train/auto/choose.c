/* choose.c: khop_auto_choose: two rounds over the portfolio. */
#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "train/auto/halving.h"
#include "train/auto/portfolio.h"
#include "train/auto/propagation.h"
#include "train/auto/resplit.h"
#include "train/auto/trial.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Where few nodes validate, chance is larger than what there is to choose between: 59 tell two models of 85 % apart where
 * they differ by 9. They are asked several times then, each time with other nodes of training and validation. */
enum { SHORT = 80, LONG = 240, FEW_VALIDATE = 500, SHORT_SEEDS = 2, LONG_SEEDS = 5, MOST = 16 };
/* ROC-AUC where one of two classes has at least so much: accuracy then hardly tells a model from a constant. */
#define UNEVEN 0.7

typedef struct choice {
  khop_i_resplit data;
  khop_i_trials trials;
  khop_auto_report *report;
  khop_recipe recipe[MOST];
  double score[MOST]; /* of the last round; NaN: left out */
  bool goes_on[MOST];
  double start;
} choice;

/* --- what the data are like --------------------------------------------------------------------- */

/* The largest class among the training nodes, its share of them, and of the validation nodes. */
static khop_status note_classes(khop_auto_report *r, const khop_data *data, int split) {
  int64_t classes = khop_data_classes(data), largest = 0;
  const int32_t *labels = khop_data_labels(data);
  const uint8_t *train = khop_data_mask(data, split, KHOP_TRAIN), *val = khop_data_mask(data, split, KHOP_VAL);
  int64_t nodes = khop_graph_nodes(khop_data_graph(data)), trains = 0, hits = 0, *count = NULL;
  r->share = r->majority = NAN;
  if (!labels || classes < 1 || khop_data_has_tasks(data) || !train || !val) return KHOP_OK;
  khop_status status = khop_i_alloc(&count, classes, sizeof *count, "classes");
  if (status != KHOP_OK) return status;
  for (int64_t i = 0; i < nodes; i++)
    if (train[i] && labels[i] >= 0) count[labels[i]]++, trains++;
  for (int64_t c = 0; c < classes; c++)
    if (count[c] > count[largest]) largest = c;
  for (int64_t i = 0; i < nodes; i++) hits += val[i] && labels[i] == largest;
  if (trains > 0) r->share = (double)count[largest] / (double)trains;
  if (r->validation > 0) r->majority = (double)hits / (double)r->validation;
  khop_i_free(count);
  return KHOP_OK;
}

static void settle_metric(khop_auto_report *r, const khop_data *data, const khop_auto_options *o) {
  khop_recipe adapted = {.size = sizeof adapted};
  int64_t outputs;
  khop_recipe_adapt(&adapted, data);
  r->metric = o->has_metric ? o->metric : adapted.fit.metric;
  if (o->has_metric || khop_data_has_tasks(data)) return;
  if (khop_data_targets(data, &outputs)) r->metric = KHOP_RMSE;
  r->by_imbalance = khop_data_classes(data) == 2 && r->share >= UNEVEN;
  if (r->by_imbalance) r->metric = KHOP_ROC_AUC;
}

static khop_status look_at_data(khop_auto_report *r, const khop_data *data, const khop_auto_options *o) {
  if (khop_data_splits(data) == 0)
    return khop_i_fail(KHOP_E_ARGUMENT, "%s: the data have no split into training and test nodes", khop_data_name(data));
  if (o->split < 0 || o->split >= khop_data_splits(data))
    return khop_i_fail(KHOP_E_ARGUMENT, "split %d: %s has %d", o->split, khop_data_name(data), khop_data_splits(data));
  r->validation = khop_i_data_count_part(data, o->split, KHOP_VAL);
  if (r->validation == 0)
    return khop_i_fail(KHOP_E_VALUE, "%s: split %d has no validation nodes to choose a recipe by: name one",
                       khop_data_name(data), o->split);
  khop_status status = note_classes(r, data, o->split);
  if (status != KHOP_OK) return status;
  settle_metric(r, data, o);
  if (r->metric != KHOP_ACCURACY) r->majority = r->metric == KHOP_ROC_AUC ? 0.5 : NAN;
  return khop_i_score_propagation(&r->propagation, data, o->split, r->metric);
}

/* --- rounds ------------------------------------------------------------------------------------- */

static khop_status list_candidates(choice *c, const khop_data *data) {
  khop_auto_report *r = c->report;
  int count = khop_i_portfolio_count(data);
  khop_status status = khop_i_alloc(&r->trial, count, sizeof *r->trial, "trials");
  if (status != KHOP_OK) return status;
  for (int i = 0; i < count; i++) {
    khop_auto_trial *t = &r->trial[i];
    *t = (khop_auto_trial){.size = sizeof *t, .recipe = khop_i_portfolio_name(i), .fate = KHOP_AUTO_BEHIND, .val = NAN};
    r->trials++;
    status = khop_recipe_find(&c->recipe[i], t->recipe);
    if (status != KHOP_OK) return status;
    khop_recipe_adapt(&c->recipe[i], data);
    c->recipe[i].row_normalize = false; /* the data are what they are */
    c->score[i] = NAN;
    c->goes_on[i] = true;
  }
  return KHOP_OK;
}

static bool is_time_over(const choice *c) {
  double most = c->trials.options.seconds;
  return most > 0 && khop_i_seconds_now() - c->start >= most;
}

static void leave_out(choice *c, int i, const char *why) {
  khop_auto_trial *t = &c->report->trial[i];
  t->fate = KHOP_AUTO_LEFT_OUT;
  snprintf(t->why, sizeof t->why, "%s", why);
  c->goes_on[i] = false;
}

/* Trains candidate i with so many seeds. What fails for memory, or since its loss is no number, is left out; *failed
 * keeps that status, for where all are. */
static khop_status try_candidate(khop_status *failed, choice *c, int i, int epochs, int seeds) {
  khop_auto_trial *t = &c->report->trial[i];
  khop_moments scores = {0};
  for (int s = 0; s < seeds && !c->trials.interrupted; s++) {
    double score, seconds;
    khop_status status = khop_i_trial(&score, &seconds, &c->trials, &c->recipe[i], epochs, s,
                                      c->trials.options.seed + (uint64_t)s);
    c->trials.index++;
    t->seconds += seconds;
    if (status == KHOP_E_MEMORY || status == KHOP_E_BUDGET || status == KHOP_E_VALUE) {
      *failed = status;
      leave_out(c, i, khop_message());
      return KHOP_OK;
    }
    if (status != KHOP_OK) return status;
    if (!c->trials.interrupted) khop_moments_add(&scores, score);
  }
  if (c->trials.interrupted) return KHOP_OK;
  c->score[i] = t->val = scores.mean;
  t->deviation = seeds > 1 ? khop_moments_deviation(&scores) : 0;
  t->epochs = c->trials.epochs;
  t->seeds = seeds;
  return KHOP_OK;
}

static khop_status short_round(khop_status *failed, choice *c) {
  khop_status status = KHOP_OK;
  int seeds = c->report->validation < FEW_VALIDATE ? SHORT_SEEDS : 1;
  for (int i = 0; i < c->report->trials && !c->trials.interrupted; i++) {
    char why[160];
    bool too_large;
    KHOP_TRY(khop_i_portfolio_is_too_large(&too_large, why, sizeof why, &c->recipe[i], c->trials.data));
    if (too_large)
      leave_out(c, i, why);
    else if (is_time_over(c))
      leave_out(c, i, "no time was left");
    else
      KHOP_TRY(try_candidate(failed, c, i, SHORT, seeds));
  }
done:
  return status;
}

static khop_status long_round(khop_status *failed, choice *c) {
  khop_status status = KHOP_OK;
  int seeds = c->report->validation < FEW_VALIDATE ? LONG_SEEDS : 1;
  for (int i = 0; i < c->report->trials && !c->trials.interrupted; i++) {
    if (!c->goes_on[i] || is_time_over(c)) continue;
    c->report->trial[i].fate = KHOP_AUTO_FINALIST;
    KHOP_TRY(try_candidate(failed, c, i, LONG, seeds));
  }
done:
  return status;
}

static khop_status run_rounds(choice *c) {
  khop_status status = KHOP_OK, failed = KHOP_E_VALUE;
  khop_auto_report *r = c->report;
  bool rises = khop_metric_rises(r->metric);
  bool few = r->validation < FEW_VALIDATE;
  int tried = 0;
  c->trials.of = r->trials * (few ? SHORT_SEEDS : 1);
  KHOP_TRY(short_round(&failed, c));
  for (int i = 0; i < r->trials; i++) tried += !isnan(c->score[i]);
  if (tried == 0 && !c->trials.interrupted) return khop_i_fail(failed, "no recipe could be tried: %s", r->trial[0].why);
  int keep = khop_i_halving_keep(tried);
  khop_i_halving_mark(c->goes_on, c->score, r->trials, keep, rises);
  c->trials.of = c->trials.index + keep * (few ? LONG_SEEDS : 1);
  if (keep > 1 && !c->trials.interrupted) KHOP_TRY(long_round(&failed, c));
  r->chosen = khop_i_halving_best(c->score, c->goes_on, r->trials, rises);
  if (r->chosen >= 0) r->trial[r->chosen].fate = KHOP_AUTO_CHOSEN;
done:
  r->interrupted = c->trials.interrupted;
  r->seconds = khop_i_seconds_now() - c->start;
  return status;
}

khop_status khop_auto_choose(khop_recipe *recipe, khop_auto_report *report, const khop_data *data,
                             const khop_auto_options *options) {
  khop_status status = KHOP_OK;
  khop_auto_options own;
  choice c = {.report = report, .start = khop_i_seconds_now()};
  *report = (khop_auto_report){.size = sizeof *report, .chosen = -1};
  KHOP_TRY(KHOP_I_TAKE(khop_auto_options, &own, options));
  report->split = own.split;
  KHOP_TRY(look_at_data(report, data, &own));
  KHOP_TRY(khop_i_resplit_open(&c.data, data, own.split, LONG_SEEDS, own.seed));
  KHOP_TRY(khop_i_trials_open(&c.trials, &c.data.data, &own, report->metric,
                              own.epochs > 0 && own.epochs < LONG ? own.epochs : LONG));
  KHOP_TRY(list_candidates(&c, data));
  KHOP_TRY(run_rounds(&c));
  if (report->chosen < 0) goto done;
  *recipe = c.recipe[report->chosen];
  recipe->fit.metric = report->metric;
  recipe->fit.seed = own.seed;
done:
  khop_i_trials_close(&c.trials);
  khop_i_resplit_close(&c.data);
  return status;
}

void khop_auto_report_free(khop_auto_report *report) {
  if (!report) return;
  khop_i_free(report->trial);
  report->trial = NULL;
}
