/* bench.c: khop bench: the trainings of a list once more, and whether their scores are still those of the list. */
#include "cli/bench/list.h"
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/terminal.h"
#include "cli/training_process.h"
#include "cli/values.h"
#include "cli/visible.h"

#include <khop/khop.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct bench_choice {
  const char *list, *output, *only;
  int threads;
  bool quiet;
} bench_choice;

#define SETTER(name) static bool name(void *context, const char *value, const char *where)
#define CHOICE ((bench_choice *)context)

SETTER(set_bench_output) {
  size_t bytes = strlen(value);
  if (bytes < 4 || strcmp(value + bytes - 4, ".tsv") != 0) return complain("%s: not .tsv: '%s'", where, value), false;
  return read_path(&CHOICE->output, value, where);
}
SETTER(set_bench_only) { return read_path(&CHOICE->only, value, where); }
SETTER(set_bench_threads) { return read_int(&CHOICE->threads, value, 1, 1024, where); }
SETTER(set_bench_quiet) {
  (void)value, (void)where;
  return CHOICE->quiet = true;
}

static const option_row rows[] = {
    {"only", 0, "TEXT", "rows alone whose data or options hold it", set_bench_only},
    {"output", 'o', "FILE.tsv", "write the list with the scores of now, after each row", set_bench_output},
    {"threads", 0, "T", "threads (all cores); scores do not depend on it", set_bench_threads},
    {"quiet", 'q', NULL, "no progress line", set_bench_quiet},
};

const command bench_command = {
    "bench", "LIST.tsv [options]",
    "Runs each row of a list with 'khop train' once more and compares the mean score on the test nodes\n"
    "with the list's. Beyond noise is a difference of more than two standard errors, those of both means\n"
    "together: a row that is worse by more fails the command. The list has the columns data, options,\n"
    "metric, runs, test, deviation, seconds, apart by tabs; of a new row data and options are enough,\n"
    "and lines that begin with # are comments, which a list that is written has not.",
    rows, (int)(sizeof rows / sizeof *rows),
    "  khop bench bench/accuracy.tsv\n"
    "  khop bench bench/accuracy.tsv --only texas -o now.tsv\n",
    1, 1, NULL};

/* --- one row -------------------------------------------------------------------------------- */

/* Options as a shell would split them at blanks, with no quotation marks. */
static bool add_words(training_arguments *a, const char *options) {
  char *copy = strdup(options), *rest = copy;
  bool good = copy != NULL;
  for (char *word; good && (word = strsep(&rest, " "));)
    if (*word) good = add_argument(a, word);
  free(copy);
  return good;
}

/* The report of the training; NULL after a message, or after Ctrl-C. */
static cJSON *train_row(const bench_choice *c, const bench_row *row, double *seconds) {
  training_arguments arguments;
  training_process process = {.output = -1, .errors = -1};
  cJSON *report = NULL;
  char threads[16];
  snprintf(threads, sizeof threads, "%d", c->threads ? c->threads : khop_threads());
  bool good = begin_arguments(&arguments, row->data) && add_option(&arguments, "threads", threads) &&
              add_words(&arguments, row->options) && start_training(&process, &arguments);
  if (!good) {
    failure("%s %s: the training cannot be started: %s", row->data, row->options, strerror(errno));
  } else if (wait_for_training(&process, 1) == 0) {
    const char *sentence = process.message ? process.message : "the training ended without a word";
    report = training_report(&process);
    if (!report) failure("%s %s: %.*s", row->data, row->options, (int)strcspn(sentence, "\n"), sentence);
    *seconds = process.seconds;
  }
  stop_training(&process);
  free_arguments(&arguments);
  return report;
}

static bench_row measure(const bench_row *row, const cJSON *report, double seconds) {
  const cJSON *name = cJSON_GetObjectItem(report, "metric");
  khop_metric metric = KHOP_ACCURACY;
  bench_row now = {.data = row->data, .options = row->options, .seconds = seconds};
  now.metric = cJSON_IsString(name) ? name->valuestring : NULL;
  if (now.metric) khop_metric_find(&metric, now.metric);
  double unit = khop_metric_rises(metric) ? 100 : 1;
  now.test = unit * get_number(report, "test_mean");
  now.runs = cJSON_GetArraySize(cJSON_GetObjectItem(report, "runs"));
  now.deviation = now.runs > 1 ? unit * get_number(report, "test_std") : (double)NAN;
  return now;
}

/* Two standard errors of the difference of two means; NaN where a row has one run, which has no deviation. */
static double noise_of(const bench_row *a, const bench_row *b) {
  return 2 * sqrt(a->deviation * a->deviation / a->runs + b->deviation * b->deviation / b->runs);
}

/* What the row says against the list; *worse is set where that is beyond noise. */
static const char *judge(const bench_row *then, const bench_row *now, bool *worse) {
  khop_metric metric = KHOP_ACCURACY;
  if (isnan(now->test)) return *worse = true, "no test score";
  if (isnan(then->test)) return "new";
  if (strcmp(then->metric, now->metric) != 0) return *worse = true, "another metric";
  khop_metric_find(&metric, now->metric);
  double gain = khop_metric_rises(metric) ? now->test - then->test : then->test - now->test;
  double noise = noise_of(then, now), rounding = 0.005 * (khop_metric_rises(metric) ? 1 : fabs(then->test));
  if (fabs(gain) <= rounding) return "the same";
  if (isnan(noise)) return "one run: noise is not known";
  if (fabs(gain) <= noise) return "within noise";
  if (gain > 0) return "better";
  return *worse = true, "worse";
}

/* --- the list ------------------------------------------------------------------------------- */

static void print_row(const bench_row *then, const bench_row *now, const char *verdict) {
  printf("%-20s %-44s %-9s", visible(now->data), visible(now->options), visible(now->metric));
  if (isnan(then->test)) printf("         -");
  else printf("  %8.4g", then->test);
  printf("  %8.4g", now->test);
  if (!isnan(now->deviation)) printf(" +- %.3g", now->deviation);
  printf("  %.0f s  %s\n", now->seconds, verdict);
  fflush(stdout);
}

static bool is_wanted(const bench_choice *c, const bench_row *row) {
  return !c->only || strstr(row->data, c->only) || strstr(row->options, c->only);
}

static void keep(bench_row *row, const bench_row *now) {
  free(row->metric);
  *row = *now;
  row->metric = strdup(now->metric);
  if (!row->metric) exit(failure("no memory for the list"));
}

static int run_rows(const bench_choice *c, bench_list *list) {
  int wanted = 0, done = 0, behind = 0;
  for (int i = 0; i < list->count; i++) wanted += is_wanted(c, &list->row[i]);
  if (wanted == 0) return failure("%s: no row%s%s", visible(c->list), c->only ? " holds " : "", c->only ? visible(c->only) : "");
  for (int i = 0; i < list->count; i++) {
    bench_row *row = &list->row[i];
    bool worse = false;
    double seconds = 0;
    if (!is_wanted(c, row)) continue;
    if (!c->quiet) progress_line(false, "%d of %d: %s %s", done + 1, wanted, row->data, row->options);
    cJSON *report = train_row(c, row, &seconds);
    progress_clear();
    if (was_interrupted()) return failure("interrupted after %d of %d rows", done, wanted);
    done++;
    behind += !report;
    if (!report) continue;
    bench_row now = measure(row, report, seconds);
    if (now.metric) print_row(row, &now, judge(row, &now, &worse));
    behind += worse || !now.metric;
    if (now.metric) keep(row, &now);
    cJSON_Delete(report);
    int written = c->output ? write_bench_list(list, c->output) : GO_ON;
    if (written != GO_ON) return written;
  }
  return behind ? failure("%d of %d rows are worse than %s says, or failed", behind, wanted, visible(c->list)) : EXIT_OK;
}

int run_bench(int argc, char **argv) {
  bench_choice choice = {0};
  bench_list list = {0};
  int status = parse_options(&bench_command, &choice, argc, argv, &choice.list);
  if (status == GO_ON) status = read_bench_list(&list, choice.list);
  if (status == GO_ON) status = run_rows(&choice, &list);
  free_bench_list(&list);
  return status;
}
