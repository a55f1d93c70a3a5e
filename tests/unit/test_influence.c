/* test_influence.c: influence by hop: by hand where one convolution says what it must be, else beside central differences
 * on the whole graph and the distances of Floyd and Warshall. And bad questions. */
#include "explain_check.h"

#include <khop/audit.h>

static khop_influence *influence_of(khop_model *m, const khop_data *data, int64_t count, const int64_t *nodes) {
  khop_influence *i;
  khop_influence_options o = {.size = sizeof o, .samples = 1000, .count = count, .nodes = nodes};
  ok(khop_audit_influence(&i, m, data, &o));
  return i;
}

/* --- by hand ---------------------------------------------------------------------------------- */

static khop_data *path_of(int64_t n, bool directed) {
  khop_graph *graph;
  khop_data *data;
  khop_real x[8] = {1, -2, 3, 0, 5, -6, 7, 8};
  khop_features f = {n, 1, x, NULL, NULL, NULL};
  ok(khop_graph_grid(&graph, 1, &n, NULL, false, directed));
  ok(khop_data_new(&data, graph, &f, NULL));
  return data;
}

/* y = 2 x + 3 (minus the sum over ring 2) on a path of 6: nodes 0, 1, 4, 5 have one node two hops away, 2 and 3 have two. */
static void hops_0_and_2_alone_have_influence(void **state) {
  (void)state;
  khop_data *data = path_of(6, false);
  khop_model *m = new_model(1);
  conv(m, 0, 1, (khop_conv_options){.hops = (const int[]){0, 2}, .bias = true});
  ok(khop_model_init(m, 1));
  memcpy(khop_model_parameter_array(m), (khop_real[]){2, -3, 7}, 3 * sizeof(khop_real));
  khop_influence *i = influence_of(m, data, 0, NULL);
  assert_int_equal(i->nodes, 6);
  assert_int_equal(i->sources, 6);
  assert_int_equal(i->hops, 3);
  assert_true(i->exact);
  const double total[] = {2, 0, 4}, share[] = {1.0 / 3, 0, 2.0 / 3}, count[] = {1, 10.0 / 6, 8.0 / 6};
  for (int h = 0; h < 3; h++) {
    close_to(i->total[h], total[h], 1e-6);
    close_to(i->share[h], share[h], 1e-6);
    close_to(i->count[h], count[h], 1e-12);
  }
  close_to(i->range, 1.3, 1e-6); /* four times 6 / 5, twice 12 / 8 */
  assert_int_equal(i->unmoved, 0);
  khop_influence_free(i);
  i = influence_of(m, data, 2, (const int64_t[]){2, 3});
  close_to(i->range, 1.5, 1e-6);
  assert_int_equal(i->sources, 2);
  assert_false(i->exact);
  khop_influence_free(i);
  khop_model_free(m);
  khop_data_free(data);
}

/* Of a directed path, followed out and in. */
static void distances_go_the_way_that_the_model_goes(void **state) {
  (void)state;
  khop_data *data = path_of(4, true);
  for (int in = 0; in < 2; in++) {
    khop_model *m = new_model(1);
    conv(m, 0, 1, (khop_conv_options){.taps = 3, .direction = in ? KHOP_IN : KHOP_OUT});
    ok(khop_model_init(m, 1));
    memcpy(khop_model_parameter_array(m), (khop_real[]){2, 3, 5}, 3 * sizeof(khop_real));
    const int64_t first = in ? 3 : 0, last = 3 - first;
    khop_influence *i = influence_of(m, data, 1, &first);
    for (int h = 0; h < 3; h++) close_to(i->total[h], ((const double[]){2, 3, 5})[h], 1e-6);
    khop_influence_free(i);
    i = influence_of(m, data, 1, &last);
    for (int h = 0; h < 3; h++) close_to(i->total[h], h ? 0 : 2, 1e-6);
    close_to(i->range, 0, 0);
    khop_influence_free(i);
    khop_model_free(m);
  }
  khop_data_free(data);
}

/* Two layers of a GCN see two hops: the third has no place, and hops 0 to 2 of a path have all. */
static void two_layers_reach_two_hops(void **state) {
  (void)state;
  khop_data *data = path_of(8, false);
  khop_model *m = new_model(1);
  khop_conv_options gcn = {.taps = 1, .hops = (const int[]){1}, .norm = KHOP_NORM_SYM, .self_loop = true, .bias = true};
  conv(m, khop_tanh(m, conv(m, 0, 4, gcn)), 2, gcn);
  ok(khop_model_init(m, 5));
  khop_influence *i = influence_of(m, data, 0, NULL);
  assert_int_equal(i->hops, 3);
  for (int h = 0; h < 3; h++) assert_true(i->share[h] > 0.01);
  close_to(sum_of(i->share, 3), 1, 1e-9);
  khop_influence_free(i);
  khop_model_free(m);
  khop_data_free(data);
}

/* y = relu(x plus the sum over ring 1, minus b) of x = 1, -2, 3 on a path: -1, 2, 1 minus b. Behind a ReLU that is shut
 * nothing moves the output, and a mean over nothing is no number. */
static void a_shut_model_is_moved_by_nothing(void **state) {
  (void)state;
  khop_data *data = path_of(3, false);
  khop_model *m = new_model(1);
  khop_relu(m, conv(m, 0, 1, (khop_conv_options){.taps = 2, .bias = true}));
  ok(khop_model_init(m, 1));
  memcpy(khop_model_parameter_array(m), (khop_real[]){1, 1, -100}, 3 * sizeof(khop_real));
  khop_influence *i = influence_of(m, data, 0, NULL);
  assert_int_equal(i->unmoved, 3);
  assert_true(isnan(i->range) && isnan(i->share[0]) && i->total[0] == 0);
  khop_influence_free(i);
  khop_model_parameter_array(m)[2] = (khop_real)-1.5; /* the middle alone is open: 1 of itself, 2 of its neighbours */
  i = influence_of(m, data, 0, NULL);
  assert_int_equal(i->unmoved, 2);
  close_to(i->total[0], 1.0 / 3, 1e-6);
  close_to(i->total[1], 2.0 / 3, 1e-6);
  close_to(i->range, 2.0 / 3, 1e-6);
  khop_influence_free(i);
  khop_model_free(m);
  khop_data_free(data);
}

/* --- beside central differences --------------------------------------------------------------- */

#ifdef KHOP_DOUBLE
#define STEP 1e-6
#define NEAR 1e-6
#else
#define STEP 2e-3
#define NEAR 2e-2
#endif

/* total (N) of the node by hop, from differences of every number of every node. */
static void differences(double total[N], khop_model *m, const world *w, int64_t node, const int *distance) {
  khop_real up[N * OUT], down[N * OUT], x[N * F];
  for (int64_t h = 0; h < N; h++) total[h] = 0;
  memcpy(x, w->x, sizeof x);
  for (int64_t e = 0; e < N * F; e++) {
    x[e] = w->x[e] + (khop_real)STEP;
    outputs_of(up, m, w, x);
    x[e] = w->x[e] - (khop_real)STEP;
    outputs_of(down, m, w, x);
    x[e] = w->x[e];
    for (int64_t c = 0; c < OUT; c++) {
      double moved = fabs((double)up[node * OUT + c] - (double)down[node * OUT + c]) / (2 * STEP);
      if (distance[e / F] < N) total[distance[e / F]] += moved;
      else if (!(moved <= NEAR)) fail_msg("node %d, out of reach, moves by %g", (int)(e / F), moved);
    }
  }
}

/* Distances from the node along what the model follows: out, in, or both ways. */
static void distances_of(int distance[N], const world *w, int64_t node, int kind) {
  double a[N * N];
  int d[N * N];
  dense_adjacency(a, &w->edges, kind == 3 ? KHOP_IN : kind == 6 ? KHOP_ALL : KHOP_OUT);
  floyd_warshall(d, a, N);
  for (int64_t j = 0; j < N; j++) distance[j] = d[node * N + j] < 0 ? N : d[node * N + j];
}

/* But for the largest over rings: where features are equal, as zeros are, it has no derivative. */
static void influence_is_the_sum_of_derivatives(void **state) {
  (void)state;
  const int kinds = LINEAR + BENT - 1;
  khop_i_random r;
  khop_i_random_seed(&r, 6);
  for (int round = 0; round < 4 * kinds; round++) {
    world w;
    int kind = round % kinds, distance[N];
    double wanted[N];
    int64_t node = khop_i_random_below(&r, N);
    draw_world(&w, round / kinds % 2, &r);
    khop_model *m = model_of(kind);
    distances_of(distance, &w, node, kind);
    differences(wanted, m, &w, node, distance);
    khop_influence *i = influence_of(m, w.data, 1, &node);
    for (int h = 0; h < N; h++) close_to(h < i->hops ? i->total[h] : 0, wanted[h], NEAR * (1 + wanted[h]));
    khop_influence_free(i);
    khop_model_free(m);
    khop_data_free(w.data);
  }
}

/* --- samples and failures ---------------------------------------------------------------------- */

static void a_sample_is_the_mean_of_its_nodes(void **state) {
  (void)state;
  khop_data *data = path_of(8, false);
  khop_model *m = new_model(1);
  conv(m, 0, 1, (khop_conv_options){.hops = (const int[]){0, 2}});
  ok(khop_model_init(m, 1));
  khop_influence *i, *again;
  khop_influence_options o = {.size = sizeof o, .samples = 3, .seed = 2};
  ok(khop_audit_influence(&i, m, data, &o));
  ok(khop_audit_influence(&again, m, data, &o));
  assert_int_equal(i->sources, 3);
  assert_false(i->exact);
  assert_memory_equal(i->total, again->total, 3 * sizeof *i->total);
  close_to(sum_of(i->count, 3), i->count[0] + i->count[1] + i->count[2], 0);
  assert_true(i->count[0] == 1 && i->count[2] >= 1 && i->count[2] <= 2);
  khop_influence_free(i);
  khop_influence_free(again);
  ok(khop_audit_influence(&i, m, data, NULL)); /* the defaults: all of a small graph */
  assert_true(i->exact && i->sources == 8);
  khop_influence_free(i);
  khop_model_free(m);
  khop_data_free(data);
}

static bool stop(double share, void *context) {
  *(double *)context = share;
  return false;
}

static void bad_questions_are_refused(void **state) {
  (void)state;
  khop_i_random r;
  world w;
  khop_influence *i;
  khop_i_random_seed(&r, 11);
  draw_world(&w, false, &r);
  khop_model *m = model_of(0);
  const int64_t beyond = N;
  double share = 0;
  fails(khop_audit_influence(&i, NULL, w.data, NULL), KHOP_E_ARGUMENT, "model", "NULL");
  khop_influence_options o = {.size = sizeof o, .count = 1, .nodes = &beyond};
  fails(khop_audit_influence(&i, m, w.data, &o), KHOP_E_ARGUMENT, "node 12", "0 to 11");
  assert_null(i);
  o.nodes = NULL;
  fails(khop_audit_influence(&i, m, w.data, &o), KHOP_E_ARGUMENT, "1 nodes", "no list");
  o = (khop_influence_options){.size = sizeof o, .samples = -1};
  fails(khop_audit_influence(&i, m, w.data, &o), KHOP_E_ARGUMENT, "-1 samples", "0 or more");
  o = (khop_influence_options){.size = sizeof o, .max_bytes = 100};
  fails(khop_audit_influence(&i, m, w.data, &o), KHOP_E_BUDGET, "budget", "");
  o = (khop_influence_options){.size = sizeof o, .progress = stop, .context = &share};
  fails(khop_audit_influence(&i, m, w.data, &o), KHOP_E_INTERRUPTED, "1 of 12", "");
  close_to(share, 1.0 / 12, 1e-12);
  khop_model_parameter_array(m)[0] = NAN;
  fails(khop_audit_influence(&i, m, w.data, NULL), KHOP_E_VALUE, "derivative", "not finite");
  khop_model_free(m);
  m = new_model(F);
  khop_add(m, 0, khop_global_mean(m, 0));
  end_model(m);
  fails(khop_audit_influence(&i, m, w.data, NULL), KHOP_E_UNSUPPORTED, "op 1", "global_mean");
  khop_model_free(m);
  m = new_model(F + 1);
  khop_linear(m, 0, 2, false);
  end_model(m);
  fails(khop_audit_influence(&i, m, w.data, NULL), KHOP_E_SHAPE, "3 features", "4");
  khop_model_free(m);
  m = new_model(F);
  khop_linear(m, khop_readout(m, 0, KHOP_READOUT_SUM), 1, true);
  end_model(m);
  fails(khop_audit_influence(&i, m, w.data, NULL), KHOP_E_ARGUMENT, "a row a graph", "set of graphs");
  khop_model_free(m);
  khop_data_free(w.data);
}

typedef struct question {
  khop_model *model;
  const khop_data *data;
} question;

static khop_status ask(void *context) {
  const question *q = context;
  khop_influence *i;
  khop_influence_options o = {.size = sizeof o, .samples = 2};
  khop_status status = khop_audit_influence(&i, q->model, q->data, &o);
  if (status != KHOP_OK) assert_null(i);
  khop_influence_free(i);
  return status;
}

static void memory_that_ends_leaves_nothing(void **state) {
  (void)state;
  khop_i_random r;
  world w;
  khop_i_random_seed(&r, 12);
  memory_can_run_out();
  draw_world(&w, true, &r);
  question q = {model_of(6), w.data};
  assert_true(fail_each(ask, &q) > 20);
  khop_model_free(q.model);
  khop_data_free(w.data);
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(hops_0_and_2_alone_have_influence),
      cmocka_unit_test(distances_go_the_way_that_the_model_goes),
      cmocka_unit_test(two_layers_reach_two_hops),
      cmocka_unit_test(a_shut_model_is_moved_by_nothing),
      cmocka_unit_test(influence_is_the_sum_of_derivatives),
      cmocka_unit_test(a_sample_is_the_mean_of_its_nodes),
      cmocka_unit_test(bad_questions_are_refused),
      cmocka_unit_test(memory_that_ends_leaves_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, nothing_held);
}
