/* test_safetensors.c: safetensors against their own package's files, layout, bad headers, damage.
 */
#include "array_check.h"

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
  ok(khop_i_safetensors_read(&file, sample_file("package.safetensors")));
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
  fails(khop_i_safetensors_read(&file, sample_file("half.safetensors")), KHOP_E_UNSUPPORTED,
        "half.safetensors", "F16");
  assert_null(file);
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

static void damaged_safetensors(void **state) {
  (void)state;
  ok(write_tensors(at("a.safetensors")));
  damage(at("a.safetensors"), read_safetensors_whole, 1, 2000);
  damage(sample_file("package.safetensors"), read_safetensors_whole, 1, 1000);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(safetensors_of_package), cmocka_unit_test(safetensors_round_trip),
      cmocka_unit_test(safetensors_layout),     cmocka_unit_test(safetensors_bad_headers),
      cmocka_unit_test(damaged_safetensors),
  };
  return cmocka_run_group_tests_name("safetensors", tests, open_arrays, close_folder);
}
