/* shard_training.h: a training of a model on several ranks, which are threads here (exchange_threads.h).
 *
 *   open_training(&t, model, false, false, false);
 *   has_the_same_bits_on_any_ranks(&t);
 *   begins_as_one_process_does(&t); */
#ifndef KHOP_TESTS_SHARD_TRAINING_H
#define KHOP_TESTS_SHARD_TRAINING_H

#include "base/error.h"
#include "exchange_threads.h"
#include "model_check.h"
#include "rings_check.h"

#include <khop/shard_run.h>

enum { NODES = 61, COLUMNS = 5, PARTS = 12, STEPS = 6, MOST = 2000 };

/* Of models that drop; parts draw by themselves, so that a khop_run has the same numbers without alone. */
static double dropout = 0.3;

/* --- a training ------------------------------------------------------------------------------------------------ */

typedef struct training {
  khop_model *(*model)(void);
  khop_graph *graph;
  khop_features features; /* of all nodes */
  int32_t labels[NODES];
  khop_real targets[2 * NODES];
  uint8_t mask[NODES];
  int parts, steps;
  bool regression;
  /* what came of it, on rank 0 and the same on all; rows of the output by whoever owns them */
  double loss[STEPS];
  khop_real parameters[MOST], gradients[MOST], moved[MOST], output[3 * NODES];
  int64_t count, outputs;
} training;

static inline void open_training(training *t, khop_model *(*model)(void), bool regression, bool directed, bool sparse) {
  khop_i_random r;
  khop_i_random_seed(&r, 10);
  small_set set = open_small_set(NODES, COLUMNS, directed);
  *t = (training){.model = model, .parts = PARTS, .steps = STEPS, .regression = regression};
  t->graph = random_graph(NODES, 120, directed, &r);
  t->features = sparse ? set.sparse : set.dense;
  khop_graph_free(set.graph);
  if (sparse) free(set.numbers);
  else free(set.values), free(set.indices), free(set.offsets);
  free(set.labels);
  for (int i = 0; i < NODES; i++) {
    t->labels[i] = (int32_t)khop_i_random_below(&r, 3);
    t->mask[i] = i < 40 && i % 5 != 3; /* the last parts have none */
    for (int c = 0; c < 2; c++) t->targets[2 * i + c] = (i + c) % 7 ? random_real(&r) : (khop_real)NAN;
  }
}

static inline void close_training(training *t) {
  khop_graph_free(t->graph);
  free((void *)(uintptr_t)t->features.dense);
  free((void *)(uintptr_t)t->features.values);
  free((void *)(uintptr_t)t->features.indices);
  free((void *)(uintptr_t)t->features.offsets);
}

static inline khop_features rows_of(const khop_features *all, const khop_shard *shard, int64_t *offsets) {
  int64_t first = khop_shard_first(shard);
  khop_features own = *all;
  own.rows = khop_shard_rows(shard);
  if (all->dense) own.dense = all->dense + first * all->columns;
  if (!all->offsets) return own;
  for (int64_t i = 0; i <= own.rows; i++) offsets[i] = all->offsets[first + i] - all->offsets[first];
  own.offsets = offsets;
  own.indices += all->offsets[first];
  own.values += all->offsets[first];
  return own;
}

static inline khop_status compare_with(khop_shard_run *run, const training *t, int64_t first) {
  if (t->regression) return khop_shard_run_targets(run, t->targets + 2 * first, t->mask + first);
  return khop_shard_run_labels(run, t->labels + first, t->mask + first);
}

static inline khop_status train(const khop_exchange *e, void *context) {
  training *t = context;
  khop_status status = KHOP_OK;
  khop_shard *shard = NULL;
  khop_shard_run *run = NULL;
  khop_optimizer *optimizer = NULL;
  khop_model *model = t->model();
  int64_t offsets[NODES + 1];
  double loss;
  ok(khop_model_init(model, 3));
  ok(khop_optimizer_new(&optimizer, model, NULL));
  starve(e);
  KHOP_TRY(khop_shard_of(&shard, e, t->graph));
  khop_features own = rows_of(&t->features, shard, offsets);
  KHOP_TRY(khop_shard_run_new(&run, model, shard, &own, t->parts, true));
  KHOP_TRY(compare_with(run, t, khop_shard_first(shard)));
  for (int step = 0; step < t->steps; step++) {
    KHOP_TRY(khop_shard_run_forward(&loss, run, true, 7, (uint64_t)step));
    KHOP_TRY(khop_shard_run_backward(run));
    if (e->rank == 0) t->loss[step] = loss;
    if (e->rank == 0 && step == 0)
      memcpy(t->gradients, khop_shard_run_gradients(run), (size_t)khop_model_parameters(model) * sizeof *t->gradients);
    if (e->rank == 0 && step == 0)
      memcpy(t->moved, khop_model_parameter_array(model), (size_t)khop_model_parameters(model) * sizeof *t->moved);
    khop_optimizer_step(optimizer, khop_shard_run_gradients(run), 1);
  }
  KHOP_TRY(khop_shard_run_forward(NULL, run, false, 0, 0));
  t->outputs = khop_model_output_columns(model);
  KHOP_TRY(khop_shard_run_output(t->output + khop_shard_first(shard) * t->outputs, run));
  t->count = khop_model_parameters(model);
  size_t bytes = (size_t)t->count * sizeof *t->parameters;
  if (e->rank == 0) memcpy(t->parameters, khop_model_parameter_array(model), bytes);
done:
  feed();
  khop_shard_run_free(run);
  khop_shard_free(shard);
  khop_optimizer_free(optimizer);
  khop_model_free(model);
  return status;
}

/* --- what must hold of a training --------------------------------------------------------------------------------- */

/* Losses, gradients, weights and outputs of 2, 3, 4, 6 and 12 ranks have the bits of one. */
static inline void has_the_same_bits_on_any_ranks(training *one) {
  team *t = run_ranks(1, train, one);
  together(t, KHOP_OK);
  free(t);
  assert_true(one->count > 0 && one->count <= MOST && one->loss[STEPS - 1] < one->loss[0]);
  for (int ranks = 2; ranks <= 12; ranks += ranks == 4 ? 2 : ranks == 6 ? 6 : 1) {
    training several = *one;
    memset(several.loss, 0, sizeof several.loss);
    memset(several.parameters, 0, sizeof several.parameters);
    memset(several.output, 0, sizeof several.output);
    t = run_ranks(ranks, train, &several);
    together(t, KHOP_OK);
    free(t);
    assert_memory_equal(several.loss, one->loss, sizeof one->loss);
    assert_memory_equal(several.gradients, one->gradients, sizeof one->gradients);
    assert_memory_equal(several.parameters, one->parameters, sizeof one->parameters);
    assert_memory_equal(several.output, one->output, sizeof one->output);
  }
}

/* The same model in a khop_run, which takes no parts: without dropout, loss and gradients of the first step. */
static inline void begins_as_one_process_does(training *t) {
  double tolerance = sizeof(khop_real) == 4 ? 3e-6 : 1e-13;
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_run *run;
  int count;
  dropout = 0;
  khop_model *model = t->model();
  ok(khop_model_init(model, 3));
  ok(khop_model_rings(rings, &count, model, t->graph, 0));
  ok(khop_run_new(&run, model, count, rings, &t->features, true, 0));
  ok(t->regression ? khop_run_targets(run, t->targets, t->mask) : khop_run_labels(run, t->labels, t->mask));
  double loss = khop_run_forward(run, true, 7, 0);
  ok(khop_run_backward(run));
  t->steps = 1;
  team *together_with = run_ranks(4, train, t);
  dropout = 0.3;
  together(together_with, KHOP_OK);
  free(together_with);
  close_to(t->loss[0], loss, tolerance);
  for (int64_t p = 0; p < t->count; p++)
    close_to((double)t->moved[p], (double)khop_model_parameter_array(model)[p], tolerance); /* running averages */
  for (int64_t p = 0; p < t->count; p++) close_to((double)t->gradients[p], (double)khop_run_gradients(run)[p], tolerance);
  khop_run_free(run);
  for (int r = 0; r < count; r++) khop_rings_free(rings[r]);
  khop_model_free(model);
}

#endif
