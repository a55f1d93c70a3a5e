/* report.c: the trials of khop tune as a table, as JSON, as a picture. */
#include "cli/tune/report.h"

#include "cli/commands.h"
#include "cli/json.h"
#include "cli/terminal.h"
#include "cli/visible.h"

#include <khop/khop.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

int report_trials(const tune_choice *c, bool interrupted) {
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
