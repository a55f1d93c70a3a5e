/* test_forms.c: rings that are not stored: matrix-free ones, ladders and bitmaps against dense matrices and stored
 * rings, forward and backward; the same bits for every thread count; budgets and memory that run out.
 */
#include "kernels_check.h"
#include "model_check.h"

#include "base/error.h"
#include "apply/taps.h"
#include "search/bfs.h"
#include "forms/bitmap.h"
#include "forms/matrix_free.h"
#include "forms/ladder/ladder.h"
#include "forms/ladder/sample.h"

static const khop_form forms[] = {KHOP_MATRIX_FREE, KHOP_LADDER, KHOP_BITMAP};
static const int64_t widths[] = {0, 1, 3, 16, 33, 70};
enum { FORMS = sizeof forms / sizeof *forms, WIDTHS = sizeof widths / sizeof *widths };
/* Sums over bases cancel: docs/derivations/ladder.md has the bound. */
#define LADDER_TOLERANCE (10 * TOLERANCE)

/* --- products ------------------------------------------------------------------------------- */

static void agree(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 71);
  static lab l;
  int trial = 0;
  for (int which = 0; which < FORMS * 2 * 8 * 8 * 3; which++) {
    int rest = which;
    l.form = forms[rest % FORMS], rest /= FORMS;
    bool directed = rest % 2;
    rest /= 2;
    khop_norm norm = (khop_norm)(rest % 4);
    rest /= 4;
    bool loop = rest % 2;
    rest /= 2;
    unsigned flags = (unsigned)rest % 8;
    l.tolerance = l.form == KHOP_LADDER ? LADDER_TOLERANCE : TOLERANCE;
    draw_graph(&l.edges, trial % FAMILIES, directed, 40, &r);
    lab_open(&l, (khop_direction)(trial / 2 % 3), KHOP_RING, 1 + trial % 5, norm, loop);
    assert_int_equal(khop_rings_form(l.rings), l.form);
    for (int w = trial % 2; w < WIDTHS; w += 2) apply_once(&l, widths[w], flags, &r);
    lab_close(&l);
    trial++;
  }
}

/* The largest difference of two products, as they are kept. */
static double apart(const khop_rings *one, const khop_rings *other, int64_t f, unsigned flags) {
  khop_i_random r;
  khop_i_random_seed(&r, 83);
  const khop_rings *both[] = {one, other};
  sheet x = sheet_random(one->nodes, f, 0, &r), y[2];
  double *wanted = block_of(one->nodes * f, sizeof *wanted);
  for (int k = 0; k < 2; k++) {
    khop_taps *taps = NULL;
    ok(khop_taps_new(&taps, both[k], one->slots, one->hops, KHOP_NORM_ROW, true));
    y[k] = sheet_new(one->nodes, f, 0);
    ok(khop_apply(y[k].data, y[k].ld, taps, x.data, x.ld, f, flags));
    khop_taps_free(taps);
  }
  for (int64_t i = 0; i < one->nodes * f; i++) wanted[i] = (double)y[0].data[i];
  double error = difference(y[1].data, wanted, one->nodes * f);
  free(x.data), free(y[0].data), free(y[1].data), free(wanted);
  return error;
}

/* Matrix-free rings add the same columns in the same order. */
static void matrix_free_bits(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 72);
  static lab l;
  for (int trial = 0; trial < 60; trial++) {
    const int64_t f = 1 + trial % 40;
    unsigned flags = (unsigned)trial % 8;
    l.form = KHOP_MATRIX_FREE;
    draw_graph(&l.edges, trial % FAMILIES, trial / 2 % 2, 60, &r);
    lab_open(&l, (khop_direction)(trial % 3), KHOP_RING, 5, (khop_norm)(trial / 8 % 4), trial % 5 == 0);
    khop_rings *stored = build_as(l.graph, KHOP_STORED, (khop_direction)(trial % 3), 5, lab_hops);
    khop_taps *taps = NULL;
    ok(khop_taps_new(&taps, stored, 5, lab_hops, (khop_norm)(trial / 8 % 4), trial % 5 == 0));
    sheet x = sheet_random(l.nodes, f * 5, 0, &r), one = sheet_new(l.nodes, f * 5, 0);
    sheet other = sheet_new(l.nodes, f * 5, 0);
    ok(khop_apply(one.data, one.ld, taps, x.data, x.ld, f, flags));
    ok(khop_apply(other.data, other.ld, l.taps, x.data, x.ld, f, flags));
    assert_memory_equal(one.data, other.data, (size_t)(one.rows * one.ld) * sizeof *one.data);
    free(x.data);
    free(one.data);
    free(other.data);
    khop_taps_free(taps);
    khop_rings_free(stored);
    lab_close(&l);
  }
}

/* Whether a ladder keeps its ring whole, both ways: then products have the bits of the stored ring, and no panels. */
static bool is_whole(const khop_graph *graph, int hop) {
  khop_rings *stored = build_as(graph, KHOP_STORED, KHOP_OUT, 1, &hop);
  khop_rings *ladder = build_as(graph, KHOP_LADDER, KHOP_OUT, 1, &hop);
  bool whole = ladder->csr != NULL;
  assert_int_equal(whole, !ladder->workspace);
  if (ladder->transposed) assert_int_equal(whole, ladder->transposed->csr != NULL);
  for (unsigned flags = 0; flags < 4; flags++)
    if (whole) assert_true(apart(stored, ladder, 20, flags) == 0);
  khop_rings_free(ladder);
  khop_rings_free(stored);
  return whole;
}

/* A grid's ladder would be climbed over more terms than its rings hold; so would some of random directed graphs. */
static void whole_rings(void **state) {
  (void)state;
  khop_i_random r;
  khop_graph *grid = NULL;
  static edge_list e;
  int whole = 0;
  khop_i_random_seed(&r, 84);
  ok(khop_graph_grid(&grid, 2, (int64_t[]){30, 30}, NULL, true, false));
  assert_true(is_whole(grid, 3));
  khop_graph_free(grid);
  for (int trial = 0; trial < 200; trial++) {
    draw_graph(&e, trial % FAMILIES, true, 50, &r);
    khop_graph *graph = graph_of(&e);
    whole += is_whole(graph, 2 + trial % 2);
    khop_graph_free(graph);
  }
  assert_in_range(whole, 1, 199);
}

static void threads(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 73);
  static lab l;
  for (int which = 0; which < FORMS * 8; which++) {
    l.form = forms[which % FORMS];
    ok(khop_set_threads(3));
    large_lab(&l, which / FORMS % 2, (khop_norm)(which / FORMS / 2), &r);
    khop_rings *alone = NULL;
    ok(khop_set_threads(1));
    alone = build_as(l.graph, l.form, KHOP_OUT, 5, lab_hops);
    assert_int_equal(khop_rings_kept(alone, 2), khop_rings_kept(l.rings, 2));
    khop_rings_free(alone);
    for (unsigned flags = 0; flags < 8; flags++) {
      const int64_t f = 70;
      sheet x = sheet_random(l.nodes, f * 4, 1, &r), one = sheet_new(l.nodes, f * 4, 1), other = one;
      other.data = block_of(one.rows * one.ld, sizeof *other.data);
      for (int count = 1; count <= 4; count++) {
        sheet *y = count == 1 ? &one : &other;
        sheet_fill(y, (khop_real)0.25);
        ok(khop_set_threads(count));
        ok(khop_apply(y->data, y->ld, l.taps, x.data, x.ld, f, flags));
        assert_memory_equal(y->data, one.data,
                            (size_t)((one.rows - 1) * one.ld + one.width) * sizeof *one.data);
      }
      free(x.data);
      free(one.data);
      free(other.data);
    }
    lab_close(&l);
  }
}

static const int all_hops[] = {0, 1, 2, 3, 4, 5, 6};
#define HOPS ((int)(sizeof all_hops / sizeof *all_hops))

static khop_status sample_once(void *context) {
  double kept[HOPS], ring[HOPS];
  return khop_i_ladder_sample(kept, ring, context, HOPS - 1, 5, 1, 1000);
}

/* Many entries, all of them stored: auto takes the ladder where rows repeat, and none where it does not pay; the
 * sample's memory can run out. */
static khop_form form_of_star(int64_t nodes, int64_t max_bytes) {
  static edge_list e;
  e = (edge_list){.nodes = nodes};
  for (int64_t i = 2; i < nodes; i++) add_edge(&e, i, 0), add_edge(&e, i, 1); /* every node on both hubs */
  khop_graph *star = graph_of(&e);
  khop_rings *rings = NULL;
  ok(khop_rings_build(&rings, star, 3, all_hops, &(khop_rings_options){.form = KHOP_AUTO, .max_bytes = max_bytes}));
  khop_form form = khop_rings_form(rings);
  khop_rings_free(rings);
  khop_graph_free(star);
  return form;
}

/* A random graph whose rings 6 and 7 hold half of all pairs, in no order. */
static khop_graph *tangle(int64_t nodes, bool directed) {
  static edge_list e;
  khop_i_random r;
  khop_i_random_seed(&r, 82);
  e = (edge_list){.nodes = nodes, .directed = directed};
  for (int64_t i = 0; i < nodes * 5 / 3; i++)
    add_edge(&e, khop_i_random_below(&r, nodes), khop_i_random_below(&r, nodes));
  return graph_of(&e);
}

static khop_form form_of_tangle(int64_t max_bytes) {
  khop_graph *graph = tangle(2400, false);
  khop_rings *rings = NULL;
  khop_rings_options options = {.form = KHOP_AUTO, .max_bytes = max_bytes};
  ok(khop_rings_build(&rings, graph, 2, (int[]){6, 7}, &options));
  khop_form form = khop_rings_form(rings);
  if (form == KHOP_BITMAP) assert_in_range(khop_rings_bytes(rings), 2400 * 2 * 300, 2400 * 2 * 310);
  khop_rings_free(rings);
  khop_graph_free(graph);
  return form;
}

static void choices(void **state) {
  (void)state;
  assert_int_equal(form_of_star(1200, 0), KHOP_STORED); /* 1.4 million entries: not worth a look */
  assert_int_equal(form_of_star(2000, 0), KHOP_LADDER); /* 4 million, in a few for each row */
  assert_int_equal(form_of_tangle(0), KHOP_BITMAP);
  assert_int_equal(form_of_tangle(1 << 20), KHOP_MATRIX_FREE); /* 1.4 MB of bits do not fit */
  khop_graph *path = path_graph(2400);
  khop_rings *rings = NULL;
  static int hops[450];
  for (int k = 0; k < 450; k++) hops[k] = k % 60 + (k / 60) * 60;
  ok(khop_rings_build(&rings, path, 450, hops, &(khop_rings_options){.form = KHOP_AUTO}));
  assert_int_equal(khop_rings_form(rings), KHOP_STORED); /* beyond the ladder's 64 hops */
  khop_rings_free(rings);
  khop_graph_free(path);
  memory_can_run_out();
  path = path_graph(2400);
  assert_in_range(fail_each(sample_once, path), 10, 999);
  khop_graph_free(path);
  memory_is_plenty();
}

/* Of 1,200 nodes on two hubs the rings to hop 2 are 1.4 million entries, 5.7 MB: too few to look at what would save. */
static void where_stored_rings_do_not_fit_the_ladder_comes_first(void **state) {
  (void)state;
  assert_int_equal(form_of_star(1200, 4 << 20), KHOP_LADDER);
}

/* A path of 100 nodes has rings to hop 99, and a ladder 64 rungs. Of 4,000 hops the offsets of stored rings take
 * 3.2 MB, the sizes that matrix-free ones keep 1.6. */
static void a_form_that_cannot_hold_a_ring_is_passed_over(void **state) {
  (void)state;
  static int hops[4000];
  for (int k = 0; k < 4000; k++) hops[k] = k;
  khop_graph *path = path_graph(100);
  khop_rings *rings = NULL;
  fails(khop_rings_build(&rings, path, 4000, hops, &(khop_rings_options){.form = KHOP_LADDER, .max_bytes = 2500000}),
        KHOP_E_ARGUMENT, "ladder", "64");
  ok(khop_rings_build(&rings, path, 4000, hops, &(khop_rings_options){.form = KHOP_AUTO, .max_bytes = 2500000}));
  assert_int_equal(khop_rings_form(rings), KHOP_MATRIX_FREE);
  khop_rings_free(rings);
  khop_graph_free(path);
}

/* --- bitmaps -------------------------------------------------------------------------------- */

/* Whether the bits of every slot are the entries of stored rings, and the sizes too. */
static bool same_rings(const khop_rings *bits, const khop_rings *stored) {
  for (int s = 0; s < stored->slots; s++)
    for (int64_t i = 0; i < stored->nodes; i++) {
      int64_t first = i - i % KHOP_I_BITMAP_ROWS, rows = khop_i_bitmap_rows(stored->nodes, first);
      const int32_t *columns;
      int64_t count = khop_rings_row(stored, s, i, &columns, NULL), found = 0;
      if (khop_i_rings_count(bits, i, s) != count) return false;
      if (khop_i_rings_is_identity(stored, s)) continue;
      const uint64_t *words = khop_i_bitmap_block(bits->state, s, first);
      if (!words && count) return false;
      for (int64_t j = 0; words && j < 64 * ((const khop_i_bitmap *)bits->state)->words; j++) {
        if (!(words[j / 64 * rows + i - first] >> j % 64 & 1)) continue;
        if (found == count || columns[found++] != j) return false;
      }
      if (words && found != count) return false;
    }
  return true;
}

/* Bit by bit, on small graphs and on one of three blocks of rows; one wrong bit is found out, in the rings and in
 * a product. */
static void bitmaps(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 84);
  static edge_list e;
  for (int trial = 0; trial < 202; trial++) {
    bool large = trial >= 200;
    if (!large) draw_graph(&e, trial % FAMILIES, trial / 2 % 2, 200, &r);
    khop_direction direction = (khop_direction)(trial % 3);
    khop_graph *graph = large ? tangle(2400, trial == 201) : graph_of(&e);
    khop_rings *bits = build_as(graph, KHOP_BITMAP, direction, HOPS, all_hops);
    khop_rings *stored = build_as(graph, KHOP_STORED, direction, HOPS, all_hops);
    const khop_rings *turned;
    ok(khop_i_rings_transposed(&turned, stored));
    assert_true(same_rings(bits, stored));
    assert_true(same_rings(bits->transposed ? bits->transposed : bits, turned));
    for (unsigned flags = 0; large && flags <= KHOP_TRANSPOSE; flags += KHOP_TRANSPOSE)
      close_enough("a product", apart(stored, bits, 21, flags), LADDER_TOLERANCE);
    if (large) {
      int64_t first = 2048, rows = 2400 - first;
      khop_i_bitmap_block(bits->state, 2, first)[2399 / 64 * rows + rows - 1] ^= UINT64_C(1) << (2399 % 64);
      assert_false(same_rings(bits, stored));
      assert_true(apart(stored, bits, 21, 0) > 100 * LADDER_TOLERANCE);
    }
    khop_rings_free(bits);
    khop_rings_free(stored);
    khop_graph_free(graph);
  }
}

/* --- in models ------------------------------------------------------------------------------ */

static khop_model *pooled_model(int64_t columns, bool largest) {
  khop_model *m = new_model(columns);
  khop_value h = khop_conv(m, 0, 40, &(khop_conv_options){.taps = 4, .bias = true, .norm = KHOP_NORM_ROW});
  h = khop_conv(m, khop_tanh(m, h), 6, &(khop_conv_options){.taps = 3, .direction = KHOP_ALL});
  khop_conv_options pool = {.taps = 3};
  h = khop_pool(m, h, KHOP_POOL_MEAN, &pool);
  if (largest) h = khop_pool(m, h, KHOP_POOL_MAX, &pool);
  khop_softmax_cross_entropy(m, khop_linear(m, h, 3, true));
  ok(khop_model_init(m, 3));
  return m;
}

static bound bind_as(khop_model *m, const small_set *f, khop_form form) {
  bound b = {0};
  ok(khop_model_rings_as(b.rings, &b.count, m, f->graph, form, 0));
  ok(khop_run_new(&b.run, m, b.count, b.rings, &f->dense, true, 0));
  ok(khop_run_labels(b.run, f->labels, NULL));
  return b;
}

/* The same loss, outputs and gradients as with stored rings, in every form and direction. */
static void models(void **state) {
  (void)state;
  for (int which = 0; which < 4; which++) {
    small_set f = open_small_set(60, 5, which % 2);
    khop_model *m = which / 2 ? pooled_model(5, false) : mixed_model(5);
    int64_t count = khop_model_parameters(m);
    bound stored = bind_as(m, &f, KHOP_STORED);
    double *wanted = block_of(count, sizeof *wanted);
    double loss = khop_run_forward(stored.run, true, 5, 1);
    ok(khop_run_backward(stored.run));
    for (int64_t i = 0; i < count; i++) wanted[i] = (double)khop_run_gradients(stored.run)[i];
    for (int form = 0; form < FORMS; form++) {
      bound b = bind_as(m, &f, forms[form]);
      uint64_t before = khop_allocations();
      double other = khop_run_forward(b.run, true, 5, 1);
      ok(khop_run_backward(b.run));
      assert_int_equal(khop_allocations(), before);
      close_to(other, loss, 10 * TOLERANCE);
      close_enough("gradients", difference(khop_run_gradients(b.run), wanted, count), 50 * TOLERANCE);
      unbind(&b);
    }
    free(wanted);
    unbind(&stored);
    khop_model_free(m);
    close_small_set(&f);
  }
}

/* The largest over rings reads entries: a clear error, and auto stores them. */
static void largest(void **state) {
  (void)state;
  small_set f = open_small_set(60, 5, false);
  khop_model *m = pooled_model(5, true);
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_run *run = NULL;
  int count = 0;
  ok(khop_model_rings_as(rings, &count, m, f.graph, KHOP_LADDER, 0));
  fails(khop_run_new(&run, m, count, rings, &f.dense, true, 0), KHOP_E_ARGUMENT, "ladder", "stored");
  for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
  bound b = bind_as(m, &f, KHOP_AUTO);
  for (int i = 0; i < b.count; i++) assert_int_equal(khop_rings_form(b.rings[i]), KHOP_STORED);
  unbind(&b);
  khop_model_free(m);
  close_small_set(&f);
}

/* Where auto may not store its rings for want of bytes, the mean goes without them, and the largest cannot. */
static void auto_stores_the_rings_of_a_maximum_alone(void **state) {
  (void)state;
  small_set f = open_small_set(600, 5, false);
  for (int pooling = KHOP_POOL_MAX; pooling <= KHOP_POOL_MEAN; pooling++) {
    khop_model *m = new_model(5);
    khop_rings *rings[KHOP_MAX_RINGS];
    int count;
    khop_pool(m, 0, (khop_pooling)pooling, &(khop_conv_options){.taps = 9});
    ok(khop_model_rings(rings, &count, m, f.graph, 0));
    assert_int_equal(count, 1);
    int64_t less = (int64_t)khop_rings_bytes(rings[0]) * 3 / 4;
    khop_rings_free(rings[0]);
    if (pooling == KHOP_POOL_MAX) {
      fails(khop_model_rings_as(rings, &count, m, f.graph, KHOP_AUTO, less), KHOP_E_BUDGET, "", "");
    } else {
      ok(khop_model_rings_as(rings, &count, m, f.graph, KHOP_AUTO, less));
      assert_int_not_equal(khop_rings_form(rings[0]), KHOP_STORED);
      khop_rings_free(rings[0]);
    }
    khop_model_free(m);
  }
  close_small_set(&f);
}

/* --- what does not fit ---------------------------------------------------------------------- */

static khop_status build_and_apply(void *context) {
  const khop_rings_options *options = context;
  const int64_t shape[] = {5, 4};
  khop_status status = KHOP_OK;
  khop_graph *graph = NULL;
  khop_rings *rings = NULL;
  khop_taps *taps = NULL;
  static khop_real x[20], y[20];
  KHOP_TRY(khop_graph_grid(&graph, 2, shape, NULL, false, true));
  KHOP_TRY(khop_rings_build(&rings, graph, 5, lab_hops, options));
  KHOP_TRY(khop_taps_new(&taps, rings, 5, lab_hops, KHOP_NORM_SYM, false));
  KHOP_TRY(khop_apply(y, 1, taps, x, 1, 1, 0));
done:
  khop_taps_free(taps);
  khop_rings_free(rings);
  khop_graph_free(graph);
  return status;
}

static void no_memory(void **state) {
  (void)state;
  static const khop_form all[] = {KHOP_MATRIX_FREE, KHOP_LADDER, KHOP_BITMAP, KHOP_AUTO};
  for (int f = 0; f < 4; f++) {
    khop_rings_options options = {.direction = KHOP_OUT, .form = all[f]};
    memory_can_run_out();
    assert_in_range(fail_each(build_and_apply, &options), 10, 999);
    memory_is_plenty();
  }
}

/* Budgets that fewer and fewer forms fit: auto goes down to the next one, and then says so. */
static void budgets(void **state) {
  (void)state;
  static edge_list e;
  khop_i_random r;
  khop_i_random_seed(&r, 78);
  e.nodes = 4000;
  for (int i = 1; i < 4000; i++) add_edge(&e, i, i % 7 ? khop_i_random_below(&r, 5) : khop_i_random_below(&r, i));
  khop_graph *graph = graph_of(&e);
  khop_form last = KHOP_STORED;
  bool seen[KHOP_AUTO] = {false}, refused = false;
  for (int64_t budget = 64 << 20; budget > 1000 && !refused; budget = budget * 9 / 10) {
    khop_rings *rings = NULL;
    khop_rings_options options = {.form = KHOP_AUTO, .max_bytes = budget};
    khop_status status = khop_rings_build(&rings, graph, 3, all_hops, &options);
    refused = status != KHOP_OK;
    if (refused) {
      fails(status, KHOP_E_BUDGET, "budget", "4000 nodes");
      assert_null(rings);
      continue;
    }
    seen[khop_rings_form(rings)] = true;
    last = khop_rings_form(rings);
    assert_true((int64_t)khop_rings_bytes(rings) <= budget + 4096);
    khop_rings_free(rings);
  }
  assert_true(refused);
  assert_true(seen[KHOP_LADDER] && seen[KHOP_MATRIX_FREE]);
  assert_int_equal(last, KHOP_MATRIX_FREE);
  for (int f = 0; f < FORMS; f++) {
    khop_rings *rings = NULL;
    khop_rings_options options = {.form = forms[f], .max_bytes = 1000};
    fails(khop_rings_build(&rings, graph, 3, all_hops, &options), KHOP_E_BUDGET, "budget", "0.001 MB");
  }
  khop_graph_free(graph);
}

/* What reads entries one by one says which form it was given. */
static void refusals(void **state) {
  (void)state;
  khop_graph *graph = path_graph(100);
  khop_rings *other = NULL;
  const int32_t *columns = &(int32_t){0};
  for (int f = 0; f < FORMS; f++) {
    const char *name = (const char *const[]){"matrix-free", "ladder", "bitmap"}[f];
    khop_rings *rings = build_as(graph, forms[f], KHOP_OUT, 3, all_hops);
    fails(khop_rings_transpose(&other, rings), KHOP_E_ARGUMENT, name, "stored");
    fails(khop_rings_write(rings, 1, KHOP_NORM_NONE, false, NULL, "x.mtx"), KHOP_E_ARGUMENT, name, "stored");
    assert_int_equal(khop_rings_row(rings, 1, 0, &columns, NULL), -1);
    assert_null(columns);
    khop_rings_free(rings);
    fails(khop_rings_build(&rings, graph, 3, all_hops,
                           &(khop_rings_options){.form = forms[f], .op = KHOP_BALL}),
          KHOP_E_ARGUMENT, name, "stored");
  }
  fails(khop_rings_build(&other, graph, 3, all_hops, &(khop_rings_options){.form = (khop_form)9}),
        KHOP_E_ARGUMENT, "form 9", "form");
  fails(khop_rings_build(&other, graph, 1, (int[]){1000}, &(khop_rings_options){.form = KHOP_LADDER}),
        KHOP_E_ARGUMENT, "1000", "64");
  khop_graph_free(graph);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(agree),   TEST(matrix_free_bits), TEST(whole_rings),  TEST(threads),
      TEST(no_memory), TEST(budgets), TEST(refusals),
      TEST(models), TEST(largest), TEST(auto_stores_the_rings_of_a_maximum_alone), TEST(choices), TEST(bitmaps),
      TEST(where_stored_rings_do_not_fit_the_ladder_comes_first), TEST(a_form_that_cannot_hold_a_ring_is_passed_over),
  };
  return cmocka_run_group_tests(tests, open_settings, close_settings);
}
