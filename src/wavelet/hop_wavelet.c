/* hop_wavelet.c: wavelets that are constant on each ring around a node (Crovella and Kolaczyk
 * 2003).
 *
 * The weight of a ring is the mean of a wavelet over its bin, from the primitive P in closed form:
 *
 *   a_{j,h} = (j + 1) (P((h+1) / (j+1)) - P(h / (j+1)))
 *   sum_h a_{j,h} = (j + 1) (P(1) - P(0)) = 0
 */
#include "base/error.h"
#include "base/memory.h"
#include "apply/taps.h"

#include <khop/wavelet.h>
#include <math.h>

#define MOST_SCALE 63
#define HAT_REACH 4.0 /* the half hat on [0, 4): beyond it is below 0.006 */

/* int_0^s. Haar: a tent. Mexican hat: t exp(-t^2 / 2) / reach with t = reach s, less the mean. */
static double primitive(double s, khop_mother mother) {
  if (mother == KHOP_MOTHER_HAAR) return s < 0.5 ? s : 1 - s;
  double t = HAT_REACH * s, end = exp(-HAT_REACH * HAT_REACH / 2);
  return t * exp(-t * t / 2) / HAT_REACH - s * end;
}

khop_status khop_hop_wavelet_weights(khop_real *weights, int scale, khop_mother mother) {
  if (scale < 1 || scale > MOST_SCALE)
    return khop_i_fail(KHOP_E_ARGUMENT, "a hop wavelet of scale %d: 1 to %d are possible", scale,
                       MOST_SCALE);
  if (mother != KHOP_MOTHER_HAAR && mother != KHOP_MOTHER_MEXICAN_HAT)
    return khop_i_fail(KHOP_E_ARGUMENT, "there is no mother wavelet %d", (int)mother);
  double bins = scale + 1;
  for (int h = 0; h <= scale; h++) {
    double area = primitive((h + 1) / bins, mother) - primitive(h / bins, mother);
    weights[h] = (khop_real)(bins * area);
  }
  return KHOP_OK;
}

khop_status khop_hop_wavelet(khop_real *y, const khop_rings *rings, int scale, khop_mother mother,
                             const khop_real *x, int64_t columns) {
  khop_status status = KHOP_OK;
  khop_taps *taps = NULL;
  khop_real weights[MOST_SCALE + 1];
  int hops[MOST_SCALE + 1];
  for (int h = 0; h <= MOST_SCALE; h++) hops[h] = h;
  KHOP_TRY(khop_hop_wavelet_weights(weights, scale, mother));
  if (columns < 1) KHOP_FAIL(KHOP_E_ARGUMENT, "a signal of %lld columns", (long long)columns);
  if (khop_rings_operator(rings) != KHOP_RING)
    KHOP_FAIL(KHOP_E_ARGUMENT, "hop wavelets are made of rings, not of operator %d",
              (int)khop_rings_operator(rings));
  KHOP_TRY(khop_taps_new(&taps, rings, scale + 1, hops, KHOP_NORM_ROW, false));
  khop_i_taps_gather(y, columns, taps, false, x, columns, columns,
                     (khop_i_spread){.weight = weights});
done:
  khop_taps_free(taps);
  return status;
}
