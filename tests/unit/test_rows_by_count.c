/* test_rows_by_count.c: the order of 64 rows by their number of entries: it is one, of short rows alone; and products
 * that go by it have the bits of those that take the rows as they stand. */
#include "kernels_check.h"

#include "apply/taps.h"
#include "rings/rows_by_count.h"
#include "rings/shifted_rows.h"

static int64_t count_of(const khop_rings *rings, int slot, int64_t i) { return khop_i_hop_csr_count(rings->csr, i, slot); }

/* Each of 64 rows once, shorter ones first and those of one length as they stand; 32 entries and more are one length. */
static bool true_order(const khop_rings *rings, int slot) {
  const khop_i_row_order *order = khop_i_rows_by_count_of(rings->csr, slot);
  bool fits = true;
  for (int64_t w = 0; w < khop_rings_nodes(rings) / 64; w++) {
    uint64_t seen = 0;
    int64_t before = -1;
    for (int k = 0; k < 64; k++) {
      int row = order[w].row[k];
      int64_t count = row < 64 ? count_of(rings, slot, 64 * w + row) : -1;
      if (count > 32) count = 32;
      fits = fits && count >= before && (count > before || row > order[w].row[k - 1]);
      seen |= row < 64 ? (uint64_t)1 << row : 0;
      before = count;
    }
    fits = fits && seen == ~(uint64_t)0;
  }
  return fits;
}

/* Which slots have an order: not the identity, nor shifted rows, nor long ones, nor fewer than 64. */
static bool should_have_one(const khop_rings *rings, int slot) {
  int64_t n = khop_rings_nodes(rings), entries = khop_rings_entries(rings, slot);
  bool identity = khop_i_rings_is_identity(rings, slot);
  return n >= 64 && !identity && !khop_i_shifted_rows_of(rings->csr, slot) && entries < 32 * n;
}

static void orders(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 61);
  static edge_list edges;
  int found = 0, without = 0;
  for (int trial = 0; trial < 300; trial++) {
    const khop_rings *turned;
    draw_graph(&edges, trial % FAMILIES, trial / FAMILIES % 2, 400, &r);
    khop_graph *graph = graph_of(&edges);
    khop_rings *rings = rings_of(graph, 5, lab_hops, edges.directed ? KHOP_OUT : KHOP_ALL, KHOP_RING);
    ok(khop_i_rings_prepare(&turned, rings));
    for (int s = 0; s < khop_rings_slots(rings); s++) {
      bool has = khop_i_rows_by_count_of(rings->csr, s) != NULL;
      assert_int_equal(has, should_have_one(rings, s));
      assert_int_equal(khop_i_rows_by_count_of(turned->csr, s) != NULL, should_have_one(turned, s));
      without += !has;
      if (!has) continue;
      assert_true(true_order(rings, s));
      if (khop_i_rows_by_count_of(turned->csr, s)) assert_true(true_order(turned, s));
      if (found++) continue;
      khop_i_row_order *order = &rings->csr->order[s][0]; /* the checker is checked */
      uint8_t first = order->row[0];
      order->row[0] = order->row[1];
      assert_false(true_order(rings, s));
      order->row[0] = order->row[63], order->row[63] = first;
      assert_false(true_order(rings, s));
      order->row[63] = order->row[0], order->row[0] = first;
    }
    khop_rings_free(rings);
    khop_graph_free(graph);
  }
  assert_true(found >= 100 && without >= 100);
}

/* --- products ------------------------------------------------------------------------------------------------- */

/* Rows of 0 to some 60 entries, in no order: hubs among lone nodes. */
static khop_graph *uneven(int64_t n, bool directed, khop_i_random *r) {
  int64_t count = 0, *from = block_of(4 * n, sizeof *from), *to = block_of(4 * n, sizeof *to);
  khop_graph *graph = NULL;
  for (; count < 4 * n; count++) {
    int64_t a = khop_i_random_below(r, n), b = khop_i_random_below(r, n);
    from[count] = a * a / n, to[count] = b * b / n;
  }
  ok(khop_graph_from_coo(&graph, n, count, from, to, directed));
  free(from);
  free(to);
  return graph;
}

/* The same taps, whose rows are taken as they stand. */
static void forget(khop_taps *taps) {
  for (int t = 0; t < 2 * taps->count; t++) taps->forward[t].order = NULL;
}

static bool agrees(const khop_taps *taps, const khop_taps *plain, int64_t f, unsigned flags, khop_i_random *r) {
  bool concat = flags & KHOP_CONCAT, transposed = flags & KHOP_TRANSPOSE;
  int64_t n = taps->nodes, all = f * taps->count;
  sheet x = sheet_random(n, concat && transposed ? all : f, 2, r);
  sheet y = sheet_new(n, concat && !transposed ? all : f, 3), z = sheet_new(n, y.width, 3);
  sheet_fill(&y, (khop_real)0.25);
  sheet_fill(&z, (khop_real)0.25);
  ok(khop_apply(y.data, y.ld, taps, x.data, x.ld, f, flags));
  ok(khop_apply(z.data, z.ld, plain, x.data, x.ld, f, flags));
  guards_stand(&y);
  bool same = memcmp(y.data, z.data, (size_t)((n - 1) * y.ld + y.width) * sizeof *y.data) == 0;
  free(x.data);
  free(y.data);
  free(z.data);
  return same;
}

/* Widths of each kind of vector and of parts of one; sizes of whole 64 rows, of one more and one fewer. */
static void same_products(void **state) {
  (void)state;
  static const int64_t widths[] = {1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17, 24, 31, 32, 33, 48, 64, 70}, sizes[] = {64, 127, 193, 1000};
  enum { WIDTHS = sizeof widths / sizeof *widths };
  khop_i_random r;
  khop_i_random_seed(&r, 62);
  for (int trial = 0; trial < 96; trial++) {
    bool directed = trial % 2;
    int count = trial / 8 % 3 + 1, norm = trial / 2 % 4; /* one tap, with the identity, and two with entries */
    static const int hops[] = {1, 0, 2};
    khop_graph *graph = uneven(sizes[trial % 4], directed, &r);
    khop_rings *rings = rings_of(graph, 3, hops, directed ? KHOP_OUT : KHOP_ALL, KHOP_RING);
    khop_taps *taps, *plain;
    ok(khop_taps_new(&taps, rings, count, hops, (khop_norm)norm, trial / 24 % 2));
    ok(khop_taps_new(&plain, rings, count, hops, (khop_norm)norm, trial / 24 % 2));
    assert_non_null(taps->forward[0].order);
    forget(plain);
    use_set(trial % 3);
    ok(khop_set_threads(1 + trial % 3));
    for (int w = trial % 3; w < WIDTHS; w += 3)
      assert_true(agrees(taps, plain, widths[w], (unsigned)(trial / 2 + w) % 8, &r));
    khop_taps_free(taps);
    khop_taps_free(plain);
    khop_rings_free(rings);
    khop_graph_free(graph);
  }
}

/* The order is what products go by: a row that is taken twice, and one that is not, show at every width but the widest,
 * where rows are taken as they stand. */
static void orders_are_read(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 63);
  khop_graph *graph = uneven(640, false, &r);
  khop_rings *rings = rings_of(graph, 1, (int[]){1}, KHOP_ALL, KHOP_RING);
  khop_taps *taps, *plain;
  ok(khop_taps_new(&taps, rings, 1, (int[]){1}, KHOP_NORM_ROW, false));
  ok(khop_taps_new(&plain, rings, 1, (int[]){1}, KHOP_NORM_ROW, false));
  forget(plain);
  for (int64_t f = 1; f <= 16; f++) assert_true(agrees(taps, plain, f, 0, &r));
  rings->csr->order[0][3].row[9] = rings->csr->order[0][3].row[10];
  for (int64_t f = 1; f <= 16; f++) assert_false(agrees(taps, plain, f, 0, &r));
  khop_taps_free(taps);
  khop_taps_free(plain);
  khop_rings_free(rings);
  khop_graph_free(graph);
}

int main(void) {
  const struct CMUnitTest tests[] = {TEST(orders), TEST(same_products), TEST(orders_are_read)};
  return cmocka_run_group_tests_name("rows_by_count", tests, open_settings, close_settings);
}
