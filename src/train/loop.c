/* loop.c: see loop.h, and khop/train.h for the public side. */
#include "train/loop.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"

#include <math.h>
#include <string.h>

static void copy_weights(khop_real *to, const khop_real *from, const khop_trainer *t) {
  memcpy(to, from, (size_t)t->what.model->parameters * sizeof *to);
}

/* --- opening -------------------------------------------------------------------------------- */

void khop_i_fit_defaults(khop_fit_options *o) {
  if (o->epochs == 0) o->epochs = 500;
  if (o->patience == 0) o->patience = 100;
  if (o->plateau == 0) o->plateau = 50;
}

static khop_status check_options(const khop_trainer *t) {
  const khop_fit_options *o = &t->options;
  if (o->epochs < 1) return khop_i_fail(KHOP_E_ARGUMENT, "%d epochs", o->epochs);
  if (o->select < KHOP_SELECT_SCORE || o->select > KHOP_SELECT_SMOOTH)
    return khop_i_fail(KHOP_E_ARGUMENT, "there is no selection %d", (int)o->select);
  if (o->warm_up < 0 || o->warm_up > o->epochs)
    return khop_i_fail(KHOP_E_ARGUMENT, "a warm-up of %d epochs, of %d in all", o->warm_up, o->epochs);
  if (o->plateau < 1) return khop_i_fail(KHOP_E_ARGUMENT, "a plateau of %d epochs", o->plateau);
  if (t->what.model->loss < 0) return khop_i_fail(KHOP_E_ARGUMENT, "the model has no loss");
  return KHOP_OK;
}

/* What is asked of labels is asked of classes. */
static khop_status open_labels(khop_trainer *t) {
  const khop_fit_options *o = &t->options;
  const khop_model *model = t->what.model;
  bool classes = model->ops[model->loss].kind == KHOP_I_SOFTMAX_CROSS_ENTROPY && t->what.truth.labels;
  if (!(o->label_smoothing >= 0 && o->label_smoothing < 1))
    return khop_i_fail(KHOP_E_ARGUMENT, "a label smoothing of %g: it is from 0 to below 1", o->label_smoothing);
  if (o->class_weights < KHOP_WEIGHTS_EQUAL || o->class_weights > KHOP_WEIGHTS_BALANCED)
    return khop_i_fail(KHOP_E_ARGUMENT, "there are no class weights %d", (int)o->class_weights);
  if (!classes && (o->label_smoothing > 0 || o->class_weights))
    return khop_i_fail(KHOP_E_ARGUMENT, "%s is for classes, and the loss of the model is not",
                       o->class_weights ? "a weight by class" : "label smoothing");
  return o->class_weights ? khop_i_balanced_weights(&t->class_weights, &t->what.truth, khop_model_output_columns(model))
                          : KHOP_OK;
}

khop_status khop_i_trainer_average(khop_trainer *t, double decay, int from) {
  const khop_model *model = t->what.model;
  if (!(decay >= 0 && decay < 1))
    return khop_i_fail(KHOP_E_ARGUMENT, "weights averaged with a decay of %g: it is below 1", decay);
  if (from < 0 || (from > 0 && decay > 0))
    return khop_i_fail(KHOP_E_ARGUMENT, "weights averaged with a decay of %g, and from epoch %d on: one of the two, and "
                       "epochs count from 1", decay, from);
  t->what.average = decay;
  t->what.average_from = from;
  if (decay == 0 && from == 0) return KHOP_OK;
  khop_status status =
      khop_i_copy(&t->average, model->parameter_array, model->parameters, sizeof *t->average, "averaged weights");
  return status == KHOP_OK ? khop_i_alloc(&t->aside, model->parameters, sizeof *t->aside, "weights") : status;
}

/* Before what ranks do together: none goes on where one has failed. */
static khop_status agree(const khop_i_training *what, khop_status status) {
  return what->ranks ? what->ranks->agree(what->source, status) : status;
}

static khop_status try_metric(const khop_i_training *what) {
  khop_status status = KHOP_OK;
  double ignored;
  for (int part = KHOP_VAL; part <= KHOP_TEST && status == KHOP_OK; part++)
    if (what->feed->has(what->source, (khop_part)part))
      status = what->feed->evaluate(&ignored, NULL, what->source, (khop_part)part);
  return status;
}

static khop_status prepare(khop_trainer *t, const khop_fit_options *options) {
  const khop_i_training *what = &t->what;
  khop_status status = KHOP_OK;
  KHOP_TRY(KHOP_I_TAKE_HELD(khop_fit_options, &t->options, options));
  khop_i_fit_defaults(&t->options);
  KHOP_TRY(check_options(t));
  t->selection = khop_i_selection_of(&t->options);
  t->now = (khop_epoch){.epochs = what->end ? what->end : t->options.epochs, .loss = NAN, .val_loss = NAN,
                        .val = NAN, .best = NAN};
  KHOP_TRY(khop_optimizer_new(&t->optimizer, what->model, &t->options.optimizer));
  KHOP_TRY(khop_i_alloc(&t->best, what->model->parameters, sizeof *t->best, "the best weights"));
  KHOP_TRY(khop_i_trainer_average(t, what->average, what->average_from));
  KHOP_TRY(open_labels(t));
done:
  return status;
}

khop_status khop_i_trainer_open(khop_trainer **out, const khop_i_training *what,
                                const khop_fit_options *options) {
  khop_trainer *t = NULL;
  *out = NULL;
  khop_status status = khop_i_alloc(&t, 1, sizeof *t, "a trainer");
  if (status == KHOP_OK) {
    t->what = *what;
    t->what.source = NULL;
    status = prepare(t, options);
  }
  KHOP_TRY(agree(what, status));
  KHOP_TRY(try_metric(what));
  t->what.source = what->source;
  t->kept = khop_i_seconds_now();
  *out = t;
  t = NULL;
done:
  khop_trainer_free(t);
  return status;
}

void khop_trainer_free(khop_trainer *t) {
  if (!t) return;
  khop_optimizer_free(t->optimizer);
  if (t->what.source) t->what.feed->free(t->what.source);
  khop_i_free(t->best);
  khop_i_free(t->class_weights);
  khop_i_free(t->average);
  khop_i_free(t->aside);
  khop_i_free(t);
}

/* --- an epoch ------------------------------------------------------------------------------- */

/* The dropout of step 1, 2, .. is drawn by its number: a training that goes on draws what it would have. */
static khop_status descend(double *loss, double *weight, khop_real **gradients, khop_trainer *t, int64_t batch) {
  khop_run *run = NULL;
  const khop_i_lesson lesson = {t->options.label_smoothing, t->class_weights, t->options.seed, t->optimizer->steps + 1};
  *weight = 1;
  if (t->what.ranks) return t->what.ranks->learn(loss, gradients, t->what.source, &lesson);
  khop_status status = t->what.feed->bind(&run, weight, t->what.source, batch);
  if (status != KHOP_OK) return status;
  run->smoothing = lesson.smoothing;
  run->class_weights = lesson.class_weights;
  *loss = khop_run_forward(run, true, lesson.seed, lesson.step);
  if (isfinite(*loss)) status = khop_run_backward(run);
  run->smoothing = 0; /* what validates has labels as they are, and the weights end with the trainer */
  run->class_weights = NULL;
  *gradients = run->gradients;
  return status;
}

static khop_status take_step(double *loss, double *weight, khop_trainer *t, int64_t batch) {
  khop_model *model = t->what.model;
  khop_real *gradients = NULL;
  uint64_t done = t->optimizer->steps, steps = (uint64_t)t->options.epochs * (uint64_t)t->what.batches;
  uint64_t warm = (uint64_t)t->options.warm_up * (uint64_t)t->what.batches;
  khop_status status = descend(loss, weight, &gradients, t, batch);
  if (status != KHOP_OK) return status;
  if (!isfinite(*loss))
    return khop_i_fail(KHOP_E_VALUE, "the training loss is %g at epoch %d: lower the learning rate, or "
                       "clip the gradient", *loss, t->now.epoch);
  khop_optimizer_step(t->optimizer, gradients,
                      khop_i_rate_factor(t->options.schedule, &t->selection, done, steps, warm));
  if (t->what.average > 0)
    khop_i_average_weights(t->average, model->parameter_array, model->parameters, t->what.average, done + 1);
  return KHOP_OK;
}

static khop_status learn(khop_trainer *t) {
  double total = 0, weights = 0, loss, weight;
  t->what.feed->begin(t->what.source, t->now.epoch);
  for (int64_t b = 0; b < t->what.batches; b++) {
    khop_status status = take_step(&loss, &weight, t, b);
    if (status != KHOP_OK) return status;
    total += weight * loss;
    weights += weight;
  }
  t->now.loss = weights > 0 ? total / weights : 0;
  if (t->what.average_from) /* before that epoch it is the weights themselves */
    khop_i_mean_weights(t->average, t->what.model->parameter_array, t->what.model->parameters,
                        t->now.epoch < t->what.average_from ? 1 : t->now.epoch - t->what.average_from + 1);
  return KHOP_OK;
}

/* Validates with the weights that would be kept, and puts those that step back. */
static khop_status evaluate_kept(khop_trainer *t) {
  khop_real *block = t->what.model->parameter_array;
  if (t->average) copy_weights(t->aside, block, t), copy_weights(block, t->average, t);
  khop_status status = t->what.feed->evaluate(&t->now.val, &t->now.val_loss, t->what.source, KHOP_VAL);
  if (t->average) copy_weights(block, t->aside, t);
  return status;
}

static khop_status validate(khop_trainer *t) {
  bool validates = t->what.feed->has(t->what.source, KHOP_VAL), better = true;
  khop_status status = validates ? evaluate_kept(t) : KHOP_OK;
  if (status != KHOP_OK) return status;
  if (validates && !t->what.keep_last)
    better = khop_i_selection_update(&t->selection, t->now.epoch, t->now.val, t->now.val_loss);
  else
    khop_i_selection_keep(&t->selection, t->now.epoch, t->now.val, t->now.val_loss);
  if (better) copy_weights(t->best, t->average ? t->average : t->what.model->parameter_array, t);
  t->now.best_epoch = t->selection.best_epoch;
  t->now.best = t->selection.best;
  return KHOP_OK;
}

/* Whether patience has run out: also of a training that was loaded. */
static bool is_over(const khop_trainer *t) {
  return t->now.epoch > 0 && khop_i_selection_ends(&t->selection, t->now.epoch);
}

khop_status khop_trainer_epoch(khop_trainer *t, bool *more) {
  const khop_fit_options *o = &t->options;
  double start = khop_i_seconds_now();
  *more = false;
  if (t->now.epoch >= t->now.epochs || is_over(t)) return KHOP_OK;
  t->now.epoch++;
  khop_status status = learn(t);
  if (status == KHOP_OK) status = validate(t);
  t->epoch_seconds = khop_i_seconds_now() - start;
  t->seconds += t->epoch_seconds;
  if (status != KHOP_OK) return status;
  *more = t->now.epoch < t->now.epochs && !is_over(t);
  if (o->progress && !o->progress(&t->now, o->context)) {
    t->interrupted = true;
    *more = false;
  }
  return agree(&t->what, KHOP_OK);
}

/* Whoever ends the program within an epoch loses it: of a long one that is more than a moment, so the one before is in
 * the file, unless files take long as well. */
#define LONG_EPOCH 0.2  /* seconds */
#define KEEPING_SHARE 20 /* at most one part in so many of the time */

static bool is_time_to_keep(const khop_trainer *t, const khop_i_keeping *keeping) {
  double since = khop_i_seconds_now() - t->kept;
  return since >= keeping->every || (t->epoch_seconds > LONG_EPOCH && since >= KEEPING_SHARE * t->keeping_seconds);
}

khop_status khop_i_trainer_keep(khop_trainer *t, const khop_i_keeping *keeping) {
  if (!(keeping->every > 0) || !is_time_to_keep(t, keeping)) return KHOP_OK;
  double start = khop_i_seconds_now();
  khop_status status = keeping->save(keeping->context, t);
  t->kept = khop_i_seconds_now(); /* as long again, however long it took */
  t->keeping_seconds = t->kept - start;
  return status;
}

/* --- the end -------------------------------------------------------------------------------- */

khop_status khop_trainer_finish(khop_trainer *t, khop_fit_result *result) {
  const khop_i_feed *feed = t->what.feed;
  void *source = t->what.source;
  khop_status status = KHOP_OK;
  *result = (khop_fit_result){.seed = t->options.seed, .split = t->what.split, .epochs = t->now.epoch,
                              .resumed = t->resumed, .best_epoch = t->now.best_epoch, .loss = t->now.loss, .val = NAN,
                              .test = NAN, .seconds = t->seconds, .interrupted = t->interrupted};
  if (t->now.best_epoch) copy_weights(t->what.model->parameter_array, t->best, t);
  if (feed->has(source, KHOP_VAL)) status = feed->evaluate(&result->val, NULL, source, KHOP_VAL);
  if (status == KHOP_OK && feed->has(source, KHOP_TEST))
    status = feed->evaluate(&result->test, NULL, source, KHOP_TEST);
  return status;
}

khop_status khop_i_trainer_run(khop_fit_result *result, khop_trainer *t) {
  khop_status status = KHOP_OK;
  for (bool more = true; status == KHOP_OK && more;) status = khop_trainer_epoch(t, &more);
  return status == KHOP_OK ? khop_trainer_finish(t, result) : status;
}
