/* test_npz.c: .npz archives against NumPy's own, equal bytes for equal content, bombs, damage. */
#include "array_check.h"

static void npz_of_numpy(void **state) {
  (void)state;
  const char *names[] = {"numpy_deflate.npz", "numpy_store.npz"};
  for (int f = 0; f < 2; f++) {
    khop_i_npz *npz = NULL;
    khop_i_array array;
    ok(khop_i_npz_open(&npz, sample_file(names[f])));
    for (int k = 0; k < KINDS; k++) {
      assert_true(khop_i_npz_has(npz, kinds[k].name));
      ok(khop_i_npz_read(&array, npz, kinds[k].name));
      assert_int_equal(array.dtype, kinds[k].dtype);
      assert_int_equal(array.count, 15);
      assert_true(as_made(&array));
      khop_i_array_free(&array);
    }
    const struct {
      const char *key;
      int dimensions;
      int64_t count;
    } others[] = {{"deep", 4, 12}, {"fortran", 3, 24}, {"empty", 2, 0}};
    for (int o = 0; o < 3; o++) {
      ok(khop_i_npz_read(&array, npz, others[o].key));
      assert_int_equal(array.dimensions, others[o].dimensions);
      assert_int_equal(array.count, others[o].count);
      assert_true(as_made(&array)); /* so Fortran order was turned */
      khop_i_array_free(&array);
    }
    ok(khop_i_npz_read(&array, npz, "scalar"));
    assert_int_equal(khop_i_array_integer(&array, 0), 42);
    khop_i_array_free(&array);
    ok(khop_i_npz_read(&array, npz, "bytes"));
    assert_int_equal(array.dtype, KHOP_I_BYTES);
    assert_memory_equal(array.data, "csrab\0", 6);
    khop_i_array_free(&array);
    assert_false(khop_i_npz_has(npz, "none"));
    fails(khop_i_npz_read(&array, npz, "none"), KHOP_E_NOT_FOUND, names[f], "'none'");
    khop_i_npz_close(npz);
  }
}

static void npz_round_trip(void **state) {
  (void)state;
  khop_i_npz *npz = NULL;
  khop_i_array array;
  ok(write_archive(at("a.npz")));
  ok(khop_i_npz_open(&npz, at("a.npz")));
  for (int k = 0; k < KINDS; k++) {
    ok(khop_i_npz_read(&array, npz, kinds[k].name));
    assert_int_equal(array.dtype, kinds[k].dtype);
    assert_true(as_made(&array));
    khop_i_array_free(&array);
  }
  ok(khop_i_npz_read(&array, npz, "format"));
  assert_int_equal(array.item_size, 3);
  assert_memory_equal(array.data, "csr", 3);
  khop_i_array_free(&array);
  khop_i_npz_close(npz);
}

/* Equal content, equal files: later, and in another time zone. */
static void npz_reproducible(void **state) {
  (void)state;
  ok(write_archive(at("a.npz")));
  setenv("TZ", "Asia/Tokyo", 1);
  sleep(2); /* zip stores times to 2 seconds */
  ok(write_archive(at("b.npz")));
  unsetenv("TZ");
  same_files(at("a.npz"), at("b.npz"));
}

static void npz_big(void **state) {
  (void)state;
  int64_t count = 3000000;
  double *values = malloc((size_t)count * sizeof *values);
  for (int64_t i = 0; i < count; i++) values[i] = (double)(i % 1000) / 7;
  khop_i_npz *npz = NULL;
  khop_i_array array;
  ok(khop_i_npz_write(at("big.npz"), 1,
                      &(khop_i_member){"x", KHOP_I_FLOAT64, 0, 1, {count}, values}));
  ok(khop_i_npz_open(&npz, at("big.npz")));
  ok(khop_i_npz_read(&array, npz, "x"));
  assert_memory_equal(array.data, values, (size_t)count * sizeof *values);
  khop_i_array_free(&array);
  khop_i_npz_close(npz);
  free(values);
  unlink(at("big.npz"));
}

static void npz_misuse(void **state) {
  (void)state;
  khop_i_npz *npz = NULL;
  khop_i_member twice[2] = {{"x", KHOP_I_INT32, 0, 1, {2}, content[5]},
                            {"x", KHOP_I_INT32, 0, 1, {2}, content[5]}};
  fails(khop_i_npz_write(at("c.npz"), 2, twice), KHOP_E_ARGUMENT, at("c.npz"), "exists");
  twice[0].shape[0] = -1;
  fails(khop_i_npz_write(at("c.npz"), 1, twice), KHOP_E_ARGUMENT, at("c.npz"), "'x'");
  assert_int_not_equal(access(at("c.npz"), F_OK), 0);
  fails(khop_i_npz_open(&npz, at("none.npz")), KHOP_E_NOT_FOUND, "none.npz", "No such file");
  fails(khop_i_npz_open(&npz, folder), KHOP_E_IO, folder, "directory");
  write_file(at("empty.npz"), "", 0);
  fails(khop_i_npz_open(&npz, at("empty.npz")), KHOP_E_FORMAT, "empty.npz", "0 bytes");
  write_file(at("text.npz"), "not a zip at all", 16);
  fails(khop_i_npz_open(&npz, at("text.npz")), KHOP_E_FORMAT, "text.npz", "16 bytes");
  assert_null(npz);
}

/* One bit of the data of a stored member: only the checksum can tell. */
static void npz_checksum(void **state) {
  (void)state;
  char *bytes = NULL;
  size_t size = 0, from = 0;
  const int64_t start[] = {3, 10, 17};
  khop_i_npz *npz = NULL;
  khop_i_array array;
  ok(khop_i_infile_read(&bytes, &size, sample_file("numpy_store.npz")));
  while (from + sizeof start < size && memcmp(bytes + from, start, sizeof start) != 0) from++;
  bytes[from] ^= 1;
  write_file(at("bit.npz"), bytes, size);
  khop_i_free(bytes);
  ok(khop_i_npz_open(&npz, at("bit.npz")));
  fails(khop_i_npz_read(&array, npz, "int64"), KHOP_E_FORMAT, "bit.npz: int64.npy", "CRC");
  ok(khop_i_npz_read(&array, npz, "int32"));
  khop_i_array_free(&array);
  khop_i_npz_close(npz);
}

/* A member that claims 3 GB in its headers but holds a few bytes. */
static void npz_bomb(void **state) {
  (void)state;
  char *bytes = NULL;
  size_t size = 0;
  const uint32_t claim = 3000000000u;
  ok(khop_i_npz_write(at("bomb.npz"), 1,
                      &(khop_i_member){"x", KHOP_I_INT32, 0, 1, {2}, content[5]}));
  ok(khop_i_infile_read(&bytes, &size, at("bomb.npz")));
  for (size_t i = 0; i + 30 < size; i++) {
    if (memcmp(bytes + i, "PK\x03\x04", 4) == 0) memcpy(bytes + i + 22, &claim, 4);
    if (memcmp(bytes + i, "PK\x01\x02", 4) == 0) memcpy(bytes + i + 24, &claim, 4);
  }
  write_file(at("bomb.npz"), bytes, size);
  khop_i_free(bytes);
  khop_i_npz *npz = NULL;
  khop_i_array array;
  ok(khop_i_npz_open(&npz, at("bomb.npz")));
  fails(khop_i_npz_read(&array, npz, "x"), KHOP_E_FORMAT, "x.npy", "bytes into 3000000000"); /* before it is read */
  khop_i_npz_close(npz);
}

static void *note_largest(size_t size, void *context) {
  size_t *largest = context;
  if (size > *largest) *largest = size;
  return malloc(size);
}
static void release_block(void *block, void *context) {
  (void)context;
  free(block);
}

/* A member that unpacks to 15 MB and claims 200 bytes takes no more than it claims. */
static void a_member_takes_no_more_than_it_claims(void **state) {
  (void)state;
  enum { HELD = 15 << 20 };
  const uint32_t claim = 200;
  char *bytes = NULL, *zeros = calloc(HELD, 1);
  size_t size = 0;
  assert_non_null(zeros);
  ok(khop_i_npz_write(at("small.npz"), 1, &(khop_i_member){"x", KHOP_I_UINT8, 0, 1, {HELD}, zeros}));
  free(zeros);
  ok(khop_i_infile_read(&bytes, &size, at("small.npz")));
  assert_true(size < HELD / 100); /* deflated */
  for (size_t i = 0; i + 30 < size; i++) {
    if (memcmp(bytes + i, "PK\x03\x04", 4) == 0) memcpy(bytes + i + 22, &claim, 4);
    if (memcmp(bytes + i, "PK\x01\x02", 4) == 0) memcpy(bytes + i + 24, &claim, 4);
  }
  write_file(at("small.npz"), bytes, size);
  khop_i_free(bytes);
  khop_i_npz *npz = NULL;
  khop_i_array array;
  size_t largest = 0;
  ok(khop_set_allocator(&(khop_allocator){note_largest, release_block, &largest}));
  ok(khop_i_npz_open(&npz, at("small.npz")));
  fails(khop_i_npz_read(&array, npz, "x"), KHOP_E_FORMAT, "x.npy", "more than the 200 bytes it claims");
  khop_i_npz_close(npz);
  ok(khop_set_allocator(NULL));
  assert_in_range(largest, 201, 1024); /* beside the header of a block */
}

/* Members are found by name, and none is ever written to where its name says. */
static void the_name_of_a_member_is_no_path(void **state) {
  (void)state;
  khop_i_npz *npz = NULL;
  khop_i_array array;
  ok(khop_i_npz_write(at("up.npz"), 1, &(khop_i_member){"../up", KHOP_I_INT32, 0, 1, {2}, content[5]}));
  ok(khop_i_npz_open(&npz, at("up.npz")));
  ok(khop_i_npz_read(&array, npz, "../up"));
  khop_i_array_free(&array);
  khop_i_npz_close(npz);
  assert_int_not_equal(access(at("../up.npy"), F_OK), 0);
  assert_int_not_equal(access(at("up.npy"), F_OK), 0);
}

/* --- damage --------------------------------------------------------------------------------- */

static void read_npz_whole(const char *path) {
  const char *others[] = {"format", "bytes", "scalar", "deep", "fortran"};
  khop_i_npz *npz = NULL;
  khop_i_array array;
  if (khop_i_npz_open(&npz, path) != KHOP_OK) {
    assert_non_null(strstr(khop_message(), path));
    return;
  }
  for (int k = 0; k < KINDS + 5; k++) {
    const char *key = k < KINDS ? kinds[k].name : others[k - KINDS];
    if (khop_i_npz_read(&array, npz, key) == KHOP_OK) {
      for (int64_t i = 0; i < array.count; i++) khop_i_array_number(&array, i);
      khop_i_array_free(&array);
    } else {
      assert_null(array.data);
      assert_non_null(strstr(khop_message(), path));
    }
  }
  khop_i_npz_close(npz);
}

static void damaged_npz(void **state) {
  (void)state;
  ok(write_archive(at("a.npz")));
  damage(at("a.npz"), read_npz_whole, 1, 1500);
  damage(sample_file("numpy_deflate.npz"), read_npz_whole, 3, 500);
  damage(sample_file("numpy_store.npz"), read_npz_whole, 7, 500);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(npz_of_numpy),     cmocka_unit_test(npz_round_trip),
      cmocka_unit_test(npz_reproducible), cmocka_unit_test(npz_big),
      cmocka_unit_test(npz_misuse),       cmocka_unit_test(npz_checksum),
      cmocka_unit_test(npz_bomb),         cmocka_unit_test(damaged_npz),
      cmocka_unit_test(a_member_takes_no_more_than_it_claims),
      cmocka_unit_test(the_name_of_a_member_is_no_path),
  };
  return cmocka_run_group_tests_name("npz", tests, open_arrays, close_folder);
}
