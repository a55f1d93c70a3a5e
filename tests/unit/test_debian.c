/* test_debian.c: a package index with every case of the format, its arrays written out by hand; what
 * is no index; memory that runs out. */
#include "check.h"

#include "files/npz.h"

#include <khop/debian.h>

static khop_debian *read_text(const char *text, const khop_debian_options *options) {
  khop_debian *debian = NULL;
  FILE *stream = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
  assert_non_null(stream);
  ok(khop_debian_read(&debian, stream, "text", options));
  fclose(stream);
  return debian;
}

static khop_debian *read_fixture(const khop_debian_options *options) {
  khop_debian *debian = NULL;
  FILE *stream = fopen(fixture("tests/files/debian_index.txt"), "r");
  assert_non_null(stream);
  ok(khop_debian_read(&debian, stream, "debian_index.txt", options));
  fclose(stream);
  return debian;
}

/* --- the arrays, by hand -------------------------------------------------------------------- */

/* Whether a member holds these integers. */
static bool holds(khop_i_npz *npz, const char *key, int64_t count, const int64_t *wanted) {
  khop_i_array array = {0};
  ok(khop_i_npz_read(&array, npz, key));
  bool same = array.count == count;
  for (int64_t i = 0; same && i < count; i++) same = khop_i_array_integer(&array, i) == wanted[i];
  khop_i_array_free(&array);
  return same;
}
static bool spells(khop_i_npz *npz, const char *key, const char *wanted, int64_t count, size_t size) {
  khop_i_array array = {0};
  ok(khop_i_npz_read(&array, npz, key));
  bool same = array.dtype == KHOP_I_BYTES && array.count == count && array.item_size == size &&
              memcmp(array.data, wanted, (size_t)count * size) == 0;
  khop_i_array_free(&array);
  return same;
}
#define HOLDS(key, ...)                                                                            \
  holds(npz, key, (int64_t)(sizeof((int64_t[]){__VA_ARGS__}) / 8), (int64_t[]){__VA_ARGS__})

/* Nodes, sorted: alpha 0, beta 1, delta 2, gamma 3, zim 4. Arcs: zim to alpha, beta, gamma, delta;
 * alpha to beta and zim; gamma to delta. Words in two to four of the five packages: client (zim,
 * gamma, delta), network (zim, delta), server (zim, alpha, delta), the (zim, alpha). FNV-1a of the names, modulo 10,
 * in Python: alpha 5, beta 7, delta 1, gamma 4, zim 9. */
static void every_array(void **state) {
  (void)state;
  khop_debian *debian = read_fixture(&(khop_debian_options){.least = 2, .most = 0.8});
  ok(khop_debian_write(debian, at("debian.npz")));
  khop_debian_counts c = khop_debian_count(debian);
  assert_int_equal(c.packages, 5);
  assert_int_equal(c.repeats, 1);
  assert_int_equal(c.links, 6);
  assert_int_equal(c.arcs, 7);
  assert_int_equal(c.dropped, 2);
  assert_int_equal(c.classes, 2);
  assert_int_equal(c.rare, 2);
  assert_int_equal(c.unlabelled, 1);
  assert_int_equal(c.columns, 4);
  assert_int_equal(c.entries, 10);
  assert_int_equal(c.bare, 1);
  khop_debian_free(debian);
  khop_i_npz *npz = NULL;
  ok(khop_i_npz_open(&npz, at("debian.npz")));
  assert_true(HOLDS("adj_indptr", 0, 2, 4, 6, 8, 12));
  assert_true(HOLDS("adj_indices", 1, 4, 0, 4, 3, 4, 2, 4, 0, 1, 2, 3));
  assert_true(HOLDS("adj_data", 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1));
  assert_true(HOLDS("adj_shape", 5, 5));
  assert_true(HOLDS("dir_indptr", 0, 2, 2, 2, 3, 7));
  assert_true(HOLDS("dir_indices", 1, 4, 2, 0, 1, 2, 3));
  assert_true(HOLDS("attr_indptr", 0, 2, 2, 5, 6, 10));
  assert_true(HOLDS("attr_indices", 2, 3, 0, 1, 2, 0, 0, 1, 2, 3));
  assert_true(HOLDS("attr_data", 1, 1, 1, 1, 1, 1, 1, 1, 1, 1));
  assert_true(HOLDS("attr_shape", 5, 4));
  assert_true(HOLDS("labels", 0, 1, -1, 0, 1));
  assert_true(HOLDS("train_mask", 1, 0, 0, 1, 0));
  assert_true(HOLDS("val_mask", 0, 1, 0, 0, 0));
  assert_true(HOLDS("test_mask", 0, 0, 0, 0, 1));
  assert_true(spells(npz, "class_names", "libsnet", 2, 4));
  assert_true(spells(npz, "names", "alphabeta\0deltagammazim\0", 5, 5));
  assert_true(spells(npz, "words", "client\0networkserver\0the\0\0\0\0", 4, 7));
  /* the checker is checked */
  assert_false(HOLDS("labels", 0, 1, -1, 0, 0));
  assert_false(HOLDS("labels", 0, 1, -1, 0));
  assert_false(spells(npz, "names", "alphabeta\0deltagammazin\0", 5, 5));
  khop_i_npz_close(npz);
}

static void loads_as_data(void **state) {
  (void)state;
  khop_debian *debian = read_fixture(&(khop_debian_options){.least = 2, .most = 0.8});
  khop_data *data = NULL;
  ok(khop_debian_write(debian, at("again.npz")));
  khop_debian_free(debian);
  same_files(at("debian.npz"), at("again.npz"));
  ok(khop_data_load(&data, at("debian.npz"), NULL));
  assert_false(khop_graph_is_directed(khop_data_graph(data)));
  assert_int_equal(khop_graph_edges(khop_data_graph(data)), 6);
  assert_int_equal(khop_data_classes(data), 2);
  assert_non_null(khop_data_class_names(data));
  assert_string_equal(khop_data_class_names(data)[0], "libs");
  assert_string_equal(khop_data_class_names(data)[1], "net");
  assert_int_equal(khop_data_mask(data, 0, KHOP_TRAIN)[2], 0); /* no section, no part */
  khop_data_free(data);
  ok(khop_data_load(&data, at("debian.npz"), &(khop_data_options){.use_directed = true}));
  assert_true(khop_graph_is_directed(khop_data_graph(data)));
  assert_int_equal(khop_graph_edges(khop_data_graph(data)), 7);
  khop_data_free(data);
}

/* The cap keeps the most frequent words, and of equally frequent ones the first by the alphabet. */
static void the_cap(void **state) {
  (void)state;
  for (int columns = 1; columns <= 3; columns++) {
    khop_debian *debian =
        read_fixture(&(khop_debian_options){.least = 1, .most = 0.8, .columns = columns});
    khop_i_npz *npz = NULL;
    assert_int_equal(khop_debian_count(debian).columns, columns);
    ok(khop_debian_write(debian, at("cap.npz")));
    ok(khop_i_npz_open(&npz, at("cap.npz")));
    if (columns == 1) assert_true(spells(npz, "words", "client", 1, 6));
    if (columns == 2) assert_true(spells(npz, "words", "clientserver", 2, 6));
    if (columns == 3) assert_true(spells(npz, "words", "client\0networkserver", 3, 7));
    khop_i_npz_close(npz);
    khop_debian_free(debian);
  }
  khop_debian *all = read_fixture(&(khop_debian_options){.least = 1, .most = 1});
  /* fast network client can the talks server library nothing is not there: its stanza went */
  assert_int_equal(khop_debian_count(all).columns, 8);
  khop_debian_free(all);
}

/* --- what is no index ----------------------------------------------------------------------- */

static void refused(const char *text, size_t size, khop_status wanted, const char *a, const char *b) {
  khop_debian *debian = NULL;
  FILE *stream = fmemopen((void *)(uintptr_t)text, size, "r");
  assert_non_null(stream);
  fails(khop_debian_read(&debian, stream, "index", NULL), wanted, a, b);
  assert_null(debian);
  fclose(stream);
}
#define REFUSED(text, a, b) refused(text, sizeof(text) - 1, KHOP_E_FORMAT, a, b)

static void malformed(void **state) {
  (void)state;
  REFUSED("\n", "index: ", "no package");
  REFUSED("Package: a\nno field\n", "line 2", "'no field'");
  REFUSED("Package: a\n\n goes on\n", "line 3", "none is open");
  REFUSED("Package: a\n\nSection: net\n", "line 3", "without a field Package");
  REFUSED("Package: a\nPackage: b\n", "line 2", "second name");
  REFUSED("Package: a b\n", "line 1", "'a b'");
  REFUSED("Package:\n", "line 1", "no name");
  REFUSED("Package: a\nDepends: b, (>= 3)\n", "line 2", "'(>= 3)'");
  REFUSED("Package: a\nDepends: ${shlibs:Depends}\n", "line 2", "${shlibs");
  REFUSED("Package: a\nSec\0tion: b\n", "line 2", "NUL");
  REFUSED("Two words: a\n", "line 1", "no field");
  REFUSED(": a\n", "line 1", "no field");
  REFUSED("Package: a\nSection: net\n", "no word", "1 packages");
  REFUSED("{\"json\": 1}\n", "line 1", "without a field Package");
  REFUSED("Package: a\nDescription: words\n", "no word", "10 to 0");
}

/* By the hashes of their names a is for validation, b for testing, and d, which has no section, for training. */
static void an_index_without_training_is_refused(void **state) {
  (void)state;
  khop_debian *debian = NULL;
  static const char text[] = "Package: a\nSection: net\nDescription: word\n\n"
                             "Package: b\nSection: net\n\nPackage: d\n";
  FILE *stream = fmemopen((void *)(uintptr_t)text, sizeof text - 1, "r");
  fails(khop_debian_read(&debian, stream, "index", &(khop_debian_options){.least = 1, .most = 1}), KHOP_E_FORMAT,
        "none of its 2 packages", "for training");
  assert_null(debian);
  fclose(stream);
}

static bool stop(int64_t packages, void *context) {
  *(int64_t *)context = packages;
  return false;
}

/* Windows line ends, no line end at the end, a line of 1 MB, and an end asked for. */
static void odd_but_right(void **state) {
  (void)state;
  khop_debian_options loose = {.least = 1, .most = 1};
  khop_debian *debian = read_text("Package: d\r\nSection: net\r\nDescription: some words\r\n\r\n"
                                  "Package: b\r\nDepends: d,,d | d,", &loose);
  khop_debian_counts c = khop_debian_count(debian);
  assert_int_equal(c.packages, 2);
  assert_int_equal(c.links, 1);
  assert_int_equal(c.columns, 2);
  khop_debian_free(debian);
  char *text = block_of(1 << 20, 1);
  strcpy(text, "Package: d\nSection: net\nDescription: hops\n\nPackage: b\nDepends: ");
  size_t length = strlen(text);
  for (; length < (1 << 20) - 8; length += 3) memcpy(text + length, "d, ", 3);
  debian = read_text(text, &loose);
  assert_int_equal(khop_debian_count(debian).links, 1);
  khop_debian_free(debian);
  /* 3,000 packages, stopped after the first 1,024 */
  length = 0;
  for (int i = 0; i < 3000; i++)
    length += (size_t)sprintf(text + length, "Package: p%d\nSection: net\nDescription: word\n\n", i);
  int64_t seen = 0;
  khop_debian_options watched = {.progress = stop, .context = &seen};
  FILE *stream = fmemopen(text, length, "r");
  fails(khop_debian_read(&debian, stream, "index", &watched), KHOP_E_INTERRUPTED, "1024", "stopped");
  fclose(stream);
  assert_int_equal(seen, 1024);
  free(text);
}

static khop_status read_and_write(void *context) {
  khop_debian *debian = NULL;
  FILE *stream = fopen(fixture("tests/files/debian_index.txt"), "r");
  (void)context;
  khop_status status = khop_debian_read(&debian, stream, "index",
                                        &(khop_debian_options){.least = 2, .most = 0.8});
  fclose(stream);
  if (status == KHOP_OK) status = khop_debian_write(debian, at("memory.npz"));
  khop_debian_free(debian);
  return status;
}

static void memory(void **state) {
  (void)state;
  memory_can_run_out();
  assert_true(fail_each(read_and_write, NULL) > 20);
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_array),   cmocka_unit_test(loads_as_data), cmocka_unit_test(the_cap),
      cmocka_unit_test(malformed),
      cmocka_unit_test(an_index_without_training_is_refused),     cmocka_unit_test(odd_but_right), cmocka_unit_test(memory),
  };
  return cmocka_run_group_tests_name("debian", tests, open_folder, close_folder);
}
