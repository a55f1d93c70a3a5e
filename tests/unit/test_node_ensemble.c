/* test_node_ensemble.c: models of the same nodes together: by hand, and of a training against the mean of what its models
 * predict one by one. */
#include "train_check.h"

#include <khop/hops.h>

/* --- by hand --------------------------------------------------------------------------------- */

enum { N = 4 };
static const uint8_t train_nodes[N] = {1, 0, 0, 0}, val_nodes[N] = {0, 1, 0, 0}, test_nodes[N] = {0, 0, 1, 1};

static khop_data *four_nodes(const int32_t *labels) {
  khop_data *data = NULL;
  ok(khop_data_new(&data, path_graph(N), NULL, labels));
  if (labels) ok(khop_data_add_split(data, train_nodes, val_nodes, test_nodes));
  if (labels) ok(khop_data_add_split(data, train_nodes, NULL, test_nodes));
  return data;
}

/* Node 3: two of three say class 1, and the mean says 0. */
static const khop_real says[3][2 * N] = {{1, 0, 0.75, 0.25, 0.25, 0.75, 0.375, 0.625},
                                         {1, 0, 0.75, 0.25, 0.25, 0.75, 0.375, 0.625},
                                         {1, 0, 0.25, 0.75, 0.25, 0.75, 0.875, 0.125}};

static void probabilities_are_averaged_not_votes(void **state) {
  (void)state;
  khop_data *data = four_nodes((int32_t[]){0, 1, 1, 0});
  khop_ensemble *e = NULL;
  ok(khop_ensemble_new(&e, data, KHOP_ACCURACY, 3));
  for (int group = 0; group < 2; group++)
    for (int m = 0; m < 3; m++) {
      assert_int_equal(khop_ensemble_groups(e), group);
      ok(khop_ensemble_add(e, group, says[m]));
    }
  assert_int_equal(khop_ensemble_groups(e), 2);
  const khop_ensemble_result *first = khop_ensemble_group(e, 0), *second = khop_ensemble_group(e, 1);
  assert_true(first->split == 0 && second->split == 1);
  close_to(first->test, 1, 0); /* each model alone has 1/2, but the last */
  close_to(first->val, 0, 0);
  close_to(second->test, 1, 0);
  assert_true(isnan(second->val)); /* no such nodes */
  assert_null(khop_ensemble_group(e, 2));
  assert_null(khop_ensemble_group(e, -1));
  khop_ensemble_free(e);
  ok(khop_ensemble_new(&e, data, KHOP_ROC_AUC, 1)); /* of the test nodes one has class 1, with 3/4 against 5/8 or 1/8 */
  fails(khop_ensemble_add(e, 0, says[0]), KHOP_E_VALUE, "ROC-AUC", "both classes"); /* one validation node */
  ok(khop_ensemble_add(e, 1, says[0]));
  close_to(khop_ensemble_group(e, 0)->test, 1, 0);
  khop_ensemble_free(e);
  khop_data_free(data);
}

static void numbers_and_answers_are_averaged(void **state) {
  (void)state;
  const khop_real targets[N] = {0, 1, 1, 0}, one[N] = {0, 1, 2, 0.75}, other[N] = {0, 1, 4, -0.25};
  khop_data *data = four_nodes((int32_t[]){0, 0, 0, 0});
  khop_ensemble *e = NULL;
  ok(khop_data_set_targets(data, targets, 1));
  ok(khop_ensemble_new(&e, data, KHOP_MAE, 2));
  ok(khop_ensemble_add(e, 0, one));
  ok(khop_ensemble_add(e, 0, other));
  close_to(khop_ensemble_group(e, 0)->test, (2 + 0.25) / 2, 1e-6);
  close_to(khop_ensemble_group(e, 0)->val, 0, 1e-6);
  khop_ensemble_free(e);
  ok(khop_data_set_tasks(data, targets, 1, NULL));
  ok(khop_ensemble_new(&e, data, KHOP_MICRO_F1, 2)); /* yes is said from 1/2 on */
  ok(khop_ensemble_add(e, 0, (khop_real[]){0, 0.75, 0.25, 0.75}));
  ok(khop_ensemble_add(e, 0, (khop_real[]){0, 0.75, 0.625, 0.5}));
  close_to(khop_ensemble_group(e, 0)->test, 0, 0); /* no at node 2, where it is yes, and yes at node 3 */
  close_to(khop_ensemble_group(e, 0)->val, 1, 0);
  khop_ensemble_free(e);
  khop_data_free(data);
}

static void what_does_not_stand_together_is_refused(void **state) {
  (void)state;
  khop_data *data = four_nodes((int32_t[]){0, 1, 1, 0}), *bare = four_nodes(NULL);
  khop_ensemble *e = NULL;
  khop_report report;
  khop_recipe recipe;
  ok(khop_recipe_find(&recipe, "gcn"));
  fails(khop_ensemble_new(&e, data, KHOP_ACCURACY, 0), KHOP_E_ARGUMENT, "0 models", "");
  fails(khop_ensemble_new(&e, bare, KHOP_ACCURACY, 2), KHOP_E_ARGUMENT, "without labels", "");
  assert_null(e);
  ok(khop_ensemble_new(&e, data, KHOP_ACCURACY, 2));
  fails(khop_ensemble_add(e, 2, says[0]), KHOP_E_ARGUMENT, "split 2", "0 to 1");
  ok(khop_ensemble_add(e, 0, says[0]));
  fails(khop_ensemble_add(e, 1, says[0]), KHOP_E_ARGUMENT, "split 1", "1 of 2");
  fails(khop_train(&report, karate, &recipe, &(khop_train_options){.size = sizeof(khop_train_options), .ensemble = e}),
        KHOP_E_ARGUMENT, "an ensemble of the nodes of", "");
  khop_report_free(&report);
  fails(khop_train(&report, data, &recipe, &(khop_train_options){.size = sizeof(khop_train_options), .ensemble = e,
                                                                 .resume = "x"}),
        KHOP_E_ARGUMENT, "x:", "no scores");
  khop_report_free(&report);
  khop_ensemble_free(e);
  khop_data_free(data);
  khop_data_free(bare);
}

/* --- of a training ------------------------------------------------------------------------------ */

/* The share of the nodes of a part whose largest mean score is that of their label. */
static double accuracy_of(const double *sum, khop_part part) {
  const int32_t *labels = khop_data_labels(karate);
  int right = 0, all = 0;
  for (int i = 0; i < 34; i++) {
    if (!khop_data_mask(karate, 0, part)[i]) continue;
    all++;
    right += (sum[2 * i + 1] > sum[2 * i]) == labels[i];
  }
  return (double)right / all;
}

/* Trains four seeds, as two groups, with the options; then each alone, saved and predicted. Rows: the hop features. */
static void check_training(const char *recipe_name, khop_train_options options, const khop_rows *rows) {
  khop_ensemble *e = NULL;
  khop_report report, single;
  khop_recipe recipe;
  ok(khop_recipe_find(&recipe, recipe_name));
  recipe.fit.epochs = 12;
  recipe.fit.seed = 5;
  ok(khop_ensemble_new(&e, karate, KHOP_ACCURACY, 2));
  options.size = sizeof options;
  options.seeds = 4;
  options.ensemble = e;
  ok(khop_train(&report, karate, &recipe, &options));
  assert_int_equal(khop_ensemble_groups(e), 2);
  options.seeds = 1;
  options.ensemble = NULL;
  options.save = path;
  for (int group = 0; group < 2; group++) {
    double sum[68] = {0};
    for (int m = 0; m < 2; m++) {
      khop_model *model = NULL;
      khop_real scores[68];
      ok(khop_train(&single, karate, &recipe, &options));
      close_to(single.run[0].test, report.run[2 * group + m].test, 0); /* an ensemble changes no run */
      khop_report_free(&single);
      ok(khop_model_load(&model, path));
      ok(rows ? khop_predict_rows(scores, model, rows, 7) : khop_predict(scores, model, karate, 0));
      for (int i = 0; i < 68; i++) sum[i] += (double)scores[i];
      khop_model_free(model);
      recipe.fit.seed++;
    }
    close_to(khop_ensemble_group(e, group)->val, accuracy_of(sum, KHOP_VAL), 1e-12);
    close_to(khop_ensemble_group(e, group)->test, accuracy_of(sum, KHOP_TEST), 1e-12);
  }
  khop_report_free(&report);
  khop_ensemble_free(e);
}

static void a_training_has_the_mean_of_its_predictions(void **state) {
  (void)state;
  khop_rows *rows = NULL;
  khop_real identity[34 * 34] = {0};
  for (int i = 0; i < 34; i++) identity[35 * i] = 1;
  ok(khop_write_npy(other_path, identity, 34, 34));
  ok(khop_rows_open(&rows, other_path));
  check_training("gcn", (khop_train_options){0}, NULL);
  check_training("gcn", (khop_train_options){.batch = 5}, NULL); /* ball by ball, the last of them smaller */
  check_training("mlp", (khop_train_options){.batch = 7, .hop_features = other_path}, rows);
  khop_rows_close(rows);
}

static khop_status train_two(void *data) {
  khop_ensemble *e = NULL;
  khop_report report = {0};
  khop_recipe recipe;
  khop_status status = khop_recipe_find(&recipe, "mlp");
  recipe.hidden = 2;
  recipe.fit.epochs = 1;
  if (status == KHOP_OK) status = khop_ensemble_new(&e, data, KHOP_ACCURACY, 2);
  if (status == KHOP_OK)
    status = khop_train(&report, data, &recipe,
                        &(khop_train_options){.size = sizeof(khop_train_options), .seeds = 2, .ensemble = e});
  if (status == KHOP_OK) assert_int_equal(khop_ensemble_groups(e), 1);
  khop_report_free(&report);
  khop_ensemble_free(e);
  return status;
}

static void memory_that_runs_out_is_survived(void **state) {
  (void)state;
  khop_data_free(shipped);
  khop_data_free(karate);
  shipped = karate = NULL;
  memory_can_run_out();
  khop_data *data = four_nodes((int32_t[]){0, 1, 1, 0});
  fail_each(train_two, data);
  khop_data_free(data);
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(probabilities_are_averaged_not_votes),
      cmocka_unit_test(numbers_and_answers_are_averaged),
      cmocka_unit_test(what_does_not_stand_together_is_refused),
      cmocka_unit_test(a_training_has_the_mean_of_its_predictions),
      cmocka_unit_test(memory_that_runs_out_is_survived),
  };
  return cmocka_run_group_tests_name("models of the same nodes together", tests, open_karate, close_karate);
}
