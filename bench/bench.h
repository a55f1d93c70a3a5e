/* bench.h: what the programs of the bench share: a clock, failures in words, a graph from a file. They
 * are no part of khop: they print, and they end where something fails. */
#ifndef KHOP_BENCH_BENCH_H
#define KHOP_BENCH_BENCH_H

#include "base/memory.h"

#include <khop/khop.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The wall's time, or the processor's: KHOP_BENCH_CLOCK, as in common.py. */
static inline double now(void) {
  const char *clock = getenv("KHOP_BENCH_CLOCK");
  struct timespec t;
  clock_gettime(clock && !strcmp(clock, "cpu") ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static inline void must(khop_status status) {
  if (status == KHOP_OK) return;
  fprintf(stderr, "%s: %s\n", khop_status_name(status), khop_message());
  exit(1);
}

static inline void usage(const char *text) {
  fprintf(stderr, "usage: %s\n", text);
  exit(2);
}

/* A block of count numbers that never fails. */
static inline khop_real *numbers(int64_t count) {
  khop_real *block;
  must(khop_i_alloc(&block, count, sizeof *block, "numbers of the bench"));
  return block;
}

/* The data set of a file; its graph is khop_data_graph(data). */
static inline khop_data *load(const char *path) {
  khop_data *data;
  must(khop_data_load(&data, path, NULL));
  return data;
}

/* The fastest of as many calls as fit into 150 ms, at least 2 and at most 100: as best_of in common.py. */
#define FASTEST(seconds, call)                                                                     \
  do {                                                                                             \
    double begin_ = now();                                                                         \
    (seconds) = 1e300;                                                                             \
    for (int calls_ = 0; calls_ < 2 || (calls_ < 100 && now() - begin_ < 0.15); calls_++) {        \
      double start_ = now();                                                                       \
      call;                                                                                        \
      double took_ = now() - start_;                                                               \
      if (took_ < (seconds)) (seconds) = took_;                                                    \
    }                                                                                              \
  } while (0)

#endif
