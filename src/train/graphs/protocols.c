/* protocols.c: protocols on a set of graphs: many trainings, rings built once.
 *
 *   splits   part drawn anew: 80/10/10          nested   test | inner folds validate in turn -> epoch -> all train
 *   folds    test | validate | train ..         shared   curves on the test folds -> one epoch for all */
#include "train/graphs/candidate.h"
#include "train/graphs/choose.h"
#include "train/graphs/ensemble.h"
#include "train/graphs/member_files.h"
#include "train/graphs/race.h"
#include "train/graphs/splits.h"
#include "train/graphs/worker.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/random.h"
#include "files/outfile.h"
#include "train/split_note.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEFT_OUT 3 /* a graph that a training must not see */

static void fill_defaults(khop_graph_options *o) {
  if (!o->splits) o->splits = 1;
  if (!o->folds) o->folds = 10;
  if (!o->inner) o->inner = 5;
  if (!o->ensemble) o->ensemble = 1;
  if (o->val <= 0) o->val = 0.1;
  if (o->test <= 0) o->test = 0.1;
}

static int runs_of(const khop_graph_options *o) { return o->protocol == KHOP_SPLITS ? o->splits : o->folds; }

/* Whether split or fold i is to be run. */
static bool is_wanted(const khop_i_protocol *p, int i) {
  return !p->report->interrupted && (!p->options.only || i == p->options.only - 1);
}

/* Candidates of splits and folds are chosen from by what validates; those of nested by the folds within. */
static bool chooses_by_rounds(const khop_graph_options *o) {
  return o->candidates > 0 && (o->protocol == KHOP_SPLITS || o->protocol == KHOP_FOLDS);
}

static khop_status check_options(const khop_i_protocol *p) {
  const khop_graph_options *o = &p->options;
  if (o->protocol < KHOP_SPLITS || o->protocol > KHOP_SHARED_EPOCH)
    return khop_i_fail(KHOP_E_ARGUMENT, "there is no protocol %d", (int)o->protocol);
  if (o->splits < 1 || o->ensemble < 1 || o->ensemble > 1000 || o->inner < 2)
    return khop_i_fail(KHOP_E_ARGUMENT, "%d splits, an ensemble of %d, %d inner folds: at least 1, 1 and 2",
                       o->splits, o->ensemble, o->inner);
  for (int c = 0; c < o->candidates; c++) {
    khop_recipe r;
    khop_status status = khop_i_candidate_find(&r, o, c);
    if (status != KHOP_OK) return status;
    if (!chooses_by_rounds(o) && (r.fit.epochs != p->recipe.fit.epochs || r.open_length != p->recipe.open_length))
      return khop_i_fail(KHOP_E_ARGUMENT, "candidate %d has %d epochs: of this protocol all have the %d of the recipe", c,
                         r.fit.epochs, p->recipe.fit.epochs);
    if (r.fit.metric != p->recipe.fit.metric)
      return khop_i_fail(KHOP_E_ARGUMENT, "candidate %d has another metric than the recipe", c);
  }
  if (p->recipe.fit.epochs < 1) return khop_i_fail(KHOP_E_ARGUMENT, "%d epochs", p->recipe.fit.epochs);
  if (o->protocol == KHOP_SPLITS && khop_graphs_parts(p->set) && (o->splits > 1 || o->by != KHOP_SPLIT_RANDOM))
    return khop_i_fail(KHOP_E_ARGUMENT, "%s: the graphs come with one split, and others cannot be drawn",
                       khop_graphs_name(p->set));
  if (o->protocol == KHOP_SPLITS && o->splits > 1 && o->by == KHOP_SPLIT_GROUPS_IN_ORDER)
    return khop_i_fail(KHOP_E_ARGUMENT, "%d splits by groups in their order: it is always the same, and draws one "
                       "split (--split-by scaffold-shuffled draws others)", o->splits);
  if (o->only < 0 || o->only > runs_of(o))
    return khop_i_fail(KHOP_E_ARGUMENT, "only number %d: there are 1 to %d", o->only, runs_of(o));
  if (o->protocol == KHOP_SHARED_EPOCH && (o->ensemble > 1 || o->save || o->only))
    return khop_i_fail(KHOP_E_ARGUMENT, "the shared epoch is for comparison alone: all folds, no ensemble and no file");
  if (o->resume && o->protocol != KHOP_SPLITS && o->protocol != KHOP_FOLDS)
    return khop_i_fail(KHOP_E_ARGUMENT, "resuming is for splits and folds: what was chosen within folds is not kept");
  if (o->resume && o->candidates)
    return khop_i_fail(KHOP_E_ARGUMENT, "resuming goes on with the recipe that was chosen, and chooses among no candidates");
  return o->save ? khop_i_outfile_probe(o->save) : KHOP_OK;
}

static khop_status find_most_epochs(int64_t *epochs, const khop_i_protocol *p) {
  *epochs = p->recipe.fit.epochs;
  for (int c = 0; c < p->options.candidates; c++) {
    khop_recipe r;
    khop_status status = khop_i_candidate_find(&r, &p->options, c);
    if (status != KHOP_OK) return status;
    if (r.fit.epochs > *epochs) *epochs = r.fit.epochs;
  }
  return KHOP_OK;
}

static khop_status open_run(khop_i_protocol *p) {
  khop_status status = KHOP_OK;
  khop_graph_report *r = p->report;
  int64_t epochs, runs = runs_of(&p->options);
  KHOP_TRY(check_options(p));
  KHOP_TRY(khop_i_candidate_open(p));
  KHOP_TRY(find_most_epochs(&epochs, p));
  p->outputs = khop_model_output_columns(p->model);
  size_t row = (size_t)p->outputs * sizeof *p->scores;
  KHOP_TRY(khop_i_alloc(&r->run, runs, sizeof *r->run, "the report"));
  KHOP_TRY(khop_i_alloc(&r->predictions, p->graphs, row, "predictions"));
  KHOP_TRY(khop_i_alloc(&r->deviations, p->graphs, row, "deviations"));
  for (int64_t i = 0; i < p->graphs * p->outputs; i++) r->predictions[i] = r->deviations[i] = (khop_real)NAN;
  KHOP_TRY(khop_i_alloc(&p->part, p->graphs, 1, "a split"));
  KHOP_TRY(khop_i_alloc(&p->fold, p->graphs, sizeof *p->fold, "folds"));
  KHOP_TRY(khop_i_alloc(&p->inner, p->graphs, sizeof *p->inner, "folds"));
  KHOP_TRY(khop_i_alloc(&p->scores, p->graphs, row, "scores"));
  KHOP_TRY(khop_i_alloc(&p->members, p->graphs, (size_t)p->outputs * sizeof *p->members, "an ensemble"));
  KHOP_TRY(khop_i_alloc(&p->curve, epochs, sizeof *p->curve, "a curve"));
  KHOP_TRY(khop_i_alloc(&r->curve, epochs, sizeof *r->curve, "a curve"));
  KHOP_TRY(khop_i_alloc(&p->curves, runs * epochs, sizeof *p->curves, "curves"));
done:
  return status;
}

static void close_run(khop_i_protocol *p) {
  for (int i = 0; i < p->rings_count; i++) khop_rings_free(p->rings[i]);
  khop_model_free(p->model);
  khop_i_free(p->part);
  khop_i_free(p->fold);
  khop_i_free(p->inner);
  khop_i_free(p->scores);
  khop_i_free(p->members);
  khop_i_free(p->curve);
  khop_i_free(p->curves);
}

/* --- the protocols -------------------------------------------------------------------------- */

/* One split or fold, its parts as they are. */
static khop_status train_part(khop_i_protocol *p) {
  khop_status status = chooses_by_rounds(&p->options) ? khop_i_graphs_choose(p) : KHOP_OK;
  return status == KHOP_OK && !p->report->interrupted ? khop_i_ensemble_train(p, 0) : status;
}

static khop_status run_splits(khop_i_protocol *p) {
  khop_status status = KHOP_OK;
  const khop_graph_options *o = &p->options;
  const uint8_t *parts = khop_graphs_parts(p->set);
  p->of = o->splits * o->ensemble;
  for (int i = 0; i < o->splits; i++) {
    if (!is_wanted(p, i)) continue;
    p->number = i;
    if (parts)
      memcpy(p->part, parts, (size_t)p->graphs);
    else
      KHOP_TRY(khop_graphs_split(p->part, p->set, o->by, o->val, o->test, o->split_seed + (uint64_t)i));
    KHOP_TRY(train_part(p));
  }
done:
  return status;
}

static khop_status run_folds(khop_i_protocol *p) {
  khop_status status = KHOP_OK;
  int folds = p->options.folds;
  p->of = folds * p->options.ensemble;
  for (int f = 0; f < folds; f++) {
    if (!is_wanted(p, f)) continue;
    p->number = f;
    khop_i_part_of_folds(p->part, p->fold, p->graphs, f, (f + 1) % folds);
    KHOP_TRY(train_part(p));
  }
done:
  return status;
}

static void add_curve(double *sum, const double *curve, int epochs) {
  for (int e = 0; e < epochs; e++) sum[e] += curve[e];
}

/* Which epoch the graphs outside fold f choose among themselves, and how good it is for them: more is better. */
static khop_status choose_epoch(int *epoch, double *merit, khop_i_protocol *p, int f) {
  khop_status status = KHOP_OK;
  khop_fit_result result;
  int epochs = p->recipe.fit.epochs, inner = p->options.inner;
  KHOP_TRY(khop_i_graphs_folds_within(p->inner, p->set, p->options.by, inner,
                                      khop_i_random_key(p->options.split_seed, (uint64_t)f, 1), p->fold, f));
  memset(p->curves, 0, (size_t)epochs * sizeof *p->curves);
  for (int i = 0; i < inner && !p->report->interrupted; i++) {
    for (int64_t g = 0; g < p->graphs; g++)
      p->part[g] = p->fold[g] == f ? LEFT_OUT : p->inner[g] == i ? KHOP_VAL : KHOP_TRAIN;
    KHOP_TRY(khop_i_protocol_train(&result, p, p->curve, i, 0, NULL));
    add_curve(p->curves, p->curve, epochs);
  }
  *epoch = khop_i_curve_best(merit, p->curves, epochs, khop_metric_rises(p->recipe.fit.metric),
                             KHOP_I_CURVE_WINDOW);
done:
  return status;
}

/* The candidate and the epoch for fold f; of equals the first. The run is left with that recipe. */
static khop_status choose_candidate(int *candidate, int *epoch, khop_i_protocol *p, int f) {
  khop_status status = KHOP_OK;
  double best = 0, merit = 0;
  int count = p->options.candidates ? p->options.candidates : 1, here;
  for (int c = 0; c < count && !p->report->interrupted; c++) {
    if (p->options.candidates) KHOP_TRY(khop_i_candidate_take(p, c));
    KHOP_TRY(choose_epoch(&here, &merit, p, f));
    if (c == 0 || merit > best) best = merit, *epoch = here, *candidate = c;
  }
  if (p->options.candidates) KHOP_TRY(khop_i_candidate_take(p, *candidate));
done:
  return status;
}

static khop_status run_nested(khop_i_protocol *p) {
  khop_status status = KHOP_OK;
  int epoch = 1, candidate = 0, folds = p->options.folds, tries = p->options.candidates ? p->options.candidates : 1;
  p->of = folds * (tries * p->options.inner + p->options.ensemble);
  for (int f = 0; f < folds; f++) {
    if (!is_wanted(p, f)) continue;
    KHOP_TRY(choose_candidate(&candidate, &epoch, p, f));
    if (p->report->interrupted) break;
    p->number = f;
    khop_i_part_of_folds(p->part, p->fold, p->graphs, f, -1);
    p->report->run[p->report->runs].candidate = candidate;
    KHOP_TRY(khop_i_ensemble_train(p, epoch));
  }
done:
  return status;
}

static khop_status run_shared(khop_i_protocol *p) {
  khop_status status = KHOP_OK;
  khop_fit_result result;
  int epochs = p->recipe.fit.epochs, folds = p->options.folds;
  double merit = 0;
  p->of = folds;
  for (int f = 0; f < folds && !p->report->interrupted; f++) {
    for (int64_t g = 0; g < p->graphs; g++) p->part[g] = p->fold[g] == f ? KHOP_VAL : KHOP_TRAIN;
    KHOP_TRY(khop_i_protocol_train(&result, p, p->curves + (int64_t)f * epochs, 0, 0, NULL));
  }
  if (p->report->interrupted) goto done;
  memset(p->curve, 0, (size_t)epochs * sizeof *p->curve);
  for (int f = 0; f < folds; f++) add_curve(p->curve, p->curves + (int64_t)f * epochs, epochs);
  int best = khop_i_curve_best(&merit, p->curve, epochs, khop_metric_rises(p->recipe.fit.metric), 1);
  p->report->shared_epoch = best;
  for (int f = 0; f < folds; f++) {
    double here = p->curves[(int64_t)f * epochs + best - 1];
    p->report->run[p->report->runs++] = (khop_graph_result){.val = NAN, .test = here, .together = here, .epoch = best,
                                                            .epochs = epochs};
  }
done:
  return status;
}

/* --- the report ----------------------------------------------------------------------------- */

static void summarize(khop_i_protocol *p) {
  khop_graph_report *r = p->report;
  khop_moments test = {0}, together = {0}, val = {0};
  for (int i = 0; i < r->runs; i++) {
    khop_moments_add(&test, r->run[i].test);
    khop_moments_add(&together, r->run[i].together);
    khop_moments_add(&val, r->run[i].val);
  }
  r->test_mean = r->runs ? test.mean : NAN;
  r->together_mean = r->runs ? together.mean : NAN;
  r->val_mean = r->runs ? val.mean : NAN;
  r->test_std = khop_moments_deviation(&test);
  r->together_std = khop_moments_deviation(&together);
  r->seconds_per_epoch = p->epochs > 0 ? p->seconds / p->epochs : 0;
}

khop_status khop_graphs_train(khop_graph_report *report, const khop_graphs *set, const khop_recipe *recipe,
                              const khop_graph_options *options) {
  khop_status status = KHOP_OK;
  khop_i_protocol p = {.set = set, .report = report, .graphs = khop_graphs_count(set)};
  *report = (khop_graph_report){0};
  KHOP_TRY(KHOP_I_TAKE(khop_recipe, &p.recipe, recipe));
  KHOP_TRY(KHOP_I_TAKE(khop_graph_options, &p.options, options));
  report->metric = p.recipe.fit.metric;
  fill_defaults(&p.options);
  khop_i_fit_defaults(&p.recipe.fit);
  p.given = p.recipe;
  if (p.options.resume) KHOP_TRY(khop_i_members_resume(&p));
  KHOP_TRY(open_run(&p));
  if (p.options.protocol != KHOP_SPLITS)
    KHOP_TRY(khop_graphs_folds(p.fold, set, p.options.by, p.options.folds, p.options.split_seed));
  switch (p.options.protocol) {
  case KHOP_SPLITS: KHOP_TRY(run_splits(&p)); break;
  case KHOP_FOLDS: KHOP_TRY(run_folds(&p)); break;
  case KHOP_NESTED: khop_i_race_settle_folds(&p); KHOP_TRY(run_nested(&p)); break;
  case KHOP_SHARED_EPOCH: khop_i_race_settle_folds(&p); KHOP_TRY(run_shared(&p)); break;
  }
  summarize(&p);
done:
  close_run(&p);
  return status;
}

void khop_graph_report_free(khop_graph_report *report) {
  if (!report) return;
  khop_i_free(report->run);
  khop_i_free(report->predictions);
  khop_i_free(report->deviations);
  khop_i_free(report->interval);
  khop_i_free(report->curve);
  report->interval = NULL;
  report->curve = NULL;
  report->run = NULL;
  report->predictions = report->deviations = NULL;
}
