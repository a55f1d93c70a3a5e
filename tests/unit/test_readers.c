/* test_readers.c: every format whole, cut short at every byte, and damaged. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "graph_check.h"
#include "base/random.h"
#include "graph/graph.h"

#include <khop/igraph.h>

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/khop-readers-XXXXXX";
static char path[128];

static const char *path_of(const char *name) {
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

static void put_bytes(const char *name, const char *bytes, size_t count) {
  FILE *file = fopen(path_of(name), "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, count, file), count);
  assert_int_equal(fclose(file), 0);
}

static khop_graph *must_read(const char *name, const char *text, const khop_read_options *options) {
  khop_graph *graph = NULL;
  put_bytes(name, text, strlen(text));
  if (khop_graph_read(&graph, path, options) != KHOP_OK) fail_msg("%s", khop_message());
  assert_true(well_formed(graph));
  return graph;
}

/* The message begins with the path and contains said. */
static void must_fail(const char *name, const char *text, size_t count, khop_status want,
                      const char *said) {
  khop_graph *graph = (khop_graph *)&graph;
  put_bytes(name, text, count);
  khop_status status = khop_graph_read(&graph, path, NULL);
  if (status != want) fail_msg("%s: %s: %s", name, khop_status_name(status), khop_message());
  assert_null(graph);
  assert_int_equal(strncmp(khop_message(), path, strlen(path)), 0);
  if (!strstr(khop_message(), said)) fail_msg("no \"%s\" in: %s", said, khop_message());
}
#define BAD(name, text, said) must_fail(name, text, sizeof(text) - 1, KHOP_E_FORMAT, said)

static const khop_column *column(const khop_graph *graph, const char *name) {
  for (int i = 0; i < khop_graph_columns(graph); i++)
    if (strcmp(khop_graph_column(graph, i)->name, name) == 0) return khop_graph_column(graph, i);
  return NULL;
}

/* The arcs are exactly these pairs, "01 12 ..." by single digits, with mirrors if undirected. */
static void expect(khop_graph *graph, int64_t nodes, bool directed, const char *pairs) {
  bool matrix[100] = {0};
  for (const char *p = pairs; *p; p += p[2] ? 3 : 2) {
    int64_t i = p[0] - '0', j = p[1] - '0';
    matrix[i * nodes + j] = true;
    if (!directed) matrix[j * nodes + i] = true;
  }
  assert_true(same_as_matrix(graph, matrix, nodes));
  assert_int_equal(khop_graph_is_directed(graph), directed);
}

static void read_is(const char *name, const char *text, int64_t nodes, bool directed,
                    const char *pairs) {
  khop_graph *graph = must_read(name, text, NULL);
  expect(graph, nodes, directed, pairs);
  khop_graph_free(graph);
}

/* --- good files ----------------------------------------------------------------------------- */

#define MM "%%MatrixMarket matrix "
static const char graphml[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n"
    "<key id=\"w\" for=\"node\" attr.name=\"w\" attr.type=\"double\"/>\n"
    "<key id=\"b\" for=\"node\" attr.name=\"b\" attr.type=\"boolean\"/>\n"
    "<key id=\"s\" for=\"node\" attr.name=\"s\" attr.type=\"string\"/>\n"
    "<graph edgedefault=\"directed\">\n"
    "<node id=\"ann\"><data key=\"w\">0.5</data><data key=\"b\">true</data></node>\n"
    "<node id=\"bob\"><data key=\"s\">x &amp; y</data></node>\n<node id=\"cat\"/>\n"
    "<edge source=\"ann\" target=\"bob\"/><edge source=\"cat\" target=\"bob\"/>\n"
    "</graph></graphml>\n";
static const char gml[] = "graph [\n directed 1\n node [ id 10 label \"a\" w 1.5 ]\n"
                          " node [ id 20 label \"b\" w 2 ]\n edge [ source 10 target 20 ]\n"
                          " edge [ source 20 target 20 ]\n]\n";
static const char pajek[] = "*Network x\n*Vertices 3\n1 \"one\" 0.5 0.25 0.0\n2 \"two\"\n"
                            "3 \"three\"\n*Edges\n1 2 1.0\n2 3\n";
static const char ncol[] = "a b 1.5\nb c\nc d 0.5\n";
static const char lgl[] = "# a\nb 1.5\nc\n# b\nc\n# c\nd\n";
static const char dl[] = "DL n=4\nformat = fullmatrix\nlabels:\nw,x,y,z\ndata:\n"
                         "0 1 0 0\n1 0 1 0\n0 1 0 1\n0 0 1 0\n";
static const char edges[] = "# c\n0 1\n1 2 0.5\n% d\n2\t3\n";
static const char mtx[] = MM "coordinate pattern symmetric\n% c\n4 4 3\n2 1\n3 2\n4 3\n";
static const char array[] = MM "array real general\n2 2\n0\n0.5\n0\n1\n";

static const struct good {
  const char *name, *text;
} good[] = {{"good.graphml", graphml}, {"good.gml", gml}, {"good.net", pajek},
            {"good.ncol", ncol},       {"good.lgl", lgl}, {"good.dl", dl},
            {"good.edges", edges},     {"good.mtx", mtx}, {"array.mtx", array}};
#define GOOD (sizeof good / sizeof *good)

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
  const char *root = getenv("KHOP_SOURCE_ROOT");
  snprintf(path, sizeof path, "%s/datasets/karate.graphml", root ? root : ".");
  khop_graph *graph;
  if (khop_graph_read(&graph, path, NULL) != KHOP_OK) fail_msg("%s", khop_message());
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
  assert_int_equal(khop_graph_shape(&shape, graph), KHOP_OK);
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
  assert_true(column(graph, "id")->numbers[1] == 20);
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
  BAD("b.mtx", MM "coordinate pattern general\n3 4 1\n1 2\n", "3 rows and 4 columns");
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

static void edge_lists(void **state) {
  (void)state;
  read_is("a.edges", edges, 4, false, "01 12 23");
  read_is("a.txt",
          "\xef\xbb\xbf"
          "0 1\r\n\r\n1;2\r\n  2 , 3 x y z\r\n",
          4, false, "01 12 23");
  read_is("a.csv", "source,target\n0,1\n", 2, false, "01");
  read_is("a.csv", "# c\nsource,target,w\n0,1", 2, false, "01");
  read_is("a.TSV", "u\tv\n0\t1\n", 2, false, "01");
  read_is("a.csv", "0,1\n", 2, false, "01");
  BAD("b.txt", "source target\n0 1\n", "line 1: \"source\" is not a node id");
  BAD("b.csv", "a,b\nc,d\n0,1\n", "line 2: \"c\"");
  BAD("b.csv", "a,b\n", "no edges");
  BAD("b.txt", "# only\n% comments\n\n", "no edges in its 3 lines");
  BAD("b.txt", "0 1\n-1 2\n", "line 2: the node id -1 is negative");
  BAD("b.txt", "0 1\n1.5 2\n", "line 2: \"1.5\"");
  BAD("b.txt", "0 1\n2 -\n", "\"-\" is not a node id");
  BAD("b.txt", "0 1\n7\n", "line 2: \"7\" has one field");
  BAD("b.txt", "0 1\n0\0 2\n", "line 2: a NUL byte");
  BAD("b.txt", "0 1\n0 \xff\x01\n", "\"\\xff\\x01\"");
  BAD("b.txt", "0 1\r1 2\r2 3\r", "line 1");
  BAD("b.txt", "0 100000001\n", "above the cap of 100000000");
  BAD("b.txt", "0 99999999999999999999999999\n", "line 1: the node id 9999");
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
  khop_graph *graph = must_read("a.odd", "0 1\n1 0\n", &(khop_read_options){"edges", true, 5});
  expect(graph, 2, true, "01 10");
  khop_graph_free(graph);
  put_bytes("a.odd", "0 6\n", 4);
  assert_int_equal(khop_graph_read(&graph, path, &(khop_read_options){"edges", true, 5}),
                   KHOP_E_FORMAT);
  assert_int_equal(khop_graph_read(&graph, path, &(khop_read_options){"edges", true, -1}),
                   KHOP_E_ARGUMENT);
  assert_int_equal(khop_graph_read(&graph, path, &(khop_read_options){"edges", true, INT32_MAX}),
                   KHOP_E_ARGUMENT);
  assert_int_equal(khop_graph_read(&graph, path, &(khop_read_options){"excel", true, 0}),
                   KHOP_E_ARGUMENT);
  assert_non_null(strstr(khop_message(), "graphml, gml"));
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

/* --- files that are not there, or not whole ------------------------------------------------- */

static void no_such_file(void **state) {
  (void)state;
  khop_graph *graph;
  for (size_t g = 0; g < GOOD; g++) {
    char name[32];
    snprintf(name, sizeof name, "missing-%s", good[g].name);
    assert_int_equal(khop_graph_read(&graph, path_of(name), NULL), KHOP_E_NOT_FOUND);
    assert_int_equal(strncmp(khop_message(), path, strlen(path)), 0);
    must_fail(good[g].name, "", 0, KHOP_E_FORMAT, "empty");
    must_fail(good[g].name, "\n", 1, KHOP_E_FORMAT, "");
  }
  mkdir(path_of("folder.gml"), 0700);
  assert_int_equal(khop_graph_read(&graph, path, NULL), KHOP_E_IO);
  rmdir(path);
  must_fail("a.xlsx", "0 1\n", 4, KHOP_E_UNSUPPORTED, ".graphml .gml");
  must_fail("noextension", "0 1\n", 4, KHOP_E_UNSUPPORTED, "\"\"");
  mkfifo(path_of("pipe.gml"), 0600);
  assert_int_equal(khop_graph_read(&graph, path, NULL), KHOP_E_UNSUPPORTED);
  assert_int_equal(khop_graph_read(NULL, path, NULL), KHOP_E_ARGUMENT);
}

static void read_anything(const char *name, const char *bytes, size_t count) {
  khop_graph *graph = NULL;
  put_bytes(name, bytes, count);
  khop_status status = khop_graph_read(&graph, path, NULL);
  if (status == KHOP_OK)
    assert_true(well_formed(graph));
  else
    assert_true(!graph && *khop_message());
  assert_int_not_equal(status, KHOP_E_INTERNAL);
  khop_graph_free(graph);
}

static void cut_short(void **state) {
  (void)state;
  for (size_t g = 0; g < GOOD; g++)
    for (size_t count = 1; count < strlen(good[g].text); count++)
      read_anything(good[g].name, good[g].text, count);
  for (size_t count = 1; count < sizeof graphml - 2; count++)
    must_fail("cut.graphml", graphml, count, KHOP_E_FORMAT, "</graphml>");
  for (size_t count = 1; count < sizeof mtx - 3; count++)
    must_fail("cut.mtx", mtx, count, KHOP_E_FORMAT, "");
}

/* A piece is missing in the middle. */
static void graphml_with_a_hole(void **state) {
  (void)state;
  const char *text = "<graphml><graph edgedefault=\"directed\"><node id=\"a\"><node id=\"b\"/>"
                     "</graph></graphml>";
  must_fail("hole.graphml", text, strlen(text), KHOP_E_FORMAT, "");
  const char *none = "<graphml></graphml>";
  must_fail("none.graphml", none, strlen(none), KHOP_E_FORMAT, "");
  read_is("x.graphml",
          "<x:graphml xmlns:x=\"http://graphml.graphdrawing.org/xmlns\">"
          "<x:graph edgedefault=\"undirected\"><x:node id=\"n0\"/><x:node id=\"n1\"/>"
          "<x:edge source=\"n0\" target=\"n1\"/></x:graph></x:graphml ><!-- end --> \n",
          2, false, "01");
}

static void damaged(void **state) {
  (void)state;
  static const char odd[] = "\n \"[]<>*#%-0919.eE=,;:/\xff\x80";
  khop_i_random random;
  khop_i_random_seed(&random, 5);
  for (size_t g = 0; g < GOOD; g++)
    for (int round = 0; round < 150; round++) {
      char bytes[2048];
      size_t count = strlen(good[g].text);
      memcpy(bytes, good[g].text, count);
      for (int64_t hits = 1 + khop_i_random_below(&random, 4); hits > 0; hits--) {
        size_t at = (size_t)khop_i_random_below(&random, (int64_t)count);
        bytes[at] = odd[khop_i_random_below(&random, (int64_t)sizeof odd)]; /* NUL is one */
      }
      read_anything(good[g].name, bytes, count);
    }
}

static void random_bytes(void **state) {
  (void)state;
  khop_i_random random;
  khop_i_random_seed(&random, 6);
  for (size_t g = 0; g < GOOD; g++)
    for (int round = 0; round < 60; round++) {
      char bytes[600];
      size_t count = 1 + (size_t)khop_i_random_below(&random, sizeof bytes);
      for (size_t i = 0; i < count; i++) /* mostly without NUL, which would end it at once */
        bytes[i] = (char)(round % 4 ? 1 + khop_i_random_below(&random, 255)
                                    : khop_i_random_below(&random, 256));
      read_anything(good[g].name, bytes, count);
    }
}

static void claims(void **state) {
  (void)state;
  BAD("b.net", "*Vertices 999999999999999\n*Edges\n1 2\n", "claims 999999999999999 nodes");
  BAD("b.net", "*Vertices 2000000000\n*Edges\n1 2\n", "is believed");
  BAD("b.net", "*vertices\t99999999999999999999999999999\n", "claims");
  BAD("b.dl", "DL N = 2000000000\nformat = edgelist1\ndata:\n1 2\n", "is believed");
  BAD("b.gml", "graph [ node [ id 99999999999999999999999999 ] ]", "");
  BAD("b.net", "*Vertices 2\n*Edges\n1 5\n", "");
  read_is("ok.net", "*Vertices 9\n*Edges\n1 2\n", 9, false, "01");
  static char deep[400000];
  for (size_t i = 0; i + 4 < sizeof deep; i += 4) memcpy(deep + i, "a [ ", 4);
  must_fail("deep.gml", deep, sizeof deep - 4, KHOP_E_FORMAT, "");
  memcpy(deep, "graph [ ", 8);
  must_fail("deep.gml", deep, sizeof deep - 4, KHOP_E_FORMAT, "");
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
  IGRAPH_FINALLY(callers_cleanup, &cleaned);
  BAD("b.gml", "graph [ node [", "igraph: ");
  khop_graph_free(must_read("a.gml", gml, NULL));
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

/* --- memory --------------------------------------------------------------------------------- */

static int64_t left; /* allocations until the allocator says no */
static void *miserly(size_t size, void *context) {
  (void)context;
  return left-- > 0 ? malloc(size) : NULL;
}
static void give_back(void *pointer, void *context) {
  (void)context;
  free(pointer);
}

static void each_allocation_fails_once(void **state) {
  (void)state;
  const khop_allocator allocator = {miserly, give_back, NULL};
  assert_int_equal(khop_bytes_now(), 0);
  assert_int_equal(khop_set_allocator(&allocator), KHOP_OK);
  for (size_t g = 0; g < GOOD; g++) {
    khop_status status = KHOP_E_MEMORY;
    put_bytes(good[g].name, good[g].text, strlen(good[g].text));
    for (int64_t allowed = 0; status != KHOP_OK && allowed < 100; allowed++) {
      khop_graph *graph = NULL;
      left = allowed;
      status = khop_graph_read(&graph, path, NULL);
      assert_true(status == KHOP_OK || status == KHOP_E_MEMORY);
      assert_true((status == KHOP_OK) == (graph != NULL));
      khop_graph_free(graph);
      assert_int_equal(khop_bytes_now(), 0);
    }
    assert_int_equal(status, KHOP_OK);
  }
  assert_int_equal(khop_set_allocator(NULL), KHOP_OK);
}

static int make_folder(void **state) {
  (void)state;
  return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
  (void)state;
  char command[sizeof folder + 16];
  snprintf(command, sizeof command, "rm -r %s", folder);
  return system(command);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(graphml_with_columns),
      cmocka_unit_test(karate),
      cmocka_unit_test(igraph_formats),
      cmocka_unit_test(matrix_market),
      cmocka_unit_test(edge_lists),
      cmocka_unit_test(edge_list_options),
      cmocka_unit_test(long_edge_list),
      cmocka_unit_test(no_such_file),
      cmocka_unit_test(cut_short),
      cmocka_unit_test(graphml_with_a_hole),
      cmocka_unit_test(damaged),
      cmocka_unit_test(random_bytes),
      cmocka_unit_test(claims),
      cmocka_unit_test(globals_are_restored),
      cmocka_unit_test(from_igraph),
      cmocka_unit_test(decimal_comma),
      cmocka_unit_test(each_allocation_fails_once),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
