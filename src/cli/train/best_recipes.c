/* best_recipes.c: see best_recipes.h. */
#include "cli/train/best_recipes.h"

#include <math.h>

/* Fates are in the order of rounds. A later round asks more, whatever it scores. */
static bool is_better(const khop_auto_report *r, int a, int b) {
  const khop_auto_trial *one = &r->trial[a], *other = &r->trial[b];
  if (one->fate != other->fate) return one->fate < other->fate;
  return khop_metric_rises(r->metric) ? one->val > other->val : one->val < other->val;
}

int best_recipes(int *best, int count, const khop_auto_report *r) {
  bool taken[MOST_MEMBERS] = {false};
  int found = 0;
  for (; found < count && found < MOST_MEMBERS; found++) {
    int next = -1;
    for (int t = 0; t < r->trials && t < MOST_MEMBERS; t++) {
      if (taken[t] || r->trial[t].fate == KHOP_AUTO_LEFT_OUT || isnan(r->trial[t].val)) continue;
      if (next < 0 || is_better(r, t, next)) next = t;
    }
    if (next < 0) break;
    taken[next] = true;
    best[found] = next;
  }
  return found;
}

bool is_among_best(int trial, int count, const khop_auto_report *report) {
  int best[MOST_MEMBERS], there = best_recipes(best, count, report);
  for (int i = 0; i < there; i++)
    if (best[i] == trial) return true;
  return false;
}
