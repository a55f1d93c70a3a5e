/* test_locale.c: numbers are read and written with a point in a program whose locale has a comma, and words are known by
 * their capitals where i has another one. The locales are made here with localedef (Debian's package locales); without it the tests fail, since they would show nothing. */
#include "check.h"

#include "base/letters.h"
#include "base/number.h"
#include "files/outfile.h"

#include <ctype.h>
#include <khop/molecules.h>
#include <khop/plot.h>
#include <khop/table.h>
#include <khop/train.h>
#include <locale.h>

static int make_locale(const char *name) {
  char command[600];
  snprintf(command, sizeof command, "localedef -i %s -f UTF-8 %s/%s.UTF-8 2>&1", name, folder, name);
  return system(command);
}

/* German and Turkish in the test's folder, and this program in the first. */
static int open_german(void **state) {
  if (open_folder(state) != 0 || make_locale("de_DE") != 0 || make_locale("tr_TR") != 0) return -1;
  setenv("LOCPATH", folder, 1);
  return setlocale(LC_NUMERIC, "de_DE.UTF-8") ? 0 : -1;
}

static int close_german(void **state) {
  setlocale(LC_NUMERIC, "C");
  return close_folder(state);
}

static void the_locale_has_a_comma(void **state) {
  (void)state;
  char text[20];
  snprintf(text, sizeof text, "%g", 0.5);
  assert_string_equal(text, "0,5");
}

static void numbers_have_a_point(void **state) {
  (void)state;
  char text[KHOP_I_NUMBER_BYTES], *end;
  assert_string_equal(khop_i_write_number(text, sizeof text, 17, -1.5e-300), "-1.5000000000000001e-300");
  assert_true(khop_i_read_number("2.25;", &end) == 2.25 && *end == ';');
  assert_true(khop_i_read_number("2,25", &end) == 2 && *end == ',');
  khop_i_snprintf(text, sizeof text, "%s %g", "half is", 0.5);
  assert_string_equal(text, "half is 0.5");
  snprintf(text, sizeof text, "%g", 0.5); /* the caller's locale is as it was */
  assert_string_equal(text, "0,5");
}

static void tables_of_the_csv_writer_have_points(void **state) {
  (void)state;
  khop_csv *csv;
  ok(khop_csv_new(&csv, at("x.csv")));
  khop_csv_text(csv, "x");
  khop_csv_end_row(csv);
  khop_csv_number(csv, 1.5, 9);
  khop_csv_end_row(csv);
  ok(khop_csv_commit(csv));
  khop_csv_free(csv);
  char *bytes = NULL;
  size_t size = 0;
  ok(khop_i_infile_read(&bytes, &size, at("x.csv")));
  assert_int_equal(size, 6);
  assert_memory_equal(bytes, "x\n1.5\n", 6);
  khop_i_free(bytes);
}

/* y = 1000 + 2.25 i on a path: a table beside the edges. */
static void write_path(void) {
  static const char *const quarters[] = {"0", "25", "5", "75"};
  FILE *edges = fopen(at("path.edges"), "wb"), *table = fopen(at("path.csv"), "wb");
  assert_true(edges && table);
  fputs("id,x,y\n", table);
  for (int i = 0; i < 20; i++) {
    if (i) fprintf(edges, "%d %d\n", i - 1, i);
    fprintf(table, "%d,%d.5,%d.%s\n", i, i, 1000 + 9 * i / 4, quarters[i % 4]);
  }
  assert_int_equal(fclose(edges) | fclose(table), 0);
}

static void predict_path(khop_real *scores, khop_model *model) {
  khop_data *data;
  char table[400];
  snprintf(table, sizeof table, "%s/path.csv", folder);
  ok(khop_data_load(&data, at("path.edges"), &(khop_data_options){.nodes = table, .target = "y"}));
  assert_true(khop_data_targets(data, NULL)[1] == (khop_real)1002.25);
  ok(khop_predict(scores, model, data, 0));
  khop_data_free(data);
}

static void a_saved_model_predicts_the_same(void **state) {
  (void)state;
  khop_data *data;
  khop_recipe recipe;
  khop_report report;
  khop_model *model;
  khop_real german[20], plain[20];
  char table[400], saved[400];
  write_path();
  snprintf(table, sizeof table, "%s/path.csv", folder);
  snprintf(saved, sizeof saved, "%s/m.safetensors", folder);
  ok(khop_data_load(&data, at("path.edges"), &(khop_data_options){.nodes = table, .target = "y"}));
  ok(khop_recipe_find(&recipe, "mlp"));
  recipe.fit.epochs = 5;
  recipe.fit.metric = KHOP_RMSE;
  ok(khop_train(&report, data, &recipe, &(khop_train_options){.save = saved}));
  khop_report_free(&report);
  khop_data_free(data);
  ok(khop_model_load(&model, saved));
  predict_path(german, model);
  khop_model_free(model);
  setlocale(LC_NUMERIC, "C");
  ok(khop_model_load(&model, saved));
  predict_path(plain, model);
  khop_model_free(model);
  setlocale(LC_NUMERIC, "de_DE.UTF-8");
  assert_memory_equal(german, plain, sizeof plain);
  assert_true(plain[0] > 900 && plain[0] < 1100); /* units with their fractions */
}

static void a_ring_is_written_with_points(void **state) {
  (void)state;
  khop_graph *graph = path_graph(3);
  khop_rings *rings;
  ok(khop_rings_build(&rings, graph, 1, (int[]){1}, NULL));
  ok(khop_rings_write(rings, 0, KHOP_NORM_ROW, false, NULL, at("r.mtx")));
  char *bytes = NULL;
  size_t size = 0;
  ok(khop_i_infile_read(&bytes, &size, at("r.mtx")));
  assert_non_null(strstr(bytes, "2 1 0.5\n"));
  khop_i_free(bytes);
  khop_rings_free(rings);
  khop_graph_free(graph);
}

/* In Turkish the capital of i is another letter, which takes two bytes. */
/* Refused, and so with the number in the sentence. */
static void sentences_have_points(void **state) {
  (void)state;
  khop_model *model;
  ok(khop_model_new(&model));
  khop_dropout(model, khop_input(model, 1), 1.5);
  assert_int_equal(khop_model_init(model, 0), KHOP_E_ARGUMENT);
  assert_non_null(strstr(khop_message(), "a rate of 1.5 is not in"));
  khop_model_free(model);
}

static void pictures_are_those_of_the_C_locale(void **state) {
  (void)state;
  const double numbers[] = {0.25, 1.5, 2.75};
  char *bytes[2] = {NULL};
  size_t size[2];
  for (int german = 0; german < 2; german++) {
    assert_non_null(setlocale(LC_NUMERIC, german ? "de_DE.UTF-8" : "C"));
    ok(khop_plot_scatter(at("x.svg"), 3, numbers, numbers, NULL, ""));
    ok(khop_i_infile_read(&bytes[german], &size[german], at("x.svg")));
  }
  assert_int_equal(size[0], size[1]);
  assert_memory_equal(bytes[0], bytes[1], size[0]);
  for (int german = 0; german < 2; german++) khop_i_free(bytes[german]);
}

static void capitals_are_those_of_ascii(void **state) {
  (void)state;
  khop_records *records = NULL;
  FILE *list = fopen(at("MOLECULES.SMI"), "wb");
  assert_non_null(list);
  fputs("CCO ethanol\n", list);
  assert_int_equal(fclose(list), 0);
  assert_non_null(setlocale(LC_ALL, "tr_TR.UTF-8"));
  assert_int_not_equal(tolower('I'), 'i'); /* the locale is Turkish */
  assert_int_equal(khop_i_strcasecmp("ID", "id"), 0);
  assert_int_equal(khop_i_strncasecmp("Split_x", "SPLIT y", 5), 0);
  assert_true(khop_i_strcasecmp("id", "ide") < 0 && khop_i_strcasecmp("ID", "ic") > 0);
  assert_int_not_equal(khop_i_strcasecmp("\xc4\xb0", "\xc4\xb1"), 0);
  ok(khop_records_open(&records, at("MOLECULES.SMI"), NULL));
  khop_records_free(records);
  setlocale(LC_ALL, "C");
  setlocale(LC_NUMERIC, "de_DE.UTF-8");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_locale_has_a_comma),
      cmocka_unit_test(numbers_have_a_point),
      cmocka_unit_test(tables_of_the_csv_writer_have_points),
      cmocka_unit_test_teardown(a_saved_model_predicts_the_same, nothing_held),
      cmocka_unit_test_teardown(a_ring_is_written_with_points, nothing_held),
      cmocka_unit_test(sentences_have_points),
      cmocka_unit_test_teardown(pictures_are_those_of_the_C_locale, nothing_held),
      cmocka_unit_test_teardown(capitals_are_those_of_ascii, nothing_held),
  };
  return cmocka_run_group_tests_name("locale", tests, open_german, close_german);
}
