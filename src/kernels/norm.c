/* norm.c: layer norm, forward and backward, and the gradient of ReLU: loops with a sum in doubles or a branch a number,
 * which a compiler leaves scalar without wide registers. model/op_layer_norm.c has the formulas. */
#include "kernels/isa.h"

#include <tgmath.h>

#if defined(__SSE__)
#include <immintrin.h>
#endif

#define EPSILON 1e-5

/* The sums of a row are doubles, one a lane; they are added up at its end. The rest of a row waits for its mean, so
 * `share`, 1 / the number of columns, is computed once: a division takes fifteen cycles. */
#define LANES (KHOP_VECTOR_BYTES / (int)sizeof(double))
typedef khop_real reals __attribute__((vector_size(LANES * sizeof(khop_real)), aligned(sizeof(khop_real)), may_alias));
typedef double doubles __attribute__((vector_size(LANES * sizeof(double))));

static inline double total(doubles lanes) {
  double sum[LANES];
  for (int l = 0; l < LANES; l++) sum[l] = lanes[l];
  for (int half = LANES / 2; half; half /= 2) /* the additions wait for one another log(LANES) times */
    for (int l = 0; l < half; l++) sum[l] += sum[l + half];
  return sum[0];
}

/* Converts as many numbers as there are lanes of doubles, by name, since gcc 12 takes four instructions for it. */
static inline doubles wide(reals x) {
#if defined(__AVX512F__) && !defined(KHOP_DOUBLE)
  return (doubles)_mm512_cvtps_pd((__m256)x);
#else
  return __builtin_convertvector(x, doubles);
#endif
}

static inline doubles at(const khop_real *x) { return wide(*(const reals *)(const void *)x); }

static double mean_of(const khop_real *x, int64_t f, double share) {
  doubles sum = {0};
  double rest = 0;
  int64_t c = 0;
  for (; c + LANES <= f; c += LANES) sum += at(x + c);
  for (; c < f; c++) rest += (double)x[c];
  return (total(sum) + rest) * share;
}

static double variance_of(const khop_real *x, double mean, int64_t f, double share) {
  doubles sum = {0};
  double rest = 0;
  int64_t c = 0;
  for (; c + LANES <= f; c += LANES) {
    doubles away = at(x + c) - mean;
    sum += away * away;
  }
  for (; c < f; c++) rest += ((double)x[c] - mean) * ((double)x[c] - mean);
  return (total(sum) + rest) * share;
}

void KHOP_ISA_NAME(norm)(khop_real *restrict y, khop_real *restrict stats, const khop_real *restrict x,
                         const khop_real *restrict gain, int64_t begin, int64_t end, int64_t f) {
  const khop_real *shift = gain + f;
  double share = 1 / (double)f;
  for (int64_t i = begin; i < end; i++) {
    const khop_real *row = x + i * f;
    double mean = mean_of(row, f, share);
    khop_real m = (khop_real)mean;
    khop_real s = 1 / (khop_real)sqrt((khop_real)(variance_of(row, mean, f, share) + EPSILON));
    stats[2 * i] = m;
    stats[2 * i + 1] = s;
    for (int64_t c = 0; c < f; c++) y[i * f + c] = gain[c] * (row[c] - m) * s + shift[c];
  }
}

/* The means over a row of a = dy * gain, and of a * h, where h is the normalised x. */
static void means_of(khop_real *mean, khop_real *slope, const khop_real *x, const khop_real *dy,
                     const khop_real *gain, khop_real m, khop_real s, int64_t f, double share) {
  doubles sum = {0}, with_h = {0};
  double rest = 0, rest_with_h = 0;
  int64_t c = 0;
  for (; c + LANES <= f; c += LANES) {
    const reals *d = (const reals *)(const void *)(dy + c), *g = (const reals *)(const void *)(gain + c);
    doubles a = wide(*d * *g);
    sum += a;
    with_h += a * wide((*(const reals *)(const void *)(x + c) - m) * s);
  }
  for (; c < f; c++) {
    double a = (double)(dy[c] * gain[c]);
    rest += a;
    rest_with_h += a * (double)((x[c] - m) * s);
  }
  *mean = (khop_real)((total(sum) + rest) * share);
  *slope = (khop_real)((total(with_h) + rest_with_h) * share);
}

void KHOP_ISA_NAME(norm_back)(khop_real *restrict dx, const khop_real *restrict x, const khop_real *restrict dy,
                              const khop_real *restrict gain, const khop_real *restrict stats, int64_t begin,
                              int64_t end, int64_t f, bool fresh) {
  double share = 1 / (double)f;
  for (int64_t i = begin; i < end; i++) {
    khop_real m = stats[2 * i], s = stats[2 * i + 1], mean, slope;
    means_of(&mean, &slope, x + i * f, dy + i * f, gain, m, s, f, share);
    for (int64_t e = i * f; fresh && e < (i + 1) * f; e++)
      dx[e] = s * (dy[e] * gain[e - i * f] - mean - (x[e] - m) * s * slope);
    for (int64_t e = i * f; !fresh && e < (i + 1) * f; e++)
      dx[e] += s * (dy[e] * gain[e - i * f] - mean - (x[e] - m) * s * slope);
  }
}

/* Columns at a time: their sums stay in registers. */
#define STRIP 32
void KHOP_ISA_NAME(norm_sums)(khop_real *restrict dgain, khop_real *restrict dshift, const khop_real *restrict x,
                              const khop_real *restrict dy, const khop_real *restrict stats, int64_t rows,
                              int64_t f, int64_t begin, int64_t end) {
  khop_real gains[STRIP], shifts[STRIP];
  for (int64_t first = begin; first < end; first += STRIP) {
    int64_t wide = end - first < STRIP ? end - first : STRIP;
    for (int c = 0; c < STRIP; c++) gains[c] = shifts[c] = 0;
    for (int64_t i = 0; i < rows; i++) {
      const khop_real *in = x + i * f + first, *d = dy + i * f + first;
      khop_real m = stats[2 * i], s = stats[2 * i + 1];
      if (wide == STRIP)
        for (int c = 0; c < STRIP; c++) gains[c] += d[c] * (in[c] - m) * s, shifts[c] += d[c];
      else
        for (int64_t c = 0; c < wide; c++) gains[c] += d[c] * (in[c] - m) * s, shifts[c] += d[c];
    }
    for (int64_t c = 0; c < wide; c++) dgain[first + c] += gains[c], dshift[first + c] += shifts[c];
  }
}

void KHOP_ISA_NAME(relu_back)(khop_real *restrict dx, const khop_real *restrict x, const khop_real *restrict dy,
                              int64_t count, bool fresh) {
  for (int64_t i = 0; fresh && i < count; i++) dx[i] = x[i] > 0 ? dy[i] : 0;
  for (int64_t i = 0; !fresh && i < count; i++) dx[i] += x[i] > 0 ? dy[i] : 0;
}
