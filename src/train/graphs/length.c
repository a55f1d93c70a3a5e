/* length.c: see length.h. */
#include "train/graphs/length.h"
#include "base/error.h"
#include "base/memory.h"
#include "model/model.h"

#include <math.h>
#include <string.h>

#define WHOLE_GRAPHS 1000 /* training graphs up to which the recipe's epochs hold: it was chosen on 902 */
#define LEAST_PART 8

int khop_i_length_by_size(int epochs, int64_t trains) {
  if (trains <= WHOLE_GRAPHS) return epochs;
  double same_steps = (double)epochs * WHOLE_GRAPHS / (double)trains, least = (double)epochs / LEAST_PART;
  return (int)fmax(1, round(fmax(same_steps, least)));
}

int khop_i_length_after(int length, int most) {
  if (length > most / 2) return most - length >= length / 4 + 1 ? most : 0;
  return 2 * length;
}

/* --- the race ----------------------------------------------------------------------------------- */

khop_status khop_i_race_open(khop_i_race *race, const khop_model *model, int64_t values, int most, khop_metric metric) {
  khop_status status = KHOP_OK;
  *race = (khop_i_race){.rises = khop_metric_rises(metric), .best = -1, .parameters = khop_model_parameters(model),
                        .values = values};
  KHOP_TRY(khop_i_alloc(&race->weights, race->parameters, sizeof *race->weights, "the best weights"));
  KHOP_TRY(khop_i_alloc(&race->scores, values, sizeof *race->scores, "scores"));
  KHOP_TRY(khop_i_alloc(&race->curve, most, sizeof *race->curve, "a curve"));
done:
  if (status != KHOP_OK) khop_i_race_close(race);
  return status;
}

void khop_i_race_close(khop_i_race *race) {
  khop_i_free(race->weights);
  khop_i_free(race->scores);
  khop_i_free(race->curve);
  *race = (khop_i_race){0};
}

static bool is_better(const khop_i_race *race, double score) {
  if (race->best < 0) return true;
  double best = race->entry[race->best].val;
  return race->rises ? score > best : score < best;
}

bool khop_i_race_take(khop_i_race *race, const khop_race_entry *entry, const khop_fit_result *result,
                      const khop_model *model, const khop_real *scores, const double *curve) {
  bool better = is_better(race, entry->val);
  if (better) {
    race->best = race->tried;
    race->result = *result;
    memcpy(race->weights, model->parameter_array, (size_t)race->parameters * sizeof *race->weights);
    memcpy(race->scores, scores, (size_t)race->values * sizeof *scores);
    memcpy(race->curve, curve, (size_t)entry->epochs * sizeof *curve);
  }
  race->entry[race->tried++] = *entry;
  return better;
}

void khop_i_race_put_best(khop_fit_result *result, khop_model *model, khop_real *scores, double *curve,
                          const khop_i_race *race) {
  *result = race->result;
  memcpy(model->parameter_array, race->weights, (size_t)race->parameters * sizeof *race->weights);
  memcpy(scores, race->scores, (size_t)race->values * sizeof *scores);
  memcpy(curve, race->curve, (size_t)race->entry[race->best].epochs * sizeof *curve);
}
