/* test_readers_json.c: graphs in JSON: each shape by hand, and what is refused. */
#include "readers_check.h"

static void quiet(const khop_graph *graph) {
  for (int i = 0; i < khop_graph_notes(graph); i++) fail_msg("a note: %s", khop_graph_note(graph, i));
}

/* --- shapes --------------------------------------------------------------------------------- */

static void node_link_of_networkx_with_its_columns(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.json",
      "{\"directed\": true, \"multigraph\": true, \"graph\": {}, \"nodes\": [\n"
      "{\"v\": [1, 2], \"d\": {\"a\": 1}, \"b\": true, \"n\": null, \"f\": NaN, \"s\": \"7\", \"id\": \"\\u00e9\"},\n"
      "{\"f\": -Infinity, \"b\": false, \"id\": 1152921504606846977}],\n"
      "\"edges\": [{\"weight\": 2.5, \"source\": \"\\u00e9\", \"target\": 1152921504606846977, \"key\": \"k\"},\n"
      "{\"source\": \"\\u00e9\", \"target\": \"\\u00e9\", \"key\": 0, \"since\": 1999}]}\n", 2, true, "01");
  named(graph, "id", "\xc3\xa9 1152921504606846977"); /* beyond 2^53, to the last digit */
  named(graph, "s", "7 ");
  assert_true(column(graph, "v[0]")->numbers[0] == 1 && column(graph, "v[1]")->numbers[0] == 2);
  assert_true(isnan(column(graph, "v[1]")->numbers[1]) && column(graph, "d.a")->numbers[0] == 1);
  assert_true(column(graph, "b")->numbers[0] == 1 && column(graph, "b")->numbers[1] == 0);
  assert_true(isnan(column(graph, "n")->numbers[0]) && isnan(column(graph, "f")->numbers[0]));
  assert_true(isinf(column(graph, "f")->numbers[1]));
  assert_int_equal(khop_graph_columns(graph), 8);
  assert_int_equal(khop_graph_dropped_loops(graph), 1);
  noted(graph, "edge weights are ignored");
  noted(graph, "edge attributes are ignored: since");
  noted(graph, "self-loops are left out: 1");
  assert_int_equal(khop_graph_notes(graph), 3);
  khop_graph_free(graph);
  graph = text_is("a.json", "{\"links\": [{\"source\": 1, \"target\": 0}], \"nodes\": [{\"id\": 0}, {\"id\": 1}], "
                  "\"directed\": false, \"graph\": {\"name\": \"x\"}}", 2, false, "01"); /* edges before nodes */
  noted(graph, "keys that are not read: graph");
  assert_int_equal(khop_graph_columns(graph), 0);
  khop_graph_free(graph);
  graph = text_is("a.json", "{\"directed\": false, \"nodes\": [{\"id\": [0, 1]}, {\"id\": [ 0,\n2 ]}], \"links\": "
                  "[{\"source\": [0,1], \"target\": [0, 2]}]}", 2, false, "01"); /* tuples, as of grids */
  named(graph, "id", "[0,1] [0,2]");
  quiet(graph);
  khop_graph_free(graph);
}

static void node_link_of_d3_by_ids_names_and_positions(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.json", "{\"nodes\":[{\"id\":\"Myriel\",\"group\":1},{\"id\":\"Count\",\"group\":2}],"
                              "\"links\":[{\"source\":\"Count\",\"target\":\"Myriel\",\"value\":1}]}", 2, false, "01");
  named(graph, "id", "Myriel Count");
  noted(graph, "read as undirected: it does not say");
  noted(graph, "edge weights are ignored");
  khop_graph_free(graph);
  graph = text_is("a.json", "{\"nodes\":[{\"name\":\"A\"},{\"name\":\"A\"},{\"name\":\"B\"}],"
                  "\"links\":[{\"source\":2,\"target\":0}]}", 3, false, "02"); /* names may repeat beside positions */
  named(graph, "name", "A A B");
  khop_graph_free(graph);
  graph = text_is("a.json", "{\"nodes\":[{\"name\":\"A\"},{\"name\":\"B\"}],"
                  "\"links\":[{\"source\":\"B\",\"target\":\"A\"}]}", 2, false, "01");
  assert_int_equal(khop_graph_columns(graph), 1);
  khop_graph_free(graph);
  graph = text_is("a.json", "{\"directed\":true,\"nodes\":[{\"id\":\"a\"},{\"id\":\"b\"}],"
                  "\"links\":[{\"source\":1,\"target\":0}]}", 2, true, "10"); /* NetworkX 1 */
  noted(graph, "read as positions");
  khop_graph_free(graph);
  graph = text_is("a.json", "{\"directed\":true,\"nodes\":[{\"id\":1},{\"id\":0}],"
                  "\"links\":[{\"source\":1,\"target\":0}]}", 2, true, "01"); /* ids, wherever they are ids */
  quiet(graph);
  khop_graph_free(graph);
  graph = text_is("a.json", "{\"nodes\":[\"a\",\"b\",\"c\"],\"edges\":[[\"b\",\"c\"],[\"a\",\"b\",0.5]]}", 3, false,
                  "12 01");
  noted(graph, "edge weights are ignored");
  khop_graph_free(graph);
  graph = text_is("a.json", "{\"nodes\":[{\"id\":5,\"label\":\"x\"},{\"id\":7}],\"edges\":[{\"from\":7,\"to\":5}]}", 2,
                  false, "01"); /* vis.js */
  named(graph, "label", "x ");
  khop_graph_free(graph);
  graph = text_is("a.json", "{\"nodes\":[{\"id\":\"a\"},{\"id\":\"b\"}],\"links\":[{\"source\":{\"id\":\"a\",\"x\":1},"
                  "\"target\":{\"id\":\"b\"}}]}", 2, false, "01"); /* after a simulation */
  khop_graph_free(graph);
  graph = must_read("a.json", "{\"nodes\":[0,1],\"links\":[[1,0]]}", &(khop_read_options){.directed = true});
  expect(graph, 2, true, "10");
  khop_graph_free(graph);
}

static void cytoscape_in_two_lists_or_one(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.json",
      "{\"directed\":true,\"elements\":{\"nodes\":[{\"data\":{\"id\":\"1\",\"w\":2},\"position\":{\"x\":1,\"y\":2}},"
      "{\"data\":{\"id\":\"3\"},\"selected\":false}],"
      "\"edges\":[{\"data\":{\"source\":3,\"target\":1,\"colour\":\"red\"}}]}}",
      2, true, "10"); /* its ids are strings, and NetworkX writes ends as numbers */
  noted(graph, "\"position\" of nodes is not read");
  noted(graph, "\"selected\" of nodes is not read");
  noted(graph, "edge attributes are ignored: colour");
  assert_true(column(graph, "w")->numbers[0] == 2 && !column(graph, "position.x"));
  khop_graph_free(graph);
  static const char *const lists[] = {
      "[{\"data\":{\"id\":\"a\"}},{\"data\":{\"id\":\"e\",\"source\":\"a\",\"target\":\"b\"}},"
      "{\"data\":{\"id\":\"b\"}}]",
      "{\"elements\":[{\"group\":\"edges\",\"data\":{\"id\":\"e\",\"source\":\"a\",\"target\":\"b\"}},"
      "{\"group\":\"nodes\",\"data\":{\"id\":\"a\"}},{\"group\":\"nodes\",\"data\":{\"id\":\"b\"}}]}"};
  for (int l = 0; l < 2; l++) {
    graph = text_is("a.json", lists[l], 2, false, "01");
    named(graph, "id", "a b");
    khop_graph_free(graph);
  }
  khop_graph_free(text_is("a.json", "{\"elements\":{\"nodes\":[{\"data\":{\"id\":\"a\"}}]}}", 1, false, ""));
}

static void json_graph_format_of_both_versions(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.json",
      "{\"graph\":{\"directed\":false,\"label\":\"x\",\"nodes\":{\"a\":{\"label\":\"A\",\"metadata\":{\"age\":3}},"
      "\"b\":{\"label\":\"B\"}},\"edges\":[{\"source\":\"b\",\"target\":\"a\",\"relation\":\"knows\","
      "\"metadata\":{\"weight\":2}}]}}", 2, false, "01");
  named(graph, "id", "a b");
  named(graph, "label", "A B");
  assert_true(column(graph, "age")->numbers[0] == 3);
  noted(graph, "keys that are not read: label");
  noted(graph, "edge weights are ignored");
  noted(graph, "edge attributes are ignored: relation");
  khop_graph_free(graph);
  graph = text_is("a.json", "{\"graphs\":[{\"nodes\":[{\"id\":\"a\"},{\"id\":\"b\"}],\"edges\":[{\"source\":\"b\","
                  "\"target\":\"a\"},{\"source\":\"a\",\"target\":\"b\",\"directed\":false}],\"hyperedges\":[{}]},"
                  "{}]}", 2, true, "10 01");
  noted(graph, "2 graphs in it: the first is read");
  noted(graph, "1 hyperedges are not read");
  noted(graph, "read as directed: it does not say so");
  khop_graph_free(graph);
}

static void adjacency_of_networkx(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.json",
      "{\"directed\":false,\"multigraph\":false,\"graph\":[],\"nodes\":[{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"c\"}],"
      "\"adjacency\":[[{\"id\":\"b\",\"weight\":2}],[{\"id\":\"a\",\"weight\":2},{\"id\":\"c\"}],[{\"id\":\"b\"}]]}", 3,
      false, "01 12");
  assert_int_equal(khop_graph_dropped_repeats(graph), 0);
  noted(graph, "edge weights are ignored");
  khop_graph_free(graph);
  khop_graph_free(text_is("a.json", "{\"directed\":true,\"nodes\":[{\"id\":4},{\"id\":2}],"
                          "\"adjacency\":[[],[{\"id\":4}]]}", 2, true, "10"));
  BAD("b.json", "{\"directed\":false,\"nodes\":[{\"id\":4},{\"id\":2}],\"adjacency\":[[],[{\"id\":4}]]}",
      "stands at one of its nodes alone");
  BAD("b.json", "{\"nodes\":[{\"id\":4},{\"id\":2}],\"adjacency\":[[]]}", "fewer lists in adjacency than nodes: 1");
  BAD("b.json", "{\"nodes\":[{\"id\":4}],\"adjacency\":[[],[]]}", "more lists in adjacency than the 1 nodes");
}

static void graphology_as_it_exports(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.json",
      "{\"options\":{\"type\":\"mixed\",\"multi\":false},\"attributes\":{\"name\":\"g\"},\"nodes\":[{\"key\":\"x\","
      "\"attributes\":{\"age\":4}},{\"key\":\"y\"},{\"key\":\"z\"}],\"edges\":[{\"key\":\"e\",\"source\":\"x\","
      "\"target\":\"y\",\"attributes\":{\"weight\":1}},{\"source\":\"y\",\"target\":\"z\",\"undirected\":true}]}",
      3, true, "01 12 21");
  named(graph, "id", "x y z");
  assert_true(column(graph, "age")->numbers[0] == 4);
  noted(graph, "keys that are not read: attributes");
  noted(graph, "edge weights are ignored");
  khop_graph_free(graph);
}

/* --- text ----------------------------------------------------------------------------------- */

static void strings_are_what_their_escapes_mean(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.json", "\xef\xbb\xbf{\"nodes\":[{\"id\":\"a\",\"t\\u0041\":\"\\\"\\\\\\/\\n\\u20ac"
                              "\\uD83D\\ude00 } ] ,\"}],\"links\":[]}", 1, false, "");
  assert_string_equal(column(graph, "tA")->strings[0], "\"\\/\n\xe2\x82\xac\xf0\x9f\x98\x80 } ] ,");
  khop_graph_free(graph);
}

static void what_is_not_json_is_refused_with_its_line(void **state) {
  (void)state;
  BAD("b.json", "{\"nodes\": [\n{\"id\": 1},\n]}", "line 3: not JSON: nothing behind a comma");
  BAD("b.json", "{\"nodes\": [\n{\"id\": 1}\n", "line 3: the file ends inside its JSON");
  BAD("b.json", "{\"nodes\": [\n{'id': 1}]}", "line 2: not JSON: no key in quotes");
  BAD("b.json", "{\"nodes\": [{\"id\" 1}]}", "no colon behind a key");
  BAD("b.json", "{\"nodes\": [1 2]}", "no comma or ]");
  BAD("b.json", "{\"nodes\": [1}", "no comma or ]");
  BAD("b.json", "{\"a\": \"x\ny\"}", "line 1: not JSON: a string is not closed");
  BAD("b.json", "{\"a\": \"\\ud83d\"}", "no character");
  BAD("b.json", "{\"a\": \"\\u0000\"}", "a NUL");
  BAD("b.json", "{\"a\": \"\\x\"}", "an unknown escape");
  BAD("b.json", "{\"a\": 1.}", "no number");
  BAD("b.json", "{\"a\": 1e}", "half a number");
  BAD("b.json", "{\"a\": nul}", "no value");
  BAD("b.json", "{} {}", "more than one value");
  char deep[1300];
  memset(deep, '[', sizeof deep - 1);
  deep[sizeof deep - 1] = 0;
  must_fail("b.json", deep, sizeof deep - 1, KHOP_E_FORMAT, "too many lists in lists");
}

/* --- other shapes, and contradictions ------------------------------------------------------- */

static void json_of_another_shape_is_refused_with_its_keys(void **state) {
  (void)state;
  BAD("b.json", "{\"name\": \"x\", \"children\": []}",
      "a JSON object with the keys name, children, not a graph: read are");
  BAD("b.json", "{\"nodes\": [{\"id\": 1}]}", "with the keys nodes, not a graph");
  BAD("b.json", "{\"nodes\": {}, \"links\": []}", "with the keys nodes, links");
  BAD("b.json", "{\"type\": \"FeatureCollection\", \"features\": []}", "with the keys type, features");
  BAD("b.json", "{}", "with no keys");
  BAD("b.json", "[1, 2, 3]", "a JSON list of 3, not a graph");
  BAD("b.json", "17", "a single JSON value");
  BAD("b.json", "{\"nodes\": [], \"links\": [], \"edges\": []}", "edges in two places");
  BAD("b.json", "{\"graph\": {\"nodes\": 3}}", "with the keys graph");
  BAD("b.json", "{\"graphs\": []}", "with the keys graphs");
  BAD("b.json", "{\"elements\": {\"edges\": []}}", "with the keys elements");
}

static void json_that_contradicts_itself_is_refused_with_its_index(void **state) {
  (void)state;
#define NODES "{\"nodes\": [{\"id\": 1}, {\"id\": 2}], \"links\": ["
  BAD("b.json", NODES "{\"source\": 1, \"target\": 2}, {\"source\": 1, \"target\": 3}]}",
      "links[1] has the end 3, and none of the 2 nodes has this id");
  BAD("b.json", NODES "{\"source\": 0, \"target\": 1}]}", "links[0] has the end 0"); /* not half ids, half positions */
  BAD("b.json", NODES "{\"source\": 1}]}", "links[0]: an edge needs two ends");
  BAD("b.json", NODES "[1]]}", "links[0]: an edge needs two ends");
  BAD("b.json", NODES "{\"source\": 1, \"target\": null}]}", "links[0]: an end that is no number and no string");
  BAD("b.json", NODES "7]}", "links[0]: no edge");
  BAD("b.json", NODES "{\"source\": 1, \"target\": 2, \"directed\": \"maybe\"}]}", "not true or false");
  BAD("b.json", "{\"nodes\": [{\"id\": 1}, {\"id\": 2}, {\"id\": 1}], \"links\": []}",
      "nodes[2]: a second node with the id 1");
  BAD("b.json", "{\"nodes\": [{\"id\": 1}, {\"name\": \"x\"}], \"links\": []}", "nodes[1]: no id");
  BAD("b.json", "{\"nodes\": [{\"id\": 1}, {\"id\": null}], \"links\": []}", "nodes[1]: its id is no number");
  BAD("b.json", "{\"nodes\": [{\"id\": 1}, 2], \"links\": []}", "1 of the 2 nodes are no objects");
  BAD("b.json", "{\"nodes\": [{\"w\": 1}], \"links\": [[0, 1]]}",
      "links[0] has the end 1, and none of the 1 nodes stands there");
  BAD("b.json", "{\"nodes\": [{\"name\": \"A\"}, {\"name\": \"A\"}], \"links\": [[\"A\", \"A\"]]}",
      "nodes[1]: a second node with the id \"A\"");
  BAD("b.json", "{\"nodes\": [{\"w\": 1}], \"links\": [[\"A\", \"A\"]]}", "nodes[0]: no id");
  BAD("b.json", "{\"directed\": \"yes\", \"nodes\": [], \"links\": []}", "\"directed\" is \"yes\", not true or false");
}

/* Enough of them that a walk from the start for each would not end. */
static void many_edges_in_json(void **state) {
  (void)state;
  int64_t nodes = 20000, count = 100000;
  char *text = malloc((size_t)(nodes * 16 + count * 40 + 100)), *at = text;
  khop_i_random random;
  khop_i_random_seed(&random, 3);
  int64_t *from = malloc((size_t)count * sizeof *from), *to = malloc((size_t)count * sizeof *to);
  at += sprintf(at, "{\"directed\":false,\"nodes\":[");
  for (int64_t i = 0; i < nodes; i++) at += sprintf(at, "%s{\"id\":%lld}", i ? "," : "", (long long)i);
  at += sprintf(at, "],\"links\":[");
  for (int64_t e = 0; e < count; e++) {
    from[e] = khop_i_random_below(&random, nodes);
    to[e] = khop_i_random_below(&random, nodes);
    at += sprintf(at, "%s{\"source\":%lld,\"target\":%lld}", e ? "," : "", (long long)from[e], (long long)to[e]);
  }
  sprintf(at, "]}");
  khop_graph *read = must_read("big.json", text, NULL), *made;
  ok(khop_graph_from_coo(&made, nodes, count, from, to, false));
  assert_true(same_graph(read, made));
  khop_graph_free(read);
  khop_graph_free(made);
  free(text);
  free(from);
  free(to);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(node_link_of_networkx_with_its_columns),
      cmocka_unit_test(node_link_of_d3_by_ids_names_and_positions),
      cmocka_unit_test(cytoscape_in_two_lists_or_one),
      cmocka_unit_test(json_graph_format_of_both_versions),
      cmocka_unit_test(adjacency_of_networkx),
      cmocka_unit_test(graphology_as_it_exports),
      cmocka_unit_test(strings_are_what_their_escapes_mean),
      cmocka_unit_test(what_is_not_json_is_refused_with_its_line),
      cmocka_unit_test(json_of_another_shape_is_refused_with_its_keys),
      cmocka_unit_test(json_that_contradicts_itself_is_refused_with_its_index),
      cmocka_unit_test(many_edges_in_json),
  };
  return cmocka_run_group_tests_name("readers_json", tests, open_folder, close_folder);
}
