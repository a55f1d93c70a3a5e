/* test_search.c: the search by bits: against the products of GraphBLAS and a plain queue, on graphs that
 * are larger than a block, a word or a round, and what a build holds while it runs.
 */
#include "rings_check.h"

#include "search/bfs_cost_model.h"
#include "search/bit_positions.h"

#include <khop/apply.h>

/* --- memory: first, because the peak only ever rises -------------------------------------------- */

/* The rings, an eighth of them, and chunks: far below twice. All of it is khop's own to count. */
static void peak_of_a_build(void **state) {
  (void)state;
  const int64_t shape[] = {150, 150};
  khop_graph *graph = NULL;
  ok(khop_graph_grid(&graph, 2, shape, NULL, true, false));
  khop_rings *rings = NULL;
  for (int threads = 1; threads <= 2; threads++) {
    ok(khop_set_threads(threads));
    size_t before = khop_bytes_now();
    ok(khop_rings_build(&rings, graph, 4, (int[]){3, 7, 8, 12}, NULL));
    size_t bytes = khop_rings_bytes(rings);
    assert_true(bytes > 10000000);
    assert_int_equal(khop_bytes_now() - before, bytes); /* no capacity is left over */
    assert_true((double)(khop_bytes_peak() - before) < 1.4 * (double)bytes);
    khop_rings_free(rings);
  }
  ok(khop_set_threads(0));
  khop_graph_free(graph);
}

/* --- words of bits ------------------------------------------------------------------------------ */

/* Words with no bit, with one, two, many and all, against a look at every bit. */
static void positions_of_bits(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 5);
  for (int trial = 0; trial < 600; trial++) {
    _Alignas(64) uint8_t marks[64] = {0};
    int32_t wanted[64], found[64 + KHOP_I_SLACK];
    int64_t count = 0;
    uint64_t bits = 0;
    for (int i = 0; i < 64; i++) {
      if (khop_i_random_uniform(&r) * 100 >= trial % 101) continue;
      bits |= UINT64_C(1) << i;
      marks[i] = 255;
      wanted[count++] = 640 + i;
    }
    assert_true(khop_i_marks(marks) == bits);
    for (int i = 0; i < 64; i++) assert_int_equal(marks[i], 0);
    assert_int_equal(khop_i_positions(found, bits, 640), count);
    if (count) assert_memory_equal(found, wanted, (size_t)count * sizeof *found);
    memset(found, 0, sizeof found);
    assert_int_equal(khop_i_positions_8(found, bits, 640), count);
    if (count) assert_memory_equal(found, wanted, (size_t)count * sizeof *found);
  }
}

/* --- the step, against a queue ------------------------------------------------------------------ */

/* Whether the hops of a search are those of the queue: each node once, in its hop, ascending. */
static bool search_is_right(khop_i_bfs *bfs, const int32_t *distance, int64_t nodes, int64_t source) {
  int64_t reached = 0, wanted = 0;
  khop_i_bfs_start(bfs, source);
  for (int hop = 0;; hop++) {
    for (int64_t i = bfs->begin; i < bfs->end; i++) {
      if (distance[bfs->nodes[i]] != hop) return false;
      if (i > bfs->begin && bfs->nodes[i] <= bfs->nodes[i - 1]) return false;
    }
    reached += bfs->end - bfs->begin;
    if (khop_i_bfs_step(bfs) == 0) break;
  }
  for (int64_t i = 0; i < nodes; i++) wanted += distance[i] >= 0;
  return reached == wanted && khop_i_bfs_step(bfs) == 0 && bfs->end == reached;
}

static void steps(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 11);
  for (int trial = 0; trial < 200; trial++) {
    /* around the words of 64 nodes and of 64 words, too */
    const int64_t sizes[] = {1, 2, 63, 64, 65, 128, 500, 4095, 4096, 4097, 20000};
    int64_t n = sizes[trial % 11], m = n * (trial / 11 % 5) / 2;
    khop_graph *graph = random_graph(n, m, trial % 2, &r);
    use_set(trial / 2 % 3);
    int32_t *distance = block_of(n, sizeof *distance), *queue = block_of(n, sizeof *queue);
    khop_i_bfs bfs;
    ok(khop_i_bfs_open(&bfs, graph));
    uint64_t before = khop_allocations();
    for (int i = 0; i < 5; i++) {
      int64_t source = khop_i_random_below(&r, n);
      plain_search(distance, queue, graph, source);
      assert_true(search_is_right(&bfs, distance, n, source));
      distance[khop_i_random_below(&r, n)] += 1; /* the checker is checked */
      assert_false(search_is_right(&bfs, distance, n, source));
    }
    assert_int_equal(khop_allocations(), before);
    khop_i_bfs_close(&bfs);
    khop_i_bfs_close(&bfs);
    khop_graph_free(graph);
    free(distance);
    free(queue);
  }
  ok(khop_set_simd(NULL));
}

/* The hops up to the last one that is asked for. */
static bool hops_are_right(khop_i_bfs *bfs, const int32_t *distance, int64_t nodes, int64_t source, int64_t furthest) {
  int64_t reached = 0, wanted = 0;
  bool right = true;
  khop_i_bfs_start(bfs, source);
  for (int64_t hop = 0; hop < furthest && khop_i_bfs_step(bfs); hop++) {
  }
  for (int64_t i = 0; i < bfs->end; i++, reached++) right = right && distance[bfs->nodes[i]] <= furthest;
  for (int64_t i = bfs->begin + 1; i < bfs->end; i++) right = right && bfs->nodes[i] > bfs->nodes[i - 1];
  for (int64_t i = 0; i < nodes; i++) wanted += distance[i] >= 0 && distance[i] <= furthest;
  return right && reached == wanted;
}

/* A hop of so many arcs, far apart, from a few nodes that share some of their neighbours with one another and with
 * hops before; once as the last one that is asked for, and once not, one search after the other. */
static void few_arcs(void **state) {
  (void)state;
  enum { N = 20000, MOST = 80 };
  khop_i_random r;
  khop_i_random_seed(&r, 19);
  int32_t *distance = block_of(N, sizeof *distance), *queue = block_of(N, sizeof *queue);
  for (int trial = 0; trial < 6 * MOST; trial++) {
    int64_t from[MOST * 4], to[MOST * 4], arcs = 1 + trial / 6, near = 1 + khop_i_random_below(&r, 9), count = 0;
    for (int64_t i = 1; i <= near; i++) from[count] = 0, to[count++] = 97 * i;
    for (int64_t a = 0; a < arcs; a++) {
      bool again = a > 3 && khop_i_random_below(&r, 4) == 0;
      int64_t fresh = khop_i_random_below(&r, 5) ? (int64_t)khop_i_random_below(&r, N) : 97 * (a % (near + 1));
      from[count] = 97 * (1 + a % near);
      to[count] = again ? to[count - 2] : fresh;
      count++;
    }
    for (int64_t a = 0; a < arcs; a++, count++) from[count] = to[near + a], to[count] = khop_i_random_below(&r, N);
    khop_graph *graph = NULL;
    khop_i_bfs bfs;
    ok(khop_graph_from_coo(&graph, N, count, from, to, true));
    use_set(trial % 3);
    ok(khop_i_bfs_open(&bfs, graph));
    plain_search(distance, queue, graph, 0);
    for (int64_t furthest = 3; furthest > 0; furthest--) {
      khop_i_bfs_limit(&bfs, furthest);
      assert_true(hops_are_right(&bfs, distance, N, 0, furthest));
      khop_i_bfs_limit(&bfs, INT64_MAX);
      assert_true(search_is_right(&bfs, distance, N, 0));
    }
    distance[97] = 3; /* the checker is checked */
    assert_false(hops_are_right(&bfs, distance, N, 0, 2));
    khop_i_bfs_close(&bfs);
    khop_graph_free(graph);
  }
  ok(khop_set_simd(NULL));
  free(distance);
  free(queue);
}

/* --- both searches, the same bits ------------------------------------------------------------- */

static void same_by_both(const khop_graph *graph, int count, const int *hops) {
  for (int op = KHOP_RING; op <= KHOP_BALL; op++)
    for (khop_direction direction = KHOP_OUT; direction <= KHOP_ALL; direction++) {
      khop_rings_options options = {.direction = direction, .op = (khop_operator)op};
      khop_rings *bits = NULL, *products = NULL;
      ok(khop_rings_build(&bits, graph, count, hops, &options));
      options.search = KHOP_SEARCH_GRAPHBLAS;
      ok(khop_rings_build(&products, graph, count, hops, &options));
      assert_true(same_store(bits, products));
      int64_t cells = bits->nodes * bits->slots;
      if (bits->csr->offsets[cells] > 0) { /* the checker is checked */
        bits->csr->columns[bits->csr->offsets[cells] / 2] ^= 1;
        assert_false(same_store(bits, products));
      }
      khop_rings_free(bits);
      khop_rings_free(products);
    }
}

static void hundreds_by_both(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 12);
  static edge_list e;
  for (int trial = 0; trial < 30 * FAMILIES; trial++) {
    draw_graph(&e, trial % FAMILIES, trial / FAMILIES % 2, 60, &r);
    khop_graph *graph = graph_of(&e);
    use_set(trial % 3);
    same_by_both(graph, 5, (int[]){3, 0, 1, 6, 2});
    same_by_both(graph, 2, (int[]){2, 5});
    khop_graph_free(graph);
  }
  ok(khop_set_simd(NULL));
}

static void corners_by_name(void **state) {
  (void)state;
  const int hops[] = {0, 1, 2, 3, 9, 40};
  khop_graph *graph = NULL;
  ok(khop_graph_from_coo(&graph, 0, 0, NULL, NULL, false)); /* no nodes */
  same_by_both(graph, 6, hops);
  khop_graph_free(graph);
  ok(khop_graph_from_coo(&graph, 1, 0, NULL, NULL, false)); /* one node */
  same_by_both(graph, 6, hops);
  khop_graph_free(graph);
  ok(khop_graph_from_coo(&graph, 300, 0, NULL, NULL, true)); /* no edge */
  same_by_both(graph, 6, hops);
  khop_graph_free(graph);
  ok(khop_graph_from_coo(&graph, 3, 3, (int64_t[]){0, 1, 2}, (int64_t[]){0, 1, 2}, true)); /* loops */
  same_by_both(graph, 6, hops);
  khop_graph_free(graph);
  enum { STAR = 700 }; /* more than a block; the hub in the middle; 200 nodes by themselves */
  int64_t from[STAR], to[STAR];
  for (int64_t i = 0; i < STAR; i++) from[i] = 350, to[i] = i;
  for (int directed = 0; directed < 2; directed++) {
    ok(khop_graph_from_coo(&graph, STAR + 200, STAR, from, to, directed));
    same_by_both(graph, 6, hops);
    khop_rings *rings = rings_of(graph, 1, (int[]){2}, KHOP_OUT, KHOP_RING);
    assert_int_equal(khop_rings_entries(rings, 0), directed ? 0 : (STAR - 1) * (STAR - 2));
    khop_rings_free(rings);
    khop_graph_free(graph);
  }
  const int64_t shape[] = {70, 80}; /* many rounds of blocks, one way */
  ok(khop_graph_grid(&graph, 2, shape, NULL, false, true));
  same_by_both(graph, 6, hops);
  khop_graph_free(graph);
}

/* Most nodes within reach: 512 sources are searched at once. Sizes around its blocks and words. */
static void many_sources_at_once(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 14);
  const int64_t sizes[] = {255, 256, 257, 511, 512, 513, 700, 1024, 1100};
  int wide = 0;
  for (int trial = 0; trial < 36; trial++) {
    int64_t n = sizes[trial % 9];
    use_set(trial / 4 % 3);
    khop_graph *graph = random_graph(n, n * (2 + trial / 9), trial % 2, &r);
    const int hops[] = {1, 2, 3, 5, 7, 30};
    int first = trial % 3, count = 6 - first - (trial % 5 == 0);
    khop_i_plan plan;
    khop_i_bfs bfs;
    ok(khop_i_plan_open(&plan, graph, count, hops + first, NULL));
    ok(khop_i_bfs_open(&bfs, graph));
    wide += khop_i_bfs_choose(&plan, &bfs, true).way == KHOP_I_MSBFS;
    khop_i_bfs_close(&bfs);
    khop_i_plan_close(&plan);
    ok(khop_set_threads(1 + trial % 3));
    same_by_both(graph, count, hops + first);
    khop_graph_free(graph);
  }
  ok(khop_set_threads(0));
  ok(khop_set_simd(NULL));
  assert_in_range(wide, 20, 35); /* most of them, and not all */
}

static khop_status build_wide(void *graph) {
  khop_rings *rings = NULL;
  khop_status status = khop_rings_build(&rings, graph, 3, (int[]){1, 2, 4}, NULL);
  khop_rings_free(rings);
  return status;
}

/* Memory runs out in every place of a build of each kind; the queue's kind is in test_rings_cost.c. */
static void no_memory(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 15);
  memory_can_run_out();
  for (int threads = 1; threads <= 2; threads++) {
    ok(khop_set_threads(threads));
    khop_graph *graph = random_graph(600, 2400, false, &r);
    assert_in_range(fail_each(build_wide, graph), 10, 9999);
    khop_graph_free(graph);
  }
  ok(khop_set_threads(0));
  memory_is_plenty();
}

/* Hubs first and nothing behind them: the guess of what is left is wrong both ways. */
static void uneven_rows(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 13);
  enum { NODES = 6000, EDGES = 9000 };
  static int64_t from[EDGES], to[EDGES];
  for (int last = 0; last < 2; last++) {
    for (int64_t i = 0; i < EDGES; i++) {
      from[i] = khop_i_random_below(&r, 150) + (last ? NODES - 150 : 0);
      to[i] = khop_i_random_below(&r, 150) + (last ? NODES - 150 : 0);
    }
    khop_graph *graph = NULL;
    ok(khop_graph_from_coo(&graph, NODES, EDGES, from, to, false));
    for (int threads = 1; threads <= 3; threads++) {
      ok(khop_set_threads(threads));
      same_by_both(graph, 3, (int[]){1, 2, 3});
    }
    khop_graph_free(graph);
  }
  ok(khop_set_threads(0));
}

/* So many entries that they are written past the caches, from any place in a line to any other. */
static void past_the_caches(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 16);
  const int64_t nodes = khop_i_cache() / 40, least = 8 * khop_i_cache() / (int64_t)sizeof(int32_t);
  khop_graph *graph = random_graph(nodes, 6 * nodes, false, &r);
  khop_rings *products = NULL;
  ok(khop_rings_build(&products, graph, 2, (int[]){1, 2}, &(khop_rings_options){.search = KHOP_SEARCH_GRAPHBLAS}));
  assert_true(products->csr->offsets[2 * nodes] > least + least / 4);
  for (int threads = 1; threads <= 3; threads++) {
    ok(khop_set_threads(threads));
    khop_rings *bits = rings_of(graph, 2, (int[]){1, 2}, KHOP_OUT, KHOP_RING);
    assert_true(same_store(bits, products));
    khop_rings_free(bits);
  }
  ok(khop_set_threads(0));
  khop_rings_free(products);
  khop_graph_free(graph);
}

/* --- 2^31 entries and more ---------------------------------------------------------------------- */

/* A star of 46,342 leaves: all other leaves are two hops away, 2,147,534,622 entries, 51 thousand more
 * than 32 bits can count. */
enum { LEAVES = 46342 };
#define LEAF_PAIRS (INT64_C(46342) * 46341)

static khop_graph *big_star(void) {
  khop_graph *graph = NULL;
  int64_t *from = block_of(LEAVES, sizeof *from), *to = block_of(LEAVES, sizeof *to);
  for (int64_t i = 0; i < LEAVES; i++) to[i] = i + 1;
  ok(khop_graph_from_coo(&graph, LEAVES + 1, LEAVES, from, to, false));
  free(from);
  free(to);
  return graph;
}

static void more_than_32_bits_are_refused(void **state) {
  (void)state;
  khop_graph *graph = big_star();
  khop_rings *rings = (khop_rings *)(void *)graph;
  khop_estimate estimate;
  double entries = 0;
  size_t held = khop_bytes_now();
  fails(khop_rings_build(&rings, graph, 1, (int[]){2}, &(khop_rings_options){.max_bytes = INT64_C(8500000000)}),
        KHOP_E_BUDGET, "about 8.59e+03 MB", "8.5e+03 MB: ask for fewer");
  assert_null(rings);
  assert_int_equal(khop_bytes_now(), held);
  /* 256 leaves say it of all, the hub included, of 46,341 each */
  ok(khop_rings_estimate(&estimate, &entries, NULL, graph, 1, (int[]){2}, NULL, 256, 3));
  assert_true(entries == (double)(LEAVES + 1) * (LEAVES - 1) && entries > (double)INT32_MAX);
  assert_true(estimate.bytes == 4 * entries + 8.0 * (LEAVES + 2));
  khop_graph_free(graph);
}

/* The real one takes 9 GB, so it is built where KHOP_TEST_BIG=1 says so. */
static void more_than_32_bits(void **state) {
  (void)state;
  if (!getenv("KHOP_TEST_BIG")) {
    skipped("KHOP_TEST_BIG is not set (a ring of 2^31 entries: 9 GB)");
    return;
  }
  khop_graph *graph = big_star();
  khop_rings *rings = rings_of(graph, 1, (int[]){2}, KHOP_OUT, KHOP_RING);
  assert_true(LEAF_PAIRS > INT32_MAX);
  assert_int_equal(khop_rings_entries(rings, 0), LEAF_PAIRS);
  assert_int_equal(rings->csr->offsets[LEAVES + 1], LEAF_PAIRS);
  assert_true(khop_rings_bytes(rings) > 4 * (size_t)LEAF_PAIRS);
  for (int64_t row = 0; row <= LEAVES; row += row < LEAVES - 50 ? 50 : 1) {
    const int32_t *columns;
    int64_t count = khop_rings_row(rings, 0, row, &columns, NULL);
    assert_int_equal(count, row == 0 ? 0 : LEAVES - 1);
    for (int64_t c = 0, leaf = 1; c < count; c++, leaf++) {
      leaf += leaf == row;
      if (columns[c] != leaf) fail_msg("row %lld holds %d", (long long)row, columns[c]);
    }
  }
  khop_taps *taps = NULL; /* a sum over each row: the kernels count in 64 bits too */
  khop_real *x = block_of(LEAVES + 1, sizeof *x), *y = block_of(LEAVES + 1, sizeof *y);
  for (int64_t i = 0; i <= LEAVES; i++) x[i] = 1;
  ok(khop_taps_new(&taps, rings, 1, (int[]){2}, KHOP_NORM_NONE, false));
  ok(khop_apply(y, 1, taps, x, 1, 1, 0));
  for (int64_t i = 0; i <= LEAVES; i++) assert_true(y[i] == (khop_real)(i ? LEAVES - 1 : 0));
  khop_taps_free(taps);
  free(x);
  free(y);
  khop_rings_free(rings);
  khop_graph_free(graph);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(peak_of_a_build),
      cmocka_unit_test(positions_of_bits),
      cmocka_unit_test(steps),
      cmocka_unit_test(few_arcs),
      cmocka_unit_test(hundreds_by_both),
      cmocka_unit_test(corners_by_name),
      cmocka_unit_test(many_sources_at_once),
      cmocka_unit_test(uneven_rows),
      cmocka_unit_test(past_the_caches),
      cmocka_unit_test(no_memory),
      cmocka_unit_test(more_than_32_bits_are_refused),
      cmocka_unit_test(more_than_32_bits),
  };
  return cmocka_run_group_tests_name("search", tests, NULL, nothing_held);
}
