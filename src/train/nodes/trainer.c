/* trainer.c: epochs: forward, backward, step, validation; the best weights are kept aside. */
#include "train/nodes/batches.h"
#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <string.h>
#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static const uint8_t *mask_of(const khop_trainer *t, khop_part part) {
  return khop_data_mask(t->data, t->split, part);
}

static bool selects_any(const khop_trainer *t, khop_part part) {
  const uint8_t *mask = mask_of(t, part);
  return mask && memchr(mask, 1, (size_t)khop_graph_nodes(khop_data_graph(t->data)));
}

/* What the loss compares with, on one part of the split. */
static khop_status bind(khop_trainer *t, khop_part part) {
  int64_t outputs = 0;
  const khop_real *targets = khop_data_targets(t->data, &outputs);
  const uint8_t *mask = mask_of(t, part);
  if (!targets) return khop_run_labels(t->run, khop_data_labels(t->data), mask);
  if (outputs != khop_model_output_columns(t->run->model))
    return khop_i_fail(KHOP_E_SHAPE, "the model has %lld outputs, the data %lld targets",
                       (long long)khop_model_output_columns(t->run->model), (long long)outputs);
  return khop_run_targets(t->run, targets, mask);
}

khop_status khop_i_trainer_score(double *value, khop_trainer *t, const khop_i_sample *sample) {
  return khop_i_score(value, t->options.metric, sample, t->scratch);
}

static khop_status score(double *value, khop_trainer *t, khop_part part) {
  if (t->batches) return khop_i_batches_score(value, NULL, t, part);
  khop_i_sample sample = {khop_run_output(t->run), t->run->n,
                          khop_model_output_columns(t->run->model), khop_data_labels(t->data),
                          khop_data_targets(t->data, NULL), mask_of(t, part)};
  return khop_i_trainer_score(value, t, &sample);
}

static void fill_defaults(khop_fit_options *o) {
  if (o->epochs == 0) o->epochs = 500;
  if (o->patience == 0) o->patience = 100;
  if (o->plateau == 0) o->plateau = 50;
}

static khop_status check(const khop_trainer *t) {
  const khop_fit_options *o = &t->options;
  if (o->epochs < 1) return khop_i_fail(KHOP_E_ARGUMENT, "%d epochs", o->epochs);
  if (o->plateau < 1) return khop_i_fail(KHOP_E_ARGUMENT, "a plateau of %d epochs", o->plateau);
  if (!t->run->training)
    return khop_i_fail(KHOP_E_ARGUMENT, "the run was made without training");
  if (t->run->model->ops[t->run->model->output].pooled)
    return khop_i_fail(KHOP_E_ARGUMENT, "the model has a row a graph: it learns from a set of graphs, with "
                       "khop_graphs_fit");
  if (!t->batches && t->run->n != khop_graph_nodes(khop_data_graph(t->data)))
    return khop_i_fail(KHOP_E_SHAPE, "a run of %lld nodes and data of %lld", (long long)t->run->n,
                       (long long)khop_graph_nodes(khop_data_graph(t->data)));
  if (!mask_of(t, KHOP_TRAIN))
    return khop_i_fail(KHOP_E_ARGUMENT, "there is no split %d: the data have %d", t->split,
                       khop_data_splits(t->data));
  if (!khop_data_labels(t->data) && !khop_data_targets(t->data, NULL))
    return khop_i_fail(KHOP_E_ARGUMENT, "the data have neither labels nor targets to learn");
  return KHOP_OK;
}

/* A metric that cannot be computed is found out before the first epoch, not after it. */
static khop_status try_metric(khop_trainer *t) {
  double ignored;
  if (!t->batches) khop_run_forward(t->run, false, 0, 0);
  for (int part = KHOP_VAL; part <= KHOP_TEST; part++) {
    if (!selects_any(t, (khop_part)part)) continue;
    khop_status status = score(&ignored, t, (khop_part)part);
    if (status != KHOP_OK) return status;
  }
  return KHOP_OK;
}

khop_status khop_i_trainer_open(khop_trainer *t) {
  khop_status status = KHOP_OK;
  khop_run *run = t->run;
  int64_t rows = khop_graph_nodes(khop_data_graph(t->data));
  fill_defaults(&t->options);
  KHOP_TRY(check(t));
  t->rate_scale = 1;
  t->now = (khop_epoch){.epochs = t->options.epochs, .loss = NAN, .val_loss = NAN, .val = NAN,
                        .best = NAN};
  KHOP_TRY(khop_model_init(run->model, t->options.seed));
  if (!t->batches) KHOP_TRY(bind(t, KHOP_TRAIN));
  KHOP_TRY(khop_optimizer_new(&t->optimizer, run->model, &t->options.optimizer));
  KHOP_TRY(khop_i_alloc(&t->best, run->model->parameters, sizeof *t->best, "the best weights"));
  size_t scratch = khop_i_score_scratch(t->options.metric, rows,
                                        khop_model_output_columns(run->model));
  KHOP_TRY(khop_i_alloc(&t->scratch, (int64_t)scratch, 1, "a metric's scratch"));
  KHOP_TRY(try_metric(t));
done:
  return status;
}

khop_status khop_trainer_new(khop_trainer **out, khop_run *run, const khop_data *data, int split,
                             const khop_fit_options *options) {
  khop_status status = KHOP_OK;
  khop_trainer *t = NULL;
  *out = NULL;
  KHOP_TRY(khop_i_alloc(&t, 1, sizeof *t, "a trainer"));
  t->run = run;
  t->data = data;
  t->split = split;
  if (options) t->options = *options;
  KHOP_TRY(khop_i_trainer_open(t));
  *out = t;
  t = NULL;
done:
  khop_trainer_free(t);
  return status;
}

void khop_trainer_free(khop_trainer *t) {
  if (!t) return;
  khop_optimizer_free(t->optimizer);
  khop_i_batches_free(t->batches);
  khop_i_free(t->best);
  khop_i_free(t->scratch);
  khop_i_free(t);
}

/* --- an epoch ------------------------------------------------------------------------------- */

double khop_i_trainer_rate(const khop_trainer *t) {
  if (t->options.schedule == KHOP_COSINE)
    return 0.5 * (1 + cos(M_PI * (double)(t->now.epoch - 1) / (double)t->options.epochs));
  return t->rate_scale;
}

khop_status khop_i_trainer_check_loss(const khop_trainer *t) {
  if (isfinite(t->now.loss)) return KHOP_OK;
  return khop_i_fail(KHOP_E_VALUE, "the training loss is %g at epoch %d: lower the learning rate, or "
                     "clip the gradient", t->now.loss, t->now.epoch);
}

static khop_status learn(khop_trainer *t) {
  khop_status status = bind(t, KHOP_TRAIN);
  if (status != KHOP_OK) return status;
  t->now.loss = khop_run_forward(t->run, true, t->options.seed, (uint64_t)t->now.epoch);
  status = khop_i_trainer_check_loss(t);
  if (status != KHOP_OK) return status;
  khop_run_backward(t->run);
  khop_optimizer_step(t->optimizer, t->run->gradients, khop_i_trainer_rate(t));
  return KHOP_OK;
}

static bool is_better(const khop_trainer *t) {
  if (t->now.best_epoch == 0) return true;
  if (t->now.val != t->now.best)
    return (t->now.val > t->now.best) == khop_metric_rises(t->options.metric);
  return t->now.val_loss < t->best_loss;
}

static void keep(khop_trainer *t) {
  const khop_model *model = t->run->model;
  memcpy(t->best, model->parameter_array, (size_t)model->parameters * sizeof *t->best);
  t->now.best_epoch = t->now.epoch;
  t->now.best = t->now.val;
  t->best_loss = t->now.val_loss;
}

/* Loss and score of the validation nodes. */
static khop_status look(khop_trainer *t) {
  if (t->batches) return khop_i_batches_score(&t->now.val, &t->now.val_loss, t, KHOP_VAL);
  khop_status status = bind(t, KHOP_VAL);
  if (status != KHOP_OK) return status;
  t->now.val_loss = khop_run_forward(t->run, false, 0, 0);
  return score(&t->now.val, t, KHOP_VAL);
}

static khop_status validate(khop_trainer *t) {
  if (!selects_any(t, KHOP_VAL)) {
    keep(t);
    return KHOP_OK;
  }
  khop_status status = look(t);
  if (status != KHOP_OK) return status;
  t->waited++;
  if (is_better(t)) {
    keep(t);
    t->waited = 0;
  } else if (t->options.schedule == KHOP_PLATEAU && t->waited >= t->options.plateau) {
    t->rate_scale /= 2;
    t->waited = 0;
  }
  return KHOP_OK;
}

khop_status khop_trainer_epoch(khop_trainer *t, bool *more) {
  const khop_fit_options *o = &t->options;
  double start = now();
  *more = false;
  if (t->now.epoch >= o->epochs) return KHOP_OK;
  t->now.epoch++;
  khop_status status = t->batches ? khop_i_batches_learn(t) : learn(t);
  if (status == KHOP_OK) status = validate(t);
  t->seconds += now() - start;
  if (status != KHOP_OK) return status;
  *more = t->now.epoch < o->epochs &&
          (o->patience < 0 || t->now.epoch - t->now.best_epoch < o->patience);
  if (o->progress && !o->progress(&t->now, o->context)) {
    t->interrupted = true;
    *more = false;
  }
  return KHOP_OK;
}

khop_status khop_trainer_finish(khop_trainer *t, khop_fit_result *result) {
  khop_model *model = t->run->model;
  *result = (khop_fit_result){.seed = t->options.seed, .split = t->split, .epochs = t->now.epoch,
                              .best_epoch = t->now.best_epoch, .loss = t->now.loss, .val = NAN,
                              .test = NAN, .seconds = t->seconds, .interrupted = t->interrupted};
  if (t->now.best_epoch)
    memcpy(model->parameter_array, t->best, (size_t)model->parameters * sizeof *t->best);
  if (!t->batches) khop_run_forward(t->run, false, 0, 0);
  khop_status status = KHOP_OK;
  if (selects_any(t, KHOP_VAL)) status = score(&result->val, t, KHOP_VAL);
  if (status == KHOP_OK && selects_any(t, KHOP_TEST))
    status = score(&result->test, t, KHOP_TEST);
  return status;
}

khop_status khop_fit(khop_fit_result *result, khop_run *run, const khop_data *data, int split,
                     const khop_fit_options *options) {
  khop_trainer *trainer;
  khop_status status = khop_trainer_new(&trainer, run, data, split, options);
  for (bool more = true; status == KHOP_OK && more;) status = khop_trainer_epoch(trainer, &more);
  if (status == KHOP_OK) status = khop_trainer_finish(trainer, result);
  khop_trainer_free(trainer);
  return status;
}
