/* test_learn.c: learning on sets of graphs: splits and folds by counting, units, missing targets, the order of
 * nodes, checkpoints, protocols that do not look at what they test, memory. */
#include "sets_check.h"
#include "model/model.h"
#include "train/graphs/worker.h"

/* --- splits ----------------------------------------------------------------------------------- */

static int64_t count_part(const uint8_t *part, int64_t graphs, const int32_t *labels, int which, int32_t label) {
  int64_t count = 0;
  for (int64_t g = 0; g < graphs; g++) count += part[g] == which && (label < 0 || labels[g] == label);
  return count;
}

/* Whether a group stands in two parts. */
static bool splits_a_group(const uint8_t *part, const int64_t *groups, int64_t graphs) {
  for (int64_t a = 0; a < graphs; a++)
    for (int64_t b = 0; b < a; b++)
      if (groups[a] == groups[b] && part[a] != part[b]) return true;
  return false;
}

static void splits(void **state) {
  (void)state;
  uint8_t part[200], again[200], other[200];
  for (uint64_t seed = 0; seed < 100; seed++) {
    khop_graphs *set = random_set(seed, 200, false);
    const int32_t *labels = khop_graphs_labels(set);
    int64_t ones = count_part(part, 0, labels, 0, -1);
    for (int g = 0; g < 200; g++) ones += labels[g];
    ok(khop_graphs_split(part, set, KHOP_SPLIT_RANDOM, 0.1, 0.1, seed));
    assert_int_equal(count_part(part, 200, labels, KHOP_VAL, -1), 20);
    assert_int_equal(count_part(part, 200, labels, KHOP_TEST, -1), 20);
    assert_int_equal(count_part(part, 200, labels, KHOP_TRAIN, -1), 160);
    for (int p = KHOP_VAL; p <= KHOP_TEST; p++) /* class by class */
      close_to((double)count_part(part, 200, labels, p, 1), 0.1 * (double)ones, 1);
    ok(khop_graphs_split(again, set, KHOP_SPLIT_RANDOM, 0.1, 0.1, seed));
    assert_memory_equal(part, again, 200);
    ok(khop_graphs_split(other, set, KHOP_SPLIT_RANDOM, 0.1, 0.1, seed + 1000));
    assert_true(memcmp(part, other, 200) != 0);
    ok(khop_graphs_split(part, set, KHOP_SPLIT_GROUPS, 0.1, 0.1, seed));
    assert_false(splits_a_group(part, khop_graphs_split_groups(set), 200));
    assert_true(count_part(part, 200, labels, KHOP_TRAIN, -1) <= 160);
    assert_true(count_part(part, 200, labels, KHOP_TRAIN, -1) >= 140);
    assert_true(count_part(part, 200, labels, KHOP_TEST, -1) >= 20);
    int64_t a = 0, b = 1; /* the checker sees a graph that leaves its group */
    while (khop_graphs_split_groups(set)[b] != khop_graphs_split_groups(set)[a])
      if (++b == 200) a++, b = a + 1;
    part[b] = (uint8_t)(part[a] == KHOP_TRAIN ? KHOP_TEST : KHOP_TRAIN);
    assert_true(splits_a_group(part, khop_graphs_split_groups(set), 200));
    khop_graphs_free(set);
  }
}

static void folds(void **state) {
  (void)state;
  int32_t fold[103];
  uint8_t part[103];
  for (uint64_t seed = 0; seed < 50; seed++) {
    khop_graphs *set = random_set(seed, 103, false);
    for (int by = KHOP_SPLIT_RANDOM; by <= KHOP_SPLIT_GROUPS; by++) {
      int64_t size[10] = {0}, ones[10] = {0}, all = 0;
      ok(khop_graphs_folds(fold, set, (khop_split_by)by, 10, seed));
      for (int g = 0; g < 103; g++) {
        assert_in_range(fold[g], 0, 9);
        size[fold[g]]++;
        ones[fold[g]] += khop_graphs_labels(set)[g];
        all += khop_graphs_labels(set)[g];
        part[g] = (uint8_t)fold[g];
      }
      for (int f = 0; f < 10 && by == KHOP_SPLIT_RANDOM; f++) {
        assert_in_range(size[f], 10, 11);
        close_to((double)ones[f], (double)all / 10, 1);
      }
      if (by == KHOP_SPLIT_GROUPS) assert_false(splits_a_group(part, khop_graphs_split_groups(set), 103));
    }
    fails(khop_graphs_folds(fold, set, KHOP_SPLIT_RANDOM, 1, 0), KHOP_E_ARGUMENT, "1 folds", "103");
    fails(khop_graphs_folds(fold, set, KHOP_SPLIT_RANDOM, 104, 0), KHOP_E_ARGUMENT, "104 folds", "103");
    fails(khop_graphs_split(part, set, KHOP_SPLIT_RANDOM, 0.5, 0.5, 0), KHOP_E_ARGUMENT, "0.5", "none to train");
    fails(khop_graphs_split(part, set, (khop_split_by)7, 0.1, 0.1, 0), KHOP_E_ARGUMENT, "7", "splitting");
    khop_graphs_free(set);
  }
}

/* --- one training ------------------------------------------------------------------------------ */

static khop_recipe small_recipe(void) {
  khop_recipe r;
  ok(khop_recipe_find(&r, "molecule"));
  r.hidden = 8;
  r.layers = 2;
  r.fit.epochs = 6;
  r.batch = 16;
  return r;
}

typedef struct trained {
  khop_graphs *set;
  khop_model *model;
  khop_rings *rings[KHOP_MAX_RINGS];
  int count;
  uint8_t part[120];
  khop_fit_result result;
  double curve[200];
} trained;

static trained fit(khop_graphs *set, const khop_recipe *r) {
  trained t = {.set = set};
  ok(khop_graphs_model(&t.model, r, set));
  ok(khop_graphs_rings(t.rings, &t.count, t.model, set, 0));
  ok(khop_graphs_split(t.part, set, KHOP_SPLIT_RANDOM, 0.2, 0.2, 3));
  ok(khop_graphs_fit(&t.result, t.curve, t.model, set, t.count, t.rings, t.part, r));
  return t;
}

static void close_trained(trained *t) {
  for (int i = 0; i < t->count; i++) khop_rings_free(t->rings[i]);
  khop_model_free(t->model);
  khop_graphs_free(t->set);
}

/* Graphs whose targets are sums over their nodes: in a unit far from 0 and 1. */
static khop_graphs *learnable(void) {
  khop_graphs *set = random_set(11, 120, false);
  const int64_t *first = khop_graphs_first(set);
  khop_real targets[240];
  for (int g = 0; g < 120; g++) {
    double sum = 0;
    for (int64_t i = first[g]; i < first[g + 1]; i++) sum += (double)khop_graphs_features(set)->dense[i * SET_COLUMNS];
    targets[2 * g] = (khop_real)(1000 + 50 * sum);
    targets[2 * g + 1] = g % 3 ? (khop_real)NAN : (khop_real)(-7 + 0.1 * (double)(first[g + 1] - first[g]));
  }
  ok(khop_graphs_set_targets(set, targets, 2, (const char *[]){"sum", "size"}));
  return set;
}

/* The best constant's error on a part. */
static double spread(const khop_graphs *set, const uint8_t *part, int which, int c) {
  double sum = 0, squares = 0, n = 0;
  for (int g = 0; g < 120; g++) {
    double y = (double)khop_graphs_targets(set, NULL)[2 * g + c];
    if (part[g] == which && !isnan(y)) sum += y, squares += y * y, n++;
  }
  return sqrt(squares / n - sum / n * (sum / n));
}

static void learns_in_its_unit(void **state) {
  (void)state;
  khop_recipe r = small_recipe();
  r.fit.metric = KHOP_RMSE;
  r.fit.epochs = 60;
  r.fit.optimizer.rate = 0.01;
  trained t = fit(learnable(), &r);
  khop_real *scores = block_of(240, sizeof *scores), *loaded = block_of(240, sizeof *loaded);
  if (!(t.result.test < 0.7 * spread(t.set, t.part, KHOP_TEST, 0)))
    fail_msg("%g of %g", t.result.test, spread(t.set, t.part, KHOP_TEST, 0));
  ok(khop_graphs_predict(scores, t.model, t.set, 0));
  double error = 0, n = 0, size = 0, m = 0;
  for (int g = 0; g < 120; g++)
    for (int c = 0; c < 2 && t.part[g] == KHOP_TEST; c++) {
      double y = (double)khop_graphs_targets(t.set, NULL)[2 * g + c], d = (double)scores[2 * g + c] - y;
      if (isnan(y)) continue;
      error += d * d, n++;
      if (c) size += d * d, m++;
    }
  close_to(t.result.test, sqrt(error / n), 1e-3 * t.result.test);
  assert_true(sqrt(size / m) < spread(t.set, t.part, KHOP_TEST, 1)); /* the target with gaps is learned too */
  double best = INFINITY;
  for (int e = 0; e < 60; e++) best = fmin(best, t.curve[e]);
  close_to(t.result.val, best, 1e-4 * best);
  close_to(t.curve[t.result.best_epoch - 1], best, 0);
  /* kept whole in a file */
  khop_model *model;
  ok(khop_model_save(t.model, at("m.safetensors")));
  ok(khop_model_load(&model, at("m.safetensors")));
  assert_string_equal(khop_model_metadata(model, "outputs"), "sum\nsize");
  assert_string_equal(khop_model_metadata(model, "types"), "3");
  ok(khop_graphs_predict(loaded, model, t.set, 0));
  assert_memory_equal(scores, loaded, 240 * sizeof *scores);
  khop_model_free(model);
  free(scores);
  free(loaded);
  close_trained(&t);
}

/* The mean and deviation come from training graphs alone: others may be anything. */
static void units_from_training(void **state) {
  (void)state;
  khop_recipe r = small_recipe();
  r.fit.metric = KHOP_RMSE;
  trained a = fit(learnable(), &r);
  khop_graphs *changed = learnable();
  khop_real targets[240], extras[120 * SET_EXTRAS];
  memcpy(targets, khop_graphs_targets(changed, NULL), sizeof targets);
  memcpy(extras, khop_graphs_graph_features(changed, NULL), sizeof extras);
  for (int g = 0; g < 120; g++)
    if (a.part[g] == KHOP_TEST) targets[2 * g] = -99, extras[SET_EXTRAS * g] = 1e4;
  ok(khop_graphs_set_targets(changed, targets, 2, NULL));
  ok(khop_graphs_set_graph_features(changed, extras, SET_EXTRAS));
  trained b = fit(changed, &r);
  assert_memory_equal(a.part, b.part, 120);
  assert_string_equal(khop_model_metadata(a.model, "target_mean"), khop_model_metadata(b.model, "target_mean"));
  assert_memory_equal(khop_model_parameter_array(a.model), khop_model_parameter_array(b.model),
                      (size_t)khop_model_parameters(a.model) * sizeof(khop_real));
  assert_true(a.result.test != b.result.test);
  double sum = 0, n = 0;
  for (int g = 0; g < 120; g++)
    if (a.part[g] == KHOP_TRAIN) sum += (double)khop_graphs_targets(a.set, NULL)[2 * g], n++;
  close_to(atof(khop_model_metadata(a.model, "target_mean")), sum / n, 1e-6);
  close_trained(&a);
  close_trained(&b);
}

/* The nodes of every graph in another order: the same predictions. */
/* Scores of the last layer by hand: its weights times the learned features, in the unit of the targets. */
static double largest_error(const trained *t, const khop_real *hidden, const khop_real *scores) {
  const khop_i_op *last = &t->model->ops[t->model->output];
  const khop_real *w = t->model->parameter_array + last->first;
  int64_t columns = khop_graphs_hidden_columns(t->model);
  double mean[2], deviation[2], worst = 0;
  ok(khop_i_units_read(mean, deviation, t->model));
  assert_int_equal(last->weights, columns * 2);
  for (int g = 0; g < 120; g++)
    for (int c = 0; c < 2; c++) {
      double y = (double)w[columns * 2 + c];
      for (int64_t k = 0; k < columns; k++) y += (double)hidden[g * columns + k] * (double)w[2 * k + c];
      double error = fabs(y * deviation[c] + mean[c] - (double)scores[2 * g + c]);
      if (!(error <= worst)) worst = error;
    }
  return worst;
}

static void learned_features(void **state) {
  (void)state;
  khop_recipe r = small_recipe();
  r.fit.metric = KHOP_RMSE;
  r.fit.epochs = 5;
  trained t = fit(learnable(), &r);
  int64_t columns = khop_graphs_hidden_columns(t.model);
  khop_real *hidden = block_of(120 * columns, sizeof *hidden), scores[240];
  assert_int_equal(columns, r.hidden);
  ok(khop_graphs_hidden(hidden, t.model, t.set, 0));
  ok(khop_graphs_predict(scores, t.model, t.set, 0));
  assert_true(largest_error(&t, hidden, scores) < 1e-4);
  int64_t k = 0; /* the check sees one wrong number */
  while (hidden[7 * columns + k] == 0) k++;
  hidden[7 * columns + k] *= 3;
  assert_false(largest_error(&t, hidden, scores) < 1e-4);
  free(hidden);
  close_trained(&t);
}

static void order_of_nodes(void **state) {
  (void)state;
  khop_recipe r = small_recipe();
  r.fit.metric = KHOP_RMSE;
  r.along = 5;
  trained t = fit(learnable(), &r);
  khop_i_random random;
  khop_i_random_seed(&random, 1);
  const khop_graph *graph = khop_graphs_graph(t.set);
  const int64_t *first = khop_graphs_first(t.set), *offsets = khop_graph_offsets(graph);
  int64_t nodes = khop_graph_nodes(graph), arcs = offsets[nodes], columns = khop_graphs_hidden_columns(t.model);
  khop_real *hidden = block_of(120 * columns, sizeof *hidden), *moved_hidden = block_of(120 * columns, sizeof *hidden);
  for (int round = 0; round < 30; round++) {
    int64_t *to = block_of(nodes, sizeof *to), *a = block_of(arcs, sizeof *a), *b = block_of(arcs, sizeof *b);
    int *type = block_of(arcs, sizeof *type);
    khop_real *x = block_of(nodes * SET_COLUMNS, sizeof *x), scores[240], moved[240];
    for (int64_t i = 0; i < nodes; i++) to[i] = i;
    for (int g = 0; g < 120; g++) khop_i_random_shuffle(&random, to + first[g], first[g + 1] - first[g]);
    for (int64_t i = 0; i < nodes; i++) {
      memcpy(x + to[i] * SET_COLUMNS, khop_graphs_features(t.set)->dense + i * SET_COLUMNS, SET_COLUMNS * sizeof *x);
      for (int64_t e = offsets[i]; e < offsets[i + 1]; e++) {
        a[e] = to[i], b[e] = to[khop_graph_targets(graph)[e]];
        type[e] = khop_graphs_arc_types(t.set, NULL)[e];
      }
    }
    khop_graph *shuffled;
    khop_graphs *set;
    ok(khop_graph_from_coo(&shuffled, nodes, arcs, a, b, false));
    ok(khop_graphs_new(&set, shuffled, 120, first, &(khop_features){nodes, SET_COLUMNS, x, NULL, NULL, NULL}));
    ok(khop_graphs_set_edge_types(set, arcs, a, b, type, SET_TYPES));
    ok(khop_graphs_set_graph_features(set, khop_graphs_graph_features(t.set, NULL), SET_EXTRAS));
    ok(khop_graphs_predict(scores, t.model, t.set, 0));
    ok(khop_graphs_predict(moved, t.model, set, 0));
    ok(khop_graphs_hidden(hidden, t.model, t.set, 0));
    ok(khop_graphs_hidden(moved_hidden, t.model, set, 0));
    for (int64_t i = 0; i < 120 * columns; i++)
      close_to((double)moved_hidden[i], (double)hidden[i], 1e-5 * fmax(1, fabs((double)hidden[i])));
    for (int i = 0; i < 240; i++) close_to((double)moved[i], (double)scores[i], 1e-5 * fmax(1, fabs((double)scores[i])));
    x[0] += 1; /* and another feature gives another prediction */
    khop_graphs_free(set);
    free(to), free(a), free(b), free(type), free(x);
  }
  free(hidden), free(moved_hidden);
  close_trained(&t);
}

/* --- protocols ---------------------------------------------------------------------------------- */

static void protocols(void **state) {
  (void)state;
  khop_recipe r = small_recipe(), two[2];
  r.fit.epochs = 4;
  two[0] = two[1] = r;
  two[1].hidden = 5;
  khop_graphs *set = random_set(5, 60, false);
  int32_t fold[60];
  ok(khop_graphs_set_targets(set, khop_graphs_targets(set, NULL), 2, NULL));
  r.fit.metric = two[0].fit.metric = two[1].fit.metric = KHOP_RMSE;
  ok(khop_graphs_folds(fold, set, KHOP_SPLIT_RANDOM, 4, 9));
  for (int p = KHOP_SPLITS; p <= KHOP_SHARED_EPOCH; p++) {
    khop_graph_report report, again;
    khop_graph_options o = {.protocol = (khop_protocol)p, .splits = 3, .folds = 4, .inner = 2, .split_seed = 9,
                            .ensemble = p == KHOP_SHARED_EPOCH ? 1 : 2};
    if (p == KHOP_NESTED) o.candidates = 2, o.candidate = two;
    ok(khop_graphs_train(&report, set, &r, &o));
    ok(khop_graphs_train(&again, set, &r, &o));
    assert_int_equal(report.runs, p == KHOP_SPLITS ? 3 : 4);
    double mean = 0;
    for (int i = 0; i < report.runs; i++) {
      assert_true(isfinite(report.run[i].test) && report.run[i].epoch >= 1 && report.run[i].epoch <= 4);
      assert_true(report.run[i].test == again.run[i].test); /* the same each time */
      mean += report.run[i].test / report.runs;
    }
    close_to(report.test_mean, mean, 1e-12);
    for (int g = 0; g < 60 && (p == KHOP_FOLDS || p == KHOP_NESTED); g++) /* each was tested once */
      assert_true(isfinite(report.predictions[2 * g]) && report.deviations[2 * g] > 0);
    khop_graph_report_free(&report);
    khop_graph_report_free(&again);
  }
  /* what a fold is tested on cannot change what is chosen and trained for it */
  khop_graph_report before, after;
  khop_graph_options o = {.protocol = KHOP_NESTED, .folds = 4, .inner = 2, .split_seed = 9, .candidates = 2,
                          .candidate = two};
  ok(khop_graphs_train(&before, set, &r, &o));
  khop_real targets[120];
  memcpy(targets, khop_graphs_targets(set, NULL), sizeof targets);
  for (int g = 0; g < 60; g++)
    if (fold[g] == 2) targets[2 * g] = targets[2 * g + 1] = 5000;
  ok(khop_graphs_set_targets(set, targets, 2, NULL));
  ok(khop_graphs_train(&after, set, &r, &o));
  assert_int_equal(before.run[2].epoch, after.run[2].epoch);
  assert_int_equal(before.run[2].candidate, after.run[2].candidate);
  for (int g = 0; g < 60; g++)
    if (fold[g] == 2) assert_true(before.predictions[2 * g] == after.predictions[2 * g]);
  assert_true(before.run[2].test < after.run[2].test && before.run[1].test != after.run[1].test);
  khop_graph_report_free(&before);
  khop_graph_report_free(&after);
  khop_graphs_free(set);
}

static void classes_and_tasks(void **state) {
  (void)state;
  khop_recipe r = small_recipe();
  khop_graphs *set = random_set(21, 80, true);
  khop_real targets[160], scores[160], two[160];
  uint8_t part[80] = {0};
  for (int g = 0; g < 80; g++) {
    targets[2 * g] = (khop_real)(g % 2);
    targets[2 * g + 1] = g % 5 == 0 ? (khop_real)NAN : (khop_real)(g % 3 == 0);
    scores[2 * g] = (khop_real)(g % 2 ? 0.9 : 0.1);
    scores[2 * g + 1] = (khop_real)(g % 3 == 0 ? 0.2 : 0.7);
    two[2 * g] = two[2 * g + 1] = 1;
  }
  ok(khop_graphs_set_targets(set, targets, 2, NULL));
  double score;
  ok(khop_graphs_score(&score, KHOP_ROC_AUC, scores, set, part, KHOP_TRAIN));
  close_to(score, 0.5, 1e-12); /* all right, and all wrong */
  ok(khop_graphs_set_targets(set, two, 2, NULL));
  fails(khop_graphs_score(&score, KHOP_ROC_AUC, scores, set, part, KHOP_TRAIN), KHOP_E_VALUE, "2 targets", "both");
  ok(khop_graphs_set_targets(set, targets, 2, NULL));
  r.fit.metric = KHOP_ROC_AUC;
  khop_graph_report report;
  ok(khop_graphs_train(&report, set, &r, NULL));
  assert_true(report.test_mean >= 0 && report.test_mean <= 1);
  khop_graph_report_free(&report);
  /* mistakes */
  khop_recipe ring;
  khop_model *model;
  ok(khop_recipe_find(&ring, "ring"));
  fails(khop_graphs_model(&model, &ring, set), KHOP_E_ARGUMENT, "ring", "molecule");
  r.readouts = 0;
  fails(khop_graphs_model(&model, &r, set), KHOP_E_ARGUMENT, "readouts", "at least one");
  r = small_recipe();
  fails(khop_graphs_train(&report, set, &r, &(khop_graph_options){.ensemble = -1}), KHOP_E_ARGUMENT, "ensemble", "-1");
  khop_graph_report_free(&report);
  fails(khop_graphs_train(&report, set, &r, &(khop_graph_options){.save = at("no/where")}), KHOP_E_NOT_FOUND, "no/where", "");
  khop_graph_report_free(&report);
  khop_graphs_free(set);
}

static khop_status train_once(void *set) {
  khop_recipe r = small_recipe();
  khop_graph_report report;
  r.fit.epochs = 1;
  r.fit.metric = KHOP_RMSE;
  khop_status status = khop_graphs_train(&report, set, &r, &(khop_graph_options){.protocol = KHOP_FOLDS, .folds = 3});
  khop_graph_report_free(&report);
  return status;
}

static void out_of_memory(void **state) {
  (void)state;
  memory_can_run_out();
  khop_graphs *set = random_set(2, 12, false);
  assert_true(fail_each(train_once, set) > 50);
  khop_graphs_free(set);
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(splits), cmocka_unit_test(folds), cmocka_unit_test(learns_in_its_unit),
      cmocka_unit_test(units_from_training), cmocka_unit_test(order_of_nodes),
      cmocka_unit_test(learned_features), cmocka_unit_test(protocols),
      cmocka_unit_test(classes_and_tasks), cmocka_unit_test(out_of_memory),
  };
  return cmocka_run_group_tests_name("learn", tests, open_folder, close_folder);
}
