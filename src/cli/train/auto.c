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
    "optimizer", "lr",        "row-normalize", "schedule", "weight-decay", "hop-features",  "batch",       "resume",
    "lambda",    "delay"};

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

/* Chooses for one split, and trains what was chosen with all seeds. */
static int train_split(khop_report *all, khop_auto_report *chosen, train_choice *choice, khop_data *data, int split,
                       int splits, recipe_reader read, void *context) {
  khop_report report = {0};
  int status = choose(chosen, choice, data, split, splits);
  if (status != GO_ON) return status;
  status = read(choice, chosen->trial[chosen->chosen].recipe, context);
  if (status != GO_ON) return status;
  if (!choice->metric_given) choice->recipe.fit.metric = chosen->metric;
  choice->train.split = split;
  int seeds = choice->train.seeds ? choice->train.seeds : 1;
  if (!run_nodes(&report, choice, data, all->runs, seeds * splits))
    status = EXIT_FAILED;
  else if (khop_report_join(all, &report) != KHOP_OK)
    status = library_failure();
  khop_report_free(&report);
  return status;
}

int train_auto(train_choice *choice, khop_data *data, recipe_reader read, void *context) {
  int first = choice->train.split, status = GO_ON, splits = count_splits(choice, data), done = 0;
  khop_report all = {0};
  if (choice->train.save && splits > 1)
    return usage_error("--save: each of %d splits has a recipe of its own: --split I, or --recipe NAME", splits);
  if (!settle_metric(choice, data)) return EXIT_FAILED;
  khop_auto_report *chosen = calloc((size_t)splits, sizeof *chosen);
  if (!chosen) exit(failure("no memory for the report"));
  for (; done < splits && status == GO_ON && !all.interrupted; done++)
    status = train_split(&all, &chosen[done], choice, data, split_at(choice, first, done), splits, read, context);
  choice->choices = status == GO_ON ? done : done - 1; /* one that has failed has said so, and the others are told */
  choice->chosen = chosen;
  if (all.runs > 0) {
    int reported = finish_nodes(&all, data, choice);
    if (status == GO_ON) status = reported;
  }
  for (int i = 0; i < done; i++) khop_auto_report_free(&chosen[i]);
  choice->choices = 0;
  free(chosen);
  khop_report_free(&all);
  return status;
}
