/* conformal.c: see conformal.h. The score of a molecule is |error| / (deviation + floor); the interval of a new one is
 * the mean +- quantile (deviation + floor). The floor keeps molecules on which all models agree from an interval of no
 * width; it comes from the training part, so that the validation part alone decides the quantile. */
#include "train/graphs/conformal.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY "intervals"
#define FLOOR 0.1 /* of the deviation of the target */

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

double khop_conformal_quantile(double *scores, int64_t count, double share) {
  double rank = ceil((double)(count + 1) * share - 1e-9);
  if (!(rank >= 1) || rank > (double)count) return NAN;
  qsort(scores, (size_t)count, sizeof *scores, ascending);
  return scores[(int64_t)rank - 1];
}

static double score_of(const khop_interval *i, const khop_moments *m, khop_real target) {
  return fabs((double)target - m->mean) / (khop_moments_deviation(m) + i->floor);
}

khop_status khop_i_conformal_fit(khop_interval *interval, const khop_graphs *set, const uint8_t *part,
                                 const khop_moments *moments, const double *unit) {
  int64_t outputs = 0, graphs = khop_graphs_count(set);
  const khop_real *targets = khop_graphs_targets(set, &outputs);
  double *scores = NULL;
  khop_status status = khop_i_alloc(&scores, graphs, sizeof *scores, "scores of a validation part");
  for (int64_t c = 0; status == KHOP_OK && c < outputs; c++) {
    khop_interval *i = &interval[c];
    i->share = KHOP_INTERVAL_SHARE;
    i->floor = FLOOR * unit[c];
    i->known = 0;
    for (int64_t g = c; g < graphs * outputs; g += outputs)
      if (part[g / outputs] == KHOP_VAL && !isnan(targets[g]))
        scores[i->known++] = score_of(i, &moments[g], targets[g]);
    i->quantile = khop_conformal_quantile(scores, i->known, i->share);
    for (int64_t g = c; g < graphs * outputs; g += outputs) {
      if (part[g / outputs] != KHOP_TEST || isnan(targets[g]) || isnan(i->quantile)) continue;
      i->tested++;
      i->covered += score_of(i, &moments[g], targets[g]) <= i->quantile;
    }
  }
  khop_i_free(scores);
  return status;
}

/* --- in a model ------------------------------------------------------------------------------- */

khop_status khop_i_conformal_note(khop_model *model, const khop_interval *interval, int64_t outputs) {
  char *text = NULL, number[KHOP_I_NUMBER_BYTES];
  size_t size = (size_t)outputs * 200 + 1, used = 0;
  khop_status status = khop_i_alloc(&text, (int64_t)size, 1, "a note");
  for (int64_t c = 0; status == KHOP_OK && c < outputs; c++) {
    const khop_interval *i = &interval[c];
    const double numbers[3] = {i->share, i->quantile, i->floor};
    for (int k = 0; k < 3; k++)
      used += (size_t)snprintf(text + used, size - used, "%s ",
                               khop_i_write_number(number, sizeof number, 17, numbers[k]));
    used += (size_t)snprintf(text + used, size - used, "%" PRId64 " %" PRId64 " %" PRId64 "\n", i->known, i->tested,
                             i->covered);
  }
  if (status == KHOP_OK) status = khop_model_set_metadata(model, KEY, text);
  khop_i_free(text);
  return status;
}

khop_status khop_model_interval(khop_interval *interval, const khop_model *model, int64_t output) {
  const char *line = khop_model_metadata(model, KEY);
  for (int64_t c = 0; line && c < output; c++) line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL;
  if (!line || !*line)
    return khop_i_fail(KHOP_E_NOT_FOUND, "the model has no interval for output %lld", (long long)output);
  khop_interval i = {0};
  double *const numbers[3] = {&i.share, &i.quantile, &i.floor};
  char *at = (char *)(uintptr_t)line;
  for (int k = 0; k < 3; k++) *numbers[k] = khop_i_read_number(at, &at);
  if (sscanf(at, "%" SCNd64 " %" SCNd64 " %" SCNd64, &i.known, &i.tested, &i.covered) != 3)
    return khop_i_fail(KHOP_E_FORMAT, "the model's note of its intervals cannot be read: '%.60s'", line);
  *interval = i;
  if (!isnan(i.quantile)) return KHOP_OK;
  return khop_i_fail(KHOP_E_NOT_FOUND, "the model has no interval for output %lld: it was validated on %lld values",
                     (long long)output, (long long)i.known);
}
