/* ensemble.c: see ensemble.h. */
#include "train/graphs/ensemble.h"
#include "base/error.h"
#include "base/memory.h"
#include "train/graphs/conformal.h"
#include "train/graphs/domain_note.h"
#include "train/graphs/member_files.h"
#include "train/graphs/race.h"

#include <string.h>

/* The members' predictions of the validation and test graphs, one member after another. */
static void add_member(khop_i_protocol *p) {
  for (int64_t g = 0; g < p->graphs; g++)
    for (int64_t c = 0; c < p->outputs && (p->part[g] == KHOP_TEST || p->part[g] == KHOP_VAL); c++)
      khop_moments_add(&p->members[g * p->outputs + c], (double)p->scores[g * p->outputs + c]);
}

/* Their mean goes into the report, and into scores, which is what they say together. */
static void average_members(khop_i_protocol *p) {
  for (int64_t g = 0; g < p->graphs; g++)
    for (int64_t c = 0; c < p->outputs && p->part[g] == KHOP_TEST; c++) {
      int64_t i = g * p->outputs + c;
      p->scores[i] = p->report->predictions[i] = (khop_real)p->members[i].mean;
      p->report->deviations[i] = (khop_real)khop_moments_deviation(&p->members[i]);
    }
}

/* The first file is the one that knows of the others. */
static khop_status save_intervals(const khop_i_protocol *p) {
  khop_model *first = NULL;
  khop_status status = khop_model_load(&first, p->options.save);
  if (status == KHOP_OK) status = khop_i_conformal_note(first, p->report->interval, p->outputs);
  if (status == KHOP_OK) status = khop_model_save(first, p->options.save);
  khop_model_free(first);
  return status;
}

/* Intervals of an ensemble that predicts numbers and was validated; one model alone says nothing of its error. */
static khop_status calibrate(khop_i_protocol *p) {
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

/* The curve of the first model stays in the report, where it was validated. */
static void report_curve(khop_i_protocol *p, int end) {
  p->report->curve_epochs = end || !khop_i_protocol_count(p, KHOP_VAL) ? 0 : p->recipe.fit.epochs;
  memcpy(p->report->curve, p->curve, (size_t)p->report->curve_epochs * sizeof *p->curve);
}

khop_status khop_i_ensemble_train(khop_i_protocol *p, int end) {
  khop_status status = KHOP_OK;
  khop_graph_result *r = &p->report->run[p->report->runs];
  *r = (khop_graph_result){.candidate = r->candidate};
  memset(p->members, 0, (size_t)(p->graphs * p->outputs) * sizeof *p->members);
  p->report->saved = 0;
  if (p->options.save) KHOP_TRY(khop_i_domain_note(p->model, p->set, p->part));
  for (int m = 0; m < p->options.ensemble; m++) {
    khop_fit_result result;
    KHOP_TRY(m == 0 ? khop_i_race_first(&result, p, end) : khop_i_member_train(&result, p, NULL, m, end));
    if (p->report->interrupted) goto done;
    add_member(p);
    r->val += result.val / p->options.ensemble;
    r->test += result.test / p->options.ensemble;
    if (m == 0) r->epoch = result.best_epoch, r->epochs = p->recipe.fit.epochs, report_curve(p, end);
    if (p->options.save) KHOP_TRY(khop_i_member_save(p, m, result.best_epoch, NULL));
  }
  average_members(p);
  KHOP_TRY(calibrate(p));
  KHOP_TRY(khop_graphs_score(&r->together, p->recipe.fit.metric, p->scores, p->set, p->part, KHOP_TEST));
  p->report->runs++;
done:
  return status;
}
