/* response.c: what a dilated filter does to each frequency.
 *
 * A filter dilated by d has d - 1 zeros between its taps: h_t stands at the sample d t. Hence
 * H_d(w) = sum_t h_t e^(-i w d t) = H(d w): the response of the plain filter, squeezed by d. A
 * low-pass becomes a comb that lets w = 2 pi / d pass again: that is gridding, seen in frequency.
 */
#include "audit/stack.h"
#include "base/error.h"

#include <math.h>

/* H(angle) by Horner's rule in z = e^(-i angle). */
static void evaluate(double *real, double *imaginary, int taps, const double *filter, double angle) {
  double c = cos(angle), s = -sin(angle), x = 0, y = 0;
  for (int t = taps - 1; t >= 0; t--) {
    double turned = x * c - y * s + filter[t];
    y = x * s + y * c;
    x = turned;
  }
  *real = x;
  *imaginary = y;
}

khop_status khop_filter_response(double *real, double *imaginary, int taps, const double *filter,
                                 int64_t dilation, int64_t points, const double *w) {
  if (taps < 1 || !filter || points < 0 || (points && !w))
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_filter_response: no filter, or no frequencies");
  if (dilation < 1)
    return khop_i_fail(KHOP_E_ARGUMENT, "a filter dilated by %lld: dilations are 1 or more",
                       (long long)dilation);
  for (int64_t i = 0; i < points; i++) {
    double x, y;
    evaluate(&x, &y, taps, filter, (double)dilation * w[i]);
    if (real) real[i] = x;
    if (imaginary) imaginary[i] = y;
  }
  return KHOP_OK;
}
