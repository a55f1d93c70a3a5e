/* classes.c: the report on a model of classes. */
#include "cli/evaluate/kinds.h"
#include "cli/evaluate/words.h"
#include "cli/visible.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define MATRIX_CLASSES 12   /* up to so many the confusion matrix is printed */
#define MOST_MISTAKES 10    /* else so many of the most frequent mistakes are */
#define JSON_CLASSES 256    /* up to so many the matrix is in the JSON, beside the list */

/* --- text -------------------------------------------------------------------------------------- */

static void print_summary(const khop_class_report *r, const sample *s) {
  char a[24], b[24], c[24], d[24];
  printf("  accuracy %s %% (95 %% interval %s to %s %%), balanced accuracy %s %%\n",
         number_text(a, "%.2f", 100 * r->accuracy), number_text(b, "%.2f", 100 * r->accuracy_low),
         number_text(c, "%.2f", 100 * r->accuracy_high), number_text(d, "%.2f", 100 * r->balanced_accuracy));
  printf("  ROC-AUC %s", number_text(a, "%.4f", r->roc_auc));
  if (r->classes == 2) printf(" (of %s)", visible(output_name(s, 1)));
  printf(", log loss %s, Brier score %s, calibration error %s (%d bins)\n", number_text(b, "%.4f", r->log_loss),
         number_text(c, "%.4f", r->brier), number_text(d, "%.4f", r->calibration_error), r->bins);
}

static void print_averages(const char *name, const khop_averages *a, int columns, int64_t support) {
  print_row_name(name, columns);
  printf("  %9.4f  %6.4f  %6.4f  %7lld\n", a->precision, a->recall, a->f1, (long long)support);
}

static void print_table(const khop_class_report *r, const sample *s) {
  char auc[24];
  int columns = name_columns(s, 16);
  printf("\n");
  print_row_name("class", columns);
  printf("  precision  recall      F1  support  ROC-AUC\n");
  for (int64_t c = 0; c < r->classes; c++) {
    const khop_class_score *k = &r->score[c];
    print_row_name(output_name(s, c), columns);
    printf("  %9.4f  %6.4f  %6.4f  %7lld  %7s\n", k->precision, k->recall, k->f1, (long long)k->support,
           number_text(auc, "%.4f", k->roc_auc));
  }
  print_averages("macro average", &r->macro, columns, r->scored);
  print_averages("weighted average", &r->weighted, columns, r->scored);
}

/* Classes whose numbers are 0 for want of rows. */
static void print_empty_classes(const khop_class_report *r, const sample *s) {
  int64_t never = 0, absent = 0, first_never = -1, first_absent = -1;
  for (int64_t c = 0; c < r->classes; c++) {
    const khop_class_score *k = &r->score[c];
    if (k->support && !k->predicted && never++ == 0) first_never = c;
    if (!k->support && absent++ == 0) first_absent = c;
  }
  if (never)
    printf("  %lld class%s never predicted (%s%s): precision counts as 0\n", (long long)never,
           never > 1 ? "es are" : " is", visible(output_name(s, first_never)), never > 1 ? ", .." : "");
  if (absent)
    printf("  %lld class%s no row here (%s%s): recall counts as 0\n", (long long)absent,
           absent > 1 ? "es have" : " has", visible(output_name(s, first_absent)), absent > 1 ? ", .." : "");
}

static void print_matrix(const khop_class_report *r, const sample *s) {
  int columns = name_columns(s, 4), width = columns > 6 ? columns : 6;
  printf("\n  rows are true, columns predicted\n");
  print_row_name("", columns);
  for (int64_t c = 0; c < r->classes; c++) {
    printf("  ");
    print_name(output_name(s, c), width, true);
  }
  for (int64_t t = 0; t < r->classes; t++) {
    printf("\n");
    print_row_name(output_name(s, t), columns);
    for (int64_t c = 0; c < r->classes; c++) printf("  %*lld", width, (long long)khop_class_report_confusion(r, t, c));
  }
  printf("\n");
}

static int by_count(const void *a, const void *b) {
  const khop_confused *x = a, *y = b;
  if (x->count != y->count) return x->count < y->count ? 1 : -1;
  if (x->truth != y->truth) return x->truth < y->truth ? -1 : 1;
  return (x->predicted > y->predicted) - (x->predicted < y->predicted);
}

/* The entries off the diagonal, the most frequent first; NULL when memory ends. */
static khop_confused *list_mistakes(int64_t *count, const khop_class_report *r) {
  khop_confused *list = malloc(((size_t)r->pairs + 1) * sizeof *list);
  *count = 0;
  for (int64_t i = 0; list && i < r->pairs; i++)
    if (r->pair[i].truth != r->pair[i].predicted) list[(*count)++] = r->pair[i];
  if (list) qsort(list, (size_t)*count, sizeof *list, by_count);
  return list;
}

static void print_mistakes(const khop_class_report *r, const sample *s, const khop_confused *list, int64_t count) {
  int64_t shown = count < MOST_MISTAKES ? count : MOST_MISTAKES;
  if (!count) return;
  printf("\n  the most frequent of %lld kinds of mistakes (%lld classes are too many for a matrix here)\n",
         (long long)count, (long long)r->classes);
  for (int64_t i = 0; i < shown; i++)
    printf("  %7lld  %s, taken for %s\n", (long long)list[i].count, visible(output_name(s, list[i].truth)),
           visible(output_name(s, list[i].predicted)));
}

static void print_text(const khop_class_report *r, const sample *s, const khop_confused *mistakes, int64_t count) {
  print_head(s, r->scored);
  print_summary(r, s);
  print_table(r, s);
  print_empty_classes(r, s);
  if (r->classes <= MATRIX_CLASSES) print_matrix(r, s);
  else print_mistakes(r, s, mistakes, count);
}

/* --- JSON -------------------------------------------------------------------------------------- */

static void add_class(cJSON *classes, const khop_class_report *r, const sample *s, int64_t c) {
  const khop_class_score *k = &r->score[c];
  cJSON *object = add_output(classes, s, c);
  add_number(object, "precision", k->precision);
  add_number(object, "recall", k->recall);
  add_number(object, "f1", k->f1);
  add_number(object, "support", (double)k->support);
  add_number(object, "predicted", (double)k->predicted);
  add_number(object, "roc_auc", k->roc_auc);
}

static void add_averages(cJSON *root, const char *key, const khop_averages *a) {
  cJSON *object = cJSON_AddObjectToObject(root, key);
  add_number(object, "precision", a->precision);
  add_number(object, "recall", a->recall);
  add_number(object, "f1", a->f1);
}

static void add_matrix(cJSON *root, const khop_class_report *r) {
  if (r->classes > JSON_CLASSES) {
    cJSON_AddNullToObject(root, "confusion_matrix");
    return;
  }
  cJSON *matrix = cJSON_AddArrayToObject(root, "confusion_matrix");
  for (int64_t t = 0; t < r->classes; t++) {
    cJSON *row = cJSON_CreateArray();
    for (int64_t c = 0; c < r->classes; c++)
      cJSON_AddItemToArray(row, create_number((double)khop_class_report_confusion(r, t, c)));
    cJSON_AddItemToArray(matrix, row);
  }
}

static void add_mistakes(cJSON *root, const sample *s, const khop_confused *list, int64_t count) {
  cJSON *mistakes = cJSON_AddArrayToObject(root, "mistakes");
  for (int64_t i = 0; i < count; i++) {
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "true", output_name(s, list[i].truth));
    cJSON_AddStringToObject(object, "predicted", output_name(s, list[i].predicted));
    add_number(object, "count", (double)list[i].count);
    cJSON_AddItemToArray(mistakes, object);
  }
}

static void add_bins(cJSON *root, const khop_class_report *r) {
  cJSON *bins = cJSON_AddArrayToObject(root, "calibration");
  for (int b = 0; b < r->bins; b++) {
    cJSON *object = cJSON_CreateObject();
    add_number(object, "above", (double)b / r->bins);
    add_number(object, "up_to", (double)(b + 1) / r->bins);
    add_number(object, "count", (double)r->bin[b].count);
    add_number(object, "confidence", r->bin[b].confidence);
    add_number(object, "accuracy", r->bin[b].accuracy);
    cJSON_AddItemToArray(bins, object);
  }
}

static void add_json(cJSON *root, const khop_class_report *r, const sample *s, const khop_confused *mistakes,
                     int64_t count) {
  cJSON_AddStringToObject(root, "kind", "classes");
  add_number(root, "scored", (double)r->scored);
  add_number(root, "unlabelled", (double)r->unlabelled);
  add_number(root, "accuracy", r->accuracy);
  cJSON *interval = cJSON_AddArrayToObject(root, "accuracy_interval");
  cJSON_AddItemToArray(interval, create_number(r->accuracy_low));
  cJSON_AddItemToArray(interval, create_number(r->accuracy_high));
  add_number(root, "balanced_accuracy", r->balanced_accuracy);
  add_number(root, "roc_auc", r->roc_auc);
  add_number(root, "log_loss", r->log_loss);
  add_number(root, "brier", r->brier);
  add_number(root, "calibration_error", r->calibration_error);
  add_averages(root, "macro_average", &r->macro);
  add_averages(root, "weighted_average", &r->weighted);
  cJSON *classes = cJSON_AddArrayToObject(root, "classes");
  for (int64_t c = 0; c < r->classes; c++) add_class(classes, r, s, c);
  add_matrix(root, r);
  add_mistakes(root, s, mistakes, count);
  add_bins(root, r);
}

/* --- the picture ------------------------------------------------------------------------------- */

static int draw_matrix(const khop_class_report *r, const sample *s) {
  const char *path = s->choice->plot;
  bool drawable = r->classes <= KHOP_PLOT_CLASSES; /* else only its sentence is wanted */
  int64_t *count = calloc(drawable ? (size_t)(r->classes * r->classes) : 1, sizeof *count);
  if (!count) return failure("no memory for a picture of %lld classes", (long long)r->classes);
  for (int64_t i = 0; drawable && i < r->pairs; i++)
    count[r->pair[i].truth * r->classes + r->pair[i].predicted] = r->pair[i].count;
  khop_status status = khop_plot_confusion(path, r->classes, count, s->names);
  free(count);
  return status == KHOP_OK ? GO_ON : library_failure();
}

int report_classes(const sample *s, cJSON *root) {
  khop_class_report r = {0};
  int64_t count = 0;
  if (khop_class_report_make(&r, s->scores, s->n, s->outputs, s->labels, s->mask, 0) != KHOP_OK)
    return failure("%s: %s", s->data, khop_message());
  khop_confused *mistakes = list_mistakes(&count, &r);
  int status = mistakes ? GO_ON : failure("no memory for a list of mistakes");
  if (status == GO_ON && s->choice->plot) status = draw_matrix(&r, s);
  if (status == GO_ON) {
    if (root) add_json(root, &r, s, mistakes, count);
    else print_text(&r, s, mistakes, count);
    status = EXIT_OK;
  }
  free(mistakes);
  khop_class_report_clear(&r);
  return status;
}
