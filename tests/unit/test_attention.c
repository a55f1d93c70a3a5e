/* test_attention.c: ops that weigh by what they read: softmax, weighted sums, attention over taps and
 * over rings. Their gradients are in test_gradients.c. */
#include "model_check.h"

#include <khop/blocks.h>
#include <khop/export.h>

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

/* What has no piece of C yet says so, by name. */
static void export_refuses_them(void **state) {
  (void)state;
  static const char *const names[] = {"softmax", "weighted_sum", "attention", "batch_norm"};
  for (int k = 0; k < 4; k++) {
    khop_model *m = new_model(F);
    if (k == 0) khop_softmax(m, 0, 1);
    if (k == 1) khop_weighted_sum(m, khop_linear(m, 0, 2, true), 0);
    if (k == 2) khop_attention(m, 0, 2, NULL);
    if (k == 3) khop_batch_norm(m, 0);
    ok(khop_model_init(m, 1));
    fails(khop_export_c(m, "m", at("m.c")), KHOP_E_UNSUPPORTED, names[k], "has no C form");
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
  khop_value h = khop_attention(m, 0, 3, &(khop_conv_options){.taps = 2, .dilation = 2, .direction = KHOP_IN});
  khop_tap_attention(m, khop_softmax(m, khop_linear(m, h, F, true), 4), 3);
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

/* --- over rings ------------------------------------------------------------------------------------- */

enum { NODES = 13, COLUMNS = 6 };

/* As make_attention.py has it: exact in float. */
static khop_real formula(int i) { return (khop_real)(i * 37 % 64) / 32 - 1; }

static khop_graph *circle_with_chords(void) {
  khop_graph *graph;
  int64_t from[24], to[24];
  for (int64_t i = 0; i < 12; i++) {
    from[i] = from[12 + i] = i;
    to[i] = (i + 1) % 12;
    to[12 + i] = (5 * i + 2) % 12;
  }
  ok(khop_graph_from_coo(&graph, NODES, 24, from, to, true));
  return graph;
}

/* Runs one line of the fixture: the outputs, and how far they are from those of NumPy. */
static double line_difference(const khop_graph *graph, int heads, const khop_conv_options *options, const double *wanted) {
  khop_real x[NODES * COLUMNS];
  khop_features features = {NODES, COLUMNS, x, NULL, NULL, NULL};
  khop_model *m = new_model(COLUMNS);
  for (int i = 0; i < NODES * COLUMNS; i++) x[i] = formula(i);
  khop_attention(m, 0, heads, options);
  ok(khop_model_init(m, 1));
  for (int i = 0; i < 2 * COLUMNS; i++) khop_model_parameter_array(m)[i] = formula(100 + i);
  bound b = bind(m, graph, &features, false);
  khop_run_forward(b.run, false, 0, 0);
  double worst = difference(khop_run_output(b.run), wanted, NODES * COLUMNS);
  unbind(&b);
  khop_model_free(m);
  return worst;
}

static void attention_is_that_of_numpy(void **state) {
  (void)state;
  khop_graph *graph = circle_with_chords();
  FILE *in = fopen(fixture("tests/files/attention.tsv"), "r");
  int lines = 0, direction, heads, taps, hops[8];
  assert_non_null(in);
  assert_int_equal(fscanf(in, "%*[^\n]"), 0);
  for (; fscanf(in, "%d %d %d", &direction, &heads, &taps) == 3; lines++) {
    double wanted[NODES * COLUMNS];
    for (int t = 0; t < taps; t++) assert_int_equal(fscanf(in, "%d", &hops[t]), 1);
    for (int i = 0; i < NODES * COLUMNS; i++) assert_int_equal(fscanf(in, "%lf", &wanted[i]), 1);
    khop_conv_options o = {.taps = taps, .hops = hops, .direction = (khop_direction)direction};
    double worst = line_difference(graph, heads, &o, wanted);
    if (!(worst <= TOLERANCE)) fail_msg("line %d: %g", lines, worst);
    wanted[COLUMNS] += 1e-3;
    assert_false(line_difference(graph, heads, &o, wanted) <= TOLERANCE);
  }
  assert_int_equal(lines, 5);
  fclose(in);
  khop_graph_free(graph);
}

/* Training over enough entries that rows are shared out: loss, gradients, and those of the features. */
static void attention_has_the_same_bits_with_any_threads(void **state) {
  (void)state;
  enum { MANY = 3000, WIDE = 16 };
  small_set set = open_small_set(MANY, WIDE, true);
  khop_real *first = NULL;
  khop_model *m = new_model(WIDE);
  khop_value h = khop_attention(m, khop_linear(m, 0, WIDE, true), 4, &(khop_conv_options){.taps = 3});
  khop_softmax_cross_entropy(m, khop_linear(m, h, 3, true));
  ok(khop_model_init(m, 2));
  size_t bytes = sizeof *first * (size_t)khop_model_parameters(m);
  for (int threads = 1; threads <= 3; threads++) {
    ok(khop_set_threads(threads));
    bound b = bind(m, set.graph, &set.dense, true);
    ok(khop_run_labels(b.run, set.labels, NULL));
    khop_run_forward(b.run, true, 1, 1);
    ok(khop_run_backward(b.run));
    if (!first) {
      first = block_of((int64_t)bytes, 1);
      memcpy(first, khop_run_gradients(b.run), bytes);
    }
    assert_memory_equal(first, khop_run_gradients(b.run), bytes);
    unbind(&b);
  }
  ok(khop_set_threads(0));
  free(first);
  khop_model_free(m);
  close_small_set(&set);
}

/* Some rows alone: attention looks as far as its rings, batch norm and attention over taps at their row. */
static void rows_alone_have_the_bits_of_the_whole(void **state) {
  (void)state;
  enum { MANY = 60, WIDE = 6 };
  small_set set = open_small_set(MANY, WIDE, false);
  khop_data *data;
  khop_real all[MANY * 3], some[2 * 3];
  khop_reach reach;
  const int64_t nodes[] = {41, 7};
  khop_model *m = new_model(WIDE);
  khop_value h = khop_attention(m, khop_batch_norm(m, 0), 2, &(khop_conv_options){.taps = 3});
  khop_softmax_cross_entropy(m, khop_tap_attention(m, khop_drop_rows(m, h, 0.5), 2));
  ok(khop_model_init(m, 3));
  ok(khop_model_reach(&reach, m));
  assert_int_equal(reach.hops, 2);
  ok(khop_data_new(&data, set.graph, &set.dense, set.labels));
  set.graph = NULL; /* the data own it */
  ok(khop_predict(all, m, data, 0));
  ok(khop_predict_nodes(some, m, data, 2, nodes, 0));
  assert_memory_equal(some, all + 41 * 3, 3 * sizeof *all);
  assert_memory_equal(some + 3, all + 7 * 3, 3 * sizeof *all);
  khop_data_free(data);
  khop_model_free(m);
  close_small_set(&set);
}

static void what_attention_cannot_read_is_refused(void **state) {
  (void)state;
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_run *run;
  int count;
  small_set set = open_small_set(N, F, false);
  khop_model *m = new_model(F);
  khop_attention(m, 0, 5, NULL);
  fails(khop_model_init(m, 1), KHOP_E_SHAPE, "5 heads do not divide", "12 columns");
  khop_model_free(m);
  m = new_model(F);
  khop_attention(m, 0, 4, NULL);
  ok(khop_model_init(m, 1));
  ok(khop_model_rings_as(rings, &count, m, set.graph, KHOP_BITMAP, 0));
  fails(khop_run_new(&run, m, count, rings, &set.dense, false, 0), KHOP_E_ARGUMENT, "attention", "stored");
  while (count > 0) khop_rings_free(rings[--count]);
  khop_model_free(m);
  close_small_set(&set);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(softmax_of_rows_and_groups),
      cmocka_unit_test(attention_over_taps_by_hand),
      cmocka_unit_test(shapes_that_do_not_fit_are_refused),
      cmocka_unit_test(export_refuses_them),
      cmocka_unit_test(checkpoints_keep_them),
      cmocka_unit_test(attention_is_that_of_numpy),
      cmocka_unit_test(attention_has_the_same_bits_with_any_threads),
      cmocka_unit_test(rows_alone_have_the_bits_of_the_whole),
      cmocka_unit_test(what_attention_cannot_read_is_refused),
  };
  cmocka_set_message_output(CM_OUTPUT_TAP);
  return cmocka_run_group_tests(tests, open_folder, close_folder);
}
