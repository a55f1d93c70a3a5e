/* readers_check.h: what the tests of readers share: a file from text, the graph it must give or the
 * error, and a good file of every format. */
#ifndef KHOP_TESTS_READERS_CHECK_H
#define KHOP_TESTS_READERS_CHECK_H

#include "graph_check.h"

static char path[300]; /* of the file written last */

static inline const char *path_of(const char *name) {
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

static inline void put_bytes(const char *name, const char *bytes, size_t count) {
  write_file(path_of(name), bytes, count);
}

static inline khop_graph *must_read(const char *name, const char *text,
                                    const khop_read_options *options) {
  khop_graph *graph = NULL;
  put_bytes(name, text, strlen(text));
  if (khop_graph_read(&graph, path, options) != KHOP_OK) fail_msg("%s", khop_message());
  assert_true(well_formed(graph));
  return graph;
}

/* The message begins with the path and contains said. */
static inline void must_fail(const char *name, const char *text, size_t count, khop_status want,
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

static inline const khop_column *column(const khop_graph *graph, const char *name) {
  for (int i = 0; i < khop_graph_columns(graph); i++)
    if (strcmp(khop_graph_column(graph, i)->name, name) == 0) return khop_graph_column(graph, i);
  return NULL;
}

/* The arcs are exactly these pairs, "01 12 ..." by single digits, with mirrors if undirected. */
static inline void expect(khop_graph *graph, int64_t nodes, bool directed, const char *pairs) {
  bool matrix[100] = {0};
  for (const char *p = pairs; *p; p += p[2] ? 3 : 2) {
    int64_t i = p[0] - '0', j = p[1] - '0';
    matrix[i * nodes + j] = true;
    if (!directed) matrix[j * nodes + i] = true;
  }
  assert_true(same_as_matrix(graph, matrix, nodes));
  assert_int_equal(khop_graph_is_directed(graph), directed);
}

static inline void read_is(const char *name, const char *text, int64_t nodes, bool directed,
                           const char *pairs) {
  khop_graph *graph = must_read(name, text, NULL);
  expect(graph, nodes, directed, pairs);
  khop_graph_free(graph);
}

/* --- files as they are found ------------------------------------------------------------------ */

/* A file of tests/files/cases/graphs is this graph. */
static inline khop_graph *found(const char *name, int64_t nodes, bool directed, const char *pairs) {
  char file[200];
  khop_graph *graph;
  snprintf(file, sizeof file, "tests/files/cases/graphs/%s", name);
  if (khop_graph_read(&graph, fixture(file), NULL) != KHOP_OK) fail_msg("%s", khop_message());
  assert_true(well_formed(graph));
  expect(graph, nodes, directed, pairs);
  return graph;
}

static inline void noted(const khop_graph *graph, const char *said) {
  for (int i = 0; i < khop_graph_notes(graph); i++)
    if (strstr(khop_graph_note(graph, i), said)) return;
  fail_msg("no note has \"%s\"", said);
}

/* The names, "a b c", in the order of the nodes. */
static inline void named(const khop_graph *graph, const char *column_name, const char *names) {
  char joined[300] = "";
  const khop_column *c = column(graph, column_name);
  if (!c || !c->strings) fail_msg("no strings \"%s\"", column_name);
  for (int64_t i = 0; i < khop_graph_nodes(graph); i++) {
    if (i) strcat(joined, " ");
    strcat(joined, c->strings[i]);
  }
  assert_string_equal(joined, names);
}

static inline khop_graph *text_is(const char *name, const char *text, int64_t nodes, bool directed, const char *pairs) {
  khop_graph *graph = must_read(name, text, NULL);
  expect(graph, nodes, directed, pairs);
  return graph;
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

static const char json[] = "{\"directed\": true, \"nodes\": [{\"id\": \"ann\", \"w\": [0.5, 1]},\n"
                           " {\"id\": \"b\\u00f6b\"}, {\"id\": \"cat\", \"w\": null}],\n"
                           "\"links\": [{\"source\": \"ann\", \"target\": \"cat\", \"weight\": -1.5e3}]}\n";

static const struct good {
  const char *name, *text;
} good[] = {{"good.graphml", graphml}, {"good.gml", gml}, {"good.net", pajek},
            {"good.ncol", ncol},       {"good.lgl", lgl}, {"good.dl", dl},
            {"good.edges", edges},     {"good.mtx", mtx}, {"array.mtx", array}, {"good.json", json}};
#define GOOD (sizeof good / sizeof *good)

#endif
