/* test_protocols.c: protocols of many trainings, each against its description in khop/learn.h, followed by hand
 * from single trainings. */
#include "sets_check.h"

/* Small enough that a protocol of many trainings takes a moment. */
static khop_recipe small_recipe(khop_metric metric) {
  khop_recipe r;
  ok(khop_recipe_find(&r, "molecule"));
  r.hidden = 6;
  r.layers = 1;
  r.batch = 16;
  r.fit.epochs = 6;
  r.fit.metric = metric;
  return r;
}

/* 40 random graphs with one target around `level`. */
static khop_graphs *set_with_targets_around(double level) {
  khop_graphs *set = random_set(17, 40, false);
  khop_real targets[40];
  const int64_t *first = khop_graphs_first(set);
  for (int g = 0; g < 40; g++) targets[g] = (khop_real)(level + (double)(first[g + 1] - first[g]));
  ok(khop_graphs_set_targets(set, targets, 1, NULL));
  return set;
}

/* --- ensembles --------------------------------------------------------------------------------- */

enum { MEMBERS = 4 };

/* The members' predictions (MEMBERS, 40), from the files that they were saved in. */
static void predict_members(khop_real *scores, const khop_graphs *set, const char *path) {
  for (int m = 0; m < MEMBERS; m++) {
    khop_model *model;
    char name[500];
    snprintf(name, sizeof name, m ? "%.*s-%d.safetensors" : "%.*s.safetensors", (int)strlen(path) - 12, path, m + 1);
    ok(khop_model_load(&model, name));
    ok(khop_graphs_predict(scores + 40 * m, model, set, 0));
    khop_model_free(model);
  }
}

/* The largest distance of the report's mean and deviation from those of the members, in two passes. */
static double ensemble_error(const khop_graph_report *r, const khop_real *scores) {
  double worst = 0;
  for (int g = 0; g < 40; g++) {
    double mean = 0, squares = 0;
    if (isnan(r->predictions[g])) continue;
    for (int m = 0; m < MEMBERS; m++) mean += (double)scores[40 * m + g] / MEMBERS;
    for (int m = 0; m < MEMBERS; m++) squares += pow((double)scores[40 * m + g] - mean, 2);
    double off = fabs((double)r->deviations[g] - sqrt(squares / (MEMBERS - 1)));
    if (!(off <= worst)) worst = off;
    off = fabs((double)r->predictions[g] - mean) / fmax(1, fabs(mean));
    if (!(off <= worst)) worst = off;
  }
  return worst;
}

static void the_deviation_of_an_ensemble_is_that_of_its_members_at_any_level(void **state) {
  (void)state;
  for (double level = 0; level < 2e4; level += 1e4) {
    khop_graphs *set = set_with_targets_around(level);
    khop_recipe r = small_recipe(KHOP_RMSE);
    khop_graph_report report;
    khop_real scores[40 * MEMBERS];
    char path[400];
    snprintf(path, sizeof path, "%s", at("e.safetensors"));
    khop_graph_options o = {.ensemble = MEMBERS, .val = 0.2, .test = 0.3, .save = path};
    ok(khop_graphs_train(&report, set, &r, &o));
    predict_members(scores, set, path);
    assert_true(ensemble_error(&report, scores) < 1e-5);
    int tested = 0;
    for (int g = 0; g < 40; g++) tested += report.deviations[g] > (khop_real)0.01;
    assert_int_equal(tested, 12);
    for (int g = 0; g < 40; g++) report.deviations[g] *= (khop_real)1.1; /* the check sees a deviation that is off */
    assert_false(ensemble_error(&report, scores) < 1e-5);
    khop_graph_report_free(&report);
    khop_graphs_free(set);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_deviation_of_an_ensemble_is_that_of_its_members_at_any_level),
  };
  return cmocka_run_group_tests_name("protocols", tests, open_folder, close_folder);
}
