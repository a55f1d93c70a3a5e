/* test_batches.c: trainings in batches, of graphs and of rows, replayed step by step through the public functions:
 * the order of batches, dropout, schedules by step, averages of weights, what is validated and kept. */
#include "sets_check.h"
#include "train/graphs/worker.h"

#include <khop/hops.h>

enum { TRAINS = 4, ORDERS = 24, MOST_EPOCHS = 3, GRAPHS = 40 };

/* --- orders ---------------------------------------------------------------------------------- */

/* Order 0 .. 23 of the numbers 0 .. 3; 0 is the ascending one. */
static void order_of(int *order, int number) {
  const int base[TRAINS] = {6, 2, 1, 1};
  int left[TRAINS] = {0, 1, 2, 3};
  for (int k = 0; k < TRAINS; k++) {
    int at = number / base[k] % (TRAINS - k);
    order[k] = left[at];
    for (int i = at; i + 1 < TRAINS - k; i++) left[i] = left[i + 1];
  }
}

static void all_orders_are_there(void **state) {
  (void)state;
  bool seen[256] = {false};
  for (int n = 0; n < ORDERS; n++) {
    int order[TRAINS], marks = 0;
    order_of(order, n);
    for (int k = 0; k < TRAINS; k++) marks |= 1 << order[k];
    assert_int_equal(marks, 15);
    int key = order[0] + 4 * order[1] + 16 * order[2] + 64 * order[3];
    assert_false(seen[key]);
    seen[key] = true;
  }
}

/* --- a set of graphs, four of which train ------------------------------------------------------ */

typedef struct graph_case {
  khop_graphs *set;
  khop_model *model;
  khop_rings *rings[KHOP_MAX_RINGS];
  int count;
  uint8_t part[GRAPHS];
  khop_recipe recipe;
} graph_case;

/* Graphs 3, 5, 7 and 9 train, in batches of one; from 20 on graphs validate where asked. */
static graph_case open_graphs(bool validate) {
  graph_case c = {.set = random_set(31, GRAPHS, false)};
  ok(khop_recipe_find(&c.recipe, "molecule"));
  c.recipe.hidden = 4;
  c.recipe.layers = 1;
  c.recipe.taps = 2;
  c.recipe.extras = false;
  c.recipe.average = 0;
  c.recipe.batch = 1;
  c.recipe.keep_last = !validate;
  c.recipe.fit.schedule = KHOP_CONSTANT;
  c.recipe.fit.metric = KHOP_ACCURACY;
  for (int g = 0; g < GRAPHS; g++) c.part[g] = validate && g >= 20 ? KHOP_VAL : 3;
  for (int k = 0; k < TRAINS; k++) c.part[3 + 2 * k] = KHOP_TRAIN;
  return c;
}

static void open_model(graph_case *c) {
  ok(khop_graphs_model(&c->model, &c->recipe, c->set));
  ok(khop_graphs_rings(c->rings, &c->count, c->model, c->set, 0));
}

static graph_case open_classes(bool validate) {
  graph_case c = open_graphs(validate);
  khop_graphs_free(c.set);
  c.set = labelled_set(31, GRAPHS);
  open_model(&c);
  return c;
}

static void close_case(graph_case *c) {
  for (int i = 0; i < c->count; i++) khop_rings_free(c->rings[i]);
  khop_model_free(c->model);
  khop_graphs_free(c->set);
}

static size_t bytes_of(const khop_model *m) { return (size_t)khop_model_parameters(m) * sizeof(khop_real); }

/* Trains and gives the weights back. */
static khop_real *fit_graphs(graph_case *c, int epochs, khop_fit_result *result) {
  khop_fit_result ignored;
  khop_real *weights = block_of(khop_model_parameters(c->model), sizeof *weights);
  c->recipe.fit.epochs = epochs;
  ok(khop_graphs_fit(result ? result : &ignored, NULL, c->model, c->set, c->count, c->rings, c->part, &c->recipe));
  memcpy(weights, khop_model_parameter_array(c->model), bytes_of(c->model));
  return weights;
}

/* The factor on the rate of a step, counted from 0, of all. */
typedef double (*schedule)(int step, int steps);
static double constant(int step, int steps) { return (void)step, (void)steps, 1; }
static double cosine(int step, int steps) { return 0.5 * (1 + cos(acos(-1) * step / steps)); }
static double cosine_by_epoch(int step, int steps) { return cosine(step / TRAINS * TRAINS, steps); }

/* The weights after epochs of the given orders; average (parameters), or NULL, becomes their running average. */
static khop_real *replay_graphs(graph_case *c, int epochs, const int *orders, schedule factor, double *average) {
  khop_batch *batch;
  khop_run *run;
  khop_optimizer *optimizer;
  int64_t count = khop_model_parameters(c->model);
  khop_real *weights = block_of(count, sizeof *weights), *block = khop_model_parameter_array(c->model);
  ok(khop_model_init(c->model, c->recipe.fit.seed));
  block = khop_model_parameter_array(c->model);
  ok(khop_batch_new(&batch, c->set, c->count, c->rings, 1));
  ok(khop_run_new_batch(&run, c->model, batch, true, 0));
  ok(khop_optimizer_new(&optimizer, c->model, &c->recipe.fit.optimizer));
  for (int64_t i = 0; average && i < count; i++) average[i] = (double)block[i];
  for (int s = 0; s < TRAINS * epochs; s++) {
    int order[TRAINS];
    order_of(order, orders[s / TRAINS]);
    int64_t id = 3 + 2 * order[s % TRAINS];
    ok(khop_batch_fill(batch, 1, &id));
    ok(khop_run_bind(run, batch));
    ok(khop_run_labels(run, &khop_graphs_labels(c->set)[id], NULL));
    khop_run_forward(run, true, c->recipe.fit.seed, (uint64_t)s + 1);
    ok(khop_run_backward(run));
    khop_optimizer_step(optimizer, khop_run_gradients(run), factor(s, TRAINS * epochs));
    double keep = fmin(c->recipe.average, (s + 1.0) / (s + 11.0));
    for (int64_t i = 0; average && i < count; i++) average[i] = keep * average[i] + (1 - keep) * (double)block[i];
  }
  memcpy(weights, block, bytes_of(c->model));
  khop_optimizer_free(optimizer);
  khop_run_free(run);
  khop_batch_free(batch);
  return weights;
}

/* Finds the one order of each epoch by which a replay gives the weights of the training. */
static void find_orders(int *orders, graph_case *c, int epochs) {
  for (int e = 0; e < epochs; e++) {
    khop_real *wanted = fit_graphs(c, e + 1, NULL);
    int found = -1, matches = 0;
    for (int n = 0; n < ORDERS; n++) {
      orders[e] = n;
      khop_real *weights = replay_graphs(c, e + 1, orders, constant, NULL);
      if (memcmp(weights, wanted, bytes_of(c->model)) == 0) found = n, matches++;
      free(weights);
    }
    free(wanted);
    assert_int_equal(matches, 1); /* every graph once, and the replay is what happened, to the bit */
    orders[e] = found;
  }
}

static void every_epoch_reads_the_training_graphs_in_an_order_of_its_own(void **state) {
  (void)state;
  int orders[MOST_EPOCHS], other[MOST_EPOCHS] = {0}, ascending = 0, repeated = 0, same = 0;
  graph_case c = open_classes(false);
  for (uint64_t seed = 0; seed < 4; seed++) {
    c.recipe.fit.seed = seed;
    find_orders(orders, &c, MOST_EPOCHS);
    for (int e = 0; e < MOST_EPOCHS; e++) ascending += orders[e] == 0;
    repeated += orders[0] == orders[1] && orders[1] == orders[2];
    same += seed && orders[0] == other[0];
    memcpy(other, orders, sizeof other);
  }
  assert_true(ascending <= 3 && repeated == 0 && same <= 1);
  close_case(&c);
}

static void a_cosine_falls_by_the_step_and_not_by_the_epoch(void **state) {
  (void)state;
  int orders[2];
  graph_case c = open_classes(false);
  find_orders(orders, &c, 2);
  c.recipe.fit.schedule = KHOP_COSINE;
  khop_real *wanted = fit_graphs(&c, 2, NULL), *by_step = replay_graphs(&c, 2, orders, cosine, NULL);
  khop_real *by_epoch = replay_graphs(&c, 2, orders, cosine_by_epoch, NULL);
  double off = 0, off_by_epoch = 0;
  for (int64_t i = 0; i < khop_model_parameters(c.model); i++) {
    off = fmax(off, fabs((double)(by_step[i] - wanted[i])));
    off_by_epoch = fmax(off_by_epoch, fabs((double)(by_epoch[i] - wanted[i])));
  }
  assert_true(off < 1e-6 && off_by_epoch > 1e-4);
  free(wanted), free(by_step), free(by_epoch);
  close_case(&c);
}

/* The weights (count) that a training of so many epochs on a set keeps, averaged from an epoch on. */
static khop_real *kept_after(int64_t *count, int epochs, int from) {
  khop_graphs *set = labelled_set(5, 30);
  uint8_t part[30] = {0};
  khop_recipe recipe;
  khop_model *model = NULL;
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_fit_result result;
  int rings_count;
  for (int g = 20; g < 30; g++) part[g] = KHOP_VAL;
  ok(khop_recipe_find(&recipe, "small"));
  recipe.average = 0, recipe.average_from = from, recipe.keep_last = true;
  recipe.hidden = 4, recipe.fit.epochs = epochs, recipe.fit.schedule = KHOP_CONSTANT;
  ok(khop_graphs_model(&model, &recipe, set));
  ok(khop_graphs_rings(rings, &rings_count, model, set, 0));
  ok(khop_graphs_fit(&result, NULL, model, set, rings_count, rings, part, &recipe));
  *count = khop_model_parameters(model);
  khop_real *weights = block_of(*count, sizeof *weights);
  memcpy(weights, model->parameter_array, (size_t)*count * sizeof *weights);
  for (int i = 0; i < rings_count; i++) khop_rings_free(rings[i]);
  khop_model_free(model);
  khop_graphs_free(set);
  return weights;
}

static void the_mean_over_epochs_begins_where_it_is_asked_to(void **state) {
  (void)state;
  int64_t n;
  khop_real *third = kept_after(&n, 3, 0), *fourth = kept_after(&n, 4, 0), *fifth = kept_after(&n, 5, 0);
  khop_real *mean = kept_after(&n, 5, 3), *before = kept_after(&n, 4, 5), *only = kept_after(&n, 5, 5);
  double moved = 0;
  for (int64_t i = 0; i < n; i++) {
    close_to((double)mean[i], ((double)third[i] + (double)fourth[i] + (double)fifth[i]) / 3, 1e-5);
    moved = fmax(moved, fabs((double)mean[i] - (double)fifth[i]));
  }
  assert_true(moved > 1e-4);
  assert_memory_equal(before, fourth, (size_t)n * sizeof *before);
  assert_memory_equal(only, fifth, (size_t)n * sizeof *only);
  free(third), free(fourth), free(fifth), free(mean), free(before), free(only);
}

static void the_average_of_the_weights_is_kept_and_does_not_steer_the_steps(void **state) {
  (void)state;
  int orders[2];
  graph_case c = open_classes(true); /* validating between the steps */
  int64_t count = khop_model_parameters(c.model);
  double *average = block_of(count, sizeof *average), off = 0, moved = 0;
  c.recipe.keep_last = true;
  find_orders(orders, &c, 2);
  c.recipe.average = 0.3; /* the decay from step 5 on */
  khop_real *kept = fit_graphs(&c, 2, NULL), *stepping = replay_graphs(&c, 2, orders, constant, average);
  for (int64_t i = 0; i < count; i++) {
    off = fmax(off, fabs((double)kept[i] - average[i]));
    moved = fmax(moved, fabs((double)(kept[i] - stepping[i])));
  }
  assert_true(off < 1e-6 && moved > 1e-4);
  free(average), free(kept), free(stepping);
  close_case(&c);
}

/* --- validation ---------------------------------------------------------------------------------- */

typedef struct history {
  int count, stop_after;
  khop_epoch epoch[200];
} history;

static bool remember(const khop_epoch *epoch, void *context) {
  history *h = context;
  h->epoch[h->count++] = *epoch;
  return h->stop_after == 0 || h->count < h->stop_after;
}

static void follow(graph_case *c, history *h) {
  c->recipe.fit.progress = remember;
  c->recipe.fit.context = h;
}

static void graphs_of_equal_accuracy_are_told_apart_by_their_loss(void **state) {
  (void)state;
  int later = 0;
  for (uint64_t seed = 0; seed < 6; seed++) {
    history h = {0};
    khop_fit_result result;
    graph_case c = open_classes(true);
    follow(&c, &h);
    c.recipe.fit.seed = seed;
    c.recipe.fit.patience = 12;
    free(fit_graphs(&c, 60, &result));
    int best = 0, first = 0;
    for (int e = 1; e < h.count; e++) {
      if (h.epoch[e].val > h.epoch[first].val) first = e;
      if (h.epoch[e].val > h.epoch[best].val ||
          (h.epoch[e].val == h.epoch[best].val && h.epoch[e].val_loss < h.epoch[best].val_loss))
        best = e;
    }
    assert_int_equal(result.best_epoch, best + 1);
    close_to(result.val, h.epoch[best].val, 0);
    assert_int_equal(result.epochs, h.count);
    assert_true(h.count == 60 || h.count == best + 1 + 12);
    later += best != first;
    close_case(&c);
  }
  assert_true(later > 0); /* there were ties that the loss decided */
}

/* Softmax cross-entropy of the validation graphs, from the probabilities of the weights that are kept. */
static void the_loss_of_validation_is_that_of_the_weights_that_would_be_kept(void **state) {
  (void)state;
  for (int averages = 0; averages < 2; averages++) {
    history h = {0};
    khop_real scores[2 * GRAPHS];
    double wanted = 0, graphs = 0;
    graph_case c = open_classes(true);
    follow(&c, &h);
    c.recipe.keep_last = true;
    c.recipe.average = averages ? 0.9 : 0;
    free(fit_graphs(&c, 5, NULL));
    ok(khop_graphs_predict(scores, c.model, c.set, 0));
    for (int g = 20; g < GRAPHS; g++, graphs++)
      wanted -= log((double)scores[2 * g + khop_graphs_labels(c.set)[g]]);
    close_to(h.epoch[4].val_loss, wanted / graphs, 1e-5);
    close_case(&c);
  }
}

/* What goes into the rate: the model's weights before an epoch, and the size of its one step. */
typedef struct step_sizes {
  history history;
  khop_model *model;
  khop_real *before;
  double size[200];
} step_sizes;

static bool measure_step(const khop_epoch *epoch, void *context) {
  step_sizes *s = context;
  const khop_real *w = khop_model_parameter_array(s->model);
  double most = 0;
  for (int64_t i = 0; i < khop_model_parameters(s->model); i++) most = fmax(most, fabs((double)(w[i] - s->before[i])));
  s->size[epoch->epoch - 1] = most;
  memcpy(s->before, w, bytes_of(s->model));
  return remember(epoch, &s->history);
}

/* With both betas near 0 a step of Adam moves weights by the rate, whatever their gradient. */
static void a_plateau_of_graphs_halves_the_rate(void **state) {
  (void)state;
  graph_case c = open_classes(true);
  step_sizes s = {.model = c.model, .before = block_of(khop_model_parameters(c.model), sizeof *s.before)};
  double rate = 0.01;
  int waited = 0, halved = 0;
  ok(khop_model_init(c.model, 0));
  memcpy(s.before, khop_model_parameter_array(c.model), bytes_of(c.model));
  c.recipe.batch = TRAINS;
  c.recipe.fit = (khop_fit_options){.optimizer = {.rate = rate, .beta1 = 1e-9, .beta2 = 1e-9}, .patience = -1,
                                    .schedule = KHOP_PLATEAU, .plateau = 3, .progress = measure_step, .context = &s};
  free(fit_graphs(&c, 40, NULL));
  assert_int_equal(s.history.count, 40);
  for (int e = 0; e < 40; e++) {
    close_to(s.size[e], rate, 0.02 * rate);
    waited = s.history.epoch[e].best_epoch == e + 1 ? 0 : waited + 1;
    if (waited == 3) rate /= 2, waited = 0, halved++;
  }
  assert_in_range(halved, 2, 13);
  free(s.before);
  close_case(&c);
}

static void a_metric_that_cannot_be_had_shows_before_the_first_epoch(void **state) {
  (void)state;
  history h = {0};
  khop_fit_result result;
  int32_t labels[GRAPHS];
  graph_case c = open_classes(true);
  for (int g = 0; g < GRAPHS; g++) labels[g] = g < 30 ? g % 2 : 1;
  for (int g = 30; g < GRAPHS; g++) c.part[g] = KHOP_TEST; /* scored once, after the last epoch */
  ok(khop_graphs_set_labels(c.set, labels, 2, NULL));
  follow(&c, &h);
  c.recipe.fit.metric = KHOP_ROC_AUC;
  fails(khop_graphs_fit(&result, NULL, c.model, c.set, c.count, c.rings, c.part, &c.recipe), KHOP_E_VALUE,
        "both classes", "10 of the 10");
  assert_int_equal(h.count, 0);
  close_case(&c);
}

static void a_training_of_graphs_that_is_stopped_has_the_best_so_far(void **state) {
  (void)state;
  history h = {.stop_after = 3};
  khop_fit_result result;
  graph_case c = open_classes(true);
  follow(&c, &h);
  free(fit_graphs(&c, 50, &result));
  assert_true(result.interrupted && result.epochs == 3 && result.best_epoch >= 1 && result.best_epoch <= 3);
  close_to(result.val, h.epoch[result.best_epoch - 1].val, 0);
  close_case(&c);
}

/* --- the loss of an epoch ------------------------------------------------------------------------ */

/* Two targets, of which a fifth is missing; steps too small to move a weight. */
static void the_loss_of_an_epoch_is_the_mean_over_known_targets(void **state) {
  (void)state;
  history h = {0};
  graph_case c = open_graphs(false);
  khop_real scores[2 * GRAPHS];
  double mean[2], deviation[2], total = 0, known = 0;
  c.recipe.batch = 2;
  c.recipe.dropout = 0;
  c.recipe.fit.metric = KHOP_RMSE;
  c.recipe.fit.optimizer = (khop_optimizer_options){.rate = 1e-30};
  for (int g = 3; g < 20; g++) c.part[g] = KHOP_TRAIN;
  follow(&c, &h);
  open_model(&c);
  free(fit_graphs(&c, 1, NULL));
  ok(khop_graphs_predict(scores, c.model, c.set, 0));
  ok(khop_i_units_read(mean, deviation, c.model));
  for (int g = 3; g < 20; g++)
    for (int k = 0; k < 2; k++) {
      double y = (double)khop_graphs_targets(c.set, NULL)[2 * g + k];
      if (isnan(y)) continue;
      total += pow(((double)scores[2 * g + k] - y) / deviation[k], 2);
      known++;
    }
  assert_true(known < 34);
  close_to(h.epoch[0].loss, total / known, 1e-5 * total / known);
  close_case(&c);
}

/* --- rows of a file ------------------------------------------------------------------------------- */

typedef struct row_case {
  khop_data *data;
  khop_rows *rows;
  khop_model *model;
  khop_rings *rings[KHOP_MAX_RINGS]; /* of one node */
  int count;
  khop_recipe recipe;
  khop_real x[8][3];
} row_case;

/* Eight nodes with three numbers each; 0, 2, 4 and 6 train. */
static row_case open_rows(void) {
  row_case c = {0};
  khop_i_random r;
  khop_graph *single = NULL;
  const int64_t none = 0;
  const uint8_t train[8] = {1, 0, 1, 0, 1, 0, 1, 0}, test[8] = {0, 1, 0, 1, 0, 1, 0, 1};
  khop_i_random_seed(&r, 5);
  for (int i = 0; i < 24; i++) c.x[i / 3][i % 3] = random_real(&r);
  ok(khop_write_npy(at("rows.npy"), &c.x[0][0], 8, 3));
  ok(khop_rows_open(&c.rows, at("rows.npy")));
  ok(khop_data_new(&c.data, path_graph(8), NULL, (int32_t[]){0, 1, 1, 0, 0, 1, 1, 0}));
  ok(khop_data_add_split(c.data, train, NULL, test));
  ok(khop_recipe_find(&c.recipe, "mlp"));
  c.recipe.hidden = 5;
  c.recipe.activation = KHOP_TANH; /* no step without a gradient: two orders then do not end alike */
  c.recipe.dropout = c.recipe.input_dropout = 0.1;
  ok(khop_recipe_model_rows(&c.model, &c.recipe, c.data, 3));
  ok(khop_graph_from_coo(&single, 1, 0, &none, &none, false));
  ok(khop_model_rings(c.rings, &c.count, c.model, single, 0));
  khop_graph_free(single);
  return c;
}

static void close_rows(row_case *c) {
  for (int i = 0; i < c->count; i++) khop_rings_free(c->rings[i]);
  khop_model_free(c->model);
  khop_rows_close(c->rows);
  khop_data_free(c->data);
}

static khop_real *replay_rows(row_case *c, int epochs, const int *orders) {
  khop_run *run;
  khop_optimizer *optimizer;
  khop_real row[3], *weights = block_of(khop_model_parameters(c->model), sizeof *weights);
  const khop_features features = {1, 3, row, NULL, NULL, NULL};
  ok(khop_model_init(c->model, c->recipe.fit.seed));
  ok(khop_run_new(&run, c->model, c->count, c->rings, &features, true, 0));
  ok(khop_optimizer_new(&optimizer, c->model, &c->recipe.fit.optimizer));
  for (int s = 0; s < TRAINS * epochs; s++) {
    int order[TRAINS];
    order_of(order, orders[s / TRAINS]);
    int node = 2 * order[s % TRAINS];
    memcpy(row, c->x[node], sizeof row);
    ok(khop_run_labels(run, &khop_data_labels(c->data)[node], NULL));
    khop_run_forward(run, true, c->recipe.fit.seed, (uint64_t)s + 1);
    ok(khop_run_backward(run));
    khop_optimizer_step(optimizer, khop_run_gradients(run), 1);
  }
  memcpy(weights, khop_model_parameter_array(c->model), bytes_of(c->model));
  khop_optimizer_free(optimizer);
  khop_run_free(run);
  return weights;
}

static void every_epoch_reads_the_training_rows_in_an_order_of_its_own(void **state) {
  (void)state;
  int orders[MOST_EPOCHS], ascending = 0, repeated = 0;
  row_case c = open_rows();
  for (uint64_t seed = 0; seed < 4; seed++) {
    c.recipe.fit.seed = seed;
    for (int e = 0; e < MOST_EPOCHS; e++) {
      khop_fit_result result;
      int found = -1, matches = 0;
      c.recipe.fit.epochs = e + 1;
      ok(khop_fit_rows(&result, c.model, c.rows, c.data, 0, 1, &c.recipe.fit));
      khop_real *wanted = block_of(khop_model_parameters(c.model), sizeof *wanted);
      memcpy(wanted, khop_model_parameter_array(c.model), bytes_of(c.model));
      for (int n = 0; n < ORDERS; n++) {
        orders[e] = n;
        khop_real *weights = replay_rows(&c, e + 1, orders);
        if (memcmp(weights, wanted, bytes_of(c.model)) == 0) found = n, matches++;
        free(weights);
      }
      free(wanted);
      assert_int_equal(matches, 1);
      orders[e] = found;
      ascending += found == 0;
    }
    repeated += orders[0] == orders[1] && orders[1] == orders[2];
  }
  assert_true(ascending <= 3 && repeated == 0);
  close_rows(&c);
}

/* --- numbers that are too small -------------------------------------------------------------------- */

/* A step leaves 0.6 of a weight, and of an average. Behind units that never rise above 0 no gradient comes. */
static void a_training_that_decays_fast_keeps_no_subnormal_weights(void **state) {
  (void)state;
  graph_case c = open_classes(false);
  c.recipe.average = 0.6;
  c.recipe.dropout = 0;
  c.recipe.fit.optimizer = (khop_optimizer_options){.rate = 0.01, .decay = {40, 40}, .decoupled = true};
  khop_real *weights = fit_graphs(&c, 300, NULL);
  int subnormal = 0, zero = 0;
  for (int64_t i = 0; i < khop_model_parameters(c.model); i++) {
    subnormal += fpclassify(weights[i]) == FP_SUBNORMAL;
    zero += weights[i] == 0;
  }
  assert_int_equal(subnormal, 0);
  assert_true(zero > 10);
  free(weights);
  close_case(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_orders_are_there),
      cmocka_unit_test(every_epoch_reads_the_training_graphs_in_an_order_of_its_own),
      cmocka_unit_test(a_cosine_falls_by_the_step_and_not_by_the_epoch),
      cmocka_unit_test(the_mean_over_epochs_begins_where_it_is_asked_to),
      cmocka_unit_test(the_average_of_the_weights_is_kept_and_does_not_steer_the_steps),
      cmocka_unit_test(graphs_of_equal_accuracy_are_told_apart_by_their_loss),
      cmocka_unit_test(the_loss_of_validation_is_that_of_the_weights_that_would_be_kept),
      cmocka_unit_test(a_plateau_of_graphs_halves_the_rate),
      cmocka_unit_test(a_metric_that_cannot_be_had_shows_before_the_first_epoch),
      cmocka_unit_test(a_training_of_graphs_that_is_stopped_has_the_best_so_far),
      cmocka_unit_test(the_loss_of_an_epoch_is_the_mean_over_known_targets),
      cmocka_unit_test(every_epoch_reads_the_training_rows_in_an_order_of_its_own),
      cmocka_unit_test(a_training_that_decays_fast_keeps_no_subnormal_weights),
  };
  return cmocka_run_group_tests_name("batches", tests, open_folder, close_folder);
}
