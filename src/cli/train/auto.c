/* auto.c: see auto.h. */
#include "cli/train/auto.h"
#include "cli/members.h"
#include "cli/terminal.h"
#include "cli/train/best_recipes.h"
#include "cli/train/nodes.h"
#include "cli/train/saved_options.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- whether to choose ---------------------------------------------------------------------- */

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
  options.encodings = !choice->data.options.encodings && choice->graphs.ensemble < 2; /* models of one ensemble share data */
  if (was_given(&choice->data, "epochs")) options.epochs = choice->recipe.fit.epochs;
  if (khop_auto_choose(&recipe, chosen, data, &options) != KHOP_OK) return library_failure();
  progress_clear();
  if (chosen->chosen < 0) return failure("interrupted before a recipe was chosen");
  return GO_ON;
}

/* --- one split after the other -------------------------------------------------------------- */

typedef struct auto_training {
  train_choice *choice;
  khop_data *data; /* as they were loaded, or with the encodings that were chosen for a split */
  recipe_reader read; /* it forgets what was put into choice */
  void *context;
  int splits, seeds;
  int models;              /* recipes of an ensemble; 1: none */
  khop_ensemble *together; /* NULL: none yet */
  khop_report all;
} auto_training;

/* One recipe with so many seeds, of which the first is `after` that of the command line; member: of an ensemble, 0: all
 * alone. */
static int train_recipe(auto_training *t, const khop_auto_report *chosen, int trial, int member, int after, int seeds) {
  train_choice *choice = t->choice;
  khop_report report = {0};
  int of = t->seeds * t->models * t->splits;
  int status = t->read(choice, chosen->trial[trial].recipe, t->data, t->context);
  if (status != GO_ON) return status;
  choice->encodings = chosen->trial[trial].encodings;
  if (choice->encodings) keep_option(choice, "encodings", choice->encodings);
  if (!choice->metric_given) choice->recipe.fit.metric = chosen->metric;
  choice->train.split = chosen->split;
  choice->train.seeds = seeds;
  choice->recipe.fit.seed += (uint64_t)after;
  choice->together = t->together;
  if (member) return run_member(&t->all, choice, t->data, member, of) ? GO_ON : EXIT_FAILED;
  if (!run_nodes(&report, choice, t->data, t->all.runs, of))
    status = EXIT_FAILED;
  else if (khop_report_join(&t->all, &report) != KHOP_OK)
    status = library_failure();
  khop_report_free(&report);
  return status;
}

/* A seed of each of the best recipes, and the next seed of each: what stands together comes one after another. */
static int train_together(auto_training *t, const khop_auto_report *chosen) {
  int best[MOST_MEMBERS], there = best_recipes(best, t->models, chosen), status = GO_ON;
  khop_metric metric = t->choice->metric_given ? t->choice->recipe.fit.metric : chosen->metric;
  if (there < t->models)
    return failure("--ensemble %d: auto has trained %d recipes on split %d, and each is one model", t->models, there,
                   chosen->split);
  if (!open_ensemble(&t->together, t->choice, t->data, metric)) return EXIT_FAILED;
  for (int seed = 0; seed < t->seeds; seed++)
    for (int m = 0; m < t->models && !t->all.interrupted && status == GO_ON; m++)
      status = train_recipe(t, chosen, best[m], m + 1, seed, 1);
  if (status == GO_ON && t->choice->train.save && !t->all.interrupted)
    status = note_members(t->choice->train.save, t->models);
  return status;
}

/* Chooses for one split, and trains what was chosen. */
static int train_split(auto_training *t, khop_auto_report *chosen, int split) {
  int status = choose(chosen, t->choice, t->data, split, t->splits);
  if (status != GO_ON) return status;
  const char *encodings = chosen->trial[chosen->chosen].encodings;
  if (t->models > 1) return train_together(t, chosen);
  if (!encodings) return train_recipe(t, chosen, chosen->chosen, 0, 0, t->seeds);
  khop_data *plain = t->data;
  khop_encodings columns;
  if (khop_encodings_read(&columns, encodings) != KHOP_OK || khop_data_with_encodings(&t->data, plain, &columns) != KHOP_OK)
    return library_failure();
  status = train_recipe(t, chosen, chosen->chosen, 0, 0, t->seeds);
  khop_data_free(t->data);
  t->data = plain;
  return status;
}

int train_auto(train_choice *choice, khop_data *data, recipe_reader read, void *context) {
  int first = choice->train.split, status = GO_ON, splits = count_splits(choice, data), done = 0;
  auto_training t = {.choice = choice, .data = data, .read = read, .context = context, .splits = splits,
                     .seeds = choice->train.seeds ? choice->train.seeds : 1,
                     .models = choice->graphs.ensemble ? choice->graphs.ensemble : 1};
  if (choice->train.save && splits > 1)
    return usage_error("--save: each of %d splits has a recipe of its own: --split I, or --recipe NAME", splits);
  if (!settle_metric(choice, data)) return EXIT_FAILED;
  khop_auto_report *chosen = calloc((size_t)splits, sizeof *chosen);
  if (!chosen) exit(failure("no memory for the report"));
  for (; done < splits && status == GO_ON && !t.all.interrupted; done++)
    status = train_split(&t, &chosen[done], split_at(choice, first, done));
  choice->choices = status == GO_ON ? done : done - 1; /* one that has failed has said so, and the others are told */
  choice->chosen = chosen;
  if (t.all.runs > 0) {
    int reported = finish_nodes(&t.all, data, choice);
    if (status == GO_ON) status = reported;
  }
  for (int i = 0; i < done; i++) khop_auto_report_free(&chosen[i]);
  choice->choices = 0;
  choice->together = NULL;
  free(chosen);
  khop_ensemble_free(t.together);
  khop_report_free(&t.all);
  return status;
}
