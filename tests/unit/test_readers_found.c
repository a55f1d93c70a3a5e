/* test_readers_found.c: files as they are found: what a reader must make of each, by hand. */
#include "readers_check.h"

/* --- names and ids -------------------------------------------------------------------------- */

static void names_may_hold_what_separates_elsewhere(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.net",
                              "*Vertices 5\n1 a,b 0 0\n2 \"say \"x\"\" 0 0\n3 [gone]\n4 \"&#34;&#233;&amp;\"\n"
                              "5 \"half\n*Edges\n1,2\n", 5, false, "01");
  named(graph, "name", "a,b say \"x\" [gone] \"\xc3\xa9&amp; \"half");
  khop_graph_free(graph);
  graph = text_is("a.edges", "x 17\n17 a,b\na;b 17 {'w': 1, 'k': 2}\n", 4, false, "01 12 13");
  named(graph, "name", "x 17 a,b a;b");
  khop_graph_free(graph);
  graph = text_is("a.txt", "a,b c {'w': 1, 'k': 2}\nx d {'w': 1}\n", 4, false, "01 23");
  named(graph, "name", "a,b c x d");
  khop_graph_free(graph);
  khop_graph_free(text_is("a.txt", "0 1 0,5\n1 2 0,7\n", 3, false, "01 12")); /* a comma as in German numbers */
  graph = text_is("a.txt", "New York,Rome\nRome,Oslo\n", 3, false, "01 12");
  named(graph, "name", "New York Rome Oslo");
  khop_graph_free(graph);
  graph = text_is("a.csv", "a,b c\na,b d\n", 3, false, "01 02");
  named(graph, "name", "a b c b d");
  khop_graph_free(graph);
  graph = text_is("a.ncol", "#t a,\n# comment\n{x} #t 2\n", 3, false, "01 02");
  named(graph, "name", "#t a, {x}");
  khop_graph_free(graph);
  BAD("b.txt", "a,b c\na,b d\n", "line 1: blanks may separate its fields, or commas");
  BAD("b.txt", "a b\nc, d\n", "line 2: a comma or semicolon behind a node");
}

static void a_comment_that_looks_like_an_edge_is_told(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.txt", "# about\na b\n#t b\n# t b\n#t\n", 2, false, "01");
  noted(graph, "comments that look like edges are not read: 1, the first in line 3");
  khop_graph_free(graph);
  graph = text_is("a.csv", "source,target\n1,2\n#1,3\n", 2, false, "01"); /* among numbers it is a comment */
  noted(graph, "look like edges are not read: 1");
  khop_graph_free(graph);
  graph = text_is("a.csv", "source,target\na,b\n#t,a\n# t,b\n", 3, false, "01 02");
  named(graph, "name", "a b #t");
  khop_graph_free(graph);
}

static void ids_are_kept_unless_they_are_the_numbers_of_nodes(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.net", "*Vertices 3\n*Edges\n1 3\n", 3, false, "02");
  named(graph, "id", "1 2 3");
  khop_graph_free(graph);
  graph = text_is("a.mtx", "%%MatrixMarket matrix coordinate pattern symmetric\n3 3 1\n3 1\n", 3, false, "02");
  named(graph, "id", "1 2 3");
  khop_graph_free(graph);
  graph = text_is("a.mtx", "%%MatrixMarket matrix coordinate pattern general\n1 2 1\n1 2\n", 3, false, "02");
  named(graph, "id", "left 1 right 1 right 2");
  khop_graph_free(graph);
  graph = text_is("a.dl", "dl n=3 format=edgelist1\ndata:\n1 3\n3 1\n", 3, false, "02");
  named(graph, "id", "1 2 3");
  khop_graph_free(graph);
  graph = text_is("a.graphml", "<graphml><graph><node id=\"n0\"/><node id=\"n1\"/></graph></graphml>", 2, false, "");
  named(graph, "id", "n0 n1");
  khop_graph_free(graph);
  graph = text_is("a.gml", "graph [ node [ id 1 ] node [ id 2 ] ]", 2, false, "");
  named(graph, "id", "1 2");
  khop_graph_free(graph);
  graph = text_is("a.json", "{\"nodes\":[{\"id\":0},{\"id\":1}],\"links\":[]}", 2, false, "");
  assert_null(column(graph, "id"));
  khop_graph_free(graph);
}

static void attributes_of_the_graph_itself_are_told(void **state) {
  (void)state;
  static const char *const files[][2] = {
      {"a.graphml", "<graphml><key id=\"k\" for=\"graph\" attr.name=\"year\" attr.type=\"int\"/>"
                    "<key id=\"e\" for=\"graph\" attr.name=\"empty\" attr.type=\"string\"/>"
                    "<key id=\"d\" for=\"graph\" attr.name=\"Description\" attr.type=\"string\"/><graph>"
                    "<data key=\"k\">1970</data><data key=\"e\"/><data key=\"d\">x</data><node id=\"0\"/>"
                    "</graph></graphml>"},
      {"a.gml", "Creator \"me\" Version 1 graph [ directed 0 comment \"x\" year 1970 node [ id 0 ] ]"},
  };
  for (int f = 0; f < 2; f++) {
    khop_graph *graph = text_is(files[f][0], files[f][1], 1, false, "");
    noted(graph, "attributes of the graph itself are ignored: year");
    assert_int_equal(khop_graph_notes(graph), 1);
    khop_graph_free(graph);
  }
  khop_graph *graph = text_is("a.net", "*Network friends of 1970\n*Vertices 1\n", 1, false, "");
  noted(graph, "attributes of the graph itself are ignored: network name");
  khop_graph_free(graph);
  graph = text_is("a.json",
                  "{\"directed\": false, \"graph\": {\"year\": 1970, \"name\": \"x\"}, \"nodes\": [], \"links\": []}",
                  0, false, "");
  noted(graph, "keys that are not read: graph.year, graph.name");
  khop_graph_free(graph);
  graph = text_is("a.gexf", "<gexf><meta><creator>me</creator><keywords>a b</keywords></meta><graph><nodes>"
                            "<node id=\"0\"/></nodes></graph></gexf>", 1, false, "");
  noted(graph, "attributes of the graph itself are ignored: keywords");
  khop_graph_free(graph);
}

/* --- edge lists ----------------------------------------------------------------------------- */

static void a_header_says_where_the_ends_stand(void **state) {
  (void)state;
  khop_graph *graph = found("id_source_target.csv", 4, false, "30 01 12 23");
  named(graph, "name", "1 2 3 5");
  noted(graph, "not read: id, weight");
  khop_graph_free(graph);
  graph = found("pandas_index.csv", 4, false, "30 01 12");
  named(graph, "name", "1 2 3 5");
  khop_graph_free(graph);
  khop_graph_free(text_is("a.csv", "Unnamed: 0,from,to\n0,2,1\n1,1,0\n", 3, false, "21 10"));
  khop_graph_free(text_is("a.csv", "w;To;From\n9;1;0\n8;1;2\n", 3, false, "01 12"));
  khop_graph_free(text_is("a.txt", "src dst w\n0 1 5\n1 2 5\n", 3, false, "01 12"));
  khop_graph_free(text_is("a.tsv", "# c\nFromNodeId\tToNodeId\n1\t0\n", 2, false, "01"));
  khop_graph_free(text_is("a.csv", "\"head\",\"rel\",\"tail\"\n0,r,1\n1,s,2\n", 3, false, "01 12"));
  BAD("b.csv", "name,age,height\n1,2,3\n", "line 1: no two columns named like source and target");
  BAD("b.csv", "id,weight\n1,2\n", "line 1: no two columns named like source and target");
  BAD("b.csv", "node,label\n1,2\n", "line 1: no two columns named like source and target");
  BAD("b.csv", "source,target\n0\n", "line 2: \"0\" has one field");
  BAD("b.csv", "w,source,target\n0,1\n", "line 2: \"0,1\" has 2 fields, and the ends of an edge are in the first 3");
}

static void an_edge_may_say_its_direction(void **state) {
  (void)state;
  khop_graph *graph = found("gephi_edges.csv", 3, true, "01 12");
  noted(graph, "not read: Id, Weight");
  khop_graph_free(graph);
  graph = text_is("a.csv", "Source,Target,Type\n0,1,Directed\n1,2,Undirected\n", 3, true, "01 12 21");
  noted(graph, "1 edges are directed");
  khop_graph_free(graph);
  khop_graph_free(text_is("a.csv", "Source,Target,Type\n0,1,Undirected\n", 2, false, "01"));
  graph = text_is("a.csv", "source,target,type\n0,1,friend\n", 2, false, "01");
  noted(graph, "not read: type");
  khop_graph_free(graph);
  BAD("b.csv", "Source,Target,Type\n0,1,Directed\n1,2,Sideways\n", "line 3: its type");
}

static void comments_say_the_direction(void **state) {
  (void)state;
  khop_graph *graph = found("konect_asym.edges", 3, true, "01 12 20");
  noted(graph, "says \"asym\"");
  khop_graph_free(graph);
  graph = text_is("a.txt", "# Directed graph: x.txt\n# Nodes: 2 Edges: 1\n0\t1\n", 2, true, "01");
  khop_graph_free(graph);
  khop_graph_free(text_is("a.txt", "# Undirected graph: x\n0\t1\n", 2, false, "01"));
  khop_graph_free(text_is("a.txt", "% sym weighted\n0\t1 3\n", 2, false, "01"));
  khop_graph_free(text_is("a.txt", "# symmetry\n# asymptotic\n0 1\n", 2, false, "01"));
}

static void two_sides_are_two_sets_of_nodes(void **state) {
  (void)state;
  khop_graph *graph = found("konect_bipartite.edges", 5, false, "03 04 14 23");
  named(graph, "name", "left 1 left 2 left 3 right 1 right 2");
  named(graph, "side", "left left left right right");
  khop_graph_free(graph);
  graph = text_is("a.edges", "% bip\nu x\nu y\nv x\n", 4, false, "02 03 12");
  named(graph, "name", "left u left v right x right y");
  khop_graph_free(graph);
  graph = must_read("a.edges", "% bip\n0 1\n1 0\n", &(khop_read_options){.ids = KHOP_IDS_POSITION});
  expect(graph, 4, false, "03 12");
  khop_graph_free(graph);
}

static void an_end_that_is_empty_is_an_error(void **state) {
  (void)state;
  khop_graph *graph;
  assert_int_equal(khop_graph_read(&graph, fixture("tests/files/cases/graphs/empty_field.csv"), NULL), KHOP_E_FORMAT);
  assert_non_null(strstr(khop_message(), "line 1: field 2 is empty"));
  BAD("b.csv", "source,target\n1,2\n3,\n", "line 3: field 2 is empty");
  BAD("b.csv", "source,target\n,2\n", "line 2: field 1 is empty");
  BAD("b.csv", "a,\"\"\n", "line 1: field 2 is empty");
  BAD("b.tsv", "u\tv\n1\t\t2\n", "line 2: field 2 is empty");
  khop_graph_free(text_is("a.csv", "source,target,w\n0,1,\n1,2,\n", 3, false, "01 12"));
}

static void ids_may_be_names(void **state) {
  (void)state;
  khop_graph *graph = found("comment.ncol", 2, false, "01");
  named(graph, "name", "alice bob");
  khop_graph_free(graph);
  graph = text_is("a.csv", "source,target\n\"Hi, Mr.\",New York\nNew York,\"the \"\"x\"\"\"\n7,\"Hi, Mr.\"\n", 4, false,
                  "01 12 30");
  named(graph, "name", "Hi, Mr. New York the \"x\" 7");
  khop_graph_free(graph);
  graph = text_is("a.txt", "1 2\n2 P53\n", 3, false, "01 12");
  named(graph, "name", "1 2 P53");
  khop_graph_free(graph);
  graph = text_is("a.csv", "ann,bob\nbob,cy\n", 3, false, "01 12");
  noted(graph, "first line is an edge");
  khop_graph_free(graph);
  graph = text_is("a.txt", "007 7\n", 2, false, "01"); /* two names */
  named(graph, "name", "007 7");
  khop_graph_free(graph);
  BAD("b.txt", "ann nan\n", "\"nan\" is not a node id");
  BAD("b.csv", "u,v\n1.0,2.0\n", "line 2: \"1.0\" is not a node id");
}

static void numbers_far_apart_are_names(void **state) {
  (void)state;
  khop_graph *graph = found("gap.txt", 2, false, "01");
  named(graph, "name", "2 99999999");
  noted(graph, "2 nodes, named 2 and 99999999");
  khop_graph_free(graph);
  graph = text_is("a.txt", "900000000000000000 5\n5 70\n", 3, false, "20 01");
  named(graph, "name", "5 70 900000000000000000");
  khop_graph_free(graph);
  graph = text_is("a.txt", "0 1\n1 2\n", 3, false, "01 12"); /* the numbers of the nodes say all */
  assert_int_equal(khop_graph_columns(graph) + khop_graph_notes(graph), 0);
  khop_graph_free(graph);
}

/* A bitmap over the ids and a sorted list of them must number alike: the same random edges, ids close and spread. */
static void close_and_spread_ids_give_one_graph(void **state) {
  (void)state;
  khop_i_random random;
  khop_i_random_seed(&random, 7);
  char *text[2] = {malloc(400000), malloc(400000)};
  char *at[2] = {text[0], text[1]};
  for (int e = 0; e < 5000; e++) {
    long long a = (long long)khop_i_random_below(&random, 900), b = (long long)khop_i_random_below(&random, 900);
    at[0] += sprintf(at[0], "%lld\t%lld\n", 3 * a + 1, 3 * b + 1);
    at[1] += sprintf(at[1], "%lld\t%lld\n", 1000000007 * a, 1000000007 * b);
  }
  khop_graph *near = must_read("near.txt", text[0], NULL), *far = must_read("far.txt", text[1], NULL);
  assert_true(same_graph(near, far));
  for (int64_t i = 0; i < khop_graph_nodes(near); i++)
    assert_true((atoll(column(near, "name")->strings[i]) - 1) / 3 ==
                atoll(column(far, "name")->strings[i]) / 1000000007);
  khop_graph_free(near);
  khop_graph_free(far);
  free(text[0]);
  free(text[1]);
}

/* The seven neighbours of "0 1 2 3", "1 2 3", "2 3 0" are six undirected edges, for 2-0 is 0-2 again; NetworkX's
 * read_adjlist gives the same six (the cases' README counts one less of both). */
static void an_adjacency_list_is_read_whole_or_refused(void **state) {
  (void)state;
  khop_graph *graph = found("adjacency_list.txt", 4, false, "01 02 03 12 13 23");
  assert_int_equal(khop_graph_dropped_repeats(graph), 1);
  noted(graph, "adjacency list");
  khop_graph_free(graph);
  khop_graph_free(text_is("a.txt", "# by NetworkX\n0 1 3\n1 2\n2\n3\n4\n", 5, false, "01 03 12"));
  graph = text_is("a.txt", "ann bob cy\nbob cy\ncy\n", 3, false, "01 02 12");
  named(graph, "name", "ann bob cy");
  khop_graph_free(graph);
  khop_graph_free(text_is("a.adjlist", "0 1\n1\n2\n", 3, false, "01"));
  graph = text_is("a.txt", "0 1 {'weight': 3, 'a': 1}\n1 2 {}\n", 3, false, "01 12");
  noted(graph, "edge weights are ignored, and all else");
  khop_graph_free(graph);
  BAD("b.txt", "0 1\n0 2 7\n1 2\n", "line 2: not as many fields as the first line");
  BAD("b.adjlist", "0 1\n1 {}\n1 1\n2 {}\n2 0\n", "line 2: \"{}\" is not a node id; lists with a line for each");
  BAD("b.txt", "0 1\n1 {'weight': 2}\n1 1\n2 {}\n2 0\n", "write_multiline_adjlist");
  graph = text_is("a.txt", "0 1 {}\n1 2 {}\n", 3, false, "01 12"); /* NetworkX, edges that say nothing */
  assert_int_equal(khop_graph_notes(graph), 0);
  khop_graph_free(graph);
  graph = must_read("a.txt", "0 1\n0 2 7\n1 2\n", &(khop_read_options){.format = "edges"});
  expect(graph, 3, false, "01 02 12");
  khop_graph_free(graph);
}

/* --- Pajek ---------------------------------------------------------------------------------- */

static void arcs_and_edges_of_pajek_in_either_order(void **state) {
  (void)state;
  static const char *const names[] = {"arcs_then_edges.net", "edges_then_arcs.net"};
  for (int f = 0; f < 2; f++) {
    khop_graph *graph = found(names[f], 4, true, "01 12 21 23 32");
    named(graph, "name", "a b c d");
    noted(graph, "1 of 3 edges are directed");
    khop_graph_free(graph);
  }
}

static void pajek_with_attributes_and_matrices(void **state) {
  (void)state;
  khop_graph *graph = found("attribute.net", 4, false, "01 12 23");
  named(graph, "name", "0 1 2 3");
  named(graph, "shape", "ellipse ellipse ellipse ellipse");
  named(graph, "club", "a b a b");
  noted(graph, "weights");
  khop_graph_free(graph);
  graph = found("matrix.net", 3, true, "01 12");
  named(graph, "name", "a b c");
  khop_graph_free(graph);
  khop_graph_free(text_is("a.net", "*Vertices 3\n*Matrix\n0 1 0 1\n0 1\n0 1 0\n", 3, false, "01 12"));
  khop_graph_free(text_is("a.net", "*vertices 3 1\n*matrix\n1 1\n", 3, false, "01 02"));
  graph = text_is("a.net", "*Vertices 3\n2 \"b\" 0.5 0.25 ic Red [1-2]\n*Arcslist\n1 2 3\n*Edgeslist\n2 3\n", 3, true,
                  "01 02 12 21");
  named(graph, "name", "1 b 3");
  assert_true(column(graph, "y")->numbers[1] == 0.25 && isnan(column(graph, "y")->numbers[0]));
  khop_graph_free(graph);
}

static void pajek_projects_and_what_stands_before(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.paj",
                              "\xef\xbb\xbfMade by hand\n% c\n*Network one\n*Vertices 3\n*Arcs :1 \"likes\"\n1 2\n"
                              "*Arcs :2 \"hates\"\n2 3 -1\n*Partition c\n*Vertices 3\n1\n2\n1\n"
                              "*Vector\n*Vertices 3\n0.5\n1.5\n2\n*Network two\n*Vertices 5\n*Edges\n4 5\n",
                              3, true, "01 12");
  assert_true(column(graph, "c")->numbers[1] == 2 && column(graph, "vector")->numbers[1] == 1.5);
  noted(graph, "2 networks");
  noted(graph, "2 relations");
  khop_graph_free(graph);
  BAD("b.net", "*Vertices 2\n*Arcs\n1 3\n", "line 3: vertex 3 is not between 1 and 2");
  BAD("b.net", "*Vertices 2\n*Arcs\n1\n", "line 3: an edge needs two vertices");
  BAD("b.net", "*Vertices 2\n*Matrix\n0 1 0\n", "has 3 numbers, not 4");
  BAD("b.net", "*Vertices 2\n*Matrix\n0 1 0 1 1\n", "line 3: more than the 2 by 2");
  BAD("b.net", "*Vertices 2\n*Arrows\n1 2\n", "line 2: an unknown section");
  BAD("b.net", "*Arcs\n1 2\n", "line 1: edges before *Vertices");
  BAD("b.net", "1 2\n", "no *Vertices");
}

/* --- GraphML and GEXF ----------------------------------------------------------------------- */

static void an_edge_of_graphml_has_its_own_direction(void **state) {
  (void)state;
  khop_graph_free(found("mixed_undirected.graphml", 4, true, "01 12 23"));
  khop_graph *graph = found("mixed_directed.graphml", 4, true, "01 10 12 21 23 32");
  noted(graph, "0 of 3 edges are directed");
  khop_graph_free(graph);
}

static void nodes_of_graphml_stand_in_the_order_of_the_file(void **state) {
  (void)state;
  khop_graph *graph = found("order.graphml", 4, false, "03 31 12");
  named(graph, "id", "a b c d");
  named(graph, "label", "P Q P Q");
  for (int i = 0; i < 4; i++) assert_true(column(graph, "x1")->numbers[i] == i + 1);
  khop_graph_free(graph);
}

static void numbers_of_graphml_of_any_type_are_numbers(void **state) {
  (void)state;
  static const double score[] = {0.5, 1, 2.5, 3, 4.5, 5};
  khop_graph *graph = found("int_and_float.graphml", 6, false, "01 12 23 34 45");
  assert_int_equal(khop_graph_columns(graph), 2);
  for (int i = 0; i < 6; i++) assert_true(column(graph, "score")->numbers[i] == score[i]);
  khop_graph_free(graph);
  graph = found("attr_integer.graphml", 3, false, "01 12");
  static const double mask[] = {1, 1, 0}, y[] = {0, 1, 1}, f[] = {0.5, 2, 0.5};
  for (int i = 0; i < 3; i++)
    assert_true(column(graph, "train_mask")->numbers[i] == mask[i] && column(graph, "y")->numbers[i] == y[i] &&
                column(graph, "f")->numbers[i] == f[i]);
  khop_graph_free(graph);
}

#define GRAPHML_OF(data) \
  "<graph><node id=\"0\"/><edge source=\"0\" target=\"0\">" data "</edge></graph></graphml>"
#define GRAPHML(inside) "<graphml><graph edgedefault=\"undirected\">" inside "</graph></graphml>"
static void graphml_that_contradicts_itself_is_refused(void **state) {
  (void)state;
  BAD("b.graphml", GRAPHML("<node id=\"a\"/><node id=\"a\"/>"), "line 1: a second node with the id \"a\"");
  BAD("b.graphml", GRAPHML("<node id=\"a\"/><edge source=\"a\" target=\"z\"/>"), "an edge leads to \"z\"");
  BAD("b.graphml", GRAPHML("<node id=\"a\"/><edge source=\"a\"/>"), "no source or no target");
  BAD("b.graphml", GRAPHML("<node/>"), "no id for a");
  BAD("b.graphml", GRAPHML("<node id=\"a\"><data key=\"k\">1</data></node>"), "no attribute has the id \"k\"");
  BAD("b.graphml", "<html/>", "not graphml but \"html\"");
}

static void gexf_as_gephi_writes_it(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.gexf",
      "<?xml version='1.0'?>\n<gexf xmlns=\"http://gexf.net/1.3\" "
      "xmlns:viz=\"http://gexf.net/1.3/viz\">"
      "<graph defaultedgetype=\"undirected\"><attributes class=\"node\">"
      "<attribute id=\"0\" title=\"age\" type=\"integer\"/><attribute id=\"1\" title=\"club\" type=\"string\">"
      "<default>none</default></attribute></attributes><attributes class=\"edge\">"
      "<attribute id=\"0\" title=\"since\" type=\"integer\"/></attributes>"
      "<nodes><node id=\"7\" label=\"Ann\"><attvalues><attvalue for=\"0\" value=\"31\"/></attvalues>"
      "<viz:position x=\"1\" y=\"2\"/></node><node id=\"9\" label=\"Bob\"><attvalues>"
      "<attvalue for=\"1\" value=\"chess\"/></attvalues></node><node id=\"8\" label=\"Cy\"/></nodes>"
      "<edges><edge id=\"0\" source=\"7\" target=\"9\" weight=\"2\"/>"
      "<edge id=\"1\" source=\"8\" target=\"9\" type=\"directed\"><attvalues><attvalue for=\"0\" value=\"4\"/>"
      "</attvalues></edge></edges></graph></gexf>\n", 3, true, "01 10 21");
  named(graph, "name", "Ann Bob Cy");
  named(graph, "club", "none chess none");
  named(graph, "id", "7 9 8");
  assert_true(column(graph, "age")->numbers[0] == 31 && isnan(column(graph, "age")->numbers[1]));
  assert_null(column(graph, "x"));
  noted(graph, "edge weights are ignored");
  noted(graph, "edge attributes are ignored: since");
  noted(graph, "(viz) are not read");
  khop_graph_free(graph);
  BAD("b.gexf", "<graphml/>", "not gexf but \"graphml\"");
}

static void an_attribute_of_edges_that_was_not_declared(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.graphml", "<graphml><graph><node id=\"a\"/><node id=\"b\"/>"
                              "<edge source=\"a\" target=\"b\"><data key=\"since\">3</data></edge></graph></graphml>", 2, false, "01");
  noted(graph, "edge attributes are ignored: since");
  khop_graph_free(graph);
}

static void times_and_hierarchies_are_told(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.gexf", "<gexf><graph mode=\"dynamic\" defaultedgetype=\"directed\"><attributes "
      "class=\"node\" mode=\"dynamic\"><attribute id=\"0\" title=\"w\" type=\"float\"/></attributes><nodes>"
      "<node id=\"a\" start=\"1\"><attvalues><attvalue for=\"0\" value=\"1\" start=\"1\" end=\"2\"/>"
      "<attvalue for=\"0\" value=\"3\" start=\"2\"/></attvalues></node><node id=\"b\"><spells><spell start=\"1\"/>"
      "</spells></node></nodes><edges><edge source=\"a\" target=\"b\" end=\"4\"/></edges></graph></gexf>",
      2, true, "01");
  noted(graph, "times are not read: all nodes and edges count, and of values the last");
  assert_true(column(graph, "w")->numbers[0] == 3);
  assert_int_equal(khop_graph_notes(graph), 1);
  khop_graph_free(graph);
  graph = text_is("a.gexf", "<gexf><graph><attributes class=\"node\"><attribute id=\"0\" title=\"w\" type=\"float\"/>"
                  "</attributes><nodes><node id=\"a\" label=\"A\"><nodes><node id=\"b\"/></nodes><attvalues>"
                  "<attvalue for=\"0\" value=\"7\"/></attvalues></node></nodes><edges/></graph></gexf>", 2, false, "");
  noted(graph, "the hierarchy is ignored");
  assert_true(column(graph, "w")->numbers[0] == 7 && isnan(column(graph, "w")->numbers[1])); /* a's own, behind b */
  khop_graph_free(graph);
  graph = text_is("a.gexf", "<gexf><graph><nodes><node id=\"a\"/><node id=\"b\" pid=\"a\"/></nodes></graph></gexf>", 2,
                  false, "");
  noted(graph, "the hierarchy is ignored");
  khop_graph_free(graph);
  graph = text_is("a.graphml", "<graphml><key id=\"w\" for=\"node\" attr.name=\"w\" attr.type=\"int\"/><key id=\"e\" "
      "for=\"edge\" attr.name=\"weight\" attr.type=\"int\"/><key id=\"c\" for=\"edge\" attr.name=\"kind\" "
      "attr.type=\"string\"/><key id=\"y\" for=\"node\" yfiles.type=\"nodegraphics\"/><graph edgedefault=\"directed\">"
      "<node id=\"a\"><graph edgedefault=\"directed\"><node id=\"a::b\"><data key=\"w\">2</data></node><node id=\"c\"/>"
      "<edge source=\"a::b\" target=\"c\"><data key=\"e\">3</data></edge></graph><data key=\"w\">1</data>"
      "<data key=\"y\"/></node><edge source=\"a\" target=\"c\" sourceport=\"n\"><data key=\"c\">x</data></edge>"
      "</graph></graphml>", 3, true, "02 12");
  noted(graph, "the hierarchy is ignored");
  noted(graph, "ports are not read");
  noted(graph, "attributes without a name are not read");
  noted(graph, "edge weights are ignored");
  noted(graph, "edge attributes are ignored: kind");
  assert_true(column(graph, "w")->numbers[0] == 1 && column(graph, "w")->numbers[1] == 2);
  assert_int_equal(khop_graph_notes(graph), 5);
  khop_graph_free(graph);
}

/* --- GML ------------------------------------------------------------------------------------ */

static void gml_with_large_ids_lists_and_a_byte_order_mark(void **state) {
  (void)state;
  khop_graph *graph = found("id_beyond_31_bits.gml", 2, false, "01");
  named(graph, "id", "6773333337 6773333338");
  named(graph, "label", "a b");
  khop_graph_free(graph);
  graph = found("bom.gml", 2, false, "01");
  named(graph, "id", "1 2");
  khop_graph_free(graph);
  graph = found("list_attribute.gml", 3, false, "01 12");
  static const char *const vec[] = {"vec[0]", "vec[1]", "vec[2]"};
  for (int v = 0; v < 3; v++) assert_true(column(graph, vec[v])->numbers[2] == v + 1);
  assert_true(!column(graph, "vec") && column(graph, "d.a")->numbers[0] == 1);
  named(graph, "none", "None None None");
  khop_graph_free(graph);
}

static void gml_in_any_order_and_with_entities(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.gml",
                              "Creator \"me [x]\"\n# c\ngraph [ edge [ source 5 target 7 value 2 ]\n"
                              "node [ id 7 label \"a &amp; &#233;&quot;\" graphics [ x 1 y 2 ] ] node [ id 5 w -.5 ]\n"
                              "directed 1 ]\n", 2, true, "10");
  named(graph, "label", "a & \xc3\xa9\" ");
  named(graph, "id", "7 5");
  assert_true(column(graph, "w")->numbers[1] == -0.5 && isnan(column(graph, "w")->numbers[0]));
  assert_null(column(graph, "graphics.x"));
  noted(graph, "edge weights are ignored");
  noted(graph, "graphics are not read");
  assert_int_equal(khop_graph_notes(graph), 2);
  khop_graph_free(graph);
  BAD("b.gml", "graph [ node [ id 1 ]\nnode [ id 1 ] ]", "line 2: a second node with the id \"1\"");
  BAD("b.gml", "graph [ node [ label \"a\" ] ]", "a node without an id");
  BAD("b.gml", "graph [ node [ id 1 ] edge [ source 1 target 2 ] ]", "an edge leads to \"2\"");
  BAD("b.gml", "graph [ node [ id 1 ] edge [ source 1 ] ]", "an edge without source and target");
  BAD("b.gml", "graph [ node [ id 1 ]\n", "line 2: the file ends inside the graph");
  BAD("b.gml", "graph [ node [ id 1 label \"a ] ]\n", "without its closing quote");
  BAD("b.gml", "Version 1\n", "no \"graph [\"");
}

/* --- weights, LGL --------------------------------------------------------------------------- */

/* Each format that can hold weights, with and without them; tests/files/graphs has those of other writers. */
static void weights_are_told_in_one_sentence_by_every_format(void **state) {
  (void)state;
  static const struct {
    const char *name, *with, *without;
  } files[] = {
      {"a.txt", "0 1 2.5\n", "0 1\n"},
      {"a.csv", "source,target,Weight\n0,1,2\n", "source,target\n0,1\n"},
      {"a.csv", "value,source,target\n2,0,1\n", "id,source,target\n2,0,1\n"},
      {"a.ncol", "a b 1.5\n", "a b\n"},
      {"a.lgl", "# a\nb 2\n", "# a\nb\n"},
      {"a.gml", "graph [ node [ id 0 ] node [ id 1 ] edge [ source 0 target 1 value 2 ] ]",
       "graph [ node [ id 0 ] node [ id 1 ] edge [ id 0 source 0 target 1 key 0 ] ]"},
      {"a.net", "*Vertices 2\n*Arcs\n1 2 3\n", "*Vertices 2\n*Arcs\n1 2\n"},
      {"a.net", "*Vertices 2\n*Matrix\n0 1\n2 0\n", "*Vertices 2\n*Matrix\n0 2\n2 0\n"},
      {"a.dl", "dl n=2 format=el1 data:\n1 2 3\n", "dl n=2 format=el1 data:\n1 2\n"},
      {"a.dl", "dl n=2 data:\n0 1\n2 0\n", "dl n=2 data:\n0 1\n1 0\n"},
      {"a.mtx", MM "coordinate real general\n2 2 2\n1 2 1\n2 1 2\n", MM "coordinate real general\n2 2 1\n1 2 7\n"},
      {"a.gexf", "<gexf><graph><node id=\"0\"/><edge source=\"0\" target=\"0\" weight=\"2\"/></graph></gexf>",
       "<gexf><graph><node id=\"0\"/><edge source=\"0\" target=\"0\"/></graph></gexf>"},
      {"a.graphml", "<graphml><key id=\"e\" for=\"edge\" attr.name=\"weight\"/>" GRAPHML_OF("<data key=\"e\">2</data>"),
       "<graphml>" GRAPHML_OF("")},
      {"a.json", "{\"directed\":true,\"nodes\":[0],\"links\":[{\"source\":0,\"target\":0,\"value\":1}]}",
       "{\"directed\":true,\"nodes\":[0],\"links\":[{\"source\":0,\"target\":0}]}"}};
  for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
    khop_graph *graph = must_read(files[f].name, files[f].with, NULL);
    noted(graph, "edge weights are ignored");
    khop_graph_free(graph);
    graph = must_read(files[f].name, files[f].without, NULL);
    for (int i = 0; i < khop_graph_notes(graph); i++)
      assert_null(strstr(khop_graph_note(graph, i), "edge weights are ignored"));
    khop_graph_free(graph);
  }
}

static void lgl_with_nodes_that_stand_alone(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.lgl", "# \xc3\xa9\nb\n\n#b\nc 2\n# lone\n", 4, false, "01 12");
  named(graph, "name", "\xc3\xa9 b c lone");
  khop_graph_free(graph);
  BAD("b.lgl", "a\n", "line 1: a neighbour before the first node");
  BAD("b.lgl", "# a\nb 1 2\n", "line 2: not a name and perhaps a weight");
  BAD("b.lgl", "# a b\n", "line 1: not a # and one name");
  BAD("b.lgl", "#\n", "line 1: not a # and one name");
}

static void pajek_with_times_and_attributes_of_edges(void **state) {
  (void)state;
  khop_graph *graph = text_is("a.net", "*Vertices 3\n1 \"a\" [1-2]\n*Edges\n1 2 1 l \"x\" c Blue\n2 3 [1,4]\n", 3,
                              false, "01 12");
  noted(graph, "edge weights are ignored");
  noted(graph, "edge attributes are ignored: l, c");
  noted(graph, "times are not read");
  khop_graph_free(graph);
}

/* --- gzip ----------------------------------------------------------------------------------- */

static void formats_packed_by_gzip(void **state) {
  (void)state;
  khop_graph *graph = found("gap.txt.gz", 2, false, "01");
  named(graph, "name", "2 99999999");
  khop_graph_free(graph);
  graph = found("order.graphml.gz", 4, false, "03 31 12");
  named(graph, "id", "a b c d");
  khop_graph_free(graph);
  khop_graph_free(found("d_exponent.mtx.gz", 3, true, "01 12"));
  khop_graph_free(found("pandas_index.csv.gz", 4, false, "30 01 12"));
  char bytes[2048];
  FILE *file = fopen(fixture("tests/files/cases/graphs/order.graphml.gz"), "rb");
  assert_non_null(file);
  size_t count = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  for (size_t cut = 1; cut < count; cut++) must_fail("cut.graphml.gz", bytes, cut, KHOP_E_FORMAT, "");
  khop_graph *padded;
  assert_true(count + 512 < sizeof bytes);
  memset(bytes + count, 0, 512); /* as blocks of a tape are filled up */
  put_bytes("padded.graphml.gz", bytes, count + 512);
  if (khop_graph_read(&padded, path, NULL) != KHOP_OK) fail_msg("%s", khop_message());
  assert_int_equal(khop_graph_nodes(padded), 4);
  khop_graph_free(padded);
  bytes[count + 100] = 1;
  must_fail("padded.graphml.gz", bytes, count + 512, KHOP_E_FORMAT, "not packed by gzip, or damaged");
  BAD("plain.txt.gz", "0 1\n", "not packed by gzip");
  must_fail("what.gz", "0 1\n", 4, KHOP_E_UNSUPPORTED, "no format for the extension");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_may_hold_what_separates_elsewhere),
      cmocka_unit_test(a_comment_that_looks_like_an_edge_is_told),
      cmocka_unit_test(ids_are_kept_unless_they_are_the_numbers_of_nodes),
      cmocka_unit_test(attributes_of_the_graph_itself_are_told),
      cmocka_unit_test(a_header_says_where_the_ends_stand),
      cmocka_unit_test(an_edge_may_say_its_direction),
      cmocka_unit_test(comments_say_the_direction),
      cmocka_unit_test(two_sides_are_two_sets_of_nodes),
      cmocka_unit_test(an_end_that_is_empty_is_an_error),
      cmocka_unit_test(ids_may_be_names),
      cmocka_unit_test(numbers_far_apart_are_names),
      cmocka_unit_test(close_and_spread_ids_give_one_graph),
      cmocka_unit_test(an_adjacency_list_is_read_whole_or_refused),
      cmocka_unit_test(arcs_and_edges_of_pajek_in_either_order),
      cmocka_unit_test(pajek_with_attributes_and_matrices),
      cmocka_unit_test(pajek_projects_and_what_stands_before),
      cmocka_unit_test(an_edge_of_graphml_has_its_own_direction),
      cmocka_unit_test(nodes_of_graphml_stand_in_the_order_of_the_file),
      cmocka_unit_test(numbers_of_graphml_of_any_type_are_numbers),
      cmocka_unit_test(graphml_that_contradicts_itself_is_refused),
      cmocka_unit_test(gexf_as_gephi_writes_it),
      cmocka_unit_test(gml_with_large_ids_lists_and_a_byte_order_mark),
      cmocka_unit_test(gml_in_any_order_and_with_entities),
      cmocka_unit_test(an_attribute_of_edges_that_was_not_declared),
      cmocka_unit_test(times_and_hierarchies_are_told),
      cmocka_unit_test(weights_are_told_in_one_sentence_by_every_format),
      cmocka_unit_test(lgl_with_nodes_that_stand_alone),
      cmocka_unit_test(pajek_with_times_and_attributes_of_edges),
      cmocka_unit_test(formats_packed_by_gzip),
  };
  return cmocka_run_group_tests_name("readers_found", tests, open_folder, close_folder);
}
