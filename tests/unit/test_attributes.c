/* test_attributes.c: data sets from the attributes of a graph's nodes. */
#include "check.h"

#include "data/data.h"
#include "data/attributes.h"
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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(attribute_labels),
      cmocka_unit_test(attribute_splits),
      cmocka_unit_test(attribute_sparse),
      cmocka_unit_test(roles_are_judged_by_values),
      cmocka_unit_test(missing_numbers_are_filled_and_marked),
  };
  return cmocka_run_group_tests_name("attributes", tests, NULL, nothing_held);
}
