/* tune.c: khop tune: many trainings with other options, and which of them validates best. */
#include "cli/commands.h"
#include "cli/describe.h"
#include "cli/json.h"
#include "cli/terminal.h"
#include "cli/training_process.h"
#include "cli/tune/trials.h"
#include "cli/values.h"
#include "cli/visible.h"

#include <khop/khop.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct tune_choice {
  const char *data, *output, *plot;
  tune_space space;
  int count, jobs, threads;
  uint64_t seed;
  double budget;
  bool json, quiet;
  /* while it runs */
  tune_trials trials;
  training_process *running; /* (jobs) */
  int *trial_of;             /* (jobs) */
  double began;
} tune_choice;

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

/* --- what has come of them ------------------------------------------------------------------ */

static void print_options(const tune_choice *c, const tune_trial *trial) {
  for (int a = 0; a < c->space.axes; a++) {
    bool plain = !strpbrk(trial->value[a], " '$`\\*?&;<>()#~");
    printf(" --%s %s%s%s", c->space.axis[a].name, plain ? "" : "'", trial->value[a], plain ? "" : "'");
  }
}

static const tune_trials *sorted; /* qsort has no context */
static int compare_trials(const void *a, const void *b) {
  const tune_trial *x = &sorted->trial[*(const int *)a], *y = &sorted->trial[*(const int *)b];
  khop_metric metric = KHOP_ACCURACY;
  if (*sorted->metric) khop_metric_find(&metric, sorted->metric);
  if (isnan(x->val) != isnan(y->val)) return isnan(x->val) ? 1 : -1;
  if (isnan(x->val) || !(x->val < y->val || x->val > y->val)) return *(const int *)a - *(const int *)b;
  return (x->val > y->val) == khop_metric_rises(metric) ? -1 : 1;
}

/* The trials that are done, the best first; their number. */
static int sort_trials(int *order, const tune_trials *t) {
  int count = 0;
  for (int i = 0; i < t->count; i++)
    if (t->trial[i].done) order[count++] = i;
  sorted = t;
  qsort(order, (size_t)count, sizeof *order, compare_trials);
  return count;
}

static void print_trial(const tune_choice *c, int at) {
  const tune_trial *trial = &c->trials.trial[at];
  printf("%6d", at);
  if (isnan(trial->val)) printf("  %-19s", "failed");
  else if (trial->runs > 1) printf("  %.4f +- %.4f  ", trial->val, trial->deviation);
  else printf("  %.4f            ", trial->val);
  printf("%7.1f s ", trial->seconds);
  for (int a = 0; a < c->space.axes; a++)
    if (c->space.axis[a].count != 1) printf(" %s=%s", c->space.axis[a].name, trial->value[a]);
  if (trial->note) printf("  (%s)", visible(trial->note));
  putchar('\n');
}

#define SHOWN 10
static void print_text(const tune_choice *c, const int *order, int count) {
  printf("%s, %d of %d trials, by %s on the validation nodes:\n", visible(c->data), count, c->trials.count,
         *c->trials.metric ? c->trials.metric : "score");
  for (int i = 0; i < count && i < SHOWN; i++) print_trial(c, order[i]);
  if (count > SHOWN) printf("  .. %d more%s%s\n", count - SHOWN, c->output ? " in " : ", which -o keeps",
                            c->output ? visible(c->output) : "");
  printf("  khop train %s", visible(c->data));
  print_options(c, &c->trials.trial[order[0]]);
  putchar('\n');
}

static void print_all(const tune_choice *c, const int *order, int count, bool interrupted) {
  cJSON *root = cJSON_CreateObject();
  cJSON_AddStringToObject(root, "dataset", c->data);
  cJSON_AddStringToObject(root, "metric", c->trials.metric);
  add_number(root, "best", best_trial(&c->trials));
  add_number(root, "possible", (double)count_space(&c->space));
  cJSON *list = cJSON_AddArrayToObject(root, "trials");
  for (int i = 0; i < count; i++) {
    const tune_trial *trial = &c->trials.trial[order[i]];
    cJSON *object = cJSON_CreateObject(), *options = cJSON_AddObjectToObject(object, "options");
    for (int a = 0; a < c->space.axes; a++)
      cJSON_AddStringToObject(options, c->space.axis[a].name, trial->value[a]);
    add_number(object, "trial", order[i]);
    add_number(object, "val", trial->val);
    add_number(object, "deviation", trial->deviation);
    add_number(object, "runs", trial->runs);
    add_number(object, "reach", trial->reach);
    add_number(object, "parameters", trial->parameters);
    add_number(object, "seconds", trial->seconds);
    if (trial->note) cJSON_AddStringToObject(object, "note", trial->note);
    cJSON_AddItemToArray(list, object);
  }
  cJSON_AddBoolToObject(root, "interrupted", interrupted);
  print_json(root);
}

static int draw_trials(const tune_choice *c, const int *order, int count) {
  double *numbers = calloc((size_t)count * 3, sizeof *numbers);
  khop_metric metric = KHOP_ACCURACY;
  if (!numbers) exit(failure("no memory for %d points", count));
  if (*c->trials.metric) khop_metric_find(&metric, c->trials.metric);
  for (int i = 0; i < count; i++) {
    numbers[i] = c->trials.trial[order[i]].reach;
    numbers[count + i] = c->trials.trial[order[i]].val;
    numbers[2 * count + i] = c->trials.trial[order[i]].deviation;
  }
  khop_status drawn = khop_plot_trials(c->plot, count, numbers, numbers + count, numbers + 2 * count,
                                       khop_metric_rises(metric), c->trials.metric);
  free(numbers);
  return drawn == KHOP_OK ? EXIT_OK : library_failure();
}

static int report_trials(const tune_choice *c, bool interrupted) {
  int *order = malloc((size_t)c->trials.count * sizeof *order);
  if (!order) exit(failure("no memory for %d trials", c->trials.count));
  int count = sort_trials(order, &c->trials), status = EXIT_OK;
  bool any = count > 0 && !isnan(c->trials.trial[order[0]].val);
  if (any) (c->json ? print_all(c, order, count, interrupted) : print_text(c, order, count));
  if (any && c->plot) status = draw_trials(c, order, count);
  if (interrupted)
    status = c->output && count ? failure("interrupted: the same command goes on from %s", visible(c->output))
                                : failure("interrupted");
  else if (count == 0)
    status = failure("the time (--budget) was over before a trial began");
  else if (!any)
    status = failure("no trial has a score: trial %d: %s", order[0], visible(c->trials.trial[order[0]].note));
  free(order);
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
