/* test_readers_values.c: values of attributes that are at the edge of their type: what each must become. */
#include "readers_check.h"

static void a_list_of_one_in_gml_is_in_the_columns_of_the_longer_ones(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.gml", "graph [ node [ id 0 vec 7 ] node [ id 1 vec 1 vec 2 ] node [ id 2 one 5 ]\n"
                              "node [ id 3 vec \"_networkx_list_start\" vec 4 ]\n"
                              "node [ id 4 vec \"_networkx_list_start\" ] ]", 5, false, "");
  assert_null(column(graph, "vec"));
  static const double want[] = {7, 1, NAN, 4, NAN};
  for (int i = 0; i < 5; i++) {
    double is = column(graph, "vec[0]")->numbers[i];
    assert_true(is == want[i] || (isnan(is) && isnan(want[i])));
    assert_true(i == 1 ? column(graph, "vec[1]")->numbers[i] == 2 : isnan(column(graph, "vec[1]")->numbers[i]));
  }
  assert_true(column(graph, "one")->numbers[2] == 5 && !column(graph, "one[0]"));
  khop_graph_free(graph);
}

static void gml_may_say_its_direction_in_words(void **state) {
  (void)state;
  static const char *const said[] = {"1", "true", "\"True\"", "0", "false"};
  char text[200];
  for (int s = 0; s < 5; s++) {
    snprintf(text, sizeof text, "graph [ directed %s node [ id 1 ] node [ id 2 ] edge [ source 1 target 2 ] ]",
             said[s]);
    khop_graph_free(text_is("a.gml", text, 2, s < 3, "01"));
  }
  BAD("b.gml", "graph [\n directed yes node [ id 1 ] ]", "line 2: directed is 1 or 0, and not \"yes\"");
}

static void not_a_number_in_gml_is_missing(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.gml", "graph [ node [ id 0 f NAN ] node [ id 1 f 0.5 ] node [ id 2 f -INF ] "
                              "node [ id 3 f INF ] ]", 4, false, "");
  const double *f = column(graph, "f")->numbers;
  assert_non_null(f);
  assert_true(isnan(f[0]) && f[1] == 0.5 && f[2] == -INFINITY && f[3] == INFINITY);
  khop_graph_free(graph);
  graph = text_is("a.gml", "graph [ node [ id 0 f \"NAN\" ] node [ id 1 f 0.5 ] ]", 2, false, ""); /* a string */
  named(graph, "f", "NAN 0.5");
  khop_graph_free(graph);
}

#define TYPED(type, values) "<graphml><key id=\"k\" for=\"node\" attr.name=\"v\" attr.type=\"" type "\"/>\n<graph " \
  "edgedefault=\"undirected\">\n" values "</graph></graphml>"
#define NODE(id, value) "<node id=\"" id "\"><data key=\"k\">" value "</data></node>\n"

static void a_value_against_its_type_is_refused_with_its_line(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.graphml", TYPED("boolean", NODE("0", "yes") NODE("1", " TRUE\n") NODE("2", "1")
                              NODE("3", "no") NODE("4", "False") NODE("5", "0") NODE("6", "")), 7, false, "");
  for (int i = 0; i < 7; i++) assert_true(column(graph, "v")->numbers[i] == (i < 3));
  khop_graph_free(graph);
  BAD("b.graphml", TYPED("boolean", NODE("0", "yes") NODE("1", "maybe")),
      "line 4: the value \"maybe\" of \"v\" is neither");
  BAD("b.graphml", TYPED("boolean", NODE("0", "truest")), "neither true nor false");
  BAD("b.graphml", TYPED("double", NODE("0", "0.5") NODE("1", "0,37")),
      "line 4: the value \"0,37\" of \"v\" is not a number");
  BAD("b.graphml", TYPED("int", NODE("0", "one")), "\"one\" of \"v\" is not a number");
  BAD("b.gexf", "<gexf><graph><attributes class=\"node\"><attribute id=\"0\" title=\"w\" type=\"float\"/></attributes>"
      "<nodes><node id=\"a\"><attvalues><attvalue for=\"0\" value=\"1,5\"/></attvalues></node></nodes></graph></gexf>",
      "the value \"1,5\" of \"w\" is not a number");
  graph = text_is("a.graphml", TYPED("double", NODE("0", " 1e-3 ") NODE("1", "NaN") NODE("2", "-INF") NODE("3", "")
                  NODE("4", ".5") NODE("5", "+2.")), 6, false, "");
  const double *v = column(graph, "v")->numbers;
  assert_true(v[0] == 1e-3 && isnan(v[1]) && v[2] == -INFINITY && isnan(v[3]) && v[4] == 0.5 && v[5] == 2);
  khop_graph_free(graph);
}

static void integers_that_a_double_rounds_stay_apart(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.graphml", TYPED("long", NODE("0", "9007199254740992") NODE("1", "9007199254740993")
                              NODE("2", "-1")), 3, false, "");
  named(graph, "v", "9007199254740992 9007199254740993 -1");
  noted(graph, "\"v\" is text: it has integers that a double rounds");
  khop_graph_free(graph);
  graph = text_is("a.json", "{\"nodes\":[{\"id\":0,\"v\":12345678901234567891},{\"id\":1,\"v\":3}],"
                  "\"links\":[]}", 2, false, "");
  named(graph, "v", "12345678901234567891 3");
  khop_graph_free(graph);
  graph = text_is("a.gml", "graph [ node [ id 0 v 9007199254740994 ] node [ id 1 v 1000000000000000000 ] ]", 2, false,
                  "");
  assert_true(column(graph, "v")->numbers[0] == 9007199254740994.0 && column(graph, "v")->numbers[1] == 1e18);
  khop_graph_free(graph);
  graph = text_is("a.graphml", TYPED("double", NODE("0", "9007199254740993")), 1, false, ""); /* what doubles are for */
  assert_true(column(graph, "v")->numbers[0] == 9007199254740992.0);
  khop_graph_free(graph);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_list_of_one_in_gml_is_in_the_columns_of_the_longer_ones),
      cmocka_unit_test(gml_may_say_its_direction_in_words),
      cmocka_unit_test(not_a_number_in_gml_is_missing),
      cmocka_unit_test(a_value_against_its_type_is_refused_with_its_line),
      cmocka_unit_test(integers_that_a_double_rounds_stay_apart),
  };
  return cmocka_run_group_tests_name("readers_values", tests, open_folder, close_folder);
}
