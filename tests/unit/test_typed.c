/* test_typed.c: typed graphs and metapaths against dense boolean matrices, grids against coordinates, and
 * what is refused. */
#include "rings_check.h"

#include "base/memory.h"
#include "model/run.h"
#include "forms/rings.h"
#include "train/architecture.h"

#include <khop/typed.h>

static int teardown(void **state) {
  (void)state;
  return khop_bytes_now() == 0 ? 0 : -1;
}

static int between(khop_i_random *r, int low, int high) {
  return low + (int)khop_i_random_below(r, high - low + 1);
}

/* --- metapaths against dense products ----------------------------------------------------------- */

#define MOST_NODES 18
#define MOST_TYPES 4

typedef struct sample {
  int types;
  edge_list list[MOST_TYPES];
  khop_typed *typed;
} sample;

/* Each type has one edge at least, loops and repeats included. */
static void sample_open(sample *s, khop_i_random *r) {
  int64_t n = between(r, 2, MOST_NODES), from[256], to[256], count = 0;
  int type[256];
  s->types = between(r, 1, MOST_TYPES);
  for (int t = 0; t < s->types; t++) {
    edge_list *e = &s->list[t];
    *e = (edge_list){.nodes = n, .directed = true};
    int edges = between(r, 1, 40);
    add_edge(e, 0, 1);
    for (int i = 0; i < edges; i++)
      add_edge(e, khop_i_random_below(r, n), khop_i_random_below(r, n));
    for (int64_t i = 0; i < e->count; i++, count++)
      from[count] = e->from[i], to[count] = e->to[i], type[count] = t;
  }
  ok(khop_typed_from_coo(&s->typed, n, count, from, to, type, s->types, NULL));
}

/* A metapath as a dense matrix (n, n) of 0 and 1. */
static void dense_metapath(double *m, const sample *s, const khop_metapath *metapath) {
  int64_t n = s->list[0].nodes;
  double ring[MOST_NODES * MOST_NODES], next[MOST_NODES * MOST_NODES];
  for (int64_t i = 0; i < n * n; i++) m[i] = i / n == i % n;
  for (int k = 0; k < metapath->steps; k++) {
    dense_operator(ring, &s->list[metapath->step[k].type], KHOP_OUT, KHOP_RING, metapath->step[k].hops);
    for (int64_t i = 0; i < n * n; i++) {
      next[i] = 0;
      for (int64_t j = 0; j < n; j++)
        if (m[i / n * n + j] != 0 && ring[j * n + i % n] != 0) next[i] = 1;
    }
    memcpy(m, next, (size_t)(n * n) * sizeof *m);
  }
}

static bool slot_is(const khop_rings *rings, int slot, const double *m) {
  int64_t n = khop_rings_nodes(rings);
  for (int64_t i = 0; i < n; i++) {
    const int32_t *columns;
    const khop_real *values;
    int64_t count = khop_rings_row(rings, slot, i, &columns, &values), e = 0;
    if (values) return false;
    for (int64_t j = 0; j < n; j++)
      if (m[i * n + j] != 0 && (e == count || columns[e++] != j)) return false;
    if (e != count) return false;
  }
  return true;
}

static khop_metapath draw_metapath(const sample *s, khop_i_random *r) {
  khop_metapath w = {.steps = between(r, 0, 4)};
  for (int k = 0; k < w.steps; k++)
    w.step[k] = (khop_step){between(r, 0, s->types - 1), between(r, 0, 3)};
  return w;
}

static void metapaths_are_products(void **state) {
  (void)state;
  static sample s;
  khop_i_random r;
  int64_t filled = 0, long_ones = 0;
  khop_i_random_seed(&r, 51);
  for (int round = 0; round < 400; round++) {
    khop_metapath metapaths[6];
    khop_rings *rings;
    double m[MOST_NODES * MOST_NODES];
    int count = between(&r, 1, 6);
    sample_open(&s, &r);
    for (int i = 0; i < count; i++) metapaths[i] = draw_metapath(&s, &r);
    ok(khop_metapaths_build(&rings, s.typed, count, metapaths, NULL));
    assert_int_equal(khop_rings_slots(rings), count);
    assert_int_equal(khop_rings_operator(rings), KHOP_METAPATH);
    assert_false(khop_rings_is_symmetric(rings));
    for (int i = 0; i < count; i++) {
      dense_metapath(m, &s, &metapaths[i]);
      assert_int_equal(khop_rings_hop(rings, i), i);
      assert_true(slot_is(rings, i, m));
      filled += khop_rings_entries(rings, i);
      long_ones += metapaths[i].steps > 1 && khop_rings_entries(rings, i) > 0;
      if (round % 8) continue; /* the checker sees one entry too many, and one too few */
      int64_t at = khop_i_random_below(&r, khop_rings_nodes(rings) * khop_rings_nodes(rings));
      m[at] = 1 - m[at];
      assert_false(slot_is(rings, i, m));
    }
    khop_rings_free(rings);
    khop_typed_free(s.typed);
  }
  assert_true(filled > 10000 && long_ones > 300);
}

/* Blocks of rows: more than one of them. */
static void many_rows(void **state) {
  (void)state;
  const int64_t shape[] = {90, 110};
  const khop_metapath metapaths[] = {{0}, {2, {{0, 2}, {3, 1}}}, {1, {{1, 5}}}, {3, {{0, 1}, {2, 2}, {1, 4}}}};
  const int64_t dy[] = {0, -1, 0, 2}, dx[] = {0, 2, -5, -3};
  khop_typed *grid;
  khop_rings *rings;
  ok(khop_typed_grid(&grid, 2, shape, NULL));
  ok(khop_metapaths_build(&rings, grid, 4, metapaths, NULL));
  for (int w = 0; w < 4; w++)
    for (int64_t i = 0; i < 9900; i++) {
      const int32_t *columns;
      int64_t y = i / 110 + dy[w], x = i % 110 + dx[w];
      bool inside = y >= 0 && y < 90 && x >= 0 && x < 110 && (w != 3 || i % 110 < 109);
      assert_int_equal(khop_rings_row(rings, w, i, &columns, NULL), inside);
      if (inside) assert_int_equal(columns[0], y * 110 + x);
    }
  khop_rings_free(rings);
  khop_typed_free(grid);
}

/* --- grids ---------------------------------------------------------------------------------- */

static int64_t neighbour(int dimensions, const int64_t *shape, const bool *periodic, int64_t i,
                         int axis, int step) {
  int64_t stride = 1;
  for (int d = dimensions - 1; d > axis; d--) stride *= shape[d];
  int64_t size = shape[axis], place = i / stride % size, to = place + step;
  if (periodic && periodic[axis]) to = (to + size) % size;
  return to < 0 || to >= size || to == place ? -1 : i + (to - place) * stride;
}

static void grids_have_directions(void **state) {
  (void)state;
  static const char *const names[] = {"x+", "x-", "y+", "y-", "z+", "z-"};
  khop_i_random r;
  khop_i_random_seed(&r, 52);
  for (int round = 0; round < 200; round++) {
    int dimensions = between(&r, 1, 3), type;
    int64_t shape[3];
    bool periodic[3];
    khop_typed *grid;
    for (int d = 0; d < 3; d++) shape[d] = between(&r, 1, 6), periodic[d] = between(&r, 0, 1);
    const bool *wraps = round % 4 ? periodic : NULL;
    ok(khop_typed_grid(&grid, dimensions, shape, wraps));
    assert_int_equal(khop_typed_types(grid), 2 * dimensions);
    for (int t = 0; t < 2 * dimensions; t++) {
      const khop_graph *g = khop_typed_graph(grid, t);
      assert_string_equal(khop_typed_name(grid, t), names[t]);
      ok(khop_typed_find(&type, grid, names[t]));
      assert_int_equal(type, t);
      assert_true(khop_graph_is_directed(g));
      for (int64_t i = 0; i < khop_typed_nodes(grid); i++) {
        int64_t to = neighbour(dimensions, shape, wraps, i, dimensions - 1 - t / 2, t % 2 ? -1 : 1);
        int64_t begin = khop_graph_offsets(g)[i], count = khop_graph_offsets(g)[i + 1] - begin;
        assert_int_equal(count, to >= 0);
        if (count) assert_int_equal(khop_graph_targets(g)[begin], to);
      }
    }
    khop_typed_free(grid);
  }
}

/* Untyped grids that wrap: distances are those of the coordinates around each axis. */
static void periodic_grids(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 53);
  for (int round = 0; round < 300; round++) {
    int dimensions = between(&r, 1, 3);
    int64_t shape[3], n = 1, arcs = 0;
    bool periodic[3], corners = round % 2, directed = round % 3 == 0;
    khop_graph *graph;
    for (int d = 0; d < 3; d++) shape[d] = between(&r, 1, 5), periodic[d] = between(&r, 0, 1);
    for (int d = 0; d < dimensions; d++) n *= shape[d];
    ok(khop_graph_grid(&graph, dimensions, shape, periodic, corners, directed));
    for (int64_t i = 0; i < n; i++)
      for (int64_t j = 0; j < n; j++) {
        bool wanted = false; /* by any step that leads from i to j */
        for (int code = directed ? 14 : 0; code < 27 && i != j; code++) {
          int step[3] = {code / 9 - 1, code / 3 % 3 - 1, code % 3 - 1}, moved = 0;
          int64_t at = 0, a = i, stride = 1;
          bool inside = true;
          for (int d = 0; d < 3 - dimensions; d++) inside = inside && step[d] == 0;
          for (int d = dimensions - 1; d >= 0; d--) {
            int by = step[d + 3 - dimensions];
            int64_t place = a % shape[d] + by;
            if (periodic[d]) place = (place + shape[d]) % shape[d];
            inside = inside && place >= 0 && place < shape[d];
            at += place * stride, stride *= shape[d], a /= shape[d], moved += by * by;
          }
          wanted = wanted || (inside && at == j && (corners || moved == 1));
        }
        const int64_t *offsets = khop_graph_offsets(graph);
        int found = 0;
        for (int64_t e = offsets[i]; e < offsets[i + 1]; e++)
          found += khop_graph_targets(graph)[e] == j;
        assert_int_equal(found, wanted);
        arcs += wanted;
      }
    assert_int_equal(khop_graph_offsets(graph)[n], arcs);
    for (int64_t i = 0; i < n; i++)
      for (int64_t e = khop_graph_offsets(graph)[i] + 1; e < khop_graph_offsets(graph)[i + 1]; e++)
        assert_true(khop_graph_targets(graph)[e - 1] < khop_graph_targets(graph)[e]);
    khop_graph_free(graph);
  }
}

/* --- kernels -------------------------------------------------------------------------------- */

static void kernels_in_order(void **state) {
  (void)state;
  khop_metapath metapaths[6];
  int count;
  ok(khop_stencil(NULL, &count, 2, (int64_t[]){9, 9}, (int[]){2, 3}, (int[]){4, 2},
                       (bool[]){true, false}));
  assert_int_equal(count, 6);
  ok(khop_stencil(metapaths, &count, 2, (int64_t[]){9, 9}, (int[]){2, 3}, (int[]){4, 2},
                       (bool[]){true, false}));
  const khop_metapath wanted[] = {{2, {{3, 4}, {1, 2}}}, {1, {{3, 4}}}, {2, {{3, 4}, {0, 2}}},
                              {1, {{1, 2}}},         {0, {{0, 0}}}, {1, {{0, 2}}}};
  for (int t = 0; t < 6; t++) {
    assert_int_equal(metapaths[t].steps, wanted[t].steps);
    for (int s = 0; s < wanted[t].steps; s++) {
      assert_int_equal(metapaths[t].step[s].type, wanted[t].step[s].type);
      assert_int_equal(metapaths[t].step[s].hops, wanted[t].step[s].hops);
    }
  }
}

/* Places of the taps, by hand: total padding (K-1) d, the smaller half before. */
static void even_kernels_have_one_more_behind(void **state) {
  (void)state;
  static const struct {
    int kernel, dilation, places[6];
  } known[] = {{2, 1, {0, 1}}, {4, 1, {-1, 0, 1, 2}}, {2, 3, {-1, 2}}, {2, 2, {-1, 1}}, {4, 3, {-4, -1, 2, 5}},
               {6, 1, {-2, -1, 0, 1, 2, 3}}, {3, 5, {-5, 0, 5}}};
  const int64_t size = 4;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    khop_metapath metapaths[6];
    int count;
    ok(khop_stencil(metapaths, &count, 1, &size, &known[i].kernel, &known[i].dilation, NULL));
    assert_int_equal(count, known[i].kernel);
    for (int t = 0; t < count; t++) {
      int place = known[i].places[t];
      assert_int_equal(metapaths[t].steps, place != 0);
      if (!place) continue;
      assert_int_equal(metapaths[t].step[0].type, place < 0);
      assert_int_equal(metapaths[t].step[0].hops, place < 0 ? -place : place);
    }
  }
}

/* "k of x+" on open and closed axes of 1 to 4 places, up to three times around, alone and behind a step in y. */
static void steps_count_places_along_an_axis(void **state) {
  (void)state;
  for (int64_t size = 1; size <= 4; size++)
    for (int closed = 0; closed < 2; closed++) {
      const int64_t shape[] = {3, size};
      khop_typed *grid;
      khop_rings *rings;
      ok(khop_typed_grid(&grid, 2, shape, (bool[]){false, closed}));
      for (int hops = 0; hops <= 3 * size; hops++)
        for (int back = 0; back < 2; back++) {
          const khop_metapath metapaths[] = {{1, {{back, hops}}}, {2, {{2, 1}, {back, hops}}}, {1, {{3, 3}}}};
          ok(khop_metapaths_build(&rings, grid, 3, metapaths, NULL));
          for (int64_t i = 0; i < 3 * size; i++) {
            const int32_t *columns;
            int64_t x = i % size + (back ? -hops : hops), wrapped = ((x % size) + size) % size;
            bool inside = closed || (x >= 0 && x < size);
            assert_int_equal(khop_rings_row(rings, 0, i, &columns, NULL), inside);
            if (inside) assert_int_equal(columns[0], i / size * size + wrapped);
            assert_int_equal(khop_rings_row(rings, 1, i, &columns, NULL), inside && i / size < 2);
            if (inside && i / size < 2) assert_int_equal(columns[0], (i / size + 1) * size + wrapped);
            assert_int_equal(khop_rings_row(rings, 2, i, &columns, NULL), 0);
          }
          khop_rings_free(rings);
        }
      khop_typed_free(grid);
    }
}

static khop_status kernel(int64_t size, int taps, int dilation, bool causal) {
  int count;
  return khop_stencil(NULL, &count, 1, &size, &taps, &dilation, &causal);
}

static void kernels_that_do_not_fit(void **state) {
  (void)state;
  int count;
  const int64_t cube[] = {20, 20, 20};
  ok(kernel(9, 3, INT32_MAX / 2, true));
  fails(kernel(9, 3, 1 << 30, true), KHOP_E_ARGUMENT, "size 3 and dilation 1073741824", "spans 2147483648");
  fails(kernel(9, 3, 0, false), KHOP_E_ARGUMENT, "dilation of 0", "dimension 0");
  fails(kernel(9, 3, -2, false), KHOP_E_ARGUMENT, "dilation of -2", "1 is the least");
  fails(kernel(9, 0, 1, false), KHOP_E_ARGUMENT, "kernel of size 0", "1 is the least");
  fails(kernel(9, -3, 1, true), KHOP_E_ARGUMENT, "kernel of size -3", "1 is the least");
  fails(kernel(0, 3, 1, false), KHOP_E_ARGUMENT, "size 0", "not 1 or more");
  fails(kernel(INT32_MAX, INT32_MAX, INT32_MAX, false), KHOP_E_ARGUMENT, "kernel of size", "spans");
  ok(khop_stencil(NULL, &count, 3, cube, (int[]){8, 8, 8}, NULL, (bool[]){1, 1, 1}));
  assert_int_equal(count, KHOP_MAX_TAPS);
  fails(khop_stencil(NULL, &count, 3, cube, (int[]){9, 9, 9}, NULL, NULL), KHOP_E_ARGUMENT,
        "729 taps", "1 to 512");
  fails(khop_stencil(NULL, &count, 4, cube, (int[]){1, 1, 1}, NULL, NULL), KHOP_E_ARGUMENT,
        "1 to 3 dimensions", "not 4");
  fails(khop_stencil(NULL, &count, 1, NULL, (int[]){1}, NULL, NULL), KHOP_E_ARGUMENT, "shape",
        "missing");
}

/* --- what is refused ------------------------------------------------------------------------ */

static khop_graph *path_of(int64_t n) {
  khop_graph *graph;
  ok(khop_graph_grid(&graph, 1, &n, NULL, false, true));
  return graph;
}

static void types_that_are_refused(void **state) {
  (void)state;
  khop_typed *t, *other;
  int type;
  ok(khop_typed_new(&t, 5));
  ok(khop_typed_add(t, "bond", path_of(5)));
  fails(khop_typed_add(t, "bond", path_of(5)), KHOP_E_ARGUMENT, "'bond'", "already");
  fails(khop_typed_add(t, "", path_of(5)), KHOP_E_ARGUMENT, "no name", "type 1");
  fails(khop_typed_add(t, NULL, path_of(5)), KHOP_E_ARGUMENT, "no name", "");
  fails(khop_typed_add(t, "far", path_of(6)), KHOP_E_ARGUMENT, "6 nodes", "has 5");
  fails(khop_typed_add(t, "far", NULL), KHOP_E_ARGUMENT, "missing", "");
  ok(khop_typed_add(t, "link", path_of(5)));
  fails(khop_typed_find(&type, t, "edge"), KHOP_E_NOT_FOUND, "'edge'", "bond, link");
  assert_null(khop_typed_name(t, 2));
  assert_null(khop_typed_graph(t, -1));
  fails(khop_typed_new(&other, -1), KHOP_E_ARGUMENT, "-1 nodes", "");
  fails(khop_typed_from_coo(&other, 3, 1, (int64_t[]){0}, (int64_t[]){1}, (int[]){2}, 2, NULL),
        KHOP_E_ARGUMENT, "edge 0 has type 2", "0 to 1");
  fails(khop_typed_from_coo(&other, 3, 1, (int64_t[]){0}, (int64_t[]){7}, (int[]){0}, 1, NULL),
        KHOP_E_ARGUMENT, "7", "");
  fails(khop_typed_from_coo(&other, 3, 1, NULL, NULL, NULL, 1, NULL), KHOP_E_ARGUMENT, "needed", "");
  assert_null(other);
  fails(khop_typed_grid(&other, 4, (int64_t[]){1, 1, 1, 1}, NULL), KHOP_E_ARGUMENT, "not 4", "");
  fails(khop_typed_grid(&other, 2, (int64_t[]){3, 0}, NULL), KHOP_E_ARGUMENT, "size 0", "");
  khop_typed_free(t);
  khop_typed_free(NULL);
}

static bool stop(double share, void *context) {
  (void)share;
  (void)context;
  return false;
}

static void metapaths_that_are_refused(void **state) {
  (void)state;
  khop_typed *t;
  khop_graph *empty;
  khop_rings *rings;
  const khop_metapath good = {1, {{0, 1}}}, back = {1, {{0, -1}}}, unknown = {2, {{0, 1}, {2, 1}}};
  const khop_metapath none = {1, {{1, 1}}}, still = {1, {{1, 0}}}, longer = {.steps = 9}, less = {.steps = -1};
  ok(khop_typed_new(&t, 5));
  ok(khop_typed_add(t, "bond", path_of(5)));
  ok(khop_graph_from_coo(&empty, 5, 0, NULL, NULL, true));
  ok(khop_typed_add(t, "link", empty));
  fails(khop_metapaths_build(&rings, t, 0, &good, NULL), KHOP_E_ARGUMENT, "0 metapaths", "");
  fails(khop_metapaths_build(&rings, t, 1, &back, NULL), KHOP_E_ARGUMENT, "metapath 0", "-1 hops");
  fails(khop_metapaths_build(&rings, t, 1, &unknown, NULL), KHOP_E_ARGUMENT, "no type 2", "has 2");
  fails(khop_metapaths_build(&rings, t, 2, (khop_metapath[]){good, none}, NULL), KHOP_E_ARGUMENT, "metapath 1",
        "no edge has the type 'link'");
  fails(khop_metapaths_build(&rings, t, 1, &longer, NULL), KHOP_E_ARGUMENT, "9 steps", "0 to 8");
  fails(khop_metapaths_build(&rings, t, 1, &less, NULL), KHOP_E_ARGUMENT, "-1 steps", "");
  fails(khop_metapaths_build(&rings, t, 1, &good, &(khop_rings_options){.op = KHOP_BALL}),
        KHOP_E_ARGUMENT, "operator 1", "");
  fails(khop_metapaths_build(&rings, t, 1, &good, &(khop_rings_options){.direction = KHOP_IN}),
        KHOP_E_ARGUMENT, "khop_rings_transpose", "");
  fails(khop_metapaths_build(&rings, t, 1, &good, &(khop_rings_options){.max_bytes = 40}), KHOP_E_BUDGET,
        "1 metapaths of 5 nodes", "budget");
  fails(khop_metapaths_build(&rings, t, 1, &good, &(khop_rings_options){.progress = stop}),
        KHOP_E_INTERRUPTED, "stopped", "");
  fails(khop_metapaths_build(&rings, NULL, 1, &good, NULL), KHOP_E_ARGUMENT, "missing", "");
  assert_null(rings);
  fails(khop_rings_build(&rings, khop_typed_graph(t, 0), 1, (int[]){1},
                         &(khop_rings_options){.op = KHOP_METAPATH}),
        KHOP_E_ARGUMENT, "without types", "khop_metapaths_build");
  ok(khop_metapaths_build(&rings, t, 2, (khop_metapath[]){still, good}, NULL)); /* 0 hops: the identity */
  assert_int_equal(khop_rings_entries(rings, 0), 5);
  khop_taps *taps;
  fails(khop_taps_new(&taps, rings, 1, (int[]){0}, KHOP_NORM_ROW, true), KHOP_E_ARGUMENT,
        "no self-loops", "");
  khop_rings_free(rings);
  khop_typed_free(t);
}

/* --- in models ------------------------------------------------------------------------------ */

/* A model over metapaths and groups: its rings, its description, its way through a checkpoint. */
static void models_over_metapaths(void **state) {
  (void)state;
  const int64_t shape[] = {4, 5};
  khop_model *m, *again;
  khop_typed *grid;
  khop_metapath metapaths[9];
  khop_rings *rings, *none[KHOP_MAX_RINGS];
  khop_run *run;
  khop_real x[20 * 4];
  khop_features features = {.rows = 20, .columns = 4, .dense = x};
  char *text, *json, *json_again;
  int count;
  khop_i_random r;
  khop_i_random_seed(&r, 54);
  for (int i = 0; i < 80; i++) x[i] = random_real(&r);
  ok(khop_model_new(&m));
  khop_value h = khop_conv(m, khop_input(m, 4), 6,
                           &(khop_conv_options){.op = KHOP_METAPATH, .taps = 9, .groups = 2, .bias = true});
  khop_value p = khop_pool(m, h, KHOP_POOL_MAX, &(khop_conv_options){.op = KHOP_METAPATH, .taps = 9});
  khop_value q = khop_pool(m, h, KHOP_POOL_MEAN, &(khop_conv_options){.op = KHOP_METAPATH, .taps = 2});
  khop_value y = khop_concat(m, 3, (khop_value[]){p, q, khop_global_mean(m, h)});
  ok(khop_model_init(m, 1));
  assert_int_equal(khop_model_output_columns(m), 18);
  assert_int_equal(khop_model_parameters(m), 9 * 2 * 6 + 6);
  ok(khop_model_describe(&text, m));
  assert_non_null(strstr(text, "word 0,1,2"));
  assert_non_null(strstr(text, "2 groups"));
  khop_free(text);
  fails(khop_model_rings(none, &count, m, NULL, 0), KHOP_E_ARGUMENT, "op 1 (conv)",
        "khop_metapaths_build");
  ok(khop_typed_grid(&grid, 2, shape, NULL));
  ok(khop_stencil(metapaths, &count, 2, shape, (int[]){3, 3}, NULL, NULL));
  ok(khop_metapaths_build(&rings, grid, count, metapaths, NULL));
  ok(khop_run_new(&run, m, 1, &rings, &features, false, 0));
  khop_run_forward(run, false, 0, 0);
  khop_taps *taps;
  khop_real plain[20 * 6];
  const khop_real *w = khop_model_parameter_array(m);
  ok(khop_taps_new(&taps, rings, 9, (int[]){0, 1, 2, 3, 4, 5, 6, 7, 8}, KHOP_NORM_NONE, false));
  ok(khop_conv_grouped_forward(plain, taps, x, w, w + 9 * 2 * 6, 4, 6, 2, 0));
  for (int i = 0; i < 20 * 6; i++) { /* runs multiply row by row, arrays go through the BLAS */
    assert_true(fabs((double)(plain[i] - khop_run_value(run, h)[i])) <= 1e-5);
    plain[i] = khop_run_value(run, h)[i];
  }
  for (int64_t i = 0; i < 20; i++) /* the pools, by their definition */
    for (int c = 0; c < 6; c++) {
      double largest = -INFINITY, sum = 0, all = 0;
      int entries = 0;
      for (int64_t j = 0; j < 20; j++) {
        int64_t down = j / 5 - i / 5, right = j % 5 - i % 5;
        double v = (double)plain[j * 6 + c];
        all += v / 20;
        if (llabs(down) > 1 || llabs(right) > 1) continue;
        if (v > largest) largest = v;
        if (down == -1 && right <= 0) sum += v, entries++;
      }
      const khop_real *row = khop_run_value(run, y) + i * 18;
      assert_true((double)row[c] == largest);
      assert_true(fabs((double)row[6 + c] - (entries ? sum / entries : 0)) <= 1e-6);
      assert_true(fabs((double)row[12 + c] - all) <= 1e-6);
    }
  ok(khop_i_architecture_write(&json, m));
  ok(khop_i_architecture_read(&again, json));
  ok(khop_i_architecture_write(&json_again, again));
  assert_string_equal(json, json_again);
  assert_int_equal(khop_model_parameters(again), khop_model_parameters(m));
  khop_i_free(json);
  khop_i_free(json_again);
  khop_taps_free(taps);
  khop_run_free(run);
  khop_rings_free(rings);
  khop_typed_free(grid);
  khop_model_free(m);
  khop_model_free(again);
}

static void poisons(int64_t columns, khop_conv_options o, khop_status status, const char *a,
                    const char *b) {
  khop_model *m;
  ok(khop_model_new(&m));
  assert_true(khop_conv(m, khop_input(m, 6), columns, &o) < 0);
  fails(khop_model_init(m, 1), status, a, b);
  khop_model_free(m);
}

static void models_that_are_refused(void **state) {
  (void)state;
  khop_model *m;
  poisons(4, (khop_conv_options){.groups = 4}, KHOP_E_SHAPE, "4 groups", "6 columns in and 4 out");
  poisons(4, (khop_conv_options){.groups = 3}, KHOP_E_SHAPE, "3 groups", "4 out");
  poisons(6, (khop_conv_options){.groups = -1}, KHOP_E_SHAPE, "-1 groups", "");
  poisons(6, (khop_conv_options){.groups = 2, .weights = KHOP_WEIGHTS_DEPTHWISE}, KHOP_E_ARGUMENT,
          "2 groups", "full weights");
  poisons(6, (khop_conv_options){.op = KHOP_METAPATH, .self_loop = true}, KHOP_E_ARGUMENT, "self-loops",
          "");
  poisons(6, (khop_conv_options){.op = KHOP_METAPATH, .dilation = 2}, KHOP_E_ARGUMENT, "dilation of 2",
          "in their steps");
  poisons(6, (khop_conv_options){.op = (khop_operator)5}, KHOP_E_ARGUMENT, "operator 5", "unknown");
  ok(khop_model_new(&m));
  assert_true(khop_pool(m, khop_input(m, 2), (khop_pooling)2, NULL) < 0);
  fails(khop_model_init(m, 1), KHOP_E_ARGUMENT, "pooling 2", "");
  khop_model_free(m);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(metapaths_are_products),     cmocka_unit_test(many_rows),
      cmocka_unit_test(grids_have_directions),  cmocka_unit_test(periodic_grids),
      cmocka_unit_test(kernels_in_order),       cmocka_unit_test(even_kernels_have_one_more_behind),
      cmocka_unit_test(steps_count_places_along_an_axis),
      cmocka_unit_test(kernels_that_do_not_fit),
      cmocka_unit_test(types_that_are_refused), cmocka_unit_test(metapaths_that_are_refused),
      cmocka_unit_test(models_over_metapaths),      cmocka_unit_test(models_that_are_refused),
  };
  return cmocka_run_group_tests_name("typed", tests, NULL, teardown);
}
