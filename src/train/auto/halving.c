/* halving.c: see halving.h. */
#include "train/auto/halving.h"

#include <math.h>

int khop_i_halving_keep(int tried) { return (tried + 1) / 2; }

int khop_i_halving_best(const double *scores, const bool *goes_on, int count, bool rises) {
  int best = -1;
  for (int i = 0; i < count; i++) {
    if (!goes_on[i] || isnan(scores[i])) continue;
    if (best < 0 || (rises ? scores[i] > scores[best] : scores[i] < scores[best])) best = i;
  }
  return best;
}

void khop_i_halving_mark(bool *goes_on, const double *scores, int count, int keep, bool rises) {
  bool left[64];
  for (int i = 0; i < count; i++) goes_on[i] = false, left[i] = true;
  for (int k = 0; k < keep; k++) {
    int best = khop_i_halving_best(scores, left, count, rises);
    if (best < 0) return;
    goes_on[best] = true;
    left[best] = false;
  }
}
