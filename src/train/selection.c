/* selection.c: see selection.h. */
#include "train/selection.h"
#include "base/flush.h"

#include <math.h>
#include <string.h>

khop_i_selection khop_i_selection_of(const khop_fit_options *o) {
  return (khop_i_selection){.by = o->select, .rises = khop_metric_rises(o->metric), .patience = o->patience,
                            .plateau = o->schedule == KHOP_PLATEAU ? o->plateau : 0, .rate = 1};
}

/* merit, loss: of the epoch, in the sense of s->by. */
static bool is_better(const khop_i_selection *s, double merit, double loss) {
  if (s->best_epoch == 0) return true;
  if (s->by != KHOP_SELECT_LOSS && merit != s->merit) return (merit > s->merit) == s->rises;
  return loss < s->merit_loss;
}

static double mean_of(const double *values, int count) {
  double sum = 0;
  for (int i = 0; i < count; i++) sum += values[i];
  return sum / count;
}

static void look_through_window(khop_i_selection *s, double *merit, double *loss) {
  enum { KEPT = KHOP_I_SELECTION_WINDOW - 1 };
  if (s->seen > KEPT) {
    memmove(s->scores, s->scores + 1, KEPT * sizeof *s->scores);
    memmove(s->losses, s->losses + 1, KEPT * sizeof *s->losses);
    s->seen = KEPT;
  }
  s->scores[s->seen] = *merit;
  s->losses[s->seen++] = *loss;
  *merit = mean_of(s->scores, s->seen);
  *loss = mean_of(s->losses, s->seen);
}

void khop_i_selection_keep(khop_i_selection *s, int epoch, double score, double loss) {
  s->best_epoch = epoch;
  s->best = s->merit = score;
  s->best_loss = s->merit_loss = loss;
  s->waited = 0;
}

bool khop_i_selection_update(khop_i_selection *s, int epoch, double score, double loss) {
  double merit = score, merit_loss = loss;
  if (s->by == KHOP_SELECT_SMOOTH) look_through_window(s, &merit, &merit_loss);
  if (is_better(s, merit, merit_loss)) {
    khop_i_selection_keep(s, epoch, score, loss);
    s->merit = merit;
    s->merit_loss = merit_loss;
    return true;
  }
  s->waited++;
  if (s->plateau && s->waited >= s->plateau) {
    s->rate /= 2;
    s->waited = 0;
  }
  return false;
}

bool khop_i_selection_ends(const khop_i_selection *s, int epoch) {
  return s->patience >= 0 && epoch - s->best_epoch >= s->patience;
}

double khop_i_rate_factor(khop_schedule schedule, const khop_i_selection *s, uint64_t done, uint64_t steps,
                          uint64_t warm) {
  double factor = schedule == KHOP_COSINE ? 0.5 * (1 + cos(M_PI * (double)done / (double)steps)) : s->rate;
  return done < warm ? factor * (double)(done + 1) / (double)warm : factor;
}

static void blend(khop_real *average, const khop_real *weights, int64_t count, double share) {
  khop_real keep = (khop_real)share, take = (khop_real)(1 - share);
  for (int64_t i = 0; i < count; i++) average[i] = khop_i_flush(keep * average[i] + take * weights[i]);
}

void khop_i_average_weights(khop_real *average, const khop_real *weights, int64_t count, double decay,
                            uint64_t step) {
  blend(average, weights, count, fmin(decay, (double)step / (10 + (double)step)));
}

void khop_i_mean_weights(khop_real *average, const khop_real *weights, int64_t count, int so_far) {
  blend(average, weights, count, (double)(so_far - 1) / so_far);
}

int khop_i_curve_best(double *merit, const double *curve, int epochs, bool rises, int window) {
  int best = 0;
  for (int e = 0; e < epochs; e++) {
    double sum = 0;
    int count = 0;
    for (int k = e - window / 2; k <= e + window / 2; k++)
      if (k >= 0 && k < epochs) sum += curve[k], count++;
    double here = rises ? sum / count : -sum / count;
    if (e == 0 || here > *merit) *merit = here, best = e;
  }
  return best + 1;
}
