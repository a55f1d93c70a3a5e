/* drivers.c: the kernels over all rows, on khop's thread team.
 *
 * What a row is, and in which order it is summed, never depends on who computes it: results are
 * bitwise the same for every number of threads. */
#include "base/threads.h"
#include "kernels/drivers.h"
#include "kernels/dispatch.h"

#include <string.h>

/* Slices of rows a thread. Neighbouring rows read much the same rows of x, so a slice should be long, for each core's
 * cache to hold its part of x; several a thread even out the differences in their times. Fitted with two threads on an
 * Intel Xeon (docs/notes/2026-11-gather-kernels.md); KHOP_BENCH_THREADS=2 sh bench/run spmm measures it anew. */
#define SLICES_A_THREAD 8

/* Rows that are taken in an order of theirs (rings/rows_by_count.h): a slice begins with their first. */
enum { ORDERED = 64 };

/* Where slice p of n rows starts. Slices are of equal work: rows, and entries of a tap that has any; offset is that of
 * the first row, and counts those of all slots. */
static int64_t slice_start(const int64_t *offset, int64_t stride, int64_t n, int64_t p, int64_t slices) {
  if (!offset || p == slices) return n * p / slices;
  int64_t low = 0, high = n, all = offset[(n - 1) * stride] - offset[0] + n;
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if ((offset[middle * stride] - offset[0] + middle) < all * p / slices) low = middle + 1;
    else high = middle;
  }
  return low;
}

void khop_i_gather_rows(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int64_t begin, int64_t end,
                        int64_t f, int taps, const khop_i_tap *tap, bool accumulate, int64_t work) {
  const khop_i_kernels *kernels = khop_i_kernels_now();
  int threads = khop_i_threads_for(work);
  if (threads == 1) {
    kernels->gather(y, ldy, x, ldx, f, taps, tap, begin, end, accumulate);
    return;
  }
  int64_t slices = (int64_t)threads * SLICES_A_THREAD, n = end - begin, stride = 0;
  const int64_t *sizes = NULL;
  bool ordered = false;
  for (int t = 0; t < taps && !sizes; t++)
    if (tap[t].offsets) stride = tap[t].stride, sizes = tap[t].offsets + begin * stride, ordered = tap[t].order;
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
  for (int64_t p = 0; p < slices; p++) {
    int64_t from = slice_start(sizes, stride, n, p, slices), to = slice_start(sizes, stride, n, p + 1, slices);
    if (ordered && p > 0) from -= (begin + from) % ORDERED < from ? (begin + from) % ORDERED : from;
    if (ordered && p + 1 < slices) to -= (begin + to) % ORDERED < to ? (begin + to) % ORDERED : to;
    kernels->gather(y + from * ldy, ldy, x, ldx, f, taps, tap, begin + from, begin + to, accumulate);
  }
}

void khop_i_gather(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int64_t n, int64_t f,
                   int taps, const khop_i_tap *tap, bool accumulate, int64_t work) {
  khop_i_gather_rows(y, ldy, x, ldx, 0, n, f, taps, tap, accumulate, work);
}

void khop_i_rows_times(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int64_t rows, int64_t k,
                       const khop_real *w, int64_t ldw, int64_t g) {
  const khop_i_kernels *kernels = khop_i_kernels_now();
  int threads = khop_i_threads_for(rows * k * g);
  const int64_t slice = 64; /* rows: a multiple of the four that are taken at once */
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
  for (int64_t i = 0; i < rows; i += slice)
    kernels->rows_times(y + i * ldy, ldy, x + i * ldx, ldx, i + slice < rows ? slice : rows - i, k, w, ldw, g);
}

void khop_i_steps_level(const khop_i_steps *steps, const int32_t *order, int64_t begin, int64_t end, int threads) {
  const khop_i_kernels *kernels = khop_i_kernels_now();
  int64_t count = end - begin, slices = (int64_t)threads * SLICES_A_THREAD;
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
  for (int64_t p = 0; p < slices; p++)
    kernels->steps(steps, order, begin + count * p / slices, begin + count * (p + 1) / slices);
}

void khop_i_dropout(khop_real *y, const khop_real *x, int64_t count, double rate, uint64_t key,
                    bool accumulate) {
  const khop_i_kernels *kernels = khop_i_kernels_now();
  uint32_t limit = (uint32_t)(rate * 0x1p32);
  khop_real scale = (khop_real)(1 / (1 - rate));
  int threads = khop_i_threads_for(count);
  const int64_t slice = 16384; /* numbers: 64 kB of x and y each, in L2 */
#pragma omp parallel for schedule(static) num_threads(threads)
  for (int64_t begin = 0; begin < count; begin += slice)
    kernels->dropout(y + begin, x + begin, count - begin < slice ? count - begin : slice, begin,
                     key, limit, scale, accumulate);
}

/* Columns that a thread takes at a time: each column is summed by one thread, in the order of the rows. */
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
