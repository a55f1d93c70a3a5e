/* nodes.c: khop train on the nodes of one graph, with progress and Ctrl-C between. */
#include "cli/train/nodes.h"
#include "cli/members.h"
#include "cli/ranks.h"
#include "cli/terminal.h"
#include "cli/train/jobs.h"
#include "cli/train/kept.h"
#include "cli/train/nodes_report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* --- progress ------------------------------------------------------------------------------- */

typedef struct run_progress {
  const train_choice *choice;
  int before; /* runs of other calls */
  int done, of, epoch;
} run_progress;

static bool show_epoch(const khop_epoch *e, void *context) {
  run_progress *w = context;
  w->epoch = e->epoch;
  if (w->choice->data.quiet) return !was_interrupted();
  if (isnan(e->val))
    progress_line(false, "run %d/%d  epoch %d/%d  loss %.4f", w->done + 1, w->of, e->epoch,
                  e->epochs, e->loss);
  else
    progress_line(false, "run %d/%d  epoch %d/%d  loss %.4f  val %.4f  best %.4f at %d", w->done + 1,
                  w->of, e->epoch, e->epochs, e->loss, e->val, e->best, e->best_epoch);
  return !was_interrupted();
}

static void say_what_is_kept(void *context) {
  const run_progress *w = context;
  char run[32] = "";
  if (w->of > 1) snprintf(run, sizeof run, "run %d, ", w->done + 1);
  say_epoch_is_kept(w->choice, run, w->epoch, !w->choice->together);
}

static void show_run(const khop_fit_result *r, int index, int of, void *context) {
  run_progress *w = context;
  (void)of; /* of this call */
  w->done = w->before + index + 1;
  progress_clear();
  if (!w->choice->data.quiet && w->of > 1) print_run(r, w->done, w->of);
}

/* --- the training --------------------------------------------------------------------------- */

static int report_interrupt(const char *saved, bool together) {
  wait_for_late_steps(); /* one sentence is enough, however long ranks take to part */
  if (saved && together) return failure("interrupted: the models so far are in %s and beside it", saved);
  if (!saved) return failure("interrupted: the figures are of the best weights so far");
  return failure("interrupted: the best weights so far are in %s; go on with --resume %s", saved, saved);
}

static khop_status adapt_metric(train_choice *choice, khop_data *data) {
  int64_t outputs = 0;
  const khop_real *targets = khop_data_targets(data, &outputs);
  khop_metric *metric = &choice->recipe.fit.metric;
  if (!targets || khop_data_has_tasks(data)) return KHOP_OK; /* of tasks the recipe was adapted to them */
  if (!choice->metric_given) *metric = KHOP_RMSE;
  if (!khop_metric_rises(*metric) || *metric == KHOP_ACCURACY) return KHOP_OK; /* the last is refused */
  return khop_data_set_tasks(data, targets, outputs, khop_schema_targets(khop_data_schema(data), NULL));
}

int count_splits(const train_choice *choice, const khop_data *data) {
  if (choice->split_count) return choice->split_count;
  return choice->train.split < 0 ? khop_data_splits(data) : 1;
}

bool settle_metric(train_choice *choice, khop_data *data) {
  if (adapt_metric(choice, data) == KHOP_OK) return true;
  failure("%s: --metric %s: %s", khop_data_name(data), khop_metric_name(choice->recipe.fit.metric), khop_message());
  return false;
}

bool run_nodes(khop_report *report, train_choice *choice, khop_data *data, int before, int of) {
  if (choice->jobs > 1 && of > 1) return run_jobs(report, choice, data, before, of);
  run_progress w = {.choice = choice, .before = before, .done = before, .of = of};
  choice->recipe.fit.progress = show_epoch;
  choice->recipe.fit.context = &w;
  choice->train.finished = show_run;
  choice->train.kept = say_what_is_kept;
  choice->train.context = &w;
  say_nothing_is_kept(choice);
  choice->train.notes = choice->kept_options;
  choice->train.max_bytes = choice->data.max_bytes;
  choice->train.ensemble = choice->together;
  choice->train.exchange = exchange_of_ranks();
  if (khop_train(report, data, &choice->recipe, &choice->train) == KHOP_OK) return true;
  library_failure();
  return false;
}

int finish_nodes(const khop_report *report, const khop_data *data, const train_choice *choice) {
  progress_clear();
  (choice->data.json ? print_nodes_json : print_nodes_text)(report, data, choice);
  return report->interrupted ? report_interrupt(choice->train.save, choice->together != NULL) : EXIT_OK;
}

/* The recipe of directed graphs works on others, and learns the same links twice. */
static void say_links_are_alike(const train_choice *choice, const khop_data *data) {
  if (choice->recipe.body != KHOP_BODY_DIR || khop_graph_is_directed(khop_data_graph(data)) || choice->data.quiet) return;
  note("the links of %s have no direction: for the recipe %s those out and those in are the same%s", khop_data_name(data),
       choice->recipe.name, khop_data_has_directed_links(data) ? "; --directed-links reads those that have one" : "");
}

bool open_ensemble(khop_ensemble **together, const train_choice *choice, const khop_data *data, khop_metric metric) {
  if (choice->graphs.ensemble < 2 || *together) return true;
  if (khop_ensemble_new(together, data, metric, choice->graphs.ensemble) == KHOP_OK) return true;
  library_failure();
  return false;
}

bool run_member(khop_report *all, train_choice *choice, khop_data *data, int member, int of) {
  khop_report report = {0};
  const char *first = choice->train.save;
  char *path = first ? member_path(first, member) : NULL;
  if (first && !path) return failure("no memory for the name of model %d", member), false;
  choice->train.save = path;
  bool good = run_nodes(&report, choice, data, all->runs, of);
  if (good) good = khop_report_join(all, &report) == KHOP_OK || (library_failure(), false);
  choice->train.save = first;
  khop_report_free(&report);
  free(path);
  return good;
}

/* A file each: they are trained by a call each. */
static bool run_members(khop_report *all, train_choice *choice, khop_data *data, int members) {
  uint64_t seed = choice->recipe.fit.seed;
  bool good = true;
  choice->train.seeds = 1;
  for (int m = 1; m <= members && good && !all->interrupted; m++) {
    good = run_member(all, choice, data, m, members);
    choice->recipe.fit.seed++;
  }
  choice->recipe.fit.seed = seed;
  return good && (all->interrupted || note_members(choice->train.save, members) == GO_ON);
}

int train_nodes(train_choice *choice, khop_data *data) {
  say_links_are_alike(choice, data);
  khop_report report = {0};
  int seeds = choice->train.seeds ? choice->train.seeds : 1, models = choice->graphs.ensemble ? choice->graphs.ensemble : 1;
  choice->train.splits = choice->split_count ? choice->splits : NULL;
  choice->train.split_count = choice->split_count;
  choice->train.seeds = seeds * models;
  bool trained = settle_metric(choice, data) && open_ensemble(&choice->together, choice, data, choice->recipe.fit.metric);
  trained = agree_on_ranks(trained ? GO_ON : EXIT_FAILED) == GO_ON;
  if (trained)
    trained = models > 1 && choice->train.save
                  ? run_members(&report, choice, data, models)
                  : run_nodes(&report, choice, data, 0, seeds * models * count_splits(choice, data));
  int status = trained ? finish_nodes(&report, data, choice) : EXIT_FAILED;
  khop_report_free(&report);
  khop_ensemble_free(choice->together);
  choice->together = NULL;
  return status;
}
