/* moments.c: mean and deviation of numbers that come one after another: see khop/base.h. */
#include <khop/base.h>
#include <math.h>

void khop_moments_add(khop_moments *m, double value) {
  double before = value - m->mean;
  m->count++;
  m->mean += before / (double)m->count;
  m->squares += before * (value - m->mean);
}

double khop_moments_deviation(const khop_moments *m) {
  return m->count > 1 ? sqrt(m->squares / (double)(m->count - 1)) : 0;
}
