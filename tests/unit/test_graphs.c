/* test_graphs.c: sets of graphs from parts and from files: MUTAG's text form, TU folders, bad ones. */
#include "check.h"

#include <khop/graphs.h>
#include <sys/stat.h>

/* Blocks of 3, 0, 2 nodes: a path and an edge. */
static khop_graph *three_blocks(void) {
  khop_graph *graph = NULL;
  ok(khop_graph_from_coo(&graph, 5, 3, (int64_t[]){0, 1, 3}, (int64_t[]){1, 2, 4}, false));
  return graph;
}
static const int64_t three_first[] = {0, 3, 3, 5};

static void from_parts(void **state) {
  (void)state;
  khop_graph *graph = three_blocks();
  khop_graphs *set = NULL;
  fails(khop_graphs_new(&set, NULL, 3, three_first, NULL), KHOP_E_ARGUMENT, "graph", "NULL");
  fails(khop_graphs_new(&set, graph, 3, (int64_t[]){0, 4, 3, 5}, NULL), KHOP_E_ARGUMENT, "graph 1",
        "begin at 4");
  fails(khop_graphs_new(&set, graph, 3, (int64_t[]){0, 2, 3, 5}, NULL), KHOP_E_ARGUMENT,
        "node 1 of graph 0", "node 2");
  fails(khop_graphs_new(&set, graph, 3, (int64_t[]){0, 3, 3, 4}, NULL), KHOP_E_ARGUMENT, "0 to 4", "5");
  fails(khop_graphs_new(&set, graph, 3, NULL, NULL), KHOP_E_ARGUMENT, "3 graphs", "offsets");
  fails(khop_graphs_new(&set, graph, 3, three_first, &(khop_features){.rows = 4, .columns = 1}),
        KHOP_E_SHAPE, "4 rows", "5 nodes");
  assert_null(set);
  ok(khop_graphs_new(&set, graph, 3, three_first, NULL));
  assert_int_equal(khop_graphs_count(set), 3);
  assert_int_equal(khop_graphs_features(set)->columns, 1);
  assert_true(khop_graphs_features(set)->dense[4] == 1);
  assert_null(khop_graphs_labels(set));
  assert_string_equal(khop_graphs_name(set), "");

  fails(khop_graphs_set_labels(set, (int32_t[]){0, -2, 1}, 0, NULL), KHOP_E_VALUE, "graph 1", "-2");
  ok(khop_graphs_set_labels(set, (int32_t[]){0, -1, 1}, 0, NULL));
  assert_int_equal(khop_graphs_classes(set), 2);
  ok(khop_graphs_set_labels(set, (int32_t[]){2, -1, 1}, 3, (const char *[]){"a", "b", "c"}));
  assert_string_equal(khop_graphs_class_names(set)[2], "c");
  fails(khop_graphs_set_labels(set, (int32_t[]){2, 5, 1}, 3, (const char *[]){"a", "b", "c"}),
        KHOP_E_VALUE, "3 names", "5");

  khop_real table[] = {1, 2, (khop_real)NAN, 4, 5, 6};
  int64_t columns;
  ok(khop_graphs_set_targets(set, table, 2, (const char *[]){"x", "y"}));
  assert_true(isnan(khop_graphs_targets(set, &columns)[2]) && columns == 2);
  assert_string_equal(khop_graphs_target_names(set)[1], "y");
  ok(khop_graphs_set_graph_features(set, table, 2));
  assert_true(isnan(khop_graphs_graph_features(set, &columns)[2]));
  table[2] = (khop_real)INFINITY;
  fails(khop_graphs_set_graph_features(set, table, 2), KHOP_E_VALUE, "extra 0 of graph 1", "infinite");
  fails(khop_graphs_set_targets(set, table, 2, NULL), KHOP_E_VALUE, "target 0 of graph 1", "infinite");
  fails(khop_graphs_set_targets(set, table, 0, NULL), KHOP_E_SHAPE, "0 columns", "");
  table[2] = 3;
  ok(khop_graphs_set_graph_features(set, table, 2));
  assert_true(khop_graphs_graph_features(set, &columns)[5] == 6 && columns == 2);

  ok(khop_graphs_set_split_groups(set, (int64_t[]){7, 7, -1}));
  assert_int_equal(khop_graphs_split_groups(set)[2], -1);
  int64_t total;
  assert_null(khop_graphs_rows(set, &total));
  assert_int_equal(total, 3);
  fails(khop_graphs_set_rows(set, (int64_t[]){0, 2, 2}, 5), KHOP_E_ARGUMENT, "graph 2", "row 2");
  fails(khop_graphs_set_rows(set, (int64_t[]){0, 2, 5}, 5), KHOP_E_ARGUMENT, "row 5", "0 to 4");
  ok(khop_graphs_set_rows(set, (int64_t[]){0, 2, 4}, 5));
  assert_true(khop_graphs_rows(set, &total)[2] == 4 && total == 5);
  ok(khop_graphs_set_name(set, "three"));
  assert_string_equal(khop_graphs_name(set), "three");
  khop_graphs_free(set);
  khop_graphs_free(NULL);
}

static void edge_types(void **state) {
  (void)state;
  khop_graphs *set = NULL;
  ok(khop_graphs_new(&set, three_blocks(), 3, three_first, NULL));
  const int64_t from[] = {1, 1, 4}, to[] = {0, 2, 3}, wild[] = {0, 2, 1};
  int types;
  fails(khop_graphs_set_edge_types(set, 3, from, to, (int[]){0, 1, 2}, 2), KHOP_E_ARGUMENT, "edge 2",
        "type 2");
  fails(khop_graphs_set_edge_types(set, 3, from, wild, (int[]){0, 1, 1}, 2), KHOP_E_ARGUMENT, "edge 2",
        "4 and 1");
  fails(khop_graphs_set_edge_types(set, 2, from, to, (int[]){0, 1}, 2), KHOP_E_ARGUMENT, "no type",
        "arc 4 of 6");
  fails(khop_graphs_set_edge_types(set, 0, from, to, NULL, 256), KHOP_E_ARGUMENT, "256 types", "255");
  assert_null(khop_graphs_arc_types(set, &types));
  ok(khop_graphs_set_edge_types(set, 3, from, to, (int[]){0, 1, 2}, 3));
  /* arcs: 0-1, 1-0, 1-2, 2-1, 3-4, 4-3 */
  assert_memory_equal(khop_graphs_arc_types(set, &types), "\0\0\1\1\2\2", 6);
  assert_int_equal(types, 3);
  khop_graphs_free(set);
}

/* --- places ----------------------------------------------------------------------------------- */

#define MOST 24

/* The path lengths of a graph of n nodes without the edge u v, by Floyd and Warshall; 99: no path. */
static int detour(const bool joined[MOST][MOST], int n, int u, int v) {
  int d[MOST][MOST];
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) {
      bool left_out = (i == u && j == v) || (i == v && j == u);
      d[i][j] = i == j ? 0 : joined[i][j] && !left_out ? 1 : 99;
    }
  for (int k = 0; k < n; k++)
    for (int i = 0; i < n; i++)
      for (int j = 0; j < n; j++)
        if (d[i][k] + d[k][j] < d[i][j]) d[i][j] = d[i][k] + d[k][j];
  return d[u][v];
}

static void place_by_hand(khop_real *row, const bool joined[MOST][MOST], int n, int i) {
  int degree = 0, rings = 0;
  for (int j = 0; j < n; j++) {
    if (i == j || !joined[i][j]) continue;
    int size = detour(joined, n, i, j) + 1;
    degree++;
    if (size > KHOP_STRUCTURAL_RING) continue;
    rings++;
    row[size - 1] = 1; /* a ring of 3 is column 2 */
  }
  row[0] = rings > 0;
  row[1] = rings > 2;
  if (degree) row[7 + (degree < 4 ? degree : 4)] = 1;
}

/* A path of n - 2 nodes, and seven edges anywhere: rings of many sizes, tails, loops. */
static int draw(bool joined[MOST][MOST], int64_t *from, int64_t *to, uint64_t seed, int n) {
  khop_i_random random;
  int edges = 0;
  khop_i_random_seed(&random, seed);
  memset(joined, 0, sizeof(bool[MOST][MOST]));
  for (int e = 0; e < n + 4; e++) {
    int64_t u = e < n - 3 ? e : khop_i_random_below(&random, n);
    int64_t v = e < n - 3 ? e + 1 : khop_i_random_below(&random, n);
    if (joined[u][v]) continue;
    joined[u][v] = joined[v][u] = true;
    from[edges] = u;
    to[edges++] = v;
  }
  return edges;
}

static void places(void **state) {
  (void)state;
  bool joined[MOST][MOST];
  int64_t from[2 * MOST], to[2 * MOST], seen[KHOP_STRUCTURAL_COLUMNS] = {0};
  for (uint64_t seed = 0; seed < 60; seed++) {
    int n = 5 + (int)seed % 19, edges = draw(joined, from, to, seed, n);
    khop_graph *graph;
    khop_graphs *set;
    ok(khop_graph_from_coo(&graph, n, edges, from, to, false));
    ok(khop_graphs_new(&set, graph, 1, (int64_t[]){0, n}, NULL));
    ok(khop_graphs_add_structural_features(set));
    const khop_features *x = khop_graphs_features(set);
    assert_int_equal(x->columns, 1 + KHOP_STRUCTURAL_COLUMNS);
    for (int i = 0; i < n; i++) {
      khop_real row[1 + KHOP_STRUCTURAL_COLUMNS] = {1};
      place_by_hand(row + 1, (const bool(*)[MOST])joined, n, i);
      assert_memory_equal(x->dense + i * x->columns, row, sizeof row);
      for (int c = 0; c < KHOP_STRUCTURAL_COLUMNS; c++) seen[c] += row[1 + c] > 0;
    }
    khop_graphs_free(set);
  }
  for (int c = 0; c < KHOP_STRUCTURAL_COLUMNS; c++) assert_true(seen[c] > 0);
  khop_graph *arcs;
  khop_graphs *set;
  ok(khop_graph_from_coo(&arcs, 2, 1, (int64_t[]){0}, (int64_t[]){1}, true));
  ok(khop_graphs_new(&set, arcs, 1, (int64_t[]){0, 2}, NULL));
  fails(khop_graphs_add_structural_features(set), KHOP_E_ARGUMENT, "directed", "");
  khop_graphs_free(set);
}

/* --- the text form ---------------------------------------------------------------------------- */

static const char *const good_text = "3\n3 -1\n5 1 1\n2 2 0 2\n5 1 1\n0 1\n2 1\n7 1 1\r\n2 1 0\n\n";

static khop_graphs *read_text(const char *text) {
  khop_graphs *set = NULL;
  write_file(at("set.txt"), text, strlen(text));
  ok(khop_graphs_read(&set, at("set.txt")));
  return set;
}

static void text_form(void **state) {
  (void)state;
  khop_graphs *set = read_text(good_text);
  assert_string_equal(khop_graphs_name(set), "set");
  assert_int_equal(khop_graphs_count(set), 3);
  assert_memory_equal(khop_graphs_first(set), three_first, sizeof three_first);
  assert_int_equal(khop_graph_edges(khop_graphs_graph(set)), 3);
  const khop_features *x = khop_graphs_features(set);
  assert_int_equal(x->columns, 3); /* tags 2, 5, 7 */
  assert_memory_equal(x->indices, ((int32_t[]){1, 0, 1, 2, 0}), 5 * sizeof(int32_t));
  assert_memory_equal(khop_graphs_labels(set), ((int32_t[]){0, 1, 1}), 3 * sizeof(int32_t));
  assert_string_equal(khop_graphs_class_names(set)[0], "-1");
  assert_true(khop_graphs_is_set(at("set.txt")));
  khop_graphs_free(set);
  write_file(at("edges.txt"), "0 1\n1 2\n", 8);
  assert_false(khop_graphs_is_set(at("edges.txt")));
  assert_false(khop_graphs_is_set(at("nothing.txt")));
}

static void bad_text(void **state) {
  (void)state;
  const struct {
    const char *text, *a, *b;
  } bad[] = {{"", "set.txt", "empty"},
             {"x\n", "line 1", "'x'"},
             {"0\n", "line 1", "0"},
             {"99999999999999999999\n", "line 1", "possible"},
             {"5\n1 0\n0 0\n", "5 graphs", "2 lines"},
             {"1\n2 0\n0 0\n", "ends after line 3", "node 1 of 2"},
             {"2\n1 0\n0 0\n", "graph 1 of 2", "line 3"},
             {"1\n-2 0\n", "line 2", "-2"},
             {"1\n2 0\n0 1 1\n0 1\n", "line 4", "a neighbour"},
             {"1\n2 0\n0 1 1\n0 1 2\n", "line 4", "0 to 1"},
             {"1\n2 0\n0 1 1 0\n0 1 0\n", "line 3", "the end of the line"},
             {"1\n1 0\n0.5 0\n", "line 3", "'0.5'"},
             {"1\n1 0\n0 0\n1 0\n", "line 4", "goes on"}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    khop_graphs *set = NULL;
    write_file(at("set.txt"), bad[i].text, strlen(bad[i].text));
    fails(khop_graphs_read(&set, at("set.txt")), KHOP_E_FORMAT, bad[i].a, bad[i].b);
    assert_null(set);
    if (strncmp(khop_message(), at("set.txt"), strlen(at("set.txt"))) != 0)
      fail_msg("the path is not in front: %s", khop_message());
  }
  khop_graphs *set = NULL;
  write_file(at("set.txt"), "1\n1 0\n\0 0\n", 10);
  fails(khop_graphs_read(&set, at("set.txt")), KHOP_E_FORMAT, "NUL", "set.txt");
  fails(khop_graphs_read(&set, at("none.txt")), KHOP_E_NOT_FOUND, "none.txt", "");
}

/* --- folders ---------------------------------------------------------------------------------- */

static void put(const char *part, const char *text) {
  char name[100];
  snprintf(name, sizeof name, "TU/DS_%s.txt", part);
  if (text)
    write_file(at(name), text, strlen(text));
  else
    unlink(at(name));
}

static void put_good(void) {
  mkdir(at("TU"), 0700);
  put("A", "1, 2\n2, 1\n2, 3\n3, 2\n4, 5\n5, 4\n");
  put("graph_indicator", "1\n1\n1\n3\n3\n");
  put("graph_labels", "1\n-1\n1\n");
  put("node_labels", "3\n0\n3\n3\n0\n");
  put("node_attributes", "0.5, 1\n0, 2\n0, 3\n0, 4\n0, 5\n");
  put("edge_labels", "7\n7\n2\n2\n7\n7\n");
  put("graph_attributes", "0.25\nnan\n-3\n");
}

static void folders(void **state) {
  (void)state;
  khop_graphs *set = NULL;
  int types;
  put_good();
  assert_true(khop_graphs_is_set(at("TU")));
  ok(khop_graphs_read(&set, at("TU/")));
  assert_string_equal(khop_graphs_name(set), "TU");
  assert_int_equal(khop_graphs_count(set), 3);
  assert_memory_equal(khop_graphs_first(set), three_first, sizeof three_first);
  const khop_real rows[] = {0, 1, (khop_real)0.5, 1, 1, 0, 0, 2, 0, 1, 0, 3, 0, 1, 0, 4, 1, 0, 0, 5};
  assert_int_equal(khop_graphs_features(set)->columns, 4);
  assert_memory_equal(khop_graphs_features(set)->dense, rows, sizeof rows);
  assert_memory_equal(khop_graphs_labels(set), ((int32_t[]){1, 0, 1}), 3 * sizeof(int32_t));
  assert_memory_equal(khop_graphs_arc_types(set, &types), "\1\1\0\0\1\1", 6);
  assert_int_equal(types, 2);
  assert_true(khop_graphs_targets(set, NULL)[2] == -3 && isnan(khop_graphs_targets(set, NULL)[1]));
  khop_graphs_free(set);
  const char *const optional[] = {"graph_labels", "node_labels", "node_attributes", "edge_labels",
                                  "graph_attributes"};
  for (int i = 0; i < 5; i++) put(optional[i], NULL);
  ok(khop_graphs_read(&set, at("TU")));
  assert_null(khop_graphs_labels(set));
  assert_null(khop_graphs_targets(set, NULL));
  assert_null(khop_graphs_arc_types(set, NULL));
  assert_int_equal(khop_graphs_features(set)->columns, 1);
  khop_graphs_free(set);
}

static void told(const khop_graphs *set, const char *words) {
  for (int i = 0; i < khop_graphs_notes(set); i++)
    if (strstr(khop_graphs_note(set, i), words)) return;
  fail_msg("no note says: %s", words);
}

static void what_a_folder_holds_beside_is_told(void **state) {
  (void)state;
  khop_graphs *set = NULL;
  put_good();
  ok(khop_graphs_read(&set, at("TU")));
  int before = khop_graphs_notes(set);
  khop_graphs_free(set);
  put("node_labels", "3, 1\n0, 1\n3, 2\n3, 1\n0, 1\n");
  put("edge_attributes", "1\n1\n2\n2\n3\n3\n");
  put("A", "1, 2\n2, 1\n2, 1\n2, 3\n4, 5\n5, 4\n"); /* as many lines as arcs, and one edge in one direction */
  put("edge_labels", NULL);
  ok(khop_graphs_read(&set, at("TU")));
  assert_int_equal(khop_graphs_notes(set), before + 3);
  told(set, "DS_node_labels.txt has several labels a line");
  told(set, "not used: DS_edge_attributes.txt");
  told(set, "1 of its 3 edges stand in one direction alone");
  khop_graphs_free(set);
  put("edge_attributes", NULL);
  put_good();
}

static void bad_folders(void **state) {
  (void)state;
  const struct {
    const char *part, *text;
    khop_status status;
    const char *a, *b;
  } bad[] = {{"A", NULL, KHOP_E_NOT_FOUND, "DS_A.txt", ""},
             {"A", "1, 2\n0, 1\n", KHOP_E_FORMAT, "line 2", "1 to 5"},
             {"A", "1, 6\n", KHOP_E_FORMAT, "line 1", "a node is 6"},
             {"A", "1\n", KHOP_E_FORMAT, "line 1", "a node"},
             {"A", "1, 2, 3\n", KHOP_E_FORMAT, "line 1", "'3'"},
             {"A", "1, 4\n", KHOP_E_ARGUMENT, "node 0 of graph 0", "TU"},
             {"graph_indicator", "", KHOP_E_FORMAT, "empty", "graph_indicator"},
             {"graph_indicator", "1\n2\n1\n2\n2\n", KHOP_E_FORMAT, "line 3", "2 to 10"},
             {"graph_indicator", "1\n1\n1\n900000\n900000\n", KHOP_E_FORMAT, "line 4", "900000"},
             {"graph_labels", "1\n2\n", KHOP_E_FORMAT, "2 lines", "3 graphs"},
             {"graph_labels", "1\nx\n2\n", KHOP_E_FORMAT, "line 2", "'x'"},
             {"node_labels", "1\n", KHOP_E_FORMAT, "1 lines", "5 nodes"},
             {"node_attributes", "1\n2\n3\n4\n5, 6\n", KHOP_E_FORMAT, "line 5", "'6'"},
             {"node_attributes", "1, 2\n2\n3\n4\n5\n", KHOP_E_FORMAT, "line 2", "ends"},
             {"node_attributes", "1\n2\nnan\n4\n5\n", KHOP_E_VALUE, "feature 2 of node 2", "NaN"},
             {"node_attributes", "1\n2\n1e999\n4\n5\n", KHOP_E_FORMAT, "line 3", "1e999"},
             {"edge_labels", "1\n2\n", KHOP_E_FORMAT, "2 lines", "6 edges"},
             {"graph_attributes", "1\n2\n\n", KHOP_E_FORMAT, "2 lines", "3 graphs"}};
  khop_graphs *set = NULL;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    put_good();
    put(bad[i].part, bad[i].text);
    fails(khop_graphs_read(&set, at("TU")), bad[i].status, bad[i].a, bad[i].b);
    assert_null(set);
    if (strncmp(khop_message(), at("TU"), strlen(at("TU"))) != 0) fail_msg("%s", khop_message());
  }
  mkdir(at("empty"), 0700);
  assert_false(khop_graphs_is_set(at("empty")));
  fails(khop_graphs_read(&set, at("empty")), KHOP_E_NOT_FOUND, "empty", "graph_indicator");
}

/* --- memory, and the real one ----------------------------------------------------------------- */

static khop_status read_one(void *path) {
  khop_graphs *set = NULL;
  khop_status status = khop_graphs_read(&set, path);
  if (status == KHOP_OK) status = khop_graphs_add_structural_features(set);
  khop_graphs_free(set);
  return status;
}

static void out_of_memory(void **state) {
  (void)state;
  char text[400], tu[400];
  snprintf(text, sizeof text, "%s", at("set.txt"));
  snprintf(tu, sizeof tu, "%s", at("TU"));
  write_file(text, good_text, strlen(good_text));
  put_good();
  memory_can_run_out();
  assert_true(fail_each(read_one, text) > 10);
  assert_true(fail_each(read_one, tu) > 20);
  memory_is_plenty();
}

static void mutag(void **state) {
  (void)state;
  const char *data = getenv("KHOP_DATA");
  char path[1000];
  snprintf(path, sizeof path, "%s/mutag.txt", data ? data : "");
  if (!data || access(path, R_OK) != 0) {
    skipped("KHOP_DATA has no mutag.txt");
    return;
  }
  khop_graphs *set = NULL;
  ok(khop_graphs_read(&set, path));
  assert_int_equal(khop_graphs_count(set), 188);
  assert_int_equal(khop_graphs_first(set)[188], 3371);
  assert_int_equal(khop_graph_edges(khop_graphs_graph(set)), 3721);
  assert_int_equal(khop_graphs_features(set)->columns, 7);
  int64_t second = 0;
  for (int g = 0; g < 188; g++) second += khop_graphs_labels(set)[g];
  assert_int_equal(second, 125);
  /* tags are sparse: they stay in front of the places */
  ok(khop_graphs_add_structural_features(set));
  const khop_features *x = khop_graphs_features(set);
  assert_int_equal(x->columns, 7 + KHOP_STRUCTURAL_COLUMNS);
  for (int64_t i = 0; i < x->rows; i++) {
    double tags = 0;
    for (int c = 0; c < 7; c++) tags += (double)x->dense[i * x->columns + c];
    close_to(tags, 1, 0);
  }
  khop_graphs_free(set);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(from_parts), cmocka_unit_test(edge_types),    cmocka_unit_test(text_form),
      cmocka_unit_test(bad_text),   cmocka_unit_test(folders),       cmocka_unit_test(what_a_folder_holds_beside_is_told), cmocka_unit_test(bad_folders),
      cmocka_unit_test(mutag),      cmocka_unit_test(out_of_memory), cmocka_unit_test(places),
  };
  return cmocka_run_group_tests_name("graphs", tests, open_folder, close_folder);
}
