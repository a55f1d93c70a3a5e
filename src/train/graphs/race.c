/* race.c: see race.h. What is the best so far is in the file of the first model, so that a race that is cut loses no
 * training that has ended; going on from there takes it as chosen. */
#include "train/graphs/race.h"
#include "base/error.h"
#include "train/graphs/length.h"
#include "train/graphs/member_files.h"

#include <string.h>

void khop_i_race_settle_folds(khop_i_protocol *p) {
  int64_t folds = p->options.folds;
  if (p->recipe.open_length)
    p->recipe.fit.epochs = khop_i_length_by_size(p->given.fit.epochs, p->graphs - p->graphs / folds);
}

static void use_entry(khop_i_protocol *p, int epochs, double factor) {
  p->recipe.fit.epochs = epochs;
  for (int g = 1; g < KHOP_PARAMETER_GROUPS; g++)
    p->recipe.fit.optimizer.decay[g] = factor * p->given.fit.optimizer.decay[g];
}

/* The first model with one length and one factor on the decay; whether it is the best so far. Only the first entry
 * stands in the file while it is in training: a later one would take the place of a better that has ended. */
static khop_status try_entry(bool *better, khop_fit_result *result, khop_i_protocol *p, khop_i_race *race, int epochs,
                             double factor) {
  khop_race_entry entry = {.epochs = epochs, .decay = factor * p->given.fit.optimizer.decay[1]};
  *better = false;
  use_entry(p, epochs, factor);
  p->of += race->tried > 0;
  khop_status status = race->tried ? khop_i_protocol_train(result, p, p->curve, 0, 0, NULL)
                                   : khop_i_member_train(result, p, p->curve, 0, 0);
  if (status != KHOP_OK || p->report->interrupted) return status;
  entry.val = result->val;
  *better = khop_i_race_take(race, &entry, result, p->model, p->scores, p->curve);
  if (!*better) return KHOP_OK;
  status = khop_i_member_note_race(p, epochs, factor);
  return status == KHOP_OK && p->options.save ? khop_i_member_save(p, 0, result->best_epoch, NULL) : status;
}

/* Leaves the best entry in the model and the recipe. A training that was stopped counts where none has ended. */
static void take_best(khop_fit_result *result, khop_i_protocol *p, const khop_i_race *race, double factor) {
  khop_graph_result *r = &p->report->run[p->report->runs];
  r->raced = race->tried;
  memcpy(r->race, race->entry, sizeof r->race);
  if (!race->tried) return;
  khop_i_race_put_best(result, p->model, p->scores, p->curve, race);
  use_entry(p, race->entry[race->best].epochs, factor);
}

static khop_status run_race(khop_fit_result *result, khop_i_protocol *p) {
  khop_status status = KHOP_OK;
  khop_i_race race = {0};
  int most = p->given.fit.epochs, length = p->recipe.fit.epochs;
  double factor = 1;
  bool better;
  KHOP_TRY(khop_i_race_open(&race, p->model, p->graphs * p->outputs, most, p->recipe.fit.metric));
  KHOP_TRY(try_entry(&better, result, p, &race, length, 1));
  if (p->recipe.open_decay && !p->report->interrupted) {
    KHOP_TRY(try_entry(&better, result, p, &race, length, KHOP_I_RACE_DECAY));
    if (better) factor = KHOP_I_RACE_DECAY;
  }
  for (better = true; better && !p->report->interrupted && (length = khop_i_length_after(length, most));)
    KHOP_TRY(try_entry(&better, result, p, &race, length, factor));
  take_best(result, p, &race, factor);
done:
  khop_i_race_close(&race);
  return status;
}

/* The race was run before the file was written that is gone on from. */
static khop_status take_raced(khop_fit_result *result, khop_i_protocol *p) {
  khop_graph_result *r = &p->report->run[p->report->runs];
  use_entry(p, p->raced_epochs, p->raced_decay);
  khop_status status = khop_i_member_train(result, p, p->curve, 0, 0);
  if (status != KHOP_OK) return status;
  r->raced = 1;
  r->race[0] = (khop_race_entry){.epochs = p->recipe.fit.epochs, .decay = p->recipe.fit.optimizer.decay[1],
                                 .val = result->val};
  return khop_i_member_note_race(p, p->raced_epochs, p->raced_decay);
}

khop_status khop_i_race_first(khop_fit_result *result, khop_i_protocol *p, int end) {
  if (end || !p->recipe.open_length) return khop_i_member_train(result, p, end ? NULL : p->curve, 0, end);
  p->recipe = p->given;
  p->recipe.fit.epochs = khop_i_length_by_size(p->given.fit.epochs, khop_i_protocol_count(p, KHOP_TRAIN));
  if (p->raced_epochs) return take_raced(result, p);
  khop_status status = khop_i_member_note_race(p, 0, 0);
  if (status != KHOP_OK) return status;
  if (khop_i_protocol_count(p, KHOP_VAL) < KHOP_I_RACE_VALIDATION)
    return khop_i_member_train(result, p, p->curve, 0, 0);
  return run_race(result, p);
}
