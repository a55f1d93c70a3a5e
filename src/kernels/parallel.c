/* parallel.c: the kernels over all rows, shared out to khop's threads.
 *
 * What a row is, and in which order it is summed, never depends on who computes it: results are
 * bitwise the same for every number of threads. */
#include "base/threads.h"
#include "kernels/kernels.h"

#include <string.h>

/* Rows that a thread takes at a time: few enough to even out hubs, enough to pay for the taking. */
#define ROWS_AT_A_TIME 32

void khop_i_gather(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int64_t n, int64_t f,
                   int taps, const khop_i_tap *tap, bool accumulate, int64_t work) {
  const khop_i_kernels *kernels = khop_i_kernels_now();
  int threads = khop_i_threads_for(work);
  if (threads == 1) {
    kernels->gather(y, ldy, x, ldx, f, taps, tap, 0, n, accumulate);
    return;
  }
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
  for (int64_t begin = 0; begin < n; begin += ROWS_AT_A_TIME) {
    int64_t end = begin + ROWS_AT_A_TIME < n ? begin + ROWS_AT_A_TIME : n;
    kernels->gather(y + begin * ldy, ldy, x, ldx, f, taps, tap, begin, end, accumulate);
  }
}

void khop_i_steps_level(const khop_i_steps *steps, const int32_t *order, int64_t begin, int64_t end, int threads) {
  const khop_i_kernels *kernels = khop_i_kernels_now();
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
  for (int64_t first = begin; first < end; first += ROWS_AT_A_TIME)
    kernels->steps(steps, order, first, first + ROWS_AT_A_TIME < end ? first + ROWS_AT_A_TIME : end);
}

void khop_i_dropout(khop_real *y, const khop_real *x, int64_t count, double rate, uint64_t key,
                    bool accumulate) {
  const khop_i_kernels *kernels = khop_i_kernels_now();
  uint32_t limit = (uint32_t)(rate * 0x1p32);
  khop_real scale = (khop_real)(1 / (1 - rate));
  int threads = khop_i_threads_for(count);
  const int64_t piece = 16384;
#pragma omp parallel for schedule(static) num_threads(threads)
  for (int64_t begin = 0; begin < count; begin += piece)
    kernels->dropout(y + begin, x + begin, count - begin < piece ? count - begin : piece, begin,
                     key, limit, scale, accumulate);
}

/* A strip of columns a thread: each column is summed in the order of the rows, by one thread. */
#define STRIP 32
void khop_i_column_sums(khop_real *y, const khop_real *x, int64_t ldx, int64_t n, int64_t columns) {
  int threads = khop_i_threads_for(n * columns);
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
  for (int64_t first = 0; first < columns; first += STRIP) {
    int64_t wide = columns - first < STRIP ? columns - first : STRIP;
    khop_real sum[STRIP] = {0};
    for (int64_t i = 0; i < n; i++)
      for (int64_t c = 0; c < wide; c++) sum[c] += x[i * ldx + first + c];
    for (int64_t c = 0; c < wide; c++) y[first + c] += sum[c];
  }
}
