/* numbers.c: the reports on models of numbers, and of answers to yes/no tasks. */
#include "cli/evaluate/kinds.h"
#include "cli/evaluate/words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Rows with a truth in at least one column. */
static int64_t count_rows(const sample *s) {
  int64_t rows = 0;
  for (int64_t i = 0; i < s->n; i++) {
    bool known = false;
    for (int64_t c = 0; c < s->outputs; c++) known = known || !isnan(s->truth[i * s->outputs + c]);
    rows += s->mask[i] && known;
  }
  return rows;
}

/* --- targets ----------------------------------------------------------------------------------- */

static void print_targets(const khop_target_report *r, const sample *s) {
  char a[24], b[24], c[24], d[24], e[24];
  int columns = name_columns(s, 11);
  print_head(s, count_rows(s));
  const char *plural = r->known > 1 ? "s" : "";
  printf("  RMSE %.6g, MAE %.6g over %lld value%s\n\n", r->rmse, r->mae, (long long)r->known, plural);
  print_row_name("target", columns);
  printf("  %10s  %10s  %8s  %8s  %8s  %7s  %7s\n", "RMSE", "MAE", "R2", "Pearson", "Spearman", "values", "missing");
  for (int64_t t = 0; t < r->targets; t++) {
    const khop_target_score *k = &r->score[t];
    print_row_name(output_name(s, t), columns);
    printf("  %10s  %10s  %8s  %8s  %8s  %7lld  %7lld\n", number_text(a, "%.5g", k->rmse),
           number_text(b, "%.5g", k->mae), number_text(c, "%.4f", k->r2), number_text(d, "%.4f", k->pearson),
           number_text(e, "%.4f", k->spearman), (long long)k->known, (long long)k->missing);
  }
}

static void add_targets(cJSON *root, const khop_target_report *r, const sample *s) {
  cJSON_AddStringToObject(root, "kind", "targets");
  add_number(root, "scored", (double)count_rows(s));
  add_number(root, "values", (double)r->known);
  add_number(root, "rmse", r->rmse);
  add_number(root, "mae", r->mae);
  cJSON *targets = cJSON_AddArrayToObject(root, "targets");
  for (int64_t t = 0; t < r->targets; t++) {
    const khop_target_score *k = &r->score[t];
    cJSON *object = add_output(targets, s, t);
    add_number(object, "rmse", k->rmse);
    add_number(object, "mae", k->mae);
    add_number(object, "r2", k->r2);
    add_number(object, "pearson", k->pearson);
    add_number(object, "spearman", k->spearman);
    add_number(object, "values", (double)k->known);
    add_number(object, "missing", (double)k->missing);
  }
}

/* Predicted against true, of the first target that has a value. */
static int draw_scatter(const khop_target_report *r, const sample *s) {
  double *pairs = calloc((size_t)(2 * s->n) + 1, sizeof *pairs);
  int64_t t = 0, count = 0;
  if (!pairs) return failure("no memory for a plot");
  while (!r->score[t].known) t++; /* one has */
  for (int64_t i = 0; i < s->n; i++) {
    if (!s->mask[i]) continue;
    pairs[count] = (double)s->truth[i * s->outputs + t];
    pairs[s->n + count++] = (double)s->scores[i * s->outputs + t];
  }
  if (r->targets > 1 && !s->choice->data.quiet)
    note("--plot: of %lld targets %s is drawn", (long long)r->targets, output_name(s, t));
  khop_status status = khop_plot_scatter(s->choice->plot, count, pairs, pairs + s->n, NULL, output_name(s, t));
  free(pairs);
  return status == KHOP_OK ? GO_ON : library_failure();
}

int report_targets(const sample *s, cJSON *root) {
  khop_target_report r = {0};
  if (khop_target_report_make(&r, s->scores, s->n, s->outputs, s->truth, s->mask) != KHOP_OK)
    return failure("%s: %s", s->data, khop_message());
  int status = s->choice->plot ? draw_scatter(&r, s) : GO_ON;
  if (status == GO_ON) {
    if (root) add_targets(root, &r, s);
    else print_targets(&r, s);
    status = EXIT_OK;
  }
  khop_target_report_clear(&r);
  return status;
}

/* --- tasks ------------------------------------------------------------------------------------- */

static void print_tasks(const khop_task_report *r, const sample *s) {
  char a[24], b[24], c[24];
  int columns = name_columns(s, 11);
  print_head(s, count_rows(s));
  printf("  ROC-AUC %s, the mean over %lld of %lld tasks that have both answers\n", number_text(a, "%.4f", r->roc_auc),
         (long long)r->ranked, (long long)r->tasks);
  printf("  accuracy %.2f %%, micro F1 %s, macro F1 %s over %lld answers\n\n", 100 * r->accuracy,
         number_text(a, "%.4f", r->micro_f1), number_text(b, "%.4f", r->macro_f1), (long long)r->known);
  print_row_name("task", columns);
  printf("  ROC-AUC  accuracy  precision  recall      F1      yes       no  missing\n");
  for (int64_t t = 0; t < r->tasks; t++) {
    const khop_task_score *k = &r->score[t];
    print_row_name(output_name(s, t), columns);
    printf("  %7s  %8s  %9.4f  %6.4f  %6.4f  %7lld  %7lld  %7lld\n", number_text(b, "%.4f", k->roc_auc),
           number_text(c, "%.4f", k->accuracy), k->precision, k->recall, k->f1, (long long)k->positives,
           (long long)k->negatives, (long long)k->missing);
  }
}

static void add_tasks(cJSON *root, const khop_task_report *r, const sample *s) {
  cJSON_AddStringToObject(root, "kind", "tasks");
  add_number(root, "scored", (double)count_rows(s));
  add_number(root, "answers", (double)r->known);
  add_number(root, "roc_auc", r->roc_auc);
  add_number(root, "ranked_tasks", (double)r->ranked);
  add_number(root, "accuracy", r->accuracy);
  add_number(root, "micro_f1", r->micro_f1);
  add_number(root, "macro_f1", r->macro_f1);
  cJSON *tasks = cJSON_AddArrayToObject(root, "tasks");
  for (int64_t t = 0; t < r->tasks; t++) {
    const khop_task_score *k = &r->score[t];
    cJSON *object = add_output(tasks, s, t);
    add_number(object, "roc_auc", k->roc_auc);
    add_number(object, "accuracy", k->accuracy);
    add_number(object, "precision", k->precision);
    add_number(object, "recall", k->recall);
    add_number(object, "f1", k->f1);
    add_number(object, "yes", (double)k->positives);
    add_number(object, "no", (double)k->negatives);
    add_number(object, "missing", (double)k->missing);
  }
}

int report_tasks(const sample *s, cJSON *root) {
  khop_task_report r = {0};
  if (s->choice->plot) return usage_error("--plot: there is no picture of yes/no tasks");
  if (khop_task_report_make(&r, s->scores, s->n, s->outputs, s->truth, s->mask) != KHOP_OK)
    return failure("%s: %s", s->data, khop_message());
  if (root) add_tasks(root, &r, s);
  else print_tasks(&r, s);
  khop_task_report_clear(&r);
  return EXIT_OK;
}
