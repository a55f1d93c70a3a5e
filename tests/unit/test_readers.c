/* test_readers.c: every format whole, beside others' igraph, and in a country of decimal commas. */
#include "readers_check.h"

#include "graph/graph.h"
#include "graph/distance.h"

#include <khop/igraph.h>

#include <locale.h>

static void graphml_with_columns(void **state) {
  (void)state;
  khop_graph *graph = must_read("a.graphml", graphml, NULL);
  expect(graph, 3, true, "01 21");
  assert_int_equal(khop_graph_columns(graph), 4);
  const khop_column *w = column(graph, "w"), *b = column(graph, "b"), *s = column(graph, "s");
  assert_true(w->numbers[0] == 0.5 && isnan(w->numbers[1]));
  assert_true(b->numbers[0] == 1 && b->numbers[1] == 0);
  assert_string_equal(s->strings[1], "x & y");
  assert_string_equal(s->strings[2], "");
  assert_string_equal(column(graph, "id")->strings[0], "ann"); /* the only name there is */
  khop_graph_free(graph);
}

static void karate(void **state) {
  (void)state;
  static const int64_t totals[] = {34, 156, 530, 274, 146, 16};
  khop_graph *graph;
  if (khop_graph_read(&graph, fixture("datasets/karate.graphml"), NULL) != KHOP_OK)
    fail_msg("%s", khop_message());
  int64_t found[6] = {0}, hi = 0, train = 0;
  int32_t distance[34], queue[34];
  assert_int_equal(khop_graph_nodes(graph), 34);
  assert_int_equal(khop_graph_edges(graph), 78);
  assert_null(column(graph, "id"));
  for (int i = 0; i < 34; i++) {
    assert_int_equal(khop_i_graph_search(distance, queue, graph, i), 34);
    for (int j = 0; j < 34; j++) found[distance[j]]++;
    hi += strcmp(column(graph, "label")->strings[i], "Mr. Hi") == 0;
    train += strcmp(column(graph, "split")->strings[i], "train") == 0;
  }
  assert_memory_equal(found, totals, sizeof totals);
  assert_true(hi == 17 && train == 2);
  khop_shape shape;
  assert_int_equal(khop_graph_shape(&shape, graph, true), KHOP_OK);
  assert_true(shape.diameter == 5 && shape.components == 1 && shape.max_degree == 17);
  khop_graph_free(graph);
}

static void igraph_formats(void **state) {
  (void)state;
  const khop_read_options directed = {.directed = true};
  khop_graph *graph = must_read("a.gml", gml, NULL);
  expect(graph, 2, true, "01");
  assert_int_equal(khop_graph_dropped_loops(graph), 1);
  assert_true(column(graph, "w")->numbers[0] == 1.5);
  assert_string_equal(column(graph, "id")->strings[1], "20");
  assert_string_equal(column(graph, "label")->strings[1], "b");
  khop_graph_free(graph);
  graph = must_read("a.net", pajek, NULL);
  expect(graph, 3, false, "01 12");
  assert_string_equal(column(graph, "name")->strings[2], "three");
  khop_graph_free(graph);
  graph = must_read("a.ncol", ncol, NULL);
  expect(graph, 4, false, "01 12 23");
  assert_string_equal(column(graph, "name")->strings[3], "d");
  khop_graph_free(graph);
  graph = must_read("a.ncol", ncol, &directed);
  expect(graph, 4, true, "01 12 23");
  khop_graph_free(graph);
  graph = must_read("a.lgl", lgl, NULL);
  expect(graph, 4, false, "01 02 12 23");
  assert_string_equal(column(graph, "name")->strings[0], "a");
  khop_graph_free(graph);
  graph = must_read("a.dl", dl, NULL);
  expect(graph, 4, false, "01 12 23");
  assert_string_equal(column(graph, "name")->strings[0], "w");
  khop_graph_free(graph);
}

static void matrix_market(void **state) {
  (void)state;
  const khop_read_options directed = {.directed = true};
  const char *full = MM "coordinate real general\n3 3 3\n1 2 0.5\n2 1 1e-3\n3 3 0\n";
  read_is("a.mtx", mtx, 4, false, "10 21 32");
  read_is("a.mtx", MM "coordinate pattern symmetric\n4 4 3\n2 1\n3 2\n1 4\n", 4, false, "10 21 03");
  read_is("a.mtx", full, 3, false, "01");
  khop_graph *graph = must_read("a.mtx", full, &directed);
  expect(graph, 3, true, "01 10");
  khop_graph_free(graph);
  read_is("a.mtx", MM "coordinate real general\n3 3 2\n1 2 0.5\n1 3 1\n", 3, true, "01 02");
  read_is("a.mtx", MM "coordinate integer general\n3 3 2\n1 2 0\n1 3 -1\n", 3, true, "01 02");
  read_is("a.mtx", MM "coordinate complex hermitian\n3 3 1\n2 1 1 0\n", 3, false, "01");
  read_is("a.mtx", MM "coordinate real skew-symmetric\n3 3 2\n2 1 1\n3 1 1\n", 3, false, "01 02");
  assert_int_equal(
      khop_graph_dropped_repeats(
          graph = must_read("a.mtx", MM "coordinate real skew-symmetric\n3 3 1\n2 1 1\n", NULL)),
      0);
  khop_graph_free(graph);
  read_is("a.mtx", MM "coordinate pattern general\n2 2 0\n", 2, false, "");
  read_is("a.mtx", MM "coordinate real general\n3 3 3\n1 2 -1\n1 2 2\n1 2 3\n", 3, true, "01");
  read_is("a.mtx", array, 2, true, "10");
  read_is("a.mtx", MM "array real symmetric\n2 2\n0\n0.5\n0\n", 2, false, "01");
  read_is("a.mtx", MM "array complex general\n2 2\n0 0\n0 1\n0 0\n0 0\n", 2, true, "10");
  BAD("b.mtx", MM "coordinate pattern symmetric\n3 4 1\n2 1\n", "line 2: 3 rows and 4 columns");
  BAD("b.mtx", MM "coordinate pattern general\n3 3 1\n0 2\n", "row 0 is not between 1 and 3");
  BAD("b.mtx", MM "coordinate pattern general\n3 3 1\n1 4\n", "column 4");
  BAD("b.mtx", MM "coordinate pattern general\n3 3 3\n1 2\n2 3\n", "promises 3 entries");
  BAD("b.mtx", MM "coordinate pattern general\n3 3 1\n1 2\n2 3\n", "promises 1 entries");
  BAD("b.mtx", MM "coordinate real general\n3 3 1\n1 2\n", "a value is missing");
  BAD("b.mtx", MM "coordinate real general\n3 3 1\n1 2 x\n", "line 3");
  BAD("b.mtx", MM "coordinate real general\n3 3 1000000000000\n1 2 1\n", "cannot stand in");
  BAD("b.mtx", MM "coordinate real general\n2000000000 2000000000 1\n1 2 1\n", "is believed");
  BAD("b.mtx", MM "array real general\n900000 900000\n1\n", "cannot stand in");
  BAD("b.mtx", MM "vector real general\n3 3 1\n", "line 1");
  BAD("b.mtx", "1 2\n", "begins with");
}

/* 1 -> 2 -> 3 -> 1: as many arcs out of each node as into it, and yet none of them has its mirror. */
static void a_general_matrix_is_undirected_only_where_every_arc_has_its_mirror(void **state) {
  (void)state;
  read_is("a.mtx", MM "coordinate pattern general\n3 3 3\n1 2\n2 3\n3 1\n", 3, true, "01 12 20");
  read_is("a.mtx", MM "coordinate pattern general\n2 2 2\n1 2\n2 1\n", 2, false, "01");
}

static void edge_lists(void **state) {
  (void)state;
  read_is("a.edges", edges, 4, false, "01 12 23");
  read_is("a.txt",
          "\xef\xbb\xbf"
          "0 1\r\n\r\n1;2\r\n  2 , 3 x y z\r\n",
          4, false, "01 12 23");
  read_is("a.csv", "source,target\n0,1\n", 2, false, "01");
  read_is("a.csv", "# c\nsource,target,w\n0,1,7", 2, false, "01");
  read_is("a.TSV", "u\tv\n0\t1\n", 2, false, "01");
  read_is("a.csv", "0,1\n", 2, false, "01");
  read_is("a.csv", "a,b\n0,1\n", 2, false, "01");
  read_is("a.txt", "source target\n0 1\n", 2, false, "01");
  BAD("b.csv", "source,target\n", "no edges");
  BAD("b.txt", "# only\n% comments\n\n", "no edges in its 3 lines");
  BAD("b.txt", "0 1\n-1 2\n", "line 2: the node id -1 is negative");
  BAD("b.txt", "0 1\n1.5 2\n", "line 2: \"1.5\"");
  BAD("b.txt", "0 1\n2 -\n", "\"-\" is not a node id");
  BAD("b.txt", "0 1\n7\n", "line 2: \"7\" has one field");
  BAD("b.txt", "0 1\n0\0 2\n", "line 2: a NUL byte");
  BAD("b.txt", "0 1\n0 \xff\x01\n", "\"\\xff\\x01\"");
  BAD("b.txt", "0 1\r1 2\r2 3\r", "line 1");
  char wide[9000];
  memset(wide, ' ', sizeof wide);
  memcpy(wide, "0 1", 3);
  wide[8999] = '\n';
  must_fail("b.txt", wide + 3, sizeof wide - 3, KHOP_E_FORMAT, "no edges");
  put_bytes("wide.txt", wide, sizeof wide);
  khop_graph *graph;
  assert_int_equal(khop_graph_read(&graph, path, NULL), KHOP_OK);
  khop_graph_free(graph);
  memset(wide, '1', sizeof wide);
  must_fail("b.txt", wide, sizeof wide, KHOP_E_FORMAT, "line 1");
}

static void edge_list_options(void **state) {
  (void)state;
  khop_graph *graph =
      must_read("a.odd", "0 1\n1 0\n",
                &(khop_read_options){
                    .format = "edges", .directed = true, .max_id = 5, .ids = KHOP_IDS_POSITION});
  expect(graph, 2, true, "01 10");
  khop_graph_free(graph);
  khop_graph_free(
      must_read("a.odd", "0 5\n",
                &(khop_read_options){.format = "edges",
                                     .directed = true,
                                     .max_id = 5,
                                     .ids = KHOP_IDS_POSITION})); /* the cap itself is an id */
  put_bytes("a.odd", "0 6\n", 4);
  assert_int_equal(khop_graph_read(&graph, path,
                                   &(khop_read_options){.format = "edges",
                                                        .directed = true,
                                                        .max_id = 5,
                                                        .ids = KHOP_IDS_POSITION}),
                   KHOP_E_FORMAT);
  assert_int_equal(khop_graph_read(&graph, path,
                                   &(khop_read_options){.format = "edges",
                                                        .directed = true,
                                                        .max_id = -1,
                                                        .ids = KHOP_IDS_POSITION}),
                   KHOP_E_ARGUMENT);
  assert_int_equal(khop_graph_read(&graph, path,
                                   &(khop_read_options){.format = "edges",
                                                        .directed = true,
                                                        .max_id = INT32_MAX,
                                                        .ids = KHOP_IDS_POSITION}),
                   KHOP_E_ARGUMENT);
  assert_int_equal(khop_graph_read(&graph, path,
                                   &(khop_read_options){.format = "excel",
                                                        .directed = true,
                                                        .max_id = 0,
                                                        .ids = KHOP_IDS_COMPACT}),
                   KHOP_E_ARGUMENT);
  assert_non_null(strstr(khop_message(), "graphml, gexf, gml"));
  static const khop_read_options position = {.ids = KHOP_IDS_POSITION};
  static const char *const bad[][2] = {{"0 100000001\n", "above the cap of 100000000"},
                                       {"0 99999999999999999999999999\n", "line 1: the node id 9999"},
                                       {"0 1\na b\n", "line 2: \"a\" is not a node id"},
                                       {"0 1\n-3 1\n", "line 2: the node id -3 is negative"}};
  for (size_t b = 0; b < sizeof bad / sizeof *bad; b++) {
    put_bytes("a.txt", bad[b][0], strlen(bad[b][0]));
    assert_int_equal(khop_graph_read(&graph, path, &position), KHOP_E_FORMAT);
    if (!strstr(khop_message(), bad[b][1])) fail_msg("no \"%s\" in: %s", bad[b][1], khop_message());
  }
  graph = must_read("a.txt", "3 1\n07 1\n", &position);
  expect(graph, 8, false, "31 71");
  khop_graph_free(graph);
}

/* Many lines, so that lines cross the reader's blocks. */
static void long_edge_list(void **state) {
  (void)state;
  FILE *file = fopen(path_of("long.txt"), "wb");
  for (int i = 0; i < 50000; i++) fprintf(file, "%d\t%d\n", i, i + 1);
  fclose(file);
  khop_graph *graph, *line;
  const int64_t shape[] = {50001};
  assert_int_equal(khop_graph_read(&graph, path, NULL), KHOP_OK);
  assert_int_equal(khop_graph_grid(&line, 1, shape, NULL, false, false), KHOP_OK);
  assert_true(same_graph(graph, line));
  khop_graph_free(graph);
  khop_graph_free(line);
}

/* --- beside others' igraph ------------------------------------------------------------------ */

static int handled;
static void callers_handler(const char *text, const char *file, int line, igraph_error_t code) {
  (void)text, (void)file, (void)line, (void)code;
  handled++;
}
static void callers_cleanup(void *flag) {
  ++*(int *)flag;
}

static void globals_are_restored(void **state) {
  (void)state;
  igraph_error_handler_t *before = igraph_set_error_handler(callers_handler);
  int cleaned = 0;
  khop_graph *graph;
  igraph_t source;
  assert_int_equal(igraph_small(&source, 3, false, 0, 1, -1), IGRAPH_SUCCESS);
  IGRAPH_FINALLY(callers_cleanup, &cleaned);
  ok(khop_graph_from_igraph(&graph, &source));
  khop_graph_free(graph);
  igraph_destroy(&source);
  assert_int_equal(cleaned, 0); /* what the caller has on igraph's stack is the caller's */
  assert_int_equal(IGRAPH_FINALLY_STACK_SIZE(), 1);
  assert_int_equal(handled, 0);
  assert_false(igraph_has_attribute_table());
  IGRAPH_FINALLY_CLEAN(1);
  assert_true(igraph_set_error_handler(before) == callers_handler);
}

static void from_igraph(void **state) {
  (void)state;
  igraph_t source;
  khop_graph *graph;
  igraph_set_attribute_table(&igraph_cattribute_table);
  assert_int_equal(igraph_small(&source, 4, true, 0, 1, 1, 2, 2, 2, 0, 1, -1), IGRAPH_SUCCESS);
  SETVAN(&source, "w", 2, 2.5);
  SETVAB(&source, "b", 1, true);
  SETVAS(&source, "s", 3, "three");
  SETVAS(&source, "id", 0, "n0");
  assert_int_equal(khop_graph_from_igraph(&graph, &source), KHOP_OK);
  expect(graph, 4, true, "01 12");
  assert_true(khop_graph_dropped_loops(graph) == 1 && khop_graph_dropped_repeats(graph) == 1);
  assert_true(isnan(column(graph, "w")->numbers[0]) && column(graph, "w")->numbers[2] == 2.5);
  assert_true(column(graph, "b")->numbers[1] == 1);
  assert_string_equal(column(graph, "s")->strings[3], "three");
  assert_non_null(column(graph, "id")); /* the caller's own */
  khop_graph_free(graph);
  assert_true(igraph_set_attribute_table(&igraph_cattribute_table) == &igraph_cattribute_table);
  igraph_destroy(&source);

  /* another table, whose attributes khop cannot read: structure alone */
  igraph_attribute_table_t other = igraph_cattribute_table;
  igraph_set_attribute_table(&other);
  assert_int_equal(igraph_small(&source, 2, false, 0, 1, -1), IGRAPH_SUCCESS);
  SETVAN(&source, "w", 0, 1);
  assert_int_equal(khop_graph_from_igraph(&graph, &source), KHOP_OK);
  expect(graph, 2, false, "01");
  assert_int_equal(khop_graph_columns(graph), 0);
  khop_graph_free(graph);
  khop_graph_free(must_read("a.graphml", graphml, NULL));
  igraph_destroy(&source);
  assert_true(igraph_set_attribute_table(NULL) == &other);

  assert_int_equal(igraph_empty(&source, 0, false), IGRAPH_SUCCESS);
  assert_int_equal(khop_graph_from_igraph(&graph, &source), KHOP_OK);
  assert_int_equal(khop_graph_nodes(graph), 0);
  khop_graph_free(graph);
  igraph_destroy(&source);
}

static void decimal_comma(void **state) {
  (void)state;
  /* not skip(): cmocka prints that as "not ok", which TAP readers take for a failure */
  if (!setlocale(LC_ALL, "de_DE.UTF-8") && !setlocale(LC_ALL, "fr_FR.UTF-8")) return;
  assert_true(strtod("0,5", NULL) == 0.5);
  khop_graph *graph = must_read("a.graphml", graphml, NULL);
  assert_true(column(graph, "w")->numbers[0] == 0.5);
  khop_graph_free(graph);
  graph = must_read("a.gml", gml, NULL);
  assert_true(column(graph, "w")->numbers[0] == 1.5);
  khop_graph_free(graph);
  graph = must_read("a.net", pajek, NULL);
  assert_true(column(graph, "y")->numbers[0] == 0.25);
  khop_graph_free(graph);
  read_is("a.mtx", array, 2, true, "10"); /* 0.5 is not 0 */
  assert_true(strtod("0,5", NULL) == 0.5);
  setlocale(LC_ALL, "C");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(graphml_with_columns), cmocka_unit_test(karate),
      cmocka_unit_test(igraph_formats),       cmocka_unit_test(matrix_market),
      cmocka_unit_test(edge_lists),           cmocka_unit_test(edge_list_options),
      cmocka_unit_test(long_edge_list),       cmocka_unit_test(globals_are_restored),
      cmocka_unit_test(from_igraph),          cmocka_unit_test(decimal_comma),
      cmocka_unit_test(a_general_matrix_is_undirected_only_where_every_arc_has_its_mirror),
  };
  return cmocka_run_group_tests_name("readers", tests, open_folder, close_folder);
}
