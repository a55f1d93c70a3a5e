/* test_readers_damage.c: files that are not there, cut short at every byte, damaged, or that claim
 * too much; and memory that runs out while one is read. */
#include "readers_check.h"

#include <sys/stat.h>

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
  must_fail("a.xlsx", "0 1\n", 4, KHOP_E_UNSUPPORTED, ".graphml .gexf .gml");
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
    must_fail("cut.graphml", graphml, count, KHOP_E_FORMAT, "line ");
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
  BAD("b.net", "*Vertices 2\n*Edges\n1 5\n", "");
  read_is("ok.net", "*Vertices 9\n*Edges\n1 2\n", 9, false, "01");
  static char deep[400000];
  for (size_t i = 0; i + 4 < sizeof deep; i += 4) memcpy(deep + i, "a [ ", 4);
  must_fail("deep.gml", deep, sizeof deep - 4, KHOP_E_FORMAT, "");
  memcpy(deep, "graph [ ", 8);
  must_fail("deep.gml", deep, sizeof deep - 4, KHOP_E_FORMAT, "");
}

/* --- memory --------------------------------------------------------------------------------- */

static khop_status try_read(void *context) {
  (void)context;
  khop_graph *graph = NULL;
  khop_status status = khop_graph_read(&graph, path, NULL);
  assert_true((status == KHOP_OK) == (graph != NULL));
  khop_graph_free(graph);
  return status;
}

static void each_allocation_fails_once(void **state) {
  (void)state;
  memory_can_run_out();
  for (size_t g = 0; g < GOOD; g++) {
    put_bytes(good[g].name, good[g].text, strlen(good[g].text));
    assert_in_range(fail_each(try_read, NULL), 1, 99);
  }
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(no_such_file),
      cmocka_unit_test(cut_short),
      cmocka_unit_test(graphml_with_a_hole),
      cmocka_unit_test(damaged),
      cmocka_unit_test(random_bytes),
      cmocka_unit_test(claims),
      cmocka_unit_test(each_allocation_fails_once),
  };
  return cmocka_run_group_tests_name("readers_damage", tests, open_folder, close_folder);
}
