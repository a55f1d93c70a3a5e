/* test_catalogue.c: where named data sets are found, and a catalogue that cannot be read. */
#include "check.h"

#include <khop/data.h>

static void write_text(const char *file, const char *text) {
  write_file(file, text, strlen(text));
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
  char *found = NULL, path[300], file[300],
       *kept = getenv("KHOP_DATA") ? strdup(getenv("KHOP_DATA")) : NULL;
  snprintf(path, sizeof path, "%s/set.npz", folder);
  snprintf(file, sizeof file, "%s/catalogue.json", folder);
  write_text(path, "found, and not read");
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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(catalogue_folders),
      cmocka_unit_test(catalogue_shipped),
  };
  return cmocka_run_group_tests_name("catalogue", tests, open_folder, close_folder);
}
