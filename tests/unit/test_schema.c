/* test_schema.c: what the columns of data mean: kept in a model, and matched by name. */
#include "check.h"

#include "data/schema.h"
#include "data/schema_match.h"

#include <khop/graphs.h>
#include <khop/train.h>

static const char *const colours[] = {"blue", "green", "red"};

static khop_schema *schema_of(int count, const khop_field *fields) {
  khop_schema *schema;
  ok(khop_i_schema_new(&schema));
  for (int i = 0; i < count; i++) ok(khop_i_schema_add(schema, &fields[i]));
  return schema;
}

#define NUMBER(called) {.name = called, .columns = 1, .mean = 0.5}
#define CATEGORY(called, count, words) \
  {.name = called, .kind = KHOP_FIELD_CATEGORY, .columns = count, .vocabulary = words, .mean = (double)NAN}

static void json_gives_the_schema_back(void **state) {
  (void)state;
  khop_schema *schema = schema_of(3, (khop_field[]){NUMBER("age \"\\\n\xc3\xa9"), CATEGORY("colour", 3, colours),
      {.name = "nodes", .kind = KHOP_FIELD_IDENTITY, .columns = 34, .nodes = "0123", .mean = (double)NAN}});
  khop_schema *back, *copy;
  char *text, *again;
  ok(khop_i_word_list_add(&schema->ignored, "x"));
  ok(khop_i_word_list_set(&schema->classes, 7, NULL));
  ok(khop_schema_write(&text, schema));
  ok(khop_schema_read(&back, text));
  ok(khop_i_schema_copy(&copy, back));
  ok(khop_schema_write(&again, copy));
  assert_string_equal(text, again);
  int64_t classes;
  assert_null(khop_schema_classes(back, &classes));
  assert_int_equal(classes, 7);
  assert_int_equal(khop_schema_columns(back), 1 + 3 + 34);
  assert_true(khop_schema_ignores(back, "x") && !khop_schema_ignores(back, "y"));
  assert_string_equal(khop_schema_field(back, 1)->vocabulary[2], "red");
  assert_true(khop_schema_field(back, 0)->mean == 0.5 && isnan(khop_schema_field(back, 1)->mean));
  khop_free(text);
  khop_free(again);
  khop_schema_free(schema);
  khop_schema_free(back);
  khop_schema_free(copy);
}

#define MANY 50000
/* A number and an indicator of each name; in the other schema the numbers in reverse, between ignored ones. */
static void fifty_thousand_names_are_matched(void **state) {
  (void)state;
  khop_schema *wanted, *there;
  int64_t *column = calloc(2 * MANY, sizeof *column);
  char name[24];
  ok(khop_i_schema_new(&wanted));
  ok(khop_i_schema_new(&there));
  for (int i = 0; i < MANY; i++) {
    snprintf(name, sizeof name, "gene %d", i);
    ok(khop_i_schema_add(wanted, &(khop_field){.name = name, .columns = 1}));
    ok(khop_i_schema_add(wanted, &(khop_field){.name = name, .kind = KHOP_FIELD_MISSING, .columns = 1}));
    snprintf(name, sizeof name, "gene %d", MANY - 1 - i);
    ok(khop_i_schema_add(there, &(khop_field){.name = name, .columns = 1}));
    snprintf(name, sizeof name, "ignored %d", i);
    ok(khop_i_word_list_add(&wanted->ignored, name));
    ok(khop_i_schema_add(there, &(khop_field){.name = name, .columns = 1}));
  }
  ok(khop_schema_match(column, wanted, there));
  for (int64_t i = 0; i < MANY; i++) {
    assert_int_equal(column[2 * i], 2 * (MANY - 1 - i));
    assert_int_equal(column[2 * i + 1], -1);
  }
  ok(khop_i_schema_add(there, &(khop_field){.name = "gene 50000", .columns = 1}));
  fails(khop_schema_match(column, wanted, there), KHOP_E_VALUE, "the data have gene 50000", "not trained on");
  khop_schema_free(wanted);
  khop_schema_free(there);
  free(column);
}

static void units_of_targets_and_what_was_done_to_features_come_back(void **state) {
  (void)state;
  khop_schema *schema = schema_of(2, (khop_field[]){
      {.name = "a", .columns = 1, .mean = 2.5, .missing = 3, .treated = KHOP_MISSING_MEAN},
      {.name = "b", .columns = 1, .mean = 0, .missing = 1, .treated = KHOP_MISSING_ZERO}}), *back, *copy;
  const char *const names[] = {"mass", "size"};
  char *text;
  double mean = -1, deviation = -1;
  ok(khop_i_word_list_set(&schema->targets, 2, names));
  assert_false(khop_schema_target_unit(&mean, &deviation, schema, 0));
  ok(khop_i_schema_set_units(schema, (double[]){0.1, -3e300}, (double[]){1, 1e-11}));
  schema->row_normalized = true;
  ok(khop_schema_write(&text, schema));
  ok(khop_schema_read(&back, text));
  ok(khop_i_schema_copy(&copy, back));
  assert_true(khop_schema_target_unit(&mean, &deviation, copy, 1) && mean == -3e300 && deviation == 1e-11);
  assert_true(khop_schema_target_unit(&mean, &deviation, copy, 0) && mean == 0.1 && deviation == 1);
  assert_false(khop_schema_target_unit(&mean, &deviation, copy, 2) || khop_schema_target_unit(&mean, &deviation, copy, -1));
  assert_true(khop_schema_row_normalized(copy));
  assert_int_equal(khop_schema_field(copy, 0)->treated, KHOP_MISSING_MEAN);
  assert_int_equal(khop_schema_field(copy, 1)->treated, KHOP_MISSING_ZERO);
  khop_free(text);
  khop_schema_free(schema);
  khop_schema_free(back);
  khop_schema_free(copy);
}

static void no_schema_is_refused_in_a_sentence(void **state) {
  (void)state;
  khop_schema *schema;
  const char *const bad[] = {"", "{}", "[]", "{\"features\": 3}", "{\"features\": [{}]}",
      "{\"features\": [{\"name\": \"a\", \"kind\": \"colour\", \"columns\": 1}]}",
      "{\"features\": [{\"name\": \"a\", \"kind\": \"number\", \"columns\": -1}]}",
      "{\"features\": [{\"name\": \"a\", \"kind\": \"number\", \"columns\": 1e30}]}",
      "{\"features\": [{\"name\": \"a\", \"kind\": \"category\", \"columns\": 2}]}",
      "{\"features\": [{\"name\": \"a\", \"kind\": \"category\", \"columns\": 2, \"vocabulary\": [\"x\"]}]}",
      "{\"features\": [{\"name\": \"a\", \"kind\": \"category\", \"columns\": 1, \"vocabulary\": [7]}]}",
      "{\"features\": [], \"classes\": [1]}",
      "{\"features\": [], \"targets\": 2, \"target_mean\": [1, 2]}",
      "{\"features\": [], \"targets\": 2, \"target_mean\": [1, 2], \"target_deviation\": [1]}",
      "{\"features\": [], \"targets\": 1, \"target_mean\": [\"x\"], \"target_deviation\": [1]}"};
  for (size_t b = 0; b < sizeof bad / sizeof *bad; b++) {
    fails(khop_schema_read(&schema, bad[b]), KHOP_E_FORMAT, "schema", "cannot be read");
    assert_null(schema);
  }
}

/* Columns: alpha, colour=blue, green, red, beta against beta, colour=red, blue, alpha. */
static void reordered_columns_are_put_in_order(void **state) {
  (void)state;
  const char *const fewer[] = {"red", "blue"};
  khop_schema *model = schema_of(3, (khop_field[]){NUMBER("alpha"), CATEGORY("colour", 3, colours), NUMBER("beta")});
  khop_schema *data = schema_of(3, (khop_field[]){NUMBER("beta"), CATEGORY("colour", 2, fewer), NUMBER("alpha")});
  int64_t column[5];
  ok(khop_schema_match(column, model, data));
  assert_memory_equal(column, ((int64_t[]){3, 2, -1, 1, 0}), sizeof column);
  const khop_real cells[] = {1, 0, 1, 2, 3, 1, 0, 4}, wanted[] = {2, 1, 0, 0, 1, 4, 0, 0, 1, 3};
  khop_real *copy = block_of(8, sizeof *copy);
  memcpy(copy, cells, sizeof cells);
  khop_data *set;
  khop_graph *graph;
  ok(khop_graph_from_coo(&graph, 2, 1, (int64_t[]){0}, (int64_t[]){1}, false));
  ok(khop_data_new(&set, graph, &(khop_features){.rows = 2, .columns = 4, .dense = copy}, NULL));
  free(copy);
  khop_features *f = (khop_features *)(uintptr_t)khop_data_features(set);
  ok(khop_i_features_match(f, model, data));
  assert_int_equal(f->columns, 5);
  assert_memory_equal(f->dense, wanted, sizeof wanted);
  khop_data_free(set);
  khop_schema_free(model);
  khop_schema_free(data);
}

static void sparse_features_keep_their_values(void **state) {
  (void)state;
  khop_graph *graph;
  khop_data *data;
  ok(khop_graph_from_coo(&graph, 2, 1, (int64_t[]){0}, (int64_t[]){1}, false));
  khop_features x = {2, 3, NULL, (int64_t[]){0, 2, 3}, (int32_t[]){0, 2, 1}, (khop_real[]){5, 6, 7}};
  ok(khop_data_new(&data, graph, &x, NULL));
  khop_features *f = (khop_features *)(uintptr_t)khop_data_features(data);
  ok(khop_i_features_select(f, 3, (int64_t[]){2, -1, 0})); /* columns 2 and 0; nothing becomes of column 1 */
  assert_memory_equal(f->offsets, ((int64_t[]){0, 2, 2}), 3 * sizeof(int64_t));
  assert_memory_equal(f->indices, ((int32_t[]){0, 2}), 2 * sizeof(int32_t));
  assert_memory_equal(f->values, ((khop_real[]){6, 5}), 2 * sizeof(khop_real));
  khop_data_free(data);
}

static void refused(const khop_field *wanted, int count, const khop_field *there, int fields, khop_status status,
                    const char *a, const char *b) {
  khop_schema *model = schema_of(count, wanted), *data = schema_of(fields, there);
  int64_t column[64];
  fails(khop_schema_match(column, model, data), status, a, b);
  khop_schema_free(model);
  khop_schema_free(data);
}

static void each_difference_is_named(void **state) {
  (void)state;
  const khop_field ab[] = {NUMBER("alpha"), NUMBER("beta")}, a[] = {NUMBER("alpha")};
  const khop_field cd[] = {NUMBER("gamma"), NUMBER("delta")};
  const khop_field few[] = {CATEGORY("colour", 2, colours)}, all[] = {CATEGORY("colour", 3, colours)};
  const khop_field number[] = {NUMBER("colour")};
  const khop_field three[] = {{.name = "features", .kind = KHOP_FIELD_COLUMNS, .columns = 3}};
  const khop_field words[] = {{.name = "features", .kind = KHOP_FIELD_WORDS, .columns = 2}};
  const khop_field nodes[] = {{.name = "nodes", .kind = KHOP_FIELD_IDENTITY, .columns = 2, .nodes = "1"}};
  const khop_field others[] = {{.name = "nodes", .kind = KHOP_FIELD_IDENTITY, .columns = 2, .nodes = "2"}};
  refused(ab, 2, cd, 2, KHOP_E_VALUE, "they have gamma, delta", "trained on alpha, beta, which");
  refused(ab, 2, a, 1, KHOP_E_VALUE, "trained on beta, which the data lack", "");
  refused(a, 1, ab, 2, KHOP_E_VALUE, "the data have beta, which", "not trained on");
  refused(few, 1, all, 1, KHOP_E_VALUE, "colour: red was never seen", "knows blue, green");
  refused(all, 1, number, 1, KHOP_E_VALUE, "'colour' is of kind number", "as category");
  refused(words, 1, three, 1, KHOP_E_SHAPE, "3 features a node", "trained on 2");
  refused(three, 1, ab, 2, KHOP_E_VALUE, "they have alpha, beta", "trained on features, which");
  refused(nodes, 1, others, 1, KHOP_E_VALUE, "2 other nodes", "which one it is");
  refused(nodes, 1, ab, 2, KHOP_E_VALUE, "2 features a node", "without any");
  refused(ab, 2, nodes, 1, KHOP_E_VALUE, "no features", "trained on 2: alpha, beta");
}

static void an_indicator_of_nothing_missing_need_not_be_there(void **state) {
  (void)state;
  const khop_field indicator = {.name = "age", .kind = KHOP_FIELD_MISSING, .columns = 1};
  khop_schema *with = schema_of(2, (khop_field[]){NUMBER("age"), indicator});
  khop_schema *without = schema_of(1, (khop_field[]){NUMBER("age")});
  int64_t column[2];
  ok(khop_schema_match(column, with, without));
  assert_memory_equal(column, ((int64_t[]){0, -1}), sizeof column);
  ok(khop_schema_match(column, without, with));
  assert_int_equal(column[0], 0);
  khop_schema_free(with);
  khop_schema_free(without);
}

/* --- in a model, and from files -------------------------------------------------------------- */

static const char *case_file(const char *name) {
  static char text[4096];
  char under[256];
  snprintf(under, sizeof under, "tests/files/cases/graphs/%s", name);
  snprintf(text, sizeof text, "%s", fixture(under));
  return text;
}

static void a_model_keeps_the_schema_in_its_file(void **state) {
  (void)state;
  khop_data *data, *other;
  khop_model *model, *loaded;
  khop_schema *schema;
  ok(khop_data_load(&data, case_file("columns_a.graphml"), NULL));
  ok(khop_model_new(&model));
  khop_linear(model, khop_input(model, 3), 3, true);
  ok(khop_model_init(model, 1));
  ok(khop_model_schema(&schema, model));
  assert_null(schema);
  ok(khop_model_set_schema(model, khop_data_schema(data)));
  ok(khop_model_save(model, at("m.safetensors")));
  ok(khop_model_load(&loaded, at("m.safetensors")));
  ok(khop_model_schema(&schema, loaded));
  ok(khop_data_load(&other, case_file("columns_b_reordered.graphml"), &(khop_data_options){.schema = schema}));
  int64_t cells = 60 * 3;
  assert_memory_equal(khop_data_features(other)->dense, khop_data_features(data)->dense,
                      (size_t)cells * sizeof(khop_real));
  khop_data_free(other);
  fails(khop_data_load(&other, case_file("columns_c_renamed.graphml"), &(khop_data_options){.schema = schema}),
        KHOP_E_VALUE, "zeta, epsilon, delta", "gamma, beta, alpha");
  ok(khop_data_load(&other, case_file("columns_c_renamed.graphml"),
                    &(khop_data_options){.schema = schema, .by_position = true}));
  khop_data_free(other);
  khop_schema_free(schema);
  khop_model_free(model);
  khop_model_free(loaded);
  khop_data_free(data);
}

static void node_labels_are_matched_by_their_numbers(void **state) {
  (void)state;
  khop_graphs *set, *other;
  ok(khop_graphs_read(&set, case_file("labels_5_9")));
  const khop_field *f = khop_schema_field(khop_graphs_schema(set), 0);
  assert_string_equal(f->name, "node label");
  assert_string_equal(f->vocabulary[0], "5");
  assert_string_equal(f->vocabulary[1], "9");
  ok(khop_graphs_read(&other, case_file("labels_50_9")));
  fails(khop_graphs_match(other, khop_graphs_schema(set)), KHOP_E_VALUE, "50 was never seen", "missing: 5");
  khop_graphs_free(other);
  khop_graphs_free(set);
}

/* --- memory ----------------------------------------------------------------------------------- */

/* Writes, reads, copies and matches schemas of every kind of field. */
static khop_status use_schemas(void *context) {
  const khop_schema *schema = context;
  char *text = NULL;
  khop_schema *back = NULL, *copy = NULL;
  int64_t *column = NULL;
  khop_status status = khop_schema_write(&text, schema);
  if (status == KHOP_OK) status = khop_schema_read(&back, text);
  if (status == KHOP_OK) status = khop_i_schema_copy(&copy, back);
  if (status == KHOP_OK) status = khop_i_alloc(&column, khop_schema_columns(schema), sizeof *column, "columns");
  if (status == KHOP_OK) status = khop_schema_match(column, copy, schema);
  khop_free(text);
  khop_schema_free(back);
  khop_schema_free(copy);
  khop_i_free(column);
  return status;
}

/* An undirected path of four nodes with a number that one lacks, a category, text and classes. */
static khop_status load_attributes(void *context) {
  khop_data *data = NULL;
  khop_status status = khop_data_load(&data, context, &(khop_data_options){.missing = KHOP_MISSING_MEAN});
  if (status != KHOP_OK) assert_null(data);
  khop_data_free(data);
  return status;
}

static const char attributes_text[] =
    "graph [ node [ id 0 age 3 colour \"red\" name \"a\" about \"one\" club \"x\" ]\n"
    "node [ id 1 colour \"blue\" name \"b\" about \"two\" club \"y\" ]\n"
    "node [ id 2 age 5 colour \"red\" name \"c\" about \"three\" club \"x\" ]\n"
    "node [ id 3 age 6 colour \"blue\" name \"d\" about \"four\" club \"y\" ]\n"
    "edge [ source 0 target 1 ] edge [ source 1 target 2 ] edge [ source 2 target 3 ] ]\n";

static void text_that_is_no_name_is_told(void **state) {
  (void)state;
  khop_data *data = NULL;
  write_file(at("text.gml"), attributes_text, strlen(attributes_text));
  ok(khop_data_load(&data, at("text.gml"), &(khop_data_options){.missing = KHOP_MISSING_MEAN}));
  assert_string_equal(khop_data_node_names(data)[3], "d");
  bool told = false;
  for (int i = 0; i < khop_data_notes(data); i++)
    told = told || strstr(khop_data_note(data, i), "'about' is text that differs at nearly every node");
  assert_true(told);
  khop_data_free(data);
}

static void schemas_out_of_memory(void **state) {
  (void)state;
  char path[300];
  snprintf(path, sizeof path, "%s/text.gml", folder);
  write_file(path, attributes_text, strlen(attributes_text));
  memory_can_run_out();
  khop_schema *schema = schema_of(3, (khop_field[]){NUMBER("age"), CATEGORY("colour", 3, colours),
      {.name = "nodes", .kind = KHOP_FIELD_IDENTITY, .columns = 4, .nodes = "0123", .mean = (double)NAN}});
  ok(khop_i_word_list_add(&schema->ignored, "x"));
  ok(khop_i_word_list_set(&schema->classes, 3, colours));
  assert_in_range(fail_each(use_schemas, schema), 20, 400);
  khop_schema_free(schema);
  assert_in_range(fail_each(load_attributes, path), 30, 600);
  memory_is_plenty();
}

/* A label of 999,999 and a vocabulary of many words cost what is there, and no more. */
static void memory_goes_by_what_is_there(void **state) {
  (void)state;
  khop_data *data = NULL;
  static const char text[] = "graph [ node [ id 0 label 999999 ] node [ id 1 label 7 ] node [ id 2 label 7 ]\n"
                             "node [ id 3 label 999999 ] edge [ source 0 target 1 ] ]\n";
  size_t held = khop_bytes_now();
  write_file(at("far.gml"), text, strlen(text));
  ok(khop_data_load(&data, at("far.gml"), NULL));
  assert_int_equal(khop_data_classes(data), 2);
  assert_string_equal(khop_data_class_names(data)[1], "999999");
  assert_in_range(khop_bytes_now() - held, 1, 100000);
  khop_data_free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(text_that_is_no_name_is_told, open_folder, close_folder),
      cmocka_unit_test_setup_teardown(schemas_out_of_memory, open_folder, close_folder),
      cmocka_unit_test_setup_teardown(memory_goes_by_what_is_there, open_folder, close_folder),
      cmocka_unit_test(json_gives_the_schema_back),
      cmocka_unit_test(fifty_thousand_names_are_matched),
      cmocka_unit_test(units_of_targets_and_what_was_done_to_features_come_back),
      cmocka_unit_test(no_schema_is_refused_in_a_sentence),
      cmocka_unit_test(reordered_columns_are_put_in_order),
      cmocka_unit_test(sparse_features_keep_their_values),
      cmocka_unit_test(each_difference_is_named),
      cmocka_unit_test(an_indicator_of_nothing_missing_need_not_be_there),
      cmocka_unit_test_setup_teardown(a_model_keeps_the_schema_in_its_file, open_folder, close_folder),
      cmocka_unit_test(node_labels_are_matched_by_their_numbers),
  };
  return cmocka_run_group_tests_name("schema", tests, NULL, nothing_held);
}
