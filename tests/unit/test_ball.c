/* test_ball.c: balls of graphs against distances by Floyd and Warshall, rows of rings against the whole, bad input. */
#include "rings_check.h"

#include "graph/graph.h"

#include <khop/apply.h>

#define MOST 24

/* Different nodes in random order; how many. */
static int64_t draw_seeds(int64_t *seeds, int64_t nodes, int64_t most, khop_i_random *r) {
  int64_t all[MOST], count = 1 + khop_i_random_below(r, most < nodes ? most : nodes);
  for (int64_t i = 0; i < nodes; i++) all[i] = i;
  for (int64_t i = 0; i < count; i++) {
    int64_t j = i + khop_i_random_below(r, nodes - i);
    seeds[i] = all[j];
    all[j] = all[i];
  }
  return count;
}

/* Whether the ball has exactly the nodes within reach, ascending, with their arcs, and the seeds in their places. */
static bool is_ball(const khop_graph *ball, const int64_t *nodes, const int64_t *places, const edge_list *e,
                    const int64_t *seeds, int64_t count, int64_t hops, khop_direction direction) {
  int64_t n = e->nodes, m = 0;
  double along[MOST * MOST], arcs[MOST * MOST];
  int distance[MOST * MOST];
  bool matrix[MOST * MOST];
  dense_adjacency(along, e, direction);
  dense_adjacency(arcs, e, KHOP_OUT);
  floyd_warshall(distance, along, n);
  int64_t within[MOST];
  for (int64_t i = 0; i < n; i++)
    for (int64_t k = 0; k < count; k++) {
      int d = distance[seeds[k] * n + i];
      if (d < 0 || d > hops) continue;
      within[m++] = i;
      break;
    }
  if (khop_graph_nodes(ball) != m || memcmp(within, nodes, (size_t)m * sizeof *nodes) != 0) return false;
  for (int64_t i = 0; i < m; i++)
    for (int64_t j = 0; j < m; j++) matrix[i * m + j] = arcs[within[i] * n + within[j]] != 0;
  for (int64_t k = 0; k < count; k++)
    if (places[k] < 0 || places[k] >= m || within[places[k]] != seeds[k]) return false;
  return khop_graph_is_directed(ball) == e->directed && same_as_matrix(ball, matrix, m);
}

static void balls_are_what_distances_say(void **state) {
  (void)state;
  static edge_list e;
  khop_i_random r;
  khop_i_random_seed(&r, 11);
  for (int round = 0; round < 2000; round++) {
    draw_graph(&e, round % FAMILIES, round / FAMILIES % 2, MOST, &r);
    khop_graph *graph = graph_of(&e), *ball;
    int64_t seeds[MOST], places[MOST], *nodes, hops = khop_i_random_below(&r, 5);
    int64_t count = draw_seeds(seeds, e.nodes, 3, &r);
    khop_direction direction = (khop_direction)khop_i_random_below(&r, 3);
    ok(khop_graph_ball(&ball, &nodes, places, graph, count, seeds, hops, direction));
    assert_true(is_ball(ball, nodes, places, &e, seeds, count, hops, direction));
    places[0] = places[0] ? 0 : khop_graph_nodes(ball) - 1;
    if (khop_graph_nodes(ball) > 1) /* the checker notices a seed in a wrong place */
      assert_false(is_ball(ball, nodes, places, &e, seeds, count, hops, direction));
    khop_free(nodes);
    khop_graph_free(ball);
    khop_graph_free(graph);
  }
}

/* More nodes than one table holds, and numbers above 2^11 and 2^22, which are sorted by several passes. */
static void large_numbers_are_sorted(void **state) {
  (void)state;
  int64_t n = 6000000, *nodes, seeds[2] = {5999999, 1}, places[2];
  khop_graph *graph = path_graph(n), *ball;
  ok(khop_graph_ball(&ball, &nodes, places, graph, 2, seeds, 3000, KHOP_ALL));
  assert_int_equal(khop_graph_nodes(ball), 3002 + 3001);
  for (int64_t i = 0; i < 3002; i++) assert_int_equal(nodes[i], i);
  for (int64_t i = 0; i < 3001; i++) assert_int_equal(nodes[3002 + i], n - 3001 + i);
  assert_int_equal(places[0], 6002);
  assert_int_equal(places[1], 1);
  khop_free(nodes);
  khop_graph_free(ball);
  khop_graph_free(graph);
}

static void columns_come_along(void **state) {
  (void)state;
  khop_graph *graph = path_graph(5), *ball;
  const double numbers[5] = {0.5, 1.5, 2.5, 3.5, 4.5};
  const char *const strings[5] = {"a", "", "ccc", "dd", "e"};
  int64_t *nodes, seed = 3;
  ok(khop_graph_add_column(graph, "weight", numbers, NULL));
  ok(khop_graph_add_column(graph, "name", NULL, strings));
  ok(khop_graph_ball(&ball, &nodes, NULL, graph, 1, &seed, 1, KHOP_OUT));
  assert_int_equal(khop_graph_nodes(ball), 3);
  assert_int_equal(khop_graph_columns(ball), 2);
  const khop_column *weight = khop_graph_column(ball, 0), *name = khop_graph_column(ball, 1);
  assert_string_equal(weight->name, "weight");
  for (int i = 0; i < 3; i++) {
    assert_true(weight->numbers[i] == 2.5 + i);
    assert_string_equal(name->strings[i], strings[2 + i]);
  }
  khop_free(nodes);
  khop_graph_free(ball);
  khop_graph_free(graph);
}

static void a_ball_of_no_seeds_is_empty(void **state) {
  (void)state;
  khop_graph *graph = path_graph(3), *ball;
  int64_t *nodes;
  ok(khop_graph_ball(&ball, &nodes, NULL, graph, 0, NULL, 2, KHOP_OUT));
  assert_int_equal(khop_graph_nodes(ball), 0);
  assert_non_null(nodes);
  khop_free(nodes);
  khop_graph_free(ball);
  khop_graph_free(graph);
}

static void bad_input_is_refused(void **state) {
  (void)state;
  khop_graph *graph = path_graph(4), *ball = graph;
  int64_t *nodes, twice[3] = {1, 2, 1}, below[1] = {-1}, beyond[2] = {0, 4};
  fails(khop_graph_ball(&ball, &nodes, NULL, graph, 3, twice, 1, KHOP_OUT), KHOP_E_ARGUMENT, "node 1", "twice");
  assert_null(ball);
  assert_null(nodes);
  fails(khop_graph_ball(&ball, &nodes, NULL, graph, 1, below, 1, KHOP_OUT), KHOP_E_ARGUMENT, "node -1", "4 nodes");
  fails(khop_graph_ball(&ball, &nodes, NULL, graph, 2, beyond, 1, KHOP_OUT), KHOP_E_ARGUMENT, "node 4", "4 nodes");
  fails(khop_graph_ball(&ball, &nodes, NULL, graph, 1, NULL, 1, KHOP_OUT), KHOP_E_ARGUMENT, "1 nodes", "no list");
  fails(khop_graph_ball(&ball, &nodes, NULL, graph, -1, twice, 1, KHOP_OUT), KHOP_E_ARGUMENT, "-1", "nodes");
  fails(khop_graph_ball(&ball, &nodes, NULL, graph, 1, twice, -2, KHOP_OUT), KHOP_E_ARGUMENT, "-2 hops", "direction");
  fails(khop_graph_ball(&ball, &nodes, NULL, graph, 1, twice, 1, (khop_direction)3), KHOP_E_ARGUMENT, "hops", "3");
  fails(khop_graph_ball(&ball, &nodes, NULL, NULL, 1, twice, 1, KHOP_OUT), KHOP_E_ARGUMENT, "graph", "missing");
  fails(khop_graph_ball(NULL, &nodes, NULL, graph, 1, twice, 1, KHOP_OUT), KHOP_E_ARGUMENT, "result", "missing");
  fails(khop_graph_ball(&ball, NULL, NULL, graph, 1, twice, 1, KHOP_OUT), KHOP_E_ARGUMENT, "result", "missing");
  khop_graph_free(graph);
}

/* What a ball takes grows with what it reaches, not with the graph. */
static void memory_follows_the_reach(void **state) {
  (void)state;
  size_t took[2];
  for (int large = 0; large < 2; large++) {
    khop_graph *graph = path_graph(large ? 2000000 : 2000), *ball;
    int64_t *nodes, seed = 1000;
    size_t before = khop_bytes_now();
    ok(khop_graph_ball(&ball, &nodes, NULL, graph, 1, &seed, 4, KHOP_OUT));
    took[large] = khop_bytes_now() - before;
    khop_free(nodes);
    khop_graph_free(ball);
    assert_int_equal(khop_bytes_now(), before);
    khop_graph_free(graph);
  }
  assert_int_equal(took[0], took[1]);
}

/* --- rows of rings ----------------------------------------------------------------------------- */

/* y (N, f) of all taps, without a seam between them. */
static khop_real *apply_all(const khop_rings *rings, int count, const int *hops, khop_norm norm, bool self_loop,
                            const khop_real *x, int64_t f) {
  khop_taps *taps;
  khop_real *y = block_of(khop_rings_nodes(rings) * f, sizeof *y);
  ok(khop_taps_new(&taps, rings, count, hops, norm, self_loop));
  ok(khop_apply(y, f, taps, x, f, f, 0));
  khop_taps_free(taps);
  return y;
}

/* Entries and values of one row, by the numbers of the graph. */
static bool same_entries(const khop_rings *whole, const khop_rings *part, int slot, int64_t row, int64_t place,
                         const int64_t *nodes) {
  const int32_t *wanted, *got;
  const khop_real *wanted_values, *got_values;
  int64_t count = khop_rings_row(whole, slot, row, &wanted, &wanted_values);
  if (khop_rings_row(part, slot, place, &got, &got_values) != count || !wanted_values != !got_values) return false;
  for (int64_t e = 0; e < count; e++)
    if (nodes[got[e]] != wanted[e] || (got_values && got_values[e] != wanted_values[e])) return false;
  return true;
}

static void rows_of_rings_are_those_of_the_whole(void **state) {
  (void)state;
  enum { F = 21, HOPS = 3 };
  static edge_list e;
  khop_i_random r;
  khop_i_random_seed(&r, 13);
  for (int round = 0; round < 1500; round++) {
    draw_graph(&e, round % FAMILIES, round / FAMILIES % 2, MOST, &r);
    khop_graph *graph = graph_of(&e);
    int64_t seeds[MOST], places[MOST], *nodes, count = draw_seeds(seeds, e.nodes, 3, &r);
    int hops[HOPS] = {0, 1 + (int)khop_i_random_below(&r, 2), 3};
    khop_norm norm = (khop_norm)khop_i_random_below(&r, 4);
    bool self_loop = khop_i_random_below(&r, 2);
    khop_rings_options o = {.direction = (khop_direction)khop_i_random_below(&r, 3),
                            .op = (khop_operator)khop_i_random_below(&r, 4)};
    khop_rings *whole, *part;
    ok(khop_rings_build(&whole, graph, HOPS, hops, &o));
    ok(khop_rings_build_rows(&part, &nodes, places, graph, count, seeds, HOPS, hops, norm, &o));
    khop_real x[MOST * F], some[MOST * F];
    for (int64_t i = 0; i < e.nodes * F; i++) x[i] = random_real(&r);
    for (int64_t j = 0; j < khop_rings_nodes(part); j++) memcpy(some + j * F, x + nodes[j] * F, F * sizeof *x);
    khop_real *wanted = apply_all(whole, HOPS, hops, norm, self_loop, x, F);
    khop_real *got = apply_all(part, HOPS, hops, norm, self_loop, some, F);
    for (int64_t k = 0; k < count; k++) {
      for (int slot = 0; slot < HOPS; slot++)
        assert_true(same_entries(whole, part, slot, seeds[k], places[k], nodes));
      assert_memory_equal(got + places[k] * F, wanted + seeds[k] * F, F * sizeof *got);
    }
    free(wanted);
    free(got);
    khop_free(nodes);
    khop_rings_free(whole);
    khop_rings_free(part);
    khop_graph_free(graph);
  }
}

static void bad_rows_are_refused(void **state) {
  (void)state;
  khop_graph *graph = path_graph(4);
  khop_rings *rings;
  int64_t *nodes, rows[2] = {3, 3};
  int hops[1] = {1}, negative[1] = {-1};
  khop_rings_options ladder = {.form = KHOP_LADDER}, metapaths = {.op = KHOP_METAPATH};
  fails(khop_rings_build_rows(&rings, &nodes, NULL, graph, 2, rows, 1, hops, KHOP_NORM_ROW, NULL), KHOP_E_ARGUMENT,
        "node 3", "twice");
  fails(khop_rings_build_rows(&rings, &nodes, NULL, graph, 1, rows, 1, negative, KHOP_NORM_ROW, NULL),
        KHOP_E_ARGUMENT, "-1", "hop");
  assert_null(rings);
  assert_null(nodes);
  fails(khop_rings_build_rows(&rings, &nodes, NULL, graph, 1, rows, 0, hops, KHOP_NORM_ROW, NULL), KHOP_E_ARGUMENT,
        "no hops", "");
  fails(khop_rings_build_rows(&rings, &nodes, NULL, graph, 1, rows, 1, hops, (khop_norm)4, NULL), KHOP_E_ARGUMENT,
        "normalisation 4", "");
  fails(khop_rings_build_rows(&rings, &nodes, NULL, graph, 1, rows, 1, hops, KHOP_NORM_ROW, &ladder),
        KHOP_E_UNSUPPORTED, "stored", "form 2");
  fails(khop_rings_build_rows(&rings, &nodes, NULL, graph, 1, rows, 1, hops, KHOP_NORM_ROW, &metapaths),
        KHOP_E_UNSUPPORTED, "metapaths", "whole");
  fails(khop_rings_build_rows(&rings, NULL, NULL, graph, 1, rows, 1, hops, KHOP_NORM_ROW, NULL), KHOP_E_ARGUMENT,
        "result", "missing");
  khop_graph_free(graph);
}

/* --- memory ------------------------------------------------------------------------------------ */

static khop_status take_rows(void *context) {
  khop_rings *rings;
  int64_t *nodes, seeds[2] = {7, 90};
  int hops[2] = {1, 4};
  khop_status status =
      khop_rings_build_rows(&rings, &nodes, NULL, context, 2, seeds, 2, hops, KHOP_NORM_SYM, NULL);
  if (status != KHOP_OK) assert_null(rings), assert_null(nodes);
  khop_free(nodes);
  khop_rings_free(rings);
  return status;
}

static khop_status take_ball(void *context) {
  khop_graph *ball;
  int64_t *nodes, seeds[2] = {7, 90};
  khop_status status = khop_graph_ball(&ball, &nodes, NULL, context, 2, seeds, 40, KHOP_ALL);
  if (status != KHOP_OK) assert_null(ball), assert_null(nodes);
  khop_free(nodes);
  khop_graph_free(ball);
  return status;
}

static void memory_that_runs_out_is_an_error(void **state) {
  (void)state;
  int64_t nodes = 200, from[199], to[199];
  double numbers[200] = {0};
  khop_graph *graph;
  memory_can_run_out();
  for (int64_t i = 0; i < 199; i++) from[i] = i, to[i] = i + 1;
  ok(khop_graph_from_coo(&graph, nodes, 199, from, to, true));
  ok(khop_graph_add_column(graph, "x", numbers, NULL));
  assert_true(fail_each(take_ball, graph) > 4);
  assert_true(fail_each(take_rows, graph) > 8);
  khop_graph_free(graph);
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(balls_are_what_distances_say),     cmocka_unit_test(large_numbers_are_sorted),
      cmocka_unit_test(columns_come_along),               cmocka_unit_test(a_ball_of_no_seeds_is_empty),
      cmocka_unit_test(bad_input_is_refused),             cmocka_unit_test(memory_follows_the_reach),
      cmocka_unit_test(memory_that_runs_out_is_an_error), cmocka_unit_test(rows_of_rings_are_those_of_the_whole),
      cmocka_unit_test(bad_rows_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
