/* test_moments.c: mean and deviation of numbers that come one after another, by hand. */
#include "check.h"

static khop_moments moments_of(int count, const double *values) {
  khop_moments m = {0};
  for (int i = 0; i < count; i++) khop_moments_add(&m, values[i]);
  return m;
}

/* 2, 4, 4, 4, 5, 5, 7, 9: mean 5, squared distances 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32. */
static void the_deviation_is_that_of_a_sample(void **state) {
  (void)state;
  khop_moments m = moments_of(8, (double[]){2, 4, 4, 4, 5, 5, 7, 9});
  assert_int_equal(m.count, 8);
  close_to(m.mean, 5, 1e-12);
  close_to(m.squares, 32, 1e-12);
  close_to(khop_moments_deviation(&m), sqrt(32.0 / 7), 1e-12);
}

static void fewer_than_two_numbers_do_not_deviate(void **state) {
  (void)state;
  khop_moments none = {0}, one = moments_of(1, (double[]){-3});
  close_to(khop_moments_deviation(&none), 0, 0);
  close_to(khop_moments_deviation(&one), 0, 0);
  close_to(one.mean, -3, 0);
}

/* A difference of sums of squares would be left with no digit: 1e18 has steps of 128. */
static void a_large_mean_costs_no_digits(void **state) {
  (void)state;
  khop_moments m = moments_of(3, (double[]){1e9 + 1, 1e9 + 2, 1e9 + 3});
  close_to(m.mean, 1e9 + 2, 0);
  close_to(khop_moments_deviation(&m), 1, 1e-9);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_deviation_is_that_of_a_sample),
      cmocka_unit_test(fewer_than_two_numbers_do_not_deviate),
      cmocka_unit_test(a_large_mean_costs_no_digits),
  };
  return cmocka_run_group_tests_name("moments", tests, NULL, nothing_held);
}
