/* test_batch_norm.c: batch norm and the running numbers that it keeps. Its gradient in training is in
 * test_gradients.c. */
#include "model_check.h"

#ifdef KHOP_DOUBLE
#define TOLERANCE 1e-12
#else
#define TOLERANCE 1e-5
#endif

/* Columns of means 3 and 0, variances 5 and 4 by n, 20/3 and 16/3 by n - 1. */
static const khop_real numbers[] = {0, 2, 2, -2, 4, 2, 6, -2};
static const khop_features four = {4, 2, numbers, NULL, NULL, NULL};

static khop_model *norm_model(void) {
  khop_model *m = new_model(2);
  khop_mean_squared_error(m, khop_batch_norm(m, 0));
  ok(khop_model_init(m, 1));
  assert_int_equal(khop_model_parameters(m), 8);
  return m;
}

static void training_norms_and_moves_by_hand(void **state) {
  (void)state;
  khop_model *m = norm_model();
  khop_real *w = khop_model_parameter_array(m);
  khop_run *run;
  const khop_real fresh[] = {1, 1, 0, 0, 0, 0, 1, 1};
  assert_memory_equal(w, fresh, sizeof fresh);
  w[0] = 3, w[3] = (khop_real)0.5; /* scale of the first column, bias of the second */
  ok(khop_run_new(&run, m, 0, NULL, &four, true, 0));
  khop_run_forward(run, true, 1, 1);
  for (int i = 0; i < 4; i++) {
    close_to((double)khop_run_output(run)[2 * i], 3 * ((double)numbers[2 * i] - 3) / sqrt(5 + 1e-5), TOLERANCE);
    close_to((double)khop_run_output(run)[2 * i + 1], (double)numbers[2 * i + 1] / sqrt(4 + 1e-5) + 0.5, TOLERANCE);
  }
  khop_run_forward(run, true, 1, 2);
  const double moved[] = {0.3 * 1.9, 0, 0.81 + 0.19 * 20 / 3, 0.81 + 0.19 * 16 / 3};
  for (int k = 0; k < 4; k++) close_to((double)w[4 + k], moved[k], TOLERANCE);
  khop_real kept[8];
  memcpy(kept, w, sizeof kept);
  khop_run_forward(run, false, 0, 0); /* by the running numbers, which stay */
  assert_memory_equal(kept, w, sizeof kept);
  for (int i = 0; i < 4; i++)
    close_to((double)khop_run_output(run)[2 * i], 3 * ((double)numbers[2 * i] - moved[0]) / sqrt(moved[2] + 1e-5), TOLERANCE);
  khop_run_free(run);
  khop_model_free(m);
}

/* In evaluation a row is by itself, and its slope the factor alone. */
static void evaluation_is_a_row_at_a_time(void **state) {
  (void)state;
  khop_model *m = norm_model();
  khop_real *w = khop_model_parameter_array(m), all[8];
  const khop_real given[] = {2, 3, 1, 1, (khop_real)0.5, 1, 4, -7}; /* a variance below 0, as a file may have it, is 0 */
  const khop_real dy[] = {0, 0, 1, 0, 0, 0, 0, 0}, *dx;
  khop_run *run;
  memcpy(w, given, sizeof given);
  ok(khop_run_new_with(&run, m, 0, NULL, &four,
                       &(khop_run_options){.size = sizeof(khop_run_options), .training = true, .input_gradient = true}));
  khop_run_forward(run, false, 0, 0);
  memcpy(all, khop_run_output(run), sizeof all);
  assert_true(isfinite(all[1]));
  ok(khop_run_backward_from(run, 1, dy, 4, 2));
  ok(khop_run_input_gradient(&dx, run));
  for (int i = 0; i < 8; i++) close_to((double)dx[i], i == 2 ? 2 / sqrt(4 + 1e-5) : 0, TOLERANCE);
  close_to((double)khop_run_gradients(run)[0], (2 - 0.5) / sqrt(4 + 1e-5), TOLERANCE);
  close_to((double)khop_run_gradients(run)[2], 1, TOLERANCE);
  for (int k = 4; k < 8; k++) assert_true(khop_run_gradients(run)[k] == 0);
  khop_run_free(run);
  for (int i = 0; i < 4; i++) {
    khop_features one = {1, 2, numbers + 2 * i, NULL, NULL, NULL};
    ok(khop_run_new(&run, m, 0, NULL, &one, false, 0));
    khop_run_forward(run, false, 0, 0);
    assert_memory_equal(khop_run_output(run), all + 2 * i, 2 * sizeof *all);
    khop_run_free(run);
  }
  khop_model_free(m);
}

/* Not even by weight decay, which a caller may set for all groups. */
static void no_optimiser_changes_the_running_numbers(void **state) {
  (void)state;
  khop_model *m = norm_model();
  khop_optimizer_options o = {.size = sizeof o, .decoupled = true};
  khop_optimizer *optimizer;
  for (int g = 0; g < KHOP_PARAMETER_GROUPS; g++) o.decay[g] = 0.5;
  ok(khop_optimizer_new(&optimizer, m, &o));
  khop_real gradients[] = {1, 1, 1, 1, 1, 1, 1, 1}, *w = khop_model_parameter_array(m);
  const khop_real running[] = {0, 0, 1, 1};
  khop_optimizer_step(optimizer, gradients, 1);
  assert_true(w[0] < 1 && w[2] < 0);
  assert_memory_equal(w + 4, running, sizeof running);
  khop_optimizer_free(optimizer);
  khop_model_free(m);
}

static void checkpoints_keep_the_running_numbers(void **state) {
  (void)state;
  khop_model *m = norm_model(), *again;
  khop_run *run;
  ok(khop_run_new(&run, m, 0, NULL, &four, true, 0));
  khop_run_forward(run, true, 1, 1);
  khop_run_free(run);
  ok(khop_model_save(m, at("m.safetensors")));
  ok(khop_model_load(&again, at("m.safetensors")));
  assert_memory_equal(khop_model_parameter_array(m), khop_model_parameter_array(again), 8 * sizeof(khop_real));
  khop_model_free(again);
  char text[4000] = {0};
  FILE *in = fopen(at("m.safetensors"), "rb");
  assert_non_null(in);
  size_t read = fread(text, 1, sizeof text - 1, in);
  fclose(in);
  for (size_t i = 0; i < read; i++) text[i] = text[i] ? text[i] : ' ';
  assert_non_null(strstr(text, "op1.batch_norm.mean"));
  assert_non_null(strstr(text, "op1.batch_norm.variance"));
  khop_model_free(m);
}

static void same_bits_with_any_threads(void **state) {
  (void)state;
  enum { ROWS = 700, COLUMNS = 100 };
  small_set set = open_small_set(ROWS, COLUMNS, false);
  khop_real *first = NULL;
  for (int threads = 1; threads <= 3; threads++) {
    ok(khop_set_threads(threads));
    khop_model *m = new_model(COLUMNS);
    khop_softmax_cross_entropy(m, khop_batch_norm(m, khop_bias(m, 0)));
    ok(khop_model_init(m, 1));
    bound b = bind(m, set.graph, &set.dense, true);
    ok(khop_run_labels(b.run, set.labels, NULL));
    khop_run_forward(b.run, true, 1, 1);
    ok(khop_run_backward(b.run));
    size_t bytes = sizeof *first * 5 * COLUMNS;
    if (!first) {
      first = block_of((int64_t)bytes, 1);
      memcpy(first, khop_run_gradients(b.run), bytes);
    }
    assert_memory_equal(first, khop_run_gradients(b.run), bytes);
    unbind(&b);
    khop_model_free(m);
  }
  ok(khop_set_threads(0));
  free(first);
  close_small_set(&set);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(training_norms_and_moves_by_hand),
      cmocka_unit_test(evaluation_is_a_row_at_a_time),
      cmocka_unit_test(no_optimiser_changes_the_running_numbers),
      cmocka_unit_test(checkpoints_keep_the_running_numbers),
      cmocka_unit_test(same_bits_with_any_threads),
  };
  cmocka_set_message_output(CM_OUTPUT_TAP);
  return cmocka_run_group_tests(tests, open_folder, close_folder);
}
