/* fit.c: one training on a set of graphs, in batches of whole graphs, shuffled from the seed. */
#include "train/graphs/fit.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/random.h"
#include "train/checkpoint.h"
#include "train/graphs/score.h"
#include "train/graphs/worker.h"
#include "train/tasks.h"

#include <math.h>
#include <string.h>

typedef struct graph_feed {
  khop_i_worker worker;
  khop_i_scorer scorer;
  const khop_graphs *set;
  const uint8_t *part;
  khop_metric metric;
  uint64_t seed;
  int64_t trains;    /* training graphs */
  int64_t *order;    /* (trains) */
  khop_real *scores; /* (G, outputs), the caller's */
} graph_feed;

/* --- units: from the training part alone -------------------------------------------------------- */

static khop_status set_units(graph_feed *f) {
  khop_i_worker *w = &f->worker;
  const khop_real *targets = khop_graphs_targets(f->set, NULL);
  if (!targets || !khop_i_learns_numbers(w->model))
    return khop_i_units_write(w->model, w->units.mean, w->units.deviation);
  for (int64_t c = 0; c < w->outputs; c++)
    khop_i_unit_measure(&w->units.mean[c], &w->units.deviation[c], targets, khop_graphs_count(f->set), w->outputs, c,
                        f->part, KHOP_TRAIN);
  return khop_i_units_keep(w->model, &w->units);
}

static bool takes_extras(const khop_model *m) {
  for (int i = 0; i < m->count; i++)
    if (m->ops[i].kind == KHOP_I_GRAPH_FEATURES) return true;
  return false;
}

/* Whether any training graph has a number there; a column of which nothing was learned is left out. */
static bool is_known(const khop_real *extras, int64_t graphs, int64_t columns, int64_t c, const uint8_t *part) {
  for (int64_t g = 0; g < graphs; g++)
    if (part[g] == KHOP_TRAIN && !isnan(extras[g * columns + c])) return true;
  return false;
}

static khop_status set_extras(graph_feed *f) {
  int64_t columns = 0;
  const khop_real *extras = khop_graphs_graph_features(f->set, &columns);
  khop_real *scale = NULL;
  double mean, deviation;
  if (!takes_extras(f->worker.model)) return KHOP_OK;
  khop_status status = khop_i_alloc(&scale, 2 * columns, sizeof *scale, "the scale of extras");
  if (status != KHOP_OK) return status;
  for (int64_t c = 0; c < columns; c++) {
    khop_i_unit_measure(&mean, &deviation, extras, khop_graphs_count(f->set), columns, c, f->part, KHOP_TRAIN);
    bool known = is_known(extras, khop_graphs_count(f->set), columns, c, f->part);
    scale[c] = (khop_real)mean;
    scale[columns + c] = known ? (khop_real)(1 / deviation) : 0;
  }
  status = khop_graph_features_scale(f->worker.model, scale, scale + columns);
  khop_i_free(scale);
  return status;
}

/* --- what the loop asks for -------------------------------------------------------------------- */

static int64_t batches_of(const graph_feed *f) { return (f->trains + f->worker.graphs - 1) / f->worker.graphs; }

static void shuffle_training_graphs(void *source, int epoch) {
  graph_feed *f = source;
  khop_i_random random;
  khop_i_random_seed(&random, khop_i_random_key(f->seed, (uint64_t)epoch, 0x6772617068));
  khop_i_random_shuffle(&random, f->order, f->trains);
}

static khop_status bind_training_graphs(khop_run **run, double *weight, void *source, int64_t batch) {
  graph_feed *f = source;
  *run = f->worker.run;
  int64_t first = batch * f->worker.graphs, left = f->trains - first;
  int64_t count = left < f->worker.graphs ? left : f->worker.graphs;
  khop_status status = khop_i_worker_load(&f->worker, count, f->order + first);
  return status == KHOP_OK ? khop_i_worker_bind_truth(weight, &f->worker, count, f->order + first) : status;
}

static bool has_part(const void *source, khop_part part) {
  const graph_feed *f = source;
  return memchr(f->part, (int)part, (size_t)khop_graphs_count(f->set)) != NULL;
}

static khop_status evaluate_part(double *score, double *loss, void *source, khop_part part) {
  graph_feed *f = source;
  khop_status status = khop_i_worker_predict(f->scores, loss, &f->worker, f->part, part);
  return status == KHOP_OK ? khop_i_scorer_score(score, &f->scorer, f->metric, f->scores, f->worker.outputs,
                                                 f->set, f->part, part)
                           : status;
}

static void free_graph_feed(void *source) {
  graph_feed *f = source;
  khop_i_worker_close(&f->worker);
  khop_i_scorer_close(&f->scorer);
  khop_i_free(f->order);
  khop_i_free(f);
}

static const khop_i_feed feed = {shuffle_training_graphs, bind_training_graphs, has_part, evaluate_part,
                                 NULL, NULL, free_graph_feed};

/* --- opening ------------------------------------------------------------------------------------ */

static khop_status list_training_graphs(graph_feed *f) {
  int64_t graphs = khop_graphs_count(f->set);
  khop_status status = khop_i_alloc(&f->order, graphs, sizeof *f->order, "training graphs");
  for (int64_t g = 0; status == KHOP_OK && g < graphs; g++)
    if (f->part[g] == KHOP_TRAIN) f->order[f->trains++] = g;
  if (status == KHOP_OK && !f->trains)
    return khop_i_fail(KHOP_E_VALUE, "%s: none of the %lld graphs is for training", khop_graphs_name(f->set),
                       (long long)graphs);
  return status;
}

static khop_status open_feed(graph_feed *f, khop_model *model, int count, khop_rings *const *rings,
                             const khop_recipe *recipe) {
  khop_status status = KHOP_OK;
  int64_t batch = recipe->batch ? recipe->batch : 32;
  if (batch < 1) KHOP_FAIL(KHOP_E_ARGUMENT, "batches of %lld graphs", (long long)batch);
  if (model->loss < 0) KHOP_FAIL(KHOP_E_ARGUMENT, "the model has no loss");
  if (khop_graphs_has_tasks(f->set)) KHOP_TRY(khop_i_tasks_learn(true, f->metric, model));
  KHOP_TRY(khop_model_init(model, f->seed));
  KHOP_TRY(khop_i_worker_open(&f->worker, model, f->set, count, rings, batch, true, 0));
  KHOP_TRY(list_training_graphs(f));
  KHOP_TRY(set_units(f));
  KHOP_TRY(set_extras(f));
  KHOP_TRY(khop_i_scorer_open(&f->scorer, f->metric, f->set, f->worker.outputs));
done:
  return status;
}

static khop_status open_trainer(khop_trainer **trainer, graph_feed *f, const khop_recipe *recipe, int end) {
  bool keep_last = recipe->keep_last || end > 0;
  khop_i_truth truth = {khop_graphs_labels(f->set), f->part, KHOP_TRAIN, khop_graphs_count(f->set)};
  return khop_i_trainer_open(trainer, &(khop_i_training){.truth = truth, .feed = &feed, .source = f,
                                                         .model = f->worker.model,
                                                         .batches = batches_of(f), .average = recipe->average, .average_from = recipe->average_from,
                                                         .keep_last = keep_last, .end = end,
                                                         .graphs = khop_graphs_count(f->set)}, &recipe->fit);
}

/* --- one training ------------------------------------------------------------------------------- */

khop_status khop_i_graphs_fit(khop_fit_result *result, double *curve, khop_real *scores, khop_model *model,
                              const khop_graphs *set, int count, khop_rings *const *rings,
                              const uint8_t *part, const khop_recipe *recipe, int end,
                              const khop_i_fit_files *files) {
  khop_status status = KHOP_OK;
  khop_trainer *trainer = NULL;
  const khop_i_fit_files none = {0};
  if (!files) files = &none;
  graph_feed *f = NULL;
  KHOP_TRY(khop_i_alloc(&f, 1, sizeof *f, "a training"));
  *f = (graph_feed){.set = set, .part = part, .metric = recipe->fit.metric, .seed = recipe->fit.seed, .scores = scores};
  KHOP_TRY(open_feed(f, model, count, rings, recipe));
  KHOP_TRY(open_trainer(&trainer, f, recipe, end));
  f = NULL;
  for (int e = 0; curve && e < trainer->options.epochs; e++) curve[e] = NAN;
  if (files->resume)
    KHOP_TRY(
        (files->is_over ? khop_i_trainer_load_weights : khop_trainer_load)(trainer, files->resume));
  for (bool more = !files->is_over; more;) {
    KHOP_TRY(khop_trainer_epoch(trainer, &more));
    if (curve) curve[trainer->now.epoch - 1] = trainer->now.val;
    if (more) KHOP_TRY(khop_i_trainer_keep(trainer, &files->keeping));
  }
  if (trainer->interrupted && files->keeping.save) KHOP_TRY(files->keeping.save(files->keeping.context, trainer));
  KHOP_TRY(khop_trainer_finish(trainer, result));
done:
  if (f) free_graph_feed(f);
  khop_trainer_free(trainer);
  return status;
}

khop_status khop_graphs_fit(khop_fit_result *result, double *curve, khop_model *model, const khop_graphs *set,
                            int count, khop_rings *const *rings, const uint8_t *part,
                            const khop_recipe *recipe) {
  khop_real *scores = NULL;
  khop_recipe own;
  khop_status status = KHOP_I_TAKE(khop_recipe, &own, recipe);
  if (status == KHOP_OK) status = khop_i_alloc(&scores, khop_graphs_count(set),
                                    (size_t)khop_model_output_columns(model) * sizeof *scores, "scores");
  if (status == KHOP_OK)
    status = khop_i_graphs_fit(result, curve, scores, model, set, count, rings, part, &own, 0, NULL);
  khop_i_free(scores);
  return status;
}
