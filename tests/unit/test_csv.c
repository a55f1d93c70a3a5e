/* test_csv.c: tables of text, held to bytes written out by hand from RFC 4180. */
#include "check.h"
#include "files/infile.h"

#include <khop/table.h>
#include <math.h>

/* A table at path whose only row is text. */
static khop_status write_field(const char *path, const char *text) {
  khop_csv *csv = NULL;
  khop_status status = khop_csv_new(&csv, path);
  if (status != KHOP_OK) return status;
  khop_csv_text(csv, text);
  khop_csv_end_row(csv);
  status = khop_csv_commit(csv);
  khop_csv_free(csv);
  return status;
}

static void holds(const char *path, const char *wanted) {
  char *bytes = NULL;
  size_t size = 0;
  ok(khop_i_infile_read(&bytes, &size, path));
  assert_string_equal(bytes, wanted);
  khop_i_free(bytes);
}

static void only_fields_that_need_quotes_have_them(void **state) {
  (void)state;
  const struct {
    const char *text, *comma, *tab;
  } cases[] = {
      {"plain", "plain\n", "plain\n"},
      {"two words", "two words\n", "two words\n"},
      {"lo\"g", "\"lo\"\"g\"\n", "\"lo\"\"g\"\n"},
      {"\"", "\"\"\"\"\n", "\"\"\"\"\n"},
      {"a,b", "\"a,b\"\n", "a,b\n"},
      {"a\tb", "a\tb\n", "\"a\tb\"\n"},
      {"a\nb", "\"a\nb\"\n", "\"a\nb\"\n"},
      {"a\rb", "\"a\rb\"\n", "\"a\rb\"\n"},
      {" a", "\" a\"\n", "\" a\"\n"},
      {"a ", "\"a \"\n", "\"a \"\n"},
      {"a;b'c", "a;b'c\n", "a;b'c\n"},
      {"", "\"\"\n", "\"\"\n"}, /* alone in its row: else the line would have no character */
      {NULL, "\"\"\n", "\"\"\n"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    ok(write_field(at("t.csv"), cases[i].text));
    holds(at("t.csv"), cases[i].comma);
    ok(write_field(at("t.tsv"), cases[i].text));
    holds(at("t.tsv"), cases[i].tab);
  }
}

static void texts_for_spreadsheets_are_no_formulas(void **state) {
  (void)state;
  const struct {
    const char *text, *written;
  } cases[] = {
      {"=1+1", "'=1+1\n"},
      {"=HYPERLINK(\"http://a.b\",\"c\")", "\"'=HYPERLINK(\"\"http://a.b\"\",\"\"c\"\")\"\n"},
      {"+1", "'+1\n"},
      {"-1", "'-1\n"},
      {"@SUM(A1)", "'@SUM(A1)\n"},
      {"\t=1", "\"'\t=1\"\n"},
      {"\r=1", "\"'\r=1\"\n"},
      {"\n=1", "\"'\n=1\"\n"},
      {"\uff1d1", "'\uff1d1\n"},
      {"\uff20A", "'\uff20A\n"},
      {"1=1", "1=1\n"},
      {"C[N+](=O)[O-]", "C[N+](=O)[O-]\n"},
      {"'=1", "'=1\n"},
      {"", "\"\"\n"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    khop_csv *csv = NULL;
    ok(khop_csv_new(&csv, at("t.csv")));
    khop_csv_for_spreadsheets(csv);
    khop_csv_text(csv, cases[i].text);
    khop_csv_end_row(csv);
    ok(khop_csv_commit(csv));
    khop_csv_free(csv);
    holds(at("t.csv"), cases[i].written);
  }
  khop_csv *csv = NULL;
  ok(khop_csv_new(&csv, at("t.csv")));
  khop_csv_for_spreadsheets(csv);
  khop_csv_integer(csv, -1);
  khop_csv_number(csv, -0.5, 6);
  khop_csv_end_row(csv);
  ok(khop_csv_commit(csv));
  khop_csv_free(csv);
  holds(at("t.csv"), "-1,-0.5\n");
}

static void rows_are_lines_and_what_is_not_there_is_empty(void **state) {
  (void)state;
  khop_csv *csv = NULL;
  ok(khop_csv_new(&csv, at("t.csv")));
  khop_csv_text(csv, "row");
  khop_csv_text(csv, "log P, \"measured\"");
  khop_csv_text(csv, "");
  khop_csv_end_row(csv);
  khop_csv_integer(csv, INT64_MIN);
  khop_csv_number(csv, -1234567.0, 6);
  khop_csv_number(csv, 0.1, 17);
  khop_csv_end_row(csv);
  khop_csv_integer(csv, 2);
  khop_csv_number(csv, (double)NAN, 6);
  khop_csv_text(csv, NULL);
  khop_csv_end_row(csv);
  ok(khop_csv_commit(csv));
  fails(khop_csv_commit(csv), KHOP_E_ARGUMENT, "khop_csv_commit", "before");
  khop_csv_text(csv, "late"); /* ignored */
  khop_csv_end_row(csv);
  khop_csv_free(csv);
  holds(at("t.csv"), "row,\"log P, \"\"measured\"\"\",\n"
                     "-9223372036854775808,-1.23457e+06,0.10000000000000001\n"
                     "2,,\n");
}

static void without_a_commit_the_file_is_as_it_was(void **state) {
  (void)state;
  khop_csv *csv = NULL;
  write_file(at("t.csv"), "before", 6);
  ok(khop_csv_new(&csv, at("t.csv")));
  khop_csv_text(csv, "x");
  khop_csv_end_row(csv);
  khop_csv_free(csv);
  holds(at("t.csv"), "before");
}

static void uneven_and_unended_rows_are_refused(void **state) {
  (void)state;
  khop_csv *csv = NULL;
  write_file(at("t.csv"), "before", 6);
  for (int fields = 1; fields <= 3; fields++) {
    ok(khop_csv_new(&csv, at("t.csv")));
    khop_csv_text(csv, "a");
    khop_csv_text(csv, "b");
    khop_csv_end_row(csv);
    for (int f = 0; f < fields; f++) khop_csv_integer(csv, f);
    khop_csv_end_row(csv);
    if (fields == 2) {
      khop_csv_integer(csv, 3);
      fails(khop_csv_commit(csv), KHOP_E_ARGUMENT, "t.csv", "row 3 was not ended");
    } else {
      fails(khop_csv_commit(csv), KHOP_E_ARGUMENT, "t.csv",
            fields == 1 ? "row 2 has 1 fields, and the first has 2" : "row 2 has 3 fields, and the first has 2");
    }
    khop_csv_free(csv);
    holds(at("t.csv"), "before");
  }
}

static void bad_calls_and_places_are_reported(void **state) {
  (void)state;
  khop_csv *csv = NULL;
  fails(khop_csv_new(NULL, at("t.csv")), KHOP_E_ARGUMENT, "khop_csv_new", "needed");
  fails(khop_csv_new(&csv, NULL), KHOP_E_ARGUMENT, "khop_csv_new", "needed");
  fails(khop_csv_new(&csv, at("no/t.csv")), KHOP_E_NOT_FOUND, "no/t.csv", "No such file");
  assert_null(csv);
  khop_csv_free(NULL);
  khop_csv_text(NULL, "x");
  khop_csv_integer(NULL, 1);
  khop_csv_number(NULL, 1, 6);
  khop_csv_end_row(NULL);
  fails(khop_csv_commit(NULL), KHOP_E_ARGUMENT, "khop_csv_commit", "");
  if (access("/dev/full", W_OK) != 0)
    skipped("no /dev/full");
  else
    fails(write_field("/dev/full", "x"), KHOP_E_IO, "/dev/full", "No space left");
}

static khop_status write_plain(void *context) {
  (void)context;
  return write_field(at("t.csv"), "x");
}

static void memory_that_runs_out_leaves_the_file(void **state) {
  (void)state;
  write_file(at("t.csv"), "before", 6);
  memory_can_run_out();
  assert_in_range(fail_each(write_plain, NULL), 1, 99);
  memory_is_plenty();
  holds(at("t.csv"), "x\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(only_fields_that_need_quotes_have_them),
      cmocka_unit_test(texts_for_spreadsheets_are_no_formulas),
      cmocka_unit_test(rows_are_lines_and_what_is_not_there_is_empty),
      cmocka_unit_test(without_a_commit_the_file_is_as_it_was),
      cmocka_unit_test(uneven_and_unended_rows_are_refused),
      cmocka_unit_test(bad_calls_and_places_are_reported),
      cmocka_unit_test(memory_that_runs_out_leaves_the_file),
  };
  return cmocka_run_group_tests_name("csv", tests, open_folder, close_folder);
}
