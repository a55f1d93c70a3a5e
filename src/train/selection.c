/* selection.c: see selection.h. */
#include "train/selection.h"
#include "base/flush.h"

#include <math.h>

khop_i_selection khop_i_selection_of(const khop_fit_options *o) {
  return (khop_i_selection){.rises = khop_metric_rises(o->metric), .patience = o->patience,
                            .plateau = o->schedule == KHOP_PLATEAU ? o->plateau : 0, .rate = 1};
}

static bool is_better(const khop_i_selection *s, double score, double loss) {
  if (s->best_epoch == 0) return true;
  if (score != s->best) return (score > s->best) == s->rises;
  return loss < s->best_loss;
}

void khop_i_selection_keep(khop_i_selection *s, int epoch, double score, double loss) {
  s->best_epoch = epoch;
  s->best = score;
  s->best_loss = loss;
  s->waited = 0;
}

bool khop_i_selection_update(khop_i_selection *s, int epoch, double score, double loss) {
  if (is_better(s, score, loss)) {
    khop_i_selection_keep(s, epoch, score, loss);
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

double khop_i_rate_factor(khop_schedule schedule, const khop_i_selection *s, uint64_t done, uint64_t steps) {
  return schedule == KHOP_COSINE ? 0.5 * (1 + cos(M_PI * (double)done / (double)steps)) : s->rate;
}

void khop_i_average_weights(khop_real *average, const khop_real *weights, int64_t count, double decay,
                            uint64_t step) {
  double now = fmin(decay, (double)step / (10 + (double)step));
  khop_real keep = (khop_real)now, take = (khop_real)(1 - now);
  for (int64_t i = 0; i < count; i++) average[i] = khop_i_flush(keep * average[i] + take * weights[i]);
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
