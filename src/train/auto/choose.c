/* choose.c: khop_auto_choose: two rounds over the portfolio. */
#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "train/auto/majority.h"
#include "train/auto/portfolio.h"
#include "train/auto/propagation.h"
#include "train/auto/resplit.h"
#include "train/auto/rounds.h"
#include "train/auto/trial.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SHORT = 80, LONG = 240, SHORT_SEEDS = 2, LONG_SEEDS = 5 };
/* ROC-AUC where one of two classes has at least so much: accuracy then hardly tells a model from a constant. */
#define UNEVEN 0.7

typedef struct choice {
  khop_i_resplit data;
  khop_i_trials trials;
  khop_recipe recipe[KHOP_I_MOST_CANDIDATES];
  khop_i_rounds rounds;
} choice;

/* --- what the data are like --------------------------------------------------------------------- */

static khop_status note_classes(khop_auto_report *r, const khop_data *data, int split) {
  int64_t classes = khop_data_classes(data);
  const int32_t *labels = khop_data_labels(data);
  uint8_t *part = NULL;
  r->share = r->majority = NAN;
  if (!labels || classes < 1 || khop_data_has_tasks(data)) return KHOP_OK;
  khop_status status = khop_i_resplit_parts(&part, data, split);
  if (status == KHOP_OK)
    status = khop_i_majority(&r->share, &r->majority, part, labels, khop_graph_nodes(khop_data_graph(data)), classes);
  khop_i_free(part);
  return status;
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

/* --- one trial ---------------------------------------------------------------------------------- */

static const char *name_of(const void *context, int i) {
  (void)context;
  return khop_i_portfolio_name(i);
}

static khop_status list_candidates(choice *c, const khop_data *data) {
  int count = khop_i_portfolio_count(data);
  khop_status status = khop_i_rounds_list(c->rounds.report, count, name_of, NULL);
  for (int i = 0; i < count && status == KHOP_OK; i++) {
    status = khop_recipe_find(&c->recipe[i], khop_i_portfolio_name(i));
    if (status != KHOP_OK) return status;
    khop_recipe_adapt(&c->recipe[i], data);
    c->recipe[i].row_normalize = false; /* the data are what they are */
  }
  return status;
}

static khop_status try_recipe(khop_i_trained *trained, void *context, int i, bool is_long, int seed) {
  choice *c = context;
  char why[160];
  bool too_large = false;
  khop_status status = KHOP_OK;
  if (!is_long && seed == 0)
    status = khop_i_portfolio_is_too_large(&too_large, why, sizeof why, &c->recipe[i], c->trials.data);
  if (status != KHOP_OK) return status;
  if (too_large) return khop_i_fail(KHOP_E_BUDGET, "%s", why);
  c->trials.index = c->rounds.index;
  c->trials.of = c->rounds.of;
  status = khop_i_trial(&trained->score, &c->trials, &c->recipe[i], is_long ? LONG : SHORT, seed,
                        c->trials.options.seed + (uint64_t)seed);
  trained->epochs = c->trials.epochs;
  trained->interrupted = c->trials.interrupted;
  return status;
}

khop_status khop_auto_choose(khop_recipe *recipe, khop_auto_report *report, const khop_data *data,
                             const khop_auto_options *options) {
  khop_status status = KHOP_OK;
  khop_auto_options own;
  choice c = {.rounds = {.report = report, .trial = try_recipe, .context = &c, .short_seeds = SHORT_SEEDS,
                         .long_seeds = LONG_SEEDS, .start = khop_i_seconds_now()}};
  *report = (khop_auto_report){.size = sizeof *report, .chosen = -1};
  KHOP_TRY(KHOP_I_TAKE(khop_auto_options, &own, options));
  report->split = own.split;
  KHOP_TRY(look_at_data(report, data, &own));
  KHOP_TRY(khop_i_resplit_open(&c.data, data, own.split, LONG_SEEDS, own.seed));
  KHOP_TRY(khop_i_trials_open(&c.trials, &c.data.data, &own, report->metric,
                              own.epochs > 0 && own.epochs < LONG ? own.epochs : LONG));
  KHOP_TRY(list_candidates(&c, data));
  c.rounds.seconds = own.seconds;
  KHOP_TRY(khop_i_rounds_run(&c.rounds));
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
