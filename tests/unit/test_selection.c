/* test_selection.c: which epoch is best, when training ends, how large a step is: on curves that are worked out by
 * hand. */
#include "check.h"
#include "train/selection.h"

typedef struct point {
  double score, loss;
} point;

static khop_i_selection rules(khop_metric metric, khop_schedule schedule, int patience, int plateau) {
  return khop_i_selection_of(&(khop_fit_options){.metric = metric, .schedule = schedule, .patience = patience,
                                                 .plateau = plateau});
}

/* Takes epochs 1 .. count. */
static void take(khop_i_selection *s, int count, const point *curve) {
  for (int e = 0; e < count; e++) khop_i_selection_update(s, e + 1, curve[e].score, curve[e].loss);
}

static int best_of(khop_metric metric, int count, const point *curve) {
  khop_i_selection s = rules(metric, KHOP_CONSTANT, -1, 50);
  take(&s, count, curve);
  close_to(s.best, curve[s.best_epoch - 1].score, 0);
  close_to(s.best_loss, curve[s.best_epoch - 1].loss, 0);
  return s.best_epoch;
}

/* --- the best epoch ---------------------------------------------------------------------------- */

static void the_best_accuracy_is_the_highest(void **state) {
  (void)state;
  assert_int_equal(best_of(KHOP_ACCURACY, 4, (point[]){{.5, 1}, {.7, 3}, {.6, .1}, {.4, .1}}), 2);
}

static void the_best_error_is_the_lowest(void **state) {
  (void)state;
  assert_int_equal(best_of(KHOP_RMSE, 4, (point[]){{.5, 1}, {.7, .1}, {.3, 3}, {.4, .1}}), 3);
}

static void among_equal_scores_the_lower_loss_is_best(void **state) {
  (void)state;
  const point curve[] = {{.5, .9}, {.6, .8}, {.6, .7}, {.55, .1}, {.6, .75}};
  assert_int_equal(best_of(KHOP_ACCURACY, 5, curve), 3);
  assert_int_equal(best_of(KHOP_RMSE, 3, (point[]){{.5, .2}, {.5, .1}, {.5, .3}}), 2);
}

static void among_equal_scores_and_losses_the_first_is_best(void **state) {
  (void)state;
  assert_int_equal(best_of(KHOP_ACCURACY, 4, (point[]){{.1, 1}, {.6, .7}, {.6, .7}, {.6, .7}}), 2);
}

static void an_update_says_whether_the_epoch_is_the_best_so_far(void **state) {
  (void)state;
  khop_i_selection s = rules(KHOP_ACCURACY, KHOP_CONSTANT, -1, 50);
  assert_true(khop_i_selection_update(&s, 1, .5, 1));
  assert_false(khop_i_selection_update(&s, 2, .4, .1));
  assert_false(khop_i_selection_update(&s, 3, .5, 1));
  assert_true(khop_i_selection_update(&s, 4, .5, .9));
  assert_true(khop_i_selection_update(&s, 5, .6, 2));
}

static void an_epoch_can_be_kept_whatever_its_score(void **state) {
  (void)state;
  khop_i_selection s = rules(KHOP_ACCURACY, KHOP_CONSTANT, 1, 50);
  khop_i_selection_keep(&s, 1, .9, .1);
  khop_i_selection_keep(&s, 2, .2, 5);
  assert_int_equal(s.best_epoch, 2);
  assert_false(khop_i_selection_ends(&s, 2)); /* which is how the last epoch is kept: patience never runs out */
}

static int best_by(khop_select by, khop_metric metric, int count, const point *curve, khop_i_selection *s) {
  *s = khop_i_selection_of(&(khop_fit_options){.select = by, .metric = metric, .patience = -1, .plateau = 50});
  take(s, count, curve);
  close_to(s->best, curve[s->best_epoch - 1].score, 0); /* of the epoch itself, whatever it was judged by */
  close_to(s->best_loss, curve[s->best_epoch - 1].loss, 0);
  return s->best_epoch;
}

static void by_the_loss_the_lowest_is_best_whatever_the_scores(void **state) {
  (void)state;
  khop_i_selection s;
  const point curve[] = {{.9, 3}, {.5, 1}, {.6, 1}, {.9, 2}};
  assert_int_equal(best_by(KHOP_SELECT_LOSS, KHOP_ACCURACY, 4, curve, &s), 2); /* of equals the first */
  assert_int_equal(best_by(KHOP_SELECT_LOSS, KHOP_RMSE, 4, curve, &s), 2);
  assert_int_equal(best_by(KHOP_SELECT_SCORE, KHOP_ACCURACY, 4, curve, &s), 4);
}

/* Scores in tenths, and the means of the last five: 1 1, then a lucky 9: 11/3; 12/4, 3; and from epoch 6 on 4s:
 * (1 + 9 + 1 + 3 + 4) / 5 = 3.6, (9 + 1 + 3 + 4 + 4) / 5 = 4.2, (1 + 3 + 4 + 4 + 4) / 5 = 3.2, (3 + 16) / 5 = 3.8,
 * 20 / 5 = 4, and with a 6: 22 / 5 = 4.4. */
static void a_smoothed_score_is_the_mean_of_the_last_five(void **state) {
  (void)state;
  khop_i_selection s;
  const point curve[] = {{1, 1}, {1, 1}, {9, 1}, {1, 1}, {3, 1}, {4, 1}, {4, 1}, {4, 1}, {4, 1}, {4, 1}, {6, 1}};
  assert_int_equal(best_by(KHOP_SELECT_SMOOTH, KHOP_ACCURACY, 2, curve, &s), 1);
  assert_int_equal(best_by(KHOP_SELECT_SMOOTH, KHOP_ACCURACY, 6, curve, &s), 3);
  close_to(s.merit, 11.0 / 3, 1e-12);
  assert_int_equal(best_by(KHOP_SELECT_SMOOTH, KHOP_ACCURACY, 10, curve, &s), 7);
  close_to(s.merit, 4.2, 1e-12);
  assert_int_equal(best_by(KHOP_SELECT_SMOOTH, KHOP_ACCURACY, 11, curve, &s), 11);
  close_to(s.merit, 4.4, 1e-12);
  assert_int_equal(best_by(KHOP_SELECT_SCORE, KHOP_ACCURACY, 11, curve, &s), 3);
  assert_int_equal(best_by(KHOP_SELECT_SMOOTH, KHOP_RMSE, 11, curve, &s), 1); /* less is better: 1 */
}

/* The same means from epoch 2 on; of the losses the mean falls to 2 at epoch 3, and rises. */
static void of_equal_smoothed_scores_the_lower_mean_loss_is_best(void **state) {
  (void)state;
  khop_i_selection s;
  const point curve[] = {{5, 3}, {5, 2}, {5, 1}, {5, 4}};
  assert_int_equal(best_by(KHOP_SELECT_SMOOTH, KHOP_ACCURACY, 4, curve, &s), 3);
  close_to(s.merit_loss, 2, 1e-12);
}

/* --- the end ------------------------------------------------------------------------------------ */

static int ends_after(int patience, int count, const point *curve) {
  khop_i_selection s = rules(KHOP_ACCURACY, KHOP_CONSTANT, patience, 50);
  for (int e = 0; e < count; e++) {
    khop_i_selection_update(&s, e + 1, curve[e].score, curve[e].loss);
    if (khop_i_selection_ends(&s, e + 1)) return e + 1;
  }
  return 0;
}

static void training_ends_when_patience_runs_out(void **state) {
  (void)state;
  const point curve[] = {{.5, 1}, {.6, 1}, {.5, 1}, {.5, 1}, {.5, 1}, {.7, 1}};
  assert_int_equal(ends_after(1, 6, curve), 3);
  assert_int_equal(ends_after(3, 6, curve), 5);
  assert_int_equal(ends_after(4, 6, curve), 0); /* epoch 6 came in time */
}

static void an_equal_score_of_lower_loss_is_worth_waiting_for(void **state) {
  (void)state;
  assert_int_equal(ends_after(2, 5, (point[]){{.6, 1}, {.5, 1}, {.6, .9}, {.5, 1}, {.5, 1}}), 5);
  assert_int_equal(ends_after(2, 5, (point[]){{.6, 1}, {.5, 1}, {.6, 1}, {.5, 1}, {.5, 1}}), 3);
}

static void negative_patience_never_runs_out(void **state) {
  (void)state;
  const point falls[] = {{.9, 1}, {.8, 1}, {.7, 1}, {.6, 1}};
  assert_int_equal(ends_after(-1, 4, falls), 0);
}

/* --- the rate ------------------------------------------------------------------------------------ */

static void a_plateau_halves_the_rate_each_time_it_lasts(void **state) {
  (void)state;
  khop_i_selection s = rules(KHOP_ACCURACY, KHOP_PLATEAU, -1, 2);
  const point curve[] = {{.5, 1}, {.4, 1}, {.4, 1}, {.4, 1}, {.6, 1}, {.4, 1}, {.4, 1}, {.4, 1}, {.4, 1}};
  const double rate[] = {1, 1, .5, .5, .5, .5, .25, .25, .125}; /* a better epoch keeps what is left */
  for (int e = 0; e < 9; e++) {
    khop_i_selection_update(&s, e + 1, curve[e].score, curve[e].loss);
    close_to(khop_i_rate_factor(KHOP_PLATEAU, &s, (uint64_t)e, 9, 0), rate[e], 0);
  }
}

static void without_a_plateau_schedule_the_rate_stays(void **state) {
  (void)state;
  khop_i_selection s = rules(KHOP_ACCURACY, KHOP_CONSTANT, -1, 1);
  take(&s, 3, (point[]){{.5, 1}, {.4, 1}, {.3, 1}});
  close_to(khop_i_rate_factor(KHOP_CONSTANT, &s, 3, 4, 0), 1, 0);
}

/* Of four steps: cos 0, cos 45, cos 90 and cos 135 degrees. */
static void a_cosine_falls_from_one_towards_zero(void **state) {
  (void)state;
  khop_i_selection s = rules(KHOP_ACCURACY, KHOP_COSINE, -1, 1);
  const double wanted[] = {1, (1 + sqrt(.5)) / 2, .5, (1 - sqrt(.5)) / 2, 0};
  for (uint64_t done = 0; done <= 4; done++)
    close_to(khop_i_rate_factor(KHOP_COSINE, &s, done, 4, 0), wanted[done], 1e-12);
}

/* Two steps of four: a half, then the whole; with a cosine of what it would be, (1 + sqrt(.5)) / 2 at the second. */
static void a_warm_up_rises_step_by_step_to_the_rate_of_the_schedule(void **state) {
  (void)state;
  khop_i_selection s = rules(KHOP_ACCURACY, KHOP_COSINE, -1, 1);
  const double wanted[] = {.5, 1, 1, 1}, cosine[] = {.5, (1 + sqrt(.5)) / 2, .5, (1 - sqrt(.5)) / 2};
  for (uint64_t done = 0; done < 4; done++) {
    close_to(khop_i_rate_factor(KHOP_CONSTANT, &s, done, 4, 2), wanted[done], 1e-12);
    close_to(khop_i_rate_factor(KHOP_COSINE, &s, done, 4, 2), cosine[done], 1e-12);
  }
}

/* --- averages ------------------------------------------------------------------------------------ */

/* Step 1 leaves 1/11 of the average, step 10 a half, step 90 nine tenths; decay is the most that stays. */
static void an_average_soon_forgets_its_beginning_and_then_decays(void **state) {
  (void)state;
  khop_real average[2] = {11, -22};
  const khop_real weights[2] = {0, 11};
  khop_i_average_weights(average, weights, 2, 0.99, 1);
  close_to((double)average[0], 1, 1e-6);
  close_to((double)average[1], 8, 1e-5);
  khop_i_average_weights(average, weights, 1, 0.99, 10);
  close_to((double)average[0], 0.5, 1e-6);
  close_to((double)average[1], 8, 1e-5); /* beyond the count */
  khop_i_average_weights(average, weights, 1, 0.99, 90);
  close_to((double)average[0], 0.45, 1e-6);
  khop_i_average_weights(average, weights, 1, 0.6, 90);
  close_to((double)average[0], 0.27, 1e-6);
}

/* The mean of 4, 8 and -3 is 3, one after another. */
static void a_mean_counts_all_weights_alike(void **state) {
  (void)state;
  khop_real average[2] = {100, 7};
  const khop_real weights[3][2] = {{4, 1}, {8, 1}, {-3, 1}};
  const double expected[] = {4, 6, 3};
  for (int n = 1; n <= 3; n++) {
    khop_i_mean_weights(average, weights[n - 1], 1, n);
    close_to((double)average[0], expected[n - 1], 1e-5);
  }
  close_to((double)average[1], 7, 0); /* beyond the count */
}

static void an_average_of_zeros_becomes_zero_and_is_never_subnormal(void **state) {
  (void)state;
  khop_real average[2] = {1, -1};
  const khop_real weights[2] = {0, 0};
  int subnormal = 0;
  for (uint64_t step = 100; step < 2000; step++) {
    khop_i_average_weights(average, weights, 2, 0.6, step);
    subnormal += fpclassify(average[0]) == FP_SUBNORMAL || fpclassify(average[1]) == FP_SUBNORMAL;
  }
  assert_int_equal(subnormal, 0);
  assert_true(average[0] == 0 && average[1] == 0);
}

/* --- curves -------------------------------------------------------------------------------------- */

/* The same curve by windows of 1, 3 and 5: a lucky epoch 3 against a plateau from 6 on. Of 5: 10/3, 10/4, 2, 3, 4,
 * 3, 4, 5, 5. */
static void a_curve_is_judged_by_windows_so_that_a_lucky_epoch_does_not_win(void **state) {
  (void)state;
  const double curve[] = {0, 0, 10, 0, 0, 5, 5, 5, 5};
  double merit;
  assert_int_equal(khop_i_curve_best(&merit, curve, 9, true, 1), 3);
  close_to(merit, 10, 0);
  assert_int_equal(khop_i_curve_best(&merit, curve, 9, true, 3), 7);
  close_to(merit, 5, 1e-12);
  assert_int_equal(khop_i_curve_best(&merit, curve, 9, true, 5), 8);
  close_to(merit, 5, 1e-12);
  assert_int_equal(KHOP_I_CURVE_WINDOW, 5);
}

static void a_curve_of_errors_has_its_best_epoch_where_it_is_lowest(void **state) {
  (void)state;
  const double curve[] = {3, 2, 1, 2, 3};
  double merit;
  assert_int_equal(khop_i_curve_best(&merit, curve, 5, false, 1), 3);
  close_to(merit, -1, 0); /* more is better: candidates are compared by it */
  assert_int_equal(khop_i_curve_best(&merit, curve, 5, true, 1), 1);
}

static void of_equal_points_of_a_curve_the_first_is_best(void **state) {
  (void)state;
  double merit;
  assert_int_equal(khop_i_curve_best(&merit, (double[]){1, 4, 4, 2, 4}, 5, true, 1), 2);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_best_accuracy_is_the_highest),
      cmocka_unit_test(the_best_error_is_the_lowest),
      cmocka_unit_test(among_equal_scores_the_lower_loss_is_best),
      cmocka_unit_test(among_equal_scores_and_losses_the_first_is_best),
      cmocka_unit_test(an_update_says_whether_the_epoch_is_the_best_so_far),
      cmocka_unit_test(by_the_loss_the_lowest_is_best_whatever_the_scores),
      cmocka_unit_test(a_smoothed_score_is_the_mean_of_the_last_five),
      cmocka_unit_test(of_equal_smoothed_scores_the_lower_mean_loss_is_best),
      cmocka_unit_test(an_epoch_can_be_kept_whatever_its_score),
      cmocka_unit_test(training_ends_when_patience_runs_out),
      cmocka_unit_test(an_equal_score_of_lower_loss_is_worth_waiting_for),
      cmocka_unit_test(negative_patience_never_runs_out),
      cmocka_unit_test(a_plateau_halves_the_rate_each_time_it_lasts),
      cmocka_unit_test(without_a_plateau_schedule_the_rate_stays),
      cmocka_unit_test(a_cosine_falls_from_one_towards_zero),
      cmocka_unit_test(a_warm_up_rises_step_by_step_to_the_rate_of_the_schedule),
      cmocka_unit_test(a_mean_counts_all_weights_alike),
      cmocka_unit_test(an_average_soon_forgets_its_beginning_and_then_decays),
      cmocka_unit_test(an_average_of_zeros_becomes_zero_and_is_never_subnormal),
      cmocka_unit_test(a_curve_is_judged_by_windows_so_that_a_lucky_epoch_does_not_win),
      cmocka_unit_test(a_curve_of_errors_has_its_best_epoch_where_it_is_lowest),
      cmocka_unit_test(of_equal_points_of_a_curve_the_first_is_best),
  };
  return cmocka_run_group_tests_name("selection", tests, NULL, nothing_held);
}
