/* test_metrics.c: scores against their definitions, and what cannot be scored. */
#include "check.h"

#include <khop/train.h>

enum { NODES = 60 };

static void by_definition(void **state) {
  (void)state;
  khop_i_random random;
  khop_i_random_seed(&random, 4);
  for (int round = 0; round < 200; round++) {
    int64_t columns = 1 + round % 5, classes = columns > 1 ? columns : 2;
    khop_real z[NODES * 5];
    int32_t labels[NODES], guess[NODES];
    uint8_t mask[NODES];
    double score, right = 0, all = 0, f1 = 0, seen = 0, pairs = 0, won = 0;
    for (int i = 0; i < NODES; i++) {
      mask[i] = round % 3 == 0 || khop_i_random_below(&random, 3) > 0;
      labels[i] = mask[i] ? (int32_t)khop_i_random_below(&random, classes) : -1;
      guess[i] = 0;
      for (int64_t c = 0; c < columns; c++) /* few values: ties are many */
        z[i * columns + c] = (khop_real)(khop_i_random_below(&random, 7) - 3);
      for (int64_t c = 1; c < columns; c++)
        if (z[i * columns + c] > z[i * columns + guess[i]]) guess[i] = (int32_t)c;
      if (columns == 1) guess[i] = z[i] > 0;
      right += mask[i] && guess[i] == labels[i];
      all += mask[i];
    }
    ok(khop_score(&score, KHOP_ACCURACY, z, NODES, columns, labels, NULL, mask));
    close_to(score, right / all, 1e-12);
    for (int32_t c = 0; c < classes; c++) {
      double hits = 0, said = 0, are = 0;
      for (int i = 0; i < NODES; i++)
        if (mask[i]) hits += guess[i] == c && labels[i] == c, said += guess[i] == c, are += labels[i] == c;
      if (said + are == 0) continue;
      double precision = said > 0 ? hits / said : 0, recall = are > 0 ? hits / are : 0;
      f1 += hits > 0 ? 2 * precision * recall / (precision + recall) : 0;
      seen++;
    }
    ok(khop_score(&score, KHOP_MACRO_F1, z, NODES, columns, labels, NULL, mask));
    close_to(score, f1 / seen, 1e-12);
    if (columns > 2) continue; /* below */
    for (int i = 0; i < NODES; i++)
      for (int j = 0; j < NODES; j++) {
        if (!mask[i] || !mask[j] || labels[i] != 1 || labels[j] != 0) continue;
        khop_real a = columns == 2 ? z[2 * i + 1] - z[2 * i] : z[i];
        khop_real b = columns == 2 ? z[2 * j + 1] - z[2 * j] : z[j];
        pairs++;
        won += a > b ? 1 : a < b ? 0 : 0.5;
      }
    ok(khop_score(&score, KHOP_ROC_AUC, z, NODES, columns, labels, NULL, mask));
    close_to(score, won / pairs, 1e-12);
  }
}

static void roc_auc_of_classes_against_the_rest_equals_that_of_scikit_learn(void **state) {
  (void)state;
  FILE *in = fopen(fixture("tests/files/class_auc.tsv"), "r");
  assert_non_null(in);
  double wanted, score, value, off = 0;
  int rows, classes, cases = 0;
  for (; fscanf(in, "%d %d %lf", &rows, &classes, &wanted) == 3; cases++) {
    khop_real z[200];
    int32_t labels[30];
    assert_in_range(rows * classes, 1, 200);
    for (int i = 0; i < rows; i++) {
      assert_int_equal(fscanf(in, "%d", &labels[i]), 1);
      for (int c = 0; c < classes; c++) {
        assert_int_equal(fscanf(in, "%lf", &value), 1);
        z[i * classes + c] = (khop_real)value;
      }
    }
    ok(khop_score(&score, KHOP_ROC_AUC, z, rows, classes, labels, NULL, NULL));
    close_to(score, wanted, 1e-12);
    z[0] -= 5; /* a wrong answer must show: node 0 is of class 0 */
    ok(khop_score(&score, KHOP_ROC_AUC, z, rows, classes, labels, NULL, NULL));
    off += fabs(score - wanted);
  }
  fclose(in);
  assert_int_equal(cases, 16);
  assert_true(off > 0.1);
}

/* Nodes 0 and 2 say nothing: a quarter for each of four classes. Node 1 is sure of class 1, node 3 of class 0. */
static void roc_auc_is_the_mean_over_the_classes_that_some_have_and_some_not(void **state) {
  (void)state;
  const khop_real z[16] = {0, 0, 0, 0, /**/ 0, 9, 0, 0, /**/ 0, 0, 0, 0, /**/ 9, 0, 0, 0};
  const uint8_t mask[4] = {1, 1, 1, 0}, ones[4] = {0, 1, 1, 0};
  double score;
  /* class 0 (node 0): beats node 1, ties node 2: 1.5 of 2; class 1 (nodes 1, 2): 1 and a tie, 1.5 of 2; 2, 3: none */
  ok(khop_score(&score, KHOP_ROC_AUC, z, 4, 4, (int32_t[]){0, 1, 1, 2}, NULL, mask));
  close_to(score, 0.75, 1e-12);
  /* with node 3, of class 2, which says 0: class 0: 1.5 of 3; 1: node 1 beats both, node 2 ties one and beats one: 3.5
   * of 4; 2: behind both rows of zeros, and as small as node 1, whose others add up to the same: half a pair of 3 */
  ok(khop_score(&score, KHOP_ROC_AUC, z, 4, 4, (int32_t[]){0, 1, 1, 2}, NULL, NULL));
  close_to(score, (1.5 / 3 + 3.5 / 4 + 0.5 / 3) / 3, 1e-12);
  fails(khop_score(&score, KHOP_ROC_AUC, z, 4, 4, (int32_t[]){0, 1, 1, 2}, NULL, ones), KHOP_E_VALUE, "two classes",
        "all of one");
  assert_true(isnan(score));
}

/* Of four classes 2 is only said, and 3 does not occur.
 *   truth  0 0 1 1        class 0: 2 * 1 / (2 + 1) = 2/3
 *   said   0 2 1 1        class 1: 2 * 2 / (2 + 2) = 1         class 2: 2 * 0 / (0 + 1) = 0 */
static void macro_f1_is_the_mean_over_classes_that_occur(void **state) {
  (void)state;
  const khop_real z[16] = {9, 0, 0, 0, /**/ 0, 0, 9, 0, /**/ 0, 9, 0, 0, /**/ 0, 9, 0, 0};
  double score;
  ok(khop_score(&score, KHOP_MACRO_F1, z, 4, 4, (int32_t[]){0, 0, 1, 1}, NULL, NULL));
  close_to(score, (2.0 / 3 + 1 + 0) / 3, 1e-12);
}

static void errors_of_regression(void **state) {
  (void)state;
  khop_real z[6] = {1, 2, 3, 4, 5, 6}, y[6] = {1, 4, (khop_real)NAN, 1, 0, 0};
  const uint8_t mask[3] = {1, 1, 0}, middle[3] = {0, 1, 0};
  double score;
  ok(khop_score(&score, KHOP_RMSE, z, 3, 2, NULL, y, mask));
  close_to(score, sqrt((0.0 + 4 + 9) / 3), 1e-12);
  ok(khop_score(&score, KHOP_MAE, z, 3, 2, NULL, y, mask));
  close_to(score, 5.0 / 3, 1e-12);
  y[3] = (khop_real)NAN;
  fails(khop_score(&score, KHOP_MAE, z, 3, 2, NULL, y, middle), KHOP_E_VALUE, "no target", "");
  assert_true(isnan(score));
  fails(khop_score(&score, KHOP_MAE, z, 3, 2, (int32_t[]){0, 0, 0}, NULL, mask), KHOP_E_ARGUMENT,
        "mae", "targets");
  z[3] = INFINITY;
  fails(khop_score(&score, KHOP_RMSE, z, 3, 2, NULL, y, mask), KHOP_E_VALUE, "output 1 of node 1",
        "not finite");
}

static void bad_scores(void **state) {
  (void)state;
  khop_real z[4] = {1, 2, (khop_real)NAN, 4};
  int32_t labels[4] = {1, 1, 0, 1};
  const uint8_t none[4] = {0}, good[4] = {1, 1, 0, 1}, third[4] = {0, 0, 1, 0};
  double score = 0;
  khop_metric metric;
  for (int m = KHOP_ACCURACY; m <= KHOP_ROC_AUC; m++) {
    fails(khop_score(&score, (khop_metric)m, z, 4, 1, labels, NULL, none), KHOP_E_VALUE, "no node", "4");
    fails(khop_score(&score, (khop_metric)m, z, 4, 1, labels, NULL, third), KHOP_E_VALUE,
          "output 0 of node 2", "not finite");
    fails(khop_score(&score, (khop_metric)m, z, 4, 1, NULL, NULL, good), KHOP_E_ARGUMENT,
          khop_metric_name((khop_metric)m), "labels");
  }
  fails(khop_score(&score, KHOP_ROC_AUC, z, 4, 1, labels, NULL, good), KHOP_E_VALUE, "both classes",
        "3 of the 3");
  assert_true(isnan(score));
  labels[1] = 2;
  fails(khop_score(&score, KHOP_ACCURACY, z, 4, 1, labels, NULL, good), KHOP_E_VALUE, "node 1",
        "label 2 of 2");
  labels[1] = -1;
  fails(khop_score(&score, KHOP_MACRO_F1, z, 4, 1, labels, NULL, good), KHOP_E_VALUE, "label -1", "");
  fails(khop_score(&score, (khop_metric)17, z, 4, 1, labels, z, good), KHOP_E_ARGUMENT, "metric 17", "");
  for (int m = 0; m < 6; m++) {
    ok(khop_metric_find(&metric, khop_metric_name((khop_metric)m)));
    assert_int_equal(metric, m);
    assert_int_equal(khop_metric_rises(metric), metric != KHOP_RMSE && metric != KHOP_MAE);
  }
  fails(khop_metric_find(&metric, "f1"), KHOP_E_NOT_FOUND, "'f1'", "macro-f1");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(by_definition),
      cmocka_unit_test(macro_f1_is_the_mean_over_classes_that_occur),
      cmocka_unit_test(roc_auc_of_classes_against_the_rest_equals_that_of_scikit_learn),
      cmocka_unit_test(roc_auc_is_the_mean_over_the_classes_that_some_have_and_some_not),
      cmocka_unit_test(errors_of_regression),
      cmocka_unit_test(bad_scores),
  };
  return cmocka_run_group_tests_name("metrics", tests, NULL, nothing_held);
}
