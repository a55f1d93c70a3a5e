/* test_tasks.c: yes/no tasks, several a node or a graph: their scores, where they come from, training on them. */
#include "sets_check.h"

#include "data/attributes.h"
#include "data/data.h"

static const khop_real none = (khop_real)NAN;

/* --- scores ---------------------------------------------------------------------------------- */

static double score_of(khop_metric metric, const khop_real *z, const khop_real *y, int64_t rows, int64_t tasks,
                       const uint8_t *mask) {
  double score;
  ok(khop_score(&score, metric, z, rows, tasks, NULL, y, mask));
  return score;
}

static void scores_equal_those_of_scikit_learn(void **state) {
  (void)state;
  FILE *in = fopen(fixture("tests/files/task_scores.tsv"), "r");
  assert_non_null(in);
  double wanted[3], value, off = 0;
  int rows, tasks, cases = 0;
  for (; fscanf(in, "%d %d %lf %lf %lf", &rows, &tasks, &wanted[0], &wanted[1], &wanted[2]) == 5; cases++) {
    khop_real z[100], y[100];
    assert_in_range(rows * tasks, 1, 100);
    for (int i = 0; i < rows; i++)
      for (int c = 0; c < 2 * tasks; c++) {
        assert_int_equal(fscanf(in, "%lf", &value), 1);
        *(c < tasks ? &z[i * tasks + c] : &y[i * tasks + c - tasks]) = (khop_real)value;
      }
    close_to(score_of(KHOP_ROC_AUC, z, y, rows, tasks, NULL), wanted[0], 1e-12);
    close_to(score_of(KHOP_MICRO_F1, z, y, rows, tasks, NULL), wanted[1], 1e-12);
    close_to(score_of(KHOP_MACRO_F1, z, y, rows, tasks, NULL), wanted[2], 1e-12);
    z[0] = -z[0] - 1; /* a wrong answer must show */
    off += fabs(score_of(KHOP_ROC_AUC, z, y, rows, tasks, NULL) - wanted[0]);
  }
  fclose(in);
  assert_int_equal(cases, 24);
  assert_true(off > 0.1);
}

/* Four rows, tasks a, b, c; - is missing.
 *
 *   output   1  1 -1     answer  0 1 -     a: pairs 1<2, 2=2, 1<3, 2<3: 3.5 of 4
 *            2 -1 -1             0 1 1     b: yes alone: it has no ROC-AUC
 *            2  1  3             1 1 0     c: the yes is below the no: 0 of 1
 *            3  1  9             1 1 -     mean over a and c: 0.4375
 *
 * Yes is said above 0. a: 2 yes, 4 said, 2 hits; b: 4, 3, 3; c: 1, 1, 0. */
static const khop_real output[12] = {1, 1, -1, 2, -1, -1, 2, 1, 3, 3, 1, 9};
static khop_real answers[12] = {0, 1, (khop_real)NAN, 0, 1, 1, 1, 1, 0, 1, 1, (khop_real)NAN};

static void scores_by_hand(void **state) {
  (void)state;
  close_to(score_of(KHOP_ROC_AUC, output, answers, 4, 3, NULL), (3.5 / 4 + 0) / 2, 1e-12);
  close_to(score_of(KHOP_MICRO_F1, output, answers, 4, 3, NULL), 2.0 * 5 / (7 + 8), 1e-12);
  close_to(score_of(KHOP_MACRO_F1, output, answers, 4, 3, NULL), (4.0 / 6 + 6.0 / 7 + 0) / 3, 1e-12);
  const uint8_t first[4] = {1, 0, 1, 0}; /* c has no yes, but one is said: F1 is 0 */
  close_to(score_of(KHOP_ROC_AUC, output, answers, 4, 3, first), 1, 1e-12);
  close_to(score_of(KHOP_MICRO_F1, output, answers, 4, 3, first), 2.0 * 3 / (3 + 5), 1e-12);
  close_to(score_of(KHOP_MACRO_F1, output, answers, 4, 3, first), (2.0 / 3 + 1 + 0) / 3, 1e-12);
  const uint8_t second[4] = {1, 1, 0, 0}; /* a has none, and two are said: 0; c: nobody says a yes that is there: 0 */
  close_to(score_of(KHOP_MACRO_F1, output, answers, 4, 3, second), (0 + 2.0 / 3 + 0) / 3, 1e-12);
  const khop_real quiet[2] = {-1, 1}, never[2] = {0, 1}; /* no yes, none said: 0 / 0 is left out */
  close_to(score_of(KHOP_MACRO_F1, quiet, never, 1, 2, NULL), 1, 1e-12);
  double score; /* of one label a node micro-F1 is the accuracy */
  ok(khop_score(&score, KHOP_MICRO_F1, output, 4, 3, (int32_t[]){0, 1, 2, 0}, NULL, NULL));
  close_to(score, 2.0 / 4, 1e-12);
}

static void what_was_said_at_a_missing_answer_does_not_count(void **state) {
  (void)state;
  khop_real said[12];
  const khop_metric metrics[] = {KHOP_ROC_AUC, KHOP_MICRO_F1, KHOP_MACRO_F1};
  for (int m = 0; m < 3; m++) {
    double before = score_of(metrics[m], output, answers, 4, 3, NULL);
    memcpy(said, output, sizeof said);
    said[2] = 50, said[11] = -50;
    assert_true(score_of(metrics[m], said, answers, 4, 3, NULL) == before);
    said[5] = 50; /* and at one that is there it does */
    assert_true(score_of(metrics[m], said, answers, 4, 3, NULL) != before);
  }
}

static void what_cannot_be_scored(void **state) {
  (void)state;
  double score = 0;
  const uint8_t nobody[4] = {0}, one[4] = {1, 0, 0, 0};
  const khop_real no[4] = {0, 0, 0, none}, half[4] = {0, 1, (khop_real)0.5, 1}, bad[4] = {1, INFINITY, 0, 0};
  fails(khop_score(&score, KHOP_ROC_AUC, output, 4, 3, NULL, answers, nobody), KHOP_E_VALUE, "no node", "4");
  fails(khop_score(&score, KHOP_ROC_AUC, output, 4, 3, NULL, answers, one), KHOP_E_VALUE, "none of the 3", "both");
  assert_true(isnan(score));
  for (int m = 0; m < 2; m++) {
    khop_metric f1 = m ? KHOP_MICRO_F1 : KHOP_MACRO_F1;
    fails(khop_score(&score, f1, output, 4, 1, NULL, no, NULL), KHOP_E_VALUE, "F1 needs a yes", "1 targets");
    fails(khop_score(&score, f1, output, 4, 1, NULL, half, NULL), KHOP_E_VALUE, "target 0 of node 2 is 0.5", "yes/no");
    fails(khop_score(&score, f1, bad, 2, 2, NULL, half, NULL), KHOP_E_VALUE, "output 1 of node 0", "finite");
  }
  fails(khop_score(&score, KHOP_ACCURACY, output, 4, 3, NULL, answers, NULL), KHOP_E_ARGUMENT, "accuracy", "roc-auc");
}

/* --- data ------------------------------------------------------------------------------------ */

static void tasks_have_names_and_answers(void **state) {
  (void)state;
  khop_data *data = NULL;
  int64_t count = 0;
  ok(khop_data_new(&data, path_graph(4), NULL, NULL));
  ok(khop_data_set_targets(data, answers, 3));
  assert_false(khop_data_has_tasks(data));
  ok(khop_data_set_tasks(data, khop_data_targets(data, NULL), 3, NULL));
  assert_true(khop_data_has_tasks(data));
  assert_string_equal(khop_schema_targets(khop_data_schema(data), &count)[2], "task 2");
  assert_int_equal(count, 3);
  assert_true(khop_data_targets(data, &count)[5] == 1 && isnan(khop_data_targets(data, NULL)[11]));
  ok(khop_data_set_tasks(data, answers, 3, (const char *const[]){"a", "b", "c"}));
  ok(khop_data_set_tasks(data, answers, 3, khop_schema_targets(khop_data_schema(data), NULL)));
  ok(khop_data_set_feature_names(data, (const char *const[]){"w", "x", "y", "z"}));
  assert_string_equal(khop_schema_targets(khop_data_schema(data), NULL)[1], "b");
  fails(khop_data_set_tasks(data, output, 3, NULL), KHOP_E_VALUE, "task 2 of node 0 is -1", "0, 1 or missing");
  fails(khop_data_set_tasks(data, answers, 0, NULL), KHOP_E_SHAPE, "0 tasks", "");
  assert_true(khop_data_has_tasks(data)); /* as they were */
  char *text = NULL;
  khop_schema *schema = NULL;
  ok(khop_schema_write(&text, khop_data_schema(data)));
  ok(khop_schema_read(&schema, text));
  assert_true(khop_schema_has_tasks(schema));
  assert_string_equal(khop_schema_targets(schema, NULL)[0], "a");
  khop_schema_free(schema);
  khop_free(text);
  ok(khop_data_set_targets(data, answers, 3));
  assert_false(khop_data_has_tasks(data));
  khop_data_free(data);
}

/* Tasks c, a of the model; the data have a, b, c: c and a, b goes; of d, which they lack, every answer is missing. */
static void tasks_are_matched_by_name(void **state) {
  (void)state;
  khop_data *model = NULL, *data = NULL;
  const khop_real two[12] = {1, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0};
  ok(khop_data_new(&model, path_graph(4), NULL, NULL));
  ok(khop_data_set_tasks(model, two, 3, (const char *const[]){"c", "a", "d"}));
  ok(khop_data_new(&data, path_graph(4), NULL, NULL));
  ok(khop_data_set_tasks(data, answers, 3, (const char *const[]){"a", "b", "c"}));
  ok(khop_data_match(data, khop_data_schema(model)));
  assert_string_equal(khop_schema_targets(khop_data_schema(data), NULL)[0], "c");
  for (int i = 0; i < 4; i++) {
    const khop_real *row = khop_data_targets(data, NULL) + 3 * i;
    assert_true(row[0] == answers[3 * i + 2] || (isnan(row[0]) && isnan(answers[3 * i + 2])));
    assert_true(row[1] == answers[3 * i] && isnan(row[2]));
  }
  assert_non_null(strstr(khop_data_note(data, 0), "2 of the model's 3 yes/no tasks are among the 3"));
  khop_data_free(model);
  khop_data_free(data);
}

/* A path of 4 nodes with the columns given, up to three. */
typedef struct column {
  const char *name;
  const double *numbers;
  const char *const *strings;
} column;
static khop_status with_columns(khop_data **data, int count, const column *columns, const khop_data_options *options) {
  khop_graph *graph = path_graph(4);
  for (int c = 0; c < count; c++)
    ok(khop_graph_add_column(graph, columns[c].name, columns[c].numbers, columns[c].strings));
  khop_status status = khop_i_data_from_attributes(data, graph, options);
  if (status != KHOP_OK) khop_graph_free(graph);
  return status;
}

static void attributes_are_tasks_where_several_are_asked_for(void **state) {
  (void)state;
  khop_data *data = NULL;
  const char *texts[] = {"Yes", "", "FALSE", "1"};
  const column columns[] = {{"toxic", NULL, texts}, {"active", (double[]){0, 1, -1, NAN}, NULL},
                            {"age", (double[]){4, 5, 6, 7}, NULL}};
  const khop_data_options asked = {.label = "active,toxic"};
  ok(with_columns(&data, 3, columns, &asked));
  const khop_real *y = khop_data_targets(data, NULL);
  assert_true(khop_data_has_tasks(data) && !khop_data_labels(data));
  assert_string_equal(khop_schema_targets(khop_data_schema(data), NULL)[0], "toxic"); /* in the order of the file */
  assert_true(y[0] == 1 && y[1] == 0 && isnan(y[2]) && y[3] == 1);
  assert_true(y[4] == 0 && isnan(y[5]) && y[6] == 1 && isnan(y[7]));
  assert_int_equal(khop_data_features(data)->columns, 1); /* age: no task is a feature */
  assert_non_null(strstr(khop_data_note(data, 0), "'toxic, active': 2 yes/no tasks a node"));
  assert_non_null(strstr(khop_data_note(data, 0), "3 of 8 answers are missing"));
  khop_schema *schema = NULL;
  char *text = NULL;
  ok(khop_schema_write(&text, khop_data_schema(data)));
  ok(khop_schema_read(&schema, text));
  khop_data_free(data);
  ok(with_columns(&data, 3, columns, &(khop_data_options){.schema = schema})); /* a model's tasks need no asking */
  assert_true(khop_data_has_tasks(data));
  khop_data_free(data);
  texts[3] = "maybe";
  fails(with_columns(&data, 3, columns, &asked), KHOP_E_VALUE, "'toxic' of node 3 is 'maybe'", "true, false");
  const column numbers[] = {{"a", (double[]){0, 1, 2, 1}, NULL}, {"b", (double[]){0, 1, 1, 1}, NULL}};
  fails(with_columns(&data, 2, numbers, &(khop_data_options){.label = "a,b"}), KHOP_E_VALUE, "'a' of node 2 is 2",
        "missing (-1)");
  const column yes[] = {{"a", (double[]){1, 1, 1, 1}, NULL}, {"b", (double[]){NAN, 1, 1, 1}, NULL}};
  fails(with_columns(&data, 2, yes, &(khop_data_options){.label = "a,b"}), KHOP_E_VALUE, "7 yes (1), 0 no (0)",
        "tell");
  const char *unknown[] = {"", "NA", "?", "none"};
  const column nothing[] = {{"a", (double[]){NAN, NAN, -1, -1}, NULL}, {"b", NULL, unknown}};
  ok(with_columns(&data, 2, nothing, &(khop_data_options){.label = "a,b"}));
  assert_true(!khop_data_has_tasks(data) && !khop_data_targets(data, NULL) && !khop_data_labels(data));
  assert_non_null(strstr(khop_data_note(data, 0), "'a, b' has no answer to 2 yes/no tasks"));
  khop_data_free(data);
  fails(with_columns(&data, 2, yes, &(khop_data_options){.label = "a,c"}), KHOP_E_NOT_FOUND, "'c'", "2");
  khop_schema_free(schema);
  khop_free(text);
}

static void lists_of_words_are_tasks_where_they_are_asked_for(void **state) {
  (void)state;
  khop_data *data = NULL;
  const khop_data_options asked = {.label = "tags"};
  const char *tags[] = {"ml; vision", "", "vision;vision", "ml"};
  const column lists[] = {{"tags", NULL, tags}};
  ok(with_columns(&data, 1, lists, &asked));
  const khop_real *y = khop_data_targets(data, NULL);
  assert_string_equal(khop_schema_targets(khop_data_schema(data), NULL)[1], "vision");
  assert_true(y[0] == 1 && y[1] == 1 && isnan(y[2]) && isnan(y[3]) && y[4] == 0 && y[5] == 1 && y[6] == 1 && y[7] == 0);
  khop_data_free(data);
  tags[0] = "mlp|ml", tags[2] = "mlp", tags[1] = "ml-ops"; /* words that begin alike */
  ok(with_columns(&data, 1, lists, &asked));
  y = khop_data_targets(data, NULL);
  assert_string_equal(khop_schema_targets(khop_data_schema(data), NULL)[2], "mlp");
  assert_memory_equal(y, ((khop_real[]){1, 0, 1, 0, 1, 0, 0, 0, 1, 1, 0, 0}), 12 * sizeof *y);
  khop_data_free(data);
  const char *classes[] = {"a;b", "c", "a;b", "c"};
  const column alone[] = {{"tags", NULL, classes}};
  ok(with_columns(&data, 1, alone, &asked)); /* no word is shared: two classes, and it is told */
  assert_int_equal(khop_data_classes(data), 2);
  assert_non_null(strstr(khop_data_note(data, 0), "share no word"));
  khop_data_free(data);
  const char *labels[] = {"ml;vision", "ml", "ml;vision", "ml"};
  const column unasked[] = {{"label", NULL, labels}};
  ok(with_columns(&data, 1, unasked, &(khop_data_options){0}));
  assert_int_equal(khop_data_classes(data), 2);
  assert_non_null(strstr(khop_data_note(data, 0), "--label label takes the words"));
  khop_data_free(data);
}

static khop_status try_columns(void *context) {
  const char *tags[] = {"ml; vision", "", "vision", "ml"}, *texts[] = {"yes", "", "no", "1"};
  const column columns[] = {{"tags", NULL, tags}, {"toxic", NULL, texts}, {"sweet", NULL, texts}};
  khop_data *data = NULL;
  khop_graph *graph = NULL;
  const int64_t ends[] = {0, 1, 2, 3};
  khop_status status = khop_graph_from_coo(&graph, 4, 3, ends, ends + 1, false);
  for (int c = 0; status == KHOP_OK && c < 3; c++)
    status = khop_graph_add_column(graph, columns[c].name, NULL, columns[c].strings);
  if (status == KHOP_OK)
    status = khop_i_data_from_attributes(&data, graph, &(khop_data_options){.label = context, .features = "none"});
  if (!data) khop_graph_free(graph);
  khop_data_free(data);
  return status;
}

static void memory_may_end_anywhere(void **state) {
  (void)state;
  char list[] = "tags", several[] = "toxic,sweet";
  memory_can_run_out();
  assert_in_range(fail_each(try_columns, list), 10, 100);
  assert_in_range(fail_each(try_columns, several), 10, 100);
  memory_is_plenty();
}

/* --- training -------------------------------------------------------------------------------- */

enum { NODES = 300, DEGREE = 3, TASKS = 3 };

/* The mean of a feature over the nodes at distance hop of node i; 0 where there is none. */
static double ring_mean(const khop_graph *graph, const khop_real *x, int64_t i, int hop, int feature) {
  int distance[NODES], queue[NODES], head = 0, tail = 0, count = 0;
  double sum = 0;
  memset(distance, -1, sizeof distance);
  distance[i] = 0;
  for (queue[tail++] = (int)i; head < tail; head++)
    for (int64_t a = khop_graph_offsets(graph)[queue[head]]; a < khop_graph_offsets(graph)[queue[head] + 1]; a++) {
      int j = khop_graph_targets(graph)[a];
      if (distance[j] >= 0) continue;
      distance[j] = distance[queue[head]] + 1;
      queue[tail++] = j;
    }
  for (int j = 0; j < NODES; j++)
    if (distance[j] == hop) sum += (double)x[j * 3 + feature], count++;
  return count ? sum / count : 0;
}

/* Tasks of the means of ring 1, of ring 2, and of both; a tenth of the answers is missing. What a node has itself says
 * nothing. bits: what is written behind a missing answer. */
static khop_data *data_of_rings(uint64_t bits) {
  khop_i_random r;
  khop_i_random_seed(&r, 3);
  int64_t from[NODES * DEGREE / 2], to[NODES * DEGREE / 2];
  static khop_real x[NODES * 3], y[NODES * TASKS];
  uint8_t part[3][NODES] = {{0}};
  for (int e = 0; e < NODES * DEGREE / 2; e++) {
    from[e] = khop_i_random_below(&r, NODES);
    to[e] = khop_i_random_below(&r, NODES);
  }
  for (int i = 0; i < NODES * 3; i++) x[i] = random_real(&r);
  khop_graph *graph = NULL;
  khop_data *data = NULL;
  ok(khop_graph_from_coo(&graph, NODES, NODES * DEGREE / 2, from, to, false));
  khop_real missing = none;
  if (bits && sizeof missing == 8) memcpy(&missing, &(uint64_t){0x7ff8000000000000u | bits}, 8);
  if (bits && sizeof missing == 4) memcpy(&missing, &(uint32_t){0x7fc00000u | (uint32_t)bits}, 4);
  for (int i = 0; i < NODES; i++) {
    double one = ring_mean(graph, x, i, 1, 0), two = ring_mean(graph, x, i, 2, 1);
    double both = ring_mean(graph, x, i, 1, 2) - ring_mean(graph, x, i, 2, 2);
    const double z[TASKS] = {one, two, both};
    for (int t = 0; t < TASKS; t++)
      y[i * TASKS + t] = khop_i_random_below(&r, 10) == 0 ? missing : (khop_real)(z[t] > 0);
    part[i % 5 > 2 ? i % 5 - 2 : 0][i] = 1;
  }
  khop_features features = {NODES, 3, x, NULL, NULL, NULL};
  ok(khop_data_new(&data, graph, &features, NULL));
  ok(khop_data_set_tasks(data, y, TASKS, (const char *const[]){"one", "two", "both"}));
  ok(khop_data_add_split(data, part[0], part[1], part[2]));
  return data;
}

static double train(const khop_data *data, const char *name, khop_metric metric, const char *save) {
  khop_recipe recipe;
  khop_report report;
  ok(khop_recipe_find(&recipe, name));
  khop_recipe_adapt(&recipe, data);
  assert_int_equal(recipe.fit.metric, KHOP_ROC_AUC);
  recipe.fit.metric = metric;
  recipe.fit.epochs = 150;
  recipe.fit.optimizer.rate = 0.02;
  recipe.dropout = recipe.input_dropout = 0;
  ok(khop_train(&report, data, &recipe, &(khop_train_options){.save = save}));
  double test = report.test_mean;
  khop_report_free(&report);
  return test;
}

static void rings_learn_what_a_node_alone_does_not_know(void **state) {
  (void)state;
  khop_data *data = data_of_rings(0);
  double rings = train(data, "mixhop", KHOP_ROC_AUC, NULL), alone = train(data, "mlp", KHOP_ROC_AUC, NULL);
  if (!(rings > 0.85) || !(alone < 0.65)) fail_msg("%g by rings, %g by a node alone", rings, alone);
  assert_true(train(data, "mixhop", KHOP_MICRO_F1, NULL) > 0.7);
  khop_data_free(data);
}

static void what_stands_behind_a_missing_answer_changes_no_bit(void **state) {
  (void)state;
  char path[300];
  snprintf(path, sizeof path, "%s/tasks.safetensors", folder);
  khop_data *data = data_of_rings(0), *other = data_of_rings(77);
  assert_true(memcmp(khop_data_targets(data, NULL), khop_data_targets(other, NULL), sizeof(khop_real) * NODES * TASKS));
  khop_model *model = NULL, *again = NULL;
  double first = train(data, "mixhop", KHOP_ROC_AUC, path);
  ok(khop_model_load(&model, path));
  assert_true(train(other, "mixhop", KHOP_ROC_AUC, path) == first);
  ok(khop_model_load(&again, path));
  static khop_real scores[NODES * TASKS], more[NODES * TASKS];
  ok(khop_predict(scores, model, data, 0));
  ok(khop_predict(more, again, other, 0));
  assert_memory_equal(scores, more, sizeof scores);
  for (int i = 0; i < NODES * TASKS; i++) assert_true(scores[i] >= 0 && scores[i] <= 1);
  assert_true(khop_model_predicts_tasks(model) && !khop_model_predicts_classes(model));
  khop_schema *schema = NULL;
  ok(khop_model_schema(&schema, model));
  assert_true(khop_schema_has_tasks(schema));
  assert_string_equal(khop_schema_targets(schema, NULL)[2], "both");
  khop_schema_free(schema);
  khop_model_free(model);
  khop_model_free(again);
  khop_data_free(data);
  khop_data_free(other);
}

static void metrics_and_losses_of_other_kinds_are_refused(void **state) {
  (void)state;
  khop_recipe r;
  khop_report report;
  khop_data *data = data_of_rings(0);
  ok(khop_recipe_find(&r, "gcn"));
  const khop_metric wrong[] = {KHOP_ACCURACY, KHOP_RMSE, KHOP_MAE};
  for (int m = 0; m < 3; m++) {
    r.fit.metric = wrong[m];
    fails(khop_train(&report, data, &r, NULL), KHOP_E_ARGUMENT, khop_metric_name(wrong[m]), "roc-auc, micro-f1");
    khop_report_free(&report);
  }
  static khop_real y[NODES * TASKS];
  memcpy(y, khop_data_targets(data, NULL), sizeof y);
  ok(khop_data_set_targets(data, y, TASKS));
  r.fit.metric = KHOP_ROC_AUC;
  fails(khop_train(&report, data, &r, NULL), KHOP_E_ARGUMENT, "targets are numbers", "rmse");
  khop_report_free(&report);
  const uint8_t *train_mask = khop_data_mask(data, 0, KHOP_TRAIN);
  for (int i = 0; i < NODES; i++)
    for (int t = 0; t < TASKS && train_mask[i]; t++) y[i * TASKS + t] = none;
  ok(khop_data_set_tasks(data, y, TASKS, NULL));
  fails(khop_train(&report, data, &r, NULL), KHOP_E_VALUE, "no training node has a target", "");
  khop_report_free(&report);
  khop_data_free(data);
}

/* --- sets of graphs -------------------------------------------------------------------------- */

static void graphs_have_tasks_too(void **state) {
  (void)state;
  khop_graphs *set = random_set(21, 80, false);
  khop_real y[160], scores[160];
  uint8_t part[80] = {0};
  khop_recipe r;
  khop_model *model = NULL;
  khop_graph_report report;
  double score;
  for (int g = 0; g < 80; g++) {
    y[2 * g] = (khop_real)(g % 2);
    y[2 * g + 1] = g % 5 == 0 ? none : (khop_real)(g % 3 == 0);
    scores[2 * g] = (khop_real)(g % 2 ? 0.6 : 0.4); /* probabilities: yes above a half */
    scores[2 * g + 1] = (khop_real)0.4;
  }
  ok(khop_graphs_set_tasks(set, y, 2, (const char *const[]){"odd", "third"}));
  assert_true(khop_graphs_has_tasks(set));
  ok(khop_graphs_score(&score, KHOP_MICRO_F1, scores, set, part, KHOP_TRAIN));
  close_to(score, 2.0 * 40 / (40 + 21 + 40), 1e-12); /* 27 multiples of 3, 6 of 15 */
  ok(khop_graphs_score(&score, KHOP_MACRO_F1, scores, set, part, KHOP_TRAIN));
  close_to(score, (1.0 + 0) / 2, 1e-12);
  ok(khop_recipe_find(&r, "molecule"));
  r.hidden = 8, r.fit.epochs = 4;
  fails(khop_graphs_train(&report, set, &r, NULL), KHOP_E_ARGUMENT, "accuracy is not for yes/no tasks", "roc-auc");
  khop_graph_report_free(&report);
  r.fit.metric = KHOP_MICRO_F1;
  ok(khop_graphs_model(&model, &r, set));
  assert_true(khop_model_predicts_tasks(model));
  khop_model_free(model);
  ok(khop_graphs_train(&report, set, &r, NULL));
  assert_true(report.test_mean >= 0 && report.test_mean <= 1);
  khop_graph_report_free(&report);
  fails(khop_graphs_set_tasks(set, (khop_real[160]){3}, 2, NULL), KHOP_E_VALUE, "task 0 of graph 0 is 3", "yes/no");
  assert_true(khop_graphs_has_tasks(set));
  ok(khop_graphs_set_targets(set, y, 2, NULL));
  assert_false(khop_graphs_has_tasks(set));
  khop_graphs_free(set);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(scores_equal_those_of_scikit_learn),
      cmocka_unit_test(scores_by_hand),
      cmocka_unit_test(what_was_said_at_a_missing_answer_does_not_count),
      cmocka_unit_test(what_cannot_be_scored),
      cmocka_unit_test(tasks_have_names_and_answers),
      cmocka_unit_test(tasks_are_matched_by_name),
      cmocka_unit_test(attributes_are_tasks_where_several_are_asked_for),
      cmocka_unit_test(lists_of_words_are_tasks_where_they_are_asked_for),
      cmocka_unit_test(memory_may_end_anywhere),
      cmocka_unit_test(rings_learn_what_a_node_alone_does_not_know),
      cmocka_unit_test(what_stands_behind_a_missing_answer_changes_no_bit),
      cmocka_unit_test(metrics_and_losses_of_other_kinds_are_refused),
      cmocka_unit_test(graphs_have_tasks_too),
  };
  return cmocka_run_group_tests_name("tasks", tests, open_folder, close_folder);
}
