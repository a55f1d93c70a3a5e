/* test_trained_split.c: a checkpoint knows the rows that it was trained on, and scores of it there are those that the
 * training told, to the last digit. */
#include "sets_check.h"

#include <khop/evaluate.h>

static const char *checkpoint(void) { return at("m.safetensors"); }

/* --- nodes ------------------------------------------------------------------------------------ */

enum { NODES = 48 };

/* A circle with chords, three classes, two splits; moved: another split 1; relabelled: another class of node 5. */
static khop_data *circle(bool moved, bool relabelled) {
  int64_t from[2 * NODES], to[2 * NODES];
  int32_t labels[NODES];
  uint8_t mask[2][3][NODES] = {{{0}}};
  khop_graph *graph = NULL;
  khop_data *data = NULL;
  for (int i = 0; i < NODES; i++) {
    from[2 * i] = from[2 * i + 1] = i;
    to[2 * i] = (i + 1) % NODES;
    to[2 * i + 1] = (5 * i + 2) % NODES;
    labels[i] = (i / 4 + (relabelled && i == 5)) % 3;
    mask[0][i % 3][i] = 1;
    mask[1][(i + i / 3 + moved) % 3][i] = 1;
  }
  ok(khop_graph_from_coo(&graph, NODES, 2 * NODES, from, to, false));
  ok(khop_data_new(&data, graph, NULL, labels));
  for (int s = 0; s < 2; s++) ok(khop_data_add_split(data, mask[s][0], mask[s][1], mask[s][2]));
  return data;
}

/* The accuracy of the saved model on the test nodes of the split that it names. */
static double saved_accuracy(const khop_data *data, bool *same) {
  khop_model *model = NULL;
  khop_class_report r;
  khop_real scores[NODES * 3];
  int split = -1;
  ok(khop_model_load(&model, checkpoint()));
  ok(khop_model_trained_split(&split, same, model, data));
  ok(khop_predict(scores, model, data, 0));
  assert_true(khop_model_predicts_classes(model) && !khop_model_predicts_tasks(model));
  ok(khop_class_report_make(&r, scores, NODES, 3, khop_data_labels(data), khop_data_mask(data, split, KHOP_TEST), 0));
  double accuracy = r.accuracy;
  khop_class_report_clear(&r);
  khop_model_free(model);
  return accuracy;
}

static void a_model_of_nodes_knows_its_split_and_scores_as_its_training_said(void **state) {
  (void)state;
  khop_data *data = circle(false, false), *moved = circle(true, false), *relabelled = circle(false, true);
  khop_recipe recipe;
  bool same = false;
  ok(khop_recipe_find(&recipe, "gcn"));
  recipe.fit.epochs = 20;
  for (int split = 0; split < 2; split++)
    for (uint64_t seed = 0; seed < 5; seed++) {
      khop_report report;
      recipe.fit.seed = seed;
      ok(khop_train(&report, data, &recipe, &(khop_train_options){.split = split, .save = checkpoint()}));
      double accuracy = saved_accuracy(data, &same);
      assert_true(same);
      close_to(accuracy, report.run[0].test, 0);
      khop_report_free(&report);
      saved_accuracy(moved, &same);
      assert_int_equal(same, split == 0); /* the other split has moved, not this one */
      saved_accuracy(relabelled, &same);
      assert_false(same);
    }
  khop_data_free(data);
  khop_data_free(moved);
  khop_data_free(relabelled);
}

static void a_model_that_no_training_made_says_so(void **state) {
  (void)state;
  khop_data *data = circle(false, false);
  khop_recipe recipe;
  khop_model *model = NULL;
  int split = -1;
  bool same = false;
  ok(khop_recipe_find(&recipe, "gcn"));
  ok(khop_recipe_model(&model, &recipe, data));
  fails(khop_model_trained_split(&split, &same, model, data), KHOP_E_NOT_FOUND, "does not say", "split");
  ok(khop_model_set_metadata(model, "split", "1"));
  ok(khop_model_trained_split(&split, &same, model, data)); /* by an older khop: without a mark */
  assert_true(same && split == 1);
  ok(khop_model_set_metadata(model, "split", "2"));
  ok(khop_model_trained_split(&split, &same, model, data));
  assert_false(same);
  ok(khop_model_set_metadata(model, "split", "-1x"));
  fails(khop_model_trained_split(&split, &same, model, data), KHOP_E_FORMAT, "'-1x'", "no number");
  khop_model_free(model);
  khop_data_free(data);
}

/* --- sets ------------------------------------------------------------------------------------- */

enum { GRAPHS = 40 };

/* The graphs that the report has predictions of are those that were tested. */
static void check_part(const khop_graphs *set, const khop_graphs *other, const khop_recipe *recipe,
                       khop_graph_options options) {
  khop_graph_report report;
  khop_model *model = NULL;
  khop_class_report r;
  uint8_t part[GRAPHS], mask[GRAPHS];
  khop_real scores[GRAPHS * 2];
  bool same = false;
  options.save = checkpoint();
  ok(khop_graphs_train(&report, set, recipe, &options));
  ok(khop_model_load(&model, checkpoint()));
  ok(khop_model_trained_part(part, &same, model, set));
  assert_true(same);
  for (int g = 0; g < GRAPHS; g++) {
    mask[g] = part[g] == KHOP_TEST;
    assert_int_equal(mask[g], !isnan(report.predictions[2 * g]));
  }
  ok(khop_graphs_predict(scores, model, set, 0));
  ok(khop_class_report_make(&r, scores, GRAPHS, 2, khop_graphs_labels(set), mask, 0));
  close_to(r.accuracy, report.run[0].test, 0);
  khop_class_report_clear(&r);
  ok(khop_model_trained_part(part, &same, model, other));
  assert_false(same);
  khop_model_free(model);
  khop_graph_report_free(&report);
}

static void a_model_of_a_set_knows_its_part_whatever_the_protocol(void **state) {
  (void)state;
  khop_graphs *set = labelled_set(3, GRAPHS), *other = labelled_set(4, GRAPHS);
  khop_recipe recipe;
  ok(khop_recipe_find(&recipe, "molecule"));
  recipe.hidden = 4;
  recipe.layers = 1;
  recipe.fit.epochs = 4;
  check_part(set, other, &recipe, (khop_graph_options){.splits = 3, .only = 2, .split_seed = 7, .val = .2, .test = .3});
  check_part(set, other, &recipe, (khop_graph_options){.protocol = KHOP_FOLDS, .folds = 4, .only = 3, .split_seed = 1});
  check_part(set, other, &recipe, (khop_graph_options){.protocol = KHOP_NESTED, .folds = 3, .inner = 2, .only = 2});
  khop_graphs_free(set);
  khop_graphs_free(other);
}

static void a_note_that_is_damaged_is_refused(void **state) {
  (void)state;
  khop_graphs *set = labelled_set(3, GRAPHS);
  khop_recipe recipe;
  khop_model *model = NULL;
  uint8_t part[GRAPHS];
  bool same = true;
  ok(khop_recipe_find(&recipe, "molecule"));
  ok(khop_graphs_model(&model, &recipe, set));
  fails(khop_model_trained_part(part, &same, model, set), KHOP_E_NOT_FOUND, "does not say", "graphs");
  const char *const notes[] = {"protocol 9 by 0 number 0 folds 2 seed 0 val 0.1 test 0.1 mark 0", "protocol 1",
                               "protocol 1 by 0 number -1 folds 2 seed 0 val 0.1 test 0.1 mark 0"};
  for (int i = 0; i < 3; i++) {
    ok(khop_model_set_metadata(model, "trained part", notes[i]));
    fails(khop_model_trained_part(part, &same, model, set), KHOP_E_FORMAT, "rightly", "protocol");
  }
  ok(khop_model_set_metadata(model, "trained part", "protocol 0 by 0 number 0 folds 0 seed 0 val 0.7 test 0.7 mark 0"));
  fails(khop_model_trained_part(part, &same, model, set), KHOP_E_ARGUMENT, "0.7", "none to train");
  ok(khop_model_set_metadata(model, "trained part", "protocol 1 by 0 number 0 folds 99 seed 0 val 0 test 0 mark 0"));
  ok(khop_model_trained_part(part, &same, model, set));
  assert_false(same);
  khop_model_free(model);
  khop_graphs_free(set);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_model_of_nodes_knows_its_split_and_scores_as_its_training_said),
      cmocka_unit_test(a_model_that_no_training_made_says_so),
      cmocka_unit_test(a_model_of_a_set_knows_its_part_whatever_the_protocol),
      cmocka_unit_test(a_note_that_is_damaged_is_refused),
  };
  return cmocka_run_group_tests(tests, open_folder, close_folder);
}
