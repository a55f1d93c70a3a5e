/* test_folders.c: data sets in folders (Geom-GCN, the Open Graph Benchmark): whole, damaged, and refused, in which words.
 * The fixtures are by tests/files/make_folder_fixtures.py. */
#include "check.h"

#include <khop/graphs.h>
#include <sys/stat.h>

static const char *const folders[] = {"tests/files/folders/geom", "tests/files/folders/film", "tests/files/folders/ogb"};

static khop_data *load_folder(const char *path, const khop_data_options *options) {
  khop_data *data = NULL;
  ok(khop_data_load(&data, path, options));
  return data;
}

static bool has_note(const khop_data *data, const char *words) {
  for (int i = 0; i < khop_data_notes(data); i++)
    if (strstr(khop_data_note(data, i), words)) return true;
  return false;
}

/* Feature j of node i is bit j of i. */
static bool has_bits(const khop_features *x) {
  bool same = x->rows == 6 && x->columns == 3 && x->dense;
  for (int c = 0; same && c < 18; c++) same = x->dense[c] == (khop_real)(c / 3 >> c % 3 & 1);
  return same;
}

static void every_folder_is_the_same_data(void **state) {
  (void)state;
  static const int64_t offsets[] = {0, 2, 4, 6, 7, 9, 10};
  static const int32_t targets[] = {1, 2, 0, 2, 0, 1, 4, 3, 5, 4}, labels[] = {0, 1, 0, 1, 0, 1};
  static const char *const names[] = {"geom", "film", "ogb"};
  for (int k = 0; k < 3; k++) {
    khop_data *data = load_folder(fixture(folders[k]), NULL);
    const khop_graph *graph = khop_data_graph(data);
    assert_string_equal(khop_data_name(data), names[k]);
    assert_false(khop_graph_is_directed(graph));
    assert_memory_equal(khop_graph_offsets(graph), offsets, sizeof offsets);
    assert_memory_equal(khop_graph_targets(graph), targets, sizeof targets);
    assert_memory_equal(khop_data_labels(data), labels, sizeof labels);
    assert_true(has_bits(khop_data_features(data)));
    assert_memory_equal(khop_data_mask(data, 0, KHOP_TRAIN), "\1\1\0\0\0", 6);
    assert_memory_equal(khop_data_mask(data, 0, KHOP_VAL), "\0\0\1\1\0", 6);
    assert_memory_equal(khop_data_mask(data, 0, KHOP_TEST), "\0\0\0\0\1\1", 6);
    assert_false(khop_data_split_is_random(data));
    assert_int_equal(khop_data_splits(data), k == 0 ? 2 : 1);
    if (k == 0) assert_memory_equal(khop_data_mask(data, 1, KHOP_TEST), "\0\0\1\1\0", 6); /* _10 after _2 */
    assert_true(has_note(data, "the direction of its arcs is left out: --directed keeps it"));
    assert_int_equal(has_note(data, "lists of 0 to 2 features"), k == 1);
    assert_int_equal(has_note(data, "not used: node_year.csv.gz"), k == 2);
    assert_int_equal(has_note(data, "split 0 is 'time'"), k == 2);
    khop_data_free(data);
  }
  khop_features other = {.rows = 6, .columns = 3, .dense = (const khop_real[18]){0}}; /* the checker tells others */
  assert_false(has_bits(&other));
}

static void what_options_say(void **state) {
  (void)state;
  khop_data *data = load_folder(fixture("tests/files/folders/geom/"), &(khop_data_options){.read.directed = true});
  assert_string_equal(khop_data_name(data), "geom");
  assert_true(khop_graph_is_directed(khop_data_graph(data)));
  assert_int_equal(khop_graph_offsets(khop_data_graph(data))[6], 5);
  assert_int_equal(khop_data_notes(data), 0);
  khop_data_free(data);
  data = load_folder(fixture(folders[2]), &(khop_data_options){.features = "none"});
  assert_true(khop_data_has_identity_features(data));
  khop_data_free(data);
  data = load_folder(fixture(folders[1]), &(khop_data_options){.graph_only = true});
  assert_null(khop_data_labels(data));
  khop_data_free(data);
  fails(khop_data_load(&data, fixture(folders[1]), &(khop_data_options){.label = "y"}), KHOP_E_ARGUMENT, "--label",
        "folders/film");
  fails(khop_data_load(&data, fixture(folders[1]), &(khop_data_options){.mask_prefix = "geom_"}), KHOP_E_ARGUMENT,
        "--masks", "folder");
}

/* --- damage ------------------------------------------------------------------------------------- */

static void put(const char *name, const char *text) { write_file(at(name), text, strlen(text)); }

#define HEADER "node_id\tfeature\tlabel\n"

/* A folder of two nodes, whose files can be changed. */
static void put_geom(const char *edges, const char *nodes) {
  mkdir(at("g"), 0777);
  put("g/out1_graph_edges.txt", edges);
  put("g/out1_node_feature_label.txt", nodes);
}

static void refuses(khop_status status, const char *a, const char *b) {
  khop_data *data = NULL;
  fails(khop_data_load(&data, at("g"), NULL), status, a, b);
  assert_null(data);
  if (strncmp(khop_message(), at("g"), strlen(at("g"))) != 0) fail_msg("no path in front of: %s", khop_message());
}

static void geom_gcn_damage(void **state) {
  (void)state;
  const char *const edges = "node_id\tnode_id\n0\t1\n", *const nodes = HEADER "0\t1,0\t0\n1\t0,1\t1\n";
  put_geom(edges, nodes);
  khop_data_free(load_folder(at("g"), NULL));
  put_geom("node_id\tnode_id\n0\t2\n", nodes);
  refuses(KHOP_E_FORMAT, "out1_graph_edges.txt: line 2", "from 0 to 1");
  put_geom("node_id\tnode_id\n0\t1\t5\n", nodes);
  refuses(KHOP_E_FORMAT, "line 2", "more than two");
  put_geom("node_id\tnode_id\n0\n", nodes);
  refuses(KHOP_E_FORMAT, "line 2", "whole number");
  put_geom("node_id\tnode_id\n0,1\n", nodes);
  refuses(KHOP_E_FORMAT, "line 2", "0,1");
  put_geom(edges, HEADER "0\t1,0\t0\n0\t0,1\t1\n");
  refuses(KHOP_E_FORMAT, "out1_node_feature_label.txt: line 3", "twice");
  put_geom(edges, HEADER "0\t1,0\t0\n1\t0,1\n");
  refuses(KHOP_E_FORMAT, "line 3", "between tabs");
  put_geom(edges, HEADER "0\t1,0\t0\n1\t0,x\t1\n");
  refuses(KHOP_E_FORMAT, "node 1", "0,x");
  put_geom(edges, HEADER "0\t1,0\t0\n1\tnan,1\t1\n");
  refuses(KHOP_E_FORMAT, "node 1", "line 3");
  put_geom(edges, HEADER "0\t1,0\t0\n1\t,1\t1\n");
  refuses(KHOP_E_FORMAT, "node 1", "missing");
  put_geom(edges, HEADER "0\t1\t0\n1\t-1,1\t1\n"); /* of several lengths: columns, and -1 is none */
  refuses(KHOP_E_FORMAT, "node 1", "whole number from 0");
  put_geom(edges, HEADER "0\t1,0\t0\n1\t0,1\tred\n");
  refuses(KHOP_E_FORMAT, "line 3", "red");
  put_geom(edges, HEADER);
  refuses(KHOP_E_FORMAT, "no nodes", "header");
  put_geom(edges, HEADER "0\t1,0\t0\n1\t0,1\t1\n");
  put("g/x_split_0.npz", "no archive");
  refuses(KHOP_E_FORMAT, "x_split_0.npz", "zip");
  unlink(at("g/x_split_0.npz"));
  unlink(at("g/out1_node_feature_label.txt"));
  refuses(KHOP_E_NOT_FOUND, "out1_node_feature_label.txt", "cannot open");
}

/* Labels far apart cost no more than their classes. */
static void a_label_of_999999_is_one_class(void **state) {
  (void)state;
  put_geom("node_id\tnode_id\n0\t1\n", HEADER "0\t1,0\t999999\n1\t0,1\t7\n");
  khop_data *data = load_folder(at("g"), NULL);
  assert_int_equal(khop_data_classes(data), 2);
  assert_string_equal(khop_data_class_names(data)[1], "999999");
  khop_data_free(data);
  put_geom("node_id\tnode_id\n0\t1\n", HEADER "0\t1,0\t1000000\n1\t0,1\t7\n");
  refuses(KHOP_E_FORMAT, "line 2", "from -1 to 999999");
}

static void put_ogb(const char *nodes, const char *features, const char *labels) {
  static const char *const dirs[] = {"g", "g/raw", "g/split", "g/split/time"};
  for (int d = 0; d < 4; d++) mkdir(at(dirs[d]), 0777);
  unlink(at("g/out1_graph_edges.txt"));
  unlink(at("g/out1_node_feature_label.txt"));
  put("g/raw/edge.csv", "0,1\n");
  put("g/raw/num-node-list.csv", nodes);
  put("g/raw/node-feat.csv", features);
  put("g/raw/node-label.csv", labels);
  put("g/split/time/train.csv", "0\n");
}

static void ogb_damage(void **state) {
  (void)state;
  put_ogb("3\n", "1,2\n3,4\n5,6\n", "0\nnan\n1.0\n");
  khop_data *data = load_folder(at("g"), NULL);
  assert_memory_equal(khop_data_labels(data), ((int32_t[]){0, -1, 1}), 3 * sizeof(int32_t));
  khop_data_free(data);
  put_ogb("3\n", "1,2\n3,4\n5,6\n", "0\n\n1.0\n"); /* an empty line is a label that is missing */
  data = load_folder(at("g"), NULL);
  assert_memory_equal(khop_data_labels(data), ((int32_t[]){0, -1, 1}), 3 * sizeof(int32_t));
  khop_data_free(data);
  put_ogb("3\n", "1,2\n3,4\n", "0\n1\n1\n");
  refuses(KHOP_E_SHAPE, "node-feat.csv", "2 lines, and 3 are needed");
  put_ogb("3\n", "1,2\n3\n5,6\n", "0\n1\n1\n");
  refuses(KHOP_E_FORMAT, "node-feat.csv: line 2", "first line");
  put_ogb("3\n", "1,2\n3,nan\n5,6\n", "0\n1\n1\n");
  refuses(KHOP_E_FORMAT, "node-feat.csv: line 2", "missing");
  put_ogb("3\n", "1,2\n3,inf\n5,6\n", "0\n1\n1\n");
  refuses(KHOP_E_FORMAT, "line 2", "infinite");
  put_ogb("1\n", "1,2\n", "0\n");
  refuses(KHOP_E_FORMAT, "edge.csv: line 1", "from 0 to 0");
  put_ogb("3\n3\n", "1,2\n3,4\n5,6\n", "0\n1\n1\n");
  refuses(KHOP_E_UNSUPPORTED, "2 graphs", "num-node-list");
  put_ogb("3\n", "1,2\n3,4\n5,6\n", "0,1\n1,2\n1,0\n");
  refuses(KHOP_E_VALUE, "node-label", "is 2");
  put_ogb("3\n", "1,2\n3,4\n5,6\n", "0,0\n0,0\n0,0\n");
  refuses(KHOP_E_VALUE, "node-label", "nothing to tell apart");
  put_ogb("3\n", "1,2\n3,4\n5,6\n", "0\n0.5\n1\n");
  refuses(KHOP_E_VALUE, "node 1 is 0.5", "whole numbers");
  put_ogb("3\n", "1,2\n3,4\n5,6\n", "0\n1\n1\n");
  put("g/split/time/test.csv", "3\n");
  refuses(KHOP_E_FORMAT, "split/time/test.csv: line 1", "from 0 to 2");
  put("g/split/time/test.csv", "0\n");
  refuses(KHOP_E_VALUE, "time", "overlap");
  unlink(at("g/split/time/test.csv"));
  write_file(at("g/raw/edge.csv.gz"), "\x1f\x8b\x08\0\0\0\0\0", 8); /* the plain one is read first */
  khop_data_free(load_folder(at("g"), NULL));
  unlink(at("g/raw/edge.csv"));
  refuses(KHOP_E_FORMAT, "edge.csv.gz", "cut short");
  unlink(at("g/raw/edge.csv.gz"));
}

static void columns_of_labels_are_tasks(void **state) {
  (void)state;
  int64_t tasks;
  put_ogb("3\n", "1,2\n3,4\n5,6\n", "0,1\n1,nan\n1,0\n");
  khop_data *data = load_folder(at("g"), NULL);
  const khop_real *answers = khop_data_targets(data, &tasks);
  assert_int_equal(tasks, 2);
  assert_true(khop_data_has_tasks(data) && !khop_data_labels(data));
  assert_true(answers[0] == 0 && answers[1] == 1 && answers[2] == 1 && isnan(answers[3]) && answers[4] == 1);
  assert_string_equal(khop_schema_targets(khop_data_schema(data), NULL)[1], "task 1");
  khop_data_free(data);
}

static void other_folders_and_files_are_named(void **state) {
  (void)state;
  static const struct {
    const char *file, *word;
  } foreign[] = {{"a.pt", "PyTorch"}, {"a.PKL", "Python"}, {"a.bin", "DGL"}, {"a.gpickle", "NetworkX"}};
  khop_data *data = NULL;
  fails(khop_data_load(&data, at(""), NULL), KHOP_E_UNSUPPORTED, "no form that khop reads", "raw/edge.csv.gz");
  fails(khop_data_load(&data, fixture("tests/files/folders/ogb_set"), NULL), KHOP_E_UNSUPPORTED, "a set of graphs",
        "graph-label");
  for (int k = 0; k < 4; k++) {
    put(foreign[k].file, "x");
    fails(khop_data_load(&data, at(foreign[k].file), NULL), KHOP_E_UNSUPPORTED, foreign[k].word, "numpy.savez");
  }
  mkdir(at("mag"), 0777);
  mkdir(at("mag/raw"), 0777);
  put("mag/raw/triplet-type-list.csv", "author,writes,paper\n");
  fails(khop_data_load(&data, at("mag"), NULL), KHOP_E_UNSUPPORTED, "several types", "triplet-type-list");
}

/* --- sets of graphs ------------------------------------------------------------------------------ */

/* A triangle, an edge and a node; worked out by hand from the fixture's tables. */
static void ogb_set_of_graphs(void **state) {
  (void)state;
  static const int64_t first[] = {0, 3, 5, 6}, offsets[] = {0, 2, 4, 6, 7, 8, 8};
  static const int32_t targets[] = {1, 2, 0, 2, 0, 1, 4, 3};
  static const uint8_t types[] = {0, 1, 0, 0, 1, 0, 0, 0}; /* the edge 2-0 is of another type */
  static const khop_real features[] = {1, 0, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0};
  khop_graphs *set;
  int count = 0;
  assert_true(khop_graphs_is_set(fixture("tests/files/folders/ogb_set")));
  assert_false(khop_graphs_is_set(fixture("tests/files/folders/ogb")));
  ok(khop_graphs_read(&set, fixture("tests/files/folders/ogb_set")));
  assert_string_equal(khop_graphs_name(set), "ogb_set");
  assert_int_equal(khop_graphs_count(set), 3);
  assert_memory_equal(khop_graphs_first(set), first, sizeof first);
  assert_memory_equal(khop_graph_offsets(khop_graphs_graph(set)), offsets, sizeof offsets);
  assert_memory_equal(khop_graph_targets(khop_graphs_graph(set)), targets, sizeof targets);
  assert_memory_equal(khop_graphs_arc_types(set, &count), types, sizeof types);
  assert_int_equal(count, 2);
  assert_int_equal(khop_graphs_features(set)->columns, 4); /* 6, 8; 0, 1 */
  assert_memory_equal(khop_graphs_features(set)->dense, features, sizeof features);
  assert_string_equal(khop_schema_field(khop_graphs_schema(set), 0)->vocabulary[1], "8");
  assert_string_equal(khop_schema_edge_labels(khop_graphs_schema(set), NULL)[1], "1 0");
  assert_memory_equal(khop_graphs_labels(set), ((int32_t[]){0, 1, 1}), 3 * sizeof(int32_t));
  assert_memory_equal(khop_graphs_parts(set), ((uint8_t[]){KHOP_TRAIN, KHOP_TEST, KHOP_VAL}), 3);
  assert_string_equal(khop_graphs_note(set, 0), "its split is 'scaffold'");
  assert_int_equal(khop_graphs_notes(set), 1);
  khop_graphs_free(set);
}

static void put_ogb_set(const char *sizes, const char *edges, const char *features, const char *labels) {
  mkdir(at("s"), 0777);
  mkdir(at("s/raw"), 0777);
  put("s/raw/num-node-list.csv", "2\n1\n");
  put("s/raw/num-edge-list.csv", sizes);
  put("s/raw/edge.csv", edges);
  put("s/raw/node-feat.csv", features);
  put("s/raw/graph-label.csv", labels);
}

static void refuses_set(khop_status status, const char *a, const char *b) {
  khop_graphs *set = NULL;
  fails(khop_graphs_read(&set, at("s")), status, a, b);
  assert_null(set);
}

static void ogb_set_damage(void **state) {
  (void)state;
  khop_graphs *set;
  int64_t outputs;
  put_ogb_set("1\n0\n", "0,1\n", "0.5\n1\n2\n", "0,1\n,1\n");
  ok(khop_graphs_read(&set, at("s")));
  assert_true(isnan(khop_graphs_targets(set, &outputs)[2]) && khop_graphs_targets(set, NULL)[3] == 1);
  assert_int_equal(outputs, 2);
  assert_true(khop_graphs_has_tasks(set) && !khop_graphs_parts(set));
  assert_int_equal(khop_schema_field(khop_graphs_schema(set), 0)->kind, KHOP_FIELD_NUMBER);
  khop_graphs_free(set);
  put_ogb_set("1\n", "0,1\n", "0\n1\n2\n", "0\n1\n");
  refuses_set(KHOP_E_SHAPE, "num-edge-list.csv: 1 lines", "2 graphs");
  put_ogb_set("1\n1\n", "0,1\n", "0\n1\n2\n", "0\n1\n");
  refuses_set(KHOP_E_SHAPE, "edge.csv: 1 lines", "2 edges");
  put_ogb_set("1\n1\n", "0,1\n0,1\n", "0\n1\n2\n", "0\n1\n");
  refuses_set(KHOP_E_FORMAT, "edge.csv: line 2", "from 0 to 0");
  put_ogb_set("1\n0\n", "0,1\n", "0\n1\n", "0\n1\n");
  refuses_set(KHOP_E_SHAPE, "node-feat.csv: 2 lines", "3 are needed");
  put_ogb_set("1\n0\n", "0,1\n", "0\n1\n2\n", "0\n1\n1\n");
  refuses_set(KHOP_E_SHAPE, "graph-label.csv: 3 lines", "2 are needed");
}

static void put_split(const char *name, const char *train, const char *valid) {
  char path[100];
  snprintf(path, sizeof path, "s/split/%s", name);
  mkdir(at("s/split"), 0777);
  mkdir(at(path), 0777);
  snprintf(path, sizeof path, "s/split/%s/train.csv", name);
  put(path, train);
  snprintf(path, sizeof path, "s/split/%s/valid.csv", name);
  put(path, valid);
}

static void one_of_several_splits_is_taken_and_told(void **state) {
  (void)state;
  khop_graphs *set;
  put_ogb_set("1\n0\n", "0,1\n", "0\n1\n2\n", "0.5,1\n2,7\n");
  put("s/raw/graph-year.csv", "1\n2\n");
  put_split("age", "0\n", "1\n");
  put_split("random", "1\n", "0\n");
  ok(khop_graphs_read(&set, at("s")));
  assert_memory_equal(khop_graphs_parts(set), ((uint8_t[]){KHOP_VAL, KHOP_TRAIN}), 2);
  assert_string_equal(khop_graphs_note(set, 0), "its split is 'random'; not used: age");
  assert_string_equal(khop_graphs_note(set, 1), "not used: graph-year.csv");
  assert_false(khop_graphs_has_tasks(set));
  khop_graphs_free(set);
  put_split("random", "2\n", "0\n");
  refuses_set(KHOP_E_FORMAT, "split/random/train.csv: line 1", "from 0 to 1");
  put_split("random", "0\n", "1\n0\n");
  refuses_set(KHOP_E_VALUE, "split/random/valid.csv: line 2", "graph 0 is in another part");
  put_split("random", "", "1\n0\n");
  refuses_set(KHOP_E_VALUE, "random", "none of the 2 graphs is for training");
  unlink(at("s/split/random/train.csv"));
  refuses_set(KHOP_E_NOT_FOUND, "train.csv", "");
}

/* --- memory --------------------------------------------------------------------------------------- */

static khop_status try_read_set(void *context) {
  khop_graphs *set = NULL;
  khop_status status = khop_graphs_read(&set, context);
  if (status != KHOP_OK) assert_null(set);
  khop_graphs_free(set);
  return status;
}

static khop_status try_load(void *context) {
  khop_data *data = NULL;
  khop_status status = khop_data_load(&data, context, NULL);
  if (status != KHOP_OK) assert_null(data);
  khop_data_free(data);
  return status;
}

static void folders_out_of_memory(void **state) {
  (void)state;
  memory_can_run_out();
  for (int k = 0; k < 3; k++) assert_in_range(fail_each(try_load, (void *)(uintptr_t)fixture(folders[k])), 20, 400);
  assert_in_range(fail_each(try_read_set, (void *)(uintptr_t)fixture("tests/files/folders/ogb_set")), 20, 400);
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_folder_is_the_same_data), cmocka_unit_test(what_options_say),
      cmocka_unit_test(geom_gcn_damage),               cmocka_unit_test(a_label_of_999999_is_one_class),
      cmocka_unit_test(ogb_damage),                    cmocka_unit_test(other_folders_and_files_are_named),
      cmocka_unit_test(columns_of_labels_are_tasks),
      cmocka_unit_test(ogb_set_of_graphs),             cmocka_unit_test(ogb_set_damage),
      cmocka_unit_test(one_of_several_splits_is_taken_and_told),
      cmocka_unit_test(folders_out_of_memory),
  };
  return cmocka_run_group_tests_name("folders", tests, open_folder, close_folder);
}
