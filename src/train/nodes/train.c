/* train.c: many seeds and splits in one call: the rings are built once, and so is the run. */
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "files/outfile.h"
#include "train/loop.h"
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
  int best; /* the saved run; -1: none yet */
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

static khop_status open_series(run_series *s) {
  khop_status status = KHOP_OK;
  const khop_train_options *o = s->options;
  KHOP_TRY(o->hop_features ? open_rows(s) : khop_recipe_model(&s->model, s->recipe, s->data));
  if (o->notes) KHOP_TRY(khop_model_set_metadata(s->model, "options", o->notes));
  KHOP_TRY(khop_model_set_schema(s->model, khop_data_schema(s->data)));
  s->report->parameters = khop_model_parameters(s->model);
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
  khop_run_free(s->run);
  for (int i = 0; i < s->rings_count; i++) khop_rings_free(s->rings[i]);
  khop_model_free(s->model);
  khop_rows_close(s->rows);
}

/* The checkpoint of many runs is that of the best by validation; test scores are not looked at. */
static bool is_best(const run_series *s, double val) {
  if (s->best < 0) return true;
  double old = s->report->run[s->best].val;
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

/* A better run takes the place of the one that was saved, whether it is over or not. */
static khop_status keep_best(void *context, const khop_trainer *trainer) {
  run_series *s = context;
  if (!is_best(s, trainer->now.best)) return KHOP_OK;
  khop_status status = khop_trainer_save(trainer, s->options->save);
  if (status == KHOP_OK && s->options->kept) s->options->kept(s->options->context);
  return status;
}

/* On rows of a file, on all nodes at once, or on some in their balls. */
static khop_status open_trainer(khop_trainer **trainer, run_series *s, int split, const khop_fit_options *fit) {
  const khop_train_options *o = s->options;
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

static khop_status train_one(run_series *s, uint64_t seed, int split) {
  khop_status status = KHOP_OK;
  khop_trainer *trainer = NULL;
  khop_fit_options fit = s->recipe->fit;
  fit.seed = seed;
  KHOP_TRY(open_trainer(&trainer, s, split, &fit));
  if (s->options->resume) KHOP_TRY(khop_trainer_load(trainer, s->options->resume));
  khop_i_keeping keeping = {s->options->save ? s->options->save_every : 0, keep_best, s};
  if (s->options->save) KHOP_TRY(note_run(s, seed, split));
  for (bool more = true; more;) {
    KHOP_TRY(khop_trainer_epoch(trainer, &more));
    if (more) KHOP_TRY(khop_i_trainer_keep(trainer, &keeping));
  }
  if (s->options->save && is_best(s, trainer->now.best)) {
    KHOP_TRY(keep_best(s, trainer));
    s->best = s->report->runs;
  }
  KHOP_TRY(khop_trainer_finish(trainer, &s->report->run[s->report->runs]));
  note_held(s->report, trainer);
  s->report->interrupted = s->report->interrupted || trainer->interrupted;
  s->report->runs++;
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
  if (o->split < -1 || o->split >= splits)
    return khop_i_fail(KHOP_E_ARGUMENT, "split %d: %s has splits 0 to %d", o->split,
                       khop_data_name(data), splits - 1);
  if (o->resume && (seeds != 1 || (o->split == -1 && splits != 1)))
    return khop_i_fail(KHOP_E_ARGUMENT, "resuming is for one seed and one split, not for %d and %d",
                       seeds, o->split == -1 ? splits : 1);
  if (o->batch < 0) return khop_i_fail(KHOP_E_ARGUMENT, "a batch of %lld nodes", (long long)o->batch);
  if (o->batch && o->sample && !o->hop_features)
    return khop_i_fail(KHOP_E_ARGUMENT, "batches of %lld nodes have exact rings, each those of its ball, and no sample of "
                       "them: give a batch, or a sample of %lld nodes a ring", (long long)o->batch,
                       (long long)o->sample);
  return o->save ? khop_i_outfile_probe(o->save) : KHOP_OK; /* before the work, not after it */
}

khop_status khop_train(khop_report *report, const khop_data *data, const khop_recipe *recipe,
                       const khop_train_options *options) {
  khop_status status = KHOP_OK;
  khop_train_options own;
  khop_recipe own_recipe;
  run_series s = {.data = data, .report = report, .best = -1};
  *report = (khop_report){0};
  KHOP_TRY(KHOP_I_TAKE(khop_train_options, &own, options));
  KHOP_TRY(KHOP_I_TAKE(khop_recipe, &own_recipe, recipe));
  s.recipe = recipe = &own_recipe;
  s.options = &own;
  int seeds = s.options->seeds ? s.options->seeds : 1, splits = khop_data_splits(data);
  int first = s.options->split < 0 ? 0 : s.options->split;
  int last = s.options->split < 0 ? splits - 1 : s.options->split;
  *report = (khop_report){.metric = recipe->fit.metric};
  KHOP_TRY(check_options(data, s.options, seeds));
  int of = seeds * (last - first + 1);
  KHOP_TRY(khop_i_alloc(&report->run, of, sizeof *report->run, "the report"));
  KHOP_TRY(open_series(&s));
  for (int split = first; split <= last; split++)
    for (int i = 0; i < seeds && !report->interrupted; i++) {
      KHOP_TRY(train_one(&s, recipe->fit.seed + (uint64_t)i, split));
      if (s.options->finished)
        s.options->finished(&report->run[report->runs - 1], report->runs - 1, of,
                            s.options->context);
    }
  summarize(report);
done:
  close_series(&s);
  return status;
}

void khop_report_free(khop_report *report) {
  if (!report) return;
  khop_i_free(report->run);
  report->run = NULL;
}
