/* test_rings.c: the exact-k-hop operators against igraph, Floyd-Warshall and dense matrices.
 */
#include "rings_check.h"

#include <igraph/igraph.h>
#include <khop/apply.h>
#include <khop/data.h>

/* --- the checkers --------------------------------------------------------------------------- */

/* Whether a row of a slot holds exactly the columns j with wanted[j] != 0, and these values. */
static bool row_equals(const khop_rings *rings, int slot, int64_t row, const double *wanted) {
  const int32_t *columns;
  const khop_real *values;
  int64_t count = khop_rings_row(rings, slot, row, &columns, &values), e = 0;
  for (int64_t j = 0; j < khop_rings_nodes(rings); j++) {
    if (wanted[j] == 0) continue;
    if (e == count || columns[e] != j) return false;
    if ((values ? values[e] : 1) != (khop_real)wanted[j]) return false;
    e++;
  }
  return e == count;
}

static bool slot_equals(const khop_rings *rings, int slot, const double *wanted) {
  int64_t n = khop_rings_nodes(rings), entries = 0, empty = 0;
  for (int64_t i = 0; i < n; i++) {
    int64_t here = 0;
    if (!row_equals(rings, slot, i, wanted + i * n)) return false;
    for (int64_t j = 0; j < n; j++) here += wanted[i * n + j] != 0;
    entries += here;
    empty += here == 0;
  }
  return khop_rings_entries(rings, slot) == entries && khop_rings_empty_rows(rings, slot) == empty;
}

/* --- rings against two oracles --------------------------------------------------------------- */

enum { MOST = 26, ROUNDS = 9, HOPS = MOST + 2 };

/* Every hop 0 .. HOPS-1, in an order that is not ascending, some twice. */
static const int *every_hop(int *count) {
  static int hops[HOPS + 2];
  for (int k = 0; k < HOPS; k++) hops[k] = (k * 5 + 3) % HOPS;
  hops[HOPS] = 0;
  hops[HOPS + 1] = 7;
  *count = HOPS + 2;
  return hops;
}

static void check_against_floyd_warshall(const edge_list *e, const khop_rings *rings,
                                         khop_direction direction) {
  int64_t n = e->nodes;
  double *a = block_of(n * n, sizeof *a), *m = block_of(n * n, sizeof *m);
  int *d = block_of(n * n, sizeof *d);
  dense_adjacency(a, e, direction);
  floyd_warshall(d, a, n);
  assert_int_equal(khop_rings_slots(rings), HOPS);
  for (int k = 0; k < HOPS; k++) {
    int slot = khop_rings_slot(rings, k);
    assert_int_equal(khop_rings_hop(rings, slot), k);
    for (int64_t i = 0; i < n * n; i++) m[i] = d[i] == k;
    assert_true(slot_equals(rings, slot, m));
  }
  /* together, the all-ones matrix over what can be reached: each pair in exactly one ring */
  for (int64_t i = 0; i < n; i++) {
    double seen[MOST] = {0};
    for (int s = 0; s < HOPS; s++) {
      const int32_t *columns;
      int64_t count = khop_rings_row(rings, s, i, &columns, NULL);
      for (int64_t c = 0; c < count; c++) seen[columns[c]] += 1;
    }
    for (int64_t j = 0; j < n; j++) assert_true(seen[j] == (d[i * n + j] >= 0));
  }
  free(a);
  free(m);
  free(d);
}

static void check_against_igraph(const edge_list *e, const khop_rings *rings,
                                 khop_direction direction) {
  igraph_t graph;
  igraph_vector_int_t ends;
  igraph_vector_int_list_t lists;
  igraph_vector_int_init(&ends, 2 * e->count);
  for (int64_t i = 0; i < e->count; i++) {
    VECTOR(ends)[2 * i] = e->from[i];
    VECTOR(ends)[2 * i + 1] = e->to[i];
  }
  igraph_create(&graph, &ends, e->nodes, e->directed);
  igraph_vector_int_list_init(&lists, 0);
  igraph_neimode_t mode = direction == KHOP_OUT  ? IGRAPH_OUT
                          : direction == KHOP_IN ? IGRAPH_IN
                                                 : IGRAPH_ALL;
  for (int k = 0; k < HOPS; k += k < 6 ? 1 : 7) {
    assert_int_equal(igraph_neighborhood(&graph, &lists, igraph_vss_all(), k, mode, k), 0);
    for (int64_t i = 0; i < e->nodes; i++) {
      const igraph_vector_int_t *list = igraph_vector_int_list_get_ptr(&lists, i);
      double wanted[MOST] = {0};
      for (int64_t j = 0; j < igraph_vector_int_size(list); j++) wanted[VECTOR(*list)[j]] = 1;
      assert_true(row_equals(rings, khop_rings_slot(rings, k), i, wanted));
    }
  }
  igraph_vector_int_list_destroy(&lists);
  igraph_vector_int_destroy(&ends);
  igraph_destroy(&graph);
}

/* R_k(G^T) = R_k(G)^T, and IN = OUT^T, by khop_rings_transpose. */
static void check_transpose(const edge_list *e, const khop_graph *graph, int count,
                            const int *hops) {
  static edge_list back;
  back = *e;
  memcpy(back.from, e->to, sizeof back.from);
  memcpy(back.to, e->from, sizeof back.to);
  khop_graph *turned = graph_of(&back);
  khop_rings *out = rings_of(graph, count, hops, KHOP_OUT, KHOP_RING), *transpose = NULL;
  khop_rings *in = rings_of(graph, count, hops, KHOP_IN, KHOP_RING);
  khop_rings *of_turned = rings_of(turned, count, hops, KHOP_OUT, KHOP_RING);
  ok(khop_rings_transpose(&transpose, out));
  assert_true(same_store(transpose, of_turned));
  assert_true(same_store(transpose, in));
  assert_int_equal(khop_rings_direction(transpose), KHOP_IN);
  if (!e->directed) assert_true(same_store(transpose, out));
  assert_int_equal(khop_rings_is_symmetric(out), !e->directed);
  khop_rings_free(out);
  khop_rings_free(in);
  khop_rings_free(of_turned);
  khop_rings_free(transpose);
  khop_graph_free(turned);
}

static void hundreds_of_graphs(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 1);
  static edge_list e;
  int count, tried = 0;
  const int *hops = every_hop(&count);
  for (int round = 0; round < ROUNDS; round++)
    for (int family = 0; family < FAMILIES; family++)
      for (int directed = 0; directed < 2; directed++) {
        draw_graph(&e, family, directed, MOST, &r);
        khop_graph *graph = graph_of(&e);
        for (khop_direction direction = KHOP_OUT; direction <= KHOP_ALL; direction++) {
          khop_rings *rings = rings_of(graph, count, hops, direction, KHOP_RING);
          check_against_floyd_warshall(&e, rings, direction);
          check_against_igraph(&e, rings, direction);
          assert_int_equal(khop_rings_direction(rings), direction);
          assert_int_equal(khop_rings_operator(rings), KHOP_RING);
          assert_int_equal(khop_rings_is_symmetric(rings), !directed || direction == KHOP_ALL);
          khop_rings_free(rings);
        }
        check_transpose(&e, graph, count, hops);
        khop_graph_free(graph);
        tried++;
      }
  assert_int_equal(tried, ROUNDS * FAMILIES * 2);
}

/* A comparison that cannot fail proves nothing: break right answers and demand failure. */
static void checker_is_checked(void **state) {
  (void)state;
  static edge_list e = {.nodes = 5, .count = 4, .from = {0, 1, 2, 3}, .to = {1, 2, 3, 4}};
  khop_graph *graph = graph_of(&e);
  khop_rings *rings = rings_of(graph, 3, (int[]){0, 1, 2}, KHOP_OUT, KHOP_RING);
  double m[25];
  dense_operator(m, &e, KHOP_OUT, KHOP_RING, 2);
  assert_true(slot_equals(rings, 2, m));
  assert_false(slot_equals(rings, 1, m));
  for (int i = 0; i < 25; i++) {
    m[i] = 1 - m[i];
    assert_false(slot_equals(rings, 2, m));
    m[i] = 1 - m[i];
  }
  rings->csr->columns[3]++;
  bool right = true;
  for (int k = 0; k <= 2; k++) {
    dense_operator(m, &e, KHOP_OUT, KHOP_RING, k);
    right &= slot_equals(rings, k, m);
  }
  assert_false(right);
  khop_rings_free(rings);
  khop_graph_free(graph);
}

/* --- graphs that one can count by hand ------------------------------------------------------ */

static void karate_club(void **state) {
  (void)state;
  const int64_t totals[] = {34, 156, 530, 274, 146, 16};
  khop_graph *graph = NULL;
  ok(khop_graph_read(&graph, fixture("datasets/karate.graphml"), NULL));
  khop_rings *rings = rings_of(graph, 7, (int[]){0, 1, 2, 3, 4, 5, 6}, KHOP_OUT, KHOP_RING);
  for (int k = 0; k <= 5; k++) assert_int_equal(khop_rings_entries(rings, k), totals[k]);
  assert_int_equal(khop_rings_entries(rings, 6), 0);
  assert_int_equal(khop_rings_empty_rows(rings, 6), 34);
  khop_rings_free(rings);
  khop_graph_free(graph);
}

/* The ring of hop 2 has one node a row, the walks of 2 edges reach two: there, and back. */
static void four_cycle(void **state) {
  (void)state;
  khop_graph *graph = NULL;
  ok(khop_graph_from_coo(&graph, 4, 4, (int64_t[]){0, 1, 2, 3}, (int64_t[]){1, 2, 3, 0}, false));
  const int64_t entries[] = {4, 16, 8, 8};
  for (int op = KHOP_RING; op <= KHOP_WALK_SUPPORT; op++) {
    khop_rings *rings = rings_of(graph, 1, (int[]){2}, KHOP_OUT, (khop_operator)op);
    const int32_t *columns;
    const khop_real *values;
    assert_int_equal(khop_rings_entries(rings, 0), entries[op]);
    khop_rings_row(rings, 0, 1, &columns, &values);
    if (op == KHOP_RING) assert_int_equal(columns[0], 3);
    if (op == KHOP_WALK_POWER) assert_true(values[0] == 2 && values[1] == 2);
    if (op != KHOP_WALK_POWER) assert_null(values);
    khop_rings_free(rings);
  }
  khop_graph_free(graph);
}

/* Ring sizes of Cora: the table of the data sets' README, whose means are over 300 nodes of 2,708,
 * and the exact totals. */
static void cora(void **state) {
  (void)state;
  const int64_t exact[] = {2708, 10556, 86332, 247250, 663302, 1187132, 1389500, 1118348, 693030};
  const double means[] = {1, 3.83, 33.4, 90.8, 240.5, 426.1, 501.6, 407.3, 252.0};
  if (!getenv("KHOP_DATA")) {
    skipped("KHOP_DATA is not set");
    return;
  }
  khop_data *data = NULL;
  char path[300];
  snprintf(path, sizeof path, "%.200s/cora.npz", getenv("KHOP_DATA"));
  ok(khop_data_load(&data, path, NULL));
  const khop_graph *graph = khop_data_graph(data);
  int64_t n = khop_graph_nodes(graph), totals[9] = {0};
  khop_rings *rings = rings_of(graph, 9, (int[]){0, 1, 2, 3, 4, 5, 6, 7, 8}, KHOP_OUT, KHOP_RING);
  int32_t *distance = block_of(n, sizeof *distance), *queue = block_of(n, sizeof *queue);
  for (int64_t i = 0; i < n; i++) {
    plain_search(distance, queue, graph, i);
    for (int k = 0; k <= 8; k++) {
      const int32_t *columns;
      int64_t count = khop_rings_row(rings, k, i, &columns, NULL), here = 0;
      for (int64_t j = 0; j < n; j++) here += distance[j] == k;
      for (int64_t c = 0; c < count; c++) assert_int_equal(distance[columns[c]], k);
      assert_int_equal(count, here);
      totals[k] += here;
    }
  }
  for (int k = 0; k <= 8; k++) {
    double mean = (double)totals[k] / (double)n;
    assert_int_equal(totals[k], exact[k]);
    assert_int_equal(khop_rings_entries(rings, k), totals[k]);
    assert_true(fabs(mean / means[k] - 1) <= 0.15);
  }
  free(distance);
  free(queue);
  khop_rings_free(rings);
  khop_data_free(data);
}

/* --- the other operators -------------------------------------------------------------------- */

static void operators(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 2);
  static edge_list e;
  const int hops[] = {4, 0, 1, 2, 6};
  for (int trial = 0; trial < 10 * FAMILIES; trial++) {
    draw_graph(&e, trial % FAMILIES, trial / FAMILIES % 2, 12, &r);
    khop_graph *graph = graph_of(&e);
    double *m = block_of(e.nodes * e.nodes, sizeof *m);
    for (int op = KHOP_RING; op <= KHOP_WALK_SUPPORT; op++)
      for (khop_direction direction = KHOP_OUT; direction <= KHOP_ALL; direction++) {
        khop_rings *rings = rings_of(graph, 5, hops, direction, (khop_operator)op), *turned = NULL;
        ok(khop_rings_transpose(&turned, rings));
        for (int h = 0; h < 5; h++) {
          dense_operator(m, &e, direction, (khop_operator)op, hops[h]);
          assert_true(slot_equals(rings, khop_rings_slot(rings, hops[h]), m));
          for (int64_t i = 0; i < e.nodes; i++)
            for (int64_t j = 0; j < i; j++) {
              double held = m[i * e.nodes + j];
              m[i * e.nodes + j] = m[j * e.nodes + i];
              m[j * e.nodes + i] = held;
            }
          assert_true(slot_equals(turned, khop_rings_slot(turned, hops[h]), m));
        }
        khop_rings_free(rings);
        khop_rings_free(turned);
      }
    free(m);
    khop_graph_free(graph);
  }
}

/* --- far hops, no nodes, wrong arguments ------------------------------------------------------ */

static bool count_call(double share, void *context) {
  (void)share;
  ++*(int *)context;
  return true;
}

/* A hop beyond any distance is an empty ring at once: no block is searched. */
static void far_hops(void **state) {
  (void)state;
  const int64_t n = 3000;
  for (int directed = 0; directed < 2; directed++) {
    khop_graph *graph = NULL;
    ok(khop_graph_grid(&graph, 1, &n, NULL, false, directed));
    for (khop_direction direction = KHOP_OUT; direction <= KHOP_ALL; direction++) {
      int calls = 0;
      khop_rings_options options = {.direction = direction, .progress = count_call,
                                    .context = &calls};
      khop_rings *rings = NULL;
      uint64_t before = khop_allocations();
      ok(khop_rings_build(&rings, graph, 2, (int[]){1000000000, INT32_MAX}, &options));
      assert_int_equal(calls, 0);
      assert_true(khop_allocations() - before < 20);
      assert_int_equal(khop_rings_slots(rings), 2);
      for (int slot = 0; slot < 2; slot++) {
        assert_int_equal(khop_rings_entries(rings, slot), 0);
        assert_int_equal(khop_rings_empty_rows(rings, slot), n);
      }
      khop_rings_free(rings);
      /* beside near hops it adds no search, only its empty rows */
      ok(khop_rings_build(&rings, graph, 3, (int[]){1000000000, 1, 2}, &options));
      /* a path that never branches is not searched at all */
      assert_int_equal(calls, directed && direction != KHOP_ALL ? 0 : (n + 31) / 32);
      assert_int_equal(khop_rings_hop(rings, 2), 1000000000);
      assert_int_equal(khop_rings_entries(rings, 2), 0);
      assert_int_equal(khop_rings_entries(rings, 0),
                       (directed && direction != KHOP_ALL ? 1 : 2) * (n - 1));
      khop_rings_free(rings);
    }
    khop_graph_free(graph);
  }
  /* at and around the diameter of a path, beyond the hops that are taken without a bound */
  const int64_t m = 70;
  khop_graph *graph = NULL;
  ok(khop_graph_grid(&graph, 1, &m, NULL, false, false));
  khop_rings *rings = rings_of(graph, 4, (int[]){68, 69, 70, 71}, KHOP_OUT, KHOP_RING);
  const int64_t entries[] = {4, 2, 0, 0};
  for (int s = 0; s < 4; s++) assert_int_equal(khop_rings_entries(rings, s), entries[s]);
  khop_rings_free(rings);
  rings = rings_of(graph, 1, (int[]){1000000000}, KHOP_OUT, KHOP_BALL); /* everything */
  assert_int_equal(khop_rings_entries(rings, 0), m * m);
  khop_rings_free(rings);
  khop_graph_free(graph);
}

static void no_nodes(void **state) {
  (void)state;
  khop_graph *graph = NULL;
  ok(khop_graph_from_coo(&graph, 0, 0, NULL, NULL, false));
  for (int op = KHOP_RING; op <= KHOP_WALK_SUPPORT; op++) {
    khop_rings *rings = rings_of(graph, 2, (int[]){0, 40}, KHOP_OUT, (khop_operator)op),
               *turned = NULL;
    assert_int_equal(khop_rings_nodes(rings), 0);
    assert_int_equal(khop_rings_entries(rings, 0), 0);
    ok(khop_rings_transpose(&turned, rings));
    khop_rings_free(turned);
    khop_taps *taps = NULL;
    ok(khop_taps_new(&taps, rings, 2, (int[]){0, 40}, KHOP_NORM_SYM, true));
    khop_taps_free(taps);
    ok(khop_rings_write(rings, 0, KHOP_NORM_ROW, true, NULL, at("none.mtx")));
    khop_rings_free(rings);
  }
  khop_estimate estimate;
  double entries;
  ok(khop_rings_estimate(&estimate, &entries, NULL, graph, 1, (int[]){1}, NULL, 0, 1));
  assert_true(entries == 0 && isfinite(estimate.bytes));
  khop_graph_free(graph);
  khop_rings_free(NULL);
  khop_taps_free(NULL);
}

static void wrong_arguments(void **state) {
  (void)state;
  const int64_t n = 5;
  khop_graph *graph = NULL;
  khop_rings *rings = (khop_rings *)(void *)&graph; /* must become NULL */
  ok(khop_graph_grid(&graph, 1, &n, NULL, false, false));
  size_t held = khop_bytes_now();
  khop_rings_options options = {0};
  fails(khop_rings_build(&rings, graph, 2, (int[]){1, -1}, NULL), KHOP_E_ARGUMENT, "-1", "hop");
  assert_null(rings);
  fails(khop_rings_build(&rings, graph, 0, NULL, NULL), KHOP_E_ARGUMENT, "0 hops", "at least one");
  options.op = KHOP_WALK_POWER;
  fails(khop_rings_build(&rings, graph, 1, (int[]){4097}, &options), KHOP_E_ARGUMENT, "4097",
        "4096");
  options.op = (khop_operator)17;
  fails(khop_rings_build(&rings, graph, 1, (int[]){1}, &options), KHOP_E_ARGUMENT, "operator",
        "17");
  options = (khop_rings_options){.direction = (khop_direction)5};
  fails(khop_rings_build(&rings, graph, 1, (int[]){1}, &options), KHOP_E_ARGUMENT, "direction",
        "5");
  options = (khop_rings_options){.max_bytes = -2};
  fails(khop_rings_build(&rings, graph, 1, (int[]){1}, &options), KHOP_E_ARGUMENT, "-2", "budget");
  options = (khop_rings_options){.search = (khop_search)2};
  fails(khop_rings_build(&rings, graph, 1, (int[]){1}, &options), KHOP_E_ARGUMENT, "no search", "2");
  khop_estimate estimate;
  fails(khop_rings_estimate(&estimate, NULL, NULL, graph, 1, (int[]){-7}, NULL, 0, 1),
        KHOP_E_ARGUMENT, "-7", "hop");
  fails(khop_rings_estimate(&estimate, NULL, NULL, graph, 1, (int[]){1}, NULL, -1, 1),
        KHOP_E_ARGUMENT, "-1", "samples");
  assert_int_equal(khop_bytes_now(), held);
  ok(khop_rings_build(&rings, graph, 2, (int[]){1, 2}, NULL));
  assert_int_equal(khop_rings_slot(rings, 3), -1);
  assert_int_equal(khop_rings_hop(rings, 2), -1);
  assert_int_equal(khop_rings_hop(rings, -1), -1);
  const int32_t *columns;
  assert_int_equal(khop_rings_row(rings, 2, 0, &columns, NULL), 0);
  assert_null(columns);
  assert_int_equal(khop_rings_row(rings, 0, 5, &columns, NULL), 0);
  assert_int_equal(khop_rings_row(rings, 0, -1, &columns, NULL), 0);
  assert_int_equal(khop_rings_entries(rings, 7), 0);
  khop_taps *taps = NULL;
  fails(khop_taps_new(&taps, rings, 2, (int[]){1, 3}, KHOP_NORM_NONE, false), KHOP_E_ARGUMENT,
        "hop 3", "2 hops");
  fails(khop_taps_new(&taps, rings, 0, NULL, KHOP_NORM_NONE, false), KHOP_E_ARGUMENT, "0 taps",
        "1");
  khop_rings_free(rings);
  /* the walks of a complete graph outgrow a float at 39 hops; in double later */
  khop_graph_free(graph);
  static edge_list e = {.nodes = 12};
  e.count = 0;
  for (int64_t i = 0; i < 12; i++)
    for (int64_t j = 0; j < i; j++) add_edge(&e, i, j);
  graph = graph_of(&e);
  options = (khop_rings_options){.op = KHOP_WALK_POWER};
  fails(khop_rings_build(&rings, graph, 1, (int[]){400}, &options), KHOP_E_VALUE, "walk",
        "support");
  options.op = KHOP_WALK_SUPPORT;
  ok(khop_rings_build(&rings, graph, 1, (int[]){4096}, &options));
  assert_int_equal(khop_rings_entries(rings, 0), 144);
  khop_rings_free(rings);
  khop_graph_free(graph);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(hundreds_of_graphs),
      cmocka_unit_test(checker_is_checked),
      cmocka_unit_test(karate_club),
      cmocka_unit_test(four_cycle),
      cmocka_unit_test(cora),
      cmocka_unit_test(operators),
      cmocka_unit_test(far_hops),
      cmocka_unit_test(no_nodes),
      cmocka_unit_test(wrong_arguments),
  };
  return cmocka_run_group_tests_name("rings", tests, open_folder, close_folder);
}
