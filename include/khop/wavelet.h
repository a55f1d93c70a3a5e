/* khop/wavelet.h: wavelets from k-hop operators: the a-trous transform, and wavelets on hop rings.
 *
 * The stationary (undecimated, a-trous) transform is a fixed dilated stack on a directed cycle:
 * level l filters with the taps 2^l apart, which are rings of the cycle, and keeps every sample.
 *
 *   x = a_0 --lo, d=1--> a_1 --lo, d=2--> a_2 --lo, d=4--> a_3        approximations (S, N, F)
 *         \--hi, d=1--> d_1 \--hi, d=2--> d_2 \--hi, d=4--> d_3       details        (S, N, F)
 */
#ifndef KHOP_WAVELET_H
#define KHOP_WAVELET_H

#include <khop/apply.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- filters -------------------------------------------------------------------------------- */

#define KHOP_FILTER_TAPS 8

/* Analysis (dec) and synthesis (rec) filters; the coefficients are those of Daubechies ("Ten
 * lectures on wavelets", 1992, chapters 6 and 8), in the order of PyWavelets. */
typedef struct khop_filters {
  const char *name;
  int length; /* even; of each */
  double dec_low[KHOP_FILTER_TAPS], dec_high[KHOP_FILTER_TAPS];
  double rec_low[KHOP_FILTER_TAPS], rec_high[KHOP_FILTER_TAPS];
} khop_filters;

/* "haar", "db2", "db4", "sym4", "bior2.2". Errors: NOT_FOUND (with the names there are). */
KHOP_API khop_status khop_filters_find(khop_filters *filters, const char *name);
KHOP_API int khop_filters_count(void);
KHOP_API const char *khop_filters_name(int i); /* NULL out of range */

/* --- the stationary transform --------------------------------------------------------------- */

typedef struct khop_swt khop_swt;

/* Prepares `levels` levels over n samples of a periodic signal: the cycle, its rings, their taps.
 * filters may be one's own; the inverse then inverts where rec and dec satisfy the identity of
 * perfect reconstruction, rec_low dec_low + rec_high dec_high = 2 at a delay of length - 1.
 *
 * Lengths: n is divisible by 2^levels, as PyWavelets' swt demands, and the coefficients are equal
 * to its own (norm = False, trim_approx = False); otherwise SHAPE, with what would fit. With
 * any_length every n >= 2 is taken: the signal is still a cycle of n samples, and the inverse is
 * still exact, since no sample is thrown away; there is no published transform to compare with
 * then.
 * Errors: ARGUMENT (levels not 1 to 24, filters of odd or impossible length), SHAPE, MEMORY,
 * BUDGET.
 * Cost: one build of rings to hop 2^(levels-1) length / 2 (or n / 2) of n nodes, by search: seconds
 * for 16,384 samples to hop 512; then it serves any number of transforms. */
KHOP_API khop_status khop_swt_new(khop_swt **swt, int64_t n, int levels,
                                  const khop_filters *filters, bool any_length);
KHOP_API void khop_swt_free(khop_swt *swt);

/* x (N, F) to approximations and details (S, N, F), index 0 the finest level (PyWavelets' lists
 * begin with the coarsest). approximations may not be NULL: each level is made from the one before.
 * Errors: ARGUMENT (columns below 1). Cost: 2 length N F multiply-adds a level. */
KHOP_API khop_status khop_swt_forward(khop_real *approximations, khop_real *details,
                                      const khop_swt *swt, const khop_real *x, int64_t columns);

/* The inverse: x (N, F) from the coarsest approximation (N, F) and all details (S, N, F).
 * Coefficients that are no transform of anything (after thresholding) give the mean over all
 * shifts of the decimated inverses, as PyWavelets' iswt. Errors: ARGUMENT, MEMORY (one array of
 * (N, F)). */
KHOP_API khop_status khop_swt_inverse(khop_real *x, const khop_swt *swt,
                                      const khop_real *approximation, const khop_real *details,
                                      int64_t columns);

/* How many numbers a transform keeps for each column: N S details and N approximations of the
 * coarsest level, so N (S + 1) for N samples: a redundancy of S + 1. */
KHOP_API int64_t khop_swt_numbers(const khop_swt *swt);
KHOP_API double khop_swt_redundancy(const khop_swt *swt);
KHOP_API size_t khop_swt_bytes(const khop_swt *swt); /* of its rings */

/* --- wavelets on hop rings ------------------------------------------------------------------ */

/* Graph wavelets of Crovella and Kolaczyk ("Graph wavelets for spatial traffic analysis", INFOCOM
 * 2003): the wavelet of scale j around node v is constant on each ring of v,
 *
 *   psi_{j,v}(u) = a_{j,h} / |ring h of v|   for d(v, u) = h, h = 0 .. j;   0 beyond
 *
 * where a_{j,h} is the mean of a wavelet of [0, 1) over [h / (j+1), (h+1) / (j+1)): sum_h a_{j,h}
 * = 0. So the coefficient at v, sum_u psi(u) x(u), is a khop convolution: rings 0 .. j, norm ROW,
 * fixed weights a_j. It is 0 on constants at every node that has no empty ring among them. */
typedef enum khop_mother {
  KHOP_MOTHER_HAAR = 0,       /* 1 on [0, 1/2), -1 on [1/2, 1) */
  KHOP_MOTHER_MEXICAN_HAT = 1 /* (1 - t^2) exp(-t^2 / 2) of t = 4 s, s in [0, 1), less its mean */
} khop_mother;

/* weights (scale + 1): a_{j,0} .. a_{j,j}, in closed form: also what khop_conv takes as `initial`
 * with KHOP_WEIGHTS_FIXED. Errors: ARGUMENT (scale not 1 to 63). Cost: O(scale). */
KHOP_API khop_status khop_hop_wavelet_weights(khop_real *weights, int scale, khop_mother mother);

/* y (N, F): the coefficients of x (N, F) at one scale, at every node. rings must keep the hops
 * 0 .. scale. Errors: ARGUMENT (the scale; a hop that is not kept; rings of another operator),
 * MEMORY.
 * Cost: entries of the rings times F. */
KHOP_API khop_status khop_hop_wavelet(khop_real *y, const khop_rings *rings, int scale,
                                      khop_mother mother, const khop_real *x, int64_t columns);

#ifdef __cplusplus
}
#endif
#endif
