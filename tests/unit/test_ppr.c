/* test_ppr.c: personalised PageRank as an op: against dense elimination, as the limit of spreading, and what it refuses.
 * Its gradient is in test_gradients.c. */
#include "model_check.h"

#include <khop/batch.h>
#include <khop/export.h>
#include <khop/stream.h>

#ifdef KHOP_DOUBLE
#define TOLERANCE 1e-12
#else
#define TOLERANCE 1e-5
#endif

enum { N = 23, F = 11 };

static khop_model *ppr_model(double teleport) {
  khop_model *m = new_model(F);
  khop_ppr(m, 0, teleport);
  ok(khop_model_init(m, 1));
  return m;
}

/* --- oracles ---------------------------------------------------------------------------------------- */

/* I - (1 - a) D^-1/2 (A + I) D^-1/2 (N, N), from the graph's arcs. */
static void matrix_of(double *m, const khop_graph *graph, double teleport) {
  double degree[N];
  const int64_t *offsets = khop_graph_offsets(graph);
  const int32_t *targets = khop_graph_targets(graph);
  for (int i = 0; i < N; i++) degree[i] = 1 + (double)(offsets[i + 1] - offsets[i]);
  memset(m, 0, sizeof(double) * N * N);
  for (int i = 0; i < N; i++) {
    m[i * N + i] = 1 - (1 - teleport) / degree[i];
    for (int64_t e = offsets[i]; e < offsets[i + 1]; e++)
      m[i * N + targets[e]] -= (1 - teleport) / sqrt(degree[i] * degree[targets[e]]);
  }
}

/* b (N, F) becomes M^-1 b, by elimination without pivots: M is positive definite. */
static void eliminate(double *m, double *b) {
  for (int k = 0; k < N; k++)
    for (int i = 0; i < N; i++) {
      if (i == k) continue;
      double factor = m[i * N + k] / m[k * N + k];
      for (int j = 0; j < N; j++) m[i * N + j] -= factor * m[k * N + j];
      for (int c = 0; c < F; c++) b[i * F + c] -= factor * b[k * F + c];
    }
  for (int i = 0; i < N; i++)
    for (int c = 0; c < F; c++) b[i * F + c] /= m[i * N + i];
}

static void wanted_of(double *wanted, const small_set *set, double teleport) {
  double m[N * N];
  matrix_of(m, set->graph, teleport);
  for (int i = 0; i < N * F; i++) wanted[i] = teleport * (double)set->numbers[i];
  eliminate(m, wanted);
}

/* --- tests ------------------------------------------------------------------------------------------ */

static void equals_a_dense_solve(void **state) {
  (void)state;
  const double teleports[] = {0.01, 0.1, 0.5, 1};
  small_set set = open_small_set(N, F, false);
  for (int k = 0; k < 4; k++) {
    double wanted[N * F];
    khop_model *m = ppr_model(teleports[k]);
    wanted_of(wanted, &set, teleports[k]);
    bound b = bind(m, set.graph, &set.dense, false);
    khop_run_forward(b.run, false, 0, 0);
    const khop_real *got = khop_run_output(b.run);
    double worst = difference(got, wanted, N * F);
    if (!(worst <= TOLERANCE)) fail_msg("teleport %g: %g", teleports[k], worst);
    wanted[N * F / 2] *= 1.001; /* the checker is checked */
    assert_false(difference(got, wanted, N * F) <= TOLERANCE);
    unbind(&b);
    khop_model_free(m);
  }
  close_small_set(&set);
}

static void is_the_limit_of_spreading(void **state) {
  (void)state;
  const double a = 0.3;
  small_set set = open_small_set(N, F, false);
  khop_model *m = new_model(F);
  khop_conv_options spread = {.taps = 1, .hops = (int[]){1}, .norm = KHOP_NORM_SYM, .self_loop = true,
                              .weights = KHOP_WEIGHTS_FIXED};
  khop_value y = khop_ppr(m, 0, a), home = khop_scale(m, 0, a), h = 0;
  for (int step = 0; step < 100; step++) h = khop_add(m, khop_scale(m, khop_conv(m, h, F, &spread), 1 - a), home);
  ok(khop_model_init(m, 1));
  bound b = bind(m, set.graph, &set.sparse, false);
  khop_run_forward(b.run, false, 0, 0);
  const khop_real *exact = khop_run_value(b.run, y), *far = khop_run_value(b.run, h);
  for (int i = 0; i < N * F; i++) close_to((double)exact[i], (double)far[i], TOLERANCE);
  unbind(&b);
  khop_model_free(m);
  close_small_set(&set);
}

/* Long enough that the strips of columns are shared out; an isolated node keeps its features. */
static void same_bits_with_any_threads(void **state) {
  (void)state;
  enum { SIDE = 40, NODES = SIDE * SIDE + 1 };
  int64_t sizes[] = {SIDE, SIDE}, *from = NULL, *to = NULL;
  khop_graph *grid, *graph;
  ok(khop_graph_grid(&grid, 2, sizes, NULL, false, false));
  int64_t arcs = khop_graph_offsets(grid)[SIDE * SIDE], e = 0;
  from = block_of(arcs, sizeof *from), to = block_of(arcs, sizeof *to);
  for (int64_t i = 0; i < SIDE * SIDE; i++)
    for (; e < khop_graph_offsets(grid)[i + 1]; e++) from[e] = i, to[e] = khop_graph_targets(grid)[e];
  ok(khop_graph_from_coo(&graph, NODES, arcs, from, to, false));
  khop_real *x = block_of(NODES * 37, sizeof *x), *first = block_of(NODES * 37, sizeof *x);
  khop_i_random random;
  khop_i_random_seed(&random, 3);
  for (int64_t i = 0; i < NODES * 37; i++) x[i] = random_real(&random);
  khop_features features = {NODES, 37, x, NULL, NULL, NULL};
  for (int threads = 1; threads <= 3; threads++) {
    ok(khop_set_threads(threads));
    khop_model *m = new_model(37);
    khop_ppr(m, 0, 0.1);
    ok(khop_model_init(m, 1));
    bound b = bind(m, graph, &features, false);
    khop_run_forward(b.run, false, 0, 0);
    const khop_real *y = khop_run_output(b.run);
    if (threads == 1) memcpy(first, y, sizeof *y * NODES * 37);
    assert_memory_equal(first, y, sizeof *y * NODES * 37);
    for (int c = 0; c < 37; c++) close_to((double)y[(NODES - 1) * 37 + c], (double)x[(NODES - 1) * 37 + c], TOLERANCE);
    unbind(&b);
    khop_model_free(m);
  }
  ok(khop_set_threads(0));
  free(first);
  free(x);
  free(from);
  free(to);
  khop_graph_free(graph);
  khop_graph_free(grid);
}

/* Runs of one graph, with rings of it that are as they should be. */
static khop_status run_with(const khop_graph *graph, const khop_features *x, bool sampled, int64_t max_bytes) {
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_run *run = NULL;
  int count;
  khop_model *m = ppr_model(0.1);
  if (sampled) ok(khop_model_rings_sample(rings, &count, m, graph, 1, 1, 0));
  else ok(khop_model_rings(rings, &count, m, graph, 0));
  khop_status status = khop_run_new(&run, m, count, rings, x, false, max_bytes);
  if (status != KHOP_OK) assert_null(run);
  khop_run_free(run);
  for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
  khop_model_free(m);
  return status;
}

static void what_cannot_be_is_refused(void **state) {
  (void)state;
  small_set set = open_small_set(N, F, false), directed = open_small_set(N, F, true);
  khop_reach reach;
  khop_stream *stream;
  khop_model *m = ppr_model(0.1);
  fails(run_with(directed.graph, &directed.dense, false, 0), KHOP_E_ARGUMENT, "ppr", "directed");
  fails(run_with(set.graph, &set.dense, true, 0), KHOP_E_ARGUMENT, "ppr", "sample");
  fails(khop_model_reach(&reach, m), KHOP_E_UNSUPPORTED, "ppr", "all nodes");
  fails(khop_stream_new(&stream, m), KHOP_E_UNSUPPORTED, "ppr", "other nodes");
  fails(khop_export_c(m, "m", at("m.c")), KHOP_E_UNSUPPORTED, "ppr", "no C form");
  khop_model_free(m);
  const double bad[] = {0, -0.5, 1.5, (double)NAN};
  for (int k = 0; k < 4; k++) {
    m = new_model(F);
    khop_ppr(m, 0, bad[k]);
    fails(khop_model_init(m, 1), KHOP_E_ARGUMENT, "teleport", "(0, 1]");
    khop_model_free(m);
  }
  bool factor = false; /* a budget that the run fits, and its factor does not */
  khop_status status = KHOP_E_BUDGET;
  for (int64_t budget = 64; status != KHOP_OK; budget += 64) {
    status = run_with(set.graph, &set.dense, false, budget);
    if (status != KHOP_OK) fails(status, KHOP_E_BUDGET, "budget", "MB");
    factor = factor || (status != KHOP_OK && strstr(khop_message(), "the factor of"));
  }
  assert_true(factor);
  close_small_set(&directed);
  close_small_set(&set);
}

static khop_status make_run(void *context) {
  const small_set *set = context;
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_model *m = NULL;
  khop_run *run = NULL;
  int count = 0;
  khop_status status = khop_model_new(&m);
  if (status == KHOP_OK) {
    khop_ppr(m, khop_ppr(m, khop_input(m, F), 0.1), 0.1); /* one factor for both */
    status = khop_model_init(m, 1);
  }
  if (status == KHOP_OK) status = khop_model_rings(rings, &count, m, set->graph, 0);
  if (status == KHOP_OK) status = khop_run_new(&run, m, count, rings, &set->dense, true, 0);
  khop_run_free(run);
  for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
  khop_model_free(m);
  return status;
}

static void memory_that_runs_out(void **state) {
  (void)state;
  memory_can_run_out();
  small_set set = open_small_set(N, F, false);
  assert_true(fail_each(make_run, &set) > 5);
  close_small_set(&set);
  memory_is_plenty();
}

static void keeps_in_checkpoints(void **state) {
  (void)state;
  small_set set = open_small_set(N, F, false);
  khop_model *m = ppr_model(0.123), *again;
  char *first, *second;
  ok(khop_model_save(m, at("m.safetensors")));
  ok(khop_model_load(&again, at("m.safetensors")));
  ok(khop_model_describe(&first, m));
  ok(khop_model_describe(&second, again));
  assert_string_equal(first, second);
  assert_non_null(strstr(first, "teleport 0.123"));
  khop_free(first);
  khop_free(second);
  khop_model_free(again);
  khop_model_free(m);
  close_small_set(&set);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(equals_a_dense_solve),       cmocka_unit_test(is_the_limit_of_spreading),
      cmocka_unit_test(same_bits_with_any_threads), cmocka_unit_test(what_cannot_be_is_refused),
      cmocka_unit_test(memory_that_runs_out),       cmocka_unit_test(keeps_in_checkpoints),
  };
  cmocka_set_message_output(CM_OUTPUT_TAP);
  return cmocka_run_group_tests(tests, open_folder, close_folder);
}
