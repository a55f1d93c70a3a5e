/* test_data_npz_found.c: data sets from archives as PyTorch Geometric, benchmarks, NumPy and SciPy
 * write them. */
#include "npz_check.h"

/* Notes but for those on classes, which are small here. */
static int count_notes(const khop_data *data) {
  int count = 0;
  for (int i = 0; i < khop_data_notes(data); i++)
    count += !strstr(khop_data_note(data, i), "class");
  return count;
}

/* Arcs 0 -> 1 -> 2 of 4 nodes, by the rows of x. */
static void arcs_of_pytorch_geometric(void **state) {
  (void)state;
  int64_t arcs[] = {0, 1, 1, 2}, both[] = {0, 1, 1, 0};
  khop_i_member m[] = {{"edge_index", KHOP_I_INT64, 0, 2, {2, 2}, arcs},
                       {"x", KHOP_I_FLOAT32, 0, 2, {4, 2}, matrix},
                       {"y", KHOP_I_INT64, 0, 2, {4, 1}, labels}};
  khop_data *data = load_members(m, 3, NULL);
  const khop_graph *graph = khop_data_graph(data);
  assert_true(khop_graph_is_directed(graph));
  assert_memory_equal(khop_graph_offsets(graph), ((int64_t[]){0, 1, 2, 2, 2}), 5 * sizeof(int64_t));
  assert_memory_equal(khop_graph_targets(graph), ((int32_t[]){1, 2}), 2 * sizeof(int32_t));
  assert_int_equal(khop_data_classes(data), 3);
  assert_int_equal(khop_data_features(data)->columns, 2);
  assert_int_equal(count_notes(data), 0);
  khop_data_free(data);
  m[0].data = both;
  data = load_members(m, 3, NULL);
  assert_false(khop_graph_is_directed(khop_data_graph(data)));
  khop_data_free(data);
  arcs[3] = 4;
  m[0].data = arcs;
  refuses_members(m, 3, KHOP_E_VALUE, "arc 1 is from 1 to 4", "nodes 0 to 3");
  m[0].shape[0] = 4, m[0].shape[1] = 1;
  refuses_members(m, 3, KHOP_E_SHAPE, "edge_index", "neither (2, E) nor (E, 2)");
}

/* Edges 0-1 and 1-2, each once; three splits as rows. */
static void no_more_nodes_than_the_bytes_can_mean(void **state) {
  (void)state;
  const int64_t arcs[] = {0, 1, 1, 0}, far[] = {0, 1999999999, 1, 0}, claim = 2000000000,
                some = 900000;
  khop_i_member m[] = {{"edge_index", KHOP_I_INT64, 0, 2, {2, 2}, arcs},
                       MEMBER("num_nodes", KHOP_I_INT64, 1, &claim)};
  refuses_members(m, 2, KHOP_E_FORMAT, "claims 2000000000 nodes", "bytes");
  m[0].data = far;
  refuses_members(m, 1, KHOP_E_FORMAT, "claims 2000000000 nodes", "bytes");
  const int64_t row[] = {0, 1}, col[] = {1, 0}, sides[] = {2000000000, 2000000000};
  const khop_i_member coo[] = {MEMBER("row", KHOP_I_INT64, 2, row),
                               MEMBER("col", KHOP_I_INT64, 2, col),
                               MEMBER("shape", KHOP_I_INT64, 2, sides)};
  refuses_members(coo, 3, KHOP_E_FORMAT, "claims 2000000000 nodes", "bytes");
  khop_data *data = NULL;
  m[0].data = arcs;
  m[1].data = &some;
  ok(khop_i_npz_write(path, 2, m));
  ok(khop_data_load(&data, path, NULL));
  assert_int_equal(khop_graph_nodes(khop_data_graph(data)), 900000);
  khop_data_free(data);
}

static void missing_features_are_filled_and_marked(void **state) {
  (void)state;
  const int64_t arcs[] = {0, 1, 1, 0}, y[] = {0, 1, 0, 1};
  const double x[] = {1, NAN, 2, 4, 3, NAN, 4, 8}, large[] = {1, 2, 3, 4, 5, 1e300, 7, 8};
  const khop_real mean[] = {1, 6, 1, 2, 4, 0, 3, 6, 1, 4, 8, 0},
                  zero[] = {1, 0, 1, 2, 4, 0, 3, 0, 1, 4, 8, 0};
  const uint8_t bools[] = {1, 0, 0, 1};
  khop_i_member m[] = {{"edge_index", KHOP_I_INT64, 0, 2, {2, 2}, arcs},
                       {"x", KHOP_I_FLOAT64, 0, 2, {4, 2}, x},
                       MEMBER("y", KHOP_I_INT64, 4, y),
                       MEMBER("train_idx", KHOP_I_BOOL, 4, bools)};
  refuses_members(m, 3, KHOP_E_VALUE, "'feature 1' of node 0 is missing or NaN, and of 2 of the 4",
                  "--missing mean");
  for (int how = KHOP_MISSING_MEAN; how <= KHOP_MISSING_ZERO; how++) {
    khop_data *data = load_members(m, 3, &(khop_data_options){.missing = (khop_missing)how}),
              *more = NULL;
    const khop_schema *schema = khop_data_schema(data);
    assert_memory_equal(khop_data_features(data)->dense, how == KHOP_MISSING_MEAN ? mean : zero,
                        sizeof mean);
    assert_int_equal(khop_schema_fields(schema), 3);
    assert_string_equal(khop_schema_field(schema, 2)->name, "feature 1");
    assert_int_equal(khop_schema_field(schema, 2)->kind, KHOP_FIELD_MISSING);
    const double full[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    m[1].data = full;
    ok(khop_i_npz_write(path, 3, m));
    ok(khop_data_load(&more, path, &(khop_data_options){.schema = schema}));
    assert_int_equal(khop_data_features(more)->columns, 3);
    assert_true(khop_data_features(more)->dense[1] == 2 && khop_data_features(more)->dense[2] == 0);
    khop_data_free(more);
    khop_data_free(data);
    m[1].data = x;
  }
  m[1].data = large;
  refuses_members(m, 3, KHOP_E_VALUE, "feature 1 of node 2",
                  "1e+300, too large for single precision");
  m[1].data = mean, m[1].dtype = KHOP_I_FLOAT32;
  refuses_members(m, 4, KHOP_E_FORMAT, "train_idx holds true and false", "train_mask");
  m[3] = (khop_i_member)MEMBER("train_idx", KHOP_I_FLOAT32, 4, matrix);
  refuses_members(m, 4, KHOP_E_FORMAT, "train_idx holds no integers", "integers");
}

static void edges_of_the_heterophilous_benchmark(void **state) {
  (void)state;
  const int64_t edges[] = {0, 1, 1, 2};
  const uint8_t rows[] = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0};
  khop_i_member m[] = {{"edges", KHOP_I_INT64, 0, 2, {2, 2}, edges},
                       {"node_features", KHOP_I_FLOAT32, 0, 2, {4, 2}, matrix},
                       MEMBER("node_labels", KHOP_I_INT64, 4, labels),
                       {"train_masks", KHOP_I_BOOL, 0, 2, {3, 4}, rows},
                       MEMBER("stray", KHOP_I_INT64, 4, labels)};
  khop_data *data = load_members(m, 5, NULL);
  assert_false(khop_graph_is_directed(khop_data_graph(data)));
  assert_int_equal(khop_graph_edges(khop_data_graph(data)), 2);
  assert_int_equal(khop_data_splits(data), 3);
  for (int s = 0; s < 3; s++)
    assert_memory_equal(khop_data_mask(data, s, KHOP_TRAIN), rows + 4 * s, 4);
  assert_int_equal(count_notes(data), 1);
  assert_string_equal(khop_data_note(data, 0), "not used: stray");
  khop_data_free(data);
}

static void classes_are_read_for_what_they_are(void **state) {
  (void)state;
  const int64_t gaps[] = {7, 0, 999999, 7, -1};
  const double floats[] = {0, 1, 1, 0, NAN}, fractions[] = {0.5, 1, 1, 0, 2},
               all[] = {1, 2, 3, 4, 5};
  const uint8_t hot[] = {0, 1, 1, 0, 0, 1, 1, 0, 0, 0};
  khop_i_member change[] = {
      MEMBER("labels", KHOP_I_INT64, 5, gaps), MEMBER("train_mask", KHOP_I_BOOL, 5, NULL),
      MEMBER("val_mask", KHOP_I_BOOL, 5, NULL), MEMBER("test_mask", KHOP_I_BOOL, 5, NULL)};
  khop_data *data = load_changed(change, 4, NULL);
  assert_int_equal(khop_data_classes(data), 3);
  assert_memory_equal(khop_data_labels(data), ((int32_t[]){1, 0, 2, 1, -1}), 5 * sizeof(int32_t));
  assert_string_equal(khop_data_class_names(data)[2], "999999");
  khop_data_free(data);
  change[0] = (khop_i_member)MEMBER("labels", KHOP_I_FLOAT64, 5, floats);
  data = load_changed(change, 4, NULL);
  assert_memory_equal(khop_data_labels(data), ((int32_t[]){0, 1, 1, 0, -1}), 5 * sizeof(int32_t));
  assert_non_null(strstr(khop_data_note(data, 0), "2 different floats"));
  khop_data_free(data);
  data = load_changed(change, 4, &(khop_data_options){.target = "labels"});
  assert_null(khop_data_labels(data));
  assert_true(khop_data_targets(data, NULL)[2] == 1);
  khop_data_free(data);
  change[0].data = fractions;
  data = load_changed(change, 4, NULL);
  assert_true(khop_data_targets(data, NULL)[0] == (khop_real)0.5);
  khop_data_free(data);
  change[0].data = all; /* nearly all differ: numbers */
  data = load_changed(change, 4, NULL);
  assert_null(khop_data_labels(data));
  khop_data_free(data);
  change[0] = (khop_i_member){"labels", KHOP_I_BOOL, 0, 2, {5, 2}, hot};
  data = load_changed(change, 4, NULL);
  assert_memory_equal(khop_data_labels(data), ((int32_t[]){1, 0, 1, 0, -1}), 5 * sizeof(int32_t));
  khop_data_free(data);
}

/* A matrix of 0 and 1 is judged on all its rows, and on what the masks of the archive select. */
static void several_labels_a_node_are_tasks(void **state) {
  (void)state;
  const uint8_t several[] = {1, 1, 0, 1, 0, 0, 1, 0, 1, 1}, hot[] = {0, 1, 1, 0, 0, 1, 1, 0, 0, 0};
  const float gaps[] = {1, 0, NAN, 1, 0, -1, 0, 1, 1, 0},
              unknown[] = {1, 0, NAN, NAN, 0, 1, -1, -1, 1, 0};
  const char names[] = "onetwo";
  khop_i_member change[] = {{"labels", KHOP_I_BOOL, 0, 2, {5, 2}, several},
                            MEMBER("train_mask", KHOP_I_BOOL, 5, NULL),
                            MEMBER("val_mask", KHOP_I_BOOL, 5, NULL),
                            MEMBER("test_mask", KHOP_I_BOOL, 5, NULL),
                            {"class_names", KHOP_I_BYTES, 3, 1, {2}, names}};
  khop_data *data = load_changed(change, 4, NULL);
  int64_t tasks = 0;
  assert_true(khop_data_has_tasks(data) && !khop_data_labels(data));
  const khop_real *y = khop_data_targets(data, &tasks);
  assert_int_equal(tasks, 2);
  for (int i = 0; i < 10; i++) assert_true(y[i] == several[i]);
  assert_string_equal(khop_data_note(data, 0),
                      "'labels': 2 yes/no tasks a node, 1.2 of them yes on average");
  assert_string_equal(khop_schema_targets(khop_data_schema(data), NULL)[1], "task 1");
  khop_data_free(data);
  data = load_changed(change, 5, NULL);
  assert_string_equal(khop_schema_targets(khop_data_schema(data), NULL)[1], "two");
  khop_data_free(data);
  change[0] = (khop_i_member){"labels", KHOP_I_FLOAT32, 0,
                              2,        {5, 2},         gaps}; /* a row with one answer of two */
  data = load_changed(change, 4, NULL);
  y = khop_data_targets(data, NULL);
  assert_true(khop_data_has_tasks(data) && isnan(y[2]) && y[3] == 1 && y[4] == 0 && isnan(y[5]));
  assert_non_null(strstr(khop_data_note(data, 0), "2 of 10 answers are missing"));
  khop_data_free(data);
  const int8_t signs[] = {1, -1, -1, -1, 1, 1, -1, 1, 1, -1};
  change[0] =
      (khop_i_member){"labels", KHOP_I_INT8, 0, 2, {5, 2}, signs}; /* no 0 at all: -1 is no */
  data = load_changed(change, 4, NULL);
  y = khop_data_targets(data, NULL);
  assert_memory_equal(y, ((khop_real[]){1, 0, 0, 0, 1, 1, 0, 1, 1, 0}), 10 * sizeof *y);
  assert_non_null(strstr(khop_data_note(data, 0), "-1 is taken for no"));
  khop_data_free(data);
  change[0] = (khop_i_member){"labels", KHOP_I_FLOAT32, 0, 2, {5, 2}, unknown};
  /* whole rows without an answer: nodes without a class */
  data = load_changed(change, 4, NULL);
  assert_memory_equal(khop_data_labels(data), ((int32_t[]){0, -1, 1, -1, 0}), 5 * sizeof(int32_t));
  assert_non_null(strstr(khop_data_note(data, 0), "the 2 rows without a 1"));
  khop_data_free(data);
  const int64_t one[] = {1, 0, -1, 1, 0};
  const double two[] = {NAN, 1, 0, 0, 1};
  khop_i_member both[] = {MEMBER("a", KHOP_I_INT64, 5, one),
                          {"b", KHOP_I_FLOAT64, 0, 2, {5, 1}, two}};
  data = load_changed(both, 2, &(khop_data_options){.label = "b,a"});
  y = khop_data_targets(data, &tasks);
  assert_true(tasks == 2 && isnan(y[0]) && y[1] == 1 && y[2] == 1 && y[3] == 0);
  assert_true(y[4] == 0 && isnan(y[5]) && y[6] == 0 && y[7] == 1 && y[8] == 1 && y[9] == 0);
  assert_string_equal(khop_schema_targets(khop_data_schema(data), NULL)[0], "b");
  khop_data_free(data);
  fails(khop_data_load(&data, path, &(khop_data_options){.label = "a,c"}), KHOP_E_NOT_FOUND, path,
        "no member 'c'");
  fails(khop_data_load(&data, path, &(khop_data_options){.label = "a,labels"}), KHOP_E_VALUE,
        "labels of node 2", "is 2");
  fails(khop_data_load(&data, path, &(khop_data_options){.label = "a,attr_matrix"}), KHOP_E_SHAPE,
        "10 numbers", "5");
  change[0] = (khop_i_member){"labels", KHOP_I_BOOL, 0, 2,
                              {5, 2},   hot}; /* node 4 has no 1, and the test mask has it */
  data = load_changed(change, 1, NULL);
  assert_true(khop_data_has_tasks(data) && !khop_data_labels(data));
  khop_data_free(data);
}

static void splits_by_ids(void **state) {
  (void)state;
  int64_t ids[] = {0, 1}, others[] = {3, 4};
  khop_i_member change[] = {
      MEMBER("train_mask", KHOP_I_BOOL, 5, NULL), MEMBER("val_mask", KHOP_I_BOOL, 5, NULL),
      MEMBER("test_mask", KHOP_I_BOOL, 5, NULL), MEMBER("idx_train", KHOP_I_INT64, 2, ids),
      MEMBER("test_idx", KHOP_I_INT64, 2, others)};
  khop_data *data = load_changed(change, 5, NULL);
  assert_int_equal(khop_data_splits(data), 1);
  assert_false(khop_data_split_is_random(data));
  assert_memory_equal(khop_data_mask(data, 0, KHOP_TRAIN), train, 5);
  assert_memory_equal(khop_data_mask(data, 0, KHOP_TEST), test, 5);
  khop_data_free(data);
  ids[1] = 5;
  write_set(change, 5);
  fails(khop_data_load(&data, path, NULL), KHOP_E_VALUE, "idx_train[1] is 5", "nodes 0 to 4");
}

static void weights_that_differ_are_noted(void **state) {
  (void)state;
  float weights[8] = {1, 1, 1, 1, 1, 1, 1, 1};
  khop_i_member change = MEMBER("adj_data", KHOP_I_FLOAT32, 8, weights);
  khop_data *data = load_changed(&change, 1, NULL);
  assert_int_equal(count_notes(data), 0);
  khop_data_free(data);
  weights[7] = 2;
  data = load_changed(&change, 1, NULL);
  assert_string_equal(khop_data_note(data, 0), "edge weights are ignored");
  khop_data_free(data);
}

/* --- as NumPy and SciPy write them: tests/files/make_npz_fixtures.py ------------------------- */

static khop_data *load_found(const char *name) {
  khop_data *data = NULL;
  char file[80];
  snprintf(file, sizeof file, "tests/files/found_%s.npz", name);
  ok(khop_data_load(&data, fixture(file), NULL));
  return data;
}

/* The edges 0-1, 1-2, 2-0, 3-4, 4-5. */
static bool is_found_graph(const khop_data *data) {
  static const int64_t offsets[] = {0, 2, 4, 6, 7, 9, 10};
  static const int32_t targets[] = {1, 2, 0, 2, 0, 1, 4, 3, 5, 4};
  const khop_graph *graph = khop_data_graph(data);
  return khop_graph_nodes(graph) == 6 && !khop_graph_is_directed(graph) &&
         memcmp(khop_graph_offsets(graph), offsets, sizeof offsets) == 0 &&
         memcmp(khop_graph_targets(graph), targets, sizeof targets) == 0;
}

static void every_form_of_scipy_is_the_same_graph(void **state) {
  (void)state;
  static const char *const names[] = {"csc", "bsr", "dia", "dense"};
  for (int k = 0; k < 4; k++) {
    khop_data *data = load_found(names[k]);
    assert_true(is_found_graph(data));
    assert_int_equal(has_note(data, "edge weights are ignored"), k == 1);
    khop_data_free(data);
  }
  khop_data *other = NULL; /* the checker tells another graph */
  ok(khop_data_load(&other, fixture("tests/files/scipy_csr.npz"), NULL));
  assert_false(is_found_graph(other));
  khop_data_free(other);
}

static void strings_are_classes_and_names(void **state) {
  (void)state;
  khop_data *data = load_found("strings");
  assert_true(is_found_graph(data));
  const char *const *names = khop_data_class_names(data);
  assert_int_equal(khop_data_classes(data), 3);
  assert_string_equal(names[0], "blue");
  assert_string_equal(names[1], "gr\u00fcn");
  assert_memory_equal(khop_data_labels(data), ((int32_t[]){2, 0, 2, 1, -1, 0}),
                      6 * sizeof(int32_t));
  assert_string_equal(khop_data_node_names(data)[2], "C\u00e9line");
  assert_string_equal(khop_schema_field(khop_data_schema(data), 1)->name, "height");
  assert_int_equal(count_notes(data), 0);
  khop_data_free(data);
  data = load_found("bytes");
  assert_string_equal(khop_data_class_names(data)[2], "green");
  assert_string_equal(khop_data_node_names(data)[5], "60");
  assert_true(has_note(data, "edge attributes are ignored"));
  assert_false(has_note(data, "weights"));
  khop_data_free(data);
}

static void features_are_chosen_by_name(void **state) {
  (void)state;
  khop_data *data = NULL;
  const char *file = fixture("tests/files/found_strings.npz");
  ok(khop_data_load(&data, file, &(khop_data_options){.features = "height"}));
  assert_int_equal(khop_data_features(data)->columns, 1);
  assert_true(khop_data_features(data)->dense[1] == 3);
  khop_data_free(data);
  ok(khop_data_load(&data, file, &(khop_data_options){.exclude = "height"}));
  assert_string_equal(khop_schema_field(khop_data_schema(data), 0)->name, "age");
  khop_data_free(data);
  fails(khop_data_load(&data, file, &(khop_data_options){.features = "weight"}), KHOP_E_NOT_FOUND,
        "'weight'", "2");
  fails(khop_data_load(&data, file, &(khop_data_options){.exclude = "age,height"}), KHOP_E_ARGUMENT,
        "no feature", "none");
  fails(khop_data_load(&data, file, &(khop_data_options){.name = "nobody"}), KHOP_E_NOT_FOUND,
        "no member", "nobody");
  fails(khop_data_load(&data, file, &(khop_data_options){.split = "fold"}), KHOP_E_ARGUMENT,
        "'fold'", "--masks");
  ok(khop_data_load(&data, file, &(khop_data_options){.name = "y"}));
  assert_string_equal(khop_data_node_names(data)[1], "blue");
  khop_data_free(data);
}

/* The names of the features of `file` bring those of another order into place, and refuse others.
 */
static void names_of_features_are_matched(void **state) {
  (void)state;
  khop_data *data = NULL, *turned = NULL;
  khop_i_member change = {"attr_names", KHOP_I_BYTES, 1, 1, {2}, "ab"};
  data = load_changed(&change, 1, NULL);
  change.data = "ba";
  turned = load_changed(&change, 1, NULL);
  ok(khop_data_match(turned, khop_data_schema(data)));
  assert_true(khop_data_features(turned)->dense[0] == 2 &&
              khop_data_features(turned)->dense[1] == 1);
  khop_data_free(turned);
  change.data = "bc";
  turned = load_changed(&change, 1, NULL);
  fails(khop_data_match(turned, khop_data_schema(data)), KHOP_E_VALUE, "they have c",
        "trained on a, which");
  khop_data_free(turned);
  change.data = "aa";
  turned = load_changed(&change, 1, NULL);
  assert_true(has_note(turned, "'attr_names' has 'a' twice"));
  khop_data_free(turned);
  change = (khop_i_member){"attr_names", KHOP_I_BYTES, 1, 1, {3}, "abc"};
  turned = load_changed(&change, 1, NULL);
  assert_true(has_note(turned, "3 names for 2 features"));
  khop_data_free(turned);
  change = (khop_i_member){"node_names", KHOP_I_BYTES, 1, 1, {3}, "abc"};
  turned = load_changed(&change, 1, NULL);
  assert_true(has_note(turned, "3 names and the graph 5 nodes"));
  assert_null(khop_data_node_names(turned));
  khop_data_free(turned);
  khop_data_free(data);
}

static void pickles_are_named_and_never_run(void **state) {
  (void)state;
  khop_data *data = NULL;
  fails(khop_data_load(&data, fixture("tests/files/found_pickled_label.npz"), NULL),
        KHOP_E_UNSUPPORTED, "member 'labels' is a pickled object: not read",
        "numpy.array(labels.tolist())");
  fails(khop_data_load(&data, fixture("tests/files/found_pickled_graph.npz"), NULL),
        KHOP_E_UNSUPPORTED, "member 'adj' is a pickled object", "scipy.sparse.save_npz");
  ok(khop_data_load(&data, fixture("tests/files/found_pickled_label.npz"),
                    &(khop_data_options){.graph_only = true}));
  assert_true(is_found_graph(data));
  khop_data_free(data);
  data = load_found("pickled_extra");
  assert_string_equal(khop_data_note(data, 0),
                      "member 'class_names' is a pickled object: not read");
  assert_string_equal(khop_data_note(data, 1), "member 'meta' is a pickled object: not read");
  assert_string_equal(khop_data_note(data, 2), "not used: more");
  assert_int_equal(khop_data_notes(data), 3);
  khop_data_free(data);
}

static void many_splits_by_ids(void **state) {
  (void)state;
  static const char *const names[] = {"ids_by_row", "ids_by_column"};
  for (int k = 0; k < 2; k++) {
    khop_data *data = load_found(names[k]);
    assert_true(is_found_graph(data));
    assert_int_equal(khop_data_splits(data), 3);
    assert_memory_equal(khop_data_mask(data, 0, KHOP_TRAIN), "\1\1\0\0\0", 6);
    assert_memory_equal(khop_data_mask(data, 2, KHOP_TRAIN), "\0\0\0\0\1\1", 6);
    assert_memory_equal(khop_data_mask(data, 2, KHOP_TEST), "\1\1\0\0\0", 6);
    assert_true(has_note(data, k ? "3 splits, a column each" : "3 splits, a row each"));
    khop_data_free(data);
  }
}

/* Five nodes without masks of their own, and the ids given. */
static khop_status load_ids(khop_data **data, khop_i_member train_ids, khop_i_member test_ids) {
  khop_i_member change[] = {MEMBER("train_mask", KHOP_I_BOOL, 5, NULL),
                            MEMBER("val_mask", KHOP_I_BOOL, 5, NULL),
                            MEMBER("test_mask", KHOP_I_BOOL, 5, NULL), train_ids, test_ids};
  write_set(change, 5);
  return khop_data_load(data, path, NULL);
}

static void ids_of_any_shape(void **state) {
  (void)state;
  khop_data *data = NULL;
  const int64_t square[] = {0, 1, 1, 0}, once[] = {0, 1, 0, 2}, rest[] = {3, 4},
                wrong[] = {0, 1, 2, 9, 3, 4};
  khop_i_member test_ids = MEMBER("test_idx", KHOP_I_INT64, 2, rest);
  /* rows {0, 1}, {0, 2}: as columns 0 would come twice in the first; a list goes with every split
   */
  ok(load_ids(&data, (khop_i_member){"train_idx", KHOP_I_INT64, 0, 2, {2, 2}, once}, test_ids));
  assert_memory_equal(khop_data_mask(data, 1, KHOP_TRAIN), "\1\0\1\0", 5);
  assert_memory_equal(khop_data_mask(data, 1, KHOP_TEST), "\0\0\0\1\1", 5);
  khop_data_free(data);
  ok(load_ids(&data, (khop_i_member){"train_idx", KHOP_I_INT64, 0, 2, {2, 2}, square}, test_ids));
  assert_true(has_note(data, "2 splits, a row each")); /* either way; rows first, and said */
  khop_data_free(data);
  fails(load_ids(&data, (khop_i_member){"train_idx", KHOP_I_INT64, 0, 2, {2, 3}, wrong}, test_ids),
        KHOP_E_VALUE, "train_idx[3] is 9", "0 to 4");
  khop_i_member tests = {"test_idx", KHOP_I_INT64, 0, 2, {1, 1}, rest};
  fails(load_ids(&data, (khop_i_member){"train_idx", KHOP_I_INT64, 0, 2, {2, 2}, once}, tests),
        KHOP_E_SHAPE, "(2, 2)", "do not agree");
  fails(load_ids(&data, (khop_i_member){"val_idx", KHOP_I_INT64, 0, 1, {2}, once}, test_ids),
        KHOP_E_NOT_FOUND, "no 'train_idx'", "validation or test");
  fails(load_ids(&data, (khop_i_member){"train_idx", KHOP_I_INT64, 0, 0, {0}, once}, test_ids),
        KHOP_E_SHAPE, "train_idx", "0 dimensions");
}

static void matrices_that_do_not_fit(void **state) {
  (void)state;
  const int64_t four[] = {4, 4}, oblong[] = {4, 5}, starts[] = {0, 1, 2}, blocks[] = {0, 1},
                far[] = {0, 2};
  const int64_t falling[] = {0, 2, 1};
  const float data[] = {1, 1, 1, 1, 1, 1, 1, 1};
  khop_i_member m[] = {{"format", KHOP_I_BYTES, 3, 0, {0}, "bsr"},
                       MEMBER("shape", KHOP_I_INT64, 2, four),
                       MEMBER("indptr", KHOP_I_INT64, 3, starts),
                       MEMBER("indices", KHOP_I_INT64, 2, blocks),
                       {"data", KHOP_I_FLOAT32, 0, 3, {2, 2, 2}, data}};
  khop_data_free(load_members(m, 5, NULL));
  m[1].data = oblong;
  refuses_members(m, 5, KHOP_E_SHAPE, "4 x 5", "not square");
  m[1].data = four;
  m[3].data = far;
  refuses_members(m, 5, KHOP_E_SHAPE, "block 1 is at row 1 and column 2", "of 2");
  m[3].data = blocks;
  m[2].data = falling;
  refuses_members(m, 5, KHOP_E_SHAPE, "indptr[2] is 1", "after 2");
  m[2].data = starts;
  m[4].shape[1] = 1, m[4].shape[2] = 3;
  refuses_members(m, 5, KHOP_E_SHAPE, "2 blocks of 1 x 3", "no matrix of 4 nodes");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(arcs_of_pytorch_geometric),
      cmocka_unit_test(no_more_nodes_than_the_bytes_can_mean),
      cmocka_unit_test(missing_features_are_filled_and_marked),
      cmocka_unit_test(edges_of_the_heterophilous_benchmark),
      cmocka_unit_test(classes_are_read_for_what_they_are),
      cmocka_unit_test(several_labels_a_node_are_tasks),
      cmocka_unit_test(splits_by_ids),
      cmocka_unit_test(weights_that_differ_are_noted),
      cmocka_unit_test(every_form_of_scipy_is_the_same_graph),
      cmocka_unit_test(strings_are_classes_and_names),
      cmocka_unit_test(features_are_chosen_by_name),
      cmocka_unit_test(names_of_features_are_matched),
      cmocka_unit_test(pickles_are_named_and_never_run),
      cmocka_unit_test(many_splits_by_ids),
      cmocka_unit_test(ids_of_any_shape),
      cmocka_unit_test(matrices_that_do_not_fit),
  };
  return cmocka_run_group_tests_name("data_npz_found", tests, open_archive, close_folder);
}
