/* test_matrix_free.c: matrix-free products that search 512 rows at once: the same bits as stored rings, whatever the
 * taps, the direction and the number of threads; memory and budgets.
 */
#include "kernels_check.h"

#include "apply/taps.h"
#include "forms/matrix_free.h"


static const khop_i_searches *searches_of(const khop_rings *rings) { return rings->workspace; }

static const int kept[] = {0, 1, 2, 3, 4, 6};
enum { KEPT = sizeof kept / sizeof *kept };

static khop_rings *build_within(const khop_graph *graph, khop_form form, khop_direction direction, int64_t max_bytes) {
  khop_rings *rings = NULL;
  khop_rings_options options = {.direction = direction, .form = form, .max_bytes = max_bytes};
  ok(khop_rings_build(&rings, graph, KEPT, kept, &options));
  return rings;
}

/* Both forms' products, of some taps: the same bits. Afterwards one wrong count is found out. */
static void same_products(khop_rings *stored, khop_rings *matrix_free, int count, const int *hops, khop_norm norm,
                          bool loop, khop_i_random *r) {
  khop_taps *one = NULL, *other = NULL;
  int64_t n = khop_rings_nodes(stored), f = 1 + khop_i_random_below(r, 20);
  ok(khop_taps_new(&one, stored, count, hops, norm, loop));
  ok(khop_taps_new(&other, matrix_free, count, hops, norm, loop));
  sheet x = sheet_random(n, f * count, 1, r), y = sheet_new(n, f * count, 2), z = sheet_new(n, f * count, 2);
  size_t bytes = (size_t)((n - 1) * y.ld + y.width) * sizeof *y.data;
  for (unsigned flags = 0; flags < 8; flags++) {
    uint64_t before = khop_allocations();
    sheet_fill(&y, (khop_real)0.25);
    sheet_fill(&z, (khop_real)0.25);
    ok(khop_apply(y.data, y.ld, one, x.data, x.ld, f, flags));
    ok(khop_set_threads(1 + (int)flags % 3));
    ok(khop_apply(z.data, z.ld, other, x.data, x.ld, f, flags));
    assert_int_equal(khop_allocations(), before);
    assert_memory_equal(y.data, z.data, bytes);
  }
  int slot = khop_rings_slot(matrix_free, hops[0]); /* the checker is checked */
  for (int64_t i = 0; hops[0] > 0 && i < n; i++) {
    int32_t *size = &matrix_free->counts[i * matrix_free->slots + slot];
    if (*size < 2) continue;
    --*size;
    ok(khop_apply(y.data, y.ld, one, x.data, x.ld, f, 0));
    ok(khop_apply(z.data, z.ld, other, x.data, x.ld, f, 0));
    if (searches_of(matrix_free)->many) assert_true(memcmp(y.data, z.data, bytes) != 0);
    ++*size;
    break;
  }
  ok(khop_set_threads(0));
  free(x.data);
  free(y.data);
  free(z.data);
  khop_taps_free(one);
  khop_taps_free(other);
}

/* Sizes around a block of rows; graphs of which most nodes are within reach, and others; all directions. */
static void bits(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 91);
  const int64_t sizes[] = {255, 256, 511, 512, 513, 1030, 3000, 4000};
  int wide = 0, trials = 48;
  for (int trial = 0; trial < trials; trial++) {
    int64_t n = sizes[trial % 8];
    khop_graph *graph = random_graph(n, n * (trial / 8 % 6) / 2, trial / 2 % 2, &r);
    khop_direction direction = (khop_direction)(trial % 3);
    use_set(trial / 3 % 3);
    ok(khop_set_threads(3)); /* a search for each thread there may be */
    khop_rings *matrix_free = build_within(graph, KHOP_MATRIX_FREE, direction, 0);
    ok(khop_set_threads(0));
    khop_rings *stored = build_within(graph, KHOP_STORED, direction, 0);
    wide += searches_of(matrix_free)->many != NULL;
    for (int s = 0; s < KEPT; s++) {
      assert_int_equal(khop_rings_entries(matrix_free, s), khop_rings_entries(stored, s));
      assert_int_equal(khop_rings_empty_rows(matrix_free, s), khop_rings_empty_rows(stored, s));
    }
    khop_norm norm = (khop_norm)(trial % 4);
    same_products(stored, matrix_free, 3, (int[]){3, 1, 0}, norm, false, &r);
    same_products(stored, matrix_free, 2, (int[]){2, 6}, norm, trial % 2, &r); /* hops with a gap */
    same_products(stored, matrix_free, 1, (int[]){1}, norm, true, &r); /* far less than there is */
    khop_rings_free(stored);
    khop_rings_free(matrix_free);
    khop_graph_free(graph);
  }
  ok(khop_set_simd(NULL));
  assert_in_range(wide, 10, trials - 10);
}

/* The bytes that are reported are taken; where the budget only allows searches from one source, these are used. */
static void bytes(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 92);
  for (int directed = 0; directed < 2; directed++) {
    khop_graph *graph = random_graph(1500, 6000, directed, &r);
    size_t held = khop_bytes_now();
    khop_rings *rings = build_within(graph, KHOP_MATRIX_FREE, KHOP_OUT, 0);
    assert_non_null(searches_of(rings)->many);
    size_t all = khop_bytes_now() - held, said = khop_rings_bytes(rings);
    assert_true((double)all < 1.01 * (double)said && (double)said < 1.01 * (double)all);
    khop_rings_free(rings);
    rings = build_within(graph, KHOP_MATRIX_FREE, KHOP_OUT, (int64_t)all / 2);
    assert_null(searches_of(rings)->many);
    assert_true(khop_bytes_now() - held <= all / 2);
    khop_rings_free(rings);
    khop_graph_free(graph);
  }
}

static khop_status build_and_apply(void *graph) {
  khop_status status;
  khop_rings *rings = NULL;
  khop_taps *taps = NULL;
  static khop_real x[600], y[600];
  status = khop_rings_build(&rings, graph, 2, (int[]){2, 4}, &(khop_rings_options){.form = KHOP_MATRIX_FREE});
  if (status == KHOP_OK) status = khop_taps_new(&taps, rings, 1, (int[]){4}, KHOP_NORM_SYM, false);
  if (status == KHOP_OK) status = khop_apply(y, 1, taps, x, 1, 1, KHOP_TRANSPOSE);
  khop_taps_free(taps);
  khop_rings_free(rings);
  return status;
}

static void no_memory(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 93);
  memory_can_run_out();
  for (int directed = 0; directed < 2; directed++) {
    khop_graph *graph = random_graph(600, 3000, directed, &r);
    assert_in_range(fail_each(build_and_apply, graph), 15, 999);
    khop_graph_free(graph);
  }
  memory_is_plenty();
}

/* No nodes, one node, and nodes without an arc. */
static void nothing_to_search(void **state) {
  (void)state;
  for (int64_t n = 0; n <= 800; n = n ? 800 * n : 1) { /* 0, 1, 800 */
    khop_graph *graph = NULL;
    ok(khop_graph_from_coo(&graph, n, 0, NULL, NULL, n % 3));
    khop_rings *rings = build_within(graph, KHOP_MATRIX_FREE, KHOP_OUT, 0);
    khop_taps *taps = NULL;
    khop_real x[800], y[800];
    for (int64_t i = 0; i < n; i++) x[i] = (khop_real)i, y[i] = 5;
    ok(khop_taps_new(&taps, rings, 2, (int[]){0, 3}, KHOP_NORM_NONE, false));
    ok(khop_apply(y, 1, taps, x, 1, 1, 0));
    for (int64_t i = 0; i < n; i++) assert_true(y[i] == x[i]);
    khop_taps_free(taps);
    khop_rings_free(rings);
    khop_graph_free(graph);
  }
}

/* Told to stop, a build stops. */
static bool stop_at_once(double share, void *context) {
  *(double *)context = share;
  return false;
}

static void progress(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 94);
  khop_graph *graph = random_graph(3000, 15000, false, &r);
  double share = 0;
  khop_rings *rings = NULL;
  khop_rings_options options = {.form = KHOP_MATRIX_FREE, .progress = stop_at_once, .context = &share};
  fails(khop_rings_build(&rings, graph, KEPT, kept, &options), KHOP_E_INTERRUPTED, "stopped", "");
  assert_null(rings);
  assert_true(share > 0 && share < 1);
  khop_graph_free(graph);
}

int main(void) {
  const struct CMUnitTest tests[] = {TEST(bits), TEST(bytes), TEST(no_memory), TEST(nothing_to_search),
                                     TEST(progress)};
  return cmocka_run_group_tests_name("matrix_free", tests, open_settings, close_settings);
}
