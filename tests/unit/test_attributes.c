/* test_attributes.c: data sets from the attributes of a graph's nodes. */
#include "check.h"

#include <math.h>

#include "data/data.h"
#include "data/attributes.h"
#include "data/cells.h"
#include "data/finish.h"

/* A data set from a path of 4 nodes with two columns; the graph is freed when it fails. */
static khop_status attributes(khop_data **data, const char *name, const double *numbers,
                              const char *const *strings, const char *second, const double *more,
                              const khop_data_options *options) {
  static const khop_data_options defaults = {0};
  khop_graph *graph = path_graph(4);
  ok(khop_graph_add_column(graph, name, numbers, strings));
  if (second) ok(khop_graph_add_column(graph, second, more, NULL));
  khop_status status = khop_i_data_from_attributes(data, graph, options ? options : &defaults);
  if (status != KHOP_OK) khop_graph_free(graph);
  return status;
}

static void attribute_labels(void **state) {
  (void)state;
  khop_data *data = NULL;
  const char *const clubs[] = {"red", "blue", "", "red"};
  ok(attributes(&data, "class", NULL, clubs, "age", (double[]){1, 2, 3, 4}, NULL));
  assert_int_equal(khop_data_classes(data), 2);
  assert_memory_equal(khop_data_labels(data), ((int32_t[]){1, 0, -1, 1}), 16);
  assert_string_equal(khop_data_class_names(data)[0], "blue");
  assert_int_equal(khop_data_features(data)->columns, 1);
  assert_true(khop_data_features(data)->dense[2] == 3);
  khop_data_free(data);
  ok(attributes(&data, "y", (double[]){1, 0, NAN, 2}, NULL, NULL, NULL, NULL));
  assert_memory_equal(khop_data_labels(data), ((int32_t[]){1, 0, -1, 2}), 16);
  assert_null(khop_data_class_names(data));
  khop_data_free(data);
  ok(attributes(&data, "y", (double[]){30, 10, -1, 10}, NULL, NULL, NULL, NULL));
  assert_memory_equal(khop_data_labels(data), ((int32_t[]){1, 0, -1, 0}), 16);
  assert_string_equal(khop_data_class_names(data)[1], "30");
  khop_data_free(data);
  ok(attributes(&data, "y", (double[]){0.5, 1, NAN, 2}, NULL, NULL, NULL, NULL));
  assert_null(khop_data_labels(data));
  assert_true(khop_data_targets(data, NULL)[0] == (khop_real)0.5);
  ok(khop_i_data_finish(data, &(khop_data_options){0})); /* node 2 has no target: not drawn */
  for (int part = 0; part < 3; part++)
    assert_int_equal(khop_data_mask(data, 0, (khop_part)part)[2], 0);
  khop_data_free(data);
  fails(attributes(&data, "y", (double[]){0, -2, 1, 2}, NULL, NULL, NULL, NULL), KHOP_E_VALUE,
        "'y' of node 1", "-2");
  fails(attributes(&data, "x", (double[]){0, NAN, 1, 2}, NULL, NULL, NULL, NULL), KHOP_E_VALUE,
        "'x' of node 1", "NaN");
  fails(attributes(&data, "x", (double[]){0, 1, 1, 2}, NULL, NULL, NULL,
                   &(khop_data_options){.label = "club"}),
        KHOP_E_NOT_FOUND, "'club'", "1");
}

static void attribute_splits(void **state) {
  (void)state;
  khop_data *data = NULL;
  const char *const parts[] = {"train", "validation", "", "test"};
  const char *const wrong[] = {"train", "holdout", "", "test"};
  ok(attributes(&data, "split", NULL, parts, "id", (double[]){7, 8, 9, 10}, NULL));
  assert_memory_equal(khop_data_mask(data, 0, KHOP_VAL), "\0\1\0\0", 4);
  assert_null(khop_data_labels(data));
  assert_false(data->has_features); /* id is no feature */
  khop_data_free(data);
  fails(attributes(&data, "split", NULL, wrong, NULL, NULL, NULL), KHOP_E_VALUE, "node 1", "'holdout'");
  fails(attributes(&data, "split", (double[]){0, 0, 0, 0}, NULL, NULL, NULL, NULL), KHOP_E_VALUE,
        "'split'", "numbers");
  ok(attributes(&data, "train_mask", (double[]){1, 0, 0, 0}, NULL, "test_mask",
                (double[]){0, 0, 1, 1}, NULL));
  assert_int_equal(khop_data_splits(data), 1);
  assert_memory_equal(khop_data_mask(data, 0, KHOP_TEST), "\0\0\1\1", 4);
  assert_false(data->has_features);
  khop_data_free(data);
  fails(attributes(&data, "train_mask", (double[]){1, 3, 0, 0}, NULL, NULL, NULL, NULL),
        KHOP_E_VALUE, "'train_mask' of node 1", "3");
}

static void attribute_sparse(void **state) {
  (void)state;
  khop_graph *graph = path_graph(10);
  khop_data *data = NULL;
  double values[10] = {0};
  for (int c = 0; c < 5; c++) {
    const char name[] = {'f', (char)('0' + c), 0};
    values[c] = c + 1;
    ok(khop_graph_add_column(graph, name, values, NULL));
    values[c] = 0;
  }
  ok(khop_i_data_from_attributes(&data, graph, &(khop_data_options){0}));
  const khop_features *f = khop_data_features(data);
  assert_null(f->dense);
  assert_int_equal(f->offsets[10], 5);
  for (int c = 0; c < 5; c++) assert_true(f->indices[c] == c && f->values[c] == (khop_real)(c + 1));
  khop_data_free(data);
}

/* A path of n nodes with one column more than 20 values long: values i % distinct. */
static khop_status many(khop_data **data, const char *name, int nodes, int distinct, const khop_data_options *options) {
  static const khop_data_options defaults = {0};
  khop_graph *graph = path_graph(nodes);
  double *numbers = block_of(nodes, sizeof *numbers);
  for (int i = 0; i < nodes; i++) numbers[i] = i % distinct;
  ok(khop_graph_add_column(graph, name, numbers, NULL));
  free(numbers);
  khop_status status = khop_i_data_from_attributes(data, graph, options ? options : &defaults);
  if (status != KHOP_OK) khop_graph_free(graph);
  return status;
}

static void roles_are_judged_by_values(void **state) {
  (void)state;
  khop_data *data = NULL;
  const char *const names[] = {"ann", "bob", "cid", "dan"}, *const two[] = {"x", "y", "x", "y"};
  ok(attributes(&data, "label", NULL, names, "class", (double[]){1, 1, 0, 0}, NULL));
  assert_memory_equal(khop_data_labels(data), ((int32_t[]){1, 1, 0, 0}), 16);
  assert_string_equal(khop_data_node_names(data)[2], "cid");
  khop_data_free(data);
  ok(attributes(&data, "label", NULL, names, NULL, NULL, &(khop_data_options){.label = "label"}));
  assert_int_equal(khop_data_classes(data), 4); /* for those who insist */
  khop_data_free(data);
  ok(attributes(&data, "y", (double[]){0.5, 1, 2, 3}, NULL, "x", (double[]){1, 2, 3, 4}, NULL));
  assert_null(khop_data_targets(data, NULL)); /* a place */
  assert_false(data->has_features);
  assert_string_equal(khop_data_note(data, 0), "y, x: a layout, not used");
  khop_data_free(data);
  ok(attributes(&data, "b", (double[]){0.5, 1, 2, 3}, NULL, NULL, NULL, NULL)); /* b alone is no colour */
  assert_int_equal(khop_data_features(data)->columns, 1);
  khop_data_free(data);
  ok(attributes(&data, "kind", NULL, two, NULL, NULL, NULL));
  assert_int_equal(khop_data_features(data)->columns, 2);
  assert_string_equal(khop_schema_field(khop_data_schema(data), 0)->vocabulary[1], "y");
  khop_data_free(data);
  ok(many(&data, "label", 60, 60, NULL)); /* ids */
  assert_null(khop_data_labels(data));
  khop_data_free(data);
  ok(many(&data, "modularity_class", 60, 5, NULL));
  assert_int_equal(khop_data_classes(data), 5);
  khop_data_free(data);
  ok(many(&data, "value", 60, 60, NULL));
  assert_null(khop_data_labels(data));
  assert_int_equal(khop_data_features(data)->columns, 1);
  khop_data_free(data);
  ok(many(&data, "Class", 60, 3, NULL));
  assert_int_equal(khop_data_classes(data), 3);
  khop_data_free(data);
  fails(many(&data, "age", 60, 3, &(khop_data_options){.features = "Age"}), KHOP_E_NOT_FOUND, "'Age'",
        "there is 'age'");
}

static void missing_numbers_are_filled_and_marked(void **state) {
  (void)state;
  khop_data *data = NULL;
  const double ages[] = {1, NAN, 3, 8};
  const khop_real mean[] = {1, 0, 4, 1, 3, 0, 8, 0};
  fails(attributes(&data, "age", ages, NULL, NULL, NULL, NULL), KHOP_E_VALUE, "'age' of node 1 is missing",
        "1 of the 4");
  ok(attributes(&data, "age", ages, NULL, NULL, NULL, &(khop_data_options){.missing = KHOP_MISSING_MEAN}));
  assert_memory_equal(khop_data_features(data)->dense, mean, sizeof mean);
  assert_int_equal(khop_schema_field(khop_data_schema(data), 0)->missing, 1);
  khop_data_free(data);
  ok(attributes(&data, "age", ages, NULL, NULL, NULL, &(khop_data_options){.missing = KHOP_MISSING_ZERO}));
  assert_true(khop_data_features(data)->dense[2] == 0 && khop_data_features(data)->dense[3] == 1);
  khop_data_free(data);
  ok(attributes(&data, "age", ages, NULL, NULL, NULL, &(khop_data_options){.exclude = "age"}));
  assert_false(data->has_features);
  khop_data_free(data);
}

static void missing_words_are_filled_and_marked_as_numbers_are(void **state) {
  (void)state;
  khop_data *data = NULL;
  const char *const colours[] = {"red", "", "red", "blue"};
  const khop_real marked[] = {0, 1, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0}; /* blue, red, missing */
  fails(attributes(&data, "colour", NULL, colours, NULL, NULL, NULL), KHOP_E_VALUE, "'colour' of node 1 is missing",
        "1 of the 4");
  for (int how = KHOP_MISSING_MEAN; how <= KHOP_MISSING_ZERO; how++) {
    ok(attributes(&data, "colour", NULL, colours, NULL, NULL, &(khop_data_options){.missing = (khop_missing)how}));
    const khop_schema *schema = khop_data_schema(data);
    assert_memory_equal(khop_data_features(data)->dense, marked, sizeof marked);
    assert_int_equal(khop_schema_fields(schema), 2);
    assert_int_equal(khop_schema_field(schema, 1)->kind, KHOP_FIELD_MISSING);
    khop_data *more = NULL; /* a model that was trained so takes them */
    ok(attributes(&more, "colour", NULL, colours, NULL, NULL, &(khop_data_options){.schema = schema}));
    assert_memory_equal(khop_data_features(more)->dense, marked, sizeof marked);
    khop_data_free(more);
    khop_data_free(data);
  }
}

/* A column of 40 strings: item k of count, "" from the place `present` on. */
static khop_status forty(khop_data **data, const char *name, const char *format, int count, int present,
                         const khop_data_options *options) {
  char text[40][24];
  const char *strings[40];
  for (int i = 0; i < 40; i++) {
    snprintf(text[i], sizeof text[i], format, i % count);
    strings[i] = i < present ? text[i] : "";
  }
  khop_graph *graph = path_graph(40);
  ok(khop_graph_add_column(graph, name, NULL, strings));
  khop_status status = khop_i_data_from_attributes(data, graph, options);
  if (status != KHOP_OK) khop_graph_free(graph);
  return status;
}

static void text_names_the_nodes_only_where_all_have_it_and_nearly_all_differ(void **state) {
  (void)state;
  static const khop_data_options fill = {.missing = KHOP_MISSING_ZERO};
  const struct {
    const char *name;
    int count, present, columns;
    bool names;
    const char *note;
  } cases[] = {
      {"city", 40, 40, 0, true, "'city' differs at nearly every node, and names them"},
      {"city", 36, 40, 0, true, "names them"},
      {"city", 23, 40, 23, false, "'city' has 23 different strings at 40 nodes"},
      {"city", 19, 40, 19, false, NULL},
      {"comment", 40, 2, 0, false, "'comment' is text at 2 of 40 nodes"},
      {"comment", 40, 39, 0, false, "'comment' is text at 39 of 40 nodes"},
      {"comment", 2, 30, 3, false, NULL}, /* and where it is missing */
      {"name", 40, 2, 0, true, NULL},
      {"label", 40, 30, 0, true, NULL},
  };
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    khop_data *data = NULL;
    ok(forty(&data, cases[k].name, "P%d", cases[k].count, cases[k].present, &fill));
    assert_int_equal(data->node_names != NULL, cases[k].names);
    assert_int_equal(data->has_features ? khop_data_features(data)->columns : 0, cases[k].columns);
    assert_int_equal(khop_data_notes(data), cases[k].note != NULL);
    if (cases[k].note) assert_non_null(strstr(khop_data_note(data, 0), cases[k].note));
    khop_data_free(data);
  }
}

static void a_slip_among_numbers_is_refused_where_they_are_used(void **state) {
  (void)state;
  khop_data *data = NULL;
  const char *const slip[] = {"1", "2", "0,37", "4", "5"}, *const mixed[] = {"1", "1", "x", "x", "3"};
  const char *const names[] = {"f", "y", "class"};
  for (int k = 0; k < 4; k++) {
    khop_graph *graph = path_graph(5);
    ok(khop_graph_add_column(graph, k < 3 ? names[k] : "f", NULL, k < 3 ? slip : mixed));
    khop_status status = khop_i_data_from_attributes(&data, graph, &(khop_data_options){0});
    if (k < 3) fails(status, KHOP_E_VALUE, "of node 2 is '0,37'", "4 of its 5 values are numbers");
    else ok(status);
    if (k == 3) assert_int_equal(khop_data_features(data)->columns, 3);
    if (k == 3) khop_data_free(data);
    if (k < 3) ok(khop_i_data_from_attributes(&data, graph, &(khop_data_options){.exclude = names[k]}));
    if (k < 3) khop_data_free(data);
  }
}

static void words_for_missing_are_missing_in_graphs_too(void **state) {
  (void)state;
  static const char *const words[] = {"NA", "NaN", "NAN", "nan", "None", "?", "N/A", "null", "NULL", "<NA>"};
  for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
    const char *const f[] = {"0.5", words[w], "2", "2"}, *const label[] = {"a", "b", words[w], "a"};
    const char *const name[] = {words[w], "b", "c", "d"};
    khop_graph *graph = path_graph(4);
    ok(khop_graph_add_column(graph, "f", NULL, f));
    ok(khop_graph_add_column(graph, "label", NULL, label));
    ok(khop_graph_add_column(graph, "name", NULL, name));
    ok(khop_i_columns_find_missing(graph));
    assert_int_equal(khop_graph_notes(graph), 2);
    assert_non_null(strstr(khop_graph_note(graph, 1), "'label'"));
    assert_true(khop_graph_column(graph, 0)->numbers[0] == 0.5 && isnan(khop_graph_column(graph, 0)->numbers[1]));
    assert_string_equal(khop_graph_column(graph, 1)->strings[2], "");
    assert_string_equal(khop_graph_column(graph, 2)->strings[0], words[w]);
    khop_graph_free(graph);
  }
  khop_graph *graph = path_graph(4); /* a country, and a category of its own */
  ok(khop_graph_add_column(graph, "land", NULL, (const char *const[]){"NA", "DE", "FR", "IT"}));
  ok(khop_graph_add_column(graph, "kind", NULL, (const char *const[]){"none", "some", "none", "some"}));
  ok(khop_i_columns_find_missing(graph));
  assert_int_equal(khop_graph_notes(graph), 0);
  khop_graph_free(graph);
}

static void what_is_too_large_is_refused_as_what_it_is(void **state) {
  (void)state;
  khop_data *data = NULL;
  const double large[] = {1, 1e300, 2, 3}, labels[] = {9007199254740992.0, 9007199254740992.0, 1, 1};
  fails(attributes(&data, "f", large, NULL, NULL, NULL, NULL), KHOP_E_VALUE, "'f' of node 1",
        "1e+300, too large for single precision");
  fails(attributes(&data, "f", large, NULL, NULL, NULL, &(khop_data_options){.target = "f"}), KHOP_E_VALUE,
        "target 'f' of node 1", "1e+300, too large for single precision");
  fails(attributes(&data, "label", labels, NULL, NULL, NULL, &(khop_data_options){.label = "label"}), KHOP_E_VALUE,
        "'label' of node 0 is 9007199254740992", "2^53");
}

static void an_attribute_is_asked_for_once(void **state) {
  (void)state;
  khop_data *data = NULL;
  const double f[] = {0, 1, 0, 1};
  const khop_data_options twice[] = {{.label = "f,f"}, {.target = "f,f"}, {.features = "f,f"}};
  for (int k = 0; k < 3; k++)
    fails(attributes(&data, "f", f, NULL, "g", f, &twice[k]), KHOP_E_ARGUMENT, "'f'", "twice");
  fails(attributes(&data, "f", f, NULL, "g", f, &(khop_data_options){.label = "f", .features = "f"}), KHOP_E_ARGUMENT,
        "as a feature", "as the label");
  ok(attributes(&data, "f", f, NULL, "g", f, &(khop_data_options){.label = "f", .features = "g"}));
  khop_data_free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(attribute_labels),
      cmocka_unit_test(attribute_splits),
      cmocka_unit_test(attribute_sparse),
      cmocka_unit_test(roles_are_judged_by_values),
      cmocka_unit_test(missing_numbers_are_filled_and_marked),
      cmocka_unit_test(missing_words_are_filled_and_marked_as_numbers_are),
      cmocka_unit_test(text_names_the_nodes_only_where_all_have_it_and_nearly_all_differ),
      cmocka_unit_test(a_slip_among_numbers_is_refused_where_they_are_used),
      cmocka_unit_test(words_for_missing_are_missing_in_graphs_too),
      cmocka_unit_test(what_is_too_large_is_refused_as_what_it_is),
      cmocka_unit_test(an_attribute_is_asked_for_once),
  };
  return cmocka_run_group_tests_name("attributes", tests, NULL, nothing_held);
}
