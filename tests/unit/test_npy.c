/* test_npy.c: .npy files against NumPy's own, every type and shape, bad headers, damage. */
#include "array_check.h"

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
    decode_file(&array, sample_file(names[v]));
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
               {"complex.npy", "<c8"}};
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    char *bytes = NULL;
    size_t size = 0;
    khop_i_array array;
    ok(khop_i_infile_read(&bytes, &size, sample_file(cases[c].file)));
    fails(khop_i_npy_decode(&array, bytes, size, cases[c].file), KHOP_E_UNSUPPORTED, cases[c].file,
          cases[c].word);
    assert_null(array.data);
    khop_i_free(bytes);
  }
}

/* Characters of four bytes become UTF-8: one, two, three and four bytes of it; what is no character is refused. */
static void npy_strings(void **state) {
  (void)state;
  khop_i_array array;
  decode_file(&array, sample_file("unicode.npy"));
  assert_int_equal(array.dtype, KHOP_I_BYTES);
  assert_int_equal(array.count, 2);
  assert_int_equal(array.item_size, 12);
  assert_memory_equal(array.data, "csr\0\0\0\0\0\0\0\0\0ab\0\0\0\0\0\0\0\0\0", 24);
  khop_i_array_free(&array);
  char header[128], bytes[128 + 16];
  uint32_t characters[] = {0x7a, 0xe9, 0x20ac, 0x1f600};
  snprintf(header, sizeof header, "{'descr': '<U4', 'fortran_order': False, 'shape': (), }");
  uint16_t length = (uint16_t)strlen(header);
  memcpy(bytes, "\x93NUMPY\x01", 8);
  memcpy(bytes + 8, &length, 2);
  memcpy(bytes + 10, header, length);
  memcpy(bytes + 10 + length, characters, 16);
  ok(khop_i_npy_decode(&array, bytes, 26u + length, "x"));
  assert_string_equal(array.data, "z\u00e9\u20ac\U0001f600");
  khop_i_array_free(&array);
  for (int bad = 0; bad < 2; bad++) {
    characters[1] = bad ? 0x110000 : 0xd800;
    memcpy(bytes + 10 + length, characters, 16);
    fails(khop_i_npy_decode(&array, bytes, 26u + length, "x"), KHOP_E_FORMAT, "string 0",
          bad ? "110000" : "d800");
    assert_null(array.data);
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

/* --- damage --------------------------------------------------------------------------------- */

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

static void damaged_npy(void **state) {
  (void)state;
  damage(sample_file("version2.npy"), read_npy_whole, 1, 3000);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(npy_round_trip),  cmocka_unit_test(npy_shapes),
      cmocka_unit_test(npy_versions),    cmocka_unit_test(npy_refused_types),
      cmocka_unit_test(npy_strings),
      cmocka_unit_test(npy_bad_headers), cmocka_unit_test(damaged_npy),
  };
  return cmocka_run_group_tests_name("npy", tests, open_arrays, close_folder);
}
