/* lesson.h: the few lines that the numbered examples share. Not installed, not part of khop. */
#ifndef LESSON_H
#define LESSON_H

#include <khop/khop.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>

/* Ends the calling function with 1, after saying why, unless the call succeeded. */
#define CHECK(call)                                                                                \
  do {                                                                                             \
    if ((call) != KHOP_OK) {                                                                       \
      fprintf(stderr, "%s\n", khop_message());                                                     \
      return 1;                                                                                    \
    }                                                                                              \
  } while (0)

/* Uniform in [0, 1): splitmix64 (Steele, Lea and Flood, OOPSLA 2014). *state is the seed. */
static inline double lesson_random(uint64_t *state) {
  uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

/* Mean, and the deviation of a sample (n - 1; 0 of one value). */
static inline void lesson_mean_std(double *mean, double *std, int n, const double *values) {
  double sum = 0, squares = 0;
  for (int i = 0; i < n; i++) sum += values[i];
  *mean = sum / n;
  for (int i = 0; i < n; i++) squares += (values[i] - *mean) * (values[i] - *mean);
  *std = n > 1 ? sqrt(squares / (n - 1)) : 0;
}

#endif
