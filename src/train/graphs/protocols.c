/* protocols.c: protocols on a set of graphs: many trainings, rings built once.
 *
 *   splits   part drawn anew: 80/10/10          nested   test | inner folds validate in turn -> epoch -> all train
 *   folds    test | validate | train ..         shared   curves on the test folds -> one epoch for all */
#include "train/graphs/fit.h"
#include "base/error.h"
#include "base/memory.h"
#include "files/outfile.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LEFT_OUT 3 /* a graph that a training must not see */

typedef struct session {
  const khop_graphs *set;
  khop_recipe recipe;
  khop_graph_options options;
  khop_graph_report *report;
  khop_model *model;
  khop_rings *rings[KHOP_MAX_RINGS];
  int rings_count;
  int64_t graphs, outputs;
  uint8_t *part;                  /* (G) */
  int32_t *fold, *inner;          /* (G) */
  khop_real *scores;              /* (G, outputs) of one member */
  khop_moments *members;          /* (G, outputs) over the members of an ensemble */
  double *curve, *curves;         /* (epochs), (folds, epochs) */
  int done, of;
  double seconds, epochs;
} session;

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
static bool runs(const session *s, int i) {
  return !s->report->interrupted && (!s->options.only || i == s->options.only - 1);
}

static khop_status check(const session *s) {
  const khop_graph_options *o = &s->options;
  if (o->protocol < KHOP_SPLITS || o->protocol > KHOP_SHARED_EPOCH)
    return khop_i_fail(KHOP_E_ARGUMENT, "there is no protocol %d", (int)o->protocol);
  if (o->splits < 1 || o->ensemble < 1 || o->ensemble > 1000 || o->inner < 2)
    return khop_i_fail(KHOP_E_ARGUMENT, "%d splits, an ensemble of %d, %d inner folds: at least 1, 1 and 2",
                       o->splits, o->ensemble, o->inner);
  for (int c = 0; c < o->candidates; c++)
    if (o->candidate[c].fit.epochs != s->recipe.fit.epochs || o->candidate[c].fit.metric != s->recipe.fit.metric)
      return khop_i_fail(KHOP_E_ARGUMENT, "candidate %d has %d epochs or another metric: all have the %d epochs "
                         "and the metric of the recipe", c, o->candidate[c].fit.epochs, s->recipe.fit.epochs);
  if (s->recipe.fit.epochs < 1) return khop_i_fail(KHOP_E_ARGUMENT, "%d epochs", s->recipe.fit.epochs);
  if (o->only < 0 || o->only > runs_of(o))
    return khop_i_fail(KHOP_E_ARGUMENT, "only number %d: there are 1 to %d", o->only, runs_of(o));
  if (o->protocol == KHOP_SHARED_EPOCH && (o->ensemble > 1 || o->save || o->only))
    return khop_i_fail(KHOP_E_ARGUMENT, "the shared epoch is for comparison alone: all folds, no ensemble and no file");
  return o->save ? khop_i_outfile_probe(o->save) : KHOP_OK;
}

static khop_status open_session(session *s) {
  khop_status status = KHOP_OK;
  khop_graph_report *r = s->report;
  int64_t epochs = s->recipe.fit.epochs, runs = runs_of(&s->options);
  KHOP_TRY(check(s));
  KHOP_TRY(khop_graphs_model(&s->model, &s->recipe, s->set));
  s->outputs = khop_model_output_columns(s->model);
  if (s->options.notes) KHOP_TRY(khop_model_set_metadata(s->model, "options", s->options.notes));
  KHOP_TRY(khop_graphs_rings(s->rings, &s->rings_count, s->model, s->set, s->options.max_bytes));
  size_t row = (size_t)s->outputs * sizeof *s->scores;
  KHOP_TRY(khop_i_alloc(&r->run, runs, sizeof *r->run, "the report"));
  KHOP_TRY(khop_i_alloc(&r->predictions, s->graphs, row, "predictions"));
  KHOP_TRY(khop_i_alloc(&r->deviations, s->graphs, row, "deviations"));
  for (int64_t i = 0; i < s->graphs * s->outputs; i++) r->predictions[i] = r->deviations[i] = (khop_real)NAN;
  KHOP_TRY(khop_i_alloc(&s->part, s->graphs, 1, "a split"));
  KHOP_TRY(khop_i_alloc(&s->fold, s->graphs, sizeof *s->fold, "folds"));
  KHOP_TRY(khop_i_alloc(&s->inner, s->graphs, sizeof *s->inner, "folds"));
  KHOP_TRY(khop_i_alloc(&s->scores, s->graphs, row, "scores"));
  KHOP_TRY(khop_i_alloc(&s->members, s->graphs, (size_t)s->outputs * sizeof *s->members, "an ensemble"));
  KHOP_TRY(khop_i_alloc(&s->curve, epochs, sizeof *s->curve, "a curve"));
  KHOP_TRY(khop_i_alloc(&s->curves, runs * epochs, sizeof *s->curves, "curves"));
  r->parameters = khop_model_parameters(s->model);
done:
  return status;
}

static void close_session(session *s) {
  for (int i = 0; i < s->rings_count; i++) khop_rings_free(s->rings[i]);
  khop_model_free(s->model);
  khop_i_free(s->part);
  khop_i_free(s->fold);
  khop_i_free(s->inner);
  khop_i_free(s->scores);
  khop_i_free(s->members);
  khop_i_free(s->curve);
  khop_i_free(s->curves);
}

/* --- one training --------------------------------------------------------------------------- */

/* member: of an ensemble; last: 0, or where to stop. */
static khop_status train_one(khop_fit_result *result, session *s, double *curve, int member, int last) {
  khop_recipe recipe = s->recipe;
  recipe.fit.seed += (uint64_t)member;
  if (curve) recipe.fit.patience = -1;
  if (s->options.progress) s->options.progress(s->done, s->of, s->options.context);
  khop_status status = khop_i_graphs_fit(result, curve, s->scores, s->model, s->set, s->rings_count, s->rings,
                                         s->part, &recipe, last);
  if (status != KHOP_OK) return status;
  s->done++;
  s->seconds += result->seconds;
  s->epochs += result->epochs;
  s->report->interrupted = s->report->interrupted || result->interrupted;
  return KHOP_OK;
}

/* "m.safetensors", "m-2.safetensors", .. */
static khop_status save_member(session *s, int member) {
  const char *path = s->options.save, *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
  char *name = NULL, count[16];
  int stem = (int)(dot && (!slash || dot > slash) ? (size_t)(dot - path) : strlen(path));
  khop_status status = member ? khop_i_sprintf(&name, "%.*s-%d%s", stem, path, member + 1, path + stem)
                              : khop_i_strdup(&name, path);
  snprintf(count, sizeof count, "%d", s->options.ensemble);
  if (status == KHOP_OK) status = khop_model_set_metadata(s->model, "ensemble", count);
  if (status == KHOP_OK) status = khop_model_save(s->model, name);
  khop_i_free(name);
  return status;
}

/* The members' predictions of the test graphs, one member after another. */
static void add_member(session *s) {
  for (int64_t g = 0; g < s->graphs; g++)
    for (int64_t c = 0; c < s->outputs && s->part[g] == KHOP_TEST; c++)
      khop_moments_add(&s->members[g * s->outputs + c], (double)s->scores[g * s->outputs + c]);
}

/* Their mean goes into the report, and into scores, which is what they say together. */
static void average_members(session *s) {
  for (int64_t g = 0; g < s->graphs; g++)
    for (int64_t c = 0; c < s->outputs && s->part[g] == KHOP_TEST; c++) {
      int64_t i = g * s->outputs + c;
      s->scores[i] = s->report->predictions[i] = (khop_real)s->members[i].mean;
      s->report->deviations[i] = (khop_real)khop_moments_deviation(&s->members[i]);
    }
}

/* Trains the ensemble on the parts as they are, and scores it. */
static khop_status train_members(session *s, int last) {
  khop_status status = KHOP_OK;
  khop_graph_result *r = &s->report->run[s->report->runs];
  *r = (khop_graph_result){.candidate = r->candidate};
  memset(s->members, 0, (size_t)(s->graphs * s->outputs) * sizeof *s->members);
  for (int m = 0; m < s->options.ensemble; m++) {
    khop_fit_result result;
    KHOP_TRY(train_one(&result, s, NULL, m, last));
    if (s->report->interrupted) goto done;
    add_member(s);
    r->val += result.val / s->options.ensemble;
    r->test += result.test / s->options.ensemble;
    if (m == 0) r->epoch = result.best_epoch;
    if (s->options.save) KHOP_TRY(save_member(s, m));
  }
  average_members(s);
  KHOP_TRY(khop_graphs_score(&r->together, s->recipe.fit.metric, s->scores, s->set, s->part, KHOP_TEST));
  s->report->runs++;
done:
  return status;
}

/* --- the protocols -------------------------------------------------------------------------- */

static khop_status run_splits(session *s) {
  khop_status status = KHOP_OK;
  const khop_graph_options *o = &s->options;
  s->of = o->splits * o->ensemble;
  for (int i = 0; i < o->splits; i++) {
    if (!runs(s, i)) continue;
    KHOP_TRY(khop_graphs_split(s->part, s->set, o->by, o->val, o->test, o->split_seed + (uint64_t)i));
    KHOP_TRY(train_members(s, 0));
  }
done:
  return status;
}

static khop_status run_folds(session *s) {
  khop_status status = KHOP_OK;
  int folds = s->options.folds;
  s->of = folds * s->options.ensemble;
  for (int f = 0; f < folds; f++) {
    if (!runs(s, f)) continue;
    for (int64_t g = 0; g < s->graphs; g++)
      s->part[g] = (uint8_t)(s->fold[g] == f ? KHOP_TEST : s->fold[g] == (f + 1) % folds ? KHOP_VAL : KHOP_TRAIN);
    KHOP_TRY(train_members(s, 0));
  }
done:
  return status;
}

/* The best epoch of a sum of curves, each point with its two neighbours on either side, so that one lucky
 * epoch does not win; of equals the first. *most: how good it is, more is better. */
static int best_epoch(double *most, const double *curve, int epochs, bool rises) {
  int best = 0;
  for (int e = 0; e < epochs; e++) {
    double sum = 0;
    int count = 0;
    for (int k = e - 2; k <= e + 2; k++)
      if (k >= 0 && k < epochs) sum += curve[k], count++;
    double here = rises ? sum / count : -sum / count;
    if (e == 0 || here > *most) *most = here, best = e;
  }
  return best + 1;
}

/* Which epoch the graphs outside fold f choose among themselves, and how good it is for them. */
static khop_status choose_epoch(int *epoch, double *most, session *s, int f) {
  khop_status status = KHOP_OK;
  khop_fit_result result;
  int epochs = s->recipe.fit.epochs, inner = s->options.inner;
  KHOP_TRY(khop_graphs_folds(s->inner, s->set, s->options.by, inner,
                             khop_i_random_key(s->options.split_seed, (uint64_t)f, 1)));
  memset(s->curves, 0, (size_t)epochs * sizeof *s->curves);
  for (int i = 0; i < inner && !s->report->interrupted; i++) {
    for (int64_t g = 0; g < s->graphs; g++)
      s->part[g] = s->fold[g] == f ? LEFT_OUT : s->inner[g] == i ? KHOP_VAL : KHOP_TRAIN;
    KHOP_TRY(train_one(&result, s, s->curve, i, 0));
    for (int e = 0; e < epochs; e++) s->curves[e] += s->curve[e];
  }
  *epoch = best_epoch(most, s->curves, epochs, khop_metric_rises(s->recipe.fit.metric));
done:
  return status;
}

/* Takes another recipe of the same metric: a model, and the rings for it. */
static khop_status take_recipe(session *s, const khop_recipe *recipe) {
  khop_status status = KHOP_OK;
  for (int i = 0; i < s->rings_count; i++) khop_rings_free(s->rings[i]);
  s->rings_count = 0;
  khop_model_free(s->model);
  s->model = NULL;
  s->recipe = *recipe;
  KHOP_TRY(khop_graphs_model(&s->model, recipe, s->set));
  if (s->options.notes) KHOP_TRY(khop_model_set_metadata(s->model, "options", s->options.notes));
  KHOP_TRY(khop_graphs_rings(s->rings, &s->rings_count, s->model, s->set, s->options.max_bytes));
  s->report->parameters = khop_model_parameters(s->model);
done:
  return status;
}

/* The candidate and the epoch for fold f; of equals the first. The session is left with that recipe. */
static khop_status choose(int *candidate, int *epoch, session *s, int f) {
  khop_status status = KHOP_OK;
  double best = 0, most = 0;
  int count = s->options.candidates ? s->options.candidates : 1, here;
  for (int c = 0; c < count && !s->report->interrupted; c++) {
    if (s->options.candidates) KHOP_TRY(take_recipe(s, &s->options.candidate[c]));
    KHOP_TRY(choose_epoch(&here, &most, s, f));
    if (c == 0 || most > best) best = most, *epoch = here, *candidate = c;
  }
  if (s->options.candidates) KHOP_TRY(take_recipe(s, &s->options.candidate[*candidate]));
done:
  return status;
}

static khop_status run_nested(session *s) {
  khop_status status = KHOP_OK;
  int epoch = 1, candidate = 0, folds = s->options.folds, tries = s->options.candidates ? s->options.candidates : 1;
  s->of = folds * (tries * s->options.inner + s->options.ensemble);
  for (int f = 0; f < folds; f++) {
    if (!runs(s, f)) continue;
    KHOP_TRY(choose(&candidate, &epoch, s, f));
    if (s->report->interrupted) break;
    for (int64_t g = 0; g < s->graphs; g++) s->part[g] = s->fold[g] == f ? KHOP_TEST : KHOP_TRAIN;
    s->report->run[s->report->runs].candidate = candidate;
    KHOP_TRY(train_members(s, epoch));
  }
done:
  return status;
}

static khop_status run_shared(session *s) {
  khop_status status = KHOP_OK;
  khop_fit_result result;
  int epochs = s->recipe.fit.epochs, folds = s->options.folds, best = 0;
  double most = 0;
  s->of = folds;
  for (int f = 0; f < folds && !s->report->interrupted; f++) {
    for (int64_t g = 0; g < s->graphs; g++) s->part[g] = s->fold[g] == f ? KHOP_VAL : KHOP_TRAIN;
    KHOP_TRY(train_one(&result, s, s->curves + (int64_t)f * epochs, 0, 0));
  }
  if (s->report->interrupted) goto done;
  for (int e = 0; e < epochs; e++) {
    double sum = 0;
    for (int f = 0; f < folds; f++) sum += s->curves[(int64_t)f * epochs + e];
    if (!khop_metric_rises(s->recipe.fit.metric)) sum = -sum;
    if (e == 0 || sum > most) most = sum, best = e;
  }
  s->report->shared_epoch = best + 1;
  for (int f = 0; f < folds; f++) {
    double here = s->curves[(int64_t)f * epochs + best];
    s->report->run[s->report->runs++] = (khop_graph_result){NAN, here, here, best + 1, 0};
  }
done:
  return status;
}

/* --- the report ----------------------------------------------------------------------------- */

static void summarize(session *s) {
  khop_graph_report *r = s->report;
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
  r->seconds_per_epoch = s->epochs > 0 ? s->seconds / s->epochs : 0;
}

khop_status khop_graphs_train(khop_graph_report *report, const khop_graphs *set, const khop_recipe *recipe,
                              const khop_graph_options *options) {
  khop_status status = KHOP_OK;
  session s = {.set = set, .recipe = *recipe, .report = report, .graphs = khop_graphs_count(set)};
  *report = (khop_graph_report){.metric = recipe->fit.metric};
  if (options) s.options = *options;
  fill_defaults(&s.options);
  if (!s.recipe.fit.epochs) s.recipe.fit.epochs = 100;
  KHOP_TRY(open_session(&s));
  if (s.options.protocol != KHOP_SPLITS)
    KHOP_TRY(khop_graphs_folds(s.fold, set, s.options.by, s.options.folds, s.options.split_seed));
  switch (s.options.protocol) {
  case KHOP_SPLITS: KHOP_TRY(run_splits(&s)); break;
  case KHOP_FOLDS: KHOP_TRY(run_folds(&s)); break;
  case KHOP_NESTED: KHOP_TRY(run_nested(&s)); break;
  case KHOP_SHARED_EPOCH: KHOP_TRY(run_shared(&s)); break;
  }
  summarize(&s);
done:
  close_session(&s);
  return status;
}

void khop_graph_report_free(khop_graph_report *report) {
  if (!report) return;
  khop_i_free(report->run);
  khop_i_free(report->predictions);
  khop_i_free(report->deviations);
  report->run = NULL;
  report->predictions = report->deviations = NULL;
}
