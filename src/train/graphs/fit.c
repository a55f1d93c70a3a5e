/* fit.c: one training on a set of graphs: batches, shuffled from the seed; the best weights are kept.
 *
 *   an epoch     shuffle -> [fill, bind, forward, backward, step, average] a batch -> validate
 *   weights      those that step; their running average, which validates and is kept */
#include "train/graphs/fit.h"
#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <string.h>
#include <time.h>

typedef struct lesson {
  khop_i_worker worker;
  const khop_graphs *set;
  const khop_recipe *recipe;
  const uint8_t *part;
  khop_optimizer *optimizer;
  khop_i_scorer scorer;
  int64_t trains;    /* training graphs */
  int64_t *order;    /* (trains) */
  int32_t *labels;   /* (batch) */
  khop_real *targets; /* (batch, outputs) */
  khop_real *average, *best, *aside; /* (parameters) */
  khop_real *scores; /* (G, outputs), the caller's */
  khop_epoch now;
  double rate_scale;
  uint64_t step, steps;
  int waited, epochs, patience, plateau;
  bool interrupted;
} lesson;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* --- units: from the training part alone -------------------------------------------------------- */

/* Mean and deviation (1 where there is none) of a column over the training graphs, NaN left out. */
static void unit_of(double *mean, double *deviation, const khop_real *table, int64_t columns, int64_t c,
                    const uint8_t *part, int64_t graphs) {
  khop_moments m = {0};
  for (int64_t g = 0; g < graphs; g++) {
    double y = (double)table[g * columns + c];
    if (part[g] == KHOP_TRAIN && !isnan(y)) khop_moments_add(&m, y);
  }
  *mean = m.mean;
  *deviation = m.count ? sqrt(m.squares / (double)m.count) : 0;
  if (!(*deviation > 1e-8 * fabs(*mean)) || !(*deviation > 1e-12)) *deviation = 1;
}

static bool squares(const khop_model *m) { return m->ops[m->loss].kind == KHOP_I_MEAN_SQUARED_ERROR; }

static khop_status set_units(lesson *l) {
  khop_i_worker *w = &l->worker;
  const khop_real *targets = khop_graphs_targets(l->set, NULL);
  for (int64_t c = 0; c < w->outputs && targets && squares(w->model); c++)
    unit_of(&w->mean[c], &w->deviation[c], targets, w->outputs, c, l->part, khop_graphs_count(l->set));
  return khop_i_units_write(w->model, w->mean, w->deviation);
}

static bool takes_extras(const khop_model *m) {
  for (int i = 0; i < m->count; i++)
    if (m->ops[i].kind == KHOP_I_GRAPH_FEATURES) return true;
  return false;
}

static khop_status set_extras(lesson *l) {
  int64_t columns = 0;
  const khop_real *extras = khop_graphs_graph_features(l->set, &columns);
  khop_real *scale = NULL;
  double mean, deviation;
  if (!takes_extras(l->worker.model)) return KHOP_OK;
  khop_status status = khop_i_alloc(&scale, 2 * columns, sizeof *scale, "the scale of extras");
  if (status != KHOP_OK) return status;
  for (int64_t c = 0; c < columns; c++) {
    unit_of(&mean, &deviation, extras, columns, c, l->part, khop_graphs_count(l->set));
    scale[c] = (khop_real)mean;
    scale[columns + c] = (khop_real)(1 / deviation);
  }
  status = khop_graph_features_scale(l->worker.model, scale, scale + columns);
  khop_i_free(scale);
  return status;
}

/* --- opening ------------------------------------------------------------------------------------ */

static khop_status take_graphs(lesson *l) {
  int64_t graphs = khop_graphs_count(l->set);
  khop_status status = khop_i_alloc(&l->order, graphs, sizeof *l->order, "training graphs");
  for (int64_t g = 0; status == KHOP_OK && g < graphs; g++)
    if (l->part[g] == KHOP_TRAIN) l->order[l->trains++] = g;
  if (status == KHOP_OK && !l->trains)
    return khop_i_fail(KHOP_E_VALUE, "%s: none of the %lld graphs is for training", khop_graphs_name(l->set),
                       (long long)graphs);
  return status;
}

static khop_status open_lesson(lesson *l, khop_model *model, int count, khop_rings *const *rings, int last) {
  khop_status status = KHOP_OK;
  const khop_fit_options *fit = &l->recipe->fit;
  int64_t batch = l->recipe->batch ? l->recipe->batch : 32;
  l->epochs = fit->epochs ? fit->epochs : 100;
  l->patience = fit->patience ? fit->patience : 100;
  l->plateau = fit->plateau ? fit->plateau : 50;
  if (l->epochs < 1 || batch < 1 || !(l->recipe->average >= 0 && l->recipe->average < 1) || model->loss < 0)
    return khop_i_fail(KHOP_E_ARGUMENT, "%d epochs of batches of %lld graphs, averaged by %g, %s", l->epochs,
                       (long long)batch, l->recipe->average, model->loss < 0 ? "without a loss" : "with a loss");
  l->now = (khop_epoch){.epochs = last ? last : l->epochs, .val_loss = NAN, .val = NAN, .best = NAN};
  KHOP_TRY(khop_model_init(model, fit->seed));
  KHOP_TRY(khop_i_worker_open(&l->worker, model, l->set, count, rings, batch, true, 0));
  KHOP_TRY(take_graphs(l));
  KHOP_TRY(set_units(l));
  KHOP_TRY(set_extras(l));
  KHOP_TRY(khop_optimizer_new(&l->optimizer, model, &fit->optimizer));
  KHOP_TRY(khop_i_scorer_open(&l->scorer, fit->metric, l->set, l->worker.outputs));
  KHOP_TRY(khop_i_alloc(&l->labels, batch, sizeof *l->labels, "labels of a batch"));
  KHOP_TRY(khop_i_alloc(&l->targets, batch, (size_t)l->worker.outputs * sizeof *l->targets, "targets of a batch"));
  KHOP_TRY(khop_i_copy(&l->average, model->parameter_array, model->parameters, sizeof *l->average, "averaged weights"));
  KHOP_TRY(khop_i_copy(&l->best, model->parameter_array, model->parameters, sizeof *l->best, "the best weights"));
  KHOP_TRY(khop_i_alloc(&l->aside, model->parameters, sizeof *l->aside, "weights"));
  l->steps = (uint64_t)l->epochs * (uint64_t)((l->trains + l->worker.graphs - 1) / l->worker.graphs);
  l->rate_scale = 1;
done:
  return status;
}

static void close_lesson(lesson *l) {
  khop_i_worker_close(&l->worker);
  khop_i_scorer_close(&l->scorer);
  khop_optimizer_free(l->optimizer);
  khop_i_free(l->order);
  khop_i_free(l->labels);
  khop_i_free(l->targets);
  khop_i_free(l->average);
  khop_i_free(l->best);
  khop_i_free(l->aside);
}

/* --- a step ------------------------------------------------------------------------------------- */

static khop_status bind_what_to_learn(lesson *l, int64_t count, const int64_t *ids) {
  khop_i_worker *w = &l->worker;
  const khop_real *targets = khop_graphs_targets(l->set, NULL);
  if (!targets) {
    for (int64_t k = 0; k < count; k++) l->labels[k] = khop_graphs_labels(l->set)[ids[k]];
    return khop_run_labels(w->run, l->labels, NULL);
  }
  for (int64_t k = 0; k < count; k++)
    for (int64_t c = 0; c < w->outputs; c++)
      l->targets[k * w->outputs + c] =
          (khop_real)(((double)targets[ids[k] * w->outputs + c] - w->mean[c]) / w->deviation[c]);
  return khop_run_targets(w->run, l->targets, NULL);
}

static double rate(const lesson *l) {
  if (l->recipe->fit.schedule == KHOP_COSINE)
    return 0.5 * (1 + cos(M_PI * (double)(l->step - 1) / (double)l->steps));
  return l->rate_scale;
}

/* The average forgets its beginning: of few steps it is nearly the mean. */
static void average(lesson *l) {
  const khop_model *m = l->worker.model;
  double decay = fmin(l->recipe->average, (double)l->step / (10 + (double)l->step));
  khop_real keep = (khop_real)decay, take = (khop_real)(1 - decay);
  for (int64_t i = 0; i < m->parameters; i++) l->average[i] = keep * l->average[i] + take * m->parameter_array[i];
}

static khop_status learn_some(lesson *l, double *loss, int64_t count, const int64_t *ids) {
  khop_status status = KHOP_OK;
  khop_i_worker *w = &l->worker;
  KHOP_TRY(khop_batch_fill(w->batch, count, ids));
  KHOP_TRY(khop_run_bind(w->run, w->batch));
  KHOP_TRY(bind_what_to_learn(l, count, ids));
  l->step++;
  double here = khop_run_forward(w->run, true, l->recipe->fit.seed, l->step);
  if (!isfinite(here))
    KHOP_FAIL(KHOP_E_VALUE, "the training loss is %g at epoch %d: lower the learning rate, or clip the gradient",
              here, l->now.epoch);
  khop_run_backward(w->run);
  khop_optimizer_step(l->optimizer, khop_run_gradients(w->run), rate(l));
  if (l->recipe->average > 0) average(l);
  *loss += here * (double)count;
done:
  return status;
}

/* --- an epoch ----------------------------------------------------------------------------------- */

static const khop_real *kept(const lesson *l) {
  return l->recipe->average > 0 ? l->average : l->worker.model->parameter_array;
}

static size_t block_bytes(const lesson *l) {
  return (size_t)l->worker.model->parameters * sizeof *l->worker.model->parameter_array;
}

/* Validates with the weights that would be kept, and puts those that step back. */
static khop_status validate(lesson *l) {
  khop_real *block = l->worker.model->parameter_array;
  memcpy(l->aside, block, block_bytes(l));
  if (kept(l) != block) memcpy(block, kept(l), block_bytes(l));
  khop_status status = khop_i_worker_predict(l->scores, &l->worker, l->part, KHOP_VAL);
  if (status == KHOP_OK)
    status = khop_i_scorer_score(&l->now.val, &l->scorer, l->recipe->fit.metric, l->scores, l->worker.outputs,
                                 l->set, l->part, KHOP_VAL);
  memcpy(block, l->aside, block_bytes(l));
  return status;
}

static bool is_better(const lesson *l) {
  if (!l->now.best_epoch) return true;
  return khop_metric_rises(l->recipe->fit.metric) ? l->now.val > l->now.best : l->now.val < l->now.best;
}

static void keep_best(lesson *l, bool validates) {
  l->waited++;
  if (!validates || is_better(l)) {
    memcpy(l->best, kept(l), block_bytes(l));
    l->now.best = l->now.val;
    l->now.best_epoch = l->now.epoch;
    l->waited = 0;
  } else if (l->recipe->fit.schedule == KHOP_PLATEAU && l->waited % l->plateau == 0) {
    l->rate_scale /= 2;
  }
}

static khop_status epoch(lesson *l, bool validates) {
  khop_status status = KHOP_OK;
  khop_i_random random;
  double loss = 0;
  l->now.epoch++;
  khop_i_random_seed(&random, khop_i_random_key(l->recipe->fit.seed, (uint64_t)l->now.epoch, 0x6772617068));
  khop_i_random_shuffle(&random, l->order, l->trains);
  for (int64_t begin = 0; begin < l->trains; begin += l->worker.graphs) {
    int64_t count = l->trains - begin < l->worker.graphs ? l->trains - begin : l->worker.graphs;
    KHOP_TRY(learn_some(l, &loss, count, l->order + begin));
  }
  l->now.loss = loss / (double)l->trains;
  if (validates) KHOP_TRY(validate(l));
done:
  return status;
}

static khop_status finish(lesson *l, khop_fit_result *r, double seconds) {
  khop_status status = KHOP_OK;
  const khop_fit_options *fit = &l->recipe->fit;
  memcpy(l->worker.model->parameter_array, l->best, block_bytes(l));
  *r = (khop_fit_result){.seed = fit->seed, .epochs = l->now.epoch, .best_epoch = l->now.best_epoch,
                         .loss = l->now.loss, .val = NAN, .test = NAN, .seconds = seconds,
                         .interrupted = l->interrupted};
  for (int p = KHOP_VAL; p <= KHOP_TEST; p++) {
    if (!khop_i_graphs_any(l->set, l->part, (khop_part)p)) continue;
    KHOP_TRY(khop_i_worker_predict(l->scores, &l->worker, l->part, (khop_part)p));
    KHOP_TRY(khop_i_scorer_score(p == KHOP_VAL ? &r->val : &r->test, &l->scorer, fit->metric, l->scores,
                                 l->worker.outputs, l->set, l->part, (khop_part)p));
  }
done:
  return status;
}

khop_status khop_i_graphs_fit(khop_fit_result *result, double *curve, khop_real *scores, khop_model *model,
                              const khop_graphs *set, int count, khop_rings *const *rings,
                              const uint8_t *part, const khop_recipe *recipe, int last) {
  khop_status status = KHOP_OK;
  lesson l = {.set = set, .recipe = recipe, .part = part, .scores = scores};
  bool validates = khop_i_graphs_any(set, part, KHOP_VAL);
  if (recipe->keep_last && !last) last = recipe->fit.epochs ? recipe->fit.epochs : 100;
  double start = now();
  KHOP_TRY(open_lesson(&l, model, count, rings, last));
  for (int e = 0; curve && e < l.epochs; e++) curve[e] = NAN;
  while (l.now.epoch < l.now.epochs && !l.interrupted) {
    KHOP_TRY(epoch(&l, validates));
    if (curve && validates) curve[l.now.epoch - 1] = l.now.val;
    keep_best(&l, validates && !last);
    if (recipe->fit.progress) l.interrupted = !recipe->fit.progress(&l.now, recipe->fit.context);
    if (l.patience > 0 && l.waited >= l.patience) break;
  }
  KHOP_TRY(finish(&l, result, now() - start));
done:
  close_lesson(&l);
  return status;
}

khop_status khop_graphs_fit(khop_fit_result *result, double *curve, khop_model *model, const khop_graphs *set,
                            int count, khop_rings *const *rings, const uint8_t *part,
                            const khop_recipe *recipe) {
  khop_real *scores = NULL;
  khop_status status = khop_i_alloc(&scores, khop_graphs_count(set),
                                    (size_t)khop_model_output_columns(model) * sizeof *scores, "scores");
  if (status == KHOP_OK)
    status = khop_i_graphs_fit(result, curve, scores, model, set, count, rings, part, recipe, 0);
  khop_i_free(scores);
  return status;
}
