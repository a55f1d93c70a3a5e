/* test_conformal.c: intervals of an ensemble: the rank of the quantile by hand, the share that they hold by drawing. */
#include "check.h"

#include "base/random.h"
#include "train/graphs/conformal.h"

static void the_quantile_is_the_value_of_rank_n_plus_one_times_the_share(void **state) {
  (void)state;
  double scores[19];
  static const struct {
    int count, rank; /* ceil(0.9 (count + 1)); 0: beyond the last */
  } wanted[] = {{0, 0}, {8, 0}, {9, 9}, {10, 10}, {18, 18}, {19, 18}};
  for (size_t k = 0; k < sizeof wanted / sizeof *wanted; k++) {
    int n = wanted[k].count;
    for (int i = 0; i < n; i++) scores[i] = 1 + i * 7 % n; /* 1 .. n, but in another order where 7 does not divide n */
    double q = khop_conformal_quantile(scores, n, 0.9);
    if (wanted[k].rank ? q != wanted[k].rank : !isnan(q)) fail_msg("%d scores: %g", n, q);
  }
}

/* Of 19 scores and a new one of the same kind, each is the largest of all 20 as often: the 18th holds 18 of 20. */
static void the_share_of_new_ones_within_is_what_was_promised(void **state) {
  (void)state;
  khop_i_random random;
  khop_i_random_seed(&random, 1);
  double scores[19], held = 0;
  int draws = 40000;
  for (int d = 0; d < draws; d++) {
    for (int i = 0; i < 19; i++) scores[i] = (double)khop_i_random_next(&random);
    held += (double)khop_i_random_next(&random) <= khop_conformal_quantile(scores, 19, 0.9);
  }
  assert_true(fabs(held / draws - 0.9) <= 0.006); /* four deviations */
}

/* Ten molecules validate, whose two models say t - 1 and t + 1 where t is the mean and the target is t + g; the
 * deviation is sqrt(2), the floor a tenth of 4. The 10th of ten scores is that of the error 9; of two tested one is within. */
static void the_error_is_divided_by_the_deviation_and_the_floor(void **state) {
  (void)state;
  khop_graph *graph = NULL;
  khop_graphs *set = NULL;
  const int64_t none = 0;
  int64_t first[14];
  khop_real targets[13];
  uint8_t part[13];
  khop_moments moments[13] = {{0}};
  khop_interval interval = {0};
  double unit = 4;
  for (int g = 0; g <= 13; g++) first[g] = g;
  for (int g = 0; g < 13; g++) {
    part[g] = g < 10 ? KHOP_VAL : g < 12 ? KHOP_TEST : KHOP_TRAIN;
    targets[g] = (khop_real)(100 + (g == 10 ? 8 : g == 11 ? 10 : g));
    khop_moments_add(&moments[g], 99);
    khop_moments_add(&moments[g], 101);
  }
  ok(khop_graph_from_coo(&graph, 13, 0, &none, &none, false));
  ok(khop_graphs_new(&set, graph, 13, first, NULL));
  ok(khop_graphs_set_targets(set, targets, 1, NULL));
  ok(khop_i_conformal_fit(&interval, set, part, moments, &unit));
  assert_true(fabs(interval.quantile - 9 / (sqrt(2) + 0.4)) <= 1e-12);
  assert_true(fabs(interval.floor - 0.4) <= 1e-12);
  assert_int_equal(interval.known, 10);
  assert_int_equal(interval.tested, 2);
  assert_int_equal(interval.covered, 1);
  khop_model *model = NULL;
  khop_interval kept;
  ok(khop_model_new(&model));
  fails(khop_model_interval(&kept, model, 0), KHOP_E_NOT_FOUND, "no interval for output 0", "");
  ok(khop_i_conformal_note(model, &interval, 1));
  ok(khop_model_interval(&kept, model, 0));
  assert_memory_equal(&kept, &interval, sizeof kept);
  fails(khop_model_interval(&kept, model, 1), KHOP_E_NOT_FOUND, "output 1", "");
  interval.quantile = NAN;
  ok(khop_i_conformal_note(model, &interval, 1));
  fails(khop_model_interval(&kept, model, 0), KHOP_E_NOT_FOUND, "validated on 10 values", "");
  ok(khop_model_set_metadata(model, "intervals", "0.9 nonsense"));
  fails(khop_model_interval(&kept, model, 0), KHOP_E_FORMAT, "cannot be read", "nonsense");
  khop_model_free(model);
  khop_graphs_free(set);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_quantile_is_the_value_of_rank_n_plus_one_times_the_share),
      cmocka_unit_test(the_share_of_new_ones_within_is_what_was_promised),
      cmocka_unit_test(the_error_is_divided_by_the_deviation_and_the_floor),
  };
  return cmocka_run_group_tests_name("conformal", tests, NULL, NULL);
}
