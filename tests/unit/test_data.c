/* test_data.c: data sets from arrays, archives and attributes; what is refused, and in which words.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "data/data.h"
#include "files/npz.h"
#include "base/random.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- help ----------------------------------------------------------------------------------- */

static char folder[200], path[300];

static void ok(khop_status status) {
  if (status != KHOP_OK) fail_msg("%s: %s", khop_status_name(status), khop_message());
}

/* Says why a test has nothing to do. cmocka's skip() prints "not ok # SKIP" in 1.1.5, which meson
 * takes for a failure. */
static void skipped(const char *why) {
  print_message("# skipped: %s\n", why);
}

/* The status, and that the message holds each of the words. */
static void fails(khop_status status, khop_status wanted, const char *a, const char *b) {
  if (status != wanted)
    fail_msg("%s, not %s: %s", khop_status_name(status), khop_status_name(wanted), khop_message());
  if (!strstr(khop_message(), a) || !strstr(khop_message(), b))
    fail_msg("'%s' or '%s' is not in: %s", a, b, khop_message());
}

static const char *fixture(const char *name) {
  static char text[1000];
  const char *root = getenv("KHOP_SOURCE_ROOT");
  snprintf(text, sizeof text, "%s/%s", root ? root : ".", name);
  return text;
}

static int setup(void **state) {
  (void)state;
  const char *base = getenv("TMPDIR");
  snprintf(folder, sizeof folder, "%.100s/khop-data-XXXXXX", base ? base : "/tmp");
  if (!mkdtemp(folder)) return -1;
  snprintf(path, sizeof path, "%s/set.npz", folder);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  char command[300];
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  if (system(command) != 0) return -1;
  return khop_bytes_now() == 0 ? 0 : -1; /* nothing is held by anyone */
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
  refuses(dense, KHOP_E_VALUE, "feature 1 of node 3", "NaN");
  bad[7] = -INFINITY;
  refuses(dense, KHOP_E_VALUE, "feature 1 of node 3", "infinite");
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
  fails(khop_data_load(&data, path, NULL), KHOP_E_VALUE, path, "feature 1 of node 3 is NaN");
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
  khop_i_member several = {"labels", KHOP_I_BOOL, 0, 2, {5, 2}, matrix};
  refuses(several, KHOP_E_UNSUPPORTED, "10 integers", "5 nodes");
  refuses((khop_i_member){"labels", KHOP_I_BYTES, 2, 1, {5}, matrix}, KHOP_E_UNSUPPORTED, "labels",
          "strings");
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
  assert_int_equal(khop_graph_edges(khop_data_graph(data)), 4);
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
  fails(khop_data_load(&data, fixture("tests/files/scipy_coo.npz"), NULL), KHOP_E_UNSUPPORTED,
        "scipy_coo.npz", "'coo'");
  const khop_i_member csc[] = {MEMBER("indptr", KHOP_I_INT32, 6, indptr),
                               MEMBER("indices", KHOP_I_INT32, 8, indices),
                               {"format", KHOP_I_BYTES, 3, 0, {0}, "csc"}};
  ok(khop_i_npz_write(path, 3, csc));
  fails(khop_data_load(&data, path, NULL), KHOP_E_UNSUPPORTED, path, "'csc'");
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

static int until_failure; /* allocations that still succeed; below 0: all */

static void *allocate(size_t size, void *context) {
  (void)context;
  if (until_failure == 0) return NULL;
  if (until_failure > 0) until_failure--;
  return malloc(size);
}

static void release(void *pointer, void *context) {
  (void)context;
  free(pointer);
}

/* Allocation 0, 1, 2, ... fails until the load succeeds: each time MEMORY, and nothing is held. */
static void load_out_of_memory(void **state) {
  (void)state;
  khop_data *data = NULL;
  khop_status status = KHOP_E_MEMORY;
  write_set(NULL, 0);
  ok(khop_set_allocator(&(khop_allocator){allocate, release, NULL}));
  int n = 0;
  for (; status != KHOP_OK && n < 1000; n++) {
    until_failure = n;
    status = khop_data_load(&data, path, &(khop_data_options){.row_normalize = true});
    if (status == KHOP_OK) break;
    fails(status, KHOP_E_MEMORY, "no memory", "");
    assert_null(data);
    assert_int_equal(khop_bytes_now(), 0);
  }
  assert_in_range(n, 20, 200);
  khop_data_free(data);
  ok(khop_set_allocator(NULL));
}

/* --- from parts ----------------------------------------------------------------------------- */

static khop_graph *path_graph(int64_t nodes) {
  khop_graph *graph = NULL;
  ok(khop_graph_grid(&graph, 1, &nodes, NULL, false, false));
  return graph;
}

static void from_parts(void **state) {
  (void)state;
  khop_graph *graph = path_graph(4);
  khop_data *data = NULL;
  khop_real dense[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  const int32_t classes[] = {0, 1, -1, 1}, low[] = {0, -5, 0, 0};
  khop_features f = {.rows = 3, .columns = 2, .dense = dense};
  fails(khop_data_new(&data, graph, &f, classes), KHOP_E_SHAPE, "3 rows", "4 nodes");
  f.rows = 4;
  fails(khop_data_new(&data, graph, &f, low), KHOP_E_VALUE, "node 1", "-5");
  dense[5] = (khop_real)INFINITY;
  fails(khop_data_new(&data, graph, &f, classes), KHOP_E_VALUE, "feature 1 of node 2", "infinite");
  dense[5] = 6;
  const int64_t offsets[] = {0, 1, 2, 3, 3};
  const int32_t columns[] = {0, 2, 1};
  const khop_features wild = {4, 2, NULL, offsets, columns, dense};
  fails(khop_data_new(&data, graph, &wild, NULL), KHOP_E_SHAPE, "feature 2 of node 1", "2");
  fails(khop_data_new(&data, graph, &(khop_features){.rows = 4, .columns = 2}, NULL),
        KHOP_E_ARGUMENT, "dense", "sparse");
  fails(khop_data_new(&data, NULL, NULL, NULL), KHOP_E_ARGUMENT, "graph", "NULL");
  ok(khop_data_new(&data, graph, &f, classes)); /* the graph was still ours */
  dense[0] = 9;
  assert_true(khop_data_features(data)->dense[0] == 1); /* copied */
  const uint8_t first[] = {1, 0, 0, 0}, third[] = {0, 0, 1, 0}, last[] = {0, 0, 0, 7};
  fails(khop_data_add_split(data, third, NULL, NULL), KHOP_E_VALUE, "node 2", "training mask");
  fails(khop_data_add_split(data, first, first, NULL), KHOP_E_VALUE, "overlap", "1 nodes");
  fails(khop_data_add_split(data, NULL, first, NULL), KHOP_E_ARGUMENT, "training mask", "needed");
  assert_int_equal(khop_data_splits(data), 0);
  ok(khop_data_add_split(data, first, NULL, last));
  ok(khop_data_add_split(data, last, first, NULL));
  assert_int_equal(khop_data_splits(data), 2);
  assert_memory_equal(khop_data_mask(data, 0, KHOP_TEST), "\0\0\0\1", 4);
  khop_real targets[4] = {1, 2, (khop_real)NAN, 4};
  int64_t outputs = 0;
  ok(khop_data_set_targets(data, targets, 1));
  assert_true(khop_data_targets(data, &outputs)[3] == 4);
  targets[1] = (khop_real)INFINITY;
  fails(khop_data_set_targets(data, targets, 1), KHOP_E_VALUE, "target 0 of node 1", "infinite");
  fails(khop_data_set_targets(data, targets, 0), KHOP_E_SHAPE, "0 outputs", "");
  khop_data_free(data);
  khop_data_free(NULL);
}

/* How many nodes of a class (-1: all) a part of split 0 has. */
static int64_t count_of(const khop_data *data, khop_part part, int32_t label) {
  int64_t count = 0;
  for (int64_t i = 0; i < khop_graph_nodes(khop_data_graph(data)); i++)
    count += khop_data_mask(data, 0, part)[i] && (label < 0 || khop_data_labels(data)[i] == label);
  return count;
}

static khop_data *random_set(uint64_t seed) {
  int32_t classes[162];
  khop_data *data = NULL;
  for (int i = 0; i < 162; i++)
    classes[i] = i == 7 ? 2 : i % 9 == 8 ? -1 : i % 3 == 0; /* 1 of class 2, 18 of none */
  ok(khop_data_new(&data, path_graph(162), NULL, classes));
  ok(khop_i_data_finish(data, &(khop_data_options){.split_seed = seed}));
  return data;
}

static void random_split(void **state) {
  (void)state;
  khop_data *data = random_set(1), *again = random_set(1), *other = random_set(2);
  assert_true(khop_data_split_is_random(data));
  assert_int_equal(khop_data_splits(data), 1);
  assert_int_equal(count_of(data, KHOP_TRAIN, 1), 32); /* of 54: 32.4, 10.8 */
  assert_int_equal(count_of(data, KHOP_VAL, 1), 11);
  assert_int_equal(count_of(data, KHOP_TEST, 1), 11);
  assert_int_equal(count_of(data, KHOP_TRAIN, 2), 1); /* a lone node is trained on */
  assert_int_equal(count_of(data, KHOP_TRAIN, -1) + count_of(data, KHOP_VAL, -1) +
                       count_of(data, KHOP_TEST, -1),
                   162 - 18);
  assert_memory_equal(khop_data_mask(data, 0, KHOP_TRAIN), khop_data_mask(again, 0, KHOP_TRAIN),
                      3 * 162);
  assert_memory_not_equal(khop_data_mask(data, 0, KHOP_TRAIN), khop_data_mask(other, 0, KHOP_TRAIN),
                          3 * 162);
  khop_data_free(data);
  khop_data_free(again);
  khop_data_free(other);
}

/* --- from attributes ------------------------------------------------------------------------ */

/* A data set from a path of 4 nodes with two columns; the graph is freed when it fails. */
static khop_status attributes(khop_data **data, const char *name, const double *numbers,
                              const char *const *strings, const char *second, const double *more,
                              const khop_data_options *options) {
  static const khop_data_options defaults = {0};
  khop_graph *graph = path_graph(4);
  ok(khop_graph_add_column(graph, name, numbers, strings));
  if (second) ok(khop_graph_add_column(graph, second, more, NULL));
  khop_status status = khop_i_data_from_attributes(data, graph, options ? options : &defaults);
  if (status != KHOP_OK) khop_graph_free(graph);
  return status;
}

static void attribute_labels(void **state) {
  (void)state;
  khop_data *data = NULL;
  const char *const clubs[] = {"red", "blue", "", "red"};
  ok(attributes(&data, "class", NULL, clubs, "age", (double[]){1, 2, 3, 4}, NULL));
  assert_int_equal(khop_data_classes(data), 2);
  assert_memory_equal(khop_data_labels(data), ((int32_t[]){1, 0, -1, 1}), 16);
  assert_string_equal(khop_data_class_names(data)[0], "blue");
  assert_int_equal(khop_data_features(data)->columns, 1);
  assert_true(khop_data_features(data)->dense[2] == 3);
  khop_data_free(data);
  ok(attributes(&data, "y", (double[]){1, 0, NAN, 2}, NULL, NULL, NULL, NULL));
  assert_memory_equal(khop_data_labels(data), ((int32_t[]){1, 0, -1, 2}), 16);
  assert_null(khop_data_class_names(data));
  khop_data_free(data);
  ok(attributes(&data, "y", (double[]){30, 10, -1, 10}, NULL, NULL, NULL, NULL));
  assert_memory_equal(khop_data_labels(data), ((int32_t[]){1, 0, -1, 0}), 16);
  assert_string_equal(khop_data_class_names(data)[1], "30");
  khop_data_free(data);
  ok(attributes(&data, "y", (double[]){0.5, 1, NAN, 2}, NULL, NULL, NULL, NULL));
  assert_null(khop_data_labels(data));
  assert_true(khop_data_targets(data, NULL)[0] == (khop_real)0.5);
  ok(khop_i_data_finish(data, &(khop_data_options){0})); /* node 2 has no target: not drawn */
  for (int part = 0; part < 3; part++)
    assert_int_equal(khop_data_mask(data, 0, (khop_part)part)[2], 0);
  khop_data_free(data);
  fails(attributes(&data, "y", (double[]){0, -2, 1, 2}, NULL, NULL, NULL, NULL), KHOP_E_VALUE,
        "'y' of node 1", "-2");
  fails(attributes(&data, "x", (double[]){0, NAN, 1, 2}, NULL, NULL, NULL, NULL), KHOP_E_VALUE,
        "'x' of node 1", "NaN");
  fails(attributes(&data, "x", (double[]){0, 1, 1, 2}, NULL, NULL, NULL,
                   &(khop_data_options){.label = "club"}),
        KHOP_E_NOT_FOUND, "'club'", "1");
}

static void attribute_splits(void **state) {
  (void)state;
  khop_data *data = NULL;
  const char *const parts[] = {"train", "validation", "", "test"};
  const char *const wrong[] = {"train", "dev", "", "test"};
  ok(attributes(&data, "split", NULL, parts, "id", (double[]){7, 8, 9, 10}, NULL));
  assert_memory_equal(khop_data_mask(data, 0, KHOP_VAL), "\0\1\0\0", 4);
  assert_null(khop_data_labels(data));
  assert_false(data->has_features); /* id is no feature */
  khop_data_free(data);
  fails(attributes(&data, "split", NULL, wrong, NULL, NULL, NULL), KHOP_E_VALUE, "node 1", "'dev'");
  fails(attributes(&data, "split", (double[]){0, 0, 0, 0}, NULL, NULL, NULL, NULL), KHOP_E_VALUE,
        "'split'", "numbers");
  ok(attributes(&data, "train_mask", (double[]){1, 0, 0, 0}, NULL, "test_mask",
                (double[]){0, 0, 1, 1}, NULL));
  assert_int_equal(khop_data_splits(data), 1);
  assert_memory_equal(khop_data_mask(data, 0, KHOP_TEST), "\0\0\1\1", 4);
  assert_false(data->has_features);
  khop_data_free(data);
  fails(attributes(&data, "train_mask", (double[]){1, 3, 0, 0}, NULL, NULL, NULL, NULL),
        KHOP_E_VALUE, "'train_mask' of node 1", "3");
}

static void attribute_sparse(void **state) {
  (void)state;
  khop_graph *graph = path_graph(10);
  khop_data *data = NULL;
  double values[10] = {0};
  for (int c = 0; c < 5; c++) {
    const char name[] = {'f', (char)('0' + c), 0};
    values[c] = c + 1;
    ok(khop_graph_add_column(graph, name, values, NULL));
    values[c] = 0;
  }
  ok(khop_i_data_from_attributes(&data, graph, &(khop_data_options){0}));
  const khop_features *f = khop_data_features(data);
  assert_null(f->dense);
  assert_int_equal(f->offsets[10], 5);
  for (int c = 0; c < 5; c++) assert_true(f->indices[c] == c && f->values[c] == (khop_real)(c + 1));
  khop_data_free(data);
}

/* --- the catalogue, and real sets ----------------------------------------------------------- */

static void write_text(const char *file, const char *text) {
  FILE *stream = fopen(file, "w");
  assert_non_null(stream);
  fputs(text, stream);
  assert_int_equal(fclose(stream), 0);
}

static const khop_entry *entry_named(const khop_catalogue *catalogue, const char *name) {
  for (int i = 0; i < khop_catalogue_count(catalogue); i++)
    if (strcmp(khop_catalogue_entry(catalogue, i)->name, name) == 0)
      return khop_catalogue_entry(catalogue, i);
  return NULL;
}

static void catalogue_folders(void **state) {
  (void)state;
  khop_catalogue *catalogue = NULL;
  char *found = NULL, file[300], *kept = getenv("KHOP_DATA") ? strdup(getenv("KHOP_DATA")) : NULL;
  snprintf(file, sizeof file, "%s/catalogue.json", folder);
  write_set(NULL, 0);
  setenv("KHOP_DATA", folder, 1);
  write_text(file, "{\"sets\": [{\"name\": \"five\", \"file\": \"set.npz\", \"origin\": \"here\"},"
                   "{\"name\": \"gone\", \"file\": \"gone.npz\", \"origin\": \"elsewhere\"}]}");
  ok(khop_catalogue_load(&catalogue));
  assert_string_equal(entry_named(catalogue, "five")->path, path);
  assert_string_equal(entry_named(catalogue, "five")->licence, "");
  assert_null(entry_named(catalogue, "gone")->path);
  assert_null(entry_named(catalogue, "set")); /* the file has its name already */
  assert_null(khop_catalogue_entry(catalogue, -1));
  khop_catalogue_free(catalogue);
  ok(khop_data_path(&found, "five"));
  assert_string_equal(found, path);
  khop_free(found);
  fails(khop_data_path(&found, "gone"), KHOP_E_NOT_FOUND, folder, "elsewhere");
  fails(khop_data_path(&found, "never_heard"), KHOP_E_NOT_FOUND, folder, "never_heard");
  ok(khop_data_path(&found, "no/such")); /* a path, whether it is there or not */
  khop_free(found);
  const char *broken[] = {"{", "[]", "{\"sets\": 3}", "{\"sets\": [{\"name\": \"x\"}]}",
                          "{\"sets\": [{\"name\": \"x\", \"file\": \"../x\"}]}"};
  for (int b = 0; b < 5; b++) {
    write_text(file, broken[b]);
    fails(khop_catalogue_load(&catalogue), KHOP_E_FORMAT, file, "");
    assert_null(catalogue);
  }
  unlink(file);
  ok(khop_data_path(&found, "set")); /* by its file alone */
  khop_free(found);
  khop_data *data = NULL;
  fails(khop_data_load(&data, "never_heard", NULL), KHOP_E_NOT_FOUND, "never_heard", folder);
  fails(khop_data_load(&data, "", NULL), KHOP_E_ARGUMENT, "name", "path");
  if (kept)
    setenv("KHOP_DATA", kept, 1);
  else
    unsetenv("KHOP_DATA");
  free(kept);
}

/* The data set that ships. */
static void karate(void **state) {
  (void)state;
  khop_data *data = NULL;
  if (access(fixture("datasets/karate.graphml"), R_OK) != 0) {
    skipped("karate.graphml is not here");
    return;
  }
  ok(khop_data_load(&data, fixture("datasets/karate.graphml"), NULL));
  assert_int_equal(khop_graph_nodes(khop_data_graph(data)), 34);
  assert_int_equal(khop_graph_edges(khop_data_graph(data)), 78);
  assert_int_equal(khop_data_classes(data), 2);
  assert_true(khop_data_has_identity_features(data));
  assert_false(khop_data_split_is_random(data));
  assert_int_equal(count_of(data, KHOP_TRAIN, -1), 2); /* the two leaders, one of each club */
  assert_int_equal(count_of(data, KHOP_TRAIN, 0), 1);
  assert_int_equal(count_of(data, KHOP_TEST, -1), 32);
  assert_string_equal(khop_data_class_names(data)[0], "Mr. Hi");
  khop_data_free(data);
}

/* The catalogue that ships can be read, and each entry says where its data come from. */
static void catalogue_shipped(void **state) {
  (void)state;
  khop_catalogue *catalogue = NULL;
  char *kept = getenv("KHOP_DATA") ? strdup(getenv("KHOP_DATA")) : NULL;
  setenv("KHOP_DATA", fixture("datasets"), 1);
  ok(khop_catalogue_load(&catalogue));
  assert_non_null(entry_named(catalogue, "karate"));
  assert_int_equal(strlen(entry_named(catalogue, "cora")->sha256), 64);
  for (int i = 0; i < khop_catalogue_count(catalogue); i++)
    assert_true(*khop_catalogue_entry(catalogue, i)->origin ||
                khop_catalogue_entry(catalogue, i)->path);
  khop_catalogue_free(catalogue);
  if (kept)
    setenv("KHOP_DATA", kept, 1);
  else
    unsetenv("KHOP_DATA");
  free(kept);
}

static void real_sets(void **state) {
  (void)state;
  const struct {
    const char *name;
    int64_t nodes, edges, columns, classes;
    int splits;
  } sets[] = {{"cora", 2708, 5278, 1433, 7, 1},
              {"texas", 183, 279, 1703, 5, 10},
              {"chameleon_filtered", 890, 8854, 2325, 5, 10},
              {"minesweeper", 10000, 39402, 7, 2, 10},
              {"amazon_electronics_photo", 7650, 119081, 745, 8, 10},
              {"facebook", 22470, 170823, 4714, 4, 10},
              {"soc_slashdot0902", 82168, 504230, 82168, 0, 0},
              {"power_grid", 4941, 6594, 4941, 0, 0}};
  if (!getenv("KHOP_DATA")) {
    skipped("KHOP_DATA is not set");
    return;
  }
  for (size_t s = 0; s < sizeof sets / sizeof *sets; s++) {
    khop_data *data = NULL;
    ok(khop_data_load(&data, sets[s].name, NULL));
    assert_string_equal(khop_data_name(data), sets[s].name);
    assert_int_equal(khop_graph_nodes(khop_data_graph(data)), sets[s].nodes);
    assert_int_equal(khop_graph_edges(khop_data_graph(data)), sets[s].edges);
    assert_false(khop_graph_is_directed(khop_data_graph(data)));
    assert_int_equal(khop_data_features(data)->columns, sets[s].columns);
    assert_int_equal(khop_data_classes(data), sets[s].classes);
    assert_int_equal(khop_data_splits(data), sets[s].splits);
    assert_int_equal(khop_data_has_identity_features(data), sets[s].classes == 0);
    khop_data_free(data);
  }
}

static void real_cora(void **state) {
  (void)state;
  khop_data *data = NULL;
  if (!getenv("KHOP_DATA")) {
    skipped("KHOP_DATA is not set");
    return;
  }
  ok(khop_data_load(&data, "cora", &(khop_data_options){.row_normalize = true}));
  assert_int_equal(count_of(data, KHOP_TRAIN, -1), 140);
  assert_int_equal(count_of(data, KHOP_VAL, -1), 500);
  assert_int_equal(count_of(data, KHOP_TEST, -1), 1000);
  for (int32_t c = 0; c < 7; c++) assert_int_equal(count_of(data, KHOP_TRAIN, c), 20);
  const khop_features *f = khop_data_features(data);
  for (int64_t i = 0; i < f->rows; i++) {
    double sum = 0;
    for (int64_t e = f->offsets[i]; e < f->offsets[i + 1]; e++) sum += (double)f->values[e];
    assert_true(f->offsets[i] == f->offsets[i + 1] || fabs(sum - 1) < 1e-5);
  }
  khop_data_free(data);
  ok(khop_data_load(&data, "cora", &(khop_data_options){.mask_prefix = "geom_"}));
  assert_int_equal(khop_data_splits(data), 10);
  khop_data_free(data);
  ok(khop_data_load(&data, "amazon_electronics_photo",
                    &(khop_data_options){.mask_prefix = "fixed_"}));
  assert_int_equal(count_of(data, KHOP_TRAIN, -1), 4590);
  khop_data_free(data);
  ok(khop_data_load(&data, "texas", &(khop_data_options){.use_directed = true}));
  assert_true(khop_graph_is_directed(khop_data_graph(data)));
  assert_int_equal(khop_graph_edges(khop_data_graph(data)), 309);
  khop_data_free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(npz_whole),           cmocka_unit_test(npz_bad_features),
      cmocka_unit_test(npz_sparse_features), cmocka_unit_test(npz_bad_labels),
      cmocka_unit_test(npz_bad_masks),       cmocka_unit_test(npz_many_masks),
      cmocka_unit_test(npz_bad_graphs),      cmocka_unit_test(npz_directed),
      cmocka_unit_test(npz_targets),         cmocka_unit_test(scipy_files),
      cmocka_unit_test(npz_random_content),  cmocka_unit_test(load_out_of_memory),
      cmocka_unit_test(from_parts),          cmocka_unit_test(random_split),
      cmocka_unit_test(attribute_labels),    cmocka_unit_test(attribute_splits),
      cmocka_unit_test(attribute_sparse),    cmocka_unit_test(catalogue_folders),
      cmocka_unit_test(catalogue_shipped),   cmocka_unit_test(karate),
      cmocka_unit_test(real_sets),           cmocka_unit_test(real_cora),
  };
  return cmocka_run_group_tests_name("data", tests, setup, teardown);
}
