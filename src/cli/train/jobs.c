/* jobs.c: see jobs.h. A seed is a training that knows nothing of the others: on a small graph, where threads have little
 * to share, processes beside one another keep all cores busy. */
#include "cli/train/jobs.h"
#include "cli/json.h"
#include "cli/terminal.h"
#include "cli/train/nodes_report.h"
#include "cli/training_process.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct job_list {
  const train_choice *choice;
  int runs, seeds; /* run r is seed r % seeds of split r / seeds */
  int before, of;  /* of all calls, for what is shown */
  int done;
  khop_report *report;       /* (runs) of one run each */
  training_process *process; /* (jobs) */
  int *run;                  /* (jobs): of the process */
} job_list;

static int split_of(const job_list *l, int run) {
  const khop_train_options *o = &l->choice->train;
  int at = run / l->seeds;
  return o->split_count ? o->splits[at] : o->split < 0 ? at : o->split;
}

static bool add_number_option(training_arguments *a, const char *name, long long number) {
  char text[32];
  snprintf(text, sizeof text, "%lld", number);
  return add_option(a, name, text);
}

/* Data that were loaded before their recipe was chosen. */
static bool loads_as_they_are(const train_choice *c) {
  khop_recipe recipe;
  return !c->recipe.row_normalize && khop_recipe_find(&recipe, c->recipe.name) == KHOP_OK && recipe.row_normalize;
}

/* The command line once more, and behind its options what this run is: of one that comes twice the last counts. Whoever
 * is told its recipe has none to choose. */
static bool begin_run(job_list *l, int job, int run) {
  const train_choice *c = l->choice;
  training_arguments a = {0};
  int share = khop_threads() / c->jobs;
  int options = 0;
  while (options < c->argc && strcmp(c->argv[options], "--") != 0) options++;
  bool good = add_argument(&a, "khop");
  for (int i = 0; good && i < options; i++) good = add_argument(&a, c->argv[i]);
  good = good && (c->budget > 0 ? add_option(&a, "budget", "never") : true) && add_option(&a, "recipe", c->recipe.name) && add_number_option(&a, "jobs", 1) &&
         add_number_option(&a, "seeds", 1) && add_number_option(&a, "split", split_of(l, run)) &&
         add_number_option(&a, "seed", (long long)(c->recipe.fit.seed + (uint64_t)(run % l->seeds))) &&
         add_option(&a, "metric", khop_metric_name(c->recipe.fit.metric)) &&
         add_number_option(&a, "threads", share > 1 ? share : 1) && add_option(&a, "json", NULL) &&
         add_option(&a, "quiet", NULL);
  if (good && c->encodings) good = add_option(&a, "encodings", c->encodings);
  if (good && loads_as_they_are(c)) good = add_option(&a, "row-normalize", "no");
  for (int i = options; good && i < c->argc; i++) good = add_argument(&a, c->argv[i]);
  good = good && start_training(&l->process[job], &a);
  free_arguments(&a);
  l->run[job] = run;
  if (!good) failure("run %d cannot be started: %s", run + 1, strerror(errno));
  return good;
}

static bool read_report(khop_report *report, const cJSON *json, uint64_t seed, khop_metric metric) {
  const cJSON *run = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "runs"), 0);
  khop_fit_result result = {.seed = seed, .split = (int)get_number(run, "split"), .epochs = (int)get_number(run, "epochs"),
                            .best_epoch = (int)get_number(run, "best_epoch"), .loss = get_number(run, "loss"),
                            .val = get_number(run, "val"), .test = get_number(run, "test"),
                            .seconds = get_number(run, "seconds")};
  khop_report one = {.runs = 1, .run = &result, .metric = metric, .parameters = (int64_t)get_number(json, "parameters"),
                     .ring_bytes = (size_t)get_number(json, "ring_bytes"),
                     .run_bytes = (size_t)get_number(json, "run_bytes")};
  return run && khop_report_join(report, &one) == KHOP_OK;
}

static bool end_run(job_list *l, int job) {
  training_process *p = &l->process[job];
  int run = l->run[job];
  cJSON *json = training_report(p);
  const char *sentence = p->message ? p->message : "khop train: the training ended without a word";
  const khop_recipe *recipe = &l->choice->recipe;
  bool good = json && read_report(&l->report[run], json, recipe->fit.seed + (uint64_t)(run % l->seeds), recipe->fit.metric);
  if (!good) complain("%.*s", (int)strcspn(sentence, "\n"), sentence);
  cJSON_Delete(json);
  stop_training(p);
  if (!good) return false;
  progress_clear();
  l->done++;
  if (!l->choice->data.quiet) print_run(&l->report[run].run[0], l->before + l->done, l->of);
  return true;
}

/* False after a message; Ctrl-C ends the trainings that go on, and is no failure. */
static bool run_list(job_list *l) {
  int next = 0, busy = 0;
  for (;;) {
    for (int job = 0; job < l->choice->jobs && next < l->runs; job++) {
      if (l->process[job].process) continue;
      if (!begin_run(l, job, next++)) return false;
      busy++;
    }
    if (!busy) return true;
    if (!l->choice->data.quiet) progress_line(false, "%d of %d runs, %d at once", l->before + l->done, l->of, busy);
    int job = wait_for_training(l->process, l->choice->jobs);
    if (job < 0) return true;
    if (!end_run(l, job)) return false;
    busy--;
  }
}

bool run_jobs(khop_report *report, const train_choice *choice, const khop_data *data, int before, int of) {
  job_list l = {.choice = choice, .seeds = choice->train.seeds ? choice->train.seeds : 1, .before = before, .of = of};
  const khop_train_options *o = &choice->train;
  l.runs = l.seeds * (o->split_count ? o->split_count : o->split < 0 ? khop_data_splits(data) : 1);
  l.report = calloc((size_t)l.runs, sizeof *l.report);
  l.process = calloc((size_t)choice->jobs, sizeof *l.process);
  l.run = calloc((size_t)choice->jobs, sizeof *l.run);
  if (!l.report || !l.process || !l.run) exit(failure("no memory for %d runs", l.runs));
  for (int job = 0; job < choice->jobs; job++) l.process[job].output = l.process[job].errors = -1;
  bool good = run_list(&l);
  for (int job = 0; job < choice->jobs; job++) stop_training(&l.process[job]);
  for (int run = 0; run < l.runs; run++) {
    if (good && l.report[run].runs) good = khop_report_join(report, &l.report[run]) == KHOP_OK || (library_failure(), false);
    khop_report_free(&l.report[run]);
  }
  report->interrupted = was_interrupted();
  if (good && report->interrupted && !report->runs) good = (failure("interrupted before a run was over"), false);
  free(l.report);
  free(l.process);
  free(l.run);
  return good;
}
