/* test_table.c: tables of numbers written row by row, read back as any other archive: by libzip, which holds each
 * member against its checksum. */
#include "check.h"
#include "files/npz.h"

#include <khop/table.h>

#define COLUMNS 3
static const char *const names[COLUMNS] = {"a", "longer name", "c"};

/* Cell (row, column), so that every one differs. */
static float cell(int64_t row, int64_t column) { return (float)(row * 10 + column) + 0.5f; }

/* A committed table of so many rows, added `piece` at a time; owners: two rows each, every third row not ok. */
static khop_status write_table(const char *path, int64_t rows, int64_t piece, bool owners) {
  khop_table *table = NULL;
  float *x = block_of(piece * COLUMNS, sizeof *x);
  uint8_t *good = block_of(piece, 1);
  int64_t *owner = block_of(piece, sizeof *owner);
  khop_status status = khop_table_new(&table, path, COLUMNS, names, owners);
  for (int64_t first = 0; status == KHOP_OK && first < rows; first += piece) {
    int64_t count = rows - first < piece ? rows - first : piece;
    for (int64_t r = 0; r < count; r++) {
      for (int64_t c = 0; c < COLUMNS; c++) x[r * COLUMNS + c] = cell(first + r, c);
      good[r] = (first + r) % 3 != 0;
      owner[r] = (first + r) / 2;
    }
    status = khop_table_add(table, count, x, owners ? good : NULL, owners ? owner : NULL);
  }
  if (status == KHOP_OK && khop_table_rows(table) != rows) status = KHOP_E_INTERNAL;
  if (status == KHOP_OK) status = khop_table_commit(table);
  khop_table_free(table);
  free(x);
  free(good);
  free(owner);
  return status;
}

static void holds_rows(const char *path, int64_t rows, bool owners) {
  khop_i_npz *npz = NULL;
  khop_i_array x = {0}, good = {0}, owner = {0};
  ok(khop_i_npz_open(&npz, path));
  ok(khop_i_npz_read(&x, npz, "X"));
  ok(khop_i_npz_read(&good, npz, "ok"));
  assert_int_equal(x.dtype, KHOP_I_FLOAT32);
  assert_int_equal(x.dimensions, 2);
  assert_int_equal(x.shape[0], rows);
  assert_int_equal(x.shape[1], COLUMNS);
  assert_int_equal(good.dtype, KHOP_I_BOOL);
  assert_int_equal(good.count, rows);
  assert_int_equal(khop_i_npz_has(npz, "molecule"), owners);
  if (owners) ok(khop_i_npz_read(&owner, npz, "molecule"));
  for (int64_t r = 0; r < rows; r++) {
    for (int64_t c = 0; c < COLUMNS; c++)
      assert_true(((const float *)x.data)[r * COLUMNS + c] == cell(r, c));
    assert_int_equal(khop_i_array_integer(&good, r), owners ? r % 3 != 0 : 1);
    if (owners) assert_int_equal(khop_i_array_integer(&owner, r), r / 2);
  }
  khop_i_array_free(&x);
  khop_i_array_free(&good);
  khop_i_array_free(&owner);
  khop_i_npz_close(npz);
}

static void rows_come_back_whatever_the_pieces(void **state) {
  (void)state;
  static const int64_t pieces[] = {1, 7, 100, 20000};
  for (int owners = 0; owners < 2; owners++)
    for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++) {
      ok(write_table(at("t.npz"), 100, pieces[p], owners));
      holds_rows(at("t.npz"), 100, owners);
      if (p == 0) ok(write_table(at("first.npz"), 100, 1, owners));
      same_files(at("first.npz"), at("t.npz"));
    }
  ok(write_table(at("t.npz"), 20000, 777, true)); /* members of more than one buffer */
  holds_rows(at("t.npz"), 20000, true);
  ok(write_table(at("t.npz"), 0, 1, false));
  holds_rows(at("t.npz"), 0, false);
}

static void names_are_padded_to_the_longest(void **state) {
  (void)state;
  khop_i_npz *npz = NULL;
  khop_i_array read = {0};
  ok(write_table(at("t.npz"), 2, 2, false));
  ok(khop_i_npz_open(&npz, at("t.npz")));
  ok(khop_i_npz_read(&read, npz, "names"));
  assert_int_equal(read.dtype, KHOP_I_BYTES);
  assert_int_equal(read.item_size, 11);
  assert_int_equal(read.count, COLUMNS);
  assert_memory_equal(read.data, "a\0\0\0\0\0\0\0\0\0\0longer namec\0\0\0\0\0\0\0\0\0\0", 33);
  khop_i_array_free(&read);
  khop_i_npz_close(npz);
}

static void rows_may_have_names(void **state) {
  (void)state;
  static const char *const columns[1] = {"c"}, *const rows[2] = {"Ann", "B\xc3\xa9la"};
  const float x[2] = {1, 2};
  khop_table *table = NULL;
  khop_i_npz *npz = NULL;
  ok(khop_table_new(&table, at("named.npz"), 1, columns, false));
  ok(khop_table_name_rows(table, "node_names"));
  fails(khop_table_name_rows(table, "again"), KHOP_E_ARGUMENT, "khop_table_name_rows", "once");
  ok(khop_table_add_names(table, 1, rows));
  ok(khop_table_add(table, 2, x, NULL, NULL));
  ok(khop_table_add_names(table, 1, rows + 1));
  ok(khop_table_commit(table));
  khop_table_free(table);
  ok(khop_i_npz_open(&npz, at("named.npz")));
  assert_string_equal(khop_i_npz_name(npz, 3), "node_names.npy");
  khop_i_npz_close(npz);
  static const char header[] = "'<U4', 'fortran_order': False, 'shape': (2,)";
  char *bytes = NULL;
  size_t size = 0;
  ok(khop_i_infile_read(&bytes, &size, at("named.npz"))); /* members are stored, not packed */
  assert_non_null(memmem(bytes, size, header, sizeof header - 1));
  assert_non_null(memmem(bytes, size, "A\0\0\0n\0\0\0n\0\0\0\0\0\0\0B\0\0\0\xe9\0\0\0l\0\0\0a\0\0\0", 32));
  khop_i_free(bytes);
}

static void names_are_as_many_as_rows_or_none(void **state) {
  (void)state;
  static const char *const columns[1] = {"c"}, *const none[2] = {"", NULL};
  const float x[2] = {1, 2};
  for (int named = 1; named <= 2; named++) {
    khop_table *table = NULL;
    khop_i_npz *npz = NULL;
    ok(khop_table_new(&table, at("few.npz"), 1, columns, false));
    fails(khop_table_add_names(table, 1, none), KHOP_E_ARGUMENT, "khop_table_add_names", "1 names");
    ok(khop_table_name_rows(table, "id"));
    ok(khop_table_add_names(table, named, none));
    ok(khop_table_add(table, 2, x, NULL, NULL));
    if (named == 1) fails(khop_table_commit(table), KHOP_E_ARGUMENT, "few.npz", "2 rows have 1 names");
    else ok(khop_table_commit(table));
    khop_table_free(table);
    if (named == 1) continue;
    ok(khop_i_npz_open(&npz, at("few.npz")));
    assert_false(khop_i_npz_has(npz, "id")); /* all are empty */
    khop_i_npz_close(npz);
  }
}

static void without_a_commit_the_file_is_as_it_was(void **state) {
  (void)state;
  khop_table *table = NULL;
  char *bytes = NULL;
  size_t size = 0;
  const float x[COLUMNS] = {1, 2, 3};
  write_file(at("t.npz"), "before", 6);
  ok(khop_table_new(&table, at("t.npz"), COLUMNS, names, false));
  ok(khop_table_add(table, 1, x, NULL, NULL));
  khop_table_free(table);
  ok(khop_i_infile_read(&bytes, &size, at("t.npz")));
  assert_string_equal(bytes, "before");
  khop_i_free(bytes);
}

static void bad_calls_and_places_are_reported(void **state) {
  (void)state;
  khop_table *table = NULL;
  const float x[COLUMNS] = {1, 2, 3};
  const int64_t owner = 0;
  fails(khop_table_new(NULL, at("t.npz"), COLUMNS, names, false), KHOP_E_ARGUMENT, "khop_table_new", "needed");
  fails(khop_table_new(&table, NULL, COLUMNS, names, false), KHOP_E_ARGUMENT, "khop_table_new", "needed");
  fails(khop_table_new(&table, at("t.npz"), 0, names, false), KHOP_E_ARGUMENT, "khop_table_new", "0 columns");
  fails(khop_table_new(&table, at("no/t.npz"), COLUMNS, names, false), KHOP_E_NOT_FOUND, "no/t.npz", "No such file");
  assert_null(table);
  khop_table_free(NULL);
  for (int owners = 0; owners < 2; owners++) {
    ok(khop_table_new(&table, at("t.npz"), COLUMNS, names, owners));
    fails(khop_table_add(table, 1, x, NULL, owners ? NULL : &owner), KHOP_E_ARGUMENT, "khop_table_add", "owners");
    fails(khop_table_add(table, 1, NULL, NULL, owners ? &owner : NULL), KHOP_E_ARGUMENT, "khop_table_add", "1 rows");
    ok(khop_table_add(table, 1, x, NULL, owners ? &owner : NULL));
    ok(khop_table_commit(table));
    fails(khop_table_commit(table), KHOP_E_ARGUMENT, "khop_table_commit", "before");
    fails(khop_table_add(table, 1, x, NULL, owners ? &owner : NULL), KHOP_E_ARGUMENT, "khop_table_add", "1 rows");
    khop_table_free(table);
  }
  if (access("/dev/full", W_OK) != 0)
    skipped("no /dev/full");
  else
    fails(write_table("/dev/full", 2, 2, true), KHOP_E_IO, "/dev/full", "No space left");
}

static khop_status write_small(void *context) {
  (void)context;
  return write_table(at("t.npz"), 2, 2, true);
}

static void memory_that_runs_out_leaves_the_file(void **state) {
  (void)state;
  ok(write_table(at("t.npz"), 100, 100, true));
  memory_can_run_out();
  assert_in_range(fail_each(write_small, NULL), 1, 99);
  memory_is_plenty();
  holds_rows(at("t.npz"), 2, true);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_come_back_whatever_the_pieces),
      cmocka_unit_test(names_are_padded_to_the_longest),
      cmocka_unit_test(rows_may_have_names),
      cmocka_unit_test(names_are_as_many_as_rows_or_none),
      cmocka_unit_test(without_a_commit_the_file_is_as_it_was),
      cmocka_unit_test(bad_calls_and_places_are_reported),
      cmocka_unit_test(memory_that_runs_out_leaves_the_file),
  };
  return cmocka_run_group_tests_name("table", tests, open_folder, close_folder);
}
