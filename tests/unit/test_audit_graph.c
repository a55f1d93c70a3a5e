/* test_audit_graph.c: what a stack sees of a graph, against computed Jacobians.
 *
 * Row i of the Jacobian of a stack of convolutions is what backward gives for a 1 at output i. All
 * weights are positive, so no paths cancel, and its nonzero pattern must be exactly the set that the
 * audit says is reached; a nonlinear model with finite differences must show the same. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/random.h"

#include <khop/khop.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_LAYERS 4
#define MOST_NODES 64

/* --- graphs --------------------------------------------------------------------------------- */

static khop_graph *made(khop_status status, khop_graph *graph) {
  assert_int_equal(status, KHOP_OK);
  return graph;
}

static khop_graph *grid_of(int dimensions, int64_t a, int64_t b, bool corners, bool directed) {
  khop_graph *graph = NULL;
  khop_status status = khop_graph_grid(&graph, dimensions, (int64_t[]){a, b}, NULL, corners, directed);
  return made(status, graph);
}

static khop_graph *cycle_of(int64_t nodes) {
  int64_t from[MOST_NODES], to[MOST_NODES];
  khop_graph *graph = NULL;
  for (int64_t i = 0; i < nodes; i++) from[i] = i, to[i] = (i + 1) % nodes;
  khop_status status = khop_graph_from_coo(&graph, nodes, nodes, from, to, false);
  return made(status, graph);
}

static khop_graph *tree_of(int64_t nodes, khop_i_random *random) {
  int64_t from[MOST_NODES], to[MOST_NODES];
  khop_graph *graph = NULL;
  for (int64_t i = 1; i < nodes; i++) from[i - 1] = khop_i_random_below(random, i), to[i - 1] = i;
  khop_status status = khop_graph_from_coo(&graph, nodes, nodes - 1, from, to, false);
  return made(status, graph);
}

static khop_graph *random_graph(khop_i_random *random, bool directed) {
  int64_t from[3 * MOST_NODES], to[3 * MOST_NODES];
  int64_t nodes = 2 + khop_i_random_below(random, MOST_NODES - 2);
  int64_t edges = khop_i_random_below(random, 3 * nodes);
  khop_graph *graph = NULL;
  for (int64_t e = 0; e < edges; e++) {
    from[e] = khop_i_random_below(random, nodes);
    to[e] = khop_i_random_below(random, nodes);
  }
  khop_status status = khop_graph_from_coo(&graph, nodes, edges, from, to, directed);
  return made(status, graph);
}

static int draw_stack(khop_layer *layers, khop_i_random *random) {
  int count = 1 + (int)khop_i_random_below(random, MOST_LAYERS);
  for (int l = 0; l < count; l++)
    layers[l] = (khop_layer){1 + khop_i_random_below(random, 3), 1 + khop_i_random_below(random, 3),
                             1};
  return count;
}

/* --- the Jacobian --------------------------------------------------------------------------- */

/* The taps of one layer, with the rings they borrow. */
typedef struct built {
  khop_rings *rings;
  khop_taps *taps;
  int count;
  khop_real weights[4];
} built;

static void build_layer(built *b, const khop_graph *graph, const khop_layer *layer,
                        khop_direction direction, khop_norm norm, khop_i_random *random) {
  int hops[4];
  khop_rings_options options = {.direction = direction};
  b->count = (int)layer->kernel;
  for (int t = 0; t < b->count; t++) {
    hops[t] = (int)(t * layer->dilation);
    b->weights[t] = (khop_real)(0.2 + khop_i_random_uniform(random));
  }
  assert_int_equal(khop_rings_build(&b->rings, graph, b->count, hops, &options), KHOP_OK);
  assert_int_equal(khop_taps_new(&b->taps, b->rings, b->count, hops, norm, false), KHOP_OK);
}

/* jacobian: (N, N), row i: the derivative of output i by every input, by backward through the stack. */
static void backward_jacobian(double *jacobian, int64_t n, int count, const built *layers) {
  khop_real *x = calloc((size_t)(3 * n), sizeof *x), *dy = x + n, *dx = x + 2 * n;
  for (int64_t i = 0; i < n; i++) {
    for (int64_t j = 0; j < n; j++) dy[j] = j == i;
    for (int l = count - 1; l >= 0; l--) {
      assert_int_equal(khop_conv_backward(dx, NULL, NULL, layers[l].taps, x, layers[l].weights, dy,
                                          1, 1, 0), KHOP_OK);
      memcpy(dy, dx, (size_t)n * sizeof *dy);
    }
    for (int64_t j = 0; j < n; j++) jacobian[i * n + j] = dy[j];
  }
  free(x);
}

static void forward(khop_real *y, const khop_real *x, int64_t n, int count, const built *layers) {
  khop_real *now = malloc((size_t)n * sizeof *now);
  memcpy(now, x, (size_t)n * sizeof *now);
  for (int l = 0; l < count; l++) {
    assert_int_equal(khop_conv_forward(y, layers[l].taps, now, layers[l].weights, NULL, 1, 1, 0),
                     KHOP_OK);
    for (int64_t i = 0; i < n; i++) now[i] = y[i] = y[i] / (1 + y[i]); /* rises, for x > 0 */
  }
  free(now);
}

/* The same by central differences through a nonlinear stack: column j moves input j. */
static void difference_jacobian(double *jacobian, int64_t n, int count, const built *layers) {
  khop_real *x = malloc((size_t)(3 * n) * sizeof *x), *up = x + n, *down = x + 2 * n;
  for (int64_t j = 0; j < n; j++) x[j] = (khop_real)(0.5 + 0.01 * (double)j);
  for (int64_t j = 0; j < n; j++) {
    khop_real kept = x[j];
    x[j] = kept + (khop_real)0.1;
    forward(up, x, n, count, layers);
    x[j] = kept - (khop_real)0.1;
    forward(down, x, n, count, layers);
    x[j] = kept;
    for (int64_t i = 0; i < n; i++) jacobian[i * n + j] = (up[i] - down[i]) / 0.2;
  }
  free(x);
}

static bool same_pattern(const uint8_t *reached, const double *jacobian, int64_t n) {
  for (int64_t i = 0; i < n * n; i++) {
    if (!isfinite(jacobian[i])) return false;
    if (reached[i] != (jacobian[i] != 0)) return false;
  }
  return true;
}

static void check_jacobian(const khop_graph *graph, int count, const khop_layer *layers,
                           khop_direction direction, khop_i_random *random) {
  int64_t n = khop_graph_nodes(graph), nodes[MOST_NODES + 64];
  built b[MOST_LAYERS];
  uint8_t *reached = malloc((size_t)(n * n));
  double *jacobian = malloc((size_t)(n * n) * sizeof *jacobian);
  khop_audit_options options = {.direction = direction};
  for (int64_t i = 0; i < n; i++) nodes[i] = i;
  khop_norm norm = (khop_norm)khop_i_random_below(random, 4);
  for (int l = 0; l < count; l++) build_layer(&b[l], graph, &layers[l], direction, norm, random);
  assert_int_equal(khop_audit_reach(reached, graph, count, layers, n, nodes, &options), KHOP_OK);
  backward_jacobian(jacobian, n, count, b);
  assert_true(same_pattern(reached, jacobian, n));
  jacobian[n - 1] = jacobian[n - 1] != 0 ? 0 : 1; /* the checker is checked */
  assert_false(same_pattern(reached, jacobian, n));
  difference_jacobian(jacobian, n, count, b);
  assert_true(same_pattern(reached, jacobian, n));
  for (int l = 0; l < count; l++) khop_taps_free(b[l].taps), khop_rings_free(b[l].rings);
  free(reached);
  free(jacobian);
}

static void reach_is_the_jacobian_of_grids(void **state) {
  (void)state;
  khop_i_random random;
  khop_i_random_seed(&random, 1);
  for (int round = 0; round < 24; round++) {
    khop_layer layers[MOST_LAYERS];
    khop_graph *graph = round % 2 ? grid_of(2, 7, 9, round % 4 == 1, round % 8 == 3)
                                  : grid_of(1, 40, 0, false, round % 4 == 0);
    int count = draw_stack(layers, &random);
    check_jacobian(graph, count, layers, KHOP_OUT, &random);
    khop_graph_free(graph);
  }
}

static void reach_is_the_jacobian_of_random_graphs(void **state) {
  (void)state;
  khop_i_random random;
  khop_i_random_seed(&random, 2);
  for (int round = 0; round < 60; round++) {
    khop_layer layers[MOST_LAYERS];
    bool directed = round % 2;
    khop_graph *graph = random_graph(&random, directed);
    int count = draw_stack(layers, &random);
    check_jacobian(graph, count, layers, (khop_direction)(directed ? round / 2 % 3 : 0), &random);
    khop_graph_free(graph);
  }
}

/* More sources than a word or a block has, in any order and some twice: with dilations 1 and 4 and the taps 0 and 1, an
 * output of a path sees the neighbours of itself and of the nodes 4 further. */
static bool sees(int64_t i, int64_t j, int64_t nodes) {
  for (int64_t by = i - 4; by <= i + 4; by += 4)
    if (by >= 0 && by < nodes && llabs(by - j) <= 1) return true;
  return false;
}

static void many_sources_reach_along_a_path(void **state) {
  (void)state;
  enum { N = 700, ROWS = 1100 };
  const khop_layer layers[] = {{2, 1, 1}, {2, 4, 1}};
  khop_graph *graph = grid_of(1, N, 0, false, false);
  int64_t *nodes = malloc(ROWS * sizeof *nodes), wrong = 0;
  uint8_t *reached = malloc((size_t)ROWS * N);
  for (int64_t r = 0; r < ROWS; r++) nodes[r] = r * 311 % N;
  assert_int_equal(khop_audit_reach(reached, graph, 2, layers, ROWS, nodes, NULL), KHOP_OK);
  for (int64_t r = 0; r < ROWS; r++)
    for (int64_t j = 0; j < N; j++) wrong += reached[r * N + j] != sees(nodes[r], j, N);
  assert_int_equal(wrong, 0);
  free(nodes);
  free(reached);
  khop_graph_free(graph);
}

/* Branches behind a stack reach what the stacks reach that end in one of them, together. */
static void branches_reach_what_each_reaches(void **state) {
  (void)state;
  khop_i_random random;
  khop_i_random_seed(&random, 12);
  for (int round = 0; round < 60; round++) {
    khop_layer layers[MOST_LAYERS + 3], one[MOST_LAYERS + 1];
    khop_graph *graph = random_graph(&random, false);
    int64_t n = khop_graph_nodes(graph), radius = 0, widest = 0;
    int count = round % 3 ? draw_stack(layers, &random) : 0, branches = 2 + round % 2;
    uint8_t *together = calloc((size_t)(n * n), 1), *alone = calloc((size_t)(n * n), 1);
    uint8_t *any = calloc((size_t)(n * n), 1);
    int64_t *nodes = calloc((size_t)n, sizeof *nodes);
    assert_true(together && alone && any && nodes);
    for (int64_t i = 0; i < n; i++) nodes[i] = i;
    for (int b = 0; b < branches; b++)
      layers[count + b] = (khop_layer){1 + khop_i_random_below(&random, 3), 1 + khop_i_random_below(&random, 3), 1};
    const khop_audit_options side_by_side = {.branches = branches};
    assert_int_equal(khop_audit_reach(together, graph, count + branches, layers, n, nodes, &side_by_side), KHOP_OK);
    for (int b = 0; b < branches; b++) {
      memcpy(one, layers, (size_t)count * sizeof *one);
      one[count] = layers[count + b];
      int64_t far = (one[count].kernel - 1) * one[count].dilation;
      if (far > widest) widest = far;
      assert_int_equal(khop_audit_reach(alone, graph, count + 1, one, n, nodes, NULL), KHOP_OK);
      for (int64_t i = 0; i < n * n; i++) any[i] |= alone[i];
    }
    assert_memory_equal(together, any, (size_t)(n * n));
    for (int l = 0; l < count; l++) radius += (layers[l].kernel - 1) * layers[l].dilation;
    khop_audit *audit;
    assert_int_equal(khop_audit_graph(&audit, graph, count + branches, layers, &side_by_side), KHOP_OK);
    assert_int_equal(audit->radius, radius + widest);
    khop_audit_free(audit);
    free(together), free(alone), free(any), free(nodes);
    khop_graph_free(graph);
  }
}

/* A model of the library, weights made positive: a 1 in one feature row spreads to the same nodes. */
static void reach_is_what_a_model_sees(void **state) {
  (void)state;
  khop_graph *graph = grid_of(2, 6, 6, false, false);
  enum { N = 36 };
  khop_model *model;
  khop_rings *rings[KHOP_MAX_RINGS];
  int count;
  assert_int_equal(khop_model_new(&model), KHOP_OK);
  khop_value h = khop_input(model, 1);
  h = khop_relu(model, khop_conv(model, h, 3, &(khop_conv_options){.taps = 3, .dilation = 2}));
  khop_conv(model, h, 1, &(khop_conv_options){.taps = 2, .dilation = 3});
  assert_int_equal(khop_model_init(model, 1), KHOP_OK);
  for (int64_t p = 0; p < khop_model_parameters(model); p++)
    khop_model_parameter_array(model)[p] = (khop_real)fabs((double)khop_model_parameter_array(model)[p]) + (khop_real)0.1;
  assert_int_equal(khop_model_rings(rings, &count, model, graph, 0), KHOP_OK);
  const khop_layer layers[] = {{3, 2, 1}, {2, 3, 1}};
  int64_t nodes[N];
  uint8_t reached[N * N];
  for (int64_t i = 0; i < N; i++) nodes[i] = i;
  assert_int_equal(khop_audit_reach(reached, graph, 2, layers, N, nodes, NULL), KHOP_OK);
  for (int64_t j = 0; j < N; j++) {
    khop_real x[N] = {0};
    khop_run *run;
    x[j] = 1;
    khop_features features = {.rows = N, .columns = 1, .dense = x};
    assert_int_equal(khop_run_new(&run, model, count, rings, &features, false, 0), KHOP_OK);
    khop_run_forward(run, false, 0, 0);
    for (int64_t i = 0; i < N; i++)
      assert_int_equal(reached[i * N + j], khop_run_output(run)[i] != 0);
    khop_run_free(run);
  }
  for (int r = 0; r < count; r++) khop_rings_free(rings[r]);
  khop_model_free(model);
  khop_graph_free(graph);
}

/* --- shares --------------------------------------------------------------------------------- */

/* Distances by Floyd and Warshall along the arcs; -1 unreachable. */
static void distances(int *d, const khop_graph *graph) {
  int64_t n = khop_graph_nodes(graph);
  for (int64_t i = 0; i < n * n; i++) d[i] = 100000;
  for (int64_t i = 0; i < n; i++) {
    d[i * n + i] = 0;
    for (int64_t a = khop_graph_offsets(graph)[i]; a < khop_graph_offsets(graph)[i + 1]; a++)
      d[i * n + khop_graph_targets(graph)[a]] = 1;
  }
  for (int64_t k = 0; k < n; k++)
    for (int64_t i = 0; i < n; i++)
      for (int64_t j = 0; j < n; j++)
        if (d[i * n + k] + d[k * n + j] < d[i * n + j]) d[i * n + j] = d[i * n + k] + d[k * n + j];
}

/* The audit's figures counted again from distances and from sets that are followed by hand. */
static void check_audit(const khop_graph *graph, int count, const khop_layer *layers) {
  static int d[MOST_NODES * MOST_NODES];
  int64_t n = khop_graph_nodes(graph), radius = 0, diameter = 0;
  khop_audit *a;
  distances(d, graph);
  for (int64_t i = 0; i < n * n; i++)
    if (d[i] < 100000 && d[i] > diameter) diameter = d[i];
  for (int l = 0; l < count; l++) radius += (layers[l].kernel - 1) * layers[l].dilation;
  assert_int_equal(khop_audit_graph(&a, graph, count, layers, NULL), KHOP_OK);
  assert_int_equal(a->radius, radius);
  assert_int_equal(a->diameter, diameter);
  assert_int_equal(a->hop_count, radius + 1);
  assert_int_equal(a->sources, n);
  assert_true(a->exact);
  double *share = calloc((size_t)radius + 1, sizeof *share);
  int *having = calloc((size_t)radius + 1, sizeof *having);
  for (int64_t i = 0; i < n; i++) {
    bool set[MOST_NODES] = {0};
    set[i] = true;
    for (int l = count - 1; l >= 0; l--) {
      bool next[MOST_NODES] = {0};
      for (int64_t u = 0; u < n; u++)
        for (int64_t v = 0; set[u] && v < n; v++)
          for (int64_t t = 0; t < layers[l].kernel; t++)
            if (d[u * n + v] == t * layers[l].dilation) next[v] = true;
      memcpy(set, next, sizeof set);
    }
    for (int64_t k = 0; k <= radius; k++) {
      int there = 0, seen = 0;
      for (int64_t j = 0; j < n; j++)
        if (d[i * n + j] == k) there++, seen += set[j];
      if (there) share[k] += (double)seen / there, having[k]++;
    }
  }
  for (int64_t k = 0; k <= radius; k++) {
    if (having[k])
      assert_true(fabs(a->share_per_hop[k] - share[k] / having[k]) <= 1e-12);
    else
      assert_true(isnan(a->share_per_hop[k]));
  }
  for (int t = 0; t < a->taps; t++) {
    int64_t empty = 0;
    for (int64_t i = 0; i < n; i++) {
      bool any = false;
      for (int64_t j = 0; j < n; j++) any = any || d[i * n + j] == a->tap_hops[t];
      empty += !any;
    }
    assert_int_equal(a->empty_rows[t], empty);
  }
  int64_t so_far = 0;
  int saturated = 0;
  for (int l = 0; l < count && !saturated; l++) {
    so_far += (layers[l].kernel - 1) * layers[l].dilation;
    if (so_far >= diameter) saturated = l + 1;
  }
  assert_int_equal(a->saturated_at, saturated);
  free(share);
  free(having);
  khop_audit_free(a);
}

static void shares_are_counted(void **state) {
  (void)state;
  khop_i_random random;
  khop_i_random_seed(&random, 3);
  for (int round = 0; round < 60; round++) {
    khop_layer layers[MOST_LAYERS];
    khop_graph *graph = random_graph(&random, round % 2);
    check_audit(graph, draw_stack(layers, &random), layers);
    khop_graph_free(graph);
  }
}

/* On the path of five nodes 8, 6, 4 and 2 ordered pairs are 1, 2, 3 and 4 apart: 18 of the 20 are within 3. */
static void nine_of_ten_pairs_are_within_the_effective_diameter(void **state) {
  (void)state;
  const int64_t shape[] = {5};
  khop_graph *path;
  khop_audit *audit;
  assert_int_equal(khop_graph_grid(&path, 1, shape, NULL, false, false), KHOP_OK);
  assert_int_equal(khop_audit_graph(&audit, path, 1, &(khop_layer){3, 1, 1}, NULL), KHOP_OK);
  assert_int_equal(audit->diameter, 4);
  assert_int_equal(audit->effective_diameter, 3);
  khop_audit_free(audit);
  khop_graph_free(path);
}

/* --- two sides ------------------------------------------------------------------------------ */

static void check_sides(khop_graph *graph, bool expected) {
  bool two;
  uint8_t side[MOST_NODES + 1];
  khop_audit *a;
  const khop_layer even[] = {{3, 2, 1}, {2, 4, 1}}, odd[] = {{2, 2, 1}, {2, 1, 1}};
  assert_int_equal(khop_graph_bipartite(&two, side, graph), KHOP_OK);
  assert_int_equal(two, expected);
  for (int64_t i = 0; two && i < khop_graph_nodes(graph); i++)
    for (int64_t e = khop_graph_offsets(graph)[i]; e < khop_graph_offsets(graph)[i + 1]; e++)
      assert_int_not_equal(side[i], side[khop_graph_targets(graph)[e]]);
  assert_int_equal(khop_audit_graph(&a, graph, 2, even, NULL), KHOP_OK);
  assert_int_equal(a->bipartite, expected);
  assert_int_equal(a->parity_trap, expected);
  for (int64_t k = 1; expected && k < a->hop_count; k += 2)
    assert_true(isnan(a->share_per_hop[k]) || a->share_per_hop[k] == 0);
  khop_audit_free(a);
  assert_int_equal(khop_audit_graph(&a, graph, 2, odd, NULL), KHOP_OK);
  assert_false(a->parity_trap);
  khop_audit_free(a);
  khop_graph_free(graph);
}

static void two_sides(void **state) {
  (void)state;
  khop_i_random random;
  khop_i_random_seed(&random, 4);
  for (int64_t n = 4; n < 20; n++) check_sides(cycle_of(n), n % 2 == 0);
  check_sides(grid_of(2, 6, 7, false, false), true);
  check_sides(grid_of(2, 6, 7, true, false), false);
  check_sides(grid_of(2, 6, 7, false, true), true);
  check_sides(grid_of(1, 30, 0, false, true), true);
  for (int round = 0; round < 10; round++) check_sides(tree_of(40, &random), true);
}

/* Odd hops alone trap as well: every output sees the other side only. */
static void odd_hops_trap_too(void **state) {
  (void)state;
  khop_graph *graph = cycle_of(12);
  khop_audit *a;
  const khop_layer layer = {1, 1, 1};
  khop_audit_options options = {.hops = (const int[]){1, 3}, .taps = 2};
  assert_int_equal(khop_audit_graph(&a, graph, 1, &layer, &options), KHOP_OK);
  assert_true(a->parity_trap);
  assert_true(a->share_per_hop[0] == 0 && a->share_per_hop[1] == 1 && a->share_per_hop[2] == 0);
  khop_audit_free(a);
  assert_int_equal(khop_audit_graph(&a, graph, 2, (khop_layer[]){layer, {1, 2, 1}}, &options), KHOP_OK);
  assert_true(a->parity_trap); /* odd plus even is odd */
  khop_audit_free(a);
  khop_graph_free(graph);
}

/* --- the schedule --------------------------------------------------------------------------- */

static void suggestions_see_every_ring(void **state) {
  (void)state;
  khop_i_random random;
  khop_i_random_seed(&random, 5);
  for (int round = 0; round < 60; round++) {
    khop_graph *graph = round % 3 == 0 ? tree_of(60, &random) : random_graph(&random, round % 3 == 1);
    const khop_layer first = {2 + round % 4, 3, 1};
    khop_audit *a, *again;
    khop_layer layers[16];
    khop_audit_options options = {.radius = round % 5};
    assert_int_equal(khop_audit_graph(&a, graph, 1, &first, &options), KHOP_OK);
    int64_t target = options.radius && options.radius < a->diameter ? options.radius : a->diameter;
    assert_int_equal(a->suggested == 0, target == 0);
    if (a->suggested) {
      int64_t reach = 0, shorter = 0;
      for (int l = 0; l < a->suggested; l++) {
        layers[l] = (khop_layer){first.kernel, a->suggested_dilations[l], 1};
        assert_int_equal(layers[l].dilation, 1 << l);
        shorter = reach;
        reach += (first.kernel - 1) * layers[l].dilation;
      }
      assert_true(reach >= target && shorter < target);
      assert_int_equal(khop_audit_graph(&again, graph, a->suggested, layers, NULL), KHOP_OK);
      assert_false(again->parity_trap);
      for (int64_t k = 0; k <= target; k++) assert_true(!(again->share_per_hop[k] != 1));
      assert_true(again->share == 1);
      khop_audit_free(again);
    }
    khop_audit_free(a);
    khop_graph_free(graph);
  }
}

static void samples(void **state) {
  (void)state;
  khop_graph *graph = grid_of(2, 60, 60, false, false);
  khop_audit *a, *same;
  const khop_layer layers[] = {{2, 1, 1}, {2, 3, 1}};
  khop_audit_options options = {.samples = 300, .seed = 7};
  assert_int_equal(khop_audit_graph(&a, graph, 2, layers, &options), KHOP_OK);
  assert_int_equal(a->sources, 300);
  assert_false(a->exact);
  assert_int_equal(a->diameter, 118);
  assert_true(a->share_per_hop[0] == 1 && a->share_per_hop[1] == 1);
  assert_true(a->share_per_hop[2] > 0.99); /* a detour: 3 out, 1 back; not to some corners */
  assert_true(a->share_per_hop[3] == 1 && a->share_per_hop[4] == 1);
  khop_set_threads(1);
  assert_int_equal(khop_audit_graph(&same, graph, 2, layers, &options), KHOP_OK);
  khop_set_threads(0);
  assert_memory_equal(a->share_per_hop, same->share_per_hop, 5 * sizeof(double));
  khop_audit_free(a);
  khop_audit_free(same);
  options.samples = 0;
  assert_int_equal(khop_audit_graph(&a, graph, 2, layers, &options), KHOP_OK);
  assert_int_equal(a->sources, 1000);
  khop_audit_free(a);
  khop_graph_free(graph);
}

/* --- edges and mistakes --------------------------------------------------------------------- */

static void small_graphs(void **state) {
  (void)state;
  for (int64_t n = 0; n < 3; n++) { /* no edges at all */
    khop_graph *graph;
    khop_audit *a;
    assert_int_equal(khop_graph_from_coo(&graph, n, 0, NULL, NULL, false), KHOP_OK);
    assert_int_equal(khop_audit_graph(&a, graph, 2, (khop_layer[]){{2, 1, 1}, {3, 2000000, 1}}, NULL), KHOP_OK);
    assert_true(a->bipartite && !a->parity_trap && a->suggested == 0);
    assert_int_equal(a->hop_count, 4097);
    assert_true(isnan(a->share) && isnan(a->share_per_hop[1]));
    assert_true(n == 0 ? isnan(a->share_per_hop[0]) : a->share_per_hop[0] == 1);
    khop_audit_free(a);
    khop_graph_free(graph);
  }
}

static void says(khop_status found, khop_status expected, const char *word) {
  assert_int_equal(found, expected);
  assert_non_null(strstr(khop_message(), word));
}

static void bad_input(void **state) {
  (void)state;
  khop_graph *graph = cycle_of(8);
  khop_audit *a;
  uint8_t reached[8];
  const khop_layer good = {2, 1, 1};
  says(khop_audit_graph(&a, graph, 1, &(khop_layer){2, 0, 1}, NULL), KHOP_E_ARGUMENT, "dilation 0");
  assert_null(a);
  says(khop_audit_graph(&a, graph, 1, &(khop_layer){2, 1, 2}, NULL), KHOP_E_ARGUMENT, "stride 2");
  says(khop_audit_graph(&a, graph, 1, &(khop_layer){3, 2000000000, 1}, NULL), KHOP_E_ARGUMENT, "beyond hop");
  says(khop_audit_graph(&a, graph, 0, NULL, NULL), KHOP_E_ARGUMENT, "0 layers");
  says(khop_audit_graph(&a, graph, 1, &good, &(khop_audit_options){.direction = 7}), KHOP_E_ARGUMENT, "direction 7");
  says(khop_audit_graph(&a, graph, 1, &good, &(khop_audit_options){.taps = 2}), KHOP_E_ARGUMENT, "no hops");
  says(khop_audit_graph(&a, graph, 1, &good, &(khop_audit_options){.hops = (int[]){-1}, .taps = 1}),
       KHOP_E_ARGUMENT, "hop of -1");
  says(khop_audit_graph(&a, graph, 1, &good, &(khop_audit_options){.branches = 2}), KHOP_E_ARGUMENT,
       "2 branches among 1 layers");
  says(khop_audit_graph(&a, graph, 1, &good, &(khop_audit_options){.samples = -1}), KHOP_E_ARGUMENT, "samples");
  says(khop_audit_graph(&a, graph, 1, &good, &(khop_audit_options){.max_bytes = 10}), KHOP_E_BUDGET, "budget");
  says(khop_audit_reach(reached, graph, 1, &good, 1, (int64_t[]){8}, NULL), KHOP_E_ARGUMENT, "node 8");
  khop_audit_free(NULL);
  khop_graph_free(graph);
}

/* --- no memory ------------------------------------------------------------------------------ */

static int64_t allowed = -1; /* allocations until one fails; negative: all are allowed */

static void *allocate(size_t size, void *context) {
  (void)context;
  if (allowed == 0) return NULL;
  if (allowed > 0) allowed--;
  return malloc(size);
}
static void release(void *pointer, void *context) {
  (void)context;
  free(pointer);
}

/* One allocation after the other fails, until the call succeeds: nothing is half made, nothing leaks. */
static void failing_allocations(void **state) {
  (void)state;
  assert_int_equal(khop_set_allocator(&(khop_allocator){allocate, release, NULL}), KHOP_OK);
  khop_graph *graph = grid_of(2, 5, 5, false, true);
  const khop_layer layers[] = {{2, 1, 1}, {3, 2, 1}};
  for (int direction = 0; direction < 3; direction++) {
    khop_audit_options options = {.direction = (khop_direction)direction, .samples = 10};
    size_t before = khop_bytes_now();
    khop_status status = KHOP_E_MEMORY;
    for (int64_t n = 0; status != KHOP_OK; n++) {
      khop_audit *a;
      assert_true(n < 1000);
      allowed = n;
      status = khop_audit_graph(&a, graph, 2, layers, &options);
      allowed = -1;
      if (status != KHOP_OK) {
        assert_int_equal(status, KHOP_E_MEMORY);
        assert_null(a);
      }
      khop_audit_free(a);
      assert_int_equal(khop_bytes_now(), before);
    }
  }
  khop_graph_free(graph);
  assert_int_equal(khop_set_allocator(NULL), KHOP_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reach_is_the_jacobian_of_grids),
      cmocka_unit_test(reach_is_the_jacobian_of_random_graphs),
      cmocka_unit_test(many_sources_reach_along_a_path),
      cmocka_unit_test(branches_reach_what_each_reaches),
      cmocka_unit_test(reach_is_what_a_model_sees),
      cmocka_unit_test(shares_are_counted),
      cmocka_unit_test(nine_of_ten_pairs_are_within_the_effective_diameter),
      cmocka_unit_test(two_sides),
      cmocka_unit_test(odd_hops_trap_too),
      cmocka_unit_test(suggestions_see_every_ring),
      cmocka_unit_test(samples),
      cmocka_unit_test(small_graphs),
      cmocka_unit_test(bad_input),
      cmocka_unit_test(failing_allocations),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
