/* test_data_npz.c: data sets from archives: whole, damaged, and what is refused, in which words. */
#include "check.h"

#include "data/data.h"
#include "files/npz.h"

static char path[300];

static int setup(void **state) {
  if (open_folder(state) != 0) return -1;
  snprintf(path, sizeof path, "%s/set.npz", folder);
  return 0;
}

/* --- a small archive ------------------------------------------------------------------------ */

/* Five nodes: the triangle 0-1-2 and the edge 3-4, with everything a set can have. */
static const int32_t indptr[] = {0, 2, 4, 6, 7, 8}, indices[] = {1, 2, 0, 2, 0, 1, 4, 3};
static const int64_t shape[] = {5, 5};
static const float matrix[] = {1, 2, 3, 4, 5, 6, 7, 8, 0, 0};
static const int64_t labels[] = {0, 1, 2, 1, 0};
static const uint8_t train[] = {1, 1, 0, 0, 0}, val[] = {0, 0, 1, 0, 0}, test[] = {0, 0, 0, 1, 1};

#define MEMBER(key, type, count, data)                                                             \
  { key, type, 0, 1, {count}, data }
static const khop_i_member whole[] = {
    MEMBER("adj_indptr", KHOP_I_INT32, 6, indptr),
    MEMBER("adj_indices", KHOP_I_INT32, 8, indices),
    MEMBER("adj_shape", KHOP_I_INT64, 2, shape),
    {"attr_matrix", KHOP_I_FLOAT32, 0, 2, {5, 2}, matrix},
    MEMBER("labels", KHOP_I_INT64, 5, labels),
    MEMBER("train_mask", KHOP_I_BOOL, 5, train),
    MEMBER("val_mask", KHOP_I_BOOL, 5, val),
    MEMBER("test_mask", KHOP_I_BOOL, 5, test),
};
#define WHOLE ((int)(sizeof whole / sizeof *whole))

/* Writes the archive with some members replaced (same key), left out (no data) or added. */
static void write_set(const khop_i_member *changes, int count) {
  khop_i_member members[24];
  int n = 0;
  for (int m = 0; m < WHOLE; m++) {
    members[n++] = whole[m];
    for (int c = 0; c < count; c++)
      if (strcmp(changes[c].key, whole[m].key) == 0) n--, c = count;
  }
  for (int c = 0; c < count; c++)
    if (changes[c].data) members[n++] = changes[c];
  ok(khop_i_npz_write(path, n, members));
}

/* Loading the archive with one change fails, and the message has the path and two words. */
static void refuses(khop_i_member change, khop_status status, const char *a, const char *b) {
  khop_data *data = NULL;
  write_set(&change, 1);
  fails(khop_data_load(&data, path, NULL), status, a, b);
  assert_null(data);
  if (strncmp(khop_message(), path, strlen(path)) != 0)
    fail_msg("the path is not in front of: %s", khop_message());
}

static khop_data *load_changed(const khop_i_member *changes, int count,
                               const khop_data_options *options) {
  khop_data *data = NULL;
  write_set(changes, count);
  ok(khop_data_load(&data, path, options));
  return data;
}

static void npz_whole(void **state) {
  (void)state;
  khop_data *data = load_changed(NULL, 0, NULL);
  assert_string_equal(khop_data_name(data), "set");
  const khop_graph *graph = khop_data_graph(data);
  assert_int_equal(khop_graph_nodes(graph), 5);
  assert_int_equal(khop_graph_edges(graph), 4);
  assert_false(khop_graph_is_directed(graph));
  assert_int_equal(khop_graph_dropped_repeats(graph), 0);
  const khop_features *features = khop_data_features(data);
  assert_int_equal(features->rows, 5);
  assert_int_equal(features->columns, 2);
  for (int i = 0; i < 10; i++) assert_true(features->dense[i] == (khop_real)matrix[i]);
  assert_false(khop_data_has_identity_features(data));
  assert_int_equal(khop_data_classes(data), 3);
  for (int i = 0; i < 5; i++) assert_int_equal(khop_data_labels(data)[i], labels[i]);
  assert_int_equal(khop_data_splits(data), 1);
  assert_memory_equal(khop_data_mask(data, 0, KHOP_TRAIN), train, 5);
  assert_memory_equal(khop_data_mask(data, 0, KHOP_VAL), val, 5);
  assert_memory_equal(khop_data_mask(data, 0, KHOP_TEST), test, 5);
  assert_null(khop_data_mask(data, 1, KHOP_TRAIN));
  assert_null(khop_data_mask(data, -1, KHOP_TRAIN));
  assert_false(khop_data_split_is_random(data));
  assert_null(khop_data_class_names(data));
  assert_null(khop_data_targets(data, NULL));
  khop_data_free(data);
}

static void npz_bad_features(void **state) {
  (void)state;
  float bad[10] = {0};
  bad[7] = NAN;
  khop_i_member dense = {"attr_matrix", KHOP_I_FLOAT32, 0, 2, {5, 2}, bad};
  refuses(dense, KHOP_E_VALUE, "feature 1' of node 3", "NaN");
  bad[7] = -INFINITY;
  refuses(dense, KHOP_E_VALUE, "feature 1 of node 3", "infinite");
  bad[7] = 0;
  dense.shape[0] = 2, dense.shape[1] = 5;
  refuses(dense, KHOP_E_SHAPE, "2 rows", "5 nodes");
  dense.dimensions = 1;
  refuses(dense, KHOP_E_SHAPE, "attr_matrix", "1 dimensions");
}

static void npz_sparse_features(void **state) {
  (void)state;
  /* row 0: columns out of order and one repeated; row 2: a stored zero; row 4: nothing */
  const int64_t offsets[] = {0, 3, 4, 5, 6, 6}, wide[] = {5, 9};
  int64_t columns[] = {8, 0, 8, 2, 3, 1};
  double values[] = {1, 2, 3, 4, 0, 5};
  khop_i_member sparse[] = {{"attr_matrix", KHOP_I_FLOAT32, 0, 2, {5, 2}, NULL},
                            MEMBER("attr_indptr", KHOP_I_INT64, 6, offsets),
                            MEMBER("attr_indices", KHOP_I_INT64, 6, columns),
                            MEMBER("attr_data", KHOP_I_FLOAT64, 6, values),
                            MEMBER("attr_shape", KHOP_I_INT64, 2, wide)};
  khop_data *data = load_changed(sparse, 5, NULL);
  const khop_features *f = khop_data_features(data);
  const int64_t wanted[] = {0, 2, 3, 3, 4, 4};
  assert_null(f->dense);
  assert_int_equal(f->columns, 9);
  assert_memory_equal(f->offsets, wanted, sizeof wanted);
  assert_int_equal(f->indices[0], 0);
  assert_int_equal(f->indices[1], 8);
  assert_true(f->values[0] == 2 && f->values[1] == 4 && f->values[2] == 4 && f->values[3] == 5);
  khop_data_free(data);
  data = load_changed(sparse, 5, &(khop_data_options){.row_normalize = true});
  f = khop_data_features(data);
  assert_true(fabs((double)f->values[0] - 2.0 / 6) < 1e-7 && f->values[3] == 1);
  khop_data_free(data);
  values[5] = NAN;
  write_set(sparse, 5);
  fails(khop_data_load(&data, path, NULL), KHOP_E_VALUE, path,
        "feature 1 of node 3 is NaN: of sparse features nothing fills it in");
  values[5] = 1;
  columns[4] = 9;
  write_set(sparse, 5);
  fails(khop_data_load(&data, path, NULL), KHOP_E_SHAPE, "attr_indices[4] is 9", "9 columns");
  write_set(sparse, 4);
  fails(khop_data_load(&data, path, NULL), KHOP_E_NOT_FOUND, path, "attr_shape");
}

static void npz_bad_labels(void **state) {
  (void)state;
  int64_t bad[] = {0, 1, -2, 1, 0, 7};
  refuses((khop_i_member)MEMBER("labels", KHOP_I_INT64, 5, bad), KHOP_E_VALUE, "node 2 is -2",
          "-1");
  bad[2] = 99999999999;
  refuses((khop_i_member)MEMBER("labels", KHOP_I_INT64, 5, bad), KHOP_E_VALUE, "node 2",
          "99999999999");
  bad[2] = 0;
  refuses((khop_i_member)MEMBER("labels", KHOP_I_INT64, 6, bad), KHOP_E_SHAPE, "6 rows", "5 nodes");
  const int64_t counts[] = {0, 1, 1, 0, 2, 0, 0, 1, 1, 1};
  const float yes[] = {1, 1, 1, 1, NAN, 1, 1, 1, 1, 1};
  refuses((khop_i_member){"labels", KHOP_I_INT64, 0, 2, {5, 2}, counts}, KHOP_E_UNSUPPORTED, "10 integers", "5 nodes");
  refuses((khop_i_member){"labels", KHOP_I_FLOAT32, 0, 2, {5, 2}, yes}, KHOP_E_VALUE, "9 yes (1), 0 no (0)",
          "1 missing");
  refuses((khop_i_member){"labels", KHOP_I_BYTES, 2, 2, {5, 2}, matrix}, KHOP_E_UNSUPPORTED, "labels", "10 strings");
  bad[4] = -1; /* the test mask has it */
  refuses((khop_i_member)MEMBER("labels", KHOP_I_INT64, 5, bad), KHOP_E_VALUE, "node 4",
          "test mask");
}

static void npz_bad_masks(void **state) {
  (void)state;
  const uint8_t both[] = {1, 0, 1, 1, 1}, none[] = {0, 0, 0, 0, 0}, two[] = {0, 2, 0, 0, 0, 0};
  refuses((khop_i_member)MEMBER("val_mask", KHOP_I_BOOL, 5, both), KHOP_E_VALUE,
          "1 nodes are in training and validation", "2 in validation and test");
  refuses((khop_i_member)MEMBER("test_mask", KHOP_I_BOOL, 5, train), KHOP_E_VALUE, "overlap",
          "2 in training and test");
  refuses((khop_i_member)MEMBER("train_mask", KHOP_I_BOOL, 5, none), KHOP_E_VALUE, "training mask",
          "0 of 5 nodes");
  refuses((khop_i_member)MEMBER("train_mask", KHOP_I_UINT8, 5, two), KHOP_E_VALUE, "train_mask",
          "holds 2");
  refuses((khop_i_member)MEMBER("train_mask", KHOP_I_BOOL, 6, two), KHOP_E_SHAPE, "6 rows",
          "5 nodes");
  refuses((khop_i_member)MEMBER("train_mask", KHOP_I_FLOAT32, 5, matrix), KHOP_E_FORMAT,
          "train_mask", "boolean");
  refuses((khop_i_member)MEMBER("train_mask", KHOP_I_BOOL, 5, NULL), KHOP_E_NOT_FOUND, "no member",
          "train_mask");
  /* the second of two splits overlaps with the mask that both share */
  const uint8_t pair[] = {1, 1, 0, 0, 0, 0, 0, 1, 0, 0};
  refuses((khop_i_member){"train_mask", KHOP_I_BOOL, 0, 2, {5, 2}, pair}, KHOP_E_VALUE, "split 1",
          "1 in training and test");
  khop_data *data = NULL;
  write_set(NULL, 0);
  fails(khop_data_load(&data, path, &(khop_data_options){.mask_prefix = "geom_"}), KHOP_E_NOT_FOUND,
        path, "geom_train_mask");
}

static void npz_many_masks(void **state) {
  (void)state;
  const uint8_t pair[] = {1, 0, 0, 1, 0, 0, 0, 0, 0, 0};
  khop_data *data =
      load_changed(&(khop_i_member){"train_mask", KHOP_I_INT8, 0, 2, {5, 2}, pair}, 1, NULL);
  assert_int_equal(khop_data_splits(data), 2);
  assert_memory_equal(khop_data_mask(data, 0, KHOP_TRAIN), "\1\0\0\0\0", 5);
  assert_memory_equal(khop_data_mask(data, 1, KHOP_TRAIN), "\0\1\0\0\0", 5);
  assert_memory_equal(khop_data_mask(data, 1, KHOP_TEST), test, 5);
  khop_data_free(data);
}

static void npz_bad_graphs(void **state) {
  (void)state;
  int32_t falling[] = {0, 2, 1, 6, 7, 8}, outside[] = {1, 2, 0, 2, 0, 5, 4, 3};
  const int64_t oblong[] = {5, 6}, big[] = {6, 6}, negative[] = {-5, 5};
  refuses((khop_i_member)MEMBER("adj_indptr", KHOP_I_INT32, 6, falling), KHOP_E_SHAPE,
          "adj_indptr[2] is 1", "after 2");
  refuses((khop_i_member)MEMBER("adj_indices", KHOP_I_INT32, 8, outside), KHOP_E_SHAPE,
          "adj_indices[5] is 5", "5 columns");
  refuses((khop_i_member)MEMBER("adj_indices", KHOP_I_INT32, 7, outside), KHOP_E_SHAPE,
          "adj_indptr", "7 indices");
  refuses((khop_i_member)MEMBER("adj_shape", KHOP_I_INT64, 2, oblong), KHOP_E_SHAPE, "5 x 6",
          "square");
  refuses((khop_i_member)MEMBER("adj_shape", KHOP_I_INT64, 2, big), KHOP_E_SHAPE, "6 numbers",
          "6 rows");
  refuses((khop_i_member)MEMBER("adj_shape", KHOP_I_INT64, 2, negative), KHOP_E_SHAPE, "(-5, 5)",
          "adj_shape");
  refuses((khop_i_member)MEMBER("adj_data", KHOP_I_FLOAT32, 7, matrix), KHOP_E_SHAPE,
          "adj_data has 7", "8 indices");
  refuses((khop_i_member)MEMBER("adj_indices", KHOP_I_FLOAT32, 8, matrix), KHOP_E_FORMAT,
          "adj_indices", "integers");
  refuses((khop_i_member)MEMBER("adj_indptr", KHOP_I_INT32, 6, NULL), KHOP_E_NOT_FOUND, "no graph",
          "adj_indptr");
  khop_data *data = NULL;
  write_set(NULL, 0);
  fails(khop_data_load(&data, path, &(khop_data_options){.use_directed = true}), KHOP_E_NOT_FOUND,
        path, "dir_indptr");
}

static void npz_directed(void **state) {
  (void)state;
  const int32_t path_ptr[] = {0, 1, 2, 3, 4, 4}, path_to[] = {1, 2, 3, 4};
  khop_i_member links[] = {MEMBER("dir_indptr", KHOP_I_INT32, 6, path_ptr),
                           MEMBER("dir_indices", KHOP_I_INT32, 4, path_to)};
  khop_data *data = load_changed(links, 2, &(khop_data_options){.use_directed = true});
  assert_true(khop_graph_is_directed(khop_data_graph(data)));
  assert_false(khop_data_has_directed_links(data)); /* they were read */
  assert_int_equal(khop_graph_edges(khop_data_graph(data)), 4);
  khop_data_free(data);
  data = load_changed(links, 2, NULL);
  assert_false(khop_graph_is_directed(khop_data_graph(data)));
  assert_true(khop_data_has_directed_links(data));
  khop_data_free(data);
  /* an adjacency that is not symmetric is directed by itself */
  khop_i_member one_way[] = {MEMBER("adj_indptr", KHOP_I_INT32, 6, path_ptr),
                             MEMBER("adj_indices", KHOP_I_INT32, 4, path_to)};
  data = load_changed(one_way, 2, NULL);
  assert_true(khop_graph_is_directed(khop_data_graph(data)));
  khop_data_free(data);
}

static void npz_targets(void **state) {
  (void)state;
  int64_t outputs = 0;
  khop_i_member two = {"labels", KHOP_I_FLOAT32, 0, 2, {5, 2}, matrix};
  khop_data *data = load_changed(&two, 1, NULL);
  assert_null(khop_data_labels(data));
  assert_int_equal(khop_data_classes(data), 0);
  assert_true(khop_data_targets(data, &outputs)[7] == 8);
  assert_int_equal(outputs, 2);
  khop_data_free(data);
}

static void scipy_files(void **state) {
  (void)state;
  khop_data *data = NULL;
  ok(khop_data_load(&data, fixture("tests/files/scipy_csr.npz"), NULL));
  assert_false(khop_graph_is_directed(khop_data_graph(data)));
  assert_int_equal(khop_graph_edges(khop_data_graph(data)), 4);
  assert_true(khop_data_has_identity_features(data));
  assert_int_equal(khop_data_features(data)->columns, 5);
  assert_int_equal(khop_data_features(data)->indices[3], 3);
  assert_int_equal(khop_data_splits(data), 0); /* nothing to learn, nothing to split */
  khop_data_free(data);
  ok(khop_data_load(&data, fixture("tests/files/scipy_one_way.npz"), NULL));
  assert_true(khop_graph_is_directed(khop_data_graph(data)));
  khop_data_free(data);
  ok(khop_data_load(&data, fixture("tests/files/scipy_coo.npz"), NULL));
  assert_int_equal(khop_graph_edges(khop_data_graph(data)), 4);
  khop_data_free(data);
  khop_i_member csc[] = {MEMBER("indptr", KHOP_I_INT32, 3, ((int32_t[]){0, 0, 1})),
                         MEMBER("indices", KHOP_I_INT32, 1, ((int32_t[]){0})),
                         {"format", KHOP_I_BYTES, 3, 0, {0}, "csc"}};
  ok(khop_i_npz_write(path, 3, csc));
  ok(khop_data_load(&data, path, NULL)); /* column 1 holds row 0: the arc 0 -> 1 */
  assert_memory_equal(khop_graph_offsets(khop_data_graph(data)), ((int64_t[]){0, 1, 1}), 3 * sizeof(int64_t));
  khop_data_free(data);
  csc[2].data = "lil";
  ok(khop_i_npz_write(path, 3, csc));
  fails(khop_data_load(&data, path, NULL), KHOP_E_UNSUPPORTED, path, "'lil'");
}

/* --- archives as others write them ---------------------------------------------------------- */

static khop_data *load_members(const khop_i_member *members, int count, const khop_data_options *options) {
  khop_data *data = NULL;
  ok(khop_i_npz_write(path, count, members));
  ok(khop_data_load(&data, path, options));
  return data;
}

static void refuses_members(const khop_i_member *members, int count, khop_status status, const char *a, const char *b) {
  khop_data *data = NULL;
  ok(khop_i_npz_write(path, count, members));
  fails(khop_data_load(&data, path, NULL), status, a, b);
  assert_null(data);
}

/* Notes but for those on classes, which are small here. */
static int count_notes(const khop_data *data) {
  int count = 0;
  for (int i = 0; i < khop_data_notes(data); i++) count += !strstr(khop_data_note(data, i), "class");
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
  const int64_t arcs[] = {0, 1, 1, 0}, far[] = {0, 1999999999, 1, 0}, claim = 2000000000, some = 900000;
  khop_i_member m[] = {{"edge_index", KHOP_I_INT64, 0, 2, {2, 2}, arcs}, MEMBER("num_nodes", KHOP_I_INT64, 1, &claim)};
  refuses_members(m, 2, KHOP_E_FORMAT, "claims 2000000000 nodes", "bytes");
  m[0].data = far;
  refuses_members(m, 1, KHOP_E_FORMAT, "claims 2000000000 nodes", "bytes");
  const int64_t row[] = {0, 1}, col[] = {1, 0}, sides[] = {2000000000, 2000000000};
  const khop_i_member coo[] = {MEMBER("row", KHOP_I_INT64, 2, row), MEMBER("col", KHOP_I_INT64, 2, col),
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
  const khop_real mean[] = {1, 6, 1, 2, 4, 0, 3, 6, 1, 4, 8, 0}, zero[] = {1, 0, 1, 2, 4, 0, 3, 0, 1, 4, 8, 0};
  const uint8_t bools[] = {1, 0, 0, 1};
  khop_i_member m[] = {{"edge_index", KHOP_I_INT64, 0, 2, {2, 2}, arcs}, {"x", KHOP_I_FLOAT64, 0, 2, {4, 2}, x},
                       MEMBER("y", KHOP_I_INT64, 4, y), MEMBER("train_idx", KHOP_I_BOOL, 4, bools)};
  refuses_members(m, 3, KHOP_E_VALUE, "'feature 1' of node 0 is missing or NaN, and of 2 of the 4", "--missing mean");
  for (int how = KHOP_MISSING_MEAN; how <= KHOP_MISSING_ZERO; how++) {
    khop_data *data = load_members(m, 3, &(khop_data_options){.missing = (khop_missing)how}), *more = NULL;
    const khop_schema *schema = khop_data_schema(data);
    assert_memory_equal(khop_data_features(data)->dense, how == KHOP_MISSING_MEAN ? mean : zero, sizeof mean);
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
  refuses_members(m, 3, KHOP_E_VALUE, "feature 1 of node 2", "1e+300, too large for single precision");
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
  for (int s = 0; s < 3; s++) assert_memory_equal(khop_data_mask(data, s, KHOP_TRAIN), rows + 4 * s, 4);
  assert_int_equal(count_notes(data), 1);
  assert_string_equal(khop_data_note(data, 0), "not used: stray");
  khop_data_free(data);
}

static void classes_are_read_for_what_they_are(void **state) {
  (void)state;
  const int64_t gaps[] = {7, 0, 999999, 7, -1};
  const double floats[] = {0, 1, 1, 0, NAN}, fractions[] = {0.5, 1, 1, 0, 2}, all[] = {1, 2, 3, 4, 5};
  const uint8_t hot[] = {0, 1, 1, 0, 0, 1, 1, 0, 0, 0};
  khop_i_member change[] = {MEMBER("labels", KHOP_I_INT64, 5, gaps), MEMBER("train_mask", KHOP_I_BOOL, 5, NULL),
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
  const float gaps[] = {1, 0, NAN, 1, 0, -1, 0, 1, 1, 0}, unknown[] = {1, 0, NAN, NAN, 0, 1, -1, -1, 1, 0};
  const char names[] = "onetwo";
  khop_i_member change[] = {{"labels", KHOP_I_BOOL, 0, 2, {5, 2}, several}, MEMBER("train_mask", KHOP_I_BOOL, 5, NULL),
                            MEMBER("val_mask", KHOP_I_BOOL, 5, NULL), MEMBER("test_mask", KHOP_I_BOOL, 5, NULL),
                            {"class_names", KHOP_I_BYTES, 3, 1, {2}, names}};
  khop_data *data = load_changed(change, 4, NULL);
  int64_t tasks = 0;
  assert_true(khop_data_has_tasks(data) && !khop_data_labels(data));
  const khop_real *y = khop_data_targets(data, &tasks);
  assert_int_equal(tasks, 2);
  for (int i = 0; i < 10; i++) assert_true(y[i] == several[i]);
  assert_string_equal(khop_data_note(data, 0), "'labels': 2 yes/no tasks a node, 1.2 of them yes on average");
  assert_string_equal(khop_schema_targets(khop_data_schema(data), NULL)[1], "task 1");
  khop_data_free(data);
  data = load_changed(change, 5, NULL);
  assert_string_equal(khop_schema_targets(khop_data_schema(data), NULL)[1], "two");
  khop_data_free(data);
  change[0] = (khop_i_member){"labels", KHOP_I_FLOAT32, 0, 2, {5, 2}, gaps}; /* a row with one answer of two */
  data = load_changed(change, 4, NULL);
  y = khop_data_targets(data, NULL);
  assert_true(khop_data_has_tasks(data) && isnan(y[2]) && y[3] == 1 && y[4] == 0 && isnan(y[5]));
  assert_non_null(strstr(khop_data_note(data, 0), "2 of 10 answers are missing"));
  khop_data_free(data);
  const int8_t signs[] = {1, -1, -1, -1, 1, 1, -1, 1, 1, -1};
  change[0] = (khop_i_member){"labels", KHOP_I_INT8, 0, 2, {5, 2}, signs}; /* no 0 at all: -1 is no */
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
  khop_i_member both[] = {MEMBER("a", KHOP_I_INT64, 5, one), {"b", KHOP_I_FLOAT64, 0, 2, {5, 1}, two}};
  data = load_changed(both, 2, &(khop_data_options){.label = "b,a"});
  y = khop_data_targets(data, &tasks);
  assert_true(tasks == 2 && isnan(y[0]) && y[1] == 1 && y[2] == 1 && y[3] == 0);
  assert_true(y[4] == 0 && isnan(y[5]) && y[6] == 0 && y[7] == 1 && y[8] == 1 && y[9] == 0);
  assert_string_equal(khop_schema_targets(khop_data_schema(data), NULL)[0], "b");
  khop_data_free(data);
  fails(khop_data_load(&data, path, &(khop_data_options){.label = "a,c"}), KHOP_E_NOT_FOUND, path, "no member 'c'");
  fails(khop_data_load(&data, path, &(khop_data_options){.label = "a,labels"}), KHOP_E_VALUE, "labels of node 2",
        "is 2");
  fails(khop_data_load(&data, path, &(khop_data_options){.label = "a,attr_matrix"}), KHOP_E_SHAPE, "10 numbers", "5");
  change[0] = (khop_i_member){"labels", KHOP_I_BOOL, 0, 2, {5, 2}, hot}; /* node 4 has no 1, and the test mask has it */
  data = load_changed(change, 1, NULL);
  assert_true(khop_data_has_tasks(data) && !khop_data_labels(data));
  khop_data_free(data);
}

static void splits_by_ids(void **state) {
  (void)state;
  int64_t ids[] = {0, 1}, others[] = {3, 4};
  khop_i_member change[] = {MEMBER("train_mask", KHOP_I_BOOL, 5, NULL), MEMBER("val_mask", KHOP_I_BOOL, 5, NULL),
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

static bool has_note(const khop_data *data, const char *words) {
  for (int i = 0; i < khop_data_notes(data); i++)
    if (strstr(khop_data_note(data, i), words)) return true;
  return false;
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
  assert_memory_equal(khop_data_labels(data), ((int32_t[]){2, 0, 2, 1, -1, 0}), 6 * sizeof(int32_t));
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
  fails(khop_data_load(&data, file, &(khop_data_options){.features = "weight"}), KHOP_E_NOT_FOUND, "'weight'", "2");
  fails(khop_data_load(&data, file, &(khop_data_options){.exclude = "age,height"}), KHOP_E_ARGUMENT, "no feature",
        "none");
  fails(khop_data_load(&data, file, &(khop_data_options){.name = "nobody"}), KHOP_E_NOT_FOUND, "no member", "nobody");
  fails(khop_data_load(&data, file, &(khop_data_options){.split = "fold"}), KHOP_E_ARGUMENT, "'fold'", "--masks");
  ok(khop_data_load(&data, file, &(khop_data_options){.name = "y"}));
  assert_string_equal(khop_data_node_names(data)[1], "blue");
  khop_data_free(data);
}

/* The names of the features of `file` bring those of another order into place, and refuse others. */
static void names_of_features_are_matched(void **state) {
  (void)state;
  khop_data *data = NULL, *turned = NULL;
  khop_i_member change = {"attr_names", KHOP_I_BYTES, 1, 1, {2}, "ab"};
  data = load_changed(&change, 1, NULL);
  change.data = "ba";
  turned = load_changed(&change, 1, NULL);
  ok(khop_data_match(turned, khop_data_schema(data)));
  assert_true(khop_data_features(turned)->dense[0] == 2 && khop_data_features(turned)->dense[1] == 1);
  khop_data_free(turned);
  change.data = "bc";
  turned = load_changed(&change, 1, NULL);
  fails(khop_data_match(turned, khop_data_schema(data)), KHOP_E_VALUE, "they have c", "trained on a, which");
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
  fails(khop_data_load(&data, fixture("tests/files/found_pickled_label.npz"), NULL), KHOP_E_UNSUPPORTED,
        "member 'labels' is a pickled object: not read", "numpy.array(labels.tolist())");
  fails(khop_data_load(&data, fixture("tests/files/found_pickled_graph.npz"), NULL), KHOP_E_UNSUPPORTED,
        "member 'adj' is a pickled object", "scipy.sparse.save_npz");
  ok(khop_data_load(&data, fixture("tests/files/found_pickled_label.npz"), &(khop_data_options){.graph_only = true}));
  assert_true(is_found_graph(data));
  khop_data_free(data);
  data = load_found("pickled_extra");
  assert_string_equal(khop_data_note(data, 0), "member 'class_names' is a pickled object: not read");
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
  khop_i_member change[] = {MEMBER("train_mask", KHOP_I_BOOL, 5, NULL), MEMBER("val_mask", KHOP_I_BOOL, 5, NULL),
                            MEMBER("test_mask", KHOP_I_BOOL, 5, NULL), train_ids, test_ids};
  write_set(change, 5);
  return khop_data_load(data, path, NULL);
}

static void ids_of_any_shape(void **state) {
  (void)state;
  khop_data *data = NULL;
  const int64_t square[] = {0, 1, 1, 0}, once[] = {0, 1, 0, 2}, rest[] = {3, 4}, wrong[] = {0, 1, 2, 9, 3, 4};
  khop_i_member test_ids = MEMBER("test_idx", KHOP_I_INT64, 2, rest);
  /* rows {0, 1}, {0, 2}: as columns 0 would come twice in the first; a list goes with every split */
  ok(load_ids(&data, (khop_i_member){"train_idx", KHOP_I_INT64, 0, 2, {2, 2}, once}, test_ids));
  assert_memory_equal(khop_data_mask(data, 1, KHOP_TRAIN), "\1\0\1\0", 5);
  assert_memory_equal(khop_data_mask(data, 1, KHOP_TEST), "\0\0\0\1\1", 5);
  khop_data_free(data);
  ok(load_ids(&data, (khop_i_member){"train_idx", KHOP_I_INT64, 0, 2, {2, 2}, square}, test_ids));
  assert_true(has_note(data, "2 splits, a row each")); /* either way; rows first, and said */
  khop_data_free(data);
  fails(load_ids(&data, (khop_i_member){"train_idx", KHOP_I_INT64, 0, 2, {2, 3}, wrong}, test_ids), KHOP_E_VALUE,
        "train_idx[3] is 9", "0 to 4");
  khop_i_member tests = {"test_idx", KHOP_I_INT64, 0, 2, {1, 1}, rest};
  fails(load_ids(&data, (khop_i_member){"train_idx", KHOP_I_INT64, 0, 2, {2, 2}, once}, tests), KHOP_E_SHAPE,
        "(2, 2)", "do not agree");
  fails(load_ids(&data, (khop_i_member){"val_idx", KHOP_I_INT64, 0, 1, {2}, once}, test_ids), KHOP_E_NOT_FOUND,
        "no 'train_idx'", "validation or test");
  fails(load_ids(&data, (khop_i_member){"train_idx", KHOP_I_INT64, 0, 0, {0}, once}, test_ids), KHOP_E_SHAPE,
        "train_idx", "0 dimensions");
}

static void matrices_that_do_not_fit(void **state) {
  (void)state;
  const int64_t four[] = {4, 4}, oblong[] = {4, 5}, starts[] = {0, 1, 2}, blocks[] = {0, 1}, far[] = {0, 2};
  const int64_t falling[] = {0, 2, 1};
  const float data[] = {1, 1, 1, 1, 1, 1, 1, 1};
  khop_i_member m[] = {{"format", KHOP_I_BYTES, 3, 0, {0}, "bsr"}, MEMBER("shape", KHOP_I_INT64, 2, four),
                       MEMBER("indptr", KHOP_I_INT64, 3, starts), MEMBER("indices", KHOP_I_INT64, 2, blocks),
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

/* --- damage --------------------------------------------------------------------------------- */

/* Archives whose arrays are well-formed and hold anything: an error in words, or a set whose parts
 * are in range. */
static void npz_random_content(void **state) {
  (void)state;
  khop_i_random random;
  khop_i_random_seed(&random, 5);
  int loaded = 0;
  for (int round = 0; round < 2000; round++) {
    int32_t ptr[6], to[8];
    int64_t sizes[2], classes[5];
    uint8_t mask[5];
    for (int i = 0; i < 6; i++) ptr[i] = indptr[i];
    for (int i = 0; i < 8; i++) to[i] = indices[i];
    for (int i = 0; i < 5; i++) classes[i] = khop_i_random_below(&random, 6) - 1;
    for (int i = 0; i < 5; i++) mask[i] = khop_i_random_below(&random, 8) == 0;
    sizes[0] = sizes[1] = 5;
    for (int change = 0; change < 2; change++) {
      ptr[khop_i_random_below(&random, 6)] += (int32_t)khop_i_random_below(&random, 3) - 1;
      to[khop_i_random_below(&random, 8)] = (int32_t)khop_i_random_below(&random, 7) - 1;
      if (round % 10 == 0) sizes[change] = (int64_t)khop_i_random_next(&random);
    }
    khop_i_member changes[] = {
        MEMBER("adj_indptr", KHOP_I_INT32, 6, ptr), MEMBER("adj_indices", KHOP_I_INT32, 8, to),
        MEMBER("adj_shape", KHOP_I_INT64, 2, sizes), MEMBER("labels", KHOP_I_INT64, 5, classes),
        MEMBER("train_mask", KHOP_I_UINT8, 5, mask)};
    khop_data *data = NULL;
    for (int c = 0; c < 5; c++) changes[c].shape[0] -= khop_i_random_below(&random, 40) == 0;
    write_set(changes, 5);
    if (khop_data_load(&data, path, NULL) != KHOP_OK) {
      assert_null(data);
      assert_int_equal(strncmp(khop_message(), path, strlen(path)), 0);
      continue;
    }
    loaded++;
    const khop_graph *graph = khop_data_graph(data);
    for (int64_t e = 0; e < khop_graph_offsets(graph)[5]; e++)
      assert_in_range(khop_graph_targets(graph)[e], 0, 4);
    for (int i = 0; i < 5; i++)
      if (khop_data_mask(data, 0, KHOP_TRAIN)[i]) assert_true(khop_data_labels(data)[i] >= 0);
    khop_data_free(data);
  }
  assert_in_range(loaded, 10, 1990); /* both ends were reached */
}

static khop_status try_load(void *context) {
  khop_data *data = NULL;
  khop_status status = khop_data_load(&data, context, &(khop_data_options){.row_normalize = true});
  if (status != KHOP_OK) assert_null(data);
  khop_data_free(data);
  return status;
}

static void load_out_of_memory(void **state) {
  (void)state;
  write_set(NULL, 0);
  memory_can_run_out();
  assert_in_range(fail_each(try_load, path), 20, 200);
  static const char *const names[] = {"bsr", "dia", "dense", "strings", "bytes", "ids_by_row", "pickled_extra"};
  for (int k = 0; k < 7; k++) {
    char file[80];
    snprintf(file, sizeof file, "tests/files/found_%s.npz", names[k]);
    assert_in_range(fail_each(try_load, (void *)(uintptr_t)fixture(file)), 10, 400);
  }
  memory_is_plenty();
  const uint8_t tasks[] = {1, 1, 0, 1, 0, 0, 1, 0, 1, 1};
  write_set(&(khop_i_member){"labels", KHOP_I_BOOL, 0, 2, {5, 2}, tasks}, 1);
  memory_can_run_out();
  assert_in_range(fail_each(try_load, path), 20, 200);
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(npz_whole),           cmocka_unit_test(npz_bad_features),
      cmocka_unit_test(npz_sparse_features), cmocka_unit_test(npz_bad_labels),
      cmocka_unit_test(npz_bad_masks),       cmocka_unit_test(npz_many_masks),
      cmocka_unit_test(npz_bad_graphs),      cmocka_unit_test(npz_directed),
      cmocka_unit_test(npz_targets),         cmocka_unit_test(scipy_files),
      cmocka_unit_test(arcs_of_pytorch_geometric),
      cmocka_unit_test(missing_features_are_filled_and_marked),
      cmocka_unit_test(no_more_nodes_than_the_bytes_can_mean),
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
      cmocka_unit_test(npz_random_content),  cmocka_unit_test(load_out_of_memory),
  };
  return cmocka_run_group_tests_name("data_npz", tests, setup, close_folder);
}
