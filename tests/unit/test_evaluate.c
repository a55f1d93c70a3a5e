/* test_evaluate.c: reports on predictions against scikit-learn and SciPy (tests/files/evaluation.tsv, written by
 * make_evaluation_fixtures.py) and against cases worked out by hand. */
#include "check.h"

#include <khop/evaluate.h>

#include <float.h>

/* --- against scikit-learn --------------------------------------------------------------------- */

enum { MOST_ROWS = 60, MOST_COLUMNS = 6, MOST_WANTS = 200 };

typedef struct want {
  char quantity[24];
  int i;
  double value;
} want;

/* A block of evaluation.tsv. */
typedef struct block {
  char kind[16], name[32];
  int64_t n, columns;
  int32_t labels[MOST_ROWS];
  khop_real truth[MOST_ROWS * MOST_COLUMNS], predicted[MOST_ROWS * MOST_COLUMNS];
  int wants;
  want want[MOST_WANTS];
} block;

static double next_number(FILE *f) {
  double value;
  assert_int_equal(fscanf(f, "%lf", &value), 1);
  return value;
}

/* The next block; false at the end of the file. */
static bool read_block(block *b, FILE *f) {
  long long n, columns;
  *b = (block){0};
  if (fscanf(f, "%15s %31s %lld %lld", b->kind, b->name, &n, &columns) != 4) return false;
  assert_in_range(n, 1, MOST_ROWS);
  assert_in_range(columns, 1, MOST_COLUMNS);
  b->n = n;
  b->columns = columns;
  bool classes = strcmp(b->kind, "classes") == 0;
  for (int64_t i = 0; i < n; i++) {
    if (classes) b->labels[i] = (int32_t)next_number(f);
    for (int64_t c = 0; !classes && c < columns; c++) b->truth[i * columns + c] = (khop_real)next_number(f);
    for (int64_t c = 0; c < columns; c++) b->predicted[i * columns + c] = (khop_real)next_number(f);
  }
  for (want *w = b->want; fscanf(f, " want %23s %d %lf", w->quantity, &w->i, &w->value) == 3; w++)
    assert_in_range(++b->wants, 1, MOST_WANTS - 1);
  return true;
}

static double calibration(const block *b, int bins) {
  khop_class_report r;
  ok(khop_class_report_make(&r, b->predicted, b->n, b->columns, b->labels, NULL, bins));
  double error = r.calibration_error;
  khop_class_report_clear(&r);
  return error;
}

/* What khop says of a wanted quantity. */
static double class_quantity(const khop_class_report *r, const block *b, const want *w) {
  const khop_class_score *k = &r->score[w->i < b->columns ? w->i : 0];
  const double macro[] = {r->macro.precision, r->macro.recall, r->macro.f1};
  const double weighted[] = {r->weighted.precision, r->weighted.recall, r->weighted.f1};
  const double accuracy[] = {r->accuracy, r->accuracy_low, r->accuracy_high};
  const struct {
    const char *name;
    double value;
  } all[] = {{"precision", k->precision}, {"recall", k->recall}, {"f1", k->f1}, {"support", (double)k->support},
             {"auc", k->roc_auc}, {"macro", macro[w->i % 3]}, {"weighted", weighted[w->i % 3]},
             {"accuracy", accuracy[w->i % 3]}, {"balanced", r->balanced_accuracy}, {"roc_auc", r->roc_auc},
             {"log_loss", r->log_loss}, {"brier", r->brier},
             {"confusion", (double)khop_class_report_confusion(r, w->i / b->columns, w->i % b->columns)}};
  if (strcmp(w->quantity, "calibration") == 0) return calibration(b, w->i);
  for (size_t q = 0; q < sizeof all / sizeof *all; q++)
    if (strcmp(all[q].name, w->quantity) == 0) return all[q].value;
  fail_msg("no quantity %s", w->quantity);
  return 0;
}

static double task_quantity(const khop_task_report *r, const want *w) {
  const khop_task_score *k = &r->score[w->i];
  const struct {
    const char *name;
    double value;
  } all[] = {{"auc", k->roc_auc}, {"accuracy", k->accuracy}, {"precision", k->precision}, {"recall", k->recall},
             {"f1", k->f1}, {"missing", (double)k->missing}, {"roc_auc", r->roc_auc}, {"micro_f1", r->micro_f1},
             {"macro_f1", r->macro_f1}};
  for (size_t q = 0; q < sizeof all / sizeof *all; q++)
    if (strcmp(all[q].name, w->quantity) == 0) return all[q].value;
  fail_msg("no quantity %s", w->quantity);
  return 0;
}

static double target_quantity(const khop_target_report *r, const want *w) {
  const khop_target_score *k = &r->score[w->i];
  const struct {
    const char *name;
    double value;
  } all[] = {{"rmse", k->rmse}, {"mae", k->mae}, {"r2", k->r2}, {"pearson", k->pearson}, {"spearman", k->spearman},
             {"missing", (double)k->missing}, {"all_rmse", r->rmse}, {"all_mae", r->mae}};
  for (size_t q = 0; q < sizeof all / sizeof *all; q++)
    if (strcmp(all[q].name, w->quantity) == 0) return all[q].value;
  fail_msg("no quantity %s", w->quantity);
  return 0;
}

static bool agrees(double here, const want *w) {
  return isnan(w->value) ? isnan(here) : fabs(here - w->value) <= 1e-6; /* log loss: scikit-learn's is in float */
}

/* Quantities that are not as wanted; quiet: without a word on each. */
static int disagreements(const block *b, bool quiet) {
  int count = 0;
  khop_class_report classes = {0};
  khop_task_report tasks = {0};
  khop_target_report targets = {0};
  if (b->kind[0] == 'c') ok(khop_class_report_make(&classes, b->predicted, b->n, b->columns, b->labels, NULL, 0));
  else if (b->kind[1] == 'a' && b->kind[2] == 's')
    ok(khop_task_report_make(&tasks, b->predicted, b->n, b->columns, b->truth, NULL));
  else ok(khop_target_report_make(&targets, b->predicted, b->n, b->columns, b->truth, NULL));
  for (int i = 0; i < b->wants; i++) {
    const want *w = &b->want[i];
    double here = classes.score ? class_quantity(&classes, b, w) : tasks.score ? task_quantity(&tasks, w)
                                                                                : target_quantity(&targets, w);
    if (agrees(here, w)) continue;
    count++;
    if (quiet) continue;
    print_message("# %s %s: %s %d: %.12g, wanted %.12g\n", b->kind, b->name, w->quantity, w->i, here, w->value);
  }
  khop_class_report_clear(&classes);
  khop_task_report_clear(&tasks);
  khop_target_report_clear(&targets);
  return count;
}

static FILE *open_fixture(void) {
  char line[200];
  FILE *f = fopen(fixture("tests/files/evaluation.tsv"), "r");
  assert_non_null(f);
  assert_non_null(fgets(line, sizeof line, f)); /* the comment */
  return f;
}

static void every_quantity_is_that_of_scikit_learn_and_scipy(void **state) {
  (void)state;
  static block b;
  int blocks = 0, wants = 0;
  FILE *f = open_fixture();
  while (read_block(&b, f)) {
    assert_int_equal(disagreements(&b, false), 0);
    blocks++;
    wants += b.wants;
  }
  assert_true(feof(f));
  fclose(f);
  assert_int_equal(blocks, 6);
  assert_true(wants > 200);
}

/* The checker is checked: one answer of each block is turned into another. */
static void one_row_with_another_truth_is_noticed(void **state) {
  (void)state;
  static block b;
  FILE *f = open_fixture();
  while (read_block(&b, f)) {
    if (b.kind[0] == 'c') b.labels[0] = (b.labels[0] + 1) % (int32_t)b.columns;
    for (int64_t i = 0; i < b.n * b.columns; i++)
      if (!isnan(b.truth[i])) {
        b.truth[i] = 1 - b.truth[i];
        break;
      }
    assert_true(disagreements(&b, true) > 0);
  }
  fclose(f);
}

/* --- by hand ---------------------------------------------------------------------------------- */

/* said (n) as rows of probabilities 1 and 0. */
static void one_hot(khop_real *p, const int *said, int n, int classes) {
  for (int i = 0; i < n * classes; i++) p[i] = said[i / classes] == i % classes;
}

/*        said 0  1  2     precision 1, 1/3, 0      recall 2/3, 1/2, 0     F1 4/5, 2/5, 0
 * true 0      2  1  0
 *      1      0  1  1     accuracy 3/6; Wilson: (0.5 + z^2 / 12 -+ z sqrt(1/24 + z^2 / 144)) / (1 + z^2 / 6),
 *      2      0  1  0     z = 1.95996: 0.187616 and 0.812384 */
static void three_classes_by_hand(void **state) {
  (void)state;
  const int said[6] = {0, 0, 1, 1, 2, 1};
  const int32_t labels[6] = {0, 0, 0, 1, 1, 2};
  const int64_t matrix[9] = {2, 1, 0, 0, 1, 1, 0, 1, 0};
  khop_real p[18];
  khop_class_report r;
  one_hot(p, said, 6, 3);
  ok(khop_class_report_make(&r, p, 6, 3, labels, NULL, 0));
  for (int i = 0; i < 9; i++) assert_int_equal(khop_class_report_confusion(&r, i / 3, i % 3), matrix[i]);
  assert_int_equal(r.pairs, 5);
  const double precision[3] = {1, 1.0 / 3, 0}, recall[3] = {2.0 / 3, 0.5, 0}, f1[3] = {0.8, 0.4, 0};
  for (int c = 0; c < 3; c++) {
    close_to(r.score[c].precision, precision[c], 1e-15);
    close_to(r.score[c].recall, recall[c], 1e-15);
    close_to(r.score[c].f1, f1[c], 1e-15);
  }
  close_to(r.accuracy, 0.5, 0);
  close_to(r.accuracy_low, 0.187616, 1e-6);
  close_to(r.accuracy_high, 0.812384, 1e-6);
  close_to(r.balanced_accuracy, 7.0 / 18, 1e-15);
  close_to(r.macro.precision, 4.0 / 9, 1e-15);
  close_to(r.macro.f1, 0.4, 1e-15);
  close_to(r.weighted.f1, (3 * 0.8 + 2 * 0.4) / 6, 1e-15);
  khop_class_report_clear(&r);
}

/* Two bins, (0, 1/2] and (1/2, 1]: confidences 1/2 right, 1/2 wrong: no error; 3/4 right, 1 wrong: accuracy 1/2 at a
 * confidence of 7/8. In all 2/4 * 3/8. Brier (1/2 + 1/2 + 1/8 + 2) / 4. */
static void calibration_of_two_bins_by_hand(void **state) {
  (void)state;
  const khop_real p[8] = {(khop_real)0.5, (khop_real)0.5, (khop_real)0.5, (khop_real)0.5,
                          (khop_real)0.25, (khop_real)0.75, 0, 1};
  const int32_t labels[4] = {0, 1, 1, 0};
  khop_class_report r;
  ok(khop_class_report_make(&r, p, 4, 2, labels, NULL, 2));
  assert_int_equal(r.bins, 2);
  assert_int_equal(r.bin[0].count, 2);
  assert_int_equal(r.bin[1].count, 2);
  close_to(r.bin[0].accuracy, 0.5, 0);
  close_to(r.bin[1].confidence, 0.875, 0);
  close_to(r.calibration_error, 0.1875, 1e-15);
  close_to(r.brier, 3.125 / 4, 1e-15);
  double smallest = sizeof(khop_real) == 4 ? (double)FLT_EPSILON : DBL_EPSILON;
  close_to(r.log_loss, -(2 * log(0.5) + log(0.75) + log(smallest)) / 4, 1e-12);
  khop_class_report_clear(&r);
}

/* 1/4 and 1/2 are not of the class, 1/2, 3/4 and 1/2 are: of the six pairs those with 1/4 give 1 + 1 + 1, those with
 * 1/2 give 1/2 + 1 + 1/2. */
static void ties_count_half_in_the_auc(void **state) {
  (void)state;
  const double yes[5] = {0.25, 0.5, 0.5, 0.75, 0.5};
  const int32_t labels[5] = {0, 0, 1, 1, 1};
  khop_real p[10], truth[5], second[5];
  khop_class_report r;
  khop_task_report t;
  for (int i = 0; i < 5; i++) {
    p[2 * i + 1] = second[i] = (khop_real)yes[i];
    p[2 * i] = 1 - p[2 * i + 1];
    truth[i] = (khop_real)labels[i];
  }
  ok(khop_class_report_make(&r, p, 5, 2, labels, NULL, 0));
  close_to(r.roc_auc, 5.0 / 6, 1e-15);
  close_to(r.score[0].roc_auc, 5.0 / 6, 1e-15);
  khop_class_report_clear(&r);
  ok(khop_task_report_make(&t, second, 5, 1, truth, NULL));
  close_to(t.roc_auc, 5.0 / 6, 1e-15);
  khop_task_report_clear(&t);
}

static void two_classes_are_ranked_where_float_probabilities_are_all_one(void **state) {
  (void)state;
  const khop_real p[6] = {(khop_real)1e-9, 1, (khop_real)1e-12, 1, (khop_real)1e-10, 1};
  khop_class_report r;
  ok(khop_class_report_make(&r, p, 3, 2, (int32_t[]){0, 1, 1}, NULL, 0));
  close_to(r.roc_auc, 1, 0);
  khop_class_report_clear(&r);
}

/* The odds of a row that gives neither class any probability are even: of the two pairs one is right, one tied. */
static void a_row_of_no_probability_at_all_is_ranked_between(void **state) {
  (void)state;
  const khop_real p[6] = {0, 0, (khop_real)0.25, (khop_real)0.75, 0, 0};
  khop_class_report r;
  ok(khop_class_report_make(&r, p, 3, 2, (int32_t[]){0, 1, 1}, NULL, 0));
  close_to(r.roc_auc, 0.75, 0);
  khop_class_report_clear(&r);
}

static void what_is_not_defined_is_nan_and_what_has_no_rows_is_0(void **state) {
  (void)state;
  const khop_real p[6] = {1, 0, 0, 1, 0, 0}, same[3] = {2, 2, 2}, missing[3] = {(khop_real)NAN, 2, (khop_real)NAN};
  const uint8_t mask[3] = {1, 0, 1};
  khop_class_report r;
  khop_target_report t;
  ok(khop_class_report_make(&r, p, 2, 3, (int32_t[]){0, 0}, NULL, 0));
  assert_true(isnan(r.roc_auc) && isnan(r.score[0].roc_auc) && isnan(r.score[1].roc_auc));
  assert_true(isnan(r.bin[0].accuracy) && r.bin[14].count == 2);
  close_to(r.accuracy, 1, 0);
  close_to(r.accuracy_high, 1, 0);
  close_to(r.balanced_accuracy, 1, 0);
  close_to(r.score[1].precision + r.score[1].recall + r.score[1].f1, 0, 0);
  close_to(r.macro.f1, 1, 0); /* classes that do not occur are in no average */
  khop_class_report_clear(&r);
  ok(khop_target_report_make(&t, same, 3, 1, missing, NULL));
  assert_true(isnan(t.score[0].r2) && isnan(t.score[0].pearson) && isnan(t.score[0].spearman));
  close_to(t.score[0].rmse, 0, 0);
  assert_int_equal(t.score[0].known, 1);
  assert_int_equal(t.score[0].missing, 2);
  khop_target_report_clear(&t);
  fails(khop_target_report_make(&t, same, 3, 1, missing, mask), KHOP_E_VALUE, "no selected row", "nothing to score");
}

static void rows_without_a_label_are_counted_and_left_out(void **state) {
  (void)state;
  const khop_real p[8] = {1, 0, 0, 1, 1, 0, 0, 1};
  const uint8_t mask[4] = {1, 1, 1, 0};
  khop_class_report r;
  ok(khop_class_report_make(&r, p, 4, 2, (int32_t[]){0, -1, 1, 0}, mask, 0));
  assert_int_equal(r.scored, 2);
  assert_int_equal(r.unlabelled, 1);
  close_to(r.accuracy, 0.5, 0);
  khop_class_report_clear(&r);
}

static void what_cannot_be_scored_is_refused(void **state) {
  (void)state;
  khop_real p[4] = {1, 0, (khop_real)0.5, (khop_real)0.5}, truth[2] = {1, (khop_real)0.5};
  int32_t labels[2] = {0, 1}, none[2] = {-1, -1};
  const uint8_t nothing[2] = {0, 0};
  khop_class_report r;
  khop_task_report t;
  khop_target_report y;
  fails(khop_class_report_make(&r, p, 2, 2, none, NULL, 0), KHOP_E_VALUE, "none of the 2", "nothing to score");
  assert_null(r.score);
  fails(khop_class_report_make(&r, p, 2, 2, labels, nothing, 0), KHOP_E_VALUE, "none of the 0", "");
  fails(khop_class_report_make(&r, p, 2, 2, NULL, NULL, 0), KHOP_E_ARGUMENT, "labels", "needed");
  fails(khop_class_report_make(&r, p, 2, 2, labels, NULL, -1), KHOP_E_ARGUMENT, "-1 bins", "");
  labels[1] = 2;
  fails(khop_class_report_make(&r, p, 2, 2, labels, NULL, 0), KHOP_E_VALUE, "row 1", "label 2, of 2");
  labels[1] = 1;
  p[3] = (khop_real)1.5;
  fails(khop_class_report_make(&r, p, 2, 2, labels, NULL, 0), KHOP_E_VALUE, "score 1 of row 1", "1.5");
  p[3] = (khop_real)NAN;
  fails(khop_class_report_make(&r, p, 2, 2, labels, NULL, 0), KHOP_E_VALUE, "score 1 of row 1", "no probability");
  fails(khop_task_report_make(&t, p, 2, 1, truth, NULL), KHOP_E_VALUE, "row 1 is 0.5", "neither 0 nor 1");
  fails(khop_task_report_make(&t, p, 2, 0, truth, NULL), KHOP_E_ARGUMENT, "0 tasks", "");
  fails(khop_task_report_make(&t, p, 2, 1, truth, nothing), KHOP_E_VALUE, "no selected row", "");
  fails(khop_target_report_make(&y, p + 2, 2, 1, truth, NULL), KHOP_E_VALUE, "prediction 0 of row 1", "not finite");
}

/* --- names ------------------------------------------------------------------------------------ */

static void names_are_matched_wherever_they_stand(void **state) {
  (void)state;
  const char *const model[] = {"red", "green", "blue"}, *const data[] = {"blue", "black", "red", "blue"};
  const char *const numbers[] = {"2", "0", "7"};
  int64_t place[4];
  ok(khop_names_match(place, 3, model, 4, data));
  const int64_t wanted[4] = {2, -1, 0, 2};
  for (int i = 0; i < 4; i++) assert_int_equal(place[i], wanted[i]);
  ok(khop_names_match(place, 3, NULL, 3, numbers));
  assert_true(place[0] == 2 && place[1] == 0 && place[2] == -1);
  ok(khop_names_match(place, 3, NULL, 4, NULL));
  assert_true(place[0] == 0 && place[2] == 2 && place[3] == -1);
  fails(khop_names_match(NULL, 3, NULL, 4, NULL), KHOP_E_ARGUMENT, "4 names", "3");
}

/* --- memory ----------------------------------------------------------------------------------- */

static khop_status make_all(void *context) {
  const block *b = context;
  khop_class_report r = {0};
  khop_task_report t = {0};
  khop_target_report y = {0};
  int64_t place[MOST_COLUMNS];
  khop_status status = khop_class_report_make(&r, b->predicted, b->n, b->columns, b->labels, NULL, 0);
  if (status == KHOP_OK) status = khop_task_report_make(&t, b->predicted, b->n, b->columns, b->truth, NULL);
  if (status == KHOP_OK) status = khop_target_report_make(&y, b->predicted, b->n, b->columns, b->truth, NULL);
  if (status == KHOP_OK) status = khop_names_match(place, b->columns, NULL, b->columns, NULL);
  khop_class_report_clear(&r);
  khop_task_report_clear(&t);
  khop_target_report_clear(&y);
  return status;
}

static void reports_survive_that_memory_runs_out(void **state) {
  (void)state;
  static block b;
  FILE *f = open_fixture();
  assert_true(read_block(&b, f));
  fclose(f);
  memory_can_run_out();
  assert_true(fail_each(make_all, &b) > 15);
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_quantity_is_that_of_scikit_learn_and_scipy),
      cmocka_unit_test(one_row_with_another_truth_is_noticed),
      cmocka_unit_test(three_classes_by_hand),
      cmocka_unit_test(calibration_of_two_bins_by_hand),
      cmocka_unit_test(ties_count_half_in_the_auc),
      cmocka_unit_test(two_classes_are_ranked_where_float_probabilities_are_all_one),
      cmocka_unit_test(a_row_of_no_probability_at_all_is_ranked_between),
      cmocka_unit_test(what_is_not_defined_is_nan_and_what_has_no_rows_is_0),
      cmocka_unit_test(rows_without_a_label_are_counted_and_left_out),
      cmocka_unit_test(what_cannot_be_scored_is_refused),
      cmocka_unit_test(names_are_matched_wherever_they_stand),
      cmocka_unit_test(reports_survive_that_memory_runs_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
