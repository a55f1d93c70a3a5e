/* clock.h: seconds of a clock that nobody sets. */
#ifndef KHOP_BASE_CLOCK_H
#define KHOP_BASE_CLOCK_H

#include <time.h>

static inline double khop_i_seconds_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

#endif
