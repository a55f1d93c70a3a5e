/* test_rings_cost.c: what rings cost: estimates, budgets, progress, any number of threads, and
 * memory that runs out. */
#include "rings_check.h"

#include "rings/shifted_rows.h"

#include <khop/apply.h>
#include <khop/graphblas.h>

static void estimates(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 4);
  static edge_list e;
  const int hops[] = {3, 1, 0, 3, 2};
  for (int trial = 0; trial < 4 * FAMILIES; trial++) {
    draw_graph(&e, trial % FAMILIES, trial / FAMILIES % 2, 60, &r);
    khop_graph *graph = graph_of(&e);
    khop_rings_options options = {.direction = (khop_direction)(trial % 3),
                                  .op = (khop_operator)(trial % 4),
                                  .search = (khop_search)(trial / 4 % 2)};
    khop_rings *rings = NULL;
    khop_estimate estimate;
    double entries[5], empty[5];
    ok(khop_rings_build(&rings, graph, 5, hops, &options));
    ok(khop_rings_estimate(&estimate, entries, empty, graph, 5, hops, &options, 0, 9));
    assert_true(estimate.exact);
    assert_int_equal(estimate.samples, e.nodes);
    for (int i = 0; i < 5; i++) {
      int slot = khop_rings_slot(rings, hops[i]);
      assert_true(entries[i] == (double)khop_rings_entries(rings, slot));
      assert_true(empty[i] == (double)khop_rings_empty_rows(rings, slot));
    }
    /* the figure leaves out the struct and the list of hops, a few hundred bytes */
    double bytes = (double)khop_rings_bytes(rings);
    assert_true(estimate.bytes <= bytes && bytes - estimate.bytes <= 256);
    khop_rings_free(rings);
    khop_graph_free(graph);
  }
  /* a sample of a regular graph says it all; of a random one, about */
  const int64_t n = 5000;
  khop_graph *graph = NULL;
  khop_estimate estimate;
  double entries;
  ok(khop_graph_grid(&graph, 1, &n, NULL, false, false));
  ok(khop_rings_estimate(&estimate, &entries, NULL, graph, 1, (int[]){3}, NULL, 100, 1));
  assert_false(estimate.exact);
  assert_int_equal(estimate.samples, 100);
  assert_true(fabs(entries / (2 * (double)n) - 1) <= 0.02);
  khop_graph_free(graph);
}

/* None of 5,000 nodes without an edge has a ring 1; of a hundred of them that is known of all. */
static void empty_rows_of_a_sample_count_for_all(void **state) {
  (void)state;
  khop_graph *graph = NULL;
  khop_estimate estimate;
  double entries, empty;
  ok(khop_graph_from_coo(&graph, 5000, 0, NULL, NULL, false));
  ok(khop_rings_estimate(&estimate, &entries, &empty, graph, 1, (int[]){1}, NULL, 100, 1));
  assert_int_equal(estimate.samples, 100);
  close_to(entries, 0, 0);
  close_to(empty, 5000, 0);
  khop_graph_free(graph);
}

/* The first half of the nodes is a path, the others have no edge: a sample of a hundred holds about fifty of either,
 * with a deviation of five. */
static void a_sample_is_drawn_from_all_nodes(void **state) {
  (void)state;
  static edge_list e;
  e = (edge_list){.nodes = 5000};
  for (int64_t i = 1; i < 2500; i++) add_edge(&e, i - 1, i);
  khop_graph *graph = graph_of(&e);
  khop_estimate estimate;
  double empty;
  ok(khop_rings_estimate(&estimate, NULL, &empty, graph, 1, (int[]){1}, NULL, 100, 1));
  assert_in_range(empty, 50 * 30, 50 * 70);
  khop_graph_free(graph);
}

static void refused(const khop_graph *graph, int count, const int *hops, int64_t bytes,
                    const char *a, const char *b) {
  khop_rings *rings = (khop_rings *)(void *)&bytes;
  size_t held = khop_bytes_now();
  fails(khop_rings_build(&rings, graph, count, hops, &(khop_rings_options){.max_bytes = bytes}),
        KHOP_E_BUDGET, a, b);
  assert_null(rings);
  assert_int_equal(khop_bytes_now(), held);
}

static void budgets(void **state) {
  (void)state;
  const int64_t n = 4000;
  khop_graph *graph = NULL;
  khop_rings *rings = NULL;
  ok(khop_graph_grid(&graph, 1, &n, NULL, false, false));
  /* the offsets alone: 3 slots of 4,000 rows of 8 bytes */
  refused(graph, 3, (int[]){0, 1, 2}, 90000, "at least 0.096 MB", "budget is 0.09 MB");
  /* the entries, by the estimate: 2 * 4,000 * 4 bytes more */
  refused(graph, 1, (int[]){2}, 60000, "4000 nodes take about 0.06", "0.06 MB: ask for fewer");
  ok(khop_rings_build(&rings, graph, 1, (int[]){2}, &(khop_rings_options){.max_bytes = 64100}));
  assert_int_equal(khop_rings_entries(rings, 0), 2 * (n - 2));
  assert_true(khop_rings_bytes(rings) <= 64100 + 200);
  khop_rings_free(rings);
  khop_graph_free(graph);
}

/* A clique that no sample has seen: the estimate is wrong, and the build stops all the same. */
static void budget_in_spite_of_estimate(void **state) {
  (void)state;
  const int64_t n = 50000, clique = 300;
  int64_t edges = clique * (clique - 1) / 2, *from = block_of(edges, 8), *to = block_of(edges, 8);
  khop_graph *graph = NULL;
  double entries = 1;
  for (int64_t first = 0; entries != 0 && first + clique <= n; first += clique) {
    int64_t count = 0;
    khop_estimate estimate;
    khop_graph_free(graph);
    for (int64_t i = 0; i < clique; i++)
      for (int64_t j = 0; j < i; j++) from[count] = first + i, to[count++] = first + j;
    ok(khop_graph_from_coo(&graph, n, edges, from, to, false));
    ok(khop_rings_estimate(&estimate, &entries, NULL, graph, 1, (int[]){1}, NULL, 0, 1));
  }
  assert_true(entries == 0);
  refused(graph, 1, (int[]){1}, 8 * (n + 1) + 100000, "at least", "the budget is 0.5 MB");
  khop_graph_free(graph);
  free(from);
  free(to);
}

static void progress(void **state) {
  (void)state;
  const int64_t shape[] = {60, 60};
  khop_graph *graph = NULL;
  ok(khop_graph_grid(&graph, 2, shape, NULL, true, false));
  size_t held = khop_bytes_now();
  for (int threads = 1; threads <= 4; threads++) {
    ok(khop_set_threads(threads));
    watch w = {0};
    khop_rings *rings = NULL;
    khop_rings_options options = {.progress = watch_progress, .context = &w};
    ok(khop_rings_build(&rings, graph, 2, (int[]){1, 2}, &options));
    assert_int_equal(w.calls, (3600 + 31) / 32);
    assert_true(w.last == 1 && !w.falls);
    khop_rings_free(rings);
    for (int stop = 1; stop <= 15; stop += 7) {
      w = (watch){.stop_at = stop};
      rings = (khop_rings *)(void *)&w;
      fails(khop_rings_build(&rings, graph, 2, (int[]){1, 2}, &options), KHOP_E_INTERRUPTED,
            "stopped", "113 blocks");
      assert_null(rings);
      assert_int_equal(khop_bytes_now(), held);
      assert_int_equal(w.calls, stop); /* not asked again */
    }
  }
  ok(khop_set_threads(0));
  khop_graph_free(graph);
}

static void any_number_of_threads(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 5);
  const int64_t n = 1500, m = 4000;
  int64_t *from = block_of(m, sizeof *from), *to = block_of(m, sizeof *to);
  for (int64_t i = 0; i < m; i++)
    from[i] = khop_i_random_below(&r, n), to[i] = khop_i_random_below(&r, n);
  for (int directed = 0; directed < 2; directed++) {
    khop_graph *graph = NULL;
    ok(khop_graph_from_coo(&graph, n, m, from, to, directed));
    for (int which = 0; which < 6; which++) { /* the walks, then both searches of ring and ball */
      khop_rings_options options = {.op = (khop_operator)(which % 4), .search = (khop_search)(which / 4)};
      khop_rings *rings[4] = {NULL};
      for (int threads = 1; threads <= 4; threads++) {
        ok(khop_set_threads(threads));
        ok(khop_rings_build(&rings[threads - 1], graph, 4, (int[]){0, 1, 2, 4}, &options));
        assert_true(same_store(rings[0], rings[threads - 1]));
      }
      for (int i = 0; i < 4; i++) khop_rings_free(rings[i]);
    }
    khop_graph_free(graph);
  }
  ok(khop_set_threads(0));
  free(from);
  free(to);
}

/* --- failing allocations -------------------------------------------------------------------- */

typedef struct attempt attempt;
struct attempt {
  khop_status (*call)(attempt *a);
  khop_graph *graph;
  khop_rings *rings;
  khop_rings_options options;
};

static khop_status try_build(attempt *a) {
  khop_rings *rings = (khop_rings *)(void *)a;
  khop_status status = khop_rings_build(&rings, a->graph, 3, (int[]){0, 1, 40}, &a->options);
  if (status != KHOP_OK) assert_null(rings);
  khop_rings_free(rings);
  return status;
}

static khop_status try_transpose(attempt *a) {
  khop_rings *turned = (khop_rings *)(void *)a;
  khop_status status = khop_rings_transpose(&turned, a->rings);
  if (status != KHOP_OK) assert_null(turned);
  khop_rings_free(turned);
  return status;
}

/* Only fresh rings show what the making of their transpose needs, and of what is known of their rows. */
static khop_status try_taps(attempt *a) {
  khop_taps *taps = (khop_taps *)(void *)a;
  khop_rings copy = *a->rings;
  khop_i_hop_csr entries = *a->rings->csr;
  copy.csr = &entries;
  copy.transposed = NULL;
  entries.shifted = NULL;
  entries.order = NULL;
  khop_status status = khop_taps_new(&taps, &copy, 2, (int[]){0, 1}, KHOP_NORM_SYM, true);
  if (status != KHOP_OK) assert_null(taps);
  khop_taps_free(taps);
  khop_rings_free(copy.transposed);
  khop_i_hop_csr_drop_shifted(&entries);
  khop_i_hop_csr_drop_order(&entries);
  return status;
}

static khop_status try_conv(attempt *a) {
  khop_real x[40 * 3] = {0}, w[2 * 3 * 2] = {0}, y[40 * 2];
  khop_taps *taps = NULL;
  long long kept = atomic_exchange(&allocations_left, -1);
  ok(khop_taps_new(&taps, a->rings, 2, (int[]){0, 1}, KHOP_NORM_ROW, false));
  atomic_store(&allocations_left, kept);
  khop_status status = khop_conv_forward(y, taps, x, w, NULL, 3, 2, 0);
  if (status == KHOP_OK) status = khop_conv_backward(x, w, NULL, taps, x, w, y, 3, 2, 0);
  khop_taps_free(taps);
  return status;
}

static khop_status try_estimate(attempt *a) {
  khop_estimate estimate;
  return khop_rings_estimate(&estimate, NULL, NULL, a->graph, 3, (int[]){0, 1, 40}, &a->options, 0,
                             1);
}

static khop_status try_export(attempt *a) {
  GrB_Matrix matrix = NULL;
  khop_status status = khop_rings_to_graphblas(&matrix, a->rings, 1, KHOP_NORM_SYM, true);
  if (status == KHOP_OK) GrB_Matrix_free(&matrix);
  return status;
}

static khop_status try_write(attempt *a) {
  return khop_rings_write(a->rings, 1, KHOP_NORM_SYM, true, NULL, at("memory.mtx"));
}

/* What the rings remember of a call is dropped, or the next call would find it made. */
static khop_status try_it(void *context) {
  attempt *a = context;
  khop_status status = a->call(a);
  if (!a->rings) return status;
  khop_rings_free(a->rings->transposed);
  a->rings->transposed = NULL;
  if (!a->rings->csr) return status;
  khop_i_hop_csr_drop_shifted(a->rings->csr);
  khop_i_hop_csr_drop_order(a->rings->csr);
  return status;
}

static void until_it_succeeds(khop_status (*call)(attempt *a), attempt *a) {
  a->call = call;
  assert_in_range(fail_each(try_it, a), 1, 9999); /* it does allocate */
}

static void failing_allocations(void **state) {
  (void)state;
  memory_can_run_out();
  const int64_t n = 600, small = 40;
  for (int threads = 1; threads <= 2; threads++)
    for (int directed = 0; directed < 2; directed++)
      for (int which = 0; which < 18; which++) {
        attempt a = {.options = {.op = (khop_operator)(which / 3 % 4),
                                 .direction = (khop_direction)(which % 3),
                                 .search = (khop_search)(which / 12)}};
        ok(khop_set_threads(threads));
        ok(khop_graph_grid(&a.graph, 1, which == 0 ? &n : &small, NULL, false, directed));
        fails(khop_set_allocator(NULL), KHOP_E_ARGUMENT, "still holds", "bytes");
        until_it_succeeds(try_build, &a);
        until_it_succeeds(try_estimate, &a);
        khop_graph_free(a.graph);
        ok(khop_graph_grid(&a.graph, 1, &small, NULL, false, directed));
        ok(khop_rings_build(&a.rings, a.graph, 3, (int[]){0, 1, 2}, &a.options));
        until_it_succeeds(try_transpose, &a);
        until_it_succeeds(try_taps, &a);
        until_it_succeeds(try_conv, &a);
        until_it_succeeds(try_export, &a);
        until_it_succeeds(try_write, &a);
        khop_rings_free(a.rings);
        khop_graph_free(a.graph);
      }
  ok(khop_set_threads(0));
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(estimates),
      cmocka_unit_test(empty_rows_of_a_sample_count_for_all),
      cmocka_unit_test(a_sample_is_drawn_from_all_nodes),
      cmocka_unit_test(budgets),
      cmocka_unit_test(budget_in_spite_of_estimate),
      cmocka_unit_test(progress),
      cmocka_unit_test(any_number_of_threads),
      cmocka_unit_test(failing_allocations),
  };
  return cmocka_run_group_tests_name("rings_cost", tests, open_folder, close_folder);
}
