/* test_explain.c: explanations of nodes. Of linear models each share is what the output loses with that one number of
 * the features; of others the integral is done again with central differences on the whole graph; occlusions are runs
 * of the whole without the features or the weights; and planted motifs are found, which random explanations do not. */
#include "graph_check.h"
#include "model_check.h"
#include "rings_check.h"
#include "sets_check.h"

#include <khop/explain.h>

#ifdef KHOP_DOUBLE
#define ROUNDING 1e-11
#else
#define ROUNDING 2e-4
#endif

enum { N = 12, F = 3, OUT = 2 };

static khop_value conv(khop_model *m, khop_value x, int64_t columns, khop_conv_options o) {
  return khop_conv(m, x, columns, &o);
}

static khop_model *end_model(khop_model *m) {
  ok(khop_model_init(m, 4));
  khop_real *p = khop_model_parameter_array(m);
  for (int64_t i = 0; i < khop_model_parameters(m); i++) /* biases too */
    if (p[i] == 0) p[i] = (khop_real)(0.3 - 0.1 * (double)(i % 5));
  return m;
}

/* Linear ones first. None has a loss: khop_predict then gives its output as it is. */
enum { LINEAR = 4, BENT = 4 };
static khop_model *model_of(int kind) {
  khop_model *m = new_model(F);
  khop_value x = 0;
  static const int far[] = {0, 2};
  static const khop_real fixed[] = {(khop_real)0.5, (khop_real)-2};
  khop_conv_options gcn = {.norm = KHOP_NORM_SYM, .self_loop = true, .bias = true};
  switch (kind) {
  case 0: conv(m, x, OUT, (khop_conv_options){.taps = 3, .bias = true}); break;
  case 1: conv(m, khop_dropout(m, conv(m, khop_scale(m, x, 3.5), 4, gcn), 0.5), OUT, gcn); break;
  case 2: /* taps beside one another, fixed ones, a skip connection */
    x = conv(m, x, F, (khop_conv_options){.weights = KHOP_WEIGHTS_FIXED, .hops = far, .initial = fixed});
    x = conv(m, khop_add(m, x, 0), 2, (khop_conv_options){.taps = 3, .concat = true, .norm = KHOP_NORM_ROW});
    khop_linear(m, x, OUT, true);
    break;
  case 3: /* against the arcs; a mean over rings; numbers a channel */
    x = khop_pool(m, x, KHOP_POOL_MEAN, &(khop_conv_options){.hops = far, .direction = KHOP_IN});
    x = conv(m, x, F, (khop_conv_options){.weights = KHOP_WEIGHTS_DEPTHWISE, .direction = KHOP_IN});
    khop_linear(m, x, OUT, true);
    break;
  case 4: khop_linear(m, khop_tanh(m, conv(m, x, 4, gcn)), OUT, true); break;
  case 5: conv(m, khop_relu(m, conv(m, x, 5, gcn)), OUT, gcn); break;
  case 6: /* both directions; products */
    x = khop_add(m, conv(m, 0, 4, (khop_conv_options){.taps = 2}),
                 conv(m, 0, 4, (khop_conv_options){.taps = 3, .direction = KHOP_IN, .norm = KHOP_NORM_ROW}));
    khop_linear(m, khop_multiply(m, khop_sigmoid(m, x), x), OUT, true);
    break;
  default: /* the largest over rings */
    x = khop_gelu(m, khop_pool(m, x, KHOP_POOL_MAX, &(khop_conv_options){.taps = 3}));
    khop_linear(m, khop_layer_norm(m, khop_linear(m, x, 4, true)), OUT, true);
  }
  return end_model(m);
}

/* --- data ------------------------------------------------------------------------------------- */

typedef struct world {
  edge_list edges;
  khop_real x[N * F];
  khop_data *data;
} world;

/* The same features, dense or sparse. */
static khop_data *data_of(const edge_list *e, const khop_real *x, bool sparse) {
  khop_data *data;
  int64_t offsets[N + 1] = {0};
  int32_t indices[N * F];
  khop_real values[N * F];
  for (int64_t i = 0; i < N; i++) {
    offsets[i + 1] = offsets[i];
    for (int32_t c = 0; c < F; c++)
      if (x[i * F + c] != 0) indices[offsets[i + 1]] = c, values[offsets[i + 1]++] = x[i * F + c];
  }
  khop_features f = {N, F, sparse ? NULL : x, sparse ? offsets : NULL, indices, values};
  if (!sparse) f.indices = NULL, f.values = NULL;
  ok(khop_data_new(&data, graph_of(e), &f, NULL));
  return data;
}

static void draw_world(world *w, bool directed, khop_i_random *r) {
  w->edges = (edge_list){.nodes = N, .directed = directed};
  for (int64_t i = 1; i < N - 1; i++) add_edge(&w->edges, i, khop_i_random_below(r, i)); /* the last one stands alone */
  for (int i = 0; i < 5; i++) add_edge(&w->edges, khop_i_random_below(r, N - 1), khop_i_random_below(r, N - 1));
  for (int64_t e = 0; e < N * F; e++) w->x[e] = khop_i_random_below(r, 3) ? random_real(r) : 0;
  w->data = data_of(&w->edges, w->x, khop_i_random_below(r, 2));
}

/* y (N, OUT) of the whole graph, of other features. */
static void outputs_of(khop_real *y, khop_model *m, const world *w, const khop_real *x) {
  khop_data *data = data_of(&w->edges, x, false);
  ok(khop_predict(y, m, data, 0));
  khop_data_free(data);
}

static khop_explanation *explain(khop_model *m, const khop_data *data, int64_t node, khop_baseline baseline) {
  khop_explanation *e;
  khop_explain_options o = {.size = sizeof o, .baseline = baseline};
  ok(khop_explain_node(&e, m, data, node, &o));
  return e;
}

/* --- sums ------------------------------------------------------------------------------------- */

static double sum_of(const double *numbers, int64_t count) {
  double sum = 0;
  for (int64_t i = 0; i < count; i++) sum += numbers[i];
  return sum;
}

/* Whether the base line and each of the three tables of shares give the output, within a tolerance. */
static bool adds_up(const khop_explanation *e, double tolerance) {
  bool good = true;
  for (int64_t k = 0; k < e->count; k++) {
    double wanted = e->value[k] - e->base[k];
    good = good && fabs(sum_of(e->by_hop + k * e->hops, e->hops) - wanted) <= tolerance;
    good = good && fabs(sum_of(e->by_member + k * e->members, e->members) - wanted) <= tolerance;
    good = good && fabs(sum_of(e->by_feature + k * e->features, e->features) - wanted) <= tolerance;
  }
  return good;
}

static void the_checker_is_checked(void **state) {
  (void)state;
  khop_i_random r;
  world w;
  khop_i_random_seed(&r, 1);
  draw_world(&w, false, &r);
  khop_model *m = model_of(0);
  khop_explanation *e = explain(m, w.data, 3, KHOP_BASELINE_ZERO);
  assert_true(adds_up(e, ROUNDING));
  double *tables[] = {e->by_hop, e->by_member, e->by_feature, e->base};
  for (int t = 0; t < 4; t++) {
    double right = tables[t][0];
    tables[t][0] += 0.01;
    assert_false(adds_up(e, ROUNDING));
    tables[t][0] = NAN;
    assert_false(adds_up(e, ROUNDING));
    tables[t][0] = right;
  }
  khop_explanation_free(e);
  khop_model_free(m);
  khop_data_free(w.data);
}

/* --- linear models ---------------------------------------------------------------------------- */

/* The shares against what the output loses where one number, or one row, is 0. */
static void check_linear(khop_model *m, const world *w, int64_t node, const khop_explanation *e) {
  khop_real y[N * OUT], z[N * OUT], x[N * F];
  outputs_of(y, m, w, w->x);
  for (int64_t k = 0; k < OUT; k++) close_to(e->value[k], (double)y[node * OUT + k], ROUNDING);
  for (int64_t i = 0, at = 0; i < N; i++) {
    memcpy(x, w->x, sizeof x);
    for (int64_t c = 0; c < F; c++) x[i * F + c] = 0;
    outputs_of(z, m, w, x);
    bool member = at < e->members && e->member[at] == i;
    for (int64_t k = 0; k < OUT; k++)
      close_to(member ? e->by_member[k * e->members + at] : 0, (double)(y[node * OUT + k] - z[node * OUT + k]),
               ROUNDING);
    at += member;
  }
  for (int64_t c = 0; c < F; c++) {
    memcpy(x, w->x, sizeof x);
    for (int64_t i = 0; i < N; i++) x[i * F + c] = 0;
    outputs_of(z, m, w, x);
    for (int64_t k = 0; k < OUT; k++)
      close_to(e->by_feature[k * F + c], (double)(y[node * OUT + k] - z[node * OUT + k]), ROUNDING);
  }
}

static void shares_of_linear_models_are_exact(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 2);
  for (int round = 0; round < 40 * LINEAR; round++) {
    world w;
    int64_t node = khop_i_random_below(&r, N);
    draw_world(&w, round / LINEAR % 2, &r);
    khop_model *m = model_of(round % LINEAR);
    khop_explanation *e = explain(m, w.data, node, KHOP_BASELINE_ZERO);
    assert_true(e->linear && e->complete);
    for (int64_t k = 0; k < OUT; k++) assert_int_equal(e->steps[k], 1);
    assert_true(adds_up(e, ROUNDING));
    check_linear(m, &w, node, e);
    khop_explanation_free(e);
    khop_model_free(m);
    khop_data_free(w.data);
  }
}

/* A directed path of 4 and one convolution over hops 0, 1 and 2, by hand: y = 2 x0 + 3 x1 + 5 x2 + 7. */
static void a_path_by_hand(void **state) {
  (void)state;
  khop_graph *graph;
  khop_data *data;
  khop_explanation *e;
  khop_real x[] = {1, 10, 100, 1000};
  khop_features f = {4, 1, x, NULL, NULL, NULL};
  ok(khop_graph_grid(&graph, 1, (const int64_t[]){4}, NULL, false, true));
  ok(khop_data_new(&data, graph, &f, NULL));
  khop_model *m = new_model(1);
  conv(m, 0, 1, (khop_conv_options){.taps = 3, .bias = true});
  ok(khop_model_init(m, 1));
  memcpy(khop_model_parameter_array(m), (khop_real[]){2, 3, 5, 7}, 4 * sizeof(khop_real));
  e = explain(m, data, 0, KHOP_BASELINE_ZERO);
  assert_int_equal(e->members, 3);
  assert_int_equal(e->hops, 3);
  assert_int_equal(e->rings, 3);
  assert_int_equal(e->centre, 0);
  const double shares[] = {2, 30, 500}, left[] = {537, 509, 39};
  for (int h = 0; h < 3; h++) {
    assert_int_equal(e->hop[h], h);
    assert_int_equal(e->ring[h], h);
    close_to(e->by_hop[h], shares[h], 1e-9);
    close_to(e->by_member[h], shares[h], 1e-9);
    close_to(e->hidden[h], left[h], 1e-9);
    close_to(e->without[h], left[h], 1e-9);
  }
  close_to(e->base[0], 7, 1e-9);
  close_to(e->value[0], 539, 1e-9);
  close_to(e->by_feature[0], 532, 1e-9);
  khop_explanation_free(e);
  e = explain(m, data, 0, KHOP_BASELINE_MEAN); /* of 1111 / 4 */
  double mean = 277.75;
  close_to(e->base[0], 7 + 10 * mean, 1e-3);
  close_to(e->by_hop[0], 2 * (1 - mean), 1e-3);
  close_to(e->by_hop[2], 5 * (100 - mean), 1e-3);
  close_to(e->hidden[1], 539 + 3 * (mean - 10), 1e-3);
  khop_explanation_free(e);
  khop_model_free(m);
  khop_data_free(data);
}

/* --- other models ----------------------------------------------------------------------------- */

/* The integral of one number's gradient, by central differences at the middles of 128 steps. */
static void check_bent(khop_model *m, const world *w, int64_t node, const khop_explanation *e) {
  enum { STEPS = 128 };
#ifdef KHOP_DOUBLE
  double h = 1e-5;
#else
  double h = 4e-3;
#endif
  khop_real y[N * OUT], z[N * OUT], x[N * F];
  double size = 0;
  for (int64_t k = 0; k < e->count * e->members; k++) size = fmax(size, fabs(e->by_member[k]));
  for (int64_t at = 0; at < e->members; at++) {
    double share[OUT] = {0};
    for (int64_t c = 0; c < F; c++)
      for (int s = 0; s < STEPS && w->x[e->member[at] * F + c] != 0; s++) {
        int64_t place = e->member[at] * F + c;
        for (int64_t i = 0; i < N * F; i++) x[i] = (khop_real)((s + 0.5) / STEPS * (double)w->x[i]);
        khop_real middle = x[place];
        x[place] = (khop_real)((double)middle + h);
        outputs_of(y, m, w, x);
        x[place] = (khop_real)((double)middle - h);
        outputs_of(z, m, w, x);
        for (int64_t k = 0; k < OUT; k++)
          share[k] += (double)w->x[place] * (double)(y[node * OUT + k] - z[node * OUT + k]) / (2 * h) / STEPS;
      }
    for (int64_t k = 0; k < OUT; k++) close_to(e->by_member[k * e->members + at], share[k], 0.02 * (size + 0.1));
  }
}

static void shares_of_other_models_are_the_integral(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 3);
  for (int round = 0; round < 2 * BENT; round++) {
    world w;
    int64_t node = khop_i_random_below(&r, N);
    draw_world(&w, round / BENT, &r);
    khop_model *m = model_of(LINEAR + round % BENT);
    khop_explanation *e;
    khop_explain_options o = {.size = sizeof o, .tolerance = 2e-4};
    ok(khop_explain_node(&e, m, w.data, node, &o));
    assert_true(!e->linear && e->complete);
    check_bent(m, &w, node, e);
    khop_explanation_free(e);
    khop_model_free(m);
    khop_data_free(w.data);
  }
}

static void shares_add_up_within_the_tolerance(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 4);
  for (int round = 0; round < 40 * BENT; round++) {
    world w;
    khop_explanation *e;
    khop_real y[N * OUT], zero[N * F] = {0};
    int64_t node = khop_i_random_below(&r, N);
    bool mean = round % 3 == 2;
    draw_world(&w, round / BENT % 2, &r);
    khop_model *m = model_of(LINEAR + round % BENT);
    khop_explain_options o = {.size = sizeof o, .tolerance = 0.01, .baseline = mean};
    ok(khop_explain_node(&e, m, w.data, node, &o));
    assert_true(e->complete);
    for (int64_t k = 0; k < OUT; k++) {
      double size = 0, gap = sum_of(e->by_member + k * e->members, e->members) - e->value[k] + e->base[k];
      for (int64_t i = 0; i < N * F; i++) size += fabs((double)w.x[i]);
      close_to(fabs(gap), e->error[k], ROUNDING);
      assert_true((e->steps[k] & (e->steps[k] - 1)) == 0);
      if (!(e->error[k] <= 0.01 * 20 * size)) fail_msg("an error of %g", e->error[k]);
    }
    outputs_of(y, m, &w, zero);
    for (int64_t k = 0; k < OUT && !mean; k++) close_to(e->base[k], (double)y[node * OUT + k], ROUNDING);
    khop_explanation_free(e);
    khop_model_free(m);
    khop_data_free(w.data);
  }
}

/* y = relu(x - 1) at x = 3, and 2 is right. Gradients are 0 below a third of the way and 1 above. One step, at 1/4,
 * gives 0; two, at 1/16 and 9/16, give 3/4 of 3; four 12/16 of 3; eight, from that at (11/16)^2 on, (11 + 13 + 15) / 64
 * of 3. The errors are 2, 1/4, 1/4 and 11/64: 1/9 of 9/4, and 0.094 of 117/64. */
static void steps_double_until_the_sum_holds(void **state) {
  (void)state;
  khop_graph *graph;
  khop_data *data;
  khop_explanation *e;
  khop_real x[] = {3};
  khop_features f = {1, 1, x, NULL, NULL, NULL};
  ok(khop_graph_from_coo(&graph, 1, 0, NULL, NULL, false));
  ok(khop_data_new(&data, graph, &f, NULL));
  khop_model *m = new_model(1);
  khop_relu(m, khop_linear(m, 0, 1, true));
  ok(khop_model_init(m, 1));
  memcpy(khop_model_parameter_array(m), (khop_real[]){1, -1}, 2 * sizeof(khop_real));
  const double tolerances[] = {0.34, 0.12, 0.1};
  const int steps[] = {2, 2, 8};
  const double errors[] = {0.25, 0.25, 11.0 / 64};
  for (int t = 0; t < 3; t++) {
    khop_explain_options o = {.size = sizeof o, .tolerance = tolerances[t]};
    ok(khop_explain_node(&e, m, data, 0, &o));
    assert_int_equal(e->steps[0], steps[t]);
    close_to(e->error[0], errors[t], 1e-6);
    assert_true(e->complete);
    khop_explanation_free(e);
  }
  khop_explain_options few = {.size = sizeof few, .tolerance = 0.01, .most_steps = 5};
  ok(khop_explain_node(&e, m, data, 0, &few));
  assert_int_equal(e->steps[0], 4);
  assert_false(e->complete);
  khop_explanation_free(e);
  khop_model_free(m);
  khop_data_free(data);
}

/* --- occlusion -------------------------------------------------------------------------------- */

static void hidden_rings_are_runs_of_the_whole_without_their_features(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 5);
  for (int round = 0; round < 20 * (LINEAR + BENT); round++) {
    world w;
    khop_real y[N * OUT], x[N * F];
    int64_t node = khop_i_random_below(&r, N);
    draw_world(&w, round / (LINEAR + BENT) % 2, &r);
    khop_model *m = model_of(round % (LINEAR + BENT));
    khop_explanation *e = explain(m, w.data, node, KHOP_BASELINE_ZERO);
    assert_int_equal(e->member[e->centre], node);
    for (int h = 0; h < e->hops; h++) {
      memcpy(x, w.x, sizeof x);
      for (int64_t at = 0; at < e->members; at++)
        if (e->hop[at] == h) memset(x + e->member[at] * F, 0, F * sizeof *x);
      outputs_of(y, m, &w, x);
      for (int64_t k = 0; k < OUT; k++) close_to(e->hidden[k * e->hops + h], (double)y[node * OUT + k], ROUNDING);
    }
    khop_explanation_free(e);
    khop_model_free(m);
    khop_data_free(w.data);
  }
}

/* Without ring 1 a GCN of two layers is that of the weights 0 at tap 1: (2, 3, 4), biases, (2, 4, 2), biases. */
static void a_ring_that_is_left_out_has_weights_of_0(void **state) {
  (void)state;
  khop_i_random r;
  world w;
  khop_real y[N * OUT];
  khop_i_random_seed(&r, 6);
  draw_world(&w, true, &r);
  khop_model *m = model_of(1);
  khop_explanation *e = explain(m, w.data, 4, KHOP_BASELINE_ZERO);
  khop_real *p = khop_model_parameter_array(m);
  memset(p + 12, 0, 12 * sizeof *p);
  memset(p + 24 + 4 + 8, 0, 8 * sizeof *p);
  ok(khop_predict(y, m, w.data, 0));
  for (int64_t k = 0; k < OUT; k++) close_to(e->without[2 * k + 1], (double)y[4 * OUT + k], ROUNDING);
  khop_explanation_free(e);
  khop_model_free(m);
  m = new_model(F); /* fixed taps, and pools that have one ring left or none */
  static const int one[] = {1}, two[] = {1, 2};
  khop_value a = khop_pool(m, 0, KHOP_POOL_MAX, &(khop_conv_options){.taps = 1, .hops = one});
  khop_value b = khop_pool(m, 0, KHOP_POOL_MEAN, &(khop_conv_options){.hops = two});
  khop_linear(m, khop_concat(m, 2, (khop_value[]){a, b}), OUT, false);
  end_model(m);
  e = explain(m, w.data, 4, KHOP_BASELINE_ZERO);
  assert_int_equal(e->rings, 2);
  assert_true(isnan(e->without[0]) && isfinite(e->without[1]));
  khop_explanation_free(e);
  khop_model_free(m);
  khop_data_free(w.data);
}

/* --- graphs of a set -------------------------------------------------------------------------- */

enum { GRAPHS = 9 };

/* Linear, or bent; with graph features. No loss. */
static khop_model *graph_model(bool linear) {
  khop_model *m = new_model(SET_COLUMNS);
  khop_conv_options o = {.taps = 3, .norm = KHOP_NORM_ROW, .bias = true};
  khop_value x = conv(m, 0, 5, o);
  if (!linear) x = khop_tanh(m, x);
  khop_value y[] = {khop_readout(m, x, KHOP_READOUT_SUM), khop_readout(m, x, KHOP_READOUT_MEAN),
                    khop_graph_features(m, SET_EXTRAS), linear ? 0 : khop_readout(m, x, KHOP_READOUT_ATTENTION)};
  khop_linear(m, khop_concat(m, linear ? 3 : 4, y), OUT, true);
  end_model(m);
  return m;
}

/* y (GRAPHS, OUT) where the rows from `first` to `end` of the nodes' features are 0, and afterwards are as before. */
static void outputs_without(khop_real *y, khop_model *m, const khop_graphs *set, int64_t first, int64_t end) {
  khop_real *x = (khop_real *)(uintptr_t)khop_graphs_features(set)->dense + first * SET_COLUMNS;
  khop_real kept[SET_COLUMNS * 16];
  size_t size = (size_t)((end - first) * SET_COLUMNS) * sizeof *x;
  memcpy(kept, x, size);
  memset(x, 0, size);
  ok(khop_graphs_predict(y, m, set, 0));
  memcpy(x, kept, size);
}

static void graphs_are_explained_as_nodes_are(void **state) {
  (void)state;
  for (int round = 0; round < 8; round++) {
    bool linear = round % 2;
    khop_graphs *set = random_set((uint64_t)round, GRAPHS, round / 2 % 2);
    khop_model *m = graph_model(linear);
    khop_real y[GRAPHS * OUT], z[GRAPHS * OUT];
    ok(khop_graphs_predict(y, m, set, 0));
    for (int64_t g = 0; g < GRAPHS; g++) {
      khop_explanation *e;
      khop_explain_options o = {.size = sizeof o};
      const int64_t *first = khop_graphs_first(set) + g;
      ok(khop_explain_graph(&e, m, set, g, &o));
      assert_true(e->linear == linear && e->complete && e->hops == 0 && e->centre == -1);
      assert_int_equal(e->members, first[1] - first[0]);
      outputs_without(z, m, set, first[0], first[1]);
      for (int64_t k = 0; k < OUT; k++) {
        double gap = fabs(sum_of(e->by_member + k * e->members, e->members) - e->value[k] + e->base[k]);
        close_to(e->value[k], (double)y[g * OUT + k], ROUNDING);
        close_to(e->base[k], (double)z[g * OUT + k], ROUNDING);
        close_to(gap, e->error[k], ROUNDING);
        close_to(sum_of(e->by_feature + k * SET_COLUMNS, SET_COLUMNS), e->value[k] - e->base[k],
                 e->error[k] + ROUNDING);
      }
      for (int64_t i = 0; linear && i < e->members; i++) {
        outputs_without(z, m, set, first[0] + i, first[0] + i + 1);
        for (int64_t k = 0; k < OUT; k++)
          close_to(e->by_member[k * e->members + i], (double)(y[g * OUT + k] - z[g * OUT + k]), ROUNDING);
      }
      khop_explanation_free(e);
    }
    khop_model_free(m);
    khop_graphs_free(set);
  }
}

/* The recipe of molecules: bonds by type, layer norms, readouts, graph features, units; the base line is the mean. */
static void graphs_of_the_recipe_are_explained(void **state) {
  (void)state;
  khop_graphs *set = random_set(5, GRAPHS, false);
  khop_recipe recipe;
  khop_model *m;
  khop_explanation *e;
  khop_real y[GRAPHS * OUT];
  ok(khop_recipe_find(&recipe, "property"));
  recipe.hidden = 6;
  ok(khop_graphs_model(&m, &recipe, set));
  ok(khop_graphs_predict(y, m, set, 0));
  for (int64_t g = 0; g < GRAPHS; g++) {
    khop_explain_options o = {.size = sizeof o, .baseline = KHOP_BASELINE_MEAN};
    ok(khop_explain_graph(&e, m, set, g, &o));
    for (int64_t k = 0; k < e->count; k++) close_to(e->value[k], (double)y[g * e->outputs + k], 10 * ROUNDING);
    assert_true(e->rings > 1 && isfinite(e->without[0]));
    khop_explanation_free(e);
  }
  khop_explain_options o = {.size = sizeof o};
  fails(khop_explain_graph(&e, m, set, GRAPHS, &o), KHOP_E_ARGUMENT, "graph 9", "0 to 8");
  khop_model_free(m);
  m = model_of(0);
  fails(khop_explain_graph(&e, m, set, 0, &o), KHOP_E_ARGUMENT, "readout", "a row a node");
  khop_model_free(m);
  khop_graphs_free(set);
}

/* --- planted motifs ----------------------------------------------------------------------------- */

enum { BIG = 600, WIDE = 5, MARK = 2, RINGS = 3 };

/* A node is of class 1 where one at hop 2 is marked in column MARK; marks nearer by mean nothing. */
typedef struct motif {
  khop_graph *graph;
  khop_data *data;
  int *distance; /* (BIG, BIG), those beyond 2 hops as 3 */
  khop_real x[BIG * WIDE];
  int32_t label[BIG];
  int64_t planted[BIG]; /* the only marked node at hop 2, or -1 */
} motif;

static void measure(motif *p) {
  const int64_t *offsets = khop_graph_offsets(p->graph);
  const int32_t *targets = khop_graph_targets(p->graph);
  for (int64_t i = 0; i < BIG * BIG; i++) p->distance[i] = i / BIG == i % BIG ? 0 : 3;
  for (int hop = 1; hop <= 2; hop++)
    for (int64_t i = 0; i < BIG; i++)
      for (int64_t j = 0; j < BIG; j++)
        for (int64_t a = offsets[j]; p->distance[i * BIG + j] == hop - 1 && a < offsets[j + 1]; a++)
          if (p->distance[i * BIG + targets[a]] == 3) p->distance[i * BIG + targets[a]] = hop;
}

static void plant(motif *p) {
  khop_i_random r;
  khop_i_random_seed(&r, 7);
  p->graph = random_graph(BIG, 3 * BIG / 2, false, &r);
  p->distance = block_of(BIG * BIG, sizeof *p->distance);
  measure(p);
  for (int64_t e = 0; e < BIG * WIDE; e++)
    p->x[e] = e % WIDE == MARK ? (khop_real)(khop_i_random_below(&r, 12) == 0) : random_real(&r);
  for (int64_t i = 0; i < BIG; i++) {
    int marked = 0;
    p->planted[i] = -1;
    for (int64_t j = 0; j < BIG; j++)
      if (p->distance[i * BIG + j] == 2 && p->x[j * WIDE + MARK] > 0) marked++, p->planted[i] = j;
    p->label[i] = marked > 0;
    if (marked != 1) p->planted[i] = -1;
  }
  khop_features f = {BIG, WIDE, p->x, NULL, NULL, NULL};
  ok(khop_data_new(&p->data, p->graph, &f, p->label));
}

static khop_model *train(const motif *p) {
  khop_model *m = new_model(WIDE);
  uint8_t mask[BIG];
  khop_fit_result result;
  khop_value h = conv(m, 0, 16, (khop_conv_options){.taps = RINGS, .bias = true});
  khop_softmax_cross_entropy(m, khop_linear(m, khop_relu(m, h), 2, true));
  ok(khop_model_init(m, 1));
  for (int i = 0; i < BIG; i++) mask[i] = i % 2 != 0;
  ok(khop_data_add_split(p->data, mask, NULL, NULL));
  khop_rings *rings[KHOP_MAX_RINGS];
  int count;
  khop_run *run;
  ok(khop_model_rings(rings, &count, m, p->graph, 0));
  ok(khop_run_new(&run, m, count, rings, khop_data_features(p->data), true, 0));
  ok(khop_fit(&result, run, p->data, 0, &(khop_fit_options){.epochs = 300, .optimizer = {.decay = {1e-3}}}));
  khop_run_free(run);
  for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
  return m;
}

static int64_t largest(const double *numbers, int64_t count) {
  int64_t best = 0;
  for (int64_t i = 1; i < count; i++)
    if (numbers[i] > numbers[best]) best = i;
  return best;
}

/* How often the largest share is the planted one, and how often a random explanation's would be. */
typedef struct score {
  int nodes, hop, member, feature;
  double random_hop, random_member, random_feature;
} score;

/* A random explanation has shares of its own making in place of those of the model. */
static void add_score(score *s, const motif *p, khop_explanation *e, int64_t node, khop_i_random *random) {
  for (int64_t i = 0; random && i < e->hops; i++) e->by_hop[i] = khop_i_random_uniform(random);
  for (int64_t i = 0; random && i < e->members; i++) e->by_member[i] = khop_i_random_uniform(random);
  for (int64_t i = 0; random && i < e->features; i++) e->by_feature[i] = khop_i_random_uniform(random);
  s->nodes++;
  s->hop += largest(e->by_hop, e->hops) == 2;
  s->member += e->member[largest(e->by_member, e->members)] == p->planted[node];
  s->feature += largest(e->by_feature, e->features) == MARK;
  s->random_hop += 1.0 / e->hops;
  s->random_member += 1.0 / (double)e->members;
  s->random_feature += 1.0 / (double)e->features;
}

static bool is_faithful(const score *s) {
  return s->nodes > 40 && s->hop >= 0.9 * s->nodes && s->member >= 0.9 * s->nodes && s->feature >= 0.9 * s->nodes;
}

static void planted_motifs_are_found_and_random_explanations_find_none(void **state) {
  (void)state;
  static motif p;
  score model = {0}, control = {0};
  khop_i_random r;
  khop_i_random_seed(&r, 8);
  plant(&p);
  khop_model *m = train(&p);
  khop_explain_options o = {.size = sizeof o, .count = 1, .outputs = (const int64_t[]){1}};
  for (int64_t node = 0; node < BIG; node += 2) { /* those that the training has not seen */
    khop_explanation *e;
    if (p.planted[node] < 0) continue;
    ok(khop_explain_node(&e, m, p.data, node, &o));
    add_score(&model, &p, e, node, NULL);
    add_score(&control, &p, e, node, &r);
    khop_explanation_free(e);
  }
  print_message("# of %d nodes: hop %d, member %d, feature %d; random: %d (%.1f), %d (%.1f), %d (%.1f)\n", model.nodes,
                model.hop, model.member, model.feature, control.hop, control.random_hop, control.member,
                control.random_member, control.feature, control.random_feature);
  assert_true(is_faithful(&model));
  assert_false(is_faithful(&control));
  /* sums of independent draws: within 4 deviations of what is expected of them */
  close_to(control.hop, control.random_hop, 4 * sqrt(control.random_hop));
  close_to(control.member, control.random_member, 4 * sqrt(control.random_member));
  close_to(control.feature, control.random_feature, 4 * sqrt(control.random_feature));
  khop_model_free(m);
  khop_data_free(p.data);
  free(p.distance);
}

/* --- units, options, failures ------------------------------------------------------------------- */

static void numbers_are_in_the_unit_of_the_data(void **state) {
  (void)state;
  khop_i_random r;
  world w;
  khop_real y[N];
  khop_i_random_seed(&r, 9);
  draw_world(&w, false, &r);
  khop_model *m = new_model(F);
  khop_mean_squared_error(m, conv(m, 0, 1, (khop_conv_options){.taps = 3, .bias = true}));
  end_model(m);
  ok(khop_model_set_metadata(m, "target_mean", "100"));
  ok(khop_model_set_metadata(m, "target_deviation", "8"));
  khop_explanation *e = explain(m, w.data, 2, KHOP_BASELINE_ZERO);
  ok(khop_predict(y, m, w.data, 0));
  close_to(e->value[0], (double)y[2], 1e-3);
  assert_true(adds_up(e, 1e-3));
  assert_true(e->base[0] > 90);
  khop_explanation_free(e);
  khop_model_free(m);
  khop_data_free(w.data);
}

static void chosen_outputs_are_those_of_all(void **state) {
  (void)state;
  khop_i_random r;
  world w;
  khop_explanation *some;
  khop_i_random_seed(&r, 10);
  draw_world(&w, false, &r);
  khop_model *m = model_of(LINEAR);
  khop_explanation *all = explain(m, w.data, 1, KHOP_BASELINE_ZERO);
  khop_explain_options o = {.size = sizeof o, .count = 1, .outputs = (const int64_t[]){1}};
  ok(khop_explain_node(&some, m, w.data, 1, &o));
  assert_int_equal(some->count, 1);
  assert_int_equal(some->explained[0], 1);
  assert_memory_equal(some->output, all->output, OUT * sizeof *all->output);
  assert_memory_equal(some->by_member, all->by_member + all->members, (size_t)all->members * sizeof *all->by_member);
  assert_true(some->value[0] == all->value[1] && some->base[0] == all->base[1]);
  khop_explanation_free(some);
  khop_explanation_free(all);
  khop_model_free(m);
  khop_data_free(w.data);
}

static void bad_questions_are_refused(void **state) {
  (void)state;
  khop_i_random r;
  world w;
  khop_explanation *e;
  khop_i_random_seed(&r, 11);
  draw_world(&w, false, &r);
  khop_model *m = model_of(0);
  khop_explain_options o = {.size = sizeof o};
  fails(khop_explain_node(&e, m, w.data, N, &o), KHOP_E_ARGUMENT, "12", "11");
  assert_null(e);
  fails(khop_explain_node(&e, m, w.data, -1, &o), KHOP_E_ARGUMENT, "-1", "11");
  ok(khop_explain_node(&e, m, w.data, 0, NULL)); /* the defaults */
  khop_explanation_free(e);
  fails(khop_explain_node(&e, NULL, w.data, 0, &o), KHOP_E_ARGUMENT, "model", "missing");
  o.outputs = (const int64_t[]){1, 1};
  o.count = 2;
  fails(khop_explain_node(&e, m, w.data, 0, &o), KHOP_E_ARGUMENT, "output 1", "twice");
  o.outputs = (const int64_t[]){2};
  o.count = 1;
  fails(khop_explain_node(&e, m, w.data, 0, &o), KHOP_E_ARGUMENT, "output 2", "0 to 1");
  o = (khop_explain_options){.size = sizeof o, .tolerance = NAN};
  fails(khop_explain_node(&e, m, w.data, 0, &o), KHOP_E_ARGUMENT, "tolerance", "nan");
  o = (khop_explain_options){.size = sizeof o, .most_steps = -1};
  fails(khop_explain_node(&e, m, w.data, 0, &o), KHOP_E_ARGUMENT, "-1", "steps");
  o = (khop_explain_options){.size = sizeof o, .baseline = (khop_baseline)7};
  fails(khop_explain_node(&e, m, w.data, 0, &o), KHOP_E_ARGUMENT, "base line", "7");
  o = (khop_explain_options){.size = sizeof o, .max_bytes = 1000};
  fails(khop_explain_node(&e, m, w.data, 0, &o), KHOP_E_BUDGET, "budget", "");
  khop_model_parameter_array(m)[khop_model_parameters(m) - 1] = NAN;
  o = (khop_explain_options){.size = sizeof o};
  fails(khop_explain_node(&e, m, w.data, 0, &o), KHOP_E_VALUE, "node 0", "not finite");
  khop_model_free(m);
  m = new_model(F);
  khop_add(m, 0, khop_global_mean(m, 0));
  end_model(m);
  fails(khop_explain_node(&e, m, w.data, 0, &o), KHOP_E_UNSUPPORTED, "op 1", "global_mean");
  khop_model_free(m);
  m = new_model(F + 1);
  khop_linear(m, 0, 2, false);
  end_model(m);
  fails(khop_explain_node(&e, m, w.data, 0, &o), KHOP_E_SHAPE, "3 features", "4");
  khop_model_free(m);
  khop_data_free(w.data);
}

typedef struct question {
  khop_model *model;
  const khop_data *data;
  const khop_graphs *set; /* instead */
  khop_baseline baseline;
} question;

static khop_status ask(void *context) {
  const question *q = context;
  khop_explanation *e;
  khop_explain_options o = {.size = sizeof o, .baseline = q->baseline};
  khop_status status = q->set ? khop_explain_graph(&e, q->model, q->set, 3, &o)
                              : khop_explain_node(&e, q->model, q->data, 3, &o);
  if (status != KHOP_OK) assert_null(e);
  khop_explanation_free(e);
  return status;
}

static void memory_that_ends_leaves_nothing(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 12);
  memory_can_run_out();
  for (int round = 0; round < 4; round++) {
    world w;
    draw_world(&w, round % 2, &r);
    question q = {model_of(round < 2 ? 2 : 6), w.data, NULL, (khop_baseline)(round % 2)};
    assert_true(fail_each(ask, &q) > 20);
    khop_model_free(q.model);
    khop_data_free(w.data);
  }
  khop_graphs *set = random_set(3, GRAPHS, false);
  question q = {graph_model(true), NULL, set, KHOP_BASELINE_MEAN};
  assert_true(fail_each(ask, &q) > 20);
  khop_model_free(q.model);
  khop_graphs_free(set);
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_checker_is_checked),
      cmocka_unit_test(shares_of_linear_models_are_exact),
      cmocka_unit_test(a_path_by_hand),
      cmocka_unit_test(shares_of_other_models_are_the_integral),
      cmocka_unit_test(shares_add_up_within_the_tolerance),
      cmocka_unit_test(steps_double_until_the_sum_holds),
      cmocka_unit_test(hidden_rings_are_runs_of_the_whole_without_their_features),
      cmocka_unit_test(a_ring_that_is_left_out_has_weights_of_0),
      cmocka_unit_test(graphs_are_explained_as_nodes_are),
      cmocka_unit_test(graphs_of_the_recipe_are_explained),
      cmocka_unit_test(planted_motifs_are_found_and_random_explanations_find_none),
      cmocka_unit_test(numbers_are_in_the_unit_of_the_data),
      cmocka_unit_test(chosen_outputs_are_those_of_all),
      cmocka_unit_test(bad_questions_are_refused),
      cmocka_unit_test(memory_that_ends_leaves_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, nothing_held);
}
