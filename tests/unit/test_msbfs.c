/* test_msbfs.c: 512 sources at once: the loops of each instruction set against a look at every bit, and the
 * search against a plain queue, on graphs where it would be chosen and where it would not.
 */
#include "rings_check.h"

#include "search/bitset_dispatch.h"
#include "search/msbfs.h"

enum { SETS = 3 };

static bool bit(const khop_i_sources *at, int64_t r) {
  return at->word[r % KHOP_I_MSBFS_WORDS] >> (r / KHOP_I_MSBFS_WORDS) & 1;
}

/* Bits of which about one in `of` is set. */
static void fill(void *at, int64_t words, int64_t of, khop_i_random *r) {
  uint64_t *to = at;
  for (int64_t w = 0; w < words; w++) {
    to[w] = 0;
    for (int i = 0; i < 64; i++) to[w] |= (uint64_t)(khop_i_random_below(r, of) == 0) << i;
  }
}

/* --- the loops ------------------------------------------------------------------------------ */

/* next and seen after a hop, source by source. */
static bool hop_is_right(const khop_i_sources *next, const khop_i_sources *seen, const khop_i_sources *now,
                         const khop_i_sources *before, const khop_graph *back) {
  const int64_t *offsets = khop_graph_offsets(back);
  const int32_t *targets = khop_graph_targets(back);
  for (int64_t v = 0; v < khop_graph_nodes(back); v++)
    for (int64_t r = 0; r < KHOP_I_MSBFS_SOURCES; r++) {
      bool met = false;
      for (int64_t e = offsets[v]; e < offsets[v + 1]; e++) met = met || bit(now + targets[e], r);
      if (bit(next + v, r) != (met && !bit(before + v, r))) return false;
      if (bit(seen + v, r) != (met || bit(before + v, r))) return false;
    }
  return true;
}

static khop_i_sources *sources_of(int64_t words) {
  khop_i_sources *made = NULL;
  ok(khop_i_alloc(&made, 64 * words, sizeof *made, "sources"));
  return made;
}

static void hops(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 21);
  for (int trial = 0; trial < 60; trial++) {
    const int64_t sizes[] = {1, 2, 63, 64, 65, 130};
    int64_t n = sizes[trial % 6], words = (n + 63) / 64;
    khop_graph *graph = random_graph(n, n * (trial / 6 % 4), trial % 2, &r), *back = NULL;
    ok(khop_i_graph_transpose(&back, graph));
    khop_i_sources *now = sources_of(words), *next = sources_of(words), *seen = sources_of(words);
    khop_i_sources *before = sources_of(words);
    fill(now, 8 * n, 1 + trial % 20, &r);
    for (int set = 0; set < SETS; set++) {
      bool more, any = false;
      use_set(set);
      const khop_i_bitset_kernels *scans = khop_i_bitset_kernels_now();
      fill(before, 8 * n, 1 + trial % 3, &r);
      memcpy(seen, before, (size_t)(64 * words) * sizeof *seen);
      if (trial % 2) {
        memset(next, 0, (size_t)(64 * words) * sizeof *next);
        scans->push(next, now, graph);
        more = scans->mask(next, seen, n);
      } else {
        more = scans->pull(next, seen, now, graph);
      }
      assert_true(hop_is_right(next, seen, now, before, back));
      for (int64_t v = 0; v < n; v++)
        for (int64_t s = 0; s < KHOP_I_MSBFS_SOURCES; s++) any = any || bit(next + v, s);
      assert_int_equal(more, any);
      next[khop_i_random_below(&r, n)].word[trial % 8] ^= UINT64_C(1) << (trial % 64); /* the checker is checked */
      assert_false(hop_is_right(next, seen, now, before, back));
    }
    khop_i_free(now);
    khop_i_free(next);
    khop_i_free(seen);
    khop_i_free(before);
    khop_graph_free(graph);
    khop_graph_free(back);
  }
  ok(khop_set_simd(NULL));
}

/* The positions in a row, by a look at every bit; how many. */
static int64_t plain_row(int32_t *to, const khop_i_sources *from, int64_t nodes, int64_t row) {
  int64_t count = 0;
  for (int64_t v = 0; v < nodes; v++)
    if (bit(from + v, row)) to[count++] = (int32_t)v;
  return count;
}

/* Turned, counted and read into a place that is full to the last number: nothing behind it is touched. */
static void bits_are_transposed_counted_and_read(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 22);
  for (int trial = 0; trial < 48; trial++) {
    const int64_t all_rows[] = {1, 7, 8, 9, 63, 65, 511, 512};
    int64_t words = 1 + trial % 5, rows = all_rows[trial % 8], n = 64 * words, step = rows + trial % 3 * 8;
    khop_i_sources *from = sources_of(words);
    uint64_t *turned = block_of(words * step, sizeof *turned);
    int32_t *wanted = block_of(n, sizeof *wanted), *found = block_of(n + 200, sizeof *found);
    fill(from, 8 * n, 1 + trial * trial % 90, &r);
    for (int set = 0; set < SETS; set++) {
      int32_t counts[KHOP_I_MSBFS_SOURCES];
      use_set(set);
      const khop_i_bitset_kernels *scans = khop_i_bitset_kernels_now();
      scans->transpose(turned, step, from, words, rows);
      scans->count_ones(counts, turned, step, words, rows);
      for (int64_t row = 0; row < rows; row++) {
        int64_t count = plain_row(wanted, from, n, row);
        assert_int_equal(counts[row], count);
        for (int64_t beyond = 0; beyond <= 200; beyond += 40) { /* how far it may write beyond */
          for (int64_t i = 0; i < n + 200; i++) found[i] = -7;
          scans->read_ones(found, found + count + beyond, count, turned + row, step, words);
          assert_true(memcmp(found, wanted, (size_t)count * sizeof *found) == 0);
          for (int64_t i = count + beyond; i < n + 200; i++) assert_int_equal(found[i], -7);
        }
      }
    }
    khop_i_free(from);
    free(turned);
    free(wanted);
    free(found);
  }
  ok(khop_set_simd(NULL));
}

/* --- the search ----------------------------------------------------------------------------- */

/* Whether a row of a slot is what the distances say. */
static bool row_is_right(const khop_i_msbfs *w, int slot, int64_t r, int64_t size, const int32_t *distance,
                         int32_t *columns) {
  int64_t n = khop_graph_nodes(w->graph), count = 0;
  if (slot < w->found) khop_i_msbfs_row(columns, columns + n, size, w, slot, r);
  for (int64_t v = 0; v < n; v++) {
    int hop = w->hops[slot];
    if (!(w->ball ? distance[v] >= 0 && distance[v] <= hop : distance[v] == hop)) continue;
    if (count == size || columns[count++] != v) return false;
  }
  return count == size;
}

static void all_rows(khop_i_msbfs *w, int slots, const int *hop, bool ball, khop_i_random *r) {
  int64_t n = khop_graph_nodes(w->graph), *sizes = block_of(KHOP_I_MSBFS_SOURCES * slots, sizeof *sizes);
  int32_t *distance = block_of(n, sizeof *distance), *queue = block_of(n, sizeof *queue);
  int32_t *columns = block_of(n, sizeof *columns);
  for (int64_t first = 0; first < n; first += KHOP_I_MSBFS_SOURCES) {
    int64_t rows = n - first < KHOP_I_MSBFS_SOURCES ? n - first : KHOP_I_MSBFS_SOURCES;
    uint64_t before = khop_allocations();
    khop_i_msbfs_search(w, first, rows, slots, hop, ball);
    for (int s = 0; s < slots; s++) khop_i_msbfs_sizes(sizes + s, slots, w, s);
    assert_int_equal(khop_allocations(), before);
    for (int64_t row = 0; row < rows; row += 1 + khop_i_random_below(r, 40)) {
      plain_search(distance, queue, w->graph, first + row);
      for (int s = 0; s < slots; s++)
        assert_true(row_is_right(w, s, row, sizes[row * slots + s], distance, columns));
      int s = (int)khop_i_random_below(r, slots); /* the checker is checked */
      int32_t *any = &distance[khop_i_random_below(r, n)];
      *any = *any == hop[s] ? -1 : hop[s];
      if (!ball) assert_false(row_is_right(w, s, row, sizes[row * slots + s], distance, columns));
    }
  }
  free(sizes);
  free(distance);
  free(queue);
  free(columns);
}

/* Sizes around words, blocks of rows and more than one of them; hops with gaps and beyond the last; nodes
 * without arcs, and parts apart, where there are few edges. */
static void searches(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 24);
  const int64_t sizes[] = {1, 2, 63, 64, 65, 300, 511, 512, 513, 1025};
  const int hop[] = {0, 1, 2, 4, 5, 9, 40};
  for (int trial = 0; trial < 120; trial++) {
    int64_t n = sizes[trial % 10], m = n * (trial / 10 % 6) / 2;
    int first = trial % 4, slots = 7 - first - trial % 3;
    use_set(trial / 3 % SETS);
    khop_graph *graph = random_graph(n, m, trial / 2 % 2, &r);
    khop_i_msbfs wide;
    ok(khop_i_msbfs_open(&wide, graph, slots));
    all_rows(&wide, slots, hop + first, false, &r);
    all_rows(&wide, slots, hop + first, true, &r);
    all_rows(&wide, slots, hop + first, false, &r); /* again, in the same memory */
    khop_i_msbfs_close(&wide);
    khop_i_msbfs_close(&wide);
    khop_graph_free(graph);
  }
  ok(khop_set_simd(NULL));
}

/* The bytes that a budget counts on are those that are taken. */
static void bytes(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 25);
  khop_graph *graph = random_graph(1000, 3000, false, &r);
  size_t held = khop_bytes_now();
  khop_i_msbfs wide;
  khop_i_bfs bfs;
  ok(khop_i_msbfs_open(&wide, graph, 3));
  assert_true((double)(khop_bytes_now() - held) == khop_i_msbfs_bytes(1000, 3));
  khop_i_msbfs_close(&wide);
  ok(khop_i_bfs_open(&bfs, graph));
  assert_true((double)(khop_bytes_now() - held) <= khop_i_bfs_bytes(1000));
  assert_true((double)(khop_bytes_now() - held) > khop_i_bfs_bytes(1000) - 32);
  khop_i_bfs_close(&bfs);
  assert_int_equal(khop_bytes_now(), held);
  khop_graph_free(graph);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(hops),
      cmocka_unit_test(bits_are_transposed_counted_and_read),
      cmocka_unit_test(searches),
      cmocka_unit_test(bytes),
  };
  return cmocka_run_group_tests_name("msbfs", tests, NULL, nothing_held);
}
