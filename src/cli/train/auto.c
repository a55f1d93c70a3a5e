/* auto.c: see auto.h. */
#include "cli/train/auto.h"
#include "cli/terminal.h"
#include "cli/train/nodes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- whether to choose ---------------------------------------------------------------------- */

static const char *const of_the_model[] = {
    "hops",      "dilations", "layers",        "hidden",   "norm",         "direction",     "operator",    "self-loop",
    "weights",   "concat",    "sample",        "dropout",  "activation",   "input-dropout", "teleport",    "feature-norm",
    "optimizer", "lr",        "row-normalize", "schedule", "weight-decay", "hop-features",  "batch",       "resume"};

const char *model_option_given(const train_choice *choice) {
  for (size_t i = 0; i < sizeof of_the_model / sizeof *of_the_model; i++)
    if (was_given(&choice->data, of_the_model[i])) return of_the_model[i];
  return NULL;
}

/* Number i of the splits that are asked for; first: that of --split, which is put elsewhere while each is trained on. */
static int split_at(const train_choice *choice, int first, int i) {
  return choice->split_count ? choice->splits[i] : first < 0 ? i : first;
}

bool can_choose(const train_choice *choice, const khop_data *data) {
  int64_t nodes = khop_graph_nodes(khop_data_graph(data));
  for (int i = 0; i < count_splits(choice, data); i++) {
    int split = split_at(choice, choice->train.split, i);
    const uint8_t *mask = khop_data_mask(data, split, KHOP_VAL);
    if (split >= khop_data_splits(data)) continue; /* who trains on it says so */
    if (!mask || !memchr(mask, 1, (size_t)nodes)) return false;
  }
  return khop_data_splits(data) > 0; /* the training says what is wrong where there is none */
}

/* --- choosing ------------------------------------------------------------------------------- */

typedef struct choosing {
  bool quiet;
  int split, splits;
} choosing;

static bool show_trial(const khop_epoch *e, const char *recipe, int index, int of, void *context) {
  const choosing *w = context;
  if (w->quiet) return !was_interrupted();
  char split[32] = "";
  if (w->splits > 1) snprintf(split, sizeof split, "split %d  ", w->split);
  progress_line(false, "%schoosing %d/%d  %s  epoch %d/%d  val %.4f  best %.4f", split, index + 1, of, recipe,
                e->epoch, e->epochs, e->val, e->best);
  return !was_interrupted();
}

static int choose(khop_auto_report *chosen, train_choice *choice, khop_data *data, int split, int splits) {
  choosing w = {.quiet = choice->data.quiet, .split = split, .splits = splits};
  khop_recipe recipe;
  khop_auto_options options = {.size = sizeof options, .split = split, .seed = choice->recipe.fit.seed,
                               .seconds = choice->budget, .max_bytes = choice->data.max_bytes,
                               .form = choice->train.form, .has_metric = choice->metric_given,
                               .metric = choice->recipe.fit.metric, .progress = show_trial, .context = &w};
  if (was_given(&choice->data, "epochs")) options.epochs = choice->recipe.fit.epochs;
  if (khop_auto_choose(&recipe, chosen, data, &options) != KHOP_OK) return library_failure();
  progress_clear();
  if (chosen->chosen < 0) return failure("interrupted before a recipe was chosen");
  return GO_ON;
}

/* --- one split after the other -------------------------------------------------------------- */

typedef struct all_runs {
  khop_report joined; /* its runs are ours */
  double epochs, seconds;
} all_runs;

static void add_report(all_runs *all, const khop_report *report) {
  khop_fit_result *run = all->joined.run;
  int runs = all->joined.runs;
  for (int i = 0; i < report->runs; i++) {
    run[runs + i] = report->run[i];
    all->epochs += report->run[i].epochs;
    all->seconds += report->run[i].seconds;
  }
  bool interrupted = all->joined.interrupted || report->interrupted;
  all->joined = *report;
  all->joined.run = run;
  all->joined.runs = runs + report->runs;
  all->joined.interrupted = interrupted;
}

static void summarize(all_runs *all) {
  khop_moments test = {0}, val = {0};
  for (int i = 0; i < all->joined.runs; i++) {
    khop_moments_add(&test, all->joined.run[i].test);
    khop_moments_add(&val, all->joined.run[i].val);
  }
  all->joined.test_mean = test.mean;
  all->joined.test_std = khop_moments_deviation(&test);
  all->joined.val_mean = val.mean;
  all->joined.seconds_per_epoch = all->epochs > 0 ? all->seconds / all->epochs : 0;
}

/* Chooses for one split, and trains what was chosen with all seeds. */
static int train_split(all_runs *all, khop_auto_report *chosen, train_choice *choice, khop_data *data, int split,
                       int splits, recipe_reader read, void *context) {
  khop_report report = {0};
  int status = choose(chosen, choice, data, split, splits);
  if (status != GO_ON) return status;
  status = read(choice, chosen->trial[chosen->chosen].recipe, context);
  if (status != GO_ON) return status;
  if (!choice->metric_given) choice->recipe.fit.metric = chosen->metric;
  choice->train.split = split;
  int seeds = choice->train.seeds ? choice->train.seeds : 1;
  bool trained = run_nodes(&report, choice, data, all->joined.runs, seeds * splits);
  if (trained) add_report(all, &report);
  khop_report_free(&report);
  return trained ? GO_ON : EXIT_FAILED;
}

int train_auto(train_choice *choice, khop_data *data, recipe_reader read, void *context) {
  int first = choice->train.split, status = GO_ON, seeds = choice->train.seeds ? choice->train.seeds : 1;
  int splits = count_splits(choice, data);
  if (choice->train.save && splits > 1)
    return usage_error("--save: each of %d splits has a recipe of its own: --split I, or --recipe NAME", splits);
  if (!settle_metric(choice, data)) return EXIT_FAILED;
  all_runs all = {.joined.run = calloc((size_t)(seeds * splits), sizeof(khop_fit_result))};
  khop_auto_report *chosen = calloc((size_t)splits, sizeof *chosen);
  if (!all.joined.run || !chosen) exit(failure("no memory for the report"));
  int done = 0;
  for (; done < splits && status == GO_ON && !all.joined.interrupted; done++)
    status = train_split(&all, &chosen[done], choice, data, split_at(choice, first, done), splits, read, context);
  if (status == GO_ON) {
    summarize(&all);
    choice->choices = done;
    choice->chosen = chosen;
    status = finish_nodes(&all.joined, data, choice);
  }
  for (int i = 0; i < done; i++) khop_auto_report_free(&chosen[i]);
  choice->choices = 0;
  free(chosen);
  free(all.joined.run);
  return status;
}
