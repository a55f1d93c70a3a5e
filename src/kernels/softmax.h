/* softmax.h: the shares of numbers. */
#ifndef KHOP_KERNELS_SOFTMAX_H
#define KHOP_KERNELS_SOFTMAX_H

#include <khop/base.h>

/* y_c = e^x_c / sum_d e^x_d, of n numbers, in double precision; y may be x. The largest is subtracted before the powers are
 * taken: none exceeds 1 and one of them is 1. Returns log sum_d e^x_d. */
double khop_i_softmax(khop_real *y, const khop_real *x, int64_t n);

#endif
