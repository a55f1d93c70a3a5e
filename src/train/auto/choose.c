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
  khop_data *encoded; /* data, with encodings; NULL: not asked for, or not yet */
  int encoded_trial;  /* the candidate that is trained on them */
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

static khop_status prepare_recipe(khop_recipe *recipe, const char *name, const khop_data *data) {
  khop_status status = khop_recipe_find(recipe, name);
  if (status != KHOP_OK) return status;
  khop_recipe_adapt(recipe, data);
  recipe->row_normalize = false; /* the data are what they are */
  return KHOP_OK;
}

static khop_status list_candidates(choice *c, const khop_data *data) {
  int count = khop_i_portfolio_count(data);
  khop_status status = khop_i_rounds_list(c->rounds.report, count, name_of, NULL);
  for (int i = 0; i < count && status == KHOP_OK; i++)
    status = prepare_recipe(&c->recipe[i], khop_i_portfolio_name(i), data);
  return status;
}

static khop_status try_recipe(khop_i_trained *trained, void *context, int i, bool is_long, int seed) {
  choice *c = context;
  char why[160];
  bool too_large = false;
  khop_status status = KHOP_OK;
  bool encoded = c->encoded && i == c->encoded_trial;
  if (!is_long && seed == 0)
    status = khop_i_portfolio_is_too_large(&too_large, why, sizeof why, &c->recipe[i], c->trials.data);
  if (status != KHOP_OK) return status;
  if (too_large) return khop_i_fail(KHOP_E_BUDGET, "%s", why);
  c->trials.data = encoded ? c->encoded : &c->data.data;
  c->trials.index = c->rounds.index;
  c->trials.of = c->rounds.of;
  status = khop_i_trial(&trained->score, &c->trials, &c->recipe[i], is_long ? LONG : SHORT, seed,
                        c->trials.options.seed + (uint64_t)seed);
  trained->epochs = c->trials.epochs;
  trained->interrupted = c->trials.interrupted;
  return status;
}

/* --- the best once more, with encodings ---------------------------------------------------------- */

/* Where there are none, because they cost too much or the graph has fewer eigenvectors, why (size) says so. */
static void add_encodings(choice *c, const char *text, char *why, size_t size) {
  khop_encodings encodings;
  *why = 0;
  if (khop_i_rounds_are_over(&c->rounds)) snprintf(why, size, "no time was left");
  if (*why || khop_i_portfolio_encodings_cost(why, size, &c->data.data)) return;
  khop_status status = khop_encodings_read(&encodings, text);
  if (status == KHOP_OK) status = khop_data_with_encodings(&c->encoded, &c->data.data, &encodings);
  if (status != KHOP_OK) snprintf(why, size, "%s", khop_message());
}

static khop_status try_encodings(choice *c) {
  char why[160];
  khop_auto_report *r = c->rounds.report;
  const char *text = khop_i_portfolio_encodings(&c->data.data);
  int i = r->trials;
  double start = khop_i_seconds_now();
  if (!c->trials.options.encodings || r->chosen < 0 || r->interrupted) return KHOP_OK;
  const char *name = r->trial[r->chosen].recipe;
  add_encodings(c, text, why, sizeof why);
  khop_status status = c->encoded ? prepare_recipe(&c->recipe[i], name, c->encoded) : KHOP_OK;
  if (status != KHOP_OK) return status;
  c->encoded_trial = i;
  double before = khop_i_seconds_now() - start;
  status = khop_i_rounds_challenge(&c->rounds, name, *why ? why : NULL);
  if (r->trials == i) return status;
  r->trial[i].encodings = text;
  r->trial[i].seconds += before;
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
  KHOP_TRY(try_encodings(&c));
  if (report->chosen < 0) goto done;
  *recipe = c.recipe[report->chosen];
  recipe->fit.metric = report->metric;
  recipe->fit.seed = own.seed;
done:
  khop_i_trials_close(&c.trials);
  khop_data_free(c.encoded);
  khop_i_resplit_close(&c.data);
  return status;
}

void khop_auto_report_free(khop_auto_report *report) {
  if (!report) return;
  khop_i_free(report->trial);
  report->trial = NULL;
}
