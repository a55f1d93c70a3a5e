/* test_files.c: array files against NumPy's, SciPy's and safetensors' own, broken ones, odd places.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "files/infile.h"
#include "files/npz.h"
#include "files/outfile.h"
#include "files/safetensors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- help ----------------------------------------------------------------------------------- */

static char folder[200]; /* of this run */
static char place_text[2][400];

static const char *at(const char *name) {
  static int turn;
  char *text = place_text[turn ^= 1];
  snprintf(text, sizeof place_text[0], "%s/%s", folder, name);
  return text;
}

static const char *fixture(const char *name) {
  static char text[1000];
  const char *root = getenv("KHOP_SOURCE_ROOT");
  snprintf(text, sizeof text, "%s/tests/files/%s", root ? root : ".", name);
  return text;
}

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

/* A new file each time: some file systems flush one that is truncated and written again. */
static void write_file(const char *path, const void *bytes, size_t size) {
  unlink(path);
  FILE *stream = fopen(path, "wb");
  assert_non_null(stream);
  assert_int_equal(fwrite(bytes, 1, size, stream), size);
  assert_int_equal(fclose(stream), 0);
}

static void same_files(const char *a, const char *b) {
  char *x = NULL, *y = NULL;
  size_t m = 0, n = 0;
  ok(khop_i_infile_read(&x, &m, a));
  ok(khop_i_infile_read(&y, &n, b));
  assert_int_equal(m, n);
  assert_memory_equal(x, y, m);
  khop_i_free(x);
  khop_i_free(y);
}

static int files_in_folder(void) {
  char command[300];
  int count = -1;
  snprintf(command, sizeof command, "ls -A '%s' | wc -l", folder);
  FILE *pipe = popen(command, "r");
  assert_non_null(pipe);
  assert_int_equal(fscanf(pipe, "%d", &count), 1);
  pclose(pipe);
  return count;
}

/* True when item i is what make_fixtures.py and the writers below put there. */
static bool as_made(const khop_i_array *array) {
  for (int64_t i = 0; i < array->count; i++) {
    int64_t wanted = (7 * i + 3) % 100;
    if (array->dtype == KHOP_I_BOOL) wanted %= 2;
    if (khop_i_array_integer(array, i) != wanted ||
        !(khop_i_array_number(array, i) == (double)wanted))
      return false;
  }
  return true;
}

static const struct {
  khop_i_dtype dtype;
  const char *name;
  size_t size;
} kinds[] = {
    {KHOP_I_BOOL, "bool", 1},       {KHOP_I_INT8, "int8", 1},       {KHOP_I_UINT8, "uint8", 1},
    {KHOP_I_INT16, "int16", 2},     {KHOP_I_UINT16, "uint16", 2},   {KHOP_I_INT32, "int32", 4},
    {KHOP_I_UINT32, "uint32", 4},   {KHOP_I_INT64, "int64", 8},     {KHOP_I_UINT64, "uint64", 8},
    {KHOP_I_FLOAT32, "float32", 4}, {KHOP_I_FLOAT64, "float64", 8},
};
#define KINDS ((int)(sizeof kinds / sizeof *kinds))

/* 15 items of each type, as made. */
static unsigned char content[KINDS][15 * 8];

static void make_content(void) {
  for (int k = 0; k < KINDS; k++)
    for (int i = 0; i < 15; i++) {
      uint64_t value = (uint64_t)(7 * i + 3) % 100;
      float single = (float)value;
      double full = (double)value;
      const void *from = &value; /* little-endian: the first bytes are the small integers too */
      if (kinds[k].dtype == KHOP_I_BOOL) value %= 2;
      if (kinds[k].dtype == KHOP_I_FLOAT32) from = &single;
      if (kinds[k].dtype == KHOP_I_FLOAT64) from = &full;
      memcpy(content[k] + (size_t)i * kinds[k].size, from, kinds[k].size);
    }
}

static int setup(void **state) {
  (void)state;
  const char *base = getenv("TMPDIR");
  snprintf(folder, sizeof folder, "%.100s/khop-files-XXXXXX", base ? base : "/tmp");
  make_content();
  return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state) {
  (void)state;
  char command[300];
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  if (system(command) != 0) return -1;
  return khop_bytes_now() == 0 ? 0 : -1; /* nothing is held by anyone */
}

/* --- .npy ----------------------------------------------------------------------------------- */

static void decode_file(khop_i_array *array, const char *path) {
  char *bytes = NULL;
  size_t size = 0;
  ok(khop_i_infile_read(&bytes, &size, path));
  ok(khop_i_npy_decode(array, bytes, size, path));
  khop_i_free(bytes);
}

static void npy_round_trip(void **state) {
  (void)state;
  for (int k = 0; k < KINDS; k++) {
    khop_i_array array;
    ok(khop_i_npy_write(at("a.npy"), kinds[k].dtype, 2, (const int64_t[]){3, 5}, content[k]));
    decode_file(&array, at("a.npy"));
    assert_int_equal(array.dtype, kinds[k].dtype);
    assert_int_equal(array.dimensions, 2);
    assert_int_equal(array.shape[0], 3);
    assert_int_equal(array.shape[1], 5);
    assert_int_equal(array.count, 15);
    assert_memory_equal(array.data, content[k], 15 * kinds[k].size);
    assert_true(as_made(&array));
    ((unsigned char *)array.data)[kinds[k].size] ^= 1; /* as_made itself can say no */
    assert_false(as_made(&array) && kinds[k].size < 8 && kinds[k].dtype < KHOP_I_FLOAT32);
    khop_i_array_free(&array);
  }
}

static void npy_shapes(void **state) {
  (void)state;
  const int64_t one = 0, deep[8] = {1, 1, 3, 1, 5, 1, 1, 1};
  khop_i_array array;
  ok(khop_i_npy_write(at("a.npy"), KHOP_I_FLOAT64, 0, NULL, &(double){2.5}));
  decode_file(&array, at("a.npy"));
  assert_int_equal(array.dimensions, 0);
  assert_int_equal(array.count, 1);
  assert_true(khop_i_array_number(&array, 0) == 2.5);
  khop_i_array_free(&array);
  ok(khop_i_npy_write(at("a.npy"), KHOP_I_INT32, 1, &one, NULL));
  decode_file(&array, at("a.npy"));
  assert_int_equal(array.count, 0);
  khop_i_array_free(&array);
  ok(khop_i_npy_write(at("a.npy"), KHOP_I_INT64, 8, deep, content[7]));
  decode_file(&array, at("a.npy"));
  assert_int_equal(array.dimensions, 8);
  assert_true(as_made(&array));
  khop_i_array_free(&array);
}

static void npy_versions(void **state) {
  (void)state;
  const char *names[] = {"version2.npy", "version3.npy"};
  for (int v = 0; v < 2; v++) {
    khop_i_array array;
    decode_file(&array, fixture(names[v]));
    assert_int_equal(array.count, 4);
    assert_true(as_made(&array));
    khop_i_array_free(&array);
  }
}

static void npy_refused_types(void **state) {
  (void)state;
  const struct {
    const char *file, *word;
  } cases[] = {{"objects.npy", "Python objects"},
               {"bigendian.npy", "big-endian"},
               {"records.npy", "named fields"},
               {"half.npy", "<f2"},
               {"complex.npy", "<c8"},
               {"unicode.npy", "<U3"}};
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    char *bytes = NULL;
    size_t size = 0;
    khop_i_array array;
    ok(khop_i_infile_read(&bytes, &size, fixture(cases[c].file)));
    fails(khop_i_npy_decode(&array, bytes, size, cases[c].file), KHOP_E_UNSUPPORTED, cases[c].file,
          cases[c].word);
    assert_null(array.data);
    khop_i_free(bytes);
  }
}

/* Decodes a header text with some bytes of data behind it. */
static khop_status decode_text(const char *header, uint32_t length, size_t data) {
  unsigned char *bytes = calloc(1, 12 + strlen(header) + data);
  size_t size = 12 + strlen(header);
  memcpy(bytes, "\x93NUMPY\x02", 8);
  memcpy(bytes + 8, &length, 4);
  memcpy(bytes + 12, header, strlen(header));
  khop_i_array array;
  khop_status status = khop_i_npy_decode(&array, bytes, size + data, "t.npy");
  khop_i_array_free(&array);
  free(bytes);
  return status;
}

static void npy_bad_headers(void **state) {
  (void)state;
  const struct {
    const char *header;
    size_t data;
    khop_status status;
    const char *word;
  } cases[] = {
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 24, KHOP_OK, ""},
      {"{\"shape\": (2,3), \"descr\": \"<f4\", \"fortran_order\": False}", 24, KHOP_OK, ""},
      {"{'descr': '=i8', 'fortran_order': True, 'shape': (3L,)}\n", 24, KHOP_OK, ""},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 23, KHOP_E_FORMAT,
       "23 bytes"},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 25, KHOP_E_FORMAT, "24"},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }", 0,
       KHOP_E_FORMAT, "overflows"},
      {"{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904,), }", 0,
       KHOP_E_FORMAT, "overflows"},
      {"{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,), }", 0,
       KHOP_E_FORMAT, "shape"},
      {"{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }", 0, KHOP_E_FORMAT, "shape"},
      {"{'descr': '<f8', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1), }", 8,
       KHOP_E_UNSUPPORTED, "8 dimensions"},
      {"{'descr': '|S0', 'fortran_order': False, 'shape': (9000000000,), }", 0, KHOP_E_UNSUPPORTED,
       "|S0"},
      {"{'descr': '<f8', 'fortran_order': False, }", 8, KHOP_E_FORMAT, "missing"},
      {"{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': ()}", 8, KHOP_E_FORMAT,
       "twice"},
      {"{'descr': '<f8', 'fortran_order': Maybe, 'shape': ()}", 8, KHOP_E_FORMAT, "True"},
      {"{'descr': '<f8', 'fortran_order': False, 'shape': (1 2)}", 8, KHOP_E_FORMAT, "shape"},
      {"{'descr': '<f8', 'fortran_order': False, 'shape': ()", 8, KHOP_E_FORMAT, "end"},
      {"['descr']", 8, KHOP_E_FORMAT, "dictionary"},
      {"", 0, KHOP_E_FORMAT, "dictionary"},
  };
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    khop_status status =
        decode_text(cases[c].header, (uint32_t)strlen(cases[c].header), cases[c].data);
    if (cases[c].status == KHOP_OK)
      ok(status);
    else
      fails(status, cases[c].status, "t.npy: ", cases[c].word);
  }
  fails(decode_text("{}", 4000000000u, 0), KHOP_E_FORMAT, "4000000000", "65536"); /* header bomb */
  fails(decode_text("{}", 100, 0), KHOP_E_FORMAT, "t.npy", "14 bytes");
  khop_i_array array;
  fails(khop_i_npy_decode(&array, "\x93NUMPY\x04\x00\x00\x00", 10, "t.npy"), KHOP_E_UNSUPPORTED,
        "t.npy", "version 4.0");
  fails(khop_i_npy_decode(&array, "PK", 2, "t.npy"), KHOP_E_FORMAT, "t.npy", "2 bytes");
}

/* --- .npz ----------------------------------------------------------------------------------- */

static void npz_of_numpy(void **state) {
  (void)state;
  const char *names[] = {"numpy_deflate.npz", "numpy_store.npz"};
  for (int f = 0; f < 2; f++) {
    khop_i_npz *npz = NULL;
    khop_i_array array;
    ok(khop_i_npz_open(&npz, fixture(names[f])));
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

/* An archive with every type and strings, at path. */
static khop_status write_all(const char *path) {
  khop_i_member members[KINDS + 1];
  for (int k = 0; k < KINDS; k++)
    members[k] = (khop_i_member){kinds[k].name, kinds[k].dtype, 0, 2, {3, 5}, content[k]};
  members[KINDS] = (khop_i_member){"format", KHOP_I_BYTES, 3, 0, {0}, "csr"};
  return khop_i_npz_write(path, KINDS + 1, members);
}

static void npz_round_trip(void **state) {
  (void)state;
  khop_i_npz *npz = NULL;
  khop_i_array array;
  ok(write_all(at("a.npz")));
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
  ok(write_all(at("a.npz")));
  setenv("TZ", "Asia/Tokyo", 1);
  sleep(2); /* zip stores times to 2 seconds */
  ok(write_all(at("b.npz")));
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
  ok(khop_i_infile_read(&bytes, &size, fixture("numpy_store.npz")));
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
  fails(khop_i_npz_read(&array, npz, "x"), KHOP_E_FORMAT, "x.npy", "3000000000");
  khop_i_npz_close(npz);
}

/* --- safetensors ---------------------------------------------------------------------------- */

/* A tensor as an array, for the accessors and as_made. */
static khop_i_array view(const khop_i_tensor *tensor) {
  khop_i_array array = {.dtype = tensor->dtype, .dimensions = tensor->dimensions, .count = 1};
  array.data = (void *)(uintptr_t)tensor->data;
  for (int i = 0; i < tensor->dimensions; i++) array.count *= array.shape[i] = tensor->shape[i];
  return array;
}

static void check_tensors(const khop_i_safetensors *file) {
  for (int k = 0; k < KINDS; k++) {
    const khop_i_tensor *tensor = khop_i_safetensors_find(file, kinds[k].name);
    assert_non_null(tensor);
    khop_i_array array = view(tensor);
    assert_int_equal(array.dtype, kinds[k].dtype);
    assert_int_equal(array.count, 15);
    assert_true(as_made(&array));
    assert_int_equal((uintptr_t)tensor->data % KHOP_ALIGN, 0);
  }
}

static void safetensors_of_package(void **state) {
  (void)state;
  khop_i_safetensors *file = NULL;
  ok(khop_i_safetensors_read(&file, fixture("package.safetensors")));
  assert_int_equal(khop_i_safetensors_count(file), KINDS + 2);
  check_tensors(file);
  assert_true(*(const float *)khop_i_safetensors_find(file, "scalar")->data == 42);
  assert_int_equal(khop_i_safetensors_find(file, "empty")->shape[1], 4);
  assert_string_equal(khop_i_safetensors_meta(file, "khop"), "0.1");
  assert_string_equal(khop_i_safetensors_meta(file, "quote"), "a \"b\"\n\u00e9");
  assert_null(khop_i_safetensors_meta(file, "none"));
  assert_null(khop_i_safetensors_find(file, "none"));
  assert_null(khop_i_safetensors_at(file, KINDS + 2));
  khop_i_safetensors_free(file);
  fails(khop_i_safetensors_read(&file, fixture("half.safetensors")), KHOP_E_UNSUPPORTED,
        "half.safetensors", "F16");
  assert_null(file);
}

static khop_status write_tensors(const char *path) {
  khop_i_tensor tensors[KINDS];
  for (int k = 0; k < KINDS; k++)
    tensors[k] = (khop_i_tensor){kinds[k].name, kinds[k].dtype, 2, {3, 5}, content[k]};
  const khop_i_meta meta[] = {{"recipe", "{\"layers\": 2}"}, {"path", "a\\b\n"}};
  return khop_i_safetensors_write(path, KINDS, tensors, 2, meta);
}

static void safetensors_round_trip(void **state) {
  (void)state;
  khop_i_safetensors *file = NULL;
  ok(write_tensors(at("a.safetensors")));
  ok(khop_i_safetensors_read(&file, at("a.safetensors")));
  assert_int_equal(khop_i_safetensors_count(file), KINDS);
  check_tensors(file);
  assert_string_equal(khop_i_safetensors_meta(file, "recipe"), "{\"layers\": 2}");
  assert_string_equal(khop_i_safetensors_meta(file, "path"), "a\\b\n");
  khop_i_safetensors_free(file);
  ok(khop_i_safetensors_write(at("none.safetensors"), 0, NULL, 0, NULL));
  ok(khop_i_safetensors_read(&file, at("none.safetensors")));
  assert_int_equal(khop_i_safetensors_count(file), 0);
  khop_i_safetensors_free(file);
  khop_i_tensor twice[2] = {{"x", KHOP_I_INT32, 1, {2}, content[5]},
                            {"x", KHOP_I_INT32, 1, {2}, content[5]}};
  fails(khop_i_safetensors_write(at("c"), 2, twice, 0, NULL), KHOP_E_ARGUMENT, at("c"), "'x'");
  twice[0].name = "__metadata__";
  fails(khop_i_safetensors_write(at("c"), 2, twice, 0, NULL), KHOP_E_ARGUMENT, "tensor 0", "taken");
  twice[0].dtype = KHOP_I_BYTES;
  fails(khop_i_safetensors_write(at("c"), 1, twice, 0, NULL), KHOP_E_ARGUMENT, "type", "written");
}

/* The alignment that other readers rely on: the data begin on a multiple of 8. */
static void safetensors_layout(void **state) {
  (void)state;
  char *bytes = NULL;
  size_t size = 0;
  uint64_t length = 0;
  ok(write_tensors(at("a.safetensors")));
  ok(khop_i_infile_read(&bytes, &size, at("a.safetensors")));
  memcpy(&length, bytes, 8);
  assert_int_equal(length % 8, 0);
  const char *last = strstr(bytes + 8, "\"float64\""), *first = strstr(bytes + 8, "\"int8\"");
  assert_true(last && first && last < first); /* widest items first */
  khop_i_free(bytes);
}

static khop_status read_text(const char *header, uint64_t claimed, size_t data) {
  char bytes[2000] = {0};
  size_t length = strlen(header);
  memcpy(bytes, &claimed, 8);
  memcpy(bytes + 8, header, length);
  write_file(at("t.safetensors"), bytes, 8 + length + data);
  khop_i_safetensors *file = NULL;
  khop_status status = khop_i_safetensors_read(&file, at("t.safetensors"));
  assert_true((status == KHOP_OK) == (file != NULL));
  khop_i_safetensors_free(file);
  return status;
}

static void safetensors_bad_headers(void **state) {
  (void)state;
#define TENSOR(name, type, shape, offsets)                                                         \
  "\"" name "\":{\"dtype\":\"" type "\",\"shape\":" shape ",\"data_offsets\":" offsets "}"
  const struct {
    const char *header;
    size_t data;
    khop_status status;
    const char *word;
  } cases[] = {
      {"{" TENSOR("a", "F32", "[2]", "[0,8]") "}   ", 8, KHOP_OK, ""},
      /* legal, and on an odd byte */
      {"{" TENSOR("a", "U8", "[1]", "[0,1]") "," TENSOR("b", "F64", "[1]", "[1,9]") "}", 9, KHOP_OK,
       ""},
      {"{" TENSOR("b", "F32", "[1]", "[4,8]") "," TENSOR("a", "F32", "[1]", "[0,4]") "}", 8,
       KHOP_OK, ""},
      {"{" TENSOR("a", "F32", "[2]", "[0,8]") "}", 7, KHOP_E_FORMAT, "7 bytes"},
      {"{" TENSOR("a", "F32", "[2]", "[0,8]") "}", 9, KHOP_E_FORMAT, "8 of 9"},
      {"{" TENSOR("a", "F32", "[3]", "[0,8]") "}", 8, KHOP_E_FORMAT, "8 bytes"},
      {"{" TENSOR("a", "F32", "[2]", "[8,0]") "}", 8, KHOP_E_FORMAT, "[8, 0]"},
      {"{" TENSOR("a", "F32", "[2]", "[0,8,8]") "}", 8, KHOP_E_FORMAT, "two whole"},
      {"{" TENSOR("a", "F32", "[2]", "[0.5,8.5]") "}", 9, KHOP_E_FORMAT, "two whole"},
      {"{" TENSOR("a", "F32", "[2]", "[-8,0]") "}", 8, KHOP_E_FORMAT, "two whole"},
      {"{" TENSOR("a", "F32", "[2]", "[0,1e30]") "}", 8, KHOP_E_FORMAT, "two whole"},
      {"{" TENSOR("a", "F32", "[4294967296,4294967296,2]", "[0,0]") "}", 0, KHOP_E_FORMAT, "'a'"},
      {"{" TENSOR("a", "F32", "[-2]", "[0,8]") "}", 8, KHOP_E_FORMAT, "size 1"},
      {"{" TENSOR("a", "F32", "[2.5]", "[0,10]") "}", 10, KHOP_E_FORMAT, "size 1"},
      {"{" TENSOR("a", "F32", "[1,1,1,1,1,1,1,1,1]", "[0,4]") "}", 4, KHOP_E_UNSUPPORTED, "8 dim"},
      {"{" TENSOR("a", "F32", "2", "[0,8]") "}", 8, KHOP_E_FORMAT, "no shape"},
      {"{" TENSOR("a", "BF16", "[2]", "[0,4]") "}", 4, KHOP_E_UNSUPPORTED, "BF16"},
      {"{" TENSOR("a", "F32", "[1]", "[0,4]") "," TENSOR("a", "F32", "[1]", "[4,8]") "}", 8,
       KHOP_E_FORMAT, "'a' is there twice"},
      {"{" TENSOR("a", "F32", "[2]", "[0,8]") "," TENSOR("b", "F32", "[2]", "[4,12]") "}", 12,
       KHOP_E_FORMAT, "byte 4"},
      {"{" TENSOR("a", "F32", "[1]", "[0,4]") "," TENSOR("b", "F32", "[1]", "[8,12]") "}", 12,
       KHOP_E_FORMAT, "byte 8"},
      {"{\"a\":3}", 0, KHOP_E_FORMAT, "no tensor"},
      {"{\"a\":{}}", 0, KHOP_E_FORMAT, "no dtype"},
      {"{\"__metadata__\":{\"k\":1}}", 0, KHOP_E_FORMAT, "'k' is not a string"},
      {"{\"__metadata__\":[]}", 0, KHOP_E_FORMAT, "not an object"},
      {"{\"__metadata__\":{},\"__metadata__\":{}}", 0, KHOP_E_FORMAT, "twice"},
      {"[1, 2]", 0, KHOP_E_FORMAT, "6 bytes"},
      {" {}", 0, KHOP_E_FORMAT, "not a JSON"},
      {"{\"a\":", 0, KHOP_E_FORMAT, "not a JSON"},
      {"{} x", 0, KHOP_E_FORMAT, "not a JSON"},
  };
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    khop_status status = read_text(cases[c].header, strlen(cases[c].header), cases[c].data);
    if (cases[c].status == KHOP_OK)
      ok(status);
    else
      fails(status, cases[c].status, "t.safetensors: ", cases[c].word);
  }
  fails(read_text("{}", 3, 0), KHOP_E_FORMAT, "header of 3 bytes", "10");
  fails(read_text("{}", UINT64_MAX, 0), KHOP_E_FORMAT, "18446744073709551615", "10");
  fails(read_text("{}", 0, 0), KHOP_E_FORMAT, "header of 0 bytes", "10");
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

static void read_npy_whole(const char *path) {
  char *bytes = NULL;
  size_t size = 0;
  khop_i_array array;
  ok(khop_i_infile_read(&bytes, &size, path));
  if (khop_i_npy_decode(&array, bytes, size, path) == KHOP_OK)
    for (int64_t i = 0; i < array.count; i++) khop_i_array_number(&array, i);
  khop_i_array_free(&array);
  khop_i_free(bytes);
}

static void read_safetensors_whole(const char *path) {
  khop_i_safetensors *file = NULL;
  if (khop_i_safetensors_read(&file, path) != KHOP_OK) {
    assert_null(file);
    assert_non_null(strstr(khop_message(), path));
    return;
  }
  for (int t = 0; t < khop_i_safetensors_count(file); t++) {
    khop_i_array array = view(khop_i_safetensors_at(file, t));
    for (int64_t i = 0; i < array.count; i++) khop_i_array_number(&array, i);
  }
  khop_i_safetensors_free(file);
}

/* Reads the file cut at every step-th byte, then with 1 to 8 bytes changed at random. */
static void damage(const char *path, void (*read)(const char *), size_t step, int flips) {
  char *bytes = NULL, *copy = NULL;
  size_t size = 0;
  khop_i_random random;
  khop_i_random_seed(&random, 11);
  ok(khop_i_infile_read(&bytes, &size, path));
  for (size_t cut = 0; cut < size; cut += step) {
    write_file(at("broken"), bytes, cut);
    read(at("broken"));
  }
  ok(khop_i_copy(&copy, bytes, (int64_t)size, 1, "a copy"));
  for (int f = 0; f < flips; f++) {
    int count = 1 + (int)khop_i_random_below(&random, 8);
    memcpy(copy, bytes, size);
    for (int c = 0; c < count; c++)
      copy[khop_i_random_below(&random, (int64_t)size)] = (char)khop_i_random_below(&random, 256);
    write_file(at("broken"), copy, size);
    read(at("broken"));
  }
  khop_i_free(copy);
  khop_i_free(bytes);
}

static void damaged_npy(void **state) {
  (void)state;
  damage(fixture("version2.npy"), read_npy_whole, 1, 3000);
}

static void damaged_npz(void **state) {
  (void)state;
  ok(write_all(at("a.npz")));
  damage(at("a.npz"), read_npz_whole, 1, 1500);
  damage(fixture("numpy_deflate.npz"), read_npz_whole, 3, 500);
  damage(fixture("numpy_store.npz"), read_npz_whole, 7, 500);
}

static void damaged_safetensors(void **state) {
  (void)state;
  ok(write_tensors(at("a.safetensors")));
  damage(at("a.safetensors"), read_safetensors_whole, 1, 2000);
  damage(fixture("package.safetensors"), read_safetensors_whole, 1, 1000);
}

/* --- places --------------------------------------------------------------------------------- */

static khop_status write_one(const char *path) {
  return khop_i_npy_write(path, KHOP_I_FLOAT32, 2, (const int64_t[]){3, 5}, content[9]);
}

/* Each kind of file goes through the same door. */
static khop_status (*const writers[])(const char *) = {write_one, write_all, write_tensors};

static void full_disk(void **state) {
  (void)state;
  if (access("/dev/full", W_OK) != 0) {
    skipped("no /dev/full");
    return;
  }
  for (int w = 0; w < 3; w++)
    fails(writers[w]("/dev/full"), KHOP_E_IO, "/dev/full: ", "No space left");
  ok(write_all("/dev/null"));
}

static void links_stay(void **state) {
  (void)state;
  struct stat seen;
  assert_int_equal(mkdir(at("inner"), 0777), 0);
  write_file(at("inner/real"), "before", 6);
  assert_int_equal(chmod(at("inner/real"), 0640), 0);
  assert_int_equal(symlink("inner/real", at("link")), 0);
  for (int w = 0; w < 3; w++) {
    ok(writers[w](at("link")));
    ok(writers[w](at("plain")));
    assert_int_equal(lstat(at("link"), &seen), 0);
    assert_true(S_ISLNK(seen.st_mode));
    assert_int_equal(lstat(at("inner/real"), &seen), 0);
    assert_true(S_ISREG(seen.st_mode));
    assert_int_equal(seen.st_mode & 0777, 0640); /* and keeps its permissions */
    same_files(at("inner/real"), at("plain"));
  }
  assert_int_equal(symlink("nowhere", at("dangling")), 0);
  ok(write_one(at("dangling")));
  assert_int_equal(stat(at("nowhere"), &seen), 0);
  assert_int_equal(symlink("loop", at("loop")), 0);
  fails(write_one(at("loop")), KHOP_E_IO, "loop", "symbolic links");
}

static void bad_places(void **state) {
  (void)state;
  write_file(at("file"), "kept", 4);
  int before = files_in_folder();
  for (int w = 0; w < 3; w++) {
    fails(writers[w](folder), KHOP_E_IO, folder, "directory");
    fails(writers[w](at("file/below")), KHOP_E_IO, at("file/below"), "Not a directory");
    fails(writers[w](at("missing/file")), KHOP_E_NOT_FOUND, at("missing/file"), "No such file");
    fails(writers[w](""), KHOP_E_ARGUMENT, "path", "empty");
  }
  if (getuid() != 0) { /* root may write anywhere */
    assert_int_equal(mkdir(at("closed"), 0555), 0);
    fails(write_one(at("closed/a")), KHOP_E_IO, "closed/a", "Permission denied");
    before++;
  }
  assert_int_equal(files_in_folder(), before); /* nothing half-written is left */
}

/* A file that is given up, or fails, leaves what stood there. */
static void whole_or_not(void **state) {
  (void)state;
  khop_i_outfile out;
  char *bytes = NULL;
  size_t size = 0;
  write_file(at("old"), "old", 3);
  int before = files_in_folder();
  ok(khop_i_outfile_open(&out, at("old")));
  fputs("half", out.stream);
  khop_i_outfile_abandon(&out);
  khop_i_outfile_abandon(&out);
  ok(khop_i_infile_read(&bytes, &size, at("old")));
  assert_string_equal(bytes, "old");
  khop_i_free(bytes);
  assert_int_equal(files_in_folder(), before);
  ok(khop_i_outfile_open(&out, at("old")));
  fputs("new", out.stream);
  ok(khop_i_outfile_commit(&out));
  ok(khop_i_infile_read(&bytes, &size, at("old")));
  assert_string_equal(bytes, "new");
  khop_i_free(bytes);
  assert_int_equal(files_in_folder(), before);
}

static void infile_places(void **state) {
  (void)state;
  char *bytes = NULL;
  size_t size = 0;
  fails(khop_i_infile_read(&bytes, &size, at("none")), KHOP_E_NOT_FOUND, at("none"),
        "No such file");
  fails(khop_i_infile_read(&bytes, &size, folder), KHOP_E_IO, folder, "directory");
  ok(khop_i_infile_read(&bytes, &size, "/dev/null"));
  assert_int_equal(size, 0);
  khop_i_free(bytes);
  ok(khop_i_infile_read(&bytes, &size, "/proc/self/maps")); /* longer than it says */
  assert_true(size > 500 && bytes[size] == 0);
  khop_i_free(bytes);
}

/* --- memory --------------------------------------------------------------------------------- */

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

static khop_status read_archive(const char *path) {
  khop_i_npz *npz = NULL;
  khop_i_array array = {0};
  khop_status status = khop_i_npz_open(&npz, path);
  if (status == KHOP_OK) status = khop_i_npz_read(&array, npz, "int32");
  khop_i_array_free(&array);
  khop_i_npz_close(npz);
  return status;
}

static khop_status read_tensors(const char *path) {
  khop_i_safetensors *file = NULL;
  khop_status status = khop_i_safetensors_read(&file, path);
  khop_i_safetensors_free(file);
  return status;
}

/* Allocation 0, 1, 2, ... fails until the call succeeds: MEMORY each time, nothing held, and no
 * file left behind. */
static void out_of_memory(void **state) {
  (void)state;
  const struct {
    khop_status (*act)(const char *);
    const char *file;
  } acts[] = {{write_one, "m.npy"},
              {write_all, "m.npz"},
              {write_tensors, "m.safetensors"},
              {read_archive, "m.npz"},
              {read_tensors, "m.safetensors"}};
  ok(khop_set_allocator(&(khop_allocator){allocate, release, NULL}));
  for (size_t a = 0; a < sizeof acts / sizeof *acts; a++) {
    khop_status status = KHOP_E_MEMORY;
    const char *file = at(acts[a].file);
    int before = files_in_folder();
    for (int n = 0; status != KHOP_OK && n < 200; n++) {
      until_failure = n;
      status = acts[a].act(file);
      if (status == KHOP_OK) break;
      fails(status, KHOP_E_MEMORY, "no memory", "");
      assert_int_equal(khop_bytes_now(), 0);
    }
    assert_int_equal(status, KHOP_OK);
    assert_in_range(files_in_folder() - before, 0, 1);
  }
  ok(khop_set_allocator(NULL));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(npy_round_trip),
      cmocka_unit_test(npy_shapes),
      cmocka_unit_test(npy_versions),
      cmocka_unit_test(npy_refused_types),
      cmocka_unit_test(npy_bad_headers),
      cmocka_unit_test(npz_of_numpy),
      cmocka_unit_test(npz_round_trip),
      cmocka_unit_test(npz_reproducible),
      cmocka_unit_test(npz_big),
      cmocka_unit_test(npz_misuse),
      cmocka_unit_test(npz_checksum),
      cmocka_unit_test(npz_bomb),
      cmocka_unit_test(safetensors_of_package),
      cmocka_unit_test(safetensors_round_trip),
      cmocka_unit_test(safetensors_layout),
      cmocka_unit_test(safetensors_bad_headers),
      cmocka_unit_test(damaged_npy),
      cmocka_unit_test(damaged_npz),
      cmocka_unit_test(damaged_safetensors),
      cmocka_unit_test(full_disk),
      cmocka_unit_test(links_stay),
      cmocka_unit_test(bad_places),
      cmocka_unit_test(whole_or_not),
      cmocka_unit_test(infile_places),
      cmocka_unit_test(out_of_memory),
  };
  return cmocka_run_group_tests_name("files", tests, setup, teardown);
}
