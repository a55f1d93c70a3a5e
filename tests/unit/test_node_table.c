/* test_node_table.c: tables beside a graph and beside a set of graphs. The oracle of a table is the same data as
 * attributes of a GraphML file; that of a graph with lone nodes its edges by number. */
#include "check.h"

#include "data/id_match.h"
#include "data/id_table.h"

#include <khop/data.h>
#include <khop/graphs.h>

static const char *put(const char *name, const char *text) {
  const char *path = at(name);
  write_file(path, text, strlen(text));
  return path;
}

/* A data set of an edge list and a table. */
static khop_status load_both(khop_data **data, const char *edges, const char *table, const khop_data_options *more) {
  char graph[400], nodes[400];
  snprintf(graph, sizeof graph, "%s", put("edges.csv", edges));
  snprintf(nodes, sizeof nodes, "%s", put("nodes.csv", table));
  khop_data_options options = more ? *more : (khop_data_options){0};
  options.nodes = nodes;
  return khop_data_load(data, graph, &options);
}

/* Whether some note of the graph holds the words. */
static bool is_told(const khop_data *data, const char *words) {
  for (int i = 0; i < khop_graph_notes(khop_data_graph(data)); i++)
    if (strstr(khop_graph_note(khop_data_graph(data), i), words)) return true;
  return false;
}
static void told(const khop_data *data, const char *words) {
  if (!is_told(data, words)) fail_msg("no note says: %s", words);
}

static const khop_column *column_of(const khop_data *data, const char *name) {
  const khop_graph *graph = khop_data_graph(data);
  for (int c = 0; c < khop_graph_columns(graph); c++)
    if (strcmp(khop_graph_column(graph, c)->name, name) == 0) return khop_graph_column(graph, c);
  return NULL;
}

/* --- the text of a table ------------------------------------------------------------------------- */

static void a_table_is_read_whatever_separates_it(void **state) {
  (void)state;
  const char *const same[] = {
      "id,club,age\na b,\"x,\"\"y\"\"\",1\nc,,2\n",
      "\xef\xbb\xbfid;club;age\r\n\"a b\";\"x,\"\"y\"\"\";1\r\nc;;2\r\n",
      "id\tclub\tage\n\na b\tx,\"y\"\t1\nc\t\t2",
      "# made by hand\nid , club, age\n a b ,\"x,\"\"y\"\"\", 1\n,,\nc,,2\n\n",
      "#id,club,age\na b,\"x,\"\"y\"\"\",1\nc,\"\",2\n",
      "sep=;\nid;club;age\na b;x,\"y\";1\nc;;2\n",
      "\"id\" \"club\" \"age\"\n\"a b\" \"x,\"\"y\"\"\" 1\nc \"\" 2\n",
      "id,club,age\ra b,\"x,\"\"y\"\"\",1\rc,,2\r",
  };
  const char *const cells[] = {"a b", "x,\"y\"", "1", "c", "", "2"};
  for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
    khop_i_id_table t = {0};
    ok(khop_i_id_table_open(&t, put("t.csv", same[i])));
    assert_int_equal(t.columns, 3);
    assert_int_equal(t.rows, 2);
    assert_string_equal(t.name[1], "club");
    for (int c = 0; c < 6; c++) assert_string_equal(khop_i_id_table_cell(&t, c / 3, c % 3), cells[c]);
    khop_i_id_table_close(&t);
  }
}

static void a_line_end_within_quotes_is_text_and_lines_are_counted(void **state) {
  (void)state;
  khop_i_id_table t = {0};
  ok(khop_i_id_table_open(&t, put("t.csv", "id,text\na,\"one\ntwo\"\nb,three\n")));
  assert_string_equal(khop_i_id_table_cell(&t, 0, 1), "one\ntwo");
  assert_int_equal(t.line[1], 4);
  khop_i_id_table_close(&t);
}

static void columns_that_fill_the_memory_are_refused_before_they_are_spread(void **state) {
  (void)state;
  char graph[400], nodes[400];
  khop_data *data = NULL;
  snprintf(graph, sizeof graph, "%s", put("wide.mtx", "%%MatrixMarket matrix coordinate pattern symmetric\n"
                                          "1000000 1000000 1\n2 1\n"));
  snprintf(nodes, sizeof nodes, "%s", at("wide.csv"));
  FILE *table = fopen(nodes, "wb");
  assert_non_null(table);
  fprintf(table, "id");
  for (int c = 0; c < 900000; c++) fprintf(table, ",c%d", c);
  fprintf(table, "\n0");
  for (int c = 0; c < 900000; c++) fprintf(table, ",1");
  fclose(table);
  fails(khop_data_load(&data, graph, &(khop_data_options){.nodes = nodes}), KHOP_E_MEMORY,
        "900000 columns for 1000000 nodes", "1 rows");
}

static void the_names_of_rows_that_r_writes_have_no_header(void **state) {
  (void)state;
  khop_i_id_table t = {0};
  ok(khop_i_id_table_open(&t, put("t.txt", "\"y\" \"z\"\n\"a\" 1 2\n\"b\" 3 4\n")));
  assert_int_equal(t.columns, 3);
  assert_string_equal(t.name[0], "");
  assert_string_equal(khop_i_id_table_cell(&t, 1, 2), "4");
  khop_i_id_table_close(&t);
}

static void a_table_that_is_cut_or_uneven_is_refused(void **state) {
  (void)state;
  const struct {
    const char *text, *words, *more;
  } bad[] = {
      {"", "there is nothing in it", "header"},
      {"\n\n", "there is nothing in it", "header"},
      {"id,y\n", "a header of 2 columns", "no row"},
      {"id,y\na,\"b\nc,d\n", "line 2", "not closed"},
      {"id,y\na,\"b\"c\n", "line 2", "follows the quotation mark"},
      {"id,y\na,1\nb\n", "line 3 has 1 field", "header 2"},
      {"id,y\na,1,2\nb,1\n", "line 2 has 3 fields", "header 2"},
      {"id,y,y\na,1,2\n", "two columns", "'y'"},
      {"0,1\n1,0\n", "numbers alone", "header"},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    khop_i_id_table t;
    fails(khop_i_id_table_open(&t, put("t.csv", bad[i].text)), KHOP_E_FORMAT, bad[i].words, bad[i].more);
    khop_i_id_table_close(&t);
  }
  khop_i_id_table t;
  fails(khop_i_id_table_open(&t, at("none.csv")), KHOP_E_NOT_FOUND, "none.csv", "cannot open");
  khop_i_id_table_close(&t);
}

/* --- columns -------------------------------------------------------------------------------------- */

static void columns_are_what_their_fields_are(void **state) {
  (void)state;
  khop_data *data = NULL;
  ok(load_both(&data, "a,b\nb,c\n",
               "id;n;comma;truth;zip;na;text;mixed;void\na;1;0,5;True;01;NA;x;1;\nb;-2e3;1;False;02;3;\"NA\";2;\n"
               "c;;2,25;true;03;4;NA;three;\n",
               &(khop_data_options){.missing = KHOP_MISSING_MEAN}));
  const double n[] = {1, -2000}, comma[] = {0.5, 1, 2.25}, truth[] = {1, 0, 1};
  assert_memory_equal(column_of(data, "n")->numbers, n, sizeof n);
  assert_true(isnan(column_of(data, "n")->numbers[2]));
  assert_memory_equal(column_of(data, "comma")->numbers, comma, sizeof comma);
  assert_memory_equal(column_of(data, "truth")->numbers, truth, sizeof truth);
  assert_string_equal(column_of(data, "zip")->strings[0], "01");
  assert_true(isnan(column_of(data, "na")->numbers[0]));
  assert_string_equal(column_of(data, "text")->strings[1], "NA");
  assert_string_equal(column_of(data, "text")->strings[2], "");
  assert_string_equal(column_of(data, "mixed")->strings[0], "1");
  assert_null(column_of(data, "void"));
  told(data, "column 'comma': the comma");
  told(data, "column 'na': NA is read as missing, 1 times");
  told(data, "'mixed' is one of strings: 'three' in line 4");
  told(data, "'void' is empty");
  khop_data_free(data);
}

static void a_column_of_the_table_stands_for_that_of_the_graph(void **state) {
  (void)state;
  khop_data *data = NULL;
  put("g.gml", "graph [ node [ id 5 label \"a\" age 1 ] node [ id 6 label \"b\" age 2 ] edge [ source 5 target 6 ] ]");
  char nodes[400], graph[400];
  snprintf(nodes, sizeof nodes, "%s", put("n.csv", "label,age,\nb,20,1\na,10,2\n"));
  snprintf(graph, sizeof graph, "%s", at("g.gml"));
  ok(khop_data_load(&data, graph, &(khop_data_options){.nodes = nodes}));
  assert_true(column_of(data, "age")->numbers[0] == 10 && column_of(data, "age")->numbers[1] == 20);
  assert_string_equal(khop_data_node_names(data)[0], "a"); /* label, though the file has ids too */
  told(data, "its column 'age' takes the place");
  told(data, "column 3 has no name");
  khop_data_free(data);
  snprintf(nodes, sizeof nodes, "%s", put("n.csv", "id,label,age\n6,x,20\n5,y,10\n"));
  ok(khop_data_load(&data, graph, &(khop_data_options){.nodes = nodes}));
  assert_true(column_of(data, "age")->numbers[0] == 10);
  assert_string_equal(column_of(data, "label")->strings[1], "x");
  khop_data_free(data);
  snprintf(nodes, sizeof nodes, "%s", put("n.csv", "label,id,age\nb,x,20\na,y,10\n"));
  ok(khop_data_load(&data, graph, &(khop_data_options){.nodes = nodes}));
  assert_true(column_of(data, "age")->numbers[0] == 10);
  assert_string_equal(column_of(data, "id")->strings[0], "y");
  khop_data_free(data);
}

/* --- ids ---------------------------------------------------------------------------------------------- */

static void a_whole_number_is_one_however_it_is_written(void **state) {
  (void)state;
  int64_t n = -1;
  const char *const seven[] = {"7", "7.0", "7.", "7e0", "7.00"};
  const char *const none[] = {"07", "7.5", "-7", "", "x", "7x", "1e99", "0x7", " 7", "nan"};
  for (int i = 0; i < 5; i++) assert_true(khop_i_id_whole(&n, seven[i]) && n == 7);
  for (int i = 0; i < 10; i++) assert_false(khop_i_id_whole(&n, none[i]));
  assert_true(khop_i_id_whole(&n, "1e+05") && n == 100000);
  assert_true(khop_i_id_whole(&n, "0") && n == 0);
  assert_true(khop_i_id_whole(&n, "9007199254740993") && n == 9007199254740993);
}

static void ids_are_matched_as_numbers_or_as_text(void **state) {
  (void)state;
  khop_data *data = NULL;
  ok(load_both(&data, "7,100000\n7,12\n", "v,id\n1,12.0\n2,7.0\n3,1e+05\n4,\n", NULL));
  assert_string_equal(khop_data_node_names(data)[0], "7"); /* 7, 12, 100000 */
  assert_memory_equal(column_of(data, "v")->numbers, ((double[]){2, 1, 3}), 24);
  told(data, "1 of 4 rows has no id");
  khop_data_free(data);
  ok(load_both(&data, "007,12\n7,12\n", "id,v\n12,1\n7,2\n007,3\n", NULL));
  assert_memory_equal(column_of(data, "v")->numbers, ((double[]){3, 1, 2}), 24);
  khop_data_free(data);
}

static void numbers_of_nodes_count_from_0_or_from_1(void **state) {
  (void)state;
  khop_data *data = NULL;
  const char *mtx = "%%MatrixMarket matrix coordinate pattern symmetric\n4 4 3\n2 1\n3 2\n4 3\n";
  const char *const tables[] = {"id,v\n0,1\n1,2\n2,3\n3,4\n", "id,v\n4,4\n3,3\n2,2\n1,1\n",
                                "v,node\n1,n0\n2,n1\n3,n2\n4,n3\n"};
  char graph[400], nodes[400];
  snprintf(graph, sizeof graph, "%s", put("g.mtx", mtx));
  for (int i = 0; i < 3; i++) {
    snprintf(nodes, sizeof nodes, "%s", put("n.csv", tables[i]));
    ok(khop_data_load(&data, graph, &(khop_data_options){.nodes = nodes}));
    assert_memory_equal(column_of(data, "v")->numbers, ((double[]){1, 2, 3, 4}), 32);
    assert_string_equal(khop_data_node_names(data)[0], "1"); /* as in the matrix */
    if (i != 1) told(data, "count the nodes from 0 on");
    khop_data_free(data);
  }
  snprintf(nodes, sizeof nodes, "%s", put("n.csv", "id,v\n0,1\n9,2\n"));
  ok(khop_data_load(&data, graph, &(khop_data_options){.nodes = nodes, .missing = KHOP_MISSING_ZERO}));
  assert_int_equal(khop_graph_nodes(khop_data_graph(data)), 4); /* a matrix says how many nodes there are */
  told(data, "1 of 2 rows names no node, first '9' in line 3");
  told(data, "3 of 4 nodes have no row, first 1");
  khop_data_free(data);
}

static void the_column_that_names_most_nodes_holds_the_ids(void **state) {
  (void)state;
  khop_data *data = NULL;
  ok(load_both(&data, "ann,bob\nbob,cem\n", "id,v,Node Name\n0,1,cem\n1,2,ann\n2,3,bob\n", NULL));
  assert_memory_equal(column_of(data, "v")->numbers, ((double[]){2, 3, 1}), 24);
  khop_data_free(data);
  ok(load_both(&data, "ann,bob\nbob,cem\n", "person,v\ncem,1\nann,2\nbob,3\n", NULL));
  assert_memory_equal(column_of(data, "v")->numbers, ((double[]){2, 3, 1}), 24);
  khop_data_free(data);
}

static void what_cannot_be_matched_is_refused(void **state) {
  (void)state;
  khop_data *data = NULL;
  fails(load_both(&data, "a,b\n", "id,v\nx,1\ny,2\n", NULL), KHOP_E_VALUE, "begins with 'x'", "called 'a'");
  fails(load_both(&data, "0,1\n", "id,v\nx,1\ny,2\n", NULL), KHOP_E_VALUE, "begins with 'x'", "numbered 0 to 1");
  fails(load_both(&data, "a,b\n", "id,v\na,1\nb,2\na,3\n", NULL), KHOP_E_VALUE, "'a' stands twice",
        "line 2 and line 4");
  fails(load_both(&data, "3,7\n", "id,v\n7,1\n3,2\n7.0,3\n", NULL), KHOP_E_VALUE, "'7.0' stands twice",
        "line 2 and line 4");
  fails(load_both(&data, "a,b\n", "id,v\na,1\nz,2\nz,3\n", NULL), KHOP_E_VALUE, "'z' stands twice",
        "line 3 and line 4");
  fails(load_both(&data, "a,b\n", "a,red\nb,blue\n", NULL), KHOP_E_FORMAT, "first line is a row", "'a'");
  char nodes[400], graph[400];
  snprintf(nodes, sizeof nodes, "%s", put("n.csv", "name,v\nsam,1\nkim,2\n"));
  snprintf(graph, sizeof graph, "%s",
           put("g.gml", "graph [ node [ id 1 name \"sam\" ] node [ id 2 name \"kim\" ] node [ id 3 name \"kim\" ] "
                        "node [ id 4 name \"lee\" ] node [ id 5 name \"mo\" ] ]"));
  fails(khop_data_load(&data, graph, &(khop_data_options){.nodes = nodes}), KHOP_E_VALUE, "line 3", "several nodes");
}

/* --- nodes without an edge ----------------------------------------------------------------------------- */

static void same_arcs(const khop_data *data, int64_t nodes, int64_t edges, const int64_t *from, const int64_t *to) {
  khop_graph *wanted = NULL;
  ok(khop_graph_from_coo(&wanted, nodes, edges, from, to, false));
  const khop_graph *got = khop_data_graph(data);
  assert_int_equal(khop_graph_nodes(got), nodes);
  assert_memory_equal(khop_graph_offsets(got), khop_graph_offsets(wanted), (size_t)(nodes + 1) * 8);
  assert_memory_equal(khop_graph_targets(got), khop_graph_targets(wanted), (size_t)(2 * edges) * 4);
  khop_graph_free(wanted);
}

static void rows_without_an_edge_are_nodes_of_an_edge_list(void **state) {
  (void)state;
  khop_data *data = NULL;
  ok(load_both(&data, "9,2\n2,5\n", "id,v\n7,70\n2,20\n3,30\n9,90\n5,50\n11,110\n", NULL));
  same_arcs(data, 6, 2, (int64_t[]){4, 0}, (int64_t[]){0, 2}); /* 2 3 5 7 9 11 */
  assert_memory_equal(column_of(data, "v")->numbers, ((double[]){20, 30, 50, 70, 90, 110}), 48);
  assert_string_equal(khop_data_node_names(data)[3], "7");
  told(data, "3 of 6 rows name a node without an edge, first '7' in line 2");
  khop_data_free(data);
  ok(load_both(&data, "0,1\n1,3\n", "id,v\n4,4\n2,2\n0,0\n1,1\n3,3\n", NULL)); /* the gap is filled: no names */
  khop_data_free(data);
  ok(load_both(&data, "0,1\n1,2\n", "id,v\n4,4\n3,3\n0,0\n1,1\n2,2\n", NULL));
  same_arcs(data, 5, 2, (int64_t[]){0, 1}, (int64_t[]){1, 2});
  assert_null(khop_data_node_names(data));
  assert_memory_equal(column_of(data, "v")->numbers, ((double[]){0, 1, 2, 3, 4}), 40);
  khop_data_free(data);
  ok(load_both(&data, "b,a\na,c\n", "id,v\nz,4\na,1\nb,0\nx,5\nc,2\n", NULL));
  same_arcs(data, 5, 2, (int64_t[]){0, 1}, (int64_t[]){1, 2}); /* b a c, then z x */
  assert_string_equal(khop_data_node_names(data)[3], "z");
  assert_memory_equal(column_of(data, "v")->numbers, ((double[]){0, 1, 2, 4, 5}), 40);
  khop_data_free(data);
  ok(load_both(&data, "0,1\n1,2\n", "id,v\nx,4\n0,0\n1,1\n2,2\n", NULL));
  assert_string_equal(khop_data_node_names(data)[3], "x");
  assert_string_equal(khop_data_node_names(data)[2], "2");
  khop_data_free(data);
  ok(load_both(&data, "0,1\n1,2\n", "id,v\n5,4\n0,0\n1,1\n2,2\n",
               &(khop_data_options){.read = {.ids = KHOP_IDS_POSITION}}));
  assert_int_equal(khop_graph_nodes(khop_data_graph(data)), 3); /* numbers are places, and there is no fifth */
  khop_data_free(data);
}

/* --- the same as attributes ------------------------------------------------------------------------------- */

static const char *const graphml =
    "<graphml><key id='n' for='node' attr.name='name' attr.type='string'/>"
    "<key id='c' for='node' attr.name='club' attr.type='string'/>"
    "<key id='a' for='node' attr.name='age' attr.type='int'/>"
    "<key id='t' for='node' attr.name='town' attr.type='string'/><key id='s' for='node' attr.name='split' "
    "attr.type='string'/><graph edgedefault='undirected'>"
    "<node id='n0'><data key='n'>ann</data><data key='c'>red</data><data key='a'>30</data><data key='t'>Ulm</data>"
    "<data key='s'>train</data></node>"
    "<node id='n1'><data key='n'>bob</data><data key='c'>blue</data><data key='t'>Ulm</data>"
    "<data key='s'>train</data></node>"
    "<node id='n2'><data key='n'>cem</data><data key='c'>red</data><data key='a'>20</data><data key='t'>Bonn</data>"
    "<data key='s'>valid</data></node>"
    "<node id='n3'><data key='n'>dan</data><data key='a'>25</data><data key='t'>Bonn</data></node>"
    "<node id='n4'><data key='n'>eve</data><data key='c'>blue</data><data key='a'>41</data><data key='t'>Ulm</data>"
    "<data key='s'>test</data></node>"
    "<edge source='n0' target='n1'/><edge source='n1' target='n2'/><edge source='n2' target='n3'/></graph></graphml>";
static const char *const edge_list = "source,target\nann,bob\nbob,cem\ncem,dan\n";
static const char *const node_table = "split,town,age,club,name\ntest,Ulm,41,blue,eve\n,Bonn,25,,dan\n"
                                      "valid,Bonn,20,red,cem\ntrain,Ulm,30,red,ann\ntrain,Ulm,,blue,bob\n";

static void same_data(const khop_data *a, const khop_data *b) {
  const khop_features *x = khop_data_features(a), *y = khop_data_features(b);
  int64_t n = khop_graph_nodes(khop_data_graph(a));
  assert_int_equal(n, khop_graph_nodes(khop_data_graph(b)));
  assert_memory_equal(khop_graph_offsets(khop_data_graph(a)), khop_graph_offsets(khop_data_graph(b)),
                      (size_t)(n + 1) * 8);
  assert_int_equal(khop_data_classes(a), khop_data_classes(b));
  assert_memory_equal(khop_data_labels(a), khop_data_labels(b), (size_t)n * 4);
  assert_int_equal(x->columns, y->columns);
  assert_memory_equal(x->dense, y->dense, (size_t)(n * x->columns) * sizeof(khop_real));
  for (int64_t c = 0; c < khop_data_classes(a); c++)
    assert_string_equal(khop_data_class_names(a)[c], khop_data_class_names(b)[c]);
  for (int64_t i = 0; i < n; i++) assert_string_equal(khop_data_node_names(a)[i], khop_data_node_names(b)[i]);
  assert_int_equal(khop_data_splits(a), khop_data_splits(b));
  for (int p = 0; p < 3; p++)
    assert_memory_equal(khop_data_mask(a, 0, (khop_part)p), khop_data_mask(b, 0, (khop_part)p), (size_t)n);
  int fields = khop_schema_fields(khop_data_schema(a));
  assert_int_equal(fields, khop_schema_fields(khop_data_schema(b)));
  for (int f = 0; f < fields; f++)
    assert_string_equal(khop_schema_field(khop_data_schema(a), f)->name,
                        khop_schema_field(khop_data_schema(b), f)->name);
}

static void a_list_and_a_table_are_the_graph_with_its_attributes(void **state) {
  (void)state;
  khop_data *attributes = NULL, *table = NULL;
  khop_data_options options = {.missing = KHOP_MISSING_MEAN};
  ok(khop_data_load(&attributes, put("g.graphml", graphml), &options));
  options.schema = khop_data_schema(attributes); /* in the order of the columns there */
  ok(load_both(&table, edge_list, node_table, &options));
  same_data(attributes, table);
  khop_data_free(table);
  fails(khop_data_load(&table, put("e.csv", edge_list), &options), KHOP_E_VALUE, "age", "--nodes");
  khop_data_free(attributes);
}

static void an_archive_of_a_graph_takes_a_table_and_one_with_features_does_not(void **state) {
  (void)state;
  khop_data *data = NULL;
  char nodes[400];
  snprintf(nodes, sizeof nodes, "%s", put("n.csv", "id,v\n0,5\n1,6\n2,7\n"));
  khop_data_options options = {.nodes = nodes, .missing = KHOP_MISSING_ZERO};
  ok(khop_data_load(&data, fixture("tests/files/scipy_csr.npz"), &options));
  assert_true(column_of(data, "v")->numbers[1] == 6);
  assert_string_equal(khop_schema_field(khop_data_schema(data), 0)->name, "v");
  khop_data_free(data);
  fails(khop_data_load(&data, fixture("tests/files/bad/good.npz"), &options), KHOP_E_ARGUMENT, "good.npz", "--nodes");
}

/* --- sets of graphs ------------------------------------------------------------------------------------------ */

/* Four graphs of one node, whose classes are 0, 1, 0, 1. */
static khop_graphs *four_graphs(void) {
  khop_graphs *set = NULL;
  khop_graph *graph = NULL;
  const int64_t nothing = 0, first[] = {0, 1, 2, 3, 4};
  ok(khop_graph_from_coo(&graph, 4, 0, &nothing, &nothing, false));
  ok(khop_graphs_new(&set, graph, 4, first, NULL));
  ok(khop_graphs_set_labels(set, (int32_t[]){0, 1, 0, 1}, 0, NULL));
  return set;
}

static khop_status read_labels(khop_graphs **set, const char *text, const khop_graph_labels_options *options) {
  *set = four_graphs();
  khop_status status = khop_graphs_read_labels(*set, put("l.csv", text), options);
  if (status != KHOP_OK) khop_graphs_free(*set);
  return status;
}

static void a_table_brings_classes_targets_and_a_split_of_graphs(void **state) {
  (void)state;
  khop_graphs *set;
  ok(read_labels(&set, "graph,label,split,mass\n4,red,Testing,1\n3,blue,dev,2\n1,red,train,3\n", NULL));
  assert_memory_equal(khop_graphs_labels(set), ((int32_t[]){1, -1, 0, 1}), 16);
  assert_string_equal(khop_graphs_class_names(set)[0], "blue");
  assert_memory_equal(khop_graphs_parts(set), ((uint8_t[]){KHOP_TRAIN, KHOP_NO_PART, KHOP_VAL, KHOP_TEST}), 4);
  assert_null(khop_graphs_targets(set, NULL));
  khop_graphs_free(set);
  ok(read_labels(&set, "id,a,b,split\n0,1,5,train\n1,2,,train\n2,3,7,val\n3,4,8,test\n",
                 &(khop_graph_labels_options){.target = "b,a"}));
  int64_t outputs;
  const khop_real *targets = khop_graphs_targets(set, &outputs);
  assert_int_equal(outputs, 2);
  assert_true(targets[0] == 1 && targets[1] == 5 && targets[6] == 4 && isnan(targets[3]));
  assert_string_equal(khop_graphs_target_names(set)[1], "b");
  assert_null(khop_graphs_labels(set));
  khop_graphs_free(set);
  ok(read_labels(&set, "id,class\n1,-1\n2,1\n3,1\n4,-1\n", NULL)); /* signs are two classes */
  assert_memory_equal(khop_graphs_labels(set), ((int32_t[]){0, 1, 1, 0}), 16);
  assert_string_equal(khop_graphs_class_names(set)[0], "-1");
  khop_graphs_free(set);
}

static void a_table_of_graphs_that_says_nothing_is_refused(void **state) {
  (void)state;
  khop_graphs *set;
  fails(read_labels(&set, "id,note\n1,long\n2,text\n3,in\n4,it\n", NULL), KHOP_E_VALUE, "something to learn", "note");
  fails(read_labels(&set, "id,label\nx,1\ny,2\n", NULL), KHOP_E_VALUE, "names a graph", "numbered");
  fails(read_labels(&set, "id,label\n1,1\n1,2\n", NULL), KHOP_E_VALUE, "'1' stands twice", "line 2 and line 3");
  fails(read_labels(&set, "id,label,split\n1,a,one\n2,b,two\n3,b,train\n", NULL), KHOP_E_VALUE, "'one', 'two'",
        "split");
  fails(read_labels(&set, "id,label,split\n1,a,val\n2,b,test\n", NULL), KHOP_E_VALUE, "training", "0 of 4");
}

/* --- memory ------------------------------------------------------------------------------------------------- */

static khop_status load_and_free(void *context) {
  (void)context;
  khop_data *data = NULL;
  khop_status status = load_both(&data, edge_list, node_table, &(khop_data_options){.missing = KHOP_MISSING_MEAN});
  khop_data_free(data);
  return status;
}

static void memory_may_run_out(void **state) {
  (void)state;
  memory_can_run_out();
  assert_true(fail_each(load_and_free, NULL) > 20);
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(columns_that_fill_the_memory_are_refused_before_they_are_spread),
      cmocka_unit_test(a_table_is_read_whatever_separates_it),
      cmocka_unit_test(a_line_end_within_quotes_is_text_and_lines_are_counted),
      cmocka_unit_test(the_names_of_rows_that_r_writes_have_no_header),
      cmocka_unit_test(a_table_that_is_cut_or_uneven_is_refused),
      cmocka_unit_test(columns_are_what_their_fields_are),
      cmocka_unit_test(a_column_of_the_table_stands_for_that_of_the_graph),
      cmocka_unit_test(a_whole_number_is_one_however_it_is_written),
      cmocka_unit_test(ids_are_matched_as_numbers_or_as_text),
      cmocka_unit_test(numbers_of_nodes_count_from_0_or_from_1),
      cmocka_unit_test(the_column_that_names_most_nodes_holds_the_ids),
      cmocka_unit_test(what_cannot_be_matched_is_refused),
      cmocka_unit_test(rows_without_an_edge_are_nodes_of_an_edge_list),
      cmocka_unit_test(a_list_and_a_table_are_the_graph_with_its_attributes),
      cmocka_unit_test(an_archive_of_a_graph_takes_a_table_and_one_with_features_does_not),
      cmocka_unit_test(a_table_brings_classes_targets_and_a_split_of_graphs),
      cmocka_unit_test(a_table_of_graphs_that_says_nothing_is_refused),
      cmocka_unit_test(memory_may_run_out),
  };
  return cmocka_run_group_tests_name("node_table", tests, open_folder, close_folder);
}
