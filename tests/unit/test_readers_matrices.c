/* test_readers_matrices.c: matrices as they are found: Matrix Market and DL, square and of two sides, by hand. */
#include "readers_check.h"

/* --- Matrix Market -------------------------------------------------------------------------- */

static void exponents_of_fortran(void **state) {
  (void)state;
  khop_graph_free(found("d_exponent.mtx", 3, true, "01 12"));
  khop_graph_free(text_is("a.mtx", MM "array real general\n% D d\n2 2\n0.0D0\n1d-3\n0\n0D+00\n", 2, true, "10"));
  BAD("b.mtx", MM "coordinate real general\n3 3 1\n1 2 1.0D\n", "line 3: a value is missing or no number");
}

static void a_matrix_with_more_rows_than_columns_has_two_sides(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.mtx", MM "coordinate pattern general\n2 3 3\n1 1\n1 3\n2 2\n", 5, false, "02 04 13");
  named(graph, "side", "left left right right right");
  noted(graph, "2 rows and 3 columns are two sets of nodes");
  khop_graph_free(graph);
  graph = text_is("a.mtx", MM "coordinate real general\n3 1 3\n1 1 .5\n3 1 1.0D0\n1 1 2\n", 4, false, "03 23");
  noted(graph, "edge weights are ignored");
  assert_int_equal(khop_graph_dropped_repeats(graph), 1);
  khop_graph_free(graph);
  graph = text_is("a.mtx", MM "array integer general\n2 3\n1\n0\n0\n1\n1\n1\n", 5, false, "02 13 04 14");
  named(graph, "side", "left left right right right");
  assert_int_equal(khop_graph_notes(graph), 1); /* its values are all 1 */
  khop_graph_free(graph);
  graph = must_read("a.mtx", MM "coordinate pattern general\n1 2 1\n1 2\n", &(khop_read_options){.directed = true});
  expect(graph, 3, true, "02");
  khop_graph_free(graph);
  BAD("b.mtx", MM "coordinate pattern general\n2 3 1\n3 1\n", "row 3 is not between 1 and 2");
  BAD("b.mtx", MM "coordinate pattern general\n2 3 1\n1 4\n", "column 4 is not between 1 and 3");
  BAD("b.mtx", MM "coordinate pattern general\n2 2000000000 1\n1 1\n", "is believed");
}

static void values_that_differ_are_weights(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.mtx", MM "coordinate real general\n2 2 2\n1 2 3\n2 1 3.0\n", 2, false, "01");
  assert_int_equal(khop_graph_notes(graph), 0);
  khop_graph_free(graph);
  static const char *const weighted[] = {
      MM "coordinate real general\n2 2 2\n1 2 3\n2 1 4\n", MM "coordinate real general\n2 2 2\n1 2 0\n2 1 1\n",
      MM "coordinate real symmetric\n3 3 2\n2 1 1d0\n3 1 1d1\n", MM "array real general\n2 2\n0\n2\n1\n0\n",
      MM "coordinate complex general\n2 2 2\n1 2 1 0\n2 1 1 1\n"};
  for (int w = 0; w < 5; w++) {
    graph = must_read("a.mtx", weighted[w], NULL);
    noted(graph, "edge weights are ignored");
    khop_graph_free(graph);
  }
}

/* --- DL ------------------------------------------------------------------------------------- */

static void matrices_and_lists_of_dl(void **state) {
  (void)state;
  khop_graph *graph = found("fullmatrix_oneline.dl", 3, false, "01 12");
  named(graph, "name", "a b c");
  khop_graph_free(graph);
  khop_graph_free(found("edgelist1.dl", 4, true, "01 21"));
  khop_graph_free(text_is("a.dl", "DL N = 3\ndata:\n0 1 1 0 0\n0 0 0 0\n", 3, true, "01 02"));
  khop_graph_free(text_is("a.dl", "dl n=3 format=lowerhalf diagonal=absent data:\n1\n0 1\n", 3, false, "01 12"));
  khop_graph_free(text_is("a.dl", "dl n=3 format=nodelist1\ndata:\n1 2 3\n2 1\n3 1\n", 3, false, "01 02"));
  khop_graph_free(text_is("a.dl", "dl nr=1 nc=2 format=fullmatrix data: 1 1\n", 3, false, "01 02"));
  graph = text_is("a.dl", "dl n=3, format=edgelist1\nlabels embedded\ndata:\nann bob 1.5\n\"c d\" bob\n", 3, true,
                  "01 21");
  named(graph, "name", "ann bob c d");
  noted(graph, "weights");
  khop_graph_free(graph);
  graph = text_is("a.dl", "dl n=2 format=fullmatrix\nlabels embedded\ndata:\n  x y\nx 0 1\ny 0 0\n", 2, true, "01");
  named(graph, "name", "x y");
  khop_graph_free(graph);
  BAD("b.dl", "dl n=3\nlabels:\na b\ndata:\n1\n", "line 4: fewer labels than nodes");
  BAD("b.dl", "dl n=2\ndata:\n0 1 0\n", "ends inside its matrix");
  BAD("b.dl", "dl n=2\ndata:\n0 1 0 0 1\n", "line 3: more than its matrix");
  BAD("b.dl", "dl n=2 format=edgelist1\ndata:\n1 3\n", "line 3: node 3 is not between 1 and 2");
  BAD("b.dl", "dl n=2 format=blockmatrix\ndata:\n1\n", "a format of DL");
  BAD("b.dl", "dl format=edgelist1\ndata:\n1 2\n", "no number of nodes");
}

static void two_sided_dl(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.dl", "dl nr=2, nc=3, format=edgelist2\nrow labels embedded\ncolumn labels embedded\n"
                              "data:\nann x\nbob y 2\nann z\n", 5, false, "02 13 04");
  named(graph, "name", "ann bob x y z");
  named(graph, "side", "left left right right right");
  noted(graph, "2 rows and 3 columns are two sets of nodes");
  noted(graph, "edge weights are ignored");
  khop_graph_free(graph);
  khop_graph_free(text_is("a.dl", "dl nr=2 nc=2 format=el2 data:\n1 1\n2 1\n", 4, false, "02 12"));
  graph = text_is("a.dl", "dl nr=2 nc=3 format=nodelist2\nlabels embedded\ndata:\na b c\nb b d\n", 5, false,
                  "02 03 12 14");
  named(graph, "name", "left a left b right b right c right d"); /* b is a row, and another b a column */
  khop_graph_free(graph);
  graph = text_is("a.dl", "dl nr=2 nc=3 format=fm\nrow labels:\na,b\ncolumn labels:\nx,y,z\ndata:\n1 0 2\n0 0 1\n", 5,
                  false, "02 04 14");
  named(graph, "name", "a b x y z");
  noted(graph, "edge weights are ignored");
  khop_graph_free(graph);
  graph = text_is("a.dl", "dl nr=2 nc=3\nlabels embedded\ndata:\n  x y z\na 1 0 0\nb 0 0 1\n", 5, false, "02 14");
  named(graph, "name", "a b x y z");
  assert_int_equal(khop_graph_notes(graph), 1);
  khop_graph_free(graph);
  graph = must_read("a.dl", "dl nr=1 nc=1 format=el2 data:\n1 1\n", &(khop_read_options){.directed = true});
  expect(graph, 2, true, "01");
  khop_graph_free(graph);
  BAD("b.dl", "dl nr=2 nc=3 format=lowerhalf data:\n1\n", "half a matrix is square");
  BAD("b.dl", "dl nr=2 nc=3 format=edgelist2 data:\n3 1\n", "line 2: node 3 is not between 1 and 2");
  BAD("b.dl", "dl nr=2 nc=3 format=edgelist2 data:\n1 4\n", "line 2: node 4 is not between 1 and 3");
  BAD("b.dl", "dl nr=2 data:\n1\n", "rows (nr=) without columns");
}

static void dl_as_sna_and_ucinet_write_it(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.dl", "DL n = 3, nm = 2, format = edgelist1\nlabels:\n\"a\",\"b c\",\"d\"\n"
                              "matrix labels:\n\"one\",\"two\"\ndata:\n1 2 1 \n2 3 5 \n!\n3 1 1 \n", 3, true, "01 12");
  named(graph, "name", "a b c d");
  noted(graph, "2 matrices in it: the first is read");
  noted(graph, "edge weights are ignored");
  khop_graph_free(graph);
  graph = text_is("a.dl", "DL\nN=3 NM=1\nFORMAT = FULLMATRIX DIAGONAL PRESENT\nROW LABELS:\nA\nB\nC\n"
                  "COLUMN LABELS:\nA\nB\nC\nLEVEL LABELS:\npage1\nDATA:\n 0 1 0\n 1 0 1\n 0 1 0\n", 3, false, "01 12");
  named(graph, "name", "A B C");
  assert_int_equal(khop_graph_notes(graph), 0);
  khop_graph_free(graph);
  khop_graph_free(text_is("a.dl", "dl n=3 format=fm diagonal=absent\ndata:\n1 0\n0 1\n1 0\n", 3, true, "01 12 20"));
  khop_graph_free(text_is("a.dl", "dl n=3 format=nodelist1b\ndata:\n2 2 3\n0\n1 1\n", 3, true, "01 02 20"));
  graph = text_is("a.dl", "dl n=2\ndata:\n0 3\n3 0\n", 2, false, "01"); /* all alike say no more than ones */
  assert_int_equal(khop_graph_notes(graph), 0);
  khop_graph_free(graph);
  BAD("b.dl", "dl n=3 format=nodelist1b\ndata:\n3 2 3\n", "line 3: not as many nodes in the line");
  BAD("b.dl", "dl n=1 format=nodelist1b\ndata:\n0\n0\n", "line 4: more rows than promised");
  BAD("b.dl", "dl n=3 frmat=edgelist1\ndata:\n1 2\n", "line 1: an unknown word in the header of a DL file: \"frmat\"");
  BAD("b.dl", "dl n=2 labels embedded\ndata:\na b\nb 0 1\na 1 0\n", "line 4: a row in another place than its column");
}

static void entries_of_zero_are_edges_of_lists_and_none_of_arrays(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.mtx", MM "coordinate real general\n3 3 3\n1 2 0\n2 3 1\n3 1 0.0\n", 3, true,
                              "01 12 20");
  noted(graph, "entries that are 0 are edges too: 2");
  khop_graph_free(graph);
  graph = text_is("a.mtx", MM "array real general\n2 2\n0\n1\n0\n0\n", 2, true, "10");
  assert_int_equal(khop_graph_notes(graph), 0);
  khop_graph_free(graph);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(exponents_of_fortran),
      cmocka_unit_test(a_matrix_with_more_rows_than_columns_has_two_sides),
      cmocka_unit_test(values_that_differ_are_weights),
      cmocka_unit_test(entries_of_zero_are_edges_of_lists_and_none_of_arrays),
      cmocka_unit_test(matrices_and_lists_of_dl),
      cmocka_unit_test(two_sided_dl),
      cmocka_unit_test(dl_as_sna_and_ucinet_write_it),
  };
  return cmocka_run_group_tests_name("readers_matrices", tests, open_folder, close_folder);
}
