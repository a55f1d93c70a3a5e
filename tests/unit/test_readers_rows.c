/* test_readers_rows.c: rows of edge lists that do not look like their header, or like edges: what each must give. */
#include "readers_check.h"

static void marked_rows_of_a_table_are_edges(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.csv", "source,target\n@ann,#ai\n#ai,@bob\n%x,@bob\n", 4, false, "01 12 23");
  named(graph, "name", "@ann #ai @bob %x");
  khop_graph_free(graph);
  graph = text_is("a.csv", "source,target\n#a,#b\n#b,%c\n", 3, false, "01 12"); /* not one row without a mark */
  named(graph, "name", "#a #b %c");
  khop_graph_free(graph);
  graph = text_is("a.txt", "source target\n#a b\nb #c\n# b d\n", 3, false, "01 12");
  named(graph, "name", "#a b #c");
  khop_graph_free(graph);
  graph = text_is("a.csv", "# about\na,b\n#c,a\n", 3, false, "01 02"); /* no header, but a row that is data before */
  named(graph, "name", "a b #c");
  khop_graph_free(graph);
  graph = text_is("a.csv", "source,target\na,b\n#a,b,c\n", 2, false, "01");
  noted(graph, "comments that look like edges are not read: 1, the first in line 3");
  khop_graph_free(graph);
}

static void names_of_rows_as_R_writes_them_are_no_nodes(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.txt", "\"from\" \"to\" \"w\"\n\"1\" \"a\" \"b\" 3\n\"2\" \"b\" \"c\" 4\n", 3, false,
                              "01 12");
  named(graph, "name", "a b c");
  noted(graph, "their first is the name of the row");
  noted(graph, "edge weights are ignored");
  khop_graph_free(graph);
  khop_graph_free(text_is("a.txt", "from to\n1 0 1\n2 1 2\n3 2 0\n", 3, false, "01 12 20"));
  khop_graph_free(text_is("a.csv", "\"from\",\"to\"\n\"x7\",0,1\n\"x2\",1,2\n", 3, false, "01 12"));
  khop_graph_free(text_is("a.txt", "from to Type\n1 0 1 Directed\n2 1 2 Directed\n", 3, true, "01 12"));
  BAD("b.txt", "from to\n1 0 1\n3 1 2\n", "line 2: \"1 0 1\" has 3 fields, and the header has 2");
  BAD("b.txt", "from to\n\"x\" 0 1\n\"x\" 1 2\n", "line 2: \"\"x\" 0 1\" has 3 fields, and the header has 2");
}

static void rows_of_another_length_than_the_header_are_refused(void **state) {
  (void)state;
  BAD("b.csv", "source,target\n1,2\n2,3,4\n", "line 3: \"2,3,4\" has 3 fields, and the header has 2");
  BAD("b.csv", "source,target,w\n1,2,3\n2,3\n", "line 3: \"2,3\" has 2 fields, and the header has 3");
  BAD("b.csv", "1,2\n2,3,0.5\n", "line 2: \"2,3,0.5\" has 3 fields, and the first line has 2");
  khop_graph *graph = text_is("a.csv", "source,target\n0,1,\n1,2\n", 3, false, "01 12");
  noted(graph, "rows with separators behind the columns of the header: 1");
  khop_graph_free(graph);
  graph = text_is("a.csv", "0,1,\n1,2,\n", 3, false, "01 12"); /* nothing stands in the third field */
  assert_int_equal(khop_graph_notes(graph), 0);
  khop_graph_free(graph);
}

static void regular_lists_of_numbers_are_refused_unless_they_have_weights(void **state) {
  (void)state;
  static const char said[] = "line 1: all fields of all lines are nodes, and each line begins with another";
  BAD("b.txt", "0 1 2 3\n1 2 3 4\n2 3 4 5\n", said);
  BAD("b.txt", "0 1 2 3 4\n", said);
  BAD("b.txt", "0 1 2\n1 2 3\n2 3 0\n", said);
  khop_graph *graph = must_read("a.txt", "0 1 2 3\n1 2 3 4\n", &(khop_read_options){.format = "adjlist"});
  expect(graph, 5, false, "01 02 03 12 13 14");
  khop_graph_free(graph);
  graph = must_read("a.txt", "0 1 2 3\n1 2 3 4\n", &(khop_read_options){.format = "edges"});
  expect(graph, 3, false, "01 12");
  khop_graph_free(graph);
  khop_graph_free(text_is("a.txt", "0 1 2 3\n0 2 1 3\n", 3, false, "01 02"));     /* 0 begins two lines */
  khop_graph_free(text_is("a.txt", "0 1 2.5 3\n1 2 0 1\n", 3, false, "01 12"));   /* a fraction */
  khop_graph_free(text_is("a.txt", "0 1 1\n1 2 1\n", 3, false, "01 12"));         /* no node has a neighbour twice */
  khop_graph_free(text_is("a.txt", "0 1 7\n1 2 9\n2 3 8\n", 4, false, "01 12 23")); /* 7, 8, 9 are no nodes */
  khop_graph_free(text_is("a.txt", "% sym weighted\n0 1 2\n1 2 0\n", 3, false, "01 12"));
}

static void a_colon_behind_the_first_node_makes_an_adjacency_list(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.txt", "0: 1 2\n1: 2\n3:\n", 4, false, "01 02 12");
  noted(graph, "read as an adjacency list");
  khop_graph_free(graph);
  graph = text_is("a.txt", "a: b c\nb: c\nGO:1: c\n", 4, false, "01 02 12 23");
  named(graph, "name", "a b c GO:1");
  khop_graph_free(graph);
  BAD("b.txt", "a: b\nc d\n", "line 2: no colon behind the node");
}

static void other_notations_are_no_nodes(void **state) {
  (void)state;
  BAD("b.txt", "1 2\n1 -> 2\n", "line 2: an arrow or sign between two nodes");
  BAD("b.txt", "a -- b\n", "line 1: an arrow or sign between two nodes");
  BAD("b.txt", "(1, 2)\n", "line 1: an edge in brackets");
  BAD("b.csv", "[a, b]\n", "line 1: an edge in brackets");
  BAD("b.txt", "{1, 2}\n", "line 1: an edge in brackets");
  BAD("b.txt", "// comment\n1 2\n", "line 1: comments begin with # or %");
  khop_graph *graph = text_is("a.txt", "\"->\" \"(x\"\n\"(x\" [b]\n", 3, false, "01 12");
  named(graph, "name", "-> (x [b]");
  khop_graph_free(graph);
}

static void a_spreadsheet_may_say_its_separator(void **state) {
  (void)state;
  khop_graph_free(text_is("a.csv", "sep=;\nsource;target\n0;1\n1;2\n", 3, false, "01 12"));
  khop_graph *graph = text_is("a.csv", "\xef\xbb\xbfsep=;\r\na,x;b\r\n", 2, false, "01");
  named(graph, "name", "a,x b");
  khop_graph_free(graph);
}

static void users_and_items_of_one_id_are_told(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.csv", "user,item\n0,1\n0,2\n1,2\n", 3, false, "01 02 12");
  noted(graph, "\"user\" and \"item\" with one id are one node, as 1 of 3 are");
  khop_graph_free(graph);
  graph = text_is("a.csv", "% bip\nuser,item\n0,1\n0,2\n1,2\n", 4, false, "02 03 13");
  named(graph, "side", "left left right right");
  khop_graph_free(graph);
  static const char *const alike[] = {"user,item\n0,2\n1,3\n", "node_a,node_b\n0,2\n2,3\n3,1\n",
                                      "source,target\n0,2\n2,3\n3,1\n"};
  for (int f = 0; f < 3; f++) {
    graph = must_read("a.csv", alike[f], NULL);
    assert_int_equal(khop_graph_notes(graph), 0);
    khop_graph_free(graph);
  }
}

static void self_loops_and_repeats_are_told_by_every_format(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.txt", "0 1\n1 0\n1 1\n0 1\n", 2, false, "01");
  noted(graph, "self-loops are left out: 1");
  noted(graph, "repeated edges count once: 2");
  khop_graph_free(graph);
  graph = text_is("a.gml", "graph [ node [ id 0 ] edge [ source 0 target 0 ] ]", 1, false, "");
  noted(graph, "self-loops are left out: 1");
  khop_graph_free(graph);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(marked_rows_of_a_table_are_edges),
      cmocka_unit_test(names_of_rows_as_R_writes_them_are_no_nodes),
      cmocka_unit_test(rows_of_another_length_than_the_header_are_refused),
      cmocka_unit_test(regular_lists_of_numbers_are_refused_unless_they_have_weights),
      cmocka_unit_test(a_colon_behind_the_first_node_makes_an_adjacency_list),
      cmocka_unit_test(other_notations_are_no_nodes),
      cmocka_unit_test(a_spreadsheet_may_say_its_separator),
      cmocka_unit_test(users_and_items_of_one_id_are_told),
      cmocka_unit_test(self_loops_and_repeats_are_told_by_every_format),
  };
  return cmocka_run_group_tests_name("readers_rows", tests, open_folder, close_folder);
}
