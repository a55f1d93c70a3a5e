/* test_ball_batches.c: trainings on some nodes at a time, in their balls, against steps made by hand on the whole graph
 * with the loss masked to each batch: the weights after some epochs, in double precision to 1e-12. */
#include "graph_check.h"
#include "model_check.h"

#include "base/random.h"
#include "model/model.h"

#ifdef KHOP_DOUBLE
#define CLOSE 1e-12
#else
#define CLOSE 2e-4
#endif

enum { WIDE = 5, CLASSES = 3, EPOCHS = 3 };

/* --- data ----------------------------------------------------------------------------------------- */

/* Random features and labels, or targets with gaps, over a graph; a third of the nodes train, validate and test. */
static khop_data *draw_data(khop_graph *graph, bool numbers, khop_i_random *r) {
  int64_t n = khop_graph_nodes(graph);
  khop_real *x = block_of(n * WIDE, sizeof *x), *targets = block_of(n * 2, sizeof *targets);
  int32_t *labels = block_of(n, sizeof *labels);
  uint8_t *mask = block_of(3 * n, 1);
  khop_data *data;
  for (int64_t i = 0; i < n * WIDE; i++) x[i] = random_real(r);
  for (int64_t i = 0; i < 2 * n; i++) targets[i] = khop_i_random_below(r, 5) ? random_real(r) : (khop_real)NAN;
  for (int64_t i = 0; i < n; i++) {
    labels[i] = (int32_t)khop_i_random_below(r, CLASSES);
    targets[2 * i] = random_real(r);
    mask[i % 3 * n + i] = 1;
  }
  labels[0] = CLASSES - 1;
  khop_features features = {n, WIDE, x, NULL, NULL, NULL};
  ok(khop_data_new(&data, graph, &features, numbers ? NULL : labels));
  if (numbers) ok(khop_data_set_targets(data, targets, 2));
  ok(khop_data_add_split(data, mask, mask + n, mask + 2 * n));
  free(x);
  free(targets);
  free(labels);
  free(mask);
  return data;
}

static khop_fit_options plain_fit(bool numbers) {
  khop_fit_options fit = {.epochs = EPOCHS, .seed = 7, .metric = numbers ? KHOP_RMSE : KHOP_ACCURACY};
  fit.optimizer = (khop_optimizer_options){.rate = 0.1, .epsilon = 1}; /* steps in proportion to small gradients */
  return fit;
}

/* Recipes and what they are varied by; none drops anything. */
static khop_model *model_of(int kind, const khop_data *data) {
  static const char *const names[] = {"gcn", "mixhop", "dilated", "ring", "mlp"};
  khop_recipe recipe;
  khop_model *m;
  ok(khop_recipe_find(&recipe, names[kind % 5]));
  recipe.hidden = 4;
  recipe.dropout = recipe.input_dropout = 0;
  if (recipe.layers > 3) recipe.layers = 3;
  recipe.direction = (khop_direction)(kind / 5 % 3);
  recipe.norm = (khop_norm)(kind / 2 % 4);
  ok(khop_recipe_model(&m, &recipe, data));
  return m;
}

/* --- steps by hand ---------------------------------------------------------------------------------- */

/* Batches of `size` nodes in the order that a training draws, each a step of the run of the whole graph. */
static void step_by_hand(khop_model *m, const khop_data *data, int64_t size, const khop_fit_options *fit,
                         const khop_real *targets) {
  int64_t n = khop_graph_nodes(khop_data_graph(data)), *order = block_of(n, sizeof *order);
  const uint8_t *train = khop_data_mask(data, 0, KHOP_TRAIN);
  uint8_t *mask = block_of(n, 1);
  khop_optimizer *adam;
  ok(khop_model_init(m, fit->seed));
  bound b = bind(m, khop_data_graph(data), khop_data_features(data), true);
  ok(khop_optimizer_new(&adam, m, &fit->optimizer));
  uint64_t step = 0;
  for (int epoch = 1; epoch <= EPOCHS; epoch++) {
    khop_i_random r;
    int64_t count = 0;
    for (int64_t i = 0; i < n; i++)
      if (train[i]) order[count++] = i;
    khop_i_random_seed(&r, khop_i_random_key(fit->seed, (uint64_t)epoch, 0x62617463));
    khop_i_random_shuffle(&r, order, count);
    for (int64_t first = 0; first < count; first += size) {
      memset(mask, 0, (size_t)n);
      for (int64_t k = first; k < count && k < first + size; k++) mask[order[k]] = 1;
      ok(targets ? khop_run_targets(b.run, targets, mask) : khop_run_labels(b.run, khop_data_labels(data), mask));
      khop_run_forward(b.run, true, fit->seed, ++step);
      ok(khop_run_backward(b.run));
      khop_optimizer_step(adam, khop_run_gradients(b.run), 1);
    }
  }
  khop_optimizer_free(adam);
  unbind(&b);
  free(order);
  free(mask);
}

/* The largest difference of the weights of two models. */
static double apart(const khop_model *a, const khop_model *b) {
  double worst = 0;
  assert_int_equal(khop_model_parameters(a), khop_model_parameters(b));
  for (int64_t i = 0; i < khop_model_parameters(a); i++) {
    double d = fabs((double)a->parameter_array[i] - (double)b->parameter_array[i]);
    if (!(d <= worst)) worst = d;
  }
  return worst;
}

static void train_in_batches(khop_model *m, const khop_data *data, int64_t size, khop_fit_options *fit,
                             khop_fit_result *result) {
  khop_trainer *trainer;
  bool more = true;
  ok(khop_trainer_new_batches(&trainer, m, data, 0, &(khop_batch_options){.nodes = size}, fit));
  while (more) ok(khop_trainer_epoch(trainer, &more));
  if (result) ok(khop_trainer_finish(trainer, result));
  khop_trainer_free(trainer);
}

/* Targets in the unit that a training learns them in. */
static khop_real *units_of(const khop_data *data) {
  int64_t columns, n = khop_graph_nodes(khop_data_graph(data));
  const khop_real *targets = khop_data_targets(data, &columns);
  const uint8_t *train = khop_data_mask(data, 0, KHOP_TRAIN);
  if (!targets) return NULL;
  khop_real *scaled = block_of(n * columns, sizeof *scaled);
  for (int64_t c = 0; c < columns; c++) {
    double sum = 0, squares = 0, count = 0;
    for (int64_t i = 0; i < n; i++)
      if (train[i] && !isnan(targets[i * columns + c])) sum += (double)targets[i * columns + c], count++;
    for (int64_t i = 0; i < n; i++)
      if (train[i] && !isnan(targets[i * columns + c]))
        squares += ((double)targets[i * columns + c] - sum / count) * ((double)targets[i * columns + c] - sum / count);
    double deviation = squares > 0 ? sqrt(squares / count) : 1;
    for (int64_t i = 0; i < n; i++)
      scaled[i * columns + c] = (khop_real)(((double)targets[i * columns + c] - sum / count) / deviation);
  }
  return scaled;
}

static void batches_step_as_the_whole_masked_to_them(void **state) {
  (void)state;
  static edge_list e;
  khop_i_random r;
  khop_i_random_seed(&r, 41);
  for (int round = 0; round < 120; round++) {
    if (round % FAMILIES == 8) continue; /* graphs of one node */
    do draw_graph(&e, round % FAMILIES, round / FAMILIES % 2, 60, &r);
    while (e.nodes < 9);
    bool numbers = round % 4 == 3;
    khop_data *data = draw_data(graph_of(&e), numbers, &r);
    khop_model *batched = model_of(round / 2, data), *whole = model_of(round / 2, data);
    khop_fit_options fit = plain_fit(numbers);
    int64_t size = 1 + khop_i_random_below(&r, 8);
    khop_real *targets = units_of(data);
    train_in_batches(batched, data, size, &fit, NULL);
    step_by_hand(whole, data, size, &fit, targets);
    if (!(apart(batched, whole) <= CLOSE))
      fail_msg("round %d: weights are %g apart", round, apart(batched, whole));
    step_by_hand(whole, data, size + 1, &fit, targets);
    if (size < (e.nodes + 2) / 3) assert_true(apart(batched, whole) > CLOSE); /* the checker sees other batches */
    free(targets);
    khop_model_free(batched);
    khop_model_free(whole);
    khop_data_free(data);
  }
}

/* --- scores ------------------------------------------------------------------------------------------ */

/* The kept weights score as predictions of all nodes do. */
static void scores_are_those_of_all_nodes(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 42);
  for (int round = 0; round < 20; round++) {
    khop_graph *graph;
    bool numbers = round % 2;
    ok(khop_graph_grid(&graph, 2, (const int64_t[]){7, 9}, NULL, false, round % 4 > 1));
    khop_data *data = draw_data(graph, numbers, &r);
    khop_model *m = model_of(round, data);
    khop_fit_options fit = plain_fit(numbers);
    khop_fit_result result;
    train_in_batches(m, data, 5, &fit, &result);
    int64_t n = 63, columns = khop_model_output_columns(m);
    khop_real *scores = block_of(n * columns, sizeof *scores);
    ok(khop_predict(scores, m, data, 0));
    for (int part = KHOP_VAL; part <= KHOP_TEST; part++) {
      double wanted;
      ok(khop_score(&wanted, fit.metric, scores, n, columns, khop_data_labels(data), khop_data_targets(data, NULL),
                    khop_data_mask(data, 0, (khop_part)part)));
      close_to(part == KHOP_VAL ? result.val : result.test, wanted, numbers ? CLOSE : 0);
    }
    free(scores);
    khop_model_free(m);
    khop_data_free(data);
  }
}

/* One thread and two, and dropout on: the same bits, and twice the same. */
static void threads_do_not_change_a_bit(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 43);
  khop_graph *graph;
  ok(khop_graph_grid(&graph, 2, (const int64_t[]){60, 60}, NULL, true, false));
  khop_data *data = draw_data(graph, false, &r);
  khop_recipe recipe;
  khop_model *m[3];
  ok(khop_recipe_find(&recipe, "gcn"));
  for (int k = 0; k < 3; k++) {
    khop_fit_options fit = plain_fit(false);
    fit.seed += k == 2;
    ok(khop_set_threads(1 + k % 2));
    ok(khop_recipe_model(&m[k], &recipe, data));
    train_in_batches(m[k], data, 300, &fit, NULL);
  }
  ok(khop_set_threads(0));
  assert_true(apart(m[0], m[1]) == 0);
  assert_true(apart(m[0], m[2]) > 0); /* another seed is another training */
  for (int k = 0; k < 3; k++) khop_model_free(m[k]);
  khop_data_free(data);
}

/* --- bad input ---------------------------------------------------------------------------------------- */

static void what_cannot_be_batched_is_refused(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 44);
  khop_data *data = draw_data(path_graph(30), false, &r);
  khop_model *m = model_of(0, data), *sees_all = new_model(WIDE);
  khop_trainer *t;
  khop_report report;
  khop_recipe recipe;
  khop_fit_options fit = plain_fit(false);
  khop_softmax_cross_entropy(sees_all, khop_linear(sees_all, khop_global_mean(sees_all, 0), CLASSES, true));
  ok(khop_model_init(sees_all, 1));
  khop_batch_options some = {.nodes = 4}, none = {.nodes = 0}, poor = {.nodes = 4, .max_bytes = 10};
  fails(khop_trainer_new_batches(&t, sees_all, data, 0, &some, &fit), KHOP_E_UNSUPPORTED, "global_mean", "all nodes");
  assert_null(t);
  fails(khop_trainer_new_batches(&t, m, data, 0, &none, &fit), KHOP_E_ARGUMENT, "batch of 0", "nodes");
  fails(khop_trainer_new_batches(&t, m, data, 0, &poor, &fit), KHOP_E_BUDGET, "budget", "take");
  fails(khop_trainer_new_batches(&t, m, data, 1, &some, &fit), KHOP_E_ARGUMENT, "no split 1", "1");
  fails(khop_trainer_new_batches(&t, m, data, 0, NULL, &fit), KHOP_E_ARGUMENT, "batches", "missing");
  fails(khop_trainer_new_batches(&t, NULL, data, 0, &some, &fit), KHOP_E_ARGUMENT, "model", "missing");
  ok(khop_recipe_find(&recipe, "gcn"));
  fails(khop_train(&report, data, &recipe, &(khop_train_options){.batch = 4, .sample = 3}), KHOP_E_ARGUMENT,
        "batches of 4", "sample of 3");
  khop_report_free(&report);
  fails(khop_train(&report, data, &recipe, &(khop_train_options){.batch = -1}), KHOP_E_ARGUMENT, "batch of -1", "nodes");
  khop_report_free(&report);
  khop_model_free(m);
  khop_model_free(sees_all);
  khop_data_free(data);
}

static khop_status train_twice(void *context) {
  const khop_data *data = context;
  khop_recipe recipe;
  khop_report report;
  ok(khop_recipe_find(&recipe, "mixhop"));
  recipe.fit.epochs = 2;
  recipe.hidden = 3;
  recipe.average = 0.9;
  recipe.fit.class_weights = KHOP_WEIGHTS_BALANCED;
  khop_status status = khop_train(&report, data, &recipe, &(khop_train_options){.batch = 5, .seeds = 2});
  khop_report_free(&report);
  return status;
}

static void memory_that_runs_out_is_an_error(void **state) {
  (void)state;
  memory_can_run_out();
  khop_i_random r;
  khop_i_random_seed(&r, 45);
  ok(khop_set_threads(1));
  khop_data *data = draw_data(path_graph(30), false, &r);
  assert_true(fail_each(train_twice, data) > 100);
  khop_data_free(data);
  ok(khop_set_threads(0));
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(batches_step_as_the_whole_masked_to_them),
      cmocka_unit_test(scores_are_those_of_all_nodes),
      cmocka_unit_test(threads_do_not_change_a_bit),
      cmocka_unit_test(what_cannot_be_batched_is_refused),
      cmocka_unit_test(memory_that_runs_out_is_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
