/* train.c: many seeds and splits in one call: the rings are built once, and so is the run. */
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "files/outfile.h"
#include "train/checkpoint.h"
#include "train/nodes/ensemble.h"
#include "train/nodes/predict.h"
#include "train/nodes/predictor.h"
#include "train/ranks/all_ranks.h"
#include "train/ranks/shard_training.h"
#include "train/series.h"
#include "train/split_note.h"

#include <khop/hops.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct run_series {
  const khop_data *data;
  const khop_recipe *recipe;
  const khop_train_options *options;
  khop_report *report;
  khop_model *model;
  khop_rings *rings[KHOP_MAX_RINGS];
  int rings_count;
  khop_run *run;
  khop_rows *rows; /* instead of rings and run */
  khop_i_shard_training shared; /* the same, on several ranks */
  int of;          /* runs */
  khop_i_series series;
} run_series;

static khop_status open_rows(run_series *s) {
  const khop_train_options *o = s->options;
  if (o->sample)
    return khop_i_fail(KHOP_E_ARGUMENT, "hop features need no rings, and so no sample of them: sample "
                       "when they are made");
  khop_status status = khop_rows_open(&s->rows, o->hop_features);
  if (status != KHOP_OK) return status;
  return khop_recipe_model_rows(&s->model, s->recipe, s->data, khop_rows_columns(s->rows));
}

static khop_status open_model(run_series *s) {
  khop_status status = KHOP_OK;
  const khop_train_options *o = s->options;
  KHOP_TRY(o->hop_features ? open_rows(s) : khop_recipe_model(&s->model, s->recipe, s->data));
  if (o->notes) KHOP_TRY(khop_model_set_metadata(s->model, "options", o->notes));
  KHOP_TRY(khop_model_set_schema(s->model, khop_data_schema(s->data)));
  s->report->parameters = khop_model_parameters(s->model);
done:
  return status;
}

static khop_status open_series(run_series *s) {
  khop_status status = KHOP_OK;
  const khop_train_options *o = s->options;
  KHOP_TRY(khop_i_shard_training_agree(&s->shared, open_model(s)));
  if (s->shared.exchange) return khop_i_shard_training_open(&s->shared, s->model, s->data);
  if (o->hop_features || o->batch) return KHOP_OK;
  const khop_graph *graph = khop_data_graph(s->data);
  KHOP_TRY(o->sample ? khop_model_rings_sample(s->rings, &s->rings_count, s->model, graph, o->sample,
                                               s->recipe->fit.seed, o->max_bytes)
                     : khop_model_rings_as(s->rings, &s->rings_count, s->model, graph, o->form,
                                           o->max_bytes));
  KHOP_TRY(khop_run_new(&s->run, s->model, s->rings_count, s->rings, khop_data_features(s->data),
                        true, o->max_bytes));
  for (int i = 0; i < s->rings_count; i++) s->report->ring_bytes += khop_rings_bytes(s->rings[i]);
  s->report->run_bytes = khop_run_bytes(s->run);
done:
  return status;
}

static void close_series(run_series *s) {
  khop_i_shard_training_close(&s->shared);
  khop_run_free(s->run);
  for (int i = 0; i < s->rings_count; i++) khop_rings_free(s->rings[i]);
  khop_model_free(s->model);
  khop_rows_close(s->rows);
  khop_i_series_close(&s->series);
}

/* The checkpoint of many runs is that of the best by validation; test scores are not looked at. */
static bool is_best(const run_series *s, double val) {
  if (s->series.best < 0) return true;
  double old = s->report->run[s->series.best].val;
  if (isnan(val) || isnan(old)) return false;
  return khop_metric_rises(s->recipe->fit.metric) ? val > old : val < old;
}

/* Of many seeds and splits the checkpoint holds one: which, so that it can be gone on with, and
 * scored on the same nodes. */
static khop_status note_run(run_series *s, uint64_t seed, int split) {
  char text[32];
  snprintf(text, sizeof text, "%llu", (unsigned long long)seed);
  khop_status status = khop_model_set_metadata(s->model, "seed", text);
  snprintf(text, sizeof text, "%d", split);
  if (status == KHOP_OK) status = khop_model_set_metadata(s->model, "split", text);
  return status == KHOP_OK ? khop_i_note_split_mark(s->model, s->data, split) : status;
}

static khop_status tell_kept(khop_status saved, const run_series *s) {
  if (saved == KHOP_OK && s->options->kept) s->options->kept(s->options->context);
  return saved;
}

/* A better run takes the place of the one that was saved, whether it is over or not. */
static khop_status keep_run(void *context, const khop_trainer *trainer) {
  run_series *s = context;
  return tell_kept(khop_i_series_save(&s->series, trainer, is_best(s, trainer->now.best)), s);
}

/* A run that has ended: with the last one the file becomes that of the best. */
static khop_status keep_ended(run_series *s, const khop_trainer *trainer) {
  bool better = is_best(s, trainer->now.best), last = s->report->runs + 1 == s->of;
  if (trainer->interrupted || !last) return better || trainer->interrupted ? keep_run(s, trainer) : KHOP_OK;
  return tell_kept(khop_i_series_end(&s->series, better ? trainer : NULL), s);
}

/* On rows of a file, on all nodes at once, of several ranks or of one, or on some in their balls. */
static khop_status open_trainer(khop_trainer **trainer, run_series *s, int split, const khop_fit_options *fit) {
  const khop_train_options *o = s->options;
  if (s->shared.run) return khop_i_trainer_new_ranks(trainer, s->shared.run, s->data, split, fit);
  if (s->rows) return khop_trainer_new_rows(trainer, s->model, s->rows, s->data, split, o->batch ? o->batch : 1024, fit);
  if (s->run) return khop_trainer_new(trainer, s->run, s->data, split, fit);
  khop_batch_options batches = {.size = sizeof batches, .nodes = o->batch, .form = o->form, .max_bytes = o->max_bytes};
  return khop_trainer_new_batches(trainer, s->model, s->data, split, &batches, fit);
}

/* The most that a batch has held. */
static void note_held(khop_report *report, const khop_trainer *trainer) {
  const khop_i_training *what = &trainer->what;
  size_t run, rings;
  if (!what->feed->held) return;
  what->feed->held(&run, &rings, what->source);
  if (run > report->run_bytes) report->run_bytes = run;
  if (rings > report->ring_bytes) report->ring_bytes = rings;
}

/* What stands in the place of the best must be better: by another metric it may not be. */
static khop_status load_run(khop_trainer *trainer, const run_series *s) {
  bool beside = s->series.kept != NULL;
  khop_status status = khop_i_trainer_load(trainer, s->options->resume, beside);
  if (status != KHOP_OK || beside || is_best(s, trainer->now.best)) return status;
  return khop_i_fail(KHOP_E_VALUE, "%s: the run in training scores %g, no better than the best of %d that are over, %g: is "
                     "the metric another?", s->options->resume, trainer->now.best, s->report->runs,
                     s->report->run[s->series.best].val);
}

/* What the weights that were kept say of every node: from the run or the rows that there are, else ball by ball. */
static khop_status score_nodes(khop_real *scores, const run_series *s) {
  if (s->run) return khop_i_predict_run(scores, s->run);
  int64_t batch = s->options->batch ? s->options->batch : 1024;
  return s->rows ? khop_predict_rows(scores, s->model, s->rows, batch)
                 : khop_i_predict_in_balls(scores, s->model, s->data, batch, s->options->max_bytes);
}

static khop_status add_to_ensemble(const run_series *s, int split) {
  khop_real *scores = NULL;
  int64_t cells = khop_graph_nodes(khop_data_graph(s->data)) * khop_model_output_columns(s->model);
  khop_status status = khop_i_alloc_raw(&scores, cells, sizeof *scores, "scores");
  if (status == KHOP_OK) status = score_nodes(scores, s);
  if (status == KHOP_OK) status = khop_ensemble_add(s->options->ensemble, split, scores);
  khop_i_free(scores);
  return status;
}

/* What comes before the first epoch; resumes: where the checkpoint stands. */
static khop_status prepare_run(const run_series *s, khop_trainer *trainer, bool resumes) {
  khop_status status = khop_i_trainer_average(trainer, s->recipe->average, s->recipe->average_from);
  if (status == KHOP_OK && resumes) status = load_run(trainer, s);
  return status;
}

static khop_status run_epochs(run_series *s, khop_trainer *trainer) {
  khop_i_keeping keeping = {s->options->save ? s->options->save_every : 0, keep_run, s};
  khop_status status = KHOP_OK;
  for (bool more = true; more;) {
    KHOP_TRY(khop_trainer_epoch(trainer, &more));
    if (more) KHOP_TRY(khop_i_shard_training_agree(&s->shared, khop_i_trainer_keep(trainer, &keeping)));
  }
done:
  return status;
}

static khop_status train_one(run_series *s, uint64_t seed, int split, bool resumes) {
  khop_status status = KHOP_OK;
  khop_trainer *trainer = NULL;
  khop_fit_options fit = s->recipe->fit;
  fit.seed = seed;
  KHOP_TRY(open_trainer(&trainer, s, split, &fit));
  status = prepare_run(s, trainer, resumes);
  if (status == KHOP_OK && s->options->save) status = note_run(s, seed, split);
  KHOP_TRY(khop_i_shard_training_agree(&s->shared, status));
  KHOP_TRY(run_epochs(s, trainer));
  bool better = is_best(s, trainer->now.best);
  if (s->options->save) status = keep_ended(s, trainer);
  KHOP_TRY(khop_i_shard_training_agree(&s->shared, status));
  KHOP_TRY(khop_trainer_finish(trainer, &s->report->run[s->report->runs]));
  note_held(s->report, trainer);
  if (s->options->ensemble && !trainer->interrupted) KHOP_TRY(add_to_ensemble(s, split));
  s->report->interrupted = s->report->interrupted || trainer->interrupted;
  s->report->runs++;
  if (!s->report->interrupted && s->report->runs < s->of) status = khop_i_series_next(&s->series, better);
  KHOP_TRY(khop_i_shard_training_agree(&s->shared, status));
done:
  khop_trainer_free(trainer);
  return status;
}

static void summarize(khop_report *r) {
  khop_moments test = {0}, val = {0};
  double seconds = 0, epochs = 0;
  for (int i = 0; i < r->runs; i++) {
    khop_moments_add(&test, r->run[i].test);
    khop_moments_add(&val, r->run[i].val);
    seconds += r->run[i].seconds;
    epochs += r->run[i].epochs - r->run[i].resumed;
  }
  r->test_mean = test.mean;
  r->test_std = khop_moments_deviation(&test);
  r->val_mean = val.mean;
  r->seconds_per_epoch = epochs > 0 ? seconds / epochs : 0;
}

/* A split that was drawn, and has nothing to test on: classes of one node each, of which all are trained on. */
static bool tests_nothing(const khop_data *data) {
  const uint8_t *test = khop_data_mask(data, 0, KHOP_TEST);
  return khop_data_split_is_random(data) && !memchr(test, 1, (size_t)khop_graph_nodes(khop_data_graph(data)));
}

/* How many splits are trained on, and which is number i of them. */
static int count_splits(const khop_data *data, const khop_train_options *o) {
  return o->splits ? o->split_count : o->split < 0 ? khop_data_splits(data) : 1;
}
static int split_at(const khop_train_options *o, int i) { return o->splits ? o->splits[i] : o->split < 0 ? i : o->split; }

/* As the note of a series has them: "-1" are all, "2" one, "0,2" a list. */
static khop_status name_splits(char **text, const khop_train_options *o) {
  khop_status status = khop_i_sprintf(text, "%d", o->splits ? o->splits[0] : o->split);
  for (int i = 1; status == KHOP_OK && i < o->split_count; i++) {
    char *longer = NULL;
    status = khop_i_sprintf(&longer, "%s,%d", *text, o->splits[i]);
    if (status != KHOP_OK) return status;
    khop_i_free(*text);
    *text = longer;
  }
  return status;
}

static khop_status check_splits(const khop_data *data, const khop_train_options *o) {
  int splits = khop_data_splits(data);
  if (!o->splits != !o->split_count || o->split_count < 0 || o->split < -1)
    return khop_i_fail(KHOP_E_ARGUMENT, "split %d, and a list of %d", o->split, o->split_count);
  for (int i = 0; i < count_splits(data, o); i++) {
    if (split_at(o, i) < 0 || split_at(o, i) >= splits)
      return khop_i_fail(KHOP_E_ARGUMENT, "split %d: %s has splits 0 to %d", split_at(o, i), khop_data_name(data),
                         splits - 1);
    for (int k = 0; k < i; k++)
      if (split_at(o, k) == split_at(o, i))
        return khop_i_fail(KHOP_E_ARGUMENT, "split %d is twice in the list", split_at(o, i));
  }
  return KHOP_OK;
}

static khop_status check_options(const khop_data *data, const khop_train_options *o, int seeds) {
  int splits = khop_data_splits(data);
  if (seeds < 1 || seeds > 100000)
    return khop_i_fail(KHOP_E_ARGUMENT, "%d seeds: at least one is needed", seeds);
  if (splits == 0)
    return khop_i_fail(KHOP_E_ARGUMENT, "%s: the data have no split into training and test nodes",
                       khop_data_name(data));
  if (tests_nothing(data))
    return khop_i_fail(KHOP_E_VALUE, "%s: the random split of %lld nodes leaves none to test on: a score over no node",
                       khop_data_name(data), (long long)khop_graph_nodes(khop_data_graph(data)));
  khop_status status = check_splits(data, o);
  if (status == KHOP_OK && o->exchange) status = khop_i_shard_training_check(o);
  if (status != KHOP_OK) return status;
  if (o->batch < 0) return khop_i_fail(KHOP_E_ARGUMENT, "a batch of %lld nodes", (long long)o->batch);
  if (o->batch && o->sample && !o->hop_features)
    return khop_i_fail(KHOP_E_ARGUMENT, "batches of %lld nodes have exact rings, each those of its ball, and no sample of "
                       "them: give a batch, or a sample of %lld nodes a ring", (long long)o->batch,
                       (long long)o->sample);
  if (o->ensemble && o->resume)
    return khop_i_fail(KHOP_E_ARGUMENT, "%s: the runs that are over have left no scores for an ensemble", o->resume);
  if (o->ensemble) status = khop_i_ensemble_check(o->ensemble, data);
  if (status != KHOP_OK) return status;
  return o->save ? khop_i_outfile_probe(o->save) : KHOP_OK; /* before the work, not after it */
}

/* Rank 0 writes for all. */
static void share(run_series *s, khop_train_options *own) {
  s->shared.exchange = own->exchange;
  if (own->exchange && own->exchange->rank > 0) own->save = NULL;
}

/* What is wrong with the question shows before anything is built. */
static khop_status prepare_series(run_series *s, char **splits) {
  const khop_train_options *o = s->options;
  int seeds = o->seeds ? o->seeds : 1;
  khop_status status = KHOP_OK;
  KHOP_TRY(check_options(s->data, o, seeds));
  s->of = seeds * count_splits(s->data, o);
  KHOP_TRY(khop_i_alloc(&s->report->run, s->of, sizeof *s->report->run, "the report"));
  KHOP_TRY(name_splits(splits, o));
  khop_i_series_open(&s->series, s->report, o->save, s->of,
                     (khop_i_series_plan){s->recipe->fit.seed, seeds, *splits});
  if (o->resume) KHOP_TRY(khop_i_series_resume(&s->series, o->resume));
done:
  return status;
}

khop_status khop_train(khop_report *report, const khop_data *data, const khop_recipe *recipe,
                       const khop_train_options *options) {
  khop_status status = KHOP_OK;
  char *splits = NULL;
  khop_train_options own;
  khop_recipe own_recipe;
  run_series s = {.data = data, .report = report};
  *report = (khop_report){0};
  KHOP_TRY(KHOP_I_TAKE(khop_train_options, &own, options));
  KHOP_TRY(KHOP_I_TAKE(khop_recipe, &own_recipe, recipe));
  s.recipe = recipe = &own_recipe;
  s.options = &own;
  *report = (khop_report){.metric = recipe->fit.metric};
  share(&s, &own);
  KHOP_TRY(khop_i_shard_training_compare(&s.shared, prepare_series(&s, &splits), data, recipe, &own));
  KHOP_TRY(open_series(&s));
  int seeds = own.seeds ? own.seeds : 1;
  for (int run = report->runs, begun = run; run < s.of && !report->interrupted; run++) {
    KHOP_TRY(train_one(&s, recipe->fit.seed + (uint64_t)(run % seeds), split_at(&own, run / seeds),
                       own.resume && run == begun));
    if (own.finished) own.finished(&report->run[run], run, s.of, own.context);
  }
  summarize(report);
done:
  close_series(&s);
  khop_i_free(splits);
  return status;
}

khop_status khop_report_join(khop_report *all, const khop_report *other) {
  int runs = all->runs + other->runs;
  khop_status status = khop_i_grow(&all->run, runs, sizeof *all->run, "the report");
  if (status != KHOP_OK) return status;
  memcpy(all->run + all->runs, other->run, (size_t)other->runs * sizeof *other->run);
  all->runs = runs;
  all->metric = other->metric;
  all->parameters = other->parameters;
  if (other->ring_bytes > all->ring_bytes) all->ring_bytes = other->ring_bytes;
  if (other->run_bytes > all->run_bytes) all->run_bytes = other->run_bytes;
  all->interrupted = all->interrupted || other->interrupted;
  summarize(all);
  return KHOP_OK;
}

void khop_report_free(khop_report *report) {
  if (!report) return;
  khop_i_free(report->run);
  report->run = NULL;
}
