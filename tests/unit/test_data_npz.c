/* test_data_npz.c: data sets from archives: whole, damaged, and what is refused, in which words. */
#include "npz_check.h"

/* Loading the archive with one change fails, and the message has the path and two words. */
static void refuses(khop_i_member change, khop_status status, const char *a, const char *b) {
  khop_data *data = NULL;
  write_set(&change, 1);
  fails(khop_data_load(&data, path, NULL), status, a, b);
  assert_null(data);
  if (strncmp(khop_message(), path, strlen(path)) != 0)
    fail_msg("the path is not in front of: %s", khop_message());
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
  refuses((khop_i_member){"labels", KHOP_I_INT64, 0, 2, {5, 2}, counts}, KHOP_E_UNSUPPORTED,
          "10 integers", "5 nodes");
  refuses((khop_i_member){"labels", KHOP_I_FLOAT32, 0, 2, {5, 2}, yes}, KHOP_E_VALUE,
          "9 yes (1), 0 no (0)", "1 missing");
  refuses((khop_i_member){"labels", KHOP_I_BYTES, 2, 2, {5, 2}, matrix}, KHOP_E_UNSUPPORTED,
          "labels", "10 strings");
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
  assert_memory_equal(khop_graph_offsets(khop_data_graph(data)), ((int64_t[]){0, 1, 1}),
                      3 * sizeof(int64_t));
  khop_data_free(data);
  csc[2].data = "lil";
  ok(khop_i_npz_write(path, 3, csc));
  fails(khop_data_load(&data, path, NULL), KHOP_E_UNSUPPORTED, path, "'lil'");
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
  static const char *const names[] = {"bsr",   "dia",        "dense",        "strings",
                                      "bytes", "ids_by_row", "pickled_extra"};
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
      cmocka_unit_test(npz_random_content),  cmocka_unit_test(load_out_of_memory),
  };
  return cmocka_run_group_tests_name("data_npz", tests, open_archive, close_folder);
}
