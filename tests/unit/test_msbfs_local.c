/* test_msbfs_local.c: 512 local sources at once: clusters, the loops of each instruction set against a look at every
 * bit, the search against a plain queue, and builds whose patches outgrow their room against products. */
#include "rings_check.h"

#include "search/bitset_dispatch.h"
#include "search/bfs_cost_model.h"
#include "search/bfs_clusters.h"
#include "search/msbfs_local.h"

enum { SETS = 3 };

static bool bit(const khop_i_sources *at, int64_t r) {
  return at->word[r % KHOP_I_MSBFS_WORDS] >> (r / KHOP_I_MSBFS_WORDS) & 1;
}

static void fill(khop_i_sources *at, int64_t nodes, int64_t of, khop_i_random *r) {
  memset(at, 0, (size_t)nodes * sizeof *at);
  for (int64_t v = 0; v < nodes; v++)
    for (int64_t s = 0; s < KHOP_I_MSBFS_SOURCES; s++)
      at[v].word[s % KHOP_I_MSBFS_WORDS] |= (uint64_t)(khop_i_random_below(r, of) == 0) << (s / KHOP_I_MSBFS_WORDS);
}

/* --- clusters ------------------------------------------------------------------------------- */

static bool clusters_are_right(const int32_t *nodes, int64_t n, int64_t size) {
  bool *met = block_of(n, sizeof *met), right = true;
  for (int64_t i = 0; i < n; i++) {
    right = right && nodes[i] >= 0 && nodes[i] < n && !met[nodes[i]] && (i % size == 0 || nodes[i] > nodes[i - 1]);
    if (right) met[nodes[i]] = true;
  }
  free(met);
  return right;
}

static void clusters_hold_each_node_once(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 31);
  for (int trial = 0; trial < 60; trial++) {
    const int64_t sizes[] = {1, 2, 63, 511, 512, 513, 1500};
    int64_t n = sizes[trial % 7], size = trial % 3 ? KHOP_I_MSBFS_SOURCES : 5;
    khop_graph *graph = random_graph(n, n * (trial % 4) / 2, trial % 2, &r);
    int32_t *nodes = NULL;
    ok(khop_i_bfs_clusters_new(&nodes, graph, size));
    assert_true(clusters_are_right(nodes, n, size));
    if (n > 1) { /* the checker is checked */
      nodes[n - 1] = nodes[0];
      assert_false(clusters_are_right(nodes, n, size));
    }
    khop_i_free(nodes);
    khop_graph_free(graph);
  }
}

/* --- the loops ------------------------------------------------------------------------------ */

static void tallies(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 32);
  for (int trial = 0; trial < 24; trial++) {
    const int64_t sizes[] = {0, 1, 15, 16, 17, 64, 300, 5000};
    int64_t n = sizes[trial % 8], counts[KHOP_I_MSBFS_SOURCES];
    khop_i_sources *from = NULL;
    ok(khop_i_alloc(&from, n, sizeof *from, "sources"));
    fill(from, n, trial < 8 ? 1 : trial, &r);
    for (int set = 0; set < SETS; set++) {
      use_set(set);
      khop_i_bitset_kernels_now()->count_nodes(counts, from, n);
      for (int64_t s = 0; s < KHOP_I_MSBFS_SOURCES; s++) {
        int64_t wanted = 0;
        for (int64_t v = 0; v < n; v++) wanted += bit(from + v, s);
        assert_int_equal(counts[s], wanted);
      }
    }
    khop_i_free(from);
  }
  ok(khop_set_simd(NULL));
}

/* Each source's nodes to a place of its own, which is full to the last number. */
static void pours(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 33);
  enum { NODES = 100 };
  static int32_t room[KHOP_I_MSBFS_SOURCES][66], *to[KHOP_I_MSBFS_SOURCES];
  khop_i_sources *from = NULL;
  ok(khop_i_alloc(&from, NODES, sizeof *from, "sources"));
  for (int trial = 0; trial < 40; trial++) {
    int32_t place[64], nodes[64];
    fill(from, NODES, trial < 2 ? 1 : trial < 38 ? 1 + 3 * trial : 1000000000, &r);
    for (int i = 0; i < 64; i++) {
      place[i] = (int32_t)khop_i_random_below(&r, NODES);
      nodes[i] = 1000 * i + (int32_t)khop_i_random_below(&r, 1000);
    }
    for (int set = 0; set < SETS; set++) {
      use_set(set);
      for (int64_t s = 0; s < KHOP_I_MSBFS_SOURCES; s++) {
        for (int i = 0; i < 66; i++) room[s][i] = -7;
        to[s] = room[s] + 1;
      }
      khop_i_bitset_kernels_now()->append_rows(to, from, place, nodes);
      for (int64_t s = 0; s < KHOP_I_MSBFS_SOURCES; s++) {
        int64_t count = 0;
        for (int i = 0; i < 64; i++)
          if (bit(from + place[i], s)) assert_int_equal(room[s][1 + count++], nodes[i]);
        assert_true(to[s] == room[s] + 1 + count);
        for (int64_t i = count; i < 65; i++) assert_int_equal(room[s][1 + i], -7);
        assert_int_equal(room[s][0], -7);
      }
    }
  }
  khop_i_free(from);
  ok(khop_set_simd(NULL));
}

/* --- the search ----------------------------------------------------------------------------- */

/* Whether a row is what the distances say. */
static bool row_is_right(const khop_i_plan *plan, const int64_t *cell, const int32_t *columns,
                         const int32_t *distance) {
  int64_t place = cell[0];
  for (int slot = 0; slot < plan->slots; slot++) {
    for (int64_t v = 0; v < plan->graph->nodes; v++) {
      bool ball = plan->options.op == KHOP_BALL;
      if (ball ? distance[v] < 0 || distance[v] > plan->hops[slot] : distance[v] != plan->hops[slot]) continue;
      if (place == cell[slot + 1] || columns[place++] != v) return false;
    }
    if (place != cell[slot + 1]) return false;
  }
  return true;
}

/* Searches all clusters with this capacity; those that exceed it are left out, and counted. */
static int search_clusters(const khop_i_plan *plan, const khop_graph *arcs, int64_t size, int64_t most_nodes,
                         int64_t most_arcs, khop_i_random *r) {
  int64_t n = arcs->nodes, cells = n * plan->slots;
  int64_t *offsets = block_of(cells + 1, sizeof *offsets);
  int32_t *distance = block_of(n, sizeof *distance), *queue = block_of(n, sizeof *queue), *nodes = NULL;
  bool *found = block_of(n, sizeof *found);
  int without = 0;
  khop_i_msbfs_local patch;
  ok(khop_i_bfs_clusters_new(&nodes, arcs, size));
  ok(khop_i_msbfs_local_open(&patch, plan, arcs, most_nodes, most_arcs));
  uint64_t before = khop_allocations();
  for (int64_t first = 0; first < n; first += size) {
    int64_t rows = n - first < size ? n - first : size;
    if (khop_i_msbfs_local_find(&patch, nodes + first, rows)) {
      khop_i_msbfs_local_sizes(offsets + 1, &patch);
      for (int64_t i = first; i < first + rows; i++) found[nodes[i]] = true;
    } else {
      without++;
    }
  }
  for (int64_t cell = 0; cell < cells; cell++) offsets[cell + 1] += offsets[cell];
  int32_t *columns = block_of(offsets[cells] + 1, sizeof *columns);
  columns[offsets[cells]] = -7;
  for (int64_t first = 0; first < n; first += size)
    if (khop_i_msbfs_local_find(&patch, nodes + first, n - first < size ? n - first : size))
      khop_i_msbfs_local_rows(columns, offsets, &patch);
  assert_int_equal(khop_allocations(), before);
  assert_int_equal(columns[offsets[cells]], -7);
  for (int64_t v = khop_i_random_below(r, 30); v < n; v += 1 + khop_i_random_below(r, 60)) {
    const int64_t *cell = offsets + v * plan->slots;
    if (!found[v]) {
      assert_true(cell[0] == cell[plan->slots]);
      continue;
    }
    plain_search(distance, queue, arcs, v);
    assert_true(row_is_right(plan, cell, columns, distance));
    int32_t *any = &distance[khop_i_random_below(r, n)]; /* the checker is checked */
    *any = *any == plan->hops[0] ? -1 : plan->hops[0];
    if (plan->options.op == KHOP_RING) assert_false(row_is_right(plan, cell, columns, distance));
  }
  khop_i_msbfs_local_close(&patch);
  khop_i_msbfs_local_close(&patch);
  khop_i_free(nodes);
  free(offsets);
  free(distance);
  free(queue);
  free(found);
  free(columns);
  return without;
}

/* Rings and balls, with capacity for all, and with less. */
static void search_all(const khop_graph *graph, int slots, const int *hops, int64_t size, khop_i_random *r) {
  for (int op = KHOP_RING; op <= KHOP_BALL; op++) {
    khop_i_plan plan;
    khop_rings_options options = {.op = (khop_operator)op};
    ok(khop_i_plan_open(&plan, graph, slots, hops, &options));
    int64_t n = graph->nodes, arcs = graph->arcs;
    assert_int_equal(search_clusters(&plan, graph, size, n, arcs, r), 0);
    search_clusters(&plan, graph, size, n / 2, arcs, r);
    search_clusters(&plan, graph, size, n, arcs / 3, r);
    if (size <= n) assert_true(search_clusters(&plan, graph, size, size - 1, arcs, r) >= n / size);
    khop_i_plan_close(&plan);
  }
}

/* Nodes without arcs, and parts apart, where there are few edges; hops with gaps and beyond the last. */
static void random_graphs(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 34);
  const int64_t sizes[] = {1, 2, 64, 300, 511, 512, 513, 1100};
  const int hops[] = {0, 1, 2, 4, 5, 9, 40};
  for (int trial = 0; trial < 96; trial++) {
    int64_t n = sizes[trial % 8], m = n * (trial / 8 % 6) / 2;
    int first = trial % 4, slots = 7 - first - trial % 3;
    use_set(trial / 3 % SETS);
    khop_graph *graph = random_graph(n, m, trial / 2 % 2, &r);
    search_all(graph, slots, hops + first, trial % 5 ? KHOP_I_MSBFS_SOURCES : 100, &r);
    khop_graph_free(graph);
  }
  ok(khop_set_simd(NULL));
}

static void grids(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 35);
  for (int trial = 0; trial < 24; trial++) {
    khop_graph *graph = NULL;
    bool around[] = {trial & 1, trial >> 1 & 1};
    use_set(trial % SETS);
    ok(khop_graph_grid(&graph, 2, (int64_t[]){30 + trial, 50}, around, trial % 5 == 0, trial % 7 == 0));
    search_all(graph, 4, (int[]){0, 1, 3, 5 + trial % 4}, KHOP_I_MSBFS_SOURCES, &r);
    khop_graph_free(graph);
  }
  ok(khop_set_simd(NULL));
}

/* --- builds --------------------------------------------------------------------------------- */

/* A long grid, of which a part is joined at random, far from where subgraphs are measured (bfs_cost_model.c): they
 * have no room there, and are searched a source at a time. */
static khop_graph *grid_and_tangle(bool directed, khop_i_random *r) {
  enum { SIDE = 16, NODES = 600 * SIDE, TANGLE = 900 };
  static int64_t from[2 * NODES + 6 * TANGLE], to[2 * NODES + 6 * TANGLE];
  int64_t edges = 0, first = (NODES - TANGLE) / 2;
  for (int64_t v = 0; v < NODES; v++) {
    if ((v + 1) % SIDE) from[edges] = v, to[edges++] = v + 1;
    if (v + SIDE < NODES) from[edges] = v, to[edges++] = v + SIDE;
  }
  for (int64_t i = 0; i < 6 * TANGLE; i++) {
    from[edges] = first + khop_i_random_below(r, TANGLE);
    to[edges++] = first + khop_i_random_below(r, TANGLE);
  }
  khop_graph *graph = NULL;
  ok(khop_graph_from_coo(&graph, NODES, edges, from, to, directed));
  return graph;
}

static khop_rings *build_by(const khop_graph *graph, khop_operator op, khop_search search) {
  khop_rings *rings = NULL;
  khop_rings_options options = {.op = op, .search = search};
  ok(khop_rings_build(&rings, graph, 3, (int[]){1, 2, 5}, &options));
  return rings;
}

static khop_i_bfs_choice choice_of(const khop_graph *graph, int slots, const int *hops, bool near) {
  khop_i_plan plan;
  khop_i_bfs bfs;
  ok(khop_i_plan_open(&plan, graph, slots, hops, NULL));
  ok(khop_i_bfs_open(&bfs, graph));
  khop_i_bfs_choice choice = khop_i_bfs_choose(&plan, &bfs, near);
  khop_i_bfs_close(&bfs);
  khop_i_plan_close(&plan);
  return choice;
}

static void builds(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 36);
  for (int trial = 0; trial < 8; trial++) {
    khop_graph *graph = NULL;
    if (trial % 2)
      graph = grid_and_tangle(trial / 2 % 2, &r);
    else
      ok(khop_graph_grid(&graph, 2, (int64_t[]){60, 90}, NULL, true, trial / 2 % 2));
    assert_int_equal(choice_of(graph, 3, (int[]){1, 2, 5}, true).way, KHOP_I_MSBFS_LOCAL);
    assert_int_not_equal(choice_of(graph, 3, (int[]){1, 2, 5}, false).way, KHOP_I_MSBFS_LOCAL);
    for (int op = KHOP_RING; op <= KHOP_BALL; op++) {
      khop_rings *products = build_by(graph, (khop_operator)op, KHOP_SEARCH_GRAPHBLAS);
      for (int threads = 1; threads <= 3; threads++) {
        ok(khop_set_threads(threads));
        khop_rings *rings = build_by(graph, (khop_operator)op, KHOP_SEARCH_BITS);
        assert_true(same_store(rings, products));
        khop_rings_free(rings);
      }
      khop_rings_free(products);
    }
    khop_graph_free(graph);
  }
  ok(khop_set_threads(0));
}

/* A cluster is reported twice; a build can be stopped in either half, and ends at the byte it may take. */
static void progress_and_budget(void **state) {
  (void)state;
  const int hops[] = {1, 2, 5};
  khop_graph *graph = NULL;
  ok(khop_graph_grid(&graph, 2, (int64_t[]){64, 64}, (bool[]){true, true}, true, false));
  assert_int_equal(choice_of(graph, 3, hops, true).way, KHOP_I_MSBFS_LOCAL);
  size_t held = khop_bytes_now();
  for (int threads = 1; threads <= 3; threads++) {
    ok(khop_set_threads(threads));
    for (int stop = 0; stop <= 16; stop += 4) {
      watch w = {.stop_at = stop};
      khop_rings *rings = NULL;
      khop_rings_options options = {.progress = watch_progress, .context = &w};
      khop_status status = khop_rings_build(&rings, graph, 3, hops, &options);
      assert_int_equal(status, stop ? KHOP_E_INTERRUPTED : KHOP_OK);
      assert_int_equal(w.calls, stop ? stop : 16);
      assert_true(!w.falls && (stop || w.last == 1));
      khop_rings_free(rings);
      assert_int_equal(khop_bytes_now(), held);
    }
    khop_rings *rings = build_by(graph, KHOP_RING, KHOP_SEARCH_BITS);
    khop_rings_options options = {.max_bytes = 8 * (3 * 4096 + 1) + 4 * rings->csr->offsets[3 * 4096]};
    khop_rings_free(rings);
    ok(khop_rings_build(&rings, graph, 3, hops, &options));
    khop_rings_free(rings);
    options.max_bytes--;
    fails(khop_rings_build(&rings, graph, 3, hops, &options), KHOP_E_BUDGET, "the budget is", "MB");
    assert_int_equal(khop_bytes_now(), held);
  }
  ok(khop_set_threads(0));
  khop_graph_free(graph);
}

static khop_status build_again(void *graph) {
  khop_rings *rings = NULL;
  khop_status status = khop_rings_build(&rings, graph, 3, (int[]){1, 2, 5}, NULL);
  khop_rings_free(rings);
  return status;
}

static void no_memory(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 37);
  memory_can_run_out();
  for (int threads = 1; threads <= 2; threads++) {
    ok(khop_set_threads(threads));
    khop_graph *graph = grid_and_tangle(true, &r);
    assert_in_range(fail_each(build_again, graph), 30, 9999);
    khop_graph_free(graph);
  }
  ok(khop_set_threads(0));
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(clusters_hold_each_node_once),        cmocka_unit_test(tallies), cmocka_unit_test(pours),
      cmocka_unit_test(random_graphs), cmocka_unit_test(grids),   cmocka_unit_test(builds),
      cmocka_unit_test(progress_and_budget), cmocka_unit_test(no_memory),
  };
  return cmocka_run_group_tests_name("msbfs_local", tests, NULL, nothing_held);
}
