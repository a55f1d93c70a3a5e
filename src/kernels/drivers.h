/* drivers.h: the inner loops over all rows, on khop's thread team.
 *
 * What a row is, and in which order it is summed, never depends on who computes it: results are bitwise the same for
 * every number of threads. */
#ifndef KHOP_KERNELS_DRIVERS_H
#define KHOP_KERNELS_DRIVERS_H

#include "kernels/kernels.h"

/* The gather over all n rows: each row by one thread, in one order. work: about how many multiply-adds it is. */
void khop_i_gather(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int64_t n, int64_t f,
                   int taps, const khop_i_tap *tap, bool accumulate, int64_t work);

/* The same over rows begin .. end - 1, of which the first goes to y. */
void khop_i_gather_rows(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int64_t begin, int64_t end,
                        int64_t f, int taps, const khop_i_tap *tap, bool accumulate, int64_t work);

/* y (rows, g) = x (rows, k) times w (k, g), each row with the bits that it has alone, whatever stands beside it. */
void khop_i_rows_times(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int64_t rows, int64_t k,
                       const khop_real *w, int64_t ldw, int64_t g);

/* The steps order[begin .. end - 1] of a ladder, none of which reads another one's sum, on so many threads. */
void khop_i_steps_level(const khop_i_steps *steps, const int32_t *order, int64_t begin, int64_t end, int threads);

/* Dropout over count numbers. rate in [0, 1). */
void khop_i_dropout(khop_real *y, const khop_real *x, int64_t count, double rate, uint64_t key,
                    bool accumulate);

/* y (columns) += the sum of the rows of x (n, columns). */
void khop_i_column_sums(khop_real *y, const khop_real *x, int64_t ldx, int64_t n, int64_t columns);

#endif
