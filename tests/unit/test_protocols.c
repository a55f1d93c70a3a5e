/* test_protocols.c: protocols of many trainings, each against its description in khop/learn.h, followed by hand
 * from single trainings. */
#include "sets_check.h"
#include "train/graphs/fit.h"
#include "train/graphs/splits.h"

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

/* --- single trainings, of which protocols are made --------------------------------------------- */

enum { GRAPHS = 40, OUT = 3, EPOCHS = 14 };

typedef struct single {
  khop_fit_result result;
  double curve[EPOCHS];
  khop_real scores[2 * GRAPHS];
} single;

/* One training of a recipe on parts, with the seed of member m; it ends after epoch `end`, 0: it does not. */
static single train_alone(const khop_graphs *set, khop_recipe r, const uint8_t *part, int m, int end) {
  single one;
  khop_model *model;
  khop_rings *rings[KHOP_MAX_RINGS];
  int count;
  r.fit.seed += (uint64_t)m;
  ok(khop_graphs_model(&model, &r, set));
  ok(khop_graphs_rings(rings, &count, model, set, 0));
  ok(khop_i_graphs_fit(&one.result, one.curve, one.scores, model, set, count, rings, part, &r, end, NULL));
  for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
  khop_model_free(model);
  return one;
}

static khop_recipe curve_recipe(khop_metric metric) {
  khop_recipe r = small_recipe(metric);
  r.fit.epochs = EPOCHS;
  r.fit.optimizer.rate = 0.02;
  r.fit.patience = 3;
  return r;
}

static khop_graphs *set_for(khop_metric metric) {
  return khop_metric_rises(metric) ? labelled_set(17, GRAPHS) : set_with_targets_around(0);
}

static double deviation_by_hand(const khop_graph_report *r) {
  double mean = 0, squares = 0;
  for (int i = 0; i < r->runs; i++) mean += r->run[i].test / r->runs;
  for (int i = 0; i < r->runs; i++) squares += pow(r->run[i].test - mean, 2);
  return sqrt(squares / (r->runs - 1));
}

/* --- splits and folds --------------------------------------------------------------------------- */

static void a_split_is_drawn_with_its_seed_and_the_epoch_chosen_by_its_validation_graphs(void **state) {
  (void)state;
  khop_graphs *set = set_for(KHOP_ACCURACY);
  khop_recipe r = curve_recipe(KHOP_ACCURACY);
  khop_graph_report report, third;
  khop_graph_options o = {.splits = 3, .val = .3, .test = .2, .split_seed = 50};
  uint8_t part[GRAPHS];
  ok(khop_graphs_train(&report, set, &r, &o));
  assert_int_equal(report.runs, 3);
  for (int i = 0; i < 3; i++) {
    ok(khop_graphs_split(part, set, KHOP_SPLIT_RANDOM, .3, .2, 50 + (uint64_t)i));
    single s = train_alone(set, r, part, 0, 0);
    close_to(report.run[i].val, s.result.val, 0);
    close_to(report.run[i].test, s.result.test, 0);
    close_to(report.run[i].together, s.result.test, 0);
    assert_int_equal(report.run[i].epoch, s.result.best_epoch);
  }
  o.only = 3;
  ok(khop_graphs_train(&third, set, &r, &o));
  assert_int_equal(third.runs, 1);
  close_to(third.run[0].test, report.run[2].test, 0);
  khop_graph_report_free(&third);
  khop_graph_report_free(&report);
  khop_graphs_free(set);
}

static void a_fold_tests_the_next_validates_and_members_have_seeds_of_their_own(void **state) {
  (void)state;
  khop_graphs *set = set_for(KHOP_RMSE);
  khop_recipe r = curve_recipe(KHOP_RMSE);
  khop_graph_report report;
  int32_t fold[GRAPHS];
  uint8_t part[GRAPHS];
  ok(khop_graphs_train(&report, set, &r, &(khop_graph_options){.protocol = KHOP_FOLDS, .folds = 4, .split_seed = 8,
                                                               .ensemble = 2}));
  ok(khop_graphs_folds(fold, set, KHOP_SPLIT_RANDOM, 4, 8));
  for (int f = 0; f < 4; f++) {
    for (int g = 0; g < GRAPHS; g++)
      part[g] = (uint8_t)(fold[g] == f ? KHOP_TEST : fold[g] == (f + 1) % 4 ? KHOP_VAL : KHOP_TRAIN);
    single a = train_alone(set, r, part, 0, 0), b = train_alone(set, r, part, 1, 0);
    assert_true(a.result.test != b.result.test);
    close_to(report.run[f].val, (a.result.val + b.result.val) / 2, 1e-12);
    close_to(report.run[f].test, (a.result.test + b.result.test) / 2, 1e-12);
    double squares = 0, graphs = 0; /* of the mean of the two predictions */
    for (int g = 0; g < GRAPHS; g++) {
      if (fold[g] != f) continue;
      squares += pow(((double)a.scores[g] + (double)b.scores[g]) / 2 - (double)khop_graphs_targets(set, NULL)[g], 2);
      graphs++;
    }
    close_to(report.run[f].together, sqrt(squares / graphs), 1e-6);
  }
  close_to(report.test_std, deviation_by_hand(&report), 1e-12);
  khop_graph_report_free(&report);
  khop_graphs_free(set);
}

/* --- nested folds ------------------------------------------------------------------------------- */

enum { FOLDS = 3, INNER = 2, TRIES = 2 };

/* The best epoch, counted from 1, of the mean over windows, and how good it is there: more is better. */
static int best_by_hand(double *merit, const double *sum, bool rises, int window) {
  int best = 0;
  for (int e = 0; e < EPOCHS; e++) {
    double total = 0, count = 0;
    for (int k = 0; k < EPOCHS; k++)
      if (abs(k - e) <= window / 2) total += sum[k], count++;
    double here = (rises ? 1 : -1) * total / count;
    if (e == 0 || here > *merit) *merit = here, best = e + 1;
  }
  return best;
}

/* inner (GRAPHS) of the graphs outside fold f, dealt out as a set of their own: what has their labels, and no more. */
static void deal_inner_folds(int32_t *inner, const khop_graphs *set, const int32_t *fold, int f) {
  int32_t labels[GRAPHS], dealt[GRAPHS];
  int64_t first[GRAPHS + 1] = {0};
  khop_real zeros[GRAPHS] = {0};
  int count = 0;
  khop_graph *graph = NULL;
  khop_graphs *outside = NULL;
  for (int g = 0; g < GRAPHS; g++) {
    if (fold[g] == f) continue;
    labels[count] = khop_graphs_labels(set) ? khop_graphs_labels(set)[g] : 0;
    count++;
    first[count] = count;
  }
  khop_features features = {count, 1, zeros, NULL, NULL, NULL};
  ok(khop_graph_from_coo(&graph, count, 0, NULL, NULL, false));
  ok(khop_graphs_new(&outside, graph, count, first, &features));
  if (khop_graphs_labels(set)) ok(khop_graphs_set_labels(outside, labels, khop_graphs_classes(set), NULL));
  ok(khop_graphs_folds(dealt, outside, KHOP_SPLIT_RANDOM, INNER, khop_i_random_key(6, (uint64_t)f, 1)));
  for (int g = 0, k = 0; g < GRAPHS; g++) inner[g] = fold[g] == f ? -1 : dealt[k++];
  khop_graphs_free(outside);
}

/* The sum of the validation curves of the inner folds around fold f: patience does not cut them. */
static void inner_curves(double *sum, const khop_graphs *set, khop_recipe r, const int32_t *fold, int f) {
  int32_t inner[GRAPHS];
  uint8_t part[GRAPHS];
  r.fit.patience = -1;
  deal_inner_folds(inner, set, fold, f);
  for (int e = 0; e < EPOCHS; e++) sum[e] = 0;
  for (int i = 0; i < INNER; i++) {
    for (int g = 0; g < GRAPHS; g++) part[g] = fold[g] == f ? OUT : inner[g] == i ? KHOP_VAL : KHOP_TRAIN;
    single s = train_alone(set, r, part, i, 0);
    for (int e = 0; e < EPOCHS; e++) sum[e] += s.curve[e];
  }
}

/* In how many folds another window would have chosen another epoch; and another candidate than the first wins. */
typedef struct seen {
  int other_window, second;
} seen;

static seen follow_nested(khop_metric metric) {
  seen s = {0};
  khop_graphs *set = set_for(metric);
  bool rises = khop_metric_rises(metric);
  khop_recipe r = curve_recipe(metric), tries[TRIES] = {r, r};
  khop_graph_report report;
  int32_t fold[GRAPHS];
  uint8_t part[GRAPHS];
  tries[0].fit.optimizer.rate = 0.01;
  tries[1].hidden = 9;
  ok(khop_graphs_folds(fold, set, KHOP_SPLIT_RANDOM, FOLDS, 6));
  ok(khop_graphs_train(&report, set, &r, &(khop_graph_options){.protocol = KHOP_NESTED, .folds = FOLDS,
                       .inner = INNER, .split_seed = 6, .candidates = TRIES, .candidate = tries}));
  assert_int_equal(report.runs, FOLDS);
  for (int f = 0; f < FOLDS; f++) {
    double best = 0, merit = 0, sum[EPOCHS];
    int candidate = 0, epoch = 0, other = 0;
    for (int c = 0; c < TRIES; c++) {
      inner_curves(sum, set, tries[c], fold, f);
      int here = best_by_hand(&merit, sum, rises, 5);
      if (c && !(merit > best)) continue;
      best = merit, epoch = here, candidate = c;
      other = best_by_hand(&merit, sum, rises, 3);
    }
    assert_int_equal(report.run[f].candidate, candidate);
    assert_int_equal(report.run[f].epoch, epoch);
    s.other_window += other != epoch;
    s.second += candidate == 1;
    for (int g = 0; g < GRAPHS; g++) part[g] = fold[g] == f ? KHOP_TEST : KHOP_TRAIN;
    single last = train_alone(set, tries[candidate], part, 0, epoch);
    assert_int_equal(last.result.epochs, epoch);
    close_to(report.run[f].test, last.result.test, 0);
    assert_true(isnan(report.run[f].val));
  }
  khop_graph_report_free(&report);
  khop_graphs_free(set);
  return s;
}

static void nested_folds_choose_candidate_and_epoch_by_the_mean_of_five_epochs_of_inner_folds(void **state) {
  (void)state;
  seen errors = follow_nested(KHOP_RMSE), shares = follow_nested(KHOP_ACCURACY);
  print_message("# another epoch by windows of 3 in %d and %d folds; the second candidate in %d and %d\n",
                errors.other_window, shares.other_window, errors.second, shares.second);
  assert_true(errors.other_window + shares.other_window > 0);
  assert_true(errors.second > 0 && errors.second + shares.second < 2 * FOLDS);
}

/* The same graphs; those of fold f have the other of the two classes. */
static khop_graphs *set_with_other_labels_in(const int32_t *fold, int f) {
  int32_t labels[GRAPHS];
  khop_graphs *set = labelled_set(17, GRAPHS);
  for (int g = 0; g < GRAPHS; g++) labels[g] = fold[g] == f ? 1 - khop_graphs_labels(set)[g] : khop_graphs_labels(set)[g];
  ok(khop_graphs_set_labels(set, labels, 2, NULL));
  return set;
}

/* What nested folds choose for fold f, and the training that follows, by hand on the set given. */
static single follow_fold(int *candidate, int *epoch, const khop_graphs *set, const khop_recipe *tries, const int32_t *fold,
                          int f) {
  double best = 0, merit = 0, sum[EPOCHS];
  uint8_t part[GRAPHS];
  for (int c = 0; c < TRIES; c++) {
    inner_curves(sum, set, tries[c], fold, f);
    int here = best_by_hand(&merit, sum, true, 5);
    if (c && !(merit > best)) continue;
    best = merit, *epoch = here, *candidate = c;
  }
  for (int g = 0; g < GRAPHS; g++) part[g] = fold[g] == f ? KHOP_TEST : KHOP_TRAIN;
  return train_alone(set, tries[*candidate], part, 0, *epoch);
}

/* The folds themselves are dealt out by the classes of all, so that the other labels come after them. */
static void labels_of_test_graphs_move_neither_inner_folds_nor_choice_nor_weights(void **state) {
  (void)state;
  int moved = 0, scored = 0;
  khop_graphs *set = labelled_set(17, GRAPHS);
  khop_recipe r = curve_recipe(KHOP_ACCURACY), tries[TRIES] = {r, r};
  khop_graph_report report;
  int32_t fold[GRAPHS], inner[GRAPHS], other[GRAPHS];
  tries[1].hidden = 9;
  ok(khop_graphs_train(&report, set, &r, &(khop_graph_options){.protocol = KHOP_NESTED, .folds = FOLDS,
                       .inner = INNER, .split_seed = 6, .candidates = TRIES, .candidate = tries}));
  ok(khop_graphs_folds(fold, set, KHOP_SPLIT_RANDOM, FOLDS, 6));
  for (int f = 0; f < FOLDS; f++) {
    int candidate = 0, epoch = 0;
    khop_graphs *turned = set_with_other_labels_in(fold, f);
    ok(khop_i_graphs_folds_within(inner, set, KHOP_SPLIT_RANDOM, INNER, 9, fold, f));
    ok(khop_i_graphs_folds_within(other, turned, KHOP_SPLIT_RANDOM, INNER, 9, fold, f));
    assert_memory_equal(inner, other, sizeof inner);
    for (int g = 0; g < GRAPHS; g++) assert_true(fold[g] == f ? inner[g] == -1 : inner[g] >= 0 && inner[g] < INNER);
    ok(khop_graphs_folds(inner, set, KHOP_SPLIT_RANDOM, INNER, 9));
    ok(khop_graphs_folds(other, turned, KHOP_SPLIT_RANDOM, INNER, 9));
    for (int g = 0; g < GRAPHS; g++) moved += fold[g] != f && inner[g] != other[g];
    single last = follow_fold(&candidate, &epoch, turned, tries, fold, f);
    assert_int_equal(report.run[f].candidate, candidate);
    assert_int_equal(report.run[f].epoch, epoch);
    for (int k = 0; k < 2 * GRAPHS; k++)
      if (fold[k / 2] == f) close_to((double)report.predictions[k], (double)last.scores[k], 0);
    scored += report.run[f].test != last.result.test;
    khop_graphs_free(turned);
  }
  assert_true(moved > 0 && scored > 0); /* folds of all graphs would have moved, and the labels are others */
  khop_graph_report_free(&report);
  khop_graphs_free(set);
}

/* --- one epoch for all folds --------------------------------------------------------------------- */

static void the_shared_epoch_has_the_best_mean_over_the_test_folds(void **state) {
  (void)state;
  const khop_metric metrics[2] = {KHOP_RMSE, KHOP_ACCURACY};
  for (int m = 0; m < 2; m++) {
    khop_graphs *set = set_for(metrics[m]);
    khop_recipe r = curve_recipe(metrics[m]);
    khop_graph_report report;
    int32_t fold[GRAPHS];
    uint8_t part[GRAPHS];
    single folds[FOLDS];
    double sum[EPOCHS] = {0}, merit = 0, mean = 0;
    ok(khop_graphs_folds(fold, set, KHOP_SPLIT_RANDOM, FOLDS, 6));
    ok(khop_graphs_train(&report, set, &r, &(khop_graph_options){.protocol = KHOP_SHARED_EPOCH, .folds = FOLDS,
                                                                 .split_seed = 6}));
    r.fit.patience = -1;
    for (int f = 0; f < FOLDS; f++) {
      for (int g = 0; g < GRAPHS; g++) part[g] = fold[g] == f ? KHOP_VAL : KHOP_TRAIN;
      folds[f] = train_alone(set, r, part, 0, 0);
      for (int e = 0; e < EPOCHS; e++) sum[e] += folds[f].curve[e];
    }
    assert_int_equal(report.shared_epoch, best_by_hand(&merit, sum, khop_metric_rises(metrics[m]), 1));
    assert_true(report.shared_epoch != best_by_hand(&merit, sum, !khop_metric_rises(metrics[m]), 1));
    for (int f = 0; f < FOLDS; f++) {
      close_to(report.run[f].test, folds[f].curve[report.shared_epoch - 1], 0);
      assert_int_equal(report.run[f].epoch, report.shared_epoch);
      mean += report.run[f].test / FOLDS;
    }
    close_to(report.test_mean, mean, 1e-12);
    close_to(report.test_std, deviation_by_hand(&report), 1e-12);
    khop_graph_report_free(&report);
    khop_graphs_free(set);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_deviation_of_an_ensemble_is_that_of_its_members_at_any_level),
      cmocka_unit_test(a_split_is_drawn_with_its_seed_and_the_epoch_chosen_by_its_validation_graphs),
      cmocka_unit_test(a_fold_tests_the_next_validates_and_members_have_seeds_of_their_own),
      cmocka_unit_test(nested_folds_choose_candidate_and_epoch_by_the_mean_of_five_epochs_of_inner_folds),
      cmocka_unit_test(labels_of_test_graphs_move_neither_inner_folds_nor_choice_nor_weights),
      cmocka_unit_test(the_shared_epoch_has_the_best_mean_over_the_test_folds),
  };
  return cmocka_run_group_tests_name("protocols", tests, open_folder, close_folder);
}
