/* tune.c: khop tune: many trainings with other options, and which of them validates best. */
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/terminal.h"
#include "cli/tune/choice.h"
#include "cli/tune/report.h"
#include "cli/values.h"
#include "cli/visible.h"

#include <khop/khop.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SETTER(name) static bool name(void *context, const char *value, const char *where)
#define CHOICE ((tune_choice *)context)

SETTER(set_space) { return add_axes(&CHOICE->space, value, where); }
SETTER(set_trials) { return read_int(&CHOICE->count, value, 1, 100000, where); }
SETTER(set_tune_seed) { return read_seed(&CHOICE->seed, value, where); }
SETTER(set_tune_budget) { return read_duration(&CHOICE->budget, value, where); }
SETTER(set_jobs) { return read_int(&CHOICE->jobs, value, 1, 128, where); }
SETTER(set_tune_threads) { return read_int(&CHOICE->threads, value, 1, 1024, where); }
SETTER(set_plot) { return read_picture(&CHOICE->plot, value, where); }
SETTER(set_output) {
  const char *dot = strrchr(value, '.');
  if (dot && (strcmp(dot, ".csv") == 0 || strcmp(dot, ".tsv") == 0)) return read_path(&CHOICE->output, value, where);
  return complain("%s: neither .csv nor .tsv: '%s'", where, value), false;
}
SETTER(set_tune_json) {
  (void)value, (void)where;
  return CHOICE->json = true;
}
SETTER(set_tune_quiet) {
  (void)value, (void)where;
  return CHOICE->quiet = true;
}

static const option_row rows[] = {
    {"space", 's', "OPTION=VALUES", "values apart by |, or a range A..B, A..B:log; again and again", set_space},
    {"trials", 'n', "N", "the most trainings, or all that the lists allow (50)", set_trials},
    {"budget", 0, "TIME", "none begins later: 10m, 2h (as long as it takes)", set_tune_budget},
    {"seed", 0, "S", "which trials are drawn, and in which order (0)", set_tune_seed},
    {"output", 'o', "FILE.csv", "the table so far (or .tsv); what it has is not trained again", set_output},
    {"plot", 0, "FILE", "draw the scores against the hops that a model sees, .svg or .png", set_plot},
    {"jobs", 'j', "N", "trainings at once, each with its share of the threads (1)", set_jobs},
    {"threads", 0, "T", "threads in all (all cores); results do not depend on it", set_tune_threads},
    {"json", 0, NULL, "one JSON object on standard output", set_tune_json},
    {"quiet", 'q', NULL, "no progress line", set_tune_quiet},
};

const command tune_command = {
    "tune", "DATA --space 'OPTION=VALUES ..' [options]",
    "Trains DATA again and again with other options of 'khop train', and tells which validate best. Test\n"
    "nodes take no part: 'khop train' with the options that it prints says what the best scores there.\n"
    "Lists are gone through in an order that --seed draws, each point once; from ranges trials are drawn.\n"
    "An option with one value is the same for all: recipe=mixhop split=all seeds=3.",
    rows, (int)(sizeof rows / sizeof *rows),
    "  khop tune cora --space 'recipe=mixhop hidden=16|32|64 dropout=0.3..0.8 lr=1e-3..0.1:log' -n 30\n"
    "  khop tune texas --space 'split=all layers=1|2 hops=0-1|0-2|0-3|0,2' -o texas.csv --plot hops.svg\n",
    1, 1, NULL};

/* --- trials --------------------------------------------------------------------------------- */

static int begin_trial(tune_choice *c, int job, int at) {
  training_arguments arguments;
  char threads[16];
  int share = c->threads / c->jobs;
  snprintf(threads, sizeof threads, "%d", share > 1 ? share : 1);
  bool good = begin_arguments(&arguments, c->data) && add_option(&arguments, "threads", threads);
  for (int a = 0; good && a < c->space.axes; a++)
    good = add_option(&arguments, c->space.axis[a].name, c->trials.trial[at].value[a]);
  if (good) good = start_training(&c->running[job], &arguments);
  free_arguments(&arguments);
  c->trial_of[job] = at;
  return good ? GO_ON : failure("trial %d cannot be started: %s", at, strerror(errno));
}

static void show_trial(const tune_choice *c, int done) {
  int best = best_trial(&c->trials);
  if (c->quiet) return;
  if (best < 0) progress_line(false, "%d of %d trials", done, c->trials.count);
  else progress_line(false, "%d of %d trials  best %s %.4f: trial %d", done, c->trials.count, c->trials.metric,
                     c->trials.trial[best].val, best);
}

/* What a training says of its options is a mistake of the command line. */
static int end_trial(tune_choice *c, int job) {
  training_process *t = &c->running[job];
  int at = c->trial_of[job], status = GO_ON;
  cJSON *report = training_report(t);
  const char *sentence = t->message ? t->message : "";
  if (t->status == EXIT_USAGE)
    status = usage_error("trial %d is refused: %.*s", at, (int)strcspn(sentence, "\n"), sentence);
  else if (report)
    note_report(&c->trials, at, report, t->seconds);
  else
    note_failure(&c->trials, at, *sentence ? sentence : "the training ended without a word", t->seconds);
  cJSON_Delete(report);
  stop_training(t);
  if (status == GO_ON && c->output) status = write_trials(&c->trials, c->output);
  return status;
}

static int next_trial(const tune_choice *c, int from) {
  bool late = c->budget > 0 && seconds_now() - c->began > c->budget;
  while (from < c->trials.count && c->trials.trial[from].done) from++;
  return late ? c->trials.count : from;
}

/* Keeps jobs trainings going until there is no trial left, *interrupted, or a message. */
static int run_trials(tune_choice *c, int done, bool *interrupted) {
  int status = GO_ON, next = 0, busy = 0;
  while (status == GO_ON) {
    for (int job = 0; status == GO_ON && job < c->jobs; job++) {
      if (c->running[job].process || (next = next_trial(c, next)) >= c->trials.count) continue;
      status = begin_trial(c, job, next++);
      busy += status == GO_ON;
    }
    show_trial(c, done);
    if (!busy || status != GO_ON) break;
    int job = wait_for_training(c->running, c->jobs);
    *interrupted = job < 0;
    if (*interrupted) break;
    status = end_trial(c, job);
    busy--;
    done++;
  }
  for (int job = 0; job < c->jobs; job++) stop_training(&c->running[job]);
  progress_clear();
  return status;
}

static int check_tune(tune_choice *c) {
  if (c->space.axes == 0) return usage_error("--space is missing: the options to try, as 'hidden=16|64 dropout=0..0.8'");
  if (strcmp(c->data, "-") == 0)
    return usage_error("each training reads the data, and standard input can be read once: give a file");
  if (c->count == 0) c->count = 50;
  if (c->jobs == 0) c->jobs = 1;
  if (c->threads == 0) c->threads = khop_threads();
  c->running = calloc((size_t)c->jobs, sizeof *c->running);
  c->trial_of = calloc((size_t)c->jobs, sizeof *c->trial_of);
  if (!c->running || !c->trial_of) exit(failure("no memory for %d jobs", c->jobs));
  for (int i = 0; i < c->jobs; i++) c->running[i].output = c->running[i].errors = -1;
  return GO_ON;
}

int run_tune(int argc, char **argv) {
  tune_choice choice = {0};
  bool interrupted = false;
  int found = 0;
  int status = parse_options(&tune_command, &choice, argc, argv, &choice.data);
  if (status == GO_ON) status = check_tune(&choice);
  if (status == GO_ON) {
    choice.began = seconds_now();
    open_trials(&choice.trials, &choice.space, choice.count, choice.seed);
    if (choice.output) status = read_trials(&choice.trials, choice.output, &found);
    if (status == GO_ON && found && !choice.quiet)
      note("%d trials are in %s already", found, visible(choice.output));
  }
  if (status == GO_ON) status = run_trials(&choice, found, &interrupted);
  if (status == GO_ON) status = report_trials(&choice, interrupted);
  free_trials(&choice.trials);
  free_space(&choice.space);
  free(choice.running);
  free(choice.trial_of);
  return status;
}
