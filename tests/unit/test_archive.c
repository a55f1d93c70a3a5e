/* test_archive.c: archives of numbers and names, held to NumPy's bytes worked out by hand, and to files that NumPy
 * itself wrote. */
#include "check.h"
#include "files/infile.h"
#include "files/npz.h"
#include "files/unicode.h"

#include <khop/table.h>

/* What numpy.save writes of np.array(["csr", "ab"]): tests/files/make_fixtures.py. */
static void strings_have_the_bytes_that_numpy_writes(void **state) {
  (void)state;
  char *wanted = NULL, *header = NULL, path[512];
  size_t size = 0, length = 0, width = 0;
  uint32_t *characters = NULL;
  const char *const texts[2] = {"csr", "ab"};
  const int64_t shape[1] = {2};
  snprintf(path, sizeof path, "%s/tests/files/unicode.npy", getenv("KHOP_SOURCE_ROOT"));
  ok(khop_i_infile_read(&wanted, &size, path));
  ok(khop_i_unicode_array(&characters, &width, texts, 2));
  ok(khop_i_npy_header(&header, &length, KHOP_I_UNICODE, 4 * width, 1, shape));
  assert_int_equal(width, 3);
  assert_int_equal(size, length + 2 * 4 * width);
  assert_memory_equal(wanted, header, length);
  assert_memory_equal(wanted + length, characters, 2 * 4 * width);
  khop_i_free(characters);
  khop_i_free(header);
  khop_i_free(wanted);
}

/* Characters of one to four bytes by hand from RFC 3629; what is no UTF-8 byte by byte, as Python's surrogateescape
 * has it: a byte that goes on with nothing before it, one that is cut, one too long, a surrogate, beyond U+10FFFF. */
static void every_byte_of_a_name_is_kept(void **state) {
  (void)state;
  const struct {
    const char *text;
    uint32_t characters[5];
  } cases[] = {
      {"a\x7f", {'a', 0x7f}},
      {"\xc2\x80\xdf\xbf", {0x80, 0x7ff}},
      {"\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf", {0x800, 0xd7ff, 0xe000, 0xffff}},
      {"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", {0x10000, 0x10ffff}},
      {"\x80z", {0xdc80, 'z'}},
      {"\xe9t\xe9", {0xdce9, 't', 0xdce9}}, /* Latin-1 */
      {"\xe2\x82", {0xdce2, 0xdc82}},
      {"\xc0\xaf", {0xdcc0, 0xdcaf}},
      {"\xe0\x80\xaf", {0xdce0, 0xdc80, 0xdcaf}},
      {"\xed\xa0\x80", {0xdced, 0xdca0, 0xdc80}},
      {"\xf4\x90\x80\x80", {0xdcf4, 0xdc90, 0xdc80, 0xdc80}},
      {"", {0}},
      {NULL, {0}},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    uint32_t *characters = NULL;
    size_t width = 0, count = 0;
    ok(khop_i_unicode_array(&characters, &width, &cases[i].text, 1));
    while (cases[i].characters[count]) count++;
    assert_int_equal(width, count ? count : 1); /* NumPy has no strings of width 0 */
    assert_memory_equal(characters, cases[i].characters, 4 * width);
    khop_i_free(characters);
  }
}

static void what_goes_in_comes_out(void **state) {
  (void)state;
  khop_archive *archive = NULL;
  khop_i_npz *npz = NULL;
  khop_i_array array;
  const khop_real x[6] = {0, 1, 2, 3, 4, (khop_real)0.5};
  const int64_t numbers[3] = {7, -1, INT64_MAX};
  const char *const names[3] = {"a", "longer", NULL};
  ok(khop_archive_new(&archive, at("t.npz")));
  khop_archive_reals(archive, "x", x, 3, 2);
  khop_archive_reals(archive, "y", x, 6, 0);
  khop_archive_integers(archive, "numbers", numbers, 3);
  khop_archive_texts(archive, "names", names, 3);
  khop_archive_texts(archive, "none", NULL, 0);
  ok(khop_archive_commit(archive));
  fails(khop_archive_commit(archive), KHOP_E_ARGUMENT, "khop_archive_commit", "before");
  khop_archive_free(archive);
  ok(khop_i_npz_open(&npz, at("t.npz")));
  ok(khop_i_npz_read(&array, npz, "x"));
  assert_true(array.dimensions == 2 && array.shape[0] == 3 && array.shape[1] == 2);
  for (int i = 0; i < 6; i++) assert_true(khop_i_array_number(&array, i) == (double)x[i]);
  khop_i_array_free(&array);
  ok(khop_i_npz_read(&array, npz, "y"));
  assert_true(array.dimensions == 1 && array.shape[0] == 6);
  khop_i_array_free(&array);
  ok(khop_i_npz_read(&array, npz, "numbers"));
  for (int i = 0; i < 3; i++) assert_true(khop_i_array_integer(&array, i) == numbers[i]);
  khop_i_array_free(&array);
  assert_true(khop_i_npz_has(npz, "names") && khop_i_npz_has(npz, "none"));
  khop_i_npz_close(npz);
}

static void what_is_wrong_is_told_by_the_commit(void **state) {
  (void)state;
  khop_archive *archive = NULL;
  const int64_t number = 1;
  fails(khop_archive_new(NULL, at("t.npz")), KHOP_E_ARGUMENT, "khop_archive_new", "needed");
  ok(khop_archive_new(&archive, at("empty.npz")));
  fails(khop_archive_commit(archive), KHOP_E_ARGUMENT, "empty.npz", "0 arrays");
  khop_archive_free(archive);
  ok(khop_archive_new(&archive, at("twice.npz")));
  khop_archive_integers(archive, "n", &number, 1);
  khop_archive_integers(archive, "n", &number, 1);
  fails(khop_archive_commit(archive), KHOP_E_ARGUMENT, "twice.npz", "archive");
  khop_archive_free(archive);
  ok(khop_archive_new(&archive, at("no/t.npz")));
  khop_archive_integers(archive, "n", &number, 1);
  fails(khop_archive_commit(archive), KHOP_E_NOT_FOUND, "no/t.npz", "No such file");
  khop_archive_free(archive);
  khop_archive_free(NULL);
}

static khop_status write_some(void *context) {
  (void)context;
  khop_archive *archive = NULL;
  const char *const names[2] = {"one", "two"};
  const khop_real x[2] = {1, 2};
  khop_status status = khop_archive_new(&archive, at("m.npz"));
  if (status != KHOP_OK) return status;
  khop_archive_texts(archive, "names", names, 2);
  khop_archive_reals(archive, "x", x, 2, 0);
  status = khop_archive_commit(archive);
  khop_archive_free(archive);
  return status;
}

static void memory_that_runs_out_leaves_the_file(void **state) {
  (void)state;
  char *bytes = NULL;
  size_t size = 0;
  write_file(at("m.npz"), "before", 6);
  memory_can_run_out();
  assert_in_range(fail_each(write_some, NULL), 1, 99);
  memory_is_plenty();
  ok(khop_i_infile_read(&bytes, &size, at("m.npz")));
  assert_memory_equal(bytes, "PK", 2);
  khop_i_free(bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(strings_have_the_bytes_that_numpy_writes),
      cmocka_unit_test(every_byte_of_a_name_is_kept),
      cmocka_unit_test(what_goes_in_comes_out),
      cmocka_unit_test(what_is_wrong_is_told_by_the_commit),
      cmocka_unit_test(memory_that_runs_out_leaves_the_file),
  };
  return cmocka_run_group_tests_name("archive", tests, open_folder, close_folder);
}
