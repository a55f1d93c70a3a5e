/* drivers.c: the kernels over all rows, shared out to khop's threads.
 *
 * What a row is, and in which order it is summed, never depends on who computes it: results are
 * bitwise the same for every number of threads. */
#include "base/threads.h"
#include "kernels/drivers.h"
#include "kernels/dispatch.h"

#include <string.h>

/* Pieces a thread: neighbouring rows read much the same rows of x, so that a piece should be long, for each cache
 * to hold its own part; and more than one, to even out what a piece takes. In milliseconds on two threads, 32 rows
 * at a time / so: a grid's ring 8 with 16, 64, 256 columns 1.03, 3.4, 40 / 0.67, 2.9, 28, facebook's ring 2 2.2,
 * 9.7, 40 / 2.0, 8.7, 37. */
#define PIECES 8

/* Where piece p of the rows starts: all are of like size, by the rows and the entries of a tap that has any. Its
 * offsets count those of all slots. */
static int64_t piece_start(const khop_i_tap *tap, int64_t n, int64_t p, int64_t pieces) {
  if (!tap || p == pieces) return n * p / pieces;
  const int64_t *offset = tap->offsets;
  int64_t low = 0, high = n, all = offset[(n - 1) * tap->stride] - offset[0] + n;
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if ((offset[middle * tap->stride] - offset[0] + middle) < all * p / pieces) low = middle + 1;
    else high = middle;
  }
  return low;
}

void khop_i_gather(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int64_t n, int64_t f,
                   int taps, const khop_i_tap *tap, bool accumulate, int64_t work) {
  const khop_i_kernels *kernels = khop_i_kernels_now();
  int threads = khop_i_threads_for(work);
  if (threads == 1) {
    kernels->gather(y, ldy, x, ldx, f, taps, tap, 0, n, accumulate);
    return;
  }
  int64_t pieces = (int64_t)threads * PIECES;
  const khop_i_tap *sized = NULL;
  for (int t = 0; t < taps && !sized; t++) sized = tap[t].offsets ? &tap[t] : NULL;
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
  for (int64_t p = 0; p < pieces; p++) {
    int64_t begin = piece_start(sized, n, p, pieces), end = piece_start(sized, n, p + 1, pieces);
    kernels->gather(y + begin * ldy, ldy, x, ldx, f, taps, tap, begin, end, accumulate);
  }
}

void khop_i_steps_level(const khop_i_steps *steps, const int32_t *order, int64_t begin, int64_t end, int threads) {
  const khop_i_kernels *kernels = khop_i_kernels_now();
  int64_t count = end - begin, pieces = (int64_t)threads * PIECES;
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
  for (int64_t p = 0; p < pieces; p++)
    kernels->steps(steps, order, begin + count * p / pieces, begin + count * (p + 1) / pieces);
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
