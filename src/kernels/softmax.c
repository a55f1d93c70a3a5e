/* softmax.c: see softmax.h. */
#include "kernels/softmax.h"

#include <math.h>

double khop_i_softmax(khop_real *y, const khop_real *x, int64_t n) {
  double largest = (double)x[0], sum = 0;
  for (int64_t c = 1; c < n; c++) largest = (double)x[c] > largest ? (double)x[c] : largest;
  for (int64_t c = 0; c < n; c++) sum += exp((double)x[c] - largest);
  for (int64_t c = 0; c < n; c++) y[c] = (khop_real)(exp((double)x[c] - largest) / sum);
  return log(sum) + largest;
}
