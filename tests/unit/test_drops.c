/* test_drops.c: what training leaves out besides single numbers: rows, blocks of columns, edges. Gradients are in
 * test_gradients.c. */
#include "model_check.h"

#include <khop/export.h>

enum { N = 300 };

/* The unit vectors as features: a convolution's output is its matrix. */
static khop_features *units(void) {
  static khop_real x[N * N];
  static khop_features features = {N, N, x, NULL, NULL, NULL};
  for (int i = 0; i < N; i++) x[i * N + i] = 1;
  return &features;
}

static khop_graph *random_graph(bool directed) {
  khop_graph *graph;
  khop_i_random random;
  int64_t from[6 * N], to[6 * N];
  khop_i_random_seed(&random, 4);
  for (int e = 0; e < 6 * N; e++) from[e] = khop_i_random_below(&random, N), to[e] = khop_i_random_below(&random, N);
  ok(khop_graph_from_coo(&graph, N, 6 * N, from, to, directed));
  return graph;
}

static khop_model *edge_model(double rate, khop_weights weights) {
  khop_model *m = new_model(N);
  khop_conv_options o = {.size = sizeof o, .taps = 2, .weights = weights, .edge_dropout = rate};
  khop_conv(m, khop_bias(m, 0), N, &o);
  ok(khop_model_init(m, 1));
  return m;
}

/* y (N, N) is the identity and the ring, each entry of which is there or not; how many are. */
static int64_t check_entries(const khop_real *y, const khop_graph *graph, double kept) {
  int64_t count = 0;
  bool *edge = block_of(N * N, 1);
  for (int i = 0; i < N; i++)
    for (int64_t e = khop_graph_offsets(graph)[i]; e < khop_graph_offsets(graph)[i + 1]; e++)
      edge[i * N + khop_graph_targets(graph)[e]] = true;
  for (int i = 0; i < N * N; i++) {
    double value = (double)y[i] - (i / N == i % N);
    if (edge[i] && fabs(value - kept) < 1e-6) count++;
    else close_to(value, 0, 1e-6);
  }
  free(edge);
  return count;
}

static void edges_are_there_or_not(void **state) {
  (void)state;
  static khop_real first[N * N];
  for (int directed = 0; directed < 2; directed++) {
    khop_graph *graph = random_graph(directed);
    khop_model *m = edge_model(0.25, KHOP_WEIGHTS_FIXED);
    int64_t all = khop_graph_offsets(graph)[N];
    for (int threads = 1; threads <= 2; threads++) {
      ok(khop_set_threads(threads));
      bound b = bind(m, graph, units(), true);
      const khop_real *y;
      khop_run_forward(b.run, false, 1, 1); /* whole rings where nothing is trained */
      assert_int_equal(check_entries(khop_run_output(b.run), graph, 1), all);
      khop_run_forward(b.run, true, 1, 1);
      y = khop_run_output(b.run);
      int64_t kept = check_entries(y, graph, 1 / 0.75);
      close_to((double)kept / (double)all, 0.75, 4 * sqrt(0.75 * 0.25 * 2 / (double)all));
      for (int i = 0; !directed && i < N * N; i++) assert_true(y[i] == y[i % N * N + i / N]); /* both ways together */
      if (threads == 1) memcpy(first, y, sizeof first);
      assert_memory_equal(first, y, sizeof first);
      khop_run_forward(b.run, true, 1, 2); /* others in another step */
      assert_memory_not_equal(first, khop_run_output(b.run), sizeof first);
      khop_run_forward(b.run, false, 1, 1);
      assert_int_equal(check_entries(khop_run_output(b.run), graph, 1), all);
      unbind(&b);
    }
    ok(khop_set_threads(0));
    khop_model_free(m);
    khop_graph_free(graph);
  }
}

/* Over many steps the mean is the whole: rows one by one, blocks for all rows at once. */
static void rows_and_blocks_go_together(void **state) {
  (void)state;
  enum { ROWS = 50, COLUMNS = 6, STEPS = 400 };
  khop_real x[ROWS * COLUMNS];
  double rows_sum = 0, blocks_sum = 0;
  int rows_differ = 0, blocks_differ = 0; /* each is drawn by itself */
  for (int i = 0; i < ROWS * COLUMNS; i++) x[i] = 1;
  khop_features features = {ROWS, COLUMNS, x, NULL, NULL, NULL};
  khop_model *m = new_model(COLUMNS);
  khop_value rows = khop_drop_rows(m, 0, 0.5), blocks = khop_drop_blocks(m, 0, 3, 0.2);
  khop_linear(m, khop_add(m, rows, blocks), 1, true);
  ok(khop_model_init(m, 1));
  khop_run *run;
  ok(khop_run_new(&run, m, 0, NULL, &features, true, 0));
  for (int step = 0; step < STEPS; step++) {
    khop_run_forward(run, true, 1, (uint64_t)step);
    const khop_real *a = khop_run_value(run, rows), *b = khop_run_value(run, blocks);
    rows_differ += a[0] != a[COLUMNS], blocks_differ += b[0] != b[2];
    for (int i = 0; i < ROWS * COLUMNS; i++) {
      assert_true((a[i] == 0 || a[i] == 2) && a[i] == a[i / COLUMNS * COLUMNS]);
      assert_true((b[i] == 0 || fabs((double)b[i] - 1.25) < 1e-6) && b[i] == b[i % COLUMNS / 2 * 2]);
      rows_sum += (double)a[i] / (STEPS * ROWS * COLUMNS), blocks_sum += (double)b[i] / (STEPS * ROWS * COLUMNS);
    }
  }
  close_to(rows_differ / (double)STEPS, 0.5, 0.1); /* 4 deviations */
  close_to(blocks_differ / (double)STEPS, 0.32, 0.1);
  close_to(rows_sum, 1, 0.03);   /* 4 deviations: 20,000 draws */
  close_to(blocks_sum, 1, 0.06); /* 1,200 draws */
  khop_run_forward(run, false, 1, 1);
  assert_memory_equal(khop_run_value(run, rows), x, sizeof x);
  assert_memory_equal(khop_run_value(run, blocks), x, sizeof x);
  khop_run_free(run);
  khop_model_free(m);
}

static void what_cannot_be_dropped_is_refused(void **state) {
  (void)state;
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_run *run;
  int count;
  khop_graph *graph = random_graph(false);
  for (int k = 0; k < 4; k++) {
    khop_model *m = new_model(6);
    if (k == 0) khop_drop_rows(m, 0, 1);
    if (k == 1) khop_drop_blocks(m, 0, 2, (double)NAN);
    if (k == 2) khop_conv(m, 0, 6, &(khop_conv_options){.size = sizeof(khop_conv_options), .edge_dropout = 1});
    if (k == 3) khop_drop_blocks(m, 0, 4, 0.5);
    if (k < 3) fails(khop_model_init(m, 1), KHOP_E_ARGUMENT, "is not in", "[0, 1)");
    else fails(khop_model_init(m, 1), KHOP_E_SHAPE, "4 blocks", "6 columns");
    khop_model_free(m);
  }
  khop_model *m = edge_model(0.5, KHOP_WEIGHTS_FULL);
  ok(khop_model_rings_as(rings, &count, m, graph, KHOP_BITMAP, 0));
  fails(khop_run_new(&run, m, count, rings, units(), true, 0), KHOP_E_ARGUMENT, "dropout of edges", "stored");
  while (count > 0) khop_rings_free(rings[--count]);
  khop_model_free(m);
  khop_graph_free(graph);
}

static void checkpoints_keep_the_rates(void **state) {
  (void)state;
  khop_model *m = new_model(6), *again;
  char *first, *second;
  khop_conv_options o = {.size = sizeof o, .taps = 3, .concat = true, .edge_dropout = 0.125};
  khop_drop_rows(m, khop_drop_blocks(m, khop_conv(m, 0, 2, &o), 3, 0.25), 0.5);
  ok(khop_model_init(m, 1));
  ok(khop_model_save(m, at("m.safetensors")));
  ok(khop_model_load(&again, at("m.safetensors")));
  ok(khop_model_describe(&first, m));
  ok(khop_model_describe(&second, again));
  assert_string_equal(first, second);
  if (!strstr(first, "0.125 of the edges") || !strstr(first, "rate 0.25  3 blocks") || !strstr(first, "rate 0.5"))
    fail_msg("%s", first);
  khop_free(first);
  khop_free(second);
  khop_model_free(again);
  ok(khop_export_c(m, "m", at("m.c"))); /* they do nothing there */
  khop_model_free(m);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(edges_are_there_or_not),
      cmocka_unit_test(rows_and_blocks_go_together),
      cmocka_unit_test(what_cannot_be_dropped_is_refused),
      cmocka_unit_test(checkpoints_keep_the_rates),
  };
  cmocka_set_message_output(CM_OUTPUT_TAP);
  return cmocka_run_group_tests(tests, open_folder, close_folder);
}
