/* test_optimizer.c: Adam against its formulas, and options that make no sense. */
#include "check.h"
#include "train/optimizer.h"

#include <float.h>
#include <khop/train.h>

/* Two groups and a bias: w of 12 in group 2, 4 shifts, w of 20 in group 0, 5 shifts. */
static khop_model *two_groups(void) {
  khop_model *m;
  ok(khop_model_new(&m));
  khop_input(m, 3);
  khop_model_parameter_group(m, 2);
  khop_linear(m, 0, 4, true);
  khop_model_parameter_group(m, 0);
  khop_linear(m, 1, 5, true);
  ok(khop_model_init(m, 1));
  return m;
}

static void adam_by_hand(void **state) {
  (void)state;
  for (int mode = 0; mode < 4; mode++) {
    bool decoupled = mode & 1;
    double largest = mode & 2 ? 0.5 : 0;
    khop_optimizer_options o = {.rate = 0.02, .beta1 = 0.8, .beta2 = 0.99, .epsilon = 1e-6,
                                .decay = {[0] = 0.3, [2] = 0.1}, .decoupled = decoupled,
                                .clip = largest};
    khop_model *m = two_groups();
    khop_optimizer *optimizer;
    khop_i_random random;
    enum { COUNT = 41 };
    assert_int_equal(khop_model_parameters(m), COUNT);
    khop_real *w = khop_model_parameter_array(m);
    double x[COUNT], first[COUNT] = {0}, second[COUNT] = {0};
    ok(khop_optimizer_new(&optimizer, m, &o));
    khop_i_random_seed(&random, 3);
    for (int i = 0; i < COUNT; i++) x[i] = (double)w[i];
    for (int step = 1; step <= 50; step++) {
      khop_real g[COUNT];
      double scale = step % 2 ? 1 : 0.5, norm = 0;
      for (int i = 0; i < COUNT; i++) {
        g[i] = (khop_real)(khop_i_random_uniform(&random) - 0.3);
        norm += (double)g[i] * (double)g[i];
      }
      double shrink = largest > 0 && sqrt(norm) > largest ? largest / sqrt(norm) : 1;
      for (int i = 0; i < COUNT; i++) {
        double decay = i < 12 ? 0.1 : i >= 16 && i < 36 ? 0.3 : 0, rate = 0.02 * scale;
        double gradient = (double)g[i] * shrink + (decoupled ? 0 : decay * x[i]);
        first[i] = 0.8 * first[i] + 0.2 * gradient;
        second[i] = 0.99 * second[i] + 0.01 * gradient * gradient;
        if (decoupled) x[i] -= rate * decay * x[i];
        x[i] -= rate * (first[i] / (1 - pow(0.8, step))) /
                (sqrt(second[i] / (1 - pow(0.99, step))) + 1e-6);
      }
      khop_optimizer_step(optimizer, g, scale);
    }
    for (int i = 0; i < COUNT; i++) close_to((double)w[i], x[i], 2e-5);
    khop_optimizer_free(optimizer);
    khop_model_free(m);
  }
}

/* --- clipping ----------------------------------------------------------------------------------- */

/* A step with a gradient of two numbers, 3 and -4 of norm 5 for most, which it scales where it stands. */
static void clip(khop_real *gradient, double bound, double three, double four) {
  khop_model *m;
  khop_optimizer *optimizer;
  ok(khop_model_new(&m));
  khop_input(m, 1);
  khop_linear(m, 0, 20, false);
  ok(khop_model_init(m, 1));
  ok(khop_optimizer_new(&optimizer, m, &(khop_optimizer_options){.clip = bound}));
  memset(gradient, 0, 20 * sizeof *gradient);
  gradient[1] = (khop_real)three;
  gradient[18] = (khop_real)four;
  khop_optimizer_step(optimizer, gradient, 1);
  khop_optimizer_free(optimizer);
  khop_model_free(m);
}

static void a_gradient_within_the_bound_is_left_alone(void **state) {
  (void)state;
  khop_real g[20];
  clip(g, 100, 3, -4); /* not scaled up either */
  close_to((double)g[1], 3, 0);
  close_to((double)g[18], -4, 0);
  clip(g, 5, 3, -4); /* exactly at it */
  close_to((double)g[1], 3, 0);
  close_to((double)g[18], -4, 0);
}

static void a_gradient_beyond_the_bound_is_scaled_down_to_it(void **state) {
  (void)state;
  khop_real g[20];
  clip(g, 4, 3, -4);
  close_to((double)g[1], 2.4, 1e-6);
  close_to((double)g[18], -3.2, 1e-6);
  clip(g, 2, 3, -4); /* beyond twice the bound */
  close_to((double)g[1], 1.2, 1e-6);
  close_to((double)g[18], -1.6, 1e-6);
}

static void without_a_bound_no_gradient_is_scaled(void **state) {
  (void)state;
  khop_real g[20];
  clip(g, 0, 3e6, -4e6);
  close_to((double)g[1], 3e6, 0);
  close_to((double)g[18], -4e6, 0);
}

/* --- numbers that are too small --------------------------------------------------------------------- */

static int count_subnormals(const khop_real *x, int64_t count) {
  int found = 0;
  for (int64_t i = 0; i < count; i++) found += fpclassify(x[i]) == FP_SUBNORMAL;
  return found;
}

static int count_zeros(const khop_real *x, int64_t count) {
  int found = 0;
  for (int64_t i = 0; i < count; i++) found += x[i] == 0;
  return found;
}

/* Steps that keep 0.6 of a weight and of its first moment, a tenth of its second; gradients come in the first step
 * alone, but for the last weight. */
static void decay_far(void) {
  enum { WEIGHTS = 37, STEPS = 1700 };
  khop_model *m;
  khop_optimizer *optimizer;
  khop_real g[WEIGHTS];
  int subnormal = 0;
  ok(khop_model_new(&m));
  khop_input(m, 1);
  khop_linear(m, 0, WEIGHTS, false);
  ok(khop_model_init(m, 1));
  ok(khop_optimizer_new(&optimizer, m, &(khop_optimizer_options){.rate = 0.1, .beta1 = 0.6, .beta2 = 0.1,
                                                                .decay = {4}, .decoupled = true}));
  const khop_real *w = khop_model_parameter_array(m);
  for (int step = 0; step < STEPS; step++) {
    for (int i = 0; i < WEIGHTS; i++) g[i] = (khop_real)(step == 0 || i == WEIGHTS - 1 ? 0.5 : 0);
    khop_optimizer_step(optimizer, g, 1);
    subnormal += count_subnormals(w, WEIGHTS) + count_subnormals(optimizer->first, WEIGHTS) +
                 count_subnormals(optimizer->second, WEIGHTS);
  }
  assert_int_equal(subnormal, 0);
  assert_int_equal(count_zeros(w, WEIGHTS), WEIGHTS - 1);
  assert_int_equal(count_zeros(optimizer->first, WEIGHTS), WEIGHTS - 1);
  assert_int_equal(count_zeros(optimizer->second, WEIGHTS), WEIGHTS - 1);
  khop_optimizer_free(optimizer);
  khop_model_free(m);
}

static void what_decays_becomes_zero_and_is_never_subnormal(void **state) {
  (void)state;
  volatile khop_real x = 1;
  for (int step = 0; step < 1700; step++) x *= (khop_real)0.6;
  const khop_real last = x;
  assert_int_equal(count_subnormals(&last, 1), 1); /* without a flush it stays there for ever */
  for (const char *const *set = (const char *const[]){"avx512", "avx2", "baseline", NULL}; *set; set++)
    if (khop_set_simd(*set) == KHOP_OK) decay_far();
  ok(khop_set_simd(NULL));
}

/* The second moment underflows before the first: their quotient must not become what epsilon allows. */
static void a_gradient_that_underflows_moves_no_weight_far(void **state) {
  (void)state;
  const khop_real least = sizeof(khop_real) == 4 ? (khop_real)FLT_MIN : (khop_real)DBL_MIN;
  for (double size = 1e-6; size < 1e6; size *= 7) {
    khop_model *m;
    khop_optimizer *optimizer;
    khop_real g = (khop_real)(sqrt((double)least) * size);
    ok(khop_model_new(&m));
    khop_input(m, 1);
    khop_linear(m, 0, 1, false);
    ok(khop_model_init(m, 1));
    ok(khop_optimizer_new(&optimizer, m, &(khop_optimizer_options){.rate = 0.01, .epsilon = (double)least}));
    double before = (double)khop_model_parameter_array(m)[0];
    khop_optimizer_step(optimizer, &g, 1);
    close_to((double)khop_model_parameter_array(m)[0], before, 0.0101);
    khop_optimizer_free(optimizer);
    khop_model_free(m);
  }
}

static void bad_optimizers(void **state) {
  (void)state;
  khop_model *m = two_groups();
  khop_optimizer *optimizer = NULL;
  const struct {
    khop_optimizer_options o;
    const char *word;
  } bad[] = {{{.rate = -1}, "rate is -1"},          {{.rate = (double)NAN}, "rate is nan"},
             {{.beta1 = 1}, "beta1 is 1"},          {{.beta2 = 1.5}, "beta2 is 1.5"},
             {{.epsilon = -1e-8}, "epsilon is -1"}, {{.clip = INFINITY}, "clip is inf"},
             {{.decay = {[3] = -2}}, "group 3 is -2"}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    fails(khop_optimizer_new(&optimizer, m, &bad[i].o), KHOP_E_ARGUMENT, bad[i].word, "optimiser");
    assert_null(optimizer);
  }
  khop_optimizer_free(NULL);
  khop_model_free(m);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(adam_by_hand),
      cmocka_unit_test(a_gradient_within_the_bound_is_left_alone),
      cmocka_unit_test(a_gradient_beyond_the_bound_is_scaled_down_to_it),
      cmocka_unit_test(without_a_bound_no_gradient_is_scaled),
      cmocka_unit_test(what_decays_becomes_zero_and_is_never_subnormal),
      cmocka_unit_test(a_gradient_that_underflows_moves_no_weight_far),
      cmocka_unit_test(bad_optimizers),
  };
  return cmocka_run_group_tests_name("optimizer", tests, NULL, nothing_held);
}
