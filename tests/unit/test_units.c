/* test_units.c: numbers of nodes are learned in units of the training nodes, and told in their own: what unit the data
 * are in changes nothing but the unit of what is predicted. */
#include "sets_check.h"

#include "train/units.h"

#include <khop/evaluate.h>
#include <khop/hops.h>

enum { NODES = 60, TARGETS = 2 };
static const char *checkpoint(void) { return at("units.safetensors"); }

/* A circle with chords; targets follow from the feature of a neighbour, in eighths, so that 1000 + 50 y is exact. */
static khop_data *circle(double shift, double factor) {
  int64_t from[2 * NODES], to[2 * NODES];
  khop_real x[NODES * 2], y[NODES * TARGETS];
  uint8_t mask[3][NODES] = {{0}};
  khop_graph *graph = NULL;
  khop_data *data = NULL;
  for (int i = 0; i < NODES; i++) {
    from[2 * i] = from[2 * i + 1] = i;
    to[2 * i] = (i + 1) % NODES;
    to[2 * i + 1] = (i + 7) % NODES;
    x[2 * i] = (khop_real)((i * 5 % 9) / 8.0);
    x[2 * i + 1] = (khop_real)((i * 7 % 11) / 8.0);
    y[TARGETS * i] = (khop_real)(shift + factor * ((i * 5 % 9 + (i + 1) * 7 % 11) / 8.0));
    y[TARGETS * i + 1] = i % 6 == 1 ? (khop_real)NAN : (khop_real)(shift - factor * ((i * 7 % 11) / 4.0));
    mask[i % 5 < 3 ? 0 : i % 5 - 2][i] = 1;
  }
  ok(khop_graph_from_coo(&graph, NODES, 2 * NODES, from, to, false));
  ok(khop_data_new(&data, graph, &(khop_features){.rows = NODES, .columns = 2, .dense = x}, NULL));
  ok(khop_data_set_targets(data, y, TARGETS));
  ok(khop_data_add_split(data, mask[0], mask[1], mask[2]));
  return data;
}

/* Trains, and predicts with what was saved; rows: on the features of a file. The RMSE that the training told. */
static double train(khop_real *scores, const khop_data *data, const char *name, bool rows, int epochs,
                    const char *resume) {
  khop_recipe recipe;
  khop_report report;
  khop_model *model = NULL;
  khop_rows *read = NULL;
  ok(khop_recipe_find(&recipe, name));
  recipe.fit.metric = KHOP_RMSE;
  recipe.fit.epochs = epochs;
  recipe.hidden = 8;
  if (rows) ok(khop_write_npy(at("rows.npy"), khop_data_features(data)->dense, NODES, 2));
  ok(khop_train(&report, data, &recipe, &(khop_train_options){.save = checkpoint(), .resume = resume, .batch = 16,
                                                              .hop_features = rows ? at("rows.npy") : NULL}));
  double test = report.test_mean;
  khop_report_free(&report);
  ok(khop_model_load(&model, checkpoint()));
  if (rows) {
    ok(khop_rows_open(&read, at("rows.npy")));
    ok(khop_predict_rows(scores, model, read, 7));
    khop_rows_close(read);
  } else {
    ok(khop_predict(scores, model, data, 0));
  }
  khop_model_free(model);
  return test;
}

static void report_on(khop_target_report *r, const khop_real *scores, const khop_data *data) {
  ok(khop_target_report_make(r, scores, NODES, TARGETS, khop_data_targets(data, NULL), khop_data_mask(data, 0, KHOP_TEST)));
}

static void another_unit_is_another_unit_of_what_is_predicted_and_nothing_else(void **state) {
  (void)state;
  static const char *const names[] = {"ring", "gcn", "mixhop", "dilated", "mlp", "mlp"};
  khop_data *plain = circle(0, 1), *far = circle(1000, 50);
  khop_real a[NODES * TARGETS], b[NODES * TARGETS];
  for (int k = 0; k < 6; k++) {
    khop_target_report here, there;
    double rmse = train(a, plain, names[k], k == 5, 30, NULL), other = train(b, far, names[k], k == 5, 30, NULL);
    close_to(other / (50 * rmse), 1, 2e-4);
    for (int i = 0; i < NODES * TARGETS; i++) {
      double wanted = 1000 + 50 * (double)a[i];
      close_to((double)b[i], wanted, 0.1);
    }
    report_on(&here, a, plain);
    report_on(&there, b, far);
    close_to(here.rmse, rmse, 1e-5); /* the training tells what its checkpoint predicts */
    close_to(there.rmse, other, 1e-3);
    for (int t = 0; t < TARGETS; t++) close_to(there.score[t].r2, here.score[t].r2, 1e-3);
    khop_target_report_clear(&here);
    khop_target_report_clear(&there);
  }
  khop_data_free(plain);
  khop_data_free(far);
}

static void units_are_those_of_the_training_nodes_and_in_the_schema(void **state) {
  (void)state;
  khop_data *data = circle(1000, 50);
  khop_real scores[NODES * TARGETS];
  khop_model *model = NULL;
  khop_i_units units = {0};
  const khop_real *y = khop_data_targets(data, NULL);
  train(scores, data, "gcn", false, 3, NULL);
  ok(khop_model_load(&model, checkpoint()));
  ok(khop_i_units_open(&units, model));
  for (int t = 0; t < TARGETS; t++) {
    double sum = 0, squares = 0, n = 0;
    for (int i = 0; i < NODES; i++)
      if (khop_data_mask(data, 0, KHOP_TRAIN)[i] && !isnan(y[TARGETS * i + t])) sum += (double)y[TARGETS * i + t], n++;
    for (int i = 0; i < NODES; i++)
      if (khop_data_mask(data, 0, KHOP_TRAIN)[i] && !isnan(y[TARGETS * i + t]))
        squares += ((double)y[TARGETS * i + t] - sum / n) * ((double)y[TARGETS * i + t] - sum / n);
    close_to(units.mean[t], sum / n, 1e-9);
    close_to(units.deviation[t], sqrt(squares / n), 1e-9);
  }
  khop_i_units_close(&units);
  khop_model_free(model);
  khop_data_free(data);
}

static void a_training_goes_on_in_the_units_of_its_checkpoint(void **state) {
  (void)state;
  khop_data *data = circle(1000, 50);
  khop_real whole[NODES * TARGETS], parts[NODES * TARGETS];
  for (int rows = 0; rows < 2; rows++) {
    const char *name = rows ? "mlp" : "gcn";
    double once = train(whole, data, name, rows, 20, NULL);
    train(parts, data, name, rows, 10, NULL);
    close_to(train(parts, data, name, rows, 20, checkpoint()), once, 0);
    assert_memory_equal(whole, parts, sizeof whole);
  }
  khop_data_free(data);
}

/* As a model without notes of units: the outputs are the predictions, and a training goes on with them as they are. */
static void a_checkpoint_without_units_is_as_it_was(void **state) {
  (void)state;
  khop_data *data = circle(1000, 50);
  khop_real scores[NODES * TARGETS], raw[NODES * TARGETS];
  khop_recipe recipe;
  khop_fit_result result;
  khop_model *model = NULL;
  khop_trainer *trainer = NULL;
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_run *run = NULL;
  int count = 0;
  ok(khop_recipe_find(&recipe, "gcn"));
  recipe.fit.metric = KHOP_RMSE;
  recipe.fit.epochs = 2;
  ok(khop_recipe_model(&model, &recipe, data));
  ok(khop_model_rings(rings, &count, model, khop_data_graph(data), 0));
  ok(khop_run_new(&run, model, count, rings, khop_data_features(data), true, 0));
  ok(khop_trainer_new(&trainer, run, data, 0, &recipe.fit));
  ok(khop_model_set_metadata(model, "target_mean", "0,0"));
  ok(khop_model_set_metadata(model, "target_deviation", "1,1"));
  ok(khop_trainer_save(trainer, checkpoint()));
  khop_run_forward(run, false, 0, 0);
  memcpy(raw, khop_run_output(run), sizeof raw);
  ok(khop_predict(scores, model, data, 0));
  assert_memory_equal(raw, scores, sizeof raw);
  khop_trainer_free(trainer);
  ok(khop_trainer_new(&trainer, run, data, 0, &recipe.fit));
  assert_true(atof(khop_model_metadata(model, "target_mean")) > 1000);
  ok(khop_trainer_load(trainer, checkpoint()));
  assert_string_equal(khop_model_metadata(model, "target_mean"), "0,0");
  ok(khop_trainer_finish(trainer, &result));
  assert_true(result.test > 900); /* of weights that have not learned the shift */
  bool more;
  ok(khop_trainer_epoch(trainer, &more));
  ok(khop_trainer_finish(trainer, &result));
  assert_true(result.loss > 900 * 900); /* its loss is in the unit of the data */
  khop_trainer_free(trainer);
  khop_run_free(run);
  for (int r = 0; r < count; r++) khop_rings_free(rings[r]);
  khop_model_free(model);
  khop_data_free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(another_unit_is_another_unit_of_what_is_predicted_and_nothing_else),
      cmocka_unit_test(units_are_those_of_the_training_nodes_and_in_the_schema),
      cmocka_unit_test(a_training_goes_on_in_the_units_of_its_checkpoint),
      cmocka_unit_test(a_checkpoint_without_units_is_as_it_was),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
