/* test_edit.c: graphs after random edits against a matrix that is edited beside them, and their rings, updated, against
 * a build of the edited graph, to the bit; which rows are searched, by hand; bad input. */
#include "rings_check.h"

#define MOST 90
#define CHANGES 12

/* --- edits, and a matrix that follows them ------------------------------------------------------ */

typedef struct change {
  int64_t added_from[CHANGES], added_to[CHANGES], removed_from[CHANGES], removed_to[CHANGES], removed[CHANGES];
  khop_graph_edits edits;
} change;

/* An adjacency matrix of n nodes in rows of MOST. */
typedef struct matrix {
  int64_t n;
  bool directed, arc[MOST][MOST];
} matrix;

static void set_arc(matrix *m, int64_t i, int64_t j, bool there) {
  m->arc[i][j] = there;
  if (!m->directed) m->arc[j][i] = there;
}

static bool is_gone(const change *c, int64_t node) {
  for (int64_t k = 0; k < c->edits.removed_nodes; k++)
    if (c->removed[k] == node) return true;
  return false;
}

static void draw_nodes(change *c, matrix *m, khop_i_random *r) {
  int64_t before = m->n, most = 1 + khop_i_random_below(r, 3);
  for (int64_t k = 0; k < most && khop_i_random_below(r, 3) == 0; k++) {
    int64_t node = khop_i_random_below(r, before);
    if (!is_gone(c, node)) c->removed[c->edits.removed_nodes++] = node;
  }
  for (int64_t k = 0; k < most && m->n < MOST && khop_i_random_below(r, 3) == 0; k++) {
    for (int64_t i = 0; i <= m->n; i++) m->arc[i][m->n] = m->arc[m->n][i] = false;
    m->n++;
    c->edits.added_nodes++;
  }
}

/* Edges to remove are found at random; edges to add are not there once those are gone, or come back. */
static void draw_edges(change *c, matrix *m, int64_t before, khop_i_random *r) {
  khop_graph_edits *e = &c->edits;
  int64_t tries = khop_i_random_below(r, 5) ? khop_i_random_below(r, 40) : 0;
  for (int64_t t = 0; t < tries && e->removed_edges < CHANGES / 2; t++) {
    int64_t i = khop_i_random_below(r, before), j = khop_i_random_below(r, before);
    if (!m->arc[i][j]) continue;
    set_arc(m, i, j, false);
    c->removed_from[e->removed_edges] = i;
    c->removed_to[e->removed_edges++] = j;
  }
  for (int64_t t = 0; t < tries / 8; t++) {
    int64_t i = khop_i_random_below(r, m->n), j = khop_i_random_below(r, m->n);
    if (e->removed_edges && khop_i_random_below(r, 4) == 0) {
      int64_t k = khop_i_random_below(r, e->removed_edges);
      i = c->removed_from[k], j = c->removed_to[k];
    }
    if (i == j || m->arc[i][j] || is_gone(c, i) || is_gone(c, j)) continue;
    set_arc(m, i, j, true);
    c->added_from[e->added_edges] = i;
    c->added_to[e->added_edges++] = j;
  }
}

/* Takes the removed nodes out of the matrix: those behind them move up. */
static void close_up(matrix *m, const change *c) {
  int64_t left = 0, kept[MOST];
  for (int64_t i = 0; i < m->n; i++)
    if (!is_gone(c, i)) kept[left++] = i;
  for (int64_t i = 0; i < left; i++)
    for (int64_t j = 0; j < left; j++) m->arc[i][j] = m->arc[kept[i]][kept[j]];
  m->n = left;
}

static void draw_change(change *c, matrix *m, khop_i_random *r) {
  int64_t before = m->n;
  *c = (change){.edits = {0}};
  c->edits.added_from = c->added_from, c->edits.added_to = c->added_to;
  c->edits.removed_from = c->removed_from, c->edits.removed_to = c->removed_to;
  c->edits.removed = c->removed;
  if (before) draw_nodes(c, m, r);
  if (before) draw_edges(c, m, before, r);
  close_up(m, c);
}

static matrix matrix_of(const khop_graph *graph) {
  matrix m = {.n = khop_graph_nodes(graph), .directed = khop_graph_is_directed(graph)};
  const int64_t *offsets = khop_graph_offsets(graph);
  for (int64_t i = 0; i < m.n; i++)
    for (int64_t a = offsets[i]; a < offsets[i + 1]; a++) m.arc[i][khop_graph_targets(graph)[a]] = true;
  return m;
}

/* The graph of a matrix, by another way than an edit. */
static khop_graph *graph_of_matrix(const matrix *m) {
  static int64_t from[MOST * MOST], to[MOST * MOST];
  int64_t count = 0;
  khop_graph *graph;
  for (int64_t i = 0; i < m->n; i++)
    for (int64_t j = 0; j < m->n; j++)
      if (m->arc[i][j] && (m->directed || i < j)) from[count] = i, to[count++] = j;
  ok(khop_graph_from_coo(&graph, m->n, count, from, to, m->directed));
  return graph;
}

/* --- random edits ------------------------------------------------------------------------------- */

static void same_rings(const khop_rings *got, const khop_rings *wanted) {
  assert_true(same_store(got, wanted));
  assert_int_equal(got->direction, wanted->direction);
  assert_int_equal(got->op, wanted->op);
  assert_int_equal(got->symmetric, wanted->symmetric);
  assert_int_equal(got->form->id, KHOP_STORED);
}

/* Edits a graph a few times; the rings of each time are made from those before. *graph is freed. How many edits. */
static int edit_and_compare(khop_graph *graph, const khop_rings_options *o, int count, const int *hops, int times,
                            khop_i_random *r) {
  static change c;
  static matrix m;
  khop_rings *rings;
  ok(khop_rings_build(&rings, graph, count, hops, o));
  m = matrix_of(graph);
  for (int t = 0; t < times; t++) {
    khop_graph *edited, *wanted;
    khop_rings *updated, *built;
    draw_change(&c, &m, r);
    wanted = graph_of_matrix(&m);
    ok(khop_graph_edit(&edited, graph, &c.edits));
    assert_true(same_graph(edited, wanted));
    assert_true(well_formed(edited));
    ok(khop_rings_build(&built, wanted, count, hops, o));
    ok(khop_rings_update(&updated, rings, graph, &c.edits, 0));
    same_rings(updated, built);
    khop_graph_free(wanted);
    khop_graph_free(graph);
    khop_rings_free(built);
    khop_rings_free(rings);
    graph = edited, rings = updated;
  }
  khop_graph_free(graph);
  khop_rings_free(rings);
  return times;
}

static int draw_hops(int *hops, khop_i_random *r) {
  static const int lists[][3] = {{0, 1, 2}, {1, 2, 3}, {0, 3, 1}, {2, 5, 2}, {0, 0, 0}, {1, 1, 1}, {4, 1, 40}, {0, 6, 7}};
  int which = (int)khop_i_random_below(r, sizeof lists / sizeof *lists);
  for (int k = 0; k < 3; k++) hops[k] = lists[which][k];
  return 3;
}

/* Families of small graphs, and grids; both directions of work: few rows are searched, or all. */
static void updated_rings_have_the_bits_of_a_build(void **state) {
  (void)state;
  static edge_list e;
  khop_i_random r;
  khop_i_random_seed(&r, 31);
  int edits = 0;
  for (int round = 0; round < 1500; round++) {
    khop_graph *graph;
    int hops[3], count = draw_hops(hops, &r);
    khop_rings_options o = {.direction = (khop_direction)khop_i_random_below(&r, 3),
                            .op = khop_i_random_below(&r, 4) ? KHOP_RING : KHOP_BALL};
    ok(khop_set_threads(1 + round % 2));
    if (round % 5 == 4) {
      ok(khop_graph_grid(&graph, 2, (const int64_t[]){8, 10}, NULL, round % 2, round % 3 == 0));
    } else {
      draw_graph(&e, round % FAMILIES, round / FAMILIES % 2, MOST, &r);
      graph = graph_of(&e);
    }
    edits += edit_and_compare(graph, &o, count, hops, 4, &r);
  }
  assert_int_equal(edits, 6000);
  ok(khop_set_threads(0));
}

static void updated_walks_have_the_bits_of_a_build(void **state) {
  (void)state;
  static edge_list e;
  khop_i_random r;
  khop_i_random_seed(&r, 32);
  for (int round = 0; round < 150; round++) {
    int hops[3] = {0, 1 + (int)khop_i_random_below(&r, 2), 3};
    khop_rings_options o = {.direction = (khop_direction)khop_i_random_below(&r, 3),
                            .op = round % 2 ? KHOP_WALK_POWER : KHOP_WALK_SUPPORT};
    draw_graph(&e, round % FAMILIES, round / FAMILIES % 2, MOST, &r);
    edit_and_compare(graph_of(&e), &o, 3, hops, 2, &r);
  }
}

/* More nodes than a block of any search has, few of whose rows change. */
static void far_rows_of_large_graphs_are_copied(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 33);
  const int hops[3] = {0, 1, 3};
  for (int round = 0; round < 48; round++) {
    int64_t n = 3000, from[2] = {5, 2999}, to[2] = {2000, 3000}, gone[2] = {1500, 2};
    khop_graph *graph = random_graph(n, n, round % 2, &r), *edited;
    khop_rings_options o = {.direction = (khop_direction)(round / 2 % 3), .op = (khop_operator)(round / 6 % 4)};
    khop_graph_edits edits = {.added_edges = 2, .added_from = from, .added_to = to, .added_nodes = 1,
                              .removed_nodes = round % 4 < 2 ? 2 : 0, .removed = gone};
    khop_rings *rings, *updated, *built;
    ok(khop_rings_build(&rings, graph, 3, hops, &o));
    ok(khop_graph_edit(&edited, graph, &edits));
    ok(khop_rings_build(&built, edited, 3, hops, &o));
    ok(khop_rings_update(&updated, rings, graph, &edits, 0));
    same_rings(updated, built);
    built->csr->columns[built->csr->offsets[3 * built->nodes] - 1] ^= 1; /* the checker notices one entry */
    assert_false(same_store(updated, built));
    khop_rings_free(rings);
    khop_rings_free(updated);
    khop_rings_free(built);
    khop_graph_free(graph);
    khop_graph_free(edited);
  }
}

/* --- which rows, by hand ------------------------------------------------------------------------- */

/* Rings 1 and 3 of the path 0 - 1 - .. - 19, a false entry in each row: an edit at the edge 10 - 11 searches the rows
 * first .. last again, and these alone are right afterwards. */
static void searched_are(bool directed, khop_direction direction, int64_t first, int64_t last) {
  int64_t from = 10, to = 11, length = 20;
  khop_graph *graph;
  khop_rings *rings, *updated, *built;
  const int hops[2] = {1, 3};
  ok(khop_graph_grid(&graph, 1, &length, NULL, false, directed));
  khop_graph_edits edits = {.removed_edges = 1, .removed_from = &from, .removed_to = &to};
  khop_graph *edited;
  ok(khop_graph_edit(&edited, graph, &edits));
  rings = rings_of(graph, 2, hops, direction, KHOP_RING);
  built = rings_of(edited, 2, hops, direction, KHOP_RING);
  for (int64_t e = 0; e < rings->csr->offsets[40]; e++) rings->csr->columns[e] = 0;
  ok(khop_rings_update(&updated, rings, graph, &edits, 0));
  for (int64_t i = 0; i < length; i++)
    for (int s = 0; s < 2; s++) {
      const int32_t *got, *wanted;
      int64_t count = khop_rings_row(built, s, i, &wanted, NULL);
      assert_int_equal(khop_rings_row(updated, s, i, &got, NULL), count);
      for (int64_t e = 0; e < count; e++) assert_int_equal(got[e], i >= first && i <= last ? wanted[e] : 0);
    }
  khop_rings_free(rings);
  khop_rings_free(updated);
  khop_rings_free(built);
  khop_graph_free(graph);
  khop_graph_free(edited);
}

static void only_rows_that_can_change_are_searched(void **state) {
  (void)state;
  searched_are(false, KHOP_OUT, 8, 13); /* two hops from either end */
  searched_are(true, KHOP_ALL, 8, 13);
  searched_are(true, KHOP_OUT, 8, 10);  /* paths that reach the arc 10 -> 11 */
  searched_are(true, KHOP_IN, 11, 13);  /* and those that go against it */
}

static void nodes_close_up_and_columns_follow(void **state) {
  (void)state;
  khop_graph *graph = path_graph(5), *edited;
  const double numbers[5] = {0, 1, 2, 3, 4};
  const char *const strings[5] = {"a", "b", "c", "d", "e"};
  ok(khop_graph_add_column(graph, "weight", numbers, NULL));
  ok(khop_graph_add_column(graph, "name", NULL, strings));
  /* 0 - 1 - 2 - 3 - 4, without 1, and with 5 at 4 and 0: afterwards 0, 2, 3, 4, 5 are 0 .. 4 */
  ok(khop_graph_edit(&edited, graph, &(khop_graph_edits){
      .added_edges = 2, .added_from = (int64_t[]){5, 0}, .added_to = (int64_t[]){4, 5}, .added_nodes = 1,
      .removed_nodes = 1, .removed = (int64_t[]){1}}));
  assert_int_equal(khop_graph_nodes(edited), 5);
  assert_memory_equal(khop_graph_offsets(edited), ((int64_t[]){0, 1, 2, 4, 6, 8}), 6 * sizeof(int64_t));
  assert_memory_equal(khop_graph_targets(edited), ((int32_t[]){4, 2, 1, 3, 2, 4, 0, 3}), 8 * sizeof(int32_t));
  const khop_column *weight = khop_graph_column(edited, 0), *name = khop_graph_column(edited, 1);
  assert_true(weight->numbers[0] == 0 && weight->numbers[1] == 2 && weight->numbers[3] == 4);
  assert_true(isnan(weight->numbers[4]));
  assert_string_equal(name->strings[1], "c");
  assert_string_equal(name->strings[4], "");
  khop_graph_free(graph);
  khop_graph_free(edited);
}

/* --- bad input ------------------------------------------------------------------------------------ */

/* Of both functions, and nothing is made. */
static void refused(khop_graph_edits edits, const char *a, const char *b) {
  const int hops[1] = {2};
  khop_graph *graph = path_graph(4), *edited = graph;
  khop_rings *rings = rings_of(graph, 1, hops, KHOP_OUT, KHOP_RING), *updated = rings;
  fails(khop_graph_edit(&edited, graph, &edits), KHOP_E_ARGUMENT, a, b);
  fails(khop_rings_update(&updated, rings, graph, &edits, 0), KHOP_E_ARGUMENT, a, b);
  assert_null(edited);
  assert_null(updated);
  khop_rings_free(rings);
  khop_graph_free(graph);
}

#define REMOVE(count, ...) .removed_edges = count, .removed_from = (int64_t[]){__VA_ARGS__}
#define ADD(count, ...) .added_edges = count, .added_from = (int64_t[]){__VA_ARGS__}
#define TO(...) (int64_t[]){__VA_ARGS__}

static void bad_edits_are_refused_with_their_numbers(void **state) {
  (void)state;
  typedef khop_graph_edits E;
  refused((E){REMOVE(2, 0, 3), .removed_to = TO(1, 1)}, "edge 1 to remove is not there", "1 to 3");
  refused((E){REMOVE(1, 0), .removed_to = TO(3)}, "edge 0 to remove", "0 to 3");
  refused((E){REMOVE(1, 4), .removed_to = TO(3)}, "edge 0 to remove", "4 nodes");
  refused((E){REMOVE(1, 2), .removed_to = TO(-1)}, "edge 0 to remove", "-1");
  refused((E){REMOVE(2, 1, 2), .removed_to = TO(2, 1)}, "edges 0 and 1 to remove", "1 to 2");
  refused((E){REMOVE(1, 1), .removed_to = NULL}, "1 edges to remove", "missing");
  refused((E){ADD(2, 0, 2), .added_to = TO(2, 1)}, "edge 1 to add is there already", "1 to 2");
  refused((E){ADD(2, 0, 0), .added_to = TO(2, 2)}, "edges 0 and 1 to add", "0 to 2");
  refused((E){ADD(1, 3), .added_to = TO(3)}, "edge 0 to add", "node 3 to itself");
  refused((E){ADD(1, 3), .added_to = TO(5), .added_nodes = 1}, "edge 0 to add", "5 nodes");
  refused((E){ADD(1, 0), .added_to = TO(2), .removed_nodes = 1, .removed = TO(2)}, "edge 0 to add", "node 2");
  refused((E){.added_edges = -1}, "-1 edges", "add");
  refused((E){.added_nodes = -1}, "-1 nodes to add", "4");
  refused((E){.added_nodes = KHOP_MAX_NODES - 3}, "nodes to add", "2147483647");
  refused((E){.removed_nodes = 1, .removed = TO(4)}, "node 4 to remove", "4 nodes");
  refused((E){.added_nodes = 1, .removed_nodes = 1, .removed = TO(4)}, "node 4 to remove", "4 nodes");
  refused((E){.removed_nodes = 2, .removed = TO(3, 3)}, "node 3", "twice");
  refused((E){.removed_nodes = 1}, "1 nodes to remove", "no list");
  khop_graph *graph = path_graph(4), *edited;
  fails(khop_graph_edit(&edited, graph, NULL), KHOP_E_ARGUMENT, "edits", "missing");
  fails(khop_graph_edit(NULL, graph, &(E){0}), KHOP_E_ARGUMENT, "result", "missing");
  fails(khop_graph_edit(&edited, NULL, &(E){0}), KHOP_E_ARGUMENT, "graph", "missing");
  khop_graph_free(graph);
}

static void rings_that_are_not_of_the_graph_are_refused(void **state) {
  (void)state;
  const int hops[2] = {1, 2};
  const khop_graph_edits edits = {ADD(1, 0), .added_to = TO(2)};
  khop_graph *graph = path_graph(4), *longer = path_graph(5), *edited, *directed;
  khop_rings *rings = rings_of(graph, 2, hops, KHOP_OUT, KHOP_RING), *updated;
  ok(khop_graph_edit(&edited, graph, &edits));
  ok(khop_graph_from_coo(&directed, 4, 6, TO(0, 1, 1, 2, 2, 3), TO(1, 0, 2, 1, 3, 2), true));
  fails(khop_rings_update(&updated, rings, longer, &edits, 0), KHOP_E_SHAPE, "4 nodes", "5");
  fails(khop_rings_update(&updated, rings, edited, &(khop_graph_edits){0}, 0), KHOP_E_SHAPE, "6 entries", "8 arcs");
  fails(khop_rings_update(&updated, rings, directed, &edits, 0), KHOP_E_SHAPE, "rings", "directed");
  fails(khop_rings_update(&updated, rings, graph, &edits, 20), KHOP_E_BUDGET, "budget", "4 nodes");
  fails(khop_rings_update(&updated, NULL, graph, &edits, 0), KHOP_E_ARGUMENT, "rings", "missing");
  fails(khop_rings_update(NULL, rings, graph, &edits, 0), KHOP_E_ARGUMENT, "result", "missing");
  fails(khop_rings_update(&updated, rings, graph, NULL, 0), KHOP_E_ARGUMENT, "edits", "missing");
  assert_null(updated);
  khop_rings_free(rings);
  static const khop_form forms[] = {KHOP_MATRIX_FREE, KHOP_LADDER, KHOP_BITMAP};
  for (int f = 0; f < 3; f++) {
    rings = build_as(graph, forms[f], KHOP_OUT, 2, hops);
    fails(khop_rings_update(&updated, rings, graph, &edits, 0), KHOP_E_UNSUPPORTED, khop_form_name(forms[f]), "anew");
    khop_rings_free(rings);
  }
  ok(khop_rings_sample(&rings, graph, 2, hops, 1, 0, NULL));
  fails(khop_rings_update(&updated, rings, graph, &edits, 0), KHOP_E_UNSUPPORTED, "sample", "anew");
  khop_rings_free(rings);
  khop_graph_free(graph);
  khop_graph_free(longer);
  khop_graph_free(edited);
  khop_graph_free(directed);
}

/* --- memory ---------------------------------------------------------------------------------------- */

typedef struct case_of_edit {
  khop_graph *graph;
  khop_rings *rings;
  khop_graph_edits edits;
} case_of_edit;

static khop_status edit_and_update(void *context) {
  const case_of_edit *c = context;
  khop_graph *edited = NULL;
  khop_rings *updated = NULL;
  khop_status status = khop_graph_edit(&edited, c->graph, &c->edits);
  if (status == KHOP_OK) status = khop_rings_update(&updated, c->rings, c->graph, &c->edits, 0);
  if (status != KHOP_OK) assert_null(updated);
  khop_rings_free(updated);
  khop_graph_free(edited);
  return status;
}

static void memory_that_runs_out_is_an_error(void **state) {
  (void)state;
  memory_can_run_out();
  ok(khop_set_threads(1));
  int64_t length = 600;
  const int hops[2] = {1, 3};
  static const double numbers[600];
  for (int op = KHOP_RING; op <= KHOP_WALK_POWER; op++) {
    case_of_edit c = {.edits = {REMOVE(2, 4, 5), .removed_to = TO(5, 6), ADD(2, 5, 600), .added_to = TO(4, 3),
                                .added_nodes = 1, .removed_nodes = 1, .removed = TO(8)}};
    ok(khop_graph_grid(&c.graph, 1, &length, NULL, false, true));
    ok(khop_graph_add_column(c.graph, "number", numbers, NULL));
    c.rings = rings_of(c.graph, 2, hops, KHOP_OUT, (khop_operator)op);
    assert_true(fail_each(edit_and_update, &c) > 15);
    khop_rings_free(c.rings);
    khop_graph_free(c.graph);
  }
  memory_is_plenty();
  ok(khop_set_threads(0));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(updated_rings_have_the_bits_of_a_build),
      cmocka_unit_test(updated_walks_have_the_bits_of_a_build),
      cmocka_unit_test(far_rows_of_large_graphs_are_copied),
      cmocka_unit_test(only_rows_that_can_change_are_searched),
      cmocka_unit_test(nodes_close_up_and_columns_follow),
      cmocka_unit_test(bad_edits_are_refused_with_their_numbers),
      cmocka_unit_test(rings_that_are_not_of_the_graph_are_refused),
      cmocka_unit_test(memory_that_runs_out_is_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
