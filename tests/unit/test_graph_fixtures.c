/* test_graph_fixtures.c: files that NetworkX, python-igraph, pandas and SciPy wrote (make_graph_fixtures.py in
 * tests/files) are the graphs that they wrote: nodes by name, arcs, attributes. */
#include "readers_check.h"

#define MOST 16 /* nodes, columns, edges of a table */
#define FOLDER "tests/files/graphs/"

typedef struct expected {
  bool directed;
  int columns, nodes, edges;
  char *column[MOST], *kind[MOST], *name[MOST], *value[MOST][MOST], *from[MOST], *to[MOST];
  char text[8192]; /* what all of them point into */
} expected;

/* Cuts a line into fields at tabs. */
static int split(char **field, char *line) {
  int count = 0;
  for (char *at = line; at && count < MOST; count++) {
    field[count] = at;
    at = strchr(at, '\t');
    if (at) *at++ = 0;
  }
  return count;
}

/* The other way round of what the generator does: \n, \t and \\ in place. */
static char *plain(char *text) {
  char *put = text;
  for (char *at = text; *at; at++) {
    bool escaped = *at == '\\' && at[1];
    if (escaped) at++;
    *put++ = !escaped ? *at : *at == 'n' ? '\n' : *at == 't' ? '\t' : *at;
  }
  *put = 0;
  return text;
}

static char *read_text(char *bytes, size_t size, const char *file) {
  FILE *stream = fopen(fixture(file), "rb");
  assert_non_null(stream);
  size_t count = fread(bytes, 1, size - 1, stream);
  assert_true(count < size - 1);
  bytes[count] = 0;
  fclose(stream);
  return bytes;
}

static void add_line(expected *e, char *line) {
  char *field[MOST];
  int count = split(field, line);
  if (strcmp(field[0], "directed") == 0) e->directed = field[1][0] == '1';
  if (strcmp(field[0], "column") == 0) {
    e->column[e->columns] = field[1];
    e->kind[e->columns++] = field[2];
  }
  if (strcmp(field[0], "edge") == 0) {
    e->from[e->edges] = plain(field[1]);
    e->to[e->edges++] = plain(field[2]);
  }
  if (strcmp(field[0], "node") != 0) return;
  assert_int_equal(count, 2 + e->columns);
  e->name[e->nodes] = plain(field[1]);
  for (int c = 0; c < e->columns; c++) e->value[e->nodes][c] = plain(field[2 + c]);
  e->nodes++;
}

static void read_expected(expected *e, const char *graph) {
  char file[200];
  snprintf(file, sizeof file, FOLDER "%.100s.expected", graph);
  memset(e, 0, sizeof *e);
  read_text(e->text, sizeof e->text, file);
  for (char *line = e->text, *end; *line; line = end + 1) {
    end = strchr(line, '\n');
    *end = 0;
    add_line(e, line);
  }
}

/* --- the comparison: NULL, or what differs ------------------------------------------------------- */

static char why[400];
#define DIFFERS(...) (snprintf(why, sizeof why, __VA_ARGS__), why)

static int number_of(const expected *e, const char *name) {
  for (int i = 0; i < e->nodes; i++)
    if (strcmp(e->name[i], name) == 0) return i;
  return -1;
}

static bool has_edge(const expected *e, int node) {
  for (int i = 0; i < e->edges; i++)
    if (number_of(e, e->from[i]) == node || number_of(e, e->to[i]) == node) return true;
  return false;
}

/* node[i]: the row of the table that node i of the graph is. */
static const char *match_nodes(int *node, const khop_graph *graph, const expected *e, const char *names,
                               bool isolated) {
  const khop_column *c = strcmp(names, "-") == 0 ? NULL : column(graph, names);
  int64_t n = khop_graph_nodes(graph), wanted = 0;
  bool taken[MOST] = {false};
  if (strcmp(names, "-") != 0 && !(c && c->strings)) return DIFFERS("no names \"%s\"", names);
  for (int i = 0; i < e->nodes; i++) wanted += isolated || has_edge(e, i);
  if (n != wanted) return DIFFERS("%lld nodes, not %lld", (long long)n, (long long)wanted);
  for (int64_t i = 0; i < n; i++) {
    node[i] = c ? number_of(e, c->strings[i]) : (int)i;
    if (node[i] < 0 || taken[node[i]]) return DIFFERS("the name \"%s\"", c->strings[i]);
    taken[node[i]] = true;
  }
  return NULL;
}

static const char *match_arcs(const khop_graph *graph, const expected *e, const int *node, bool direction) {
  bool wanted[MOST][MOST] = {{false}}, both = !e->directed || !direction;
  int64_t loops = 0;
  if (khop_graph_is_directed(graph) != !both) return DIFFERS("directed: %d", khop_graph_is_directed(graph));
  for (int i = 0; i < e->edges; i++) {
    int a = number_of(e, e->from[i]), b = number_of(e, e->to[i]);
    loops += a == b;
    if (a == b) continue;
    wanted[a][b] = true;
    if (both) wanted[b][a] = true;
  }
  for (int64_t i = 0; i < khop_graph_nodes(graph); i++)
    for (int64_t a = khop_graph_offsets(graph)[i]; a < khop_graph_offsets(graph)[i + 1]; a++) {
      bool *arc = &wanted[node[i]][node[khop_graph_targets(graph)[a]]];
      if (!*arc) return DIFFERS("an arc from row %d to row %d", node[i], node[khop_graph_targets(graph)[a]]);
      *arc = false;
    }
  for (int a = 0; a < MOST * MOST; a++)
    if (wanted[a / MOST][a % MOST]) return DIFFERS("no arc from row %d to row %d", a / MOST, a % MOST);
  if (khop_graph_dropped_loops(graph) != loops)
    return DIFFERS("%lld loops, not %lld", (long long)khop_graph_dropped_loops(graph), (long long)loops);
  return NULL;
}

static bool same_value(const khop_column *c, int64_t i, const char *wanted) {
  bool missing = strcmp(wanted, "?") == 0;
  if (c->strings) return strcmp(c->strings[i], missing ? "" : wanted) == 0;
  return missing ? isnan(c->numbers[i]) : fabs(c->numbers[i] - strtod(wanted, NULL)) < 1e-12;
}

/* Pajek and a few others hold numbers as text: a number may come as a string, a string never as a number. */
static const char *match_columns(const khop_graph *graph, const expected *e, const int *node, const char *columns) {
  for (int k = 0; k < e->columns; k++) {
    if (!strstr(columns, e->column[k])) continue;
    const khop_column *c = column(graph, e->column[k]);
    if (!c) return DIFFERS("no column \"%s\"", e->column[k]);
    if (strcmp(e->kind[k], "string") == 0 && !c->strings) return DIFFERS("\"%s\" is no string", e->column[k]);
    for (int64_t i = 0; i < khop_graph_nodes(graph); i++)
      if (!same_value(c, i, e->value[node[i]][k]))
        return DIFFERS("\"%s\" of \"%s\" is not %s but %s", e->column[k], e->name[node[i]], e->value[node[i]][k],
                       c->strings ? c->strings[i] : "another number");
  }
  return NULL;
}

static const char *compare(const khop_graph *graph, const expected *e, char *const row[7]) {
  int node[MOST] = {0};
  const char *bad = match_nodes(node, graph, e, row[2], row[3][0] == '1');
  if (!bad) bad = match_arcs(graph, e, node, row[4][0] == '1');
  if (!bad) bad = match_columns(graph, e, node, row[5]);
  bool told = false;
  for (int i = 0; i < khop_graph_notes(graph); i++)
    told = told || strstr(khop_graph_note(graph, i), "edge weights are ignored");
  return bad || told == (row[6][0] == '1') ? bad : DIFFERS("weights are%s told", told ? "" : " not");
}

/* --- the tests ---------------------------------------------------------------------------------- */

static expected e;
static int failures;

static void check_row(char *const row[7]) {
  char file[300];
  khop_graph *graph = NULL;
  read_expected(&e, row[1]);
  snprintf(file, sizeof file, FOLDER "%.200s", row[0]);
  const char *bad = khop_graph_read(&graph, fixture(file), NULL) == KHOP_OK ? compare(graph, &e, row) : khop_message();
  if (bad) print_error("%s: %s\n", row[0], bad);
  failures += bad != NULL;
  khop_graph_free(graph);
}

static void every_file_is_the_graph_that_was_written(void **state) {
  (void)state;
  static char table[16384];
  read_text(table, sizeof table, FOLDER "files.tsv");
  int rows = 0;
  for (char *line = table, *end, *row[MOST]; *line; line = end + 1, rows++) {
    end = strchr(line, '\n');
    *end = 0;
    assert_int_equal(split(row, line), 7);
    check_row(row);
  }
  assert_true(rows > 80);
  assert_int_equal(failures, 0);
}

/* Each kind of mistake is made once in a right answer, and must be seen. */
static void the_comparison_sees_what_is_wrong(void **state) {
  (void)state;
  khop_graph *graph;
  char *row[7] = {"nx_people.graphml", "people", "id", "1", "1", "age,score,club", "1"};
  ok(khop_graph_read(&graph, fixture(FOLDER "nx_people.graphml"), NULL));
  read_expected(&e, "people");
  assert_null(compare(graph, &e, row));
  e.directed = true;
  assert_non_null(compare(graph, &e, row));
  e.directed = false;
  e.edges--; /* the loop */
  assert_non_null(strstr(compare(graph, &e, row), "1 loops, not 0"));
  e.edges--; /* an edge */
  assert_non_null(strstr(compare(graph, &e, row), "an arc from"));
  read_expected(&e, "people");
  e.to[0] = e.name[4];
  assert_non_null(compare(graph, &e, row));
  read_expected(&e, "people");
  e.value[1][0] = "8";
  assert_non_null(strstr(compare(graph, &e, row), "\"age\" of"));
  e.value[1][0] = "?";
  assert_non_null(strstr(compare(graph, &e, row), "\"age\" of"));
  read_expected(&e, "people");
  e.value[3][2] = "go"; /* it has none */
  assert_non_null(strstr(compare(graph, &e, row), "\"club\" of"));
  read_expected(&e, "people");
  e.name[0] = "Zoe";
  assert_non_null(strstr(compare(graph, &e, row), "the name"));
  read_expected(&e, "people");
  row[6] = "0";
  assert_non_null(strstr(compare(graph, &e, row), "weights are told"));
  row[3] = "0";
  assert_non_null(strstr(compare(graph, &e, row), "5 nodes, not 4"));
  khop_graph_free(graph);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_file_is_the_graph_that_was_written),
      cmocka_unit_test(the_comparison_sees_what_is_wrong),
  };
  return cmocka_run_group_tests_name("graph_fixtures", tests, open_folder, close_folder);
}
