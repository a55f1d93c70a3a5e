/* test_model.c: building models: what is refused, in which words, and what they hold. */
#include "model_check.h"

#ifdef SANITIZED /* a request that is too big fails, as it does elsewhere */
const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "allocator_may_return_null=1"; }
#endif

/* What is wrong with the last call on a model of 6 input columns, of which value 1 has 4. */
static void poisoned(khop_model *model, khop_value value, khop_status status, const char *a,
                     const char *b) {
  assert_true(value < 0);
  /* later calls do nothing, and the first mistake stays the one that is reported */
  assert_true(khop_linear(model, 0, 3, true) < 0);
  assert_true(khop_input(model, 0) < 0);
  khop_model_parameter_group(model, 77);
  fails(khop_model_init(model, 1), status, a, b);
  fails(khop_model_init(model, 1), status, a, b);
  khop_rings *none[1] = {0};
  khop_run *run;
  const khop_real x[6] = {0};
  fails(khop_run_new(&run, model, 0, none, &(khop_features){1, 6, x, NULL, NULL, NULL}, true, 0),
        status, a, b);
  assert_null(run);
  khop_model_free(model);
}

static khop_model *half_built(void) {
  khop_model *model = new_model(6);
  assert_int_equal(khop_linear(model, 0, 4, true), 1);
  return model;
}

static khop_value conv_of(khop_model *m, int64_t columns, khop_conv_options o) {
  return khop_conv(m, 1, columns, &o);
}

static void mistakes(void **state) {
  (void)state;
  khop_model *m = NULL;
  ok(khop_model_new(&m));
  poisoned(m, khop_linear(m, 0, 3, true), KHOP_E_ARGUMENT, "no value 0", "0 ops");
  ok(khop_model_new(&m));
  poisoned(m, khop_input(m, 0), KHOP_E_SHAPE, "input", "0 columns");
  ok(khop_model_new(&m));
  poisoned(m, khop_input(m, INT64_C(1) << 40), KHOP_E_SHAPE, "input", "1099511627776 columns");
  m = half_built();
  poisoned(m, khop_input(m, 6), KHOP_E_ARGUMENT, "first op", "op 2");
  m = half_built();
  poisoned(m, khop_relu(m, 2), KHOP_E_ARGUMENT, "relu: there is no value 2", "2 ops");
  m = half_built();
  poisoned(m, khop_linear(m, 1, -3, true), KHOP_E_SHAPE, "linear", "-3 columns");
  m = half_built();
  poisoned(m, khop_add(m, 0, 1), KHOP_E_SHAPE, "add", "6 columns and 4");
  m = half_built();
  poisoned(m, khop_multiply(m, 1, 0), KHOP_E_SHAPE, "multiply", "4 columns and 6");
  m = half_built();
  poisoned(m, khop_dropout(m, 1, 1), KHOP_E_ARGUMENT, "rate of 1", "[0, 1)");
  m = half_built();
  poisoned(m, khop_scale(m, 1, (double)NAN), KHOP_E_ARGUMENT, "scale", "nan");
  m = half_built();
  poisoned(m, khop_scale(m, 1, (double)-INFINITY), KHOP_E_ARGUMENT, "scale", "-inf");
  m = half_built();
  poisoned(m, khop_weigh_blocks(m, 1, 3), KHOP_E_SHAPE, "3 blocks", "4 columns");
  m = half_built();
  poisoned(m, khop_weigh_blocks(m, 1, 0), KHOP_E_ARGUMENT, "0 blocks", "512");
  m = half_built();
  poisoned(m, khop_dropout(m, 1, (double)NAN), KHOP_E_ARGUMENT, "rate of nan", "[0, 1)");
  m = half_built();
  poisoned(m, khop_concat(m, 0, NULL), KHOP_E_ARGUMENT, "concat", "0 values");
  m = half_built();
  poisoned(m, khop_concat(m, 2, (khop_value[]){0, 9}), KHOP_E_ARGUMENT, "no value 9", "2 ops");
  m = half_built();
  khop_model_parameter_group(m, 8);
  poisoned(m, khop_bias(m, 1), KHOP_E_ARGUMENT, "group 8", "0 to 7");
  m = half_built();
  khop_mean_squared_error(m, 1);
  poisoned(m, khop_relu(m, 1), KHOP_E_ARGUMENT, "nothing can follow the loss", "op 2");
  m = new_model(6);
  fails(khop_model_init(m, 1), KHOP_E_ARGUMENT, "1 ops", "least");
  khop_model_free(m);
}

static void conv_mistakes(void **state) {
  (void)state;
  khop_model *m = half_built();
  poisoned(m, conv_of(m, 3, (khop_conv_options){.taps = 513}), KHOP_E_ARGUMENT, "513 taps",
           "1 to 512");
  m = half_built();
  poisoned(m, conv_of(m, 3, (khop_conv_options){.taps = -1}), KHOP_E_ARGUMENT, "-1 taps", "1 to 512");
  m = half_built();
  poisoned(m, conv_of(m, 3, (khop_conv_options){.dilation = -2}), KHOP_E_ARGUMENT, "dilation", "-2");
  m = half_built();
  poisoned(m, conv_of(m, 3, (khop_conv_options){.taps = 2, .hops = (int[]){0, -4}}),
           KHOP_E_ARGUMENT, "hop of -4", "from 0");
  m = half_built();
  poisoned(m, conv_of(m, 3, (khop_conv_options){.norm = (khop_norm)9}), KHOP_E_ARGUMENT, "norm 9",
           "unknown");
  m = half_built();
  poisoned(m, conv_of(m, 3, (khop_conv_options){.weights = KHOP_WEIGHTS_SCALAR}), KHOP_E_SHAPE,
           "4 columns", "not 3");
  m = half_built();
  poisoned(m, conv_of(m, 0, (khop_conv_options){0}), KHOP_E_SHAPE, "conv", "0 columns");
}

/* Sizes that overflow are refused with their size, before anything is allocated. */
static void too_big(void **state) {
  (void)state;
  khop_model *m = new_model(INT32_MAX);
  poisoned(m, khop_linear(m, 0, INT32_MAX, true), KHOP_E_SHAPE, "linear", "parameters cannot be");
  m = new_model(INT32_MAX);
  poisoned(m, khop_conv(m, 0, INT32_MAX, &(khop_conv_options){.taps = 64}), KHOP_E_SHAPE, "conv",
           "cannot be");
  m = new_model(INT32_MAX);
  poisoned(m, khop_conv(m, 0, INT32_MAX, &(khop_conv_options){.concat = true, .weights = KHOP_WEIGHTS_FIXED}),
           KHOP_E_SHAPE, "mix", "4294967294 columns");
  m = new_model(INT32_MAX);
  poisoned(m, khop_concat(m, 2, (khop_value[]){0, 0}), KHOP_E_SHAPE, "concat", "4294967294");
  m = new_model(1 << 28);
  for (int i = 0; i < 60; i++) khop_linear(m, 0, 1 << 28, false); /* 2^56 each */
  fails(khop_model_init(m, 1), KHOP_E_SHAPE, "linear", "7.21e+16 parameters cannot be");
  khop_model_free(m);
  m = new_model(1 << 28);
  khop_linear(m, 0, 1 << 28, false);
  fails(khop_model_init(m, 1), KHOP_E_MEMORY, "parameters", "bytes");
  khop_model_free(m);
}

static void shapes(void **state) {
  (void)state;
  khop_model *m = new_model(6);
  khop_model_parameter_group(m, 3);
  khop_value a = khop_conv(m, 0, 5, NULL); /* 2 taps of 6 x 5, no bias */
  assert_int_equal(khop_model_parameters(m), 60);
  khop_value b = khop_conv(m, a, 4, &(khop_conv_options){.taps = 3, .concat = true, .bias = true});
  assert_int_equal(khop_model_parameters(m), 60 + 3 * 5 * 4 + 12);
  assert_int_equal(khop_model_output_columns(m), 12);
  khop_value c = khop_conv(m, b, 2, &(khop_conv_options){.taps = 2, .bias = true,
                                                         .weights = KHOP_WEIGHTS_SEPARABLE});
  assert_int_equal(khop_model_parameters(m), 132 + 2 * 12 + 12 * 2 + 2);
  khop_conv(m, c, 2, &(khop_conv_options){.taps = 4, .weights = KHOP_WEIGHTS_SCALAR});
  khop_conv(m, c, 2, &(khop_conv_options){.taps = 4, .weights = KHOP_WEIGHTS_DEPTHWISE});
  khop_value d = khop_conv(m, c, 2, &(khop_conv_options){.taps = 4, .weights = KHOP_WEIGHTS_FIXED});
  assert_int_equal(khop_model_parameters(m), 182 + 4 + 8);
  khop_value e = khop_layer_norm(m, khop_concat(m, 3, (khop_value[]){0, d, d}));
  assert_int_equal(khop_model_parameters(m), 194 + 20);
  assert_int_equal(khop_model_output_columns(m), 10);
  khop_softmax_cross_entropy(m, khop_dropout(m, khop_bias(m, e), 0.25));
  assert_int_equal(khop_model_input_columns(m), 6);
  assert_int_equal(khop_model_output_columns(m), 10);
  assert_int_equal(khop_model_parameters(m), 224);
  assert_null(khop_model_parameter_array(m));
  ok(khop_model_init(m, 3));
  const khop_real *w = khop_model_parameter_array(m);
  double limit = sqrt(6.0 / (2 * (6 + 5)));
  for (int i = 0; i < 60; i++) assert_true(fabs((double)w[i]) <= limit && w[i] != 0);
  for (int i = 60 + 60; i < 132; i++) assert_true(w[i] == 0);            /* biases */
  for (int i = 132; i < 156; i++) /* filters a channel: drawn, T taps in and out */
    assert_true(fabs((double)w[i]) <= sqrt(6.0 / 4) && w[i] != 0 && w[i] != w[132 + (i - 131) % 24]);
  for (int i = 182; i < 186; i++) assert_true(w[i] == (khop_real)0.25); /* numbers a tap: 1 / T */
  for (int i = 186; i < 194; i++) assert_true(fabs((double)w[i]) <= sqrt(6.0 / 8) && w[i] != 0);
  for (int i = 194; i < 224; i++) assert_true(w[i] == (i < 204 ? 1 : 0)); /* gain, shift, bias */
  khop_real first[224];
  memcpy(first, w, sizeof first);
  ok(khop_model_init(m, 4));
  assert_memory_not_equal(first, khop_model_parameter_array(m), sizeof first);
  ok(khop_model_init(m, 3));
  assert_memory_equal(first, khop_model_parameter_array(m), sizeof first);
  char *text = NULL;
  ok(khop_model_describe(&text, m));
  const char *const wanted[] = {
      "  0  input                   -> 6 columns\n",
      "  1  conv                  of 0  -> 5 columns  60 parameters  ring 0,1, sum, out, full\n",
      "ring 0,1,2, sum, out, full, concatenated\n", "  3  mix                   of 2  -> 12 columns",
      "of 0, 7, 7  -> 10 columns\n", "rate 0.25\n", "softmax_cross_entropy of 11  -> 1 columns\n"};
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
    if (!strstr(text, wanted[i])) fail_msg("'%s' is not in\n%s", wanted[i], text);
  khop_free(text);
  khop_model_free(m);
  khop_model_free(NULL);
}

static void notes(void **state) {
  (void)state;
  khop_model *m = new_model(2);
  assert_null(khop_model_metadata(m, "a"));
  ok(khop_model_set_metadata(m, "a", "1"));
  ok(khop_model_set_metadata(m, "b", ""));
  ok(khop_model_set_metadata(m, "a", "two"));
  assert_string_equal(khop_model_metadata(m, "a"), "two");
  assert_string_equal(khop_model_metadata(m, "b"), "");
  assert_null(khop_model_metadata(m, "c"));
  khop_model_free(m);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(mistakes),
      cmocka_unit_test(conv_mistakes),
      cmocka_unit_test(too_big),
      cmocka_unit_test(shapes),
      cmocka_unit_test(notes),
  };
  return cmocka_run_group_tests_name("model", tests, NULL, nothing_held);
}
