/* protocols.c: protocols on a set of graphs: many trainings, rings built once.
 *
 *   splits   part drawn anew: 80/10/10          nested   test | inner folds validate in turn -> epoch -> all train
 *   folds    test | validate | train ..         shared   curves on the test folds -> one epoch for all */
#include "train/checkpoint.h"
#include "train/graphs/conformal.h"
#include "train/graphs/fit.h"
#include "train/graphs/worker.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"
#include "files/outfile.h"
#include "train/split_note.h"

#include <khop/evaluate.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEFT_OUT 3 /* a graph that a training must not see */

typedef struct protocol_run {
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
  int number;                     /* of the split or fold, from 0 */
  int resumed;                    /* members in files to go on from */
  int done, of;
  double seconds, epochs;
} protocol_run;

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
static bool is_wanted(const protocol_run *p, int i) {
  return !p->report->interrupted && (!p->options.only || i == p->options.only - 1);
}

static khop_status check_options(const protocol_run *p) {
  const khop_graph_options *o = &p->options;
  if (o->protocol < KHOP_SPLITS || o->protocol > KHOP_SHARED_EPOCH)
    return khop_i_fail(KHOP_E_ARGUMENT, "there is no protocol %d", (int)o->protocol);
  if (o->splits < 1 || o->ensemble < 1 || o->ensemble > 1000 || o->inner < 2)
    return khop_i_fail(KHOP_E_ARGUMENT, "%d splits, an ensemble of %d, %d inner folds: at least 1, 1 and 2",
                       o->splits, o->ensemble, o->inner);
  for (int c = 0; c < o->candidates; c++)
    if (o->candidate[c].fit.epochs != p->recipe.fit.epochs || o->candidate[c].fit.metric != p->recipe.fit.metric)
      return khop_i_fail(KHOP_E_ARGUMENT, "candidate %d has %d epochs or another metric: all have the %d epochs "
                         "and the metric of the recipe", c, o->candidate[c].fit.epochs, p->recipe.fit.epochs);
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
  return o->save ? khop_i_outfile_probe(o->save) : KHOP_OK;
}

static khop_status open_run(protocol_run *p) {
  khop_status status = KHOP_OK;
  khop_graph_report *r = p->report;
  int64_t epochs = p->recipe.fit.epochs, runs = runs_of(&p->options);
  KHOP_TRY(check_options(p));
  KHOP_TRY(khop_graphs_model(&p->model, &p->recipe, p->set));
  p->outputs = khop_model_output_columns(p->model);
  if (p->options.notes) KHOP_TRY(khop_model_set_metadata(p->model, "options", p->options.notes));
  KHOP_TRY(khop_model_set_schema(p->model, khop_graphs_schema(p->set)));
  KHOP_TRY(khop_graphs_rings(p->rings, &p->rings_count, p->model, p->set, p->options.max_bytes));
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
  KHOP_TRY(khop_i_alloc(&p->curves, runs * epochs, sizeof *p->curves, "curves"));
  r->parameters = khop_model_parameters(p->model);
done:
  return status;
}

static void close_run(protocol_run *p) {
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

/* --- one training --------------------------------------------------------------------------- */

/* member: of an ensemble; end: 0, or the epoch to end after. */
static khop_status train_one(khop_fit_result *result, protocol_run *p, double *curve, int member, int end,
                             const khop_i_fit_files *files) {
  khop_recipe recipe = p->recipe;
  recipe.fit.seed += (uint64_t)member;
  if (curve) recipe.fit.patience = -1;
  if (p->options.progress) p->options.progress(p->done, p->of, p->options.context);
  khop_status status = khop_i_graphs_fit(result, curve, p->scores, p->model, p->set, p->rings_count, p->rings,
                                         p->part, &recipe, end, files);
  if (status != KHOP_OK) return status;
  p->done++;
  p->seconds += result->seconds;
  p->epochs += result->epochs - result->resumed;
  p->report->interrupted = p->report->interrupted || result->interrupted;
  return KHOP_OK;
}

static khop_status note_part(const protocol_run *p) {
  const khop_graph_options *o = &p->options;
  const khop_i_trained_part how = {o->protocol, o->by, p->number, o->folds, o->split_seed, o->val, o->test};
  return khop_i_note_trained_part(p->model, p->set, &how, p->part);
}

/* --- the files of an ensemble --------------------------------------------------------------- */

/* "m.safetensors", "m-2.safetensors", .. */
static khop_status member_path(char **name, const char *path, int member) {
  const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
  int stem = (int)(dot && (!slash || dot > slash) ? (size_t)(dot - path) : strlen(path));
  return member ? khop_i_sprintf(name, "%.*s-%d%s", stem, path, member + 1, path + stem) : khop_i_strdup(name, path);
}

static khop_status note_count(khop_model *model, int models) {
  char count[16];
  snprintf(count, sizeof count, "%d", models);
  return khop_model_set_metadata(model, "ensemble", count);
}

/* The first file says how many there are by now, so that what stands beside it from another training is never taken
 * for a part of this one. */
static khop_status count_models(protocol_run *p, int models) {
  khop_model *first = NULL;
  if (models == 1) return KHOP_OK;
  khop_status status = khop_model_load(&first, p->options.save);
  if (status == KHOP_OK) status = note_count(first, models);
  if (status == KHOP_OK) status = khop_model_save(first, p->options.save);
  khop_model_free(first);
  return status;
}

/* trainer: of the model in training; NULL: it is done. epoch: of its weights. */
static khop_status save_member(protocol_run *p, int member, int epoch, const khop_trainer *trainer) {
  char *name = NULL, number[16];
  snprintf(number, sizeof number, "%d", epoch);
  khop_status status = member_path(&name, p->options.save, member);
  if (status == KHOP_OK) status = note_count(p->model, member ? p->options.ensemble : 1);
  if (status == KHOP_OK) status = note_part(p);
  if (status == KHOP_OK) status = khop_model_set_metadata(p->model, "epoch", number);
  if (status == KHOP_OK) status = trainer ? khop_trainer_save(trainer, name) : khop_model_save(p->model, name);
  if (status == KHOP_OK && p->report->saved != member + 1) status = count_models(p, member + 1);
  if (status == KHOP_OK) p->report->saved = member + 1;
  khop_i_free(name);
  return status;
}

typedef struct member_in_training {
  protocol_run *run;
  int member;
} member_in_training;

static khop_status keep_member(void *context, const khop_trainer *trainer) {
  const member_in_training *m = context;
  return save_member(m->run, m->member, trainer->now.best_epoch, trainer);
}

/* How many models the files to go on from hold, and the split or fold that they are of. */
static khop_status open_resumed(protocol_run *p) {
  khop_model *first = NULL;
  int number = 0;
  khop_status status = khop_model_load(&first, p->options.resume);
  const char *count = first ? khop_model_metadata(first, "ensemble") : NULL;
  if (status == KHOP_OK && !count)
    status = khop_i_fail(KHOP_E_VALUE, "%s: the model of the nodes of a graph, not of a set", p->options.resume);
  if (status == KHOP_OK) status = khop_i_trained_number(&number, first);
  if (status == KHOP_OK) p->resumed = (int)strtol(count, NULL, 10);
  if (status == KHOP_OK && !p->options.only) p->options.only = number + 1;
  khop_model_free(first);
  return status;
}

/* Whether member m is in a file already, as a whole or in part: files->resume, which the caller frees; *epoch: of the
 * weights there. */
static khop_status find_resumed(khop_i_fit_files *files, int *epoch, protocol_run *p, int member) {
  khop_status status = KHOP_OK;
  khop_model *model = NULL;
  char *name = NULL;
  uint8_t *part = NULL;
  bool same = false, training = false;
  if (member >= p->resumed) return KHOP_OK;
  KHOP_TRY(khop_i_alloc(&part, p->graphs, 1, "a split"));
  KHOP_TRY(member_path(&name, p->options.resume, member));
  KHOP_TRY(khop_model_load(&model, name));
  KHOP_TRY(khop_model_trained_part(part, &same, model, p->set));
  if (!same || memcmp(part, p->part, (size_t)p->graphs) != 0)
    KHOP_FAIL(KHOP_E_VALUE, "%s: was trained on other graphs than split or fold %d of %s", name, p->number + 1,
              khop_graphs_name(p->set));
  KHOP_TRY(khop_i_checkpoint_is_training(&training, name));
  const char *note = khop_model_metadata(model, "epoch");
  *epoch = note ? (int)strtol(note, NULL, 10) : 0;
  files->is_over = !training;
  files->resume = name;
  name = NULL;
done:
  khop_model_free(model);
  khop_i_free(name);
  khop_i_free(part);
  return status;
}

/* Trains a member of an ensemble, from the start or from where its file stands. */
static khop_status train_member(khop_fit_result *result, protocol_run *p, int member, int end) {
  member_in_training context = {p, member};
  khop_i_fit_files files = {0};
  if (p->options.save) files.keeping = (khop_i_keeping){p->options.save_every, keep_member, &context};
  int epoch = 0;
  khop_status status = find_resumed(&files, &epoch, p, member);
  if (status == KHOP_OK) status = train_one(result, p, NULL, member, end, &files);
  if (status == KHOP_OK && files.is_over) result->best_epoch = epoch;
  khop_i_free((void *)(uintptr_t)files.resume);
  return status;
}

/* The members' predictions of the validation and test graphs, one member after another. */
static void add_member(protocol_run *p) {
  for (int64_t g = 0; g < p->graphs; g++)
    for (int64_t c = 0; c < p->outputs && (p->part[g] == KHOP_TEST || p->part[g] == KHOP_VAL); c++)
      khop_moments_add(&p->members[g * p->outputs + c], (double)p->scores[g * p->outputs + c]);
}

/* Their mean goes into the report, and into scores, which is what they say together. */
static void average_members(protocol_run *p) {
  for (int64_t g = 0; g < p->graphs; g++)
    for (int64_t c = 0; c < p->outputs && p->part[g] == KHOP_TEST; c++) {
      int64_t i = g * p->outputs + c;
      p->scores[i] = p->report->predictions[i] = (khop_real)p->members[i].mean;
      p->report->deviations[i] = (khop_real)khop_moments_deviation(&p->members[i]);
    }
}

/* The first file is the one that knows of the others. */
static khop_status save_intervals(const protocol_run *p) {
  khop_model *first = NULL;
  khop_status status = khop_model_load(&first, p->options.save);
  if (status == KHOP_OK) status = khop_i_conformal_note(first, p->report->interval, p->outputs);
  if (status == KHOP_OK) status = khop_model_save(first, p->options.save);
  khop_model_free(first);
  return status;
}

/* Intervals of an ensemble that predicts numbers and was validated; one model alone says nothing of its error. */
static khop_status calibrate(protocol_run *p) {
  double *unit = NULL;
  bool numbers = !khop_model_predicts_classes(p->model) && !khop_model_predicts_tasks(p->model);
  bool validated = memchr(p->part, KHOP_VAL, (size_t)p->graphs) != NULL;
  if (p->options.ensemble < 2 || !numbers || !validated) return KHOP_OK;
  khop_status status = khop_i_alloc(&unit, 2 * p->outputs, sizeof *unit, "units");
  if (status == KHOP_OK && !p->report->interval)
    status = khop_i_alloc(&p->report->interval, p->outputs, sizeof *p->report->interval, "intervals");
  if (status == KHOP_OK) status = khop_i_units_read(unit + p->outputs, unit, p->model);
  if (status == KHOP_OK) status = khop_i_conformal_fit(p->report->interval, p->set, p->part, p->members, unit);
  if (status == KHOP_OK && p->options.save) status = save_intervals(p);
  khop_i_free(unit);
  return status;
}

/* Trains the ensemble on the parts as they are, and scores it. */
static khop_status train_members(protocol_run *p, int end) {
  khop_status status = KHOP_OK;
  khop_graph_result *r = &p->report->run[p->report->runs];
  *r = (khop_graph_result){.candidate = r->candidate};
  memset(p->members, 0, (size_t)(p->graphs * p->outputs) * sizeof *p->members);
  p->report->saved = 0;
  for (int m = 0; m < p->options.ensemble; m++) {
    khop_fit_result result;
    KHOP_TRY(train_member(&result, p, m, end));
    if (p->report->interrupted) goto done;
    add_member(p);
    r->val += result.val / p->options.ensemble;
    r->test += result.test / p->options.ensemble;
    if (m == 0) r->epoch = result.best_epoch;
    if (p->options.save) KHOP_TRY(save_member(p, m, result.best_epoch, NULL));
  }
  average_members(p);
  KHOP_TRY(calibrate(p));
  KHOP_TRY(khop_graphs_score(&r->together, p->recipe.fit.metric, p->scores, p->set, p->part, KHOP_TEST));
  p->report->runs++;
done:
  return status;
}

/* --- the protocols -------------------------------------------------------------------------- */

static khop_status run_splits(protocol_run *p) {
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
    KHOP_TRY(train_members(p, 0));
  }
done:
  return status;
}

static khop_status run_folds(protocol_run *p) {
  khop_status status = KHOP_OK;
  int folds = p->options.folds;
  p->of = folds * p->options.ensemble;
  for (int f = 0; f < folds; f++) {
    if (!is_wanted(p, f)) continue;
    p->number = f;
    khop_i_part_of_folds(p->part, p->fold, p->graphs, f, (f + 1) % folds);
    KHOP_TRY(train_members(p, 0));
  }
done:
  return status;
}

static void add_curve(double *sum, const double *curve, int epochs) {
  for (int e = 0; e < epochs; e++) sum[e] += curve[e];
}

/* Which epoch the graphs outside fold f choose among themselves, and how good it is for them: more is better. */
static khop_status choose_epoch(int *epoch, double *merit, protocol_run *p, int f) {
  khop_status status = KHOP_OK;
  khop_fit_result result;
  int epochs = p->recipe.fit.epochs, inner = p->options.inner;
  KHOP_TRY(khop_graphs_folds(p->inner, p->set, p->options.by, inner,
                             khop_i_random_key(p->options.split_seed, (uint64_t)f, 1)));
  memset(p->curves, 0, (size_t)epochs * sizeof *p->curves);
  for (int i = 0; i < inner && !p->report->interrupted; i++) {
    for (int64_t g = 0; g < p->graphs; g++)
      p->part[g] = p->fold[g] == f ? LEFT_OUT : p->inner[g] == i ? KHOP_VAL : KHOP_TRAIN;
    KHOP_TRY(train_one(&result, p, p->curve, i, 0, NULL));
    add_curve(p->curves, p->curve, epochs);
  }
  *epoch = khop_i_curve_best(merit, p->curves, epochs, khop_metric_rises(p->recipe.fit.metric),
                             KHOP_I_CURVE_WINDOW);
done:
  return status;
}

/* Takes another recipe of the same metric: a model, and the rings for it. */
static khop_status take_recipe(protocol_run *p, const khop_recipe *recipe) {
  khop_status status = KHOP_OK;
  for (int i = 0; i < p->rings_count; i++) khop_rings_free(p->rings[i]);
  p->rings_count = 0;
  khop_model_free(p->model);
  p->model = NULL;
  p->recipe = *recipe;
  KHOP_TRY(khop_graphs_model(&p->model, recipe, p->set));
  if (p->options.notes) KHOP_TRY(khop_model_set_metadata(p->model, "options", p->options.notes));
  KHOP_TRY(khop_model_set_schema(p->model, khop_graphs_schema(p->set)));
  KHOP_TRY(khop_graphs_rings(p->rings, &p->rings_count, p->model, p->set, p->options.max_bytes));
  p->report->parameters = khop_model_parameters(p->model);
done:
  return status;
}

/* The candidate and the epoch for fold f; of equals the first. The run is left with that recipe. */
static khop_status choose_candidate(int *candidate, int *epoch, protocol_run *p, int f) {
  khop_status status = KHOP_OK;
  double best = 0, merit = 0;
  int count = p->options.candidates ? p->options.candidates : 1, here;
  for (int c = 0; c < count && !p->report->interrupted; c++) {
    if (p->options.candidates) KHOP_TRY(take_recipe(p, &p->options.candidate[c]));
    KHOP_TRY(choose_epoch(&here, &merit, p, f));
    if (c == 0 || merit > best) best = merit, *epoch = here, *candidate = c;
  }
  if (p->options.candidates) KHOP_TRY(take_recipe(p, &p->options.candidate[*candidate]));
done:
  return status;
}

static khop_status run_nested(protocol_run *p) {
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
    KHOP_TRY(train_members(p, epoch));
  }
done:
  return status;
}

static khop_status run_shared(protocol_run *p) {
  khop_status status = KHOP_OK;
  khop_fit_result result;
  int epochs = p->recipe.fit.epochs, folds = p->options.folds;
  double merit = 0;
  p->of = folds;
  for (int f = 0; f < folds && !p->report->interrupted; f++) {
    for (int64_t g = 0; g < p->graphs; g++) p->part[g] = p->fold[g] == f ? KHOP_VAL : KHOP_TRAIN;
    KHOP_TRY(train_one(&result, p, p->curves + (int64_t)f * epochs, 0, 0, NULL));
  }
  if (p->report->interrupted) goto done;
  memset(p->curve, 0, (size_t)epochs * sizeof *p->curve);
  for (int f = 0; f < folds; f++) add_curve(p->curve, p->curves + (int64_t)f * epochs, epochs);
  int best = khop_i_curve_best(&merit, p->curve, epochs, khop_metric_rises(p->recipe.fit.metric), 1);
  p->report->shared_epoch = best;
  for (int f = 0; f < folds; f++) {
    double here = p->curves[(int64_t)f * epochs + best - 1];
    p->report->run[p->report->runs++] = (khop_graph_result){NAN, here, here, best, 0};
  }
done:
  return status;
}

/* --- the report ----------------------------------------------------------------------------- */

static void summarize(protocol_run *p) {
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
  protocol_run p = {.set = set, .recipe = *recipe, .report = report, .graphs = khop_graphs_count(set)};
  *report = (khop_graph_report){.metric = recipe->fit.metric};
  if (options) p.options = *options;
  fill_defaults(&p.options);
  khop_i_fit_defaults(&p.recipe.fit);
  if (p.options.resume) KHOP_TRY(open_resumed(&p));
  KHOP_TRY(open_run(&p));
  if (p.options.protocol != KHOP_SPLITS)
    KHOP_TRY(khop_graphs_folds(p.fold, set, p.options.by, p.options.folds, p.options.split_seed));
  switch (p.options.protocol) {
  case KHOP_SPLITS: KHOP_TRY(run_splits(&p)); break;
  case KHOP_FOLDS: KHOP_TRY(run_folds(&p)); break;
  case KHOP_NESTED: KHOP_TRY(run_nested(&p)); break;
  case KHOP_SHARED_EPOCH: KHOP_TRY(run_shared(&p)); break;
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
  report->interval = NULL;
  report->run = NULL;
  report->predictions = report->deviations = NULL;
}
