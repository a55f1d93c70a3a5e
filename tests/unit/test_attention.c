/* test_attention.c: ops that weigh by what they read: softmax, weighted sums, attention over taps. Their gradients are in
 * test_gradients.c. */
#include "model_check.h"

#include <khop/blocks.h>

#ifdef KHOP_DOUBLE
#define TOLERANCE 1e-12
#else
#define TOLERANCE 1e-6
#endif

enum { N = 19, F = 12 };

static void softmax_of_rows_and_groups(void **state) {
  (void)state;
  small_set set = open_small_set(N, F, false);
  set.numbers[3] = 500, set.numbers[F] = -500, set.numbers[4] = 499; /* far, and no overflow */
  for (int64_t groups = 1; groups <= 12; groups *= 2) {
    int64_t parts = groups == 8 ? 12 : groups, width = F / parts;
    khop_model *m = new_model(F);
    khop_softmax(m, 0, parts);
    ok(khop_model_init(m, 1));
    bound b = bind(m, set.graph, &set.dense, false);
    khop_run_forward(b.run, false, 0, 0);
    const khop_real *y = khop_run_output(b.run);
    for (int64_t i = 0; i < N * F; i++) {
      double sum = 0; /* e^x_i / sum e^x_c = 1 / sum e^(x_c - x_i) */
      for (int64_t c = i / width * width; c < i / width * width + width; c++)
        sum += exp((double)set.numbers[c] - (double)set.numbers[i]);
      close_to((double)y[i], 1 / sum, TOLERANCE);
    }
    unbind(&b);
    khop_model_free(m);
  }
  close_small_set(&set);
}

/* 2 taps of 2 columns: the scores are set, so that the weights are 1/4 and 3/4. */
static void attention_over_taps_by_hand(void **state) {
  (void)state;
  const khop_real x[] = {1, 2, 5, 6};
  khop_features features = {1, 4, x, NULL, NULL, NULL};
  khop_model *m = new_model(4);
  khop_run *run;
  khop_tap_attention(m, 0, 2);
  assert_int_equal(khop_model_output_columns(m), 2);
  assert_int_equal(khop_model_parameters(m), 2 * (4 + 1));
  ok(khop_model_init(m, 1));
  khop_real *w = khop_model_parameter_array(m);
  for (int i = 0; i < 10; i++) w[i] = 0;
  w[9] = (khop_real)log(3); /* the bias of the second score */
  ok(khop_run_new(&run, m, 0, NULL, &features, false, 0));
  khop_run_forward(run, false, 0, 0);
  close_to((double)khop_run_output(run)[0], 0.25 * 1 + 0.75 * 5, TOLERANCE);
  close_to((double)khop_run_output(run)[1], 0.25 * 2 + 0.75 * 6, TOLERANCE);
  khop_run_free(run);
  khop_model_free(m);
}

static void shapes_that_do_not_fit_are_refused(void **state) {
  (void)state;
  for (int k = 0; k < 5; k++) {
    khop_model *m = new_model(F);
    if (k == 0) khop_softmax(m, 0, 5);
    if (k == 1) khop_softmax(m, 0, -1);
    if (k == 2) khop_weighted_sum(m, khop_linear(m, 0, 5, true), 0);
    if (k == 3) khop_tap_attention(m, 0, 7);
    if (k == 4) khop_tap_attention(m, 0, 0);
    fails(khop_model_init(m, 1), KHOP_E_SHAPE, "do not divide", "12 columns");
    khop_model_free(m);
  }
}

static void outputs_of(khop_real *out, khop_model *m, const small_set *set) {
  bound b = bind(m, set->graph, &set->dense, false);
  khop_run_forward(b.run, false, 0, 0);
  memcpy(out, khop_run_output(b.run), sizeof *out * (size_t)(N * khop_model_output_columns(m)));
  unbind(&b);
}

static void checkpoints_keep_them(void **state) {
  (void)state;
  khop_real first[N * F], second[N * F];
  small_set set = open_small_set(N, F, false);
  khop_model *m = new_model(F), *again;
  khop_tap_attention(m, khop_softmax(m, khop_linear(m, 0, F, true), 4), 3);
  ok(khop_model_init(m, 5));
  ok(khop_model_save(m, at("m.safetensors")));
  ok(khop_model_load(&again, at("m.safetensors")));
  outputs_of(first, m, &set);
  outputs_of(second, again, &set);
  assert_memory_equal(first, second, sizeof *first * (size_t)(N * khop_model_output_columns(m)));
  khop_model_free(again);
  khop_model_free(m);
  close_small_set(&set);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(softmax_of_rows_and_groups),
      cmocka_unit_test(attention_over_taps_by_hand),
      cmocka_unit_test(shapes_that_do_not_fit_are_refused),
      cmocka_unit_test(checkpoints_keep_them),
  };
  cmocka_set_message_output(CM_OUTPUT_TAP);
  return cmocka_run_group_tests(tests, open_folder, close_folder);
}
