/* floor.h: how fast this machine gathers: rows of x in the order of the entries, summed as one long list.
 * No row ends, nothing is written, and AT_ONCE entries have sums of their own, so that no addition waits
 * for the one before: the floor that khop's products are held to. */
#ifndef KHOP_BENCH_FLOOR_H
#define KHOP_BENCH_FLOOR_H

#include "forms/rings.h"

#include <omp.h>

typedef float wide16 __attribute__((vector_size(64), aligned(4), may_alias));
typedef float wide8 __attribute__((vector_size(32), aligned(4), may_alias));
typedef float wide4 __attribute__((vector_size(16), aligned(4), may_alias));

/* STRIPS vectors of W columns of the rows that entries begin .. end-1 name. */
#define DEFINE_FLOOR(STRIPS, W, AT_ONCE)                                                              \
  static float floor_##STRIPS##_##W(const float *x, int64_t ld, const int32_t *columns, int64_t begin,   \
                              int64_t end) {                                                       \
    wide##W sum[STRIPS * AT_ONCE] = {{0}};                                                            \
    int64_t e = begin;                                                                             \
    for (; e + AT_ONCE <= end; e += AT_ONCE)                                                       \
      for (int a = 0; a < AT_ONCE; a++) {                                                          \
        const wide##W *row = (const wide##W *)(const void *)(x + columns[e + a] * ld);                   \
        for (int s = 0; s < STRIPS; s++) sum[a * STRIPS + s] += row[s];                            \
      }                                                                                            \
    for (; e < end; e++)                                                                           \
      for (int s = 0; s < W * STRIPS; s++) sum[s / W][s % W] += x[columns[e] * ld + s];         \
    float total = 0;                                                                               \
    for (int u = 0; u < STRIPS * AT_ONCE; u++)                                                     \
      for (int l = 0; l < W; l++) total += sum[u][l];                                             \
    return total;                                                                                  \
  }
DEFINE_FLOOR(1, 4, 8)
DEFINE_FLOOR(1, 8, 8)
DEFINE_FLOOR(1, 16, 8)
DEFINE_FLOOR(4, 16, 4)
DEFINE_FLOOR(16, 16, 1)

static volatile float nowhere;

/* All entries of rings of one hop, f = 4, 7, 16, 64 or 256 columns of x: a share of the list a thread. Of 7
 * columns a vector of 8 is read, so that a number must lie behind x. */
static inline void gather_floor(const khop_rings *rings, const float *x, int64_t ld, int64_t f) {
  const int32_t *columns = rings->csr->columns;
  int64_t entries = rings->csr->offsets[rings->nodes];
  float total = 0;
#pragma omp parallel num_threads(khop_threads()) reduction(+ : total)
  {
    int64_t share = (entries + omp_get_num_threads() - 1) / omp_get_num_threads();
    int64_t begin = share * omp_get_thread_num(), end = begin + share < entries ? begin + share : entries;
    total += f == 4    ? floor_1_4(x, ld, columns, begin, end)
             : f == 7  ? floor_1_8(x, ld, columns, begin, end)
             : f == 16 ? floor_1_16(x, ld, columns, begin, end)
             : f == 64 ? floor_4_16(x, ld, columns, begin, end)
                       : floor_16_16(x, ld, columns, begin, end);
  }
  nowhere = total;
}

#endif
