/* test_shifted_rows.c: rows that are the one before, shifted by one column: which are marked, against a comparison
 * of their own; and products that read the entries of such rows once, against those that read every row's: the same
 * bits. / */
#include "kernels_check.h"

#include "apply/spmm_packed.h"
#include "apply/taps.h"
#include "rings/shifted_rows.h"

/* --- which rows are marked ------------------------------------------------------------------- */

static int64_t row_of(const int32_t **columns, const khop_rings *rings, int slot, int64_t i) {
  return khop_rings_row(rings, slot, i, columns, NULL);
}

static bool as_before(const khop_rings *rings, int slot, int64_t i) {
  const int32_t *here, *before;
  if (i == 0) return false;
  int64_t count = row_of(&here, rings, slot, i);
  bool same = row_of(&before, rings, slot, i - 1) == count;
  for (int64_t e = 0; same && e < count; e++) same = here[e] == before[e] + 1;
  return same;
}

/* Whether the marks of a slot are true of all its rows. */
static bool true_marks(const khop_rings *rings, int slot) {
  const khop_i_shifted_rows *marks = khop_i_shifted_rows_of(rings->csr, slot);
  bool fits = true;
  int64_t n = khop_rings_nodes(rings);
  for (int64_t w = 0; w < n / 64 + 2; w++) {
    int64_t first = INT64_MAX, after = 0;
    for (int64_t i = 64 * w; i < 64 * w + 64; i++) {
      const int32_t *columns;
      int64_t count = i < n ? row_of(&columns, rings, slot, i) : 0;
      for (int64_t e = 0; e < count; e++) {
        first = columns[e] < first ? columns[e] : first;
        after = columns[e] >= after ? columns[e] + 1 : after;
      }
      fits = fits && (marks[w].bits >> (i - 64 * w) & 1) == (i < n && as_before(rings, slot, i));
    }
    fits = fits && (after ? marks[w].first == first && marks[w].after == after : marks[w].first >= marks[w].after);
  }
  return fits;
}

static int marked(const khop_rings *rings) {
  int slots = 0;
  for (int s = 0; s < khop_rings_slots(rings); s++) slots += khop_i_shifted_rows_of(rings->csr, s) != NULL;
  return slots;
}

static void marks(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 31);
  static edge_list edges;
  int found = 0;
  for (int trial = 0; trial < 400; trial++) {
    const khop_rings *turned;
    draw_graph(&edges, trial % FAMILIES, trial / FAMILIES % 2, 400, &r);
    khop_graph *graph = graph_of(&edges);
    khop_rings *rings = rings_of(graph, 5, lab_hops, (khop_direction)(trial % 3), (khop_operator)(trial / 3 % 3));
    ok(khop_i_rings_prepare(&turned, rings));
    for (int s = 0; s < khop_rings_slots(rings); s++) {
      if (khop_i_shifted_rows_of(rings->csr, s)) assert_true(true_marks(rings, s));
      if (khop_i_shifted_rows_of(turned->csr, s)) assert_true(true_marks(turned, s));
    }
    found += marked(rings);
    if (found == 1 && marked(rings)) { /* a comparison that cannot fail proves nothing */
      int s = 0;
      while (!khop_i_shifted_rows_of(rings->csr, s)) s++;
      rings->csr->shifted[s]->bits ^= 4;
      assert_false(true_marks(rings, s));
      rings->csr->shifted[s]->bits ^= 4;
      rings->csr->shifted[s]->after++;
      assert_false(true_marks(rings, s));
      rings->csr->shifted[s]->after--;
    }
    khop_rings_free(rings);
    khop_graph_free(graph);
  }
  assert_true(found >= 100);
}

/* --- products that make use of them ---------------------------------------------------------- */

/* A lattice of up to three axes, `broken` of whose edges are taken away. */
static khop_graph *lattice(int64_t wide, int64_t high, int64_t deep, bool directed, int broken, khop_i_random *r) {
  const int64_t size[3] = {deep, high, wide};
  int64_t n = wide * high * deep, count = 0, stride = n;
  int64_t *from = block_of(3 * n, sizeof *from), *to = block_of(3 * n, sizeof *to);
  khop_graph *graph = NULL;
  for (int axis = 0; axis < 3; axis++) {
    stride /= size[axis];
    for (int64_t i = 0; i < n; i++)
      if (i / stride % size[axis] + 1 < size[axis]) from[count] = i, to[count++] = i + stride;
  }
  for (int b = 0; b < broken; b++) {
    int64_t e = (int64_t)khop_i_random_below(r, count--);
    from[e] = from[count];
    to[e] = to[count];
  }
  ok(khop_graph_from_coo(&graph, n, count, from, to, directed));
  free(from);
  free(to);
  return graph;
}

typedef struct shape {
  int64_t wide, high, deep;
  bool directed;
  int broken;
} shape;

static const shape shapes[] = {{1500, 1, 1, false, 0}, {1500, 1, 1, true, 3}, {45, 33, 1, false, 0}, {45, 33, 1, true, 0},
                               {45, 33, 1, false, 9}, {12, 11, 10, false, 0}, {33, 40, 1, false, 700}};
enum { SHAPES = sizeof shapes / sizeof *shapes, WIDTHS = 9 };
static const int64_t widths[WIDTHS] = {1, 8, 16, 17, 32, 40, 48, 64, 100};

/* The same taps, whose rows nobody has looked at. */
static void forget(khop_taps *taps) {
  for (int t = 0; t < 2 * taps->count; t++) taps->forward[t].shifted = NULL;
}

static bool any_alike(const khop_taps *taps) {
  for (int t = 0; t < taps->count; t++)
    if (taps->forward[t].shifted) return true;
  return false;
}

static bool same_bits(const sheet *a, const sheet *b) {
  return memcmp(a->data, b->data, (size_t)((a->rows - 1) * a->ld + a->width) * sizeof *a->data) == 0;
}

/* khop_apply with and without marks. */
static bool agrees(const khop_taps *taps, const khop_taps *plain, int64_t f, unsigned flags, khop_i_random *r) {
  bool concat = flags & KHOP_CONCAT, transposed = flags & KHOP_TRANSPOSE;
  int64_t n = taps->nodes, all = f * taps->count;
  sheet x = sheet_random(n, concat && transposed ? all : f, 2, r);
  sheet y = sheet_new(n, concat && !transposed ? all : f, 3), z = sheet_new(n, y.width, 3);
  sheet_fill(&y, (khop_real)0.25);
  sheet_fill(&z, (khop_real)0.25);
  ok(khop_apply(y.data, y.ld, taps, x.data, x.ld, f, flags));
  ok(khop_apply(z.data, z.ld, plain, x.data, x.ld, f, flags));
  bool same = same_bits(&y, &z);
  free(x.data);
  free(y.data);
  free(z.data);
  return same;
}

static void same_products(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 32);
  int with = 0;
  for (int trial = 0; trial < 16 * SHAPES; trial++) {
    const shape *s = &shapes[trial % SHAPES];
    int which = trial / SHAPES, count = 1 + which % 4;
    khop_graph *graph = lattice(s->wide, s->high, s->deep, s->directed, s->broken, &r);
    khop_rings *rings = rings_of(graph, 5, lab_hops, s->directed ? KHOP_OUT : KHOP_ALL, KHOP_RING);
    khop_taps *taps, *plain;
    ok(khop_taps_new(&taps, rings, count, lab_hops, (khop_norm)(which % 4), which / 4 % 2));
    ok(khop_taps_new(&plain, rings, count, lab_hops, (khop_norm)(which % 4), which / 4 % 2));
    forget(plain);
    with += any_alike(taps);
    use_set(trial % 3);
    ok(khop_set_threads(1 + trial % 3));
    for (int w = trial % 3; w < WIDTHS; w += 3)
      assert_true(agrees(taps, plain, widths[w], (unsigned)(trial / 2 + w) % 8, &r));
    khop_taps_free(taps);
    khop_taps_free(plain);
    khop_rings_free(rings);
    khop_graph_free(graph);
  }
  assert_true(with >= 8 * SHAPES); /* all but the one that lacks most of its edges */
  assert_true(with < 16 * SHAPES);
}

/* A wrong mark shows: the marks are what products go by. */
static void marks_are_read(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 33);
  khop_graph *graph = lattice(45, 33, 1, false, 0, &r);
  khop_rings *rings = rings_of(graph, 5, lab_hops, KHOP_ALL, KHOP_RING);
  khop_taps *taps, *plain;
  ok(khop_taps_new(&taps, rings, 1, lab_hops, KHOP_NORM_ROW, false));
  ok(khop_taps_new(&plain, rings, 1, lab_hops, KHOP_NORM_ROW, false));
  forget(plain);
  assert_true(agrees(taps, plain, 16, 0, &r));
  khop_i_shifted_rows *marks = rings->csr->shifted[khop_rings_slot(rings, lab_hops[0])];
  int bit = 0;
  while (marks[7].bits >> bit & 1) bit++;
  marks[7].bits |= (uint64_t)1 << bit; /* a row that is not shifted */
  assert_false(agrees(taps, plain, 16, 0, &r));
  khop_taps_free(taps);
  khop_taps_free(plain);
  khop_rings_free(rings);
  khop_graph_free(graph);
}

/* --- bands of rows ----------------------------------------------------------------------------- */

typedef struct strip {
  sheet x, y, z;
  khop_real *block;
} strip;

/* y by bands, z by panels: both from packed columns, whether that pays or not. */
static bool bands_agree(strip *s, const khop_taps *taps, const khop_taps *plain, bool transposed, khop_i_spread spread) {
  int64_t f = s->x.width, n = taps->nodes;
  for (int64_t i = 0; i < n * KHOP_I_PACKED_COLUMNS; i++) s->block[i] = (khop_real)NAN;
  sheet_fill(&s->y, (khop_real)0.25);
  sheet_fill(&s->z, (khop_real)0.25);
  khop_i_packed_gather(s->y.data, s->y.ld, taps, transposed, s->x.data, s->x.ld, f, spread, s->block);
  khop_i_packed_gather(s->z.data, s->z.ld, plain, transposed, s->x.data, s->x.ld, f, spread, s->block);
  guards_stand(&s->y);
  return same_bits(&s->y, &s->z);
}

/* Long enough that the band of a thread is moved on more than once. */
static void bands(void **state) {
  (void)state;
  const shape long_ones[] = {{15000, 1, 1, false, 0}, {15000, 1, 1, true, 2}, {60, 240, 1, false, 5}};
  const int64_t across[] = {16, 40, 200};
  khop_i_random r;
  khop_i_random_seed(&r, 34);
  for (int trial = 0; trial < 24; trial++) {
    const shape *l = &long_ones[trial % 3];
    khop_graph *graph = lattice(l->wide, l->high, l->deep, l->directed, l->broken, &r);
    khop_rings *rings = rings_of(graph, 5, lab_hops, l->directed ? KHOP_OUT : KHOP_ALL, KHOP_RING);
    khop_taps *taps, *plain;
    int64_t n = khop_graph_nodes(graph), f = across[trial / 3 % 3];
    int count = 1 + trial % 4;
    ok(khop_taps_new(&taps, rings, count, lab_hops, (khop_norm)(trial / 2 % 4), trial % 2));
    ok(khop_taps_new(&plain, rings, count, lab_hops, (khop_norm)(trial / 2 % 4), trial % 2));
    forget(plain);
    ok(khop_set_threads(1 + trial / 9)); /* one has all widths */
    khop_i_spread spread = {.out_step = trial / 4 % 2 ? f : 0, .accumulate = trial / 5 % 2};
    int64_t out = spread.out_step ? f * count : f;
    strip s = {sheet_random(n, f, 2, &r), sheet_new(n, out, 3), sheet_new(n, out, 3),
               block_of(n * KHOP_I_PACKED_COLUMNS, sizeof *s.block)};
    assert_true(bands_agree(&s, taps, plain, trial / 7 % 2, spread));
    if (trial == 0) { /* what a band holds is what the marks say */
      khop_i_shifted_rows *marks = rings->csr->shifted[khop_rings_slot(rings, lab_hops[0])];
      int32_t after = marks[n / 64].after;
      for (int64_t w = 0; w <= n / 64; w++) marks[w].after -= 1;
      assert_false(bands_agree(&s, taps, plain, false, spread));
      for (int64_t w = 0; w <= n / 64; w++) marks[w].after += 1;
      assert_int_equal(marks[n / 64].after, after);
    }
    free(s.x.data);
    free(s.y.data);
    free(s.z.data);
    free(s.block);
    khop_taps_free(taps);
    khop_taps_free(plain);
    khop_rings_free(rings);
    khop_graph_free(graph);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(marks), TEST(same_products), TEST(marks_are_read), TEST(bands),
  };
  return cmocka_run_group_tests_name("shifted_rows", tests, open_settings, close_settings);
}
