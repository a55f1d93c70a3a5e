/* spmm.c: rings times features. The sums of a row stay in vector registers over all taps.
 *
 *   columns of y   |  4 vectors  |  4 vectors  | 2 | 1 | half | ..      a strip at a time;
 *   for a strip: for each tap: for each entry j of the row: sum += right[j] * x[j, strip]
 *
 * The indices of a row are read once a strip, from the first-level cache after the first. */
#include "kernels/isa.h"

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

#define WIDE (KHOP_VECTOR_BYTES / (int)sizeof(khop_real))

typedef khop_real vec1 __attribute__((vector_size(KHOP_VECTOR_BYTES), aligned(sizeof(khop_real)),
                                      may_alias));

/* sum (U) = right[j] * x[j, strip] over the entries of a row, A entries at once, each with a sum of its
 * own: a lone vector's sum waits at every entry for its last addition. (Cora, ring 4, F = 16: 0.56 ms
 * with one sum, 0.41 ms with four, beside a floor of 0.37 ms; two vectors and more gained nothing.) */
#define DEFINE_STRIP(U, A)                                                                         \
  static inline __attribute__((always_inline)) void entries_##U(                                   \
      vec1 *sum, const khop_real *from, int64_t ldx, const khop_i_tap *p, int64_t i) {             \
    vec1 part[A * U];                                                                              \
    int64_t e = p->offsets[i * p->stride], end = p->offsets[i * p->stride + 1];                    \
    for (int u = 0; u < A * U; u++) part[u] = (vec1){0};                                           \
    if (!p->right && !p->values) {                                                                 \
      for (; e + A <= end; e += A)                                                                 \
        for (int a = 0; a < A; a++) {                                                              \
          const vec1 *row = (const vec1 *)(const void *)(from + p->columns[e + a] * ldx);          \
          for (int u = 0; u < U; u++) part[a * U + u] += row[u];                                   \
        }                                                                                          \
      for (; e < end; e++) {                                                                       \
        const vec1 *row = (const vec1 *)(const void *)(from + p->columns[e] * ldx);                \
        for (int u = 0; u < U; u++) part[u] += row[u];                                             \
      }                                                                                            \
    } else {                                                                                       \
      for (; e + A <= end; e += A)                                                                 \
        for (int a = 0; a < A; a++) {                                                              \
          int64_t j = p->columns[e + a];                                                           \
          khop_real s = (p->right ? p->right[j] : 1) * (p->values ? p->values[e + a] : 1);         \
          const vec1 *row = (const vec1 *)(const void *)(from + j * ldx);                          \
          for (int u = 0; u < U; u++) part[a * U + u] += row[u] * s;                               \
        }                                                                                          \
      for (; e < end; e++) {                                                                       \
        int64_t j = p->columns[e];                                                                 \
        khop_real s = (p->right ? p->right[j] : 1) * (p->values ? p->values[e] : 1);               \
        const vec1 *row = (const vec1 *)(const void *)(from + j * ldx);                            \
        for (int u = 0; u < U; u++) part[u] += row[u] * s;                                         \
      }                                                                                            \
    }                                                                                              \
    for (int u = 0; u < U; u++) {                                                                  \
      sum[u] = part[u];                                                                            \
      for (int a = 1; a < A; a++) sum[u] += part[a * U + u];                                       \
    }                                                                                              \
  }                                                                                                \
                                                                                                   \
  /* One row, one strip of U full vectors. */                                                      \
  static inline __attribute__((always_inline)) void strip_##U(                                     \
      khop_real *y, const khop_real *x, int64_t ldx, int taps, const khop_i_tap *tap, int64_t i,   \
      int64_t c, bool accumulate) {                                                                \
    vec1 total[U];                                                                                 \
    for (int t = 0; t < taps; t++) {                                                               \
      const khop_i_tap *p = &tap[t];                                                               \
      khop_real *to = y + p->out + c;                                                              \
      const khop_real *from = (p->x ? p->x : x) + p->in + c;                                       \
      int64_t ld = p->x ? p->ldx : ldx;                                                            \
      if (t == 0 || p->out != p[-1].out)                                                           \
        for (int u = 0; u < U; u++)                                                                \
          total[u] = accumulate ? ((vec1 *)(void *)to)[u] : (vec1){0};                             \
      vec1 sum[U];                                                                                 \
      for (int u = 0; u < U; u++) sum[u] = (vec1){0};                                              \
      if (p->offsets) entries_##U(sum, from, ld, p, i);                                            \
      if (p->loop) {                                                                               \
        const vec1 *row = (const vec1 *)(const void *)(from + i * ld);                             \
        for (int u = 0; u < U; u++) sum[u] += row[u] * (p->right ? p->right[i] : 1);               \
      }                                                                                            \
      khop_real left = p->left ? p->left[i] : 1;                                                   \
      if (p->minus) left = -left;                                                                  \
      if (p->weight && p->weight_per_channel) {                                                    \
        const vec1 *w = (const vec1 *)(const void *)(p->weight + c);                               \
        for (int u = 0; u < U; u++) total[u] += sum[u] * left * w[u];                              \
      } else {                                                                                     \
        if (p->weight) left *= *p->weight;                                                         \
        for (int u = 0; u < U; u++) total[u] += sum[u] * left;                                     \
      }                                                                                            \
      if (t == taps - 1 || p[1].out != p->out)                                                     \
        for (int u = 0; u < U; u++) ((vec1 *)(void *)to)[u] = total[u];                            \
    }                                                                                              \
  }
DEFINE_STRIP(8, 1)
DEFINE_STRIP(4, 1)
DEFINE_STRIP(2, 1)
DEFINE_STRIP(1, 4)

/* --- the last columns, fewer than a vector -------------------------------------------------- */

/* A vector of `width` numbers, the rest 0, and back: with a mask where the processor has one. */
#if defined(__AVX512F__) && !defined(KHOP_DOUBLE)
static inline vec1 load_part(const khop_real *from, int width) {
  return (vec1)_mm512_maskz_loadu_ps((__mmask16)((1u << width) - 1), from);
}
static inline void store_part(khop_real *to, vec1 v, int width) {
  _mm512_mask_storeu_ps(to, (__mmask16)((1u << width) - 1), (__m512)v);
}
#elif defined(__AVX512F__)
static inline vec1 load_part(const khop_real *from, int width) {
  return (vec1)_mm512_maskz_loadu_pd((__mmask8)((1u << width) - 1), from);
}
static inline void store_part(khop_real *to, vec1 v, int width) {
  _mm512_mask_storeu_pd(to, (__mmask8)((1u << width) - 1), (__m512d)v);
}
#else
static inline vec1 load_part(const khop_real *from, int width) {
  vec1 v = {0};
  for (int u = 0; u < width; u++) v[u] = from[u];
  return v;
}
static inline void store_part(khop_real *to, vec1 v, int width) {
  for (int u = 0; u < width; u++) to[u] = v[u];
}
#endif

static void strip_rest(khop_real *y, const khop_real *x, int64_t ldx, int width, int taps,
                       const khop_i_tap *tap, int64_t i, int64_t c, bool accumulate) {
  vec1 total = {0};
  for (int t = 0; t < taps; t++) {
    const khop_i_tap *p = &tap[t];
    khop_real *to = y + p->out + c;
    const khop_real *from = (p->x ? p->x : x) + p->in + c;
    int64_t ld = p->x ? p->ldx : ldx;
    khop_real left = p->left ? p->left[i] : 1;
    vec1 sum = {0};
    if (t == 0 || p->out != p[-1].out)
      total = accumulate ? load_part(to, width) : (vec1){0};
    int64_t e = p->offsets ? p->offsets[i * p->stride] : 0;
    int64_t end = p->offsets ? p->offsets[i * p->stride + 1] : 0;
    for (; e < end; e++) {
      int64_t j = p->columns[e];
      khop_real s = (p->right ? p->right[j] : 1) * (p->values ? p->values[e] : 1);
      sum += load_part(from + j * ld, width) * s;
    }
    if (p->loop) sum += load_part(from + i * ld, width) * (p->right ? p->right[i] : 1);
    sum *= p->minus ? -left : left;
    if (p->weight && p->weight_per_channel)
      sum *= load_part(p->weight + c, width);
    else if (p->weight)
      sum *= *p->weight;
    total += sum;
    if (t == taps - 1 || p[1].out != p->out) store_part(to, total, width);
  }
}

void KHOP_ISA_NAME(gather)(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int64_t f,
                           int taps, const khop_i_tap *tap, int64_t begin, int64_t end,
                           bool accumulate) {
  for (int64_t i = begin; i < end; i++) {
    khop_real *row = y + i * ldy;
    int64_t c = 0;
    for (; c + 8 * WIDE <= f; c += 8 * WIDE) strip_8(row, x, ldx, taps, tap, i, c, accumulate);
    if (c + 4 * WIDE <= f) strip_4(row, x, ldx, taps, tap, i, c, accumulate), c += 4 * WIDE;
    if (c + 2 * WIDE <= f) strip_2(row, x, ldx, taps, tap, i, c, accumulate), c += 2 * WIDE;
    if (c + WIDE <= f) strip_1(row, x, ldx, taps, tap, i, c, accumulate), c += WIDE;
    if (c < f) strip_rest(row, x, ldx, (int)(f - c), taps, tap, i, c, accumulate);
  }
}
