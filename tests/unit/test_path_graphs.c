/* test_path_graphs.c: rings of graphs in which a path never branches, filled without a search. */
#include "graph_check.h"
#include <khop/rings.h>

#include "graph/graph.h"
#include "graph/distance.h"

/* A random graph with one arc a node at most: trees into cycles, chains, single nodes. */
static khop_graph *random_chain(khop_i_random *r, int64_t n, double arcs) {
  int64_t from[64], to[64], count = 0;
  for (int64_t i = 0; i < n; i++) {
    if (khop_i_random_uniform(r) >= arcs) continue;
    from[count] = i;
    to[count++] = khop_i_random_below(r, n); /* a self-loop now and then: it is dropped */
  }
  khop_graph *graph = NULL;
  ok(khop_graph_from_coo(&graph, n, count, from, to, true));
  return graph;
}

/* How many entries of the rings differ from the distances of plain searches. */
static int64_t count_differences(const khop_rings *rings, const khop_graph *graph) {
  int64_t n = khop_graph_nodes(graph), wrong = 0;
  int32_t distance[64], queue[64];
  for (int64_t i = 0; i < n; i++) {
    khop_i_graph_search(distance, queue, graph, i);
    for (int slot = 0; slot < khop_rings_slots(rings); slot++) {
      const int32_t *columns;
      int64_t count = khop_rings_row(rings, slot, i, &columns, NULL), wanted = 0;
      for (int64_t j = 0; j < n; j++) wanted += distance[j] == khop_rings_hop(rings, slot);
      wrong += count != wanted;
      for (int64_t e = 0; e < count; e++)
        wrong += distance[columns[e]] != khop_rings_hop(rings, slot);
    }
  }
  return wrong;
}

static bool count_call(double share, void *context) {
  (void)share;
  ++*(int *)context;
  return true;
}

static void random_path_graphs(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 5);
  const int hops[] = {0, 1, 2, 3, 5, 8, 13, 40, 1000, 1000000000};
  for (int round = 0; round < 500; round++) {
    int64_t n = 1 + khop_i_random_below(&r, 40);
    khop_graph *graph = random_chain(&r, n, round % 5 == 0 ? 1 : khop_i_random_uniform(&r));
    khop_graph *turned = NULL;
    ok(khop_i_graph_transpose(&turned, graph));
    for (int direction = KHOP_OUT; direction <= KHOP_IN; direction++) {
      int calls = 0;
      khop_rings *rings = NULL;
      khop_rings_options options = {.direction = (khop_direction)direction,
                                    .progress = count_call, .context = &calls};
      ok(khop_rings_build(&rings, graph, 10, hops, &options));
      assert_int_equal(count_differences(rings, direction == KHOP_IN ? turned : graph), 0);
      if (direction == KHOP_OUT) assert_int_equal(calls, 0);
      khop_rings_free(rings);
    }
    /* the transposed graph read backwards is the same path graph */
    khop_rings *rings = NULL;
    int calls = 0;
    khop_rings_options options = {.direction = KHOP_IN, .progress = count_call, .context = &calls};
    ok(khop_rings_build(&rings, turned, 10, hops, &options));
    assert_int_equal(count_differences(rings, graph), 0);
    assert_int_equal(calls, 0);
    khop_rings_free(rings);
    khop_graph_free(turned);
    khop_graph_free(graph);
  }
}

/* The checker notices a ring of another graph. */
static void checker_checked(void **state) {
  (void)state;
  khop_graph *path = NULL, *cycle = NULL;
  khop_rings *rings = NULL;
  const int64_t n = 12, from[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  const int64_t to[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0};
  ok(khop_graph_grid(&path, 1, &n, NULL, false, true));
  ok(khop_graph_from_coo(&cycle, n, n, from, to, true));
  ok(khop_rings_build(&rings, cycle, 2, (int[]){1, 11}, NULL));
  assert_int_equal(count_differences(rings, cycle), 0);
  assert_int_equal(khop_rings_entries(rings, 1), 12);
  assert_true(count_differences(rings, path) > 0);
  khop_rings_free(rings);
  ok(khop_rings_build(&rings, cycle, 1, (int[]){12}, NULL)); /* once around is the node itself */
  assert_int_equal(khop_rings_entries(rings, 0), 0);
  khop_rings_free(rings);
  khop_graph_free(path);
  khop_graph_free(cycle);
}

static void long_path(void **state) {
  (void)state;
  const int64_t n = 1000000;
  khop_graph *path = NULL;
  khop_rings *rings = NULL;
  ok(khop_graph_grid(&path, 1, &n, NULL, false, true));
  ok(khop_rings_build(&rings, path, 3, (int[]){1, 4096, 999999}, &(khop_rings_options){.direction = KHOP_IN}));
  assert_int_equal(khop_rings_entries(rings, 0), n - 1);
  assert_int_equal(khop_rings_entries(rings, 1), n - 4096);
  assert_int_equal(khop_rings_entries(rings, 2), 1);
  const int32_t *columns;
  assert_int_equal(khop_rings_row(rings, 1, 5000, &columns, NULL), 1);
  assert_int_equal(columns[0], 904);
  khop_rings_free(rings);
  rings = NULL;
  fails(khop_rings_build(&rings, path, 3, (int[]){1, 2, 3}, &(khop_rings_options){.max_bytes = 30000000}),
        KHOP_E_BUDGET, "up to", "36 MB");
  assert_null(rings);
  khop_graph_free(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_path_graphs),
      cmocka_unit_test(checker_checked),
      cmocka_unit_test(long_path),
  };
  return cmocka_run_group_tests_name("path_graphs", tests, NULL, NULL);
}
