/* vectors.h: vectors as wide as the instruction set that a file is being compiled for: sums that are rounded once, and
 * the last columns of a row, which do not fill one. */
#ifndef KHOP_KERNELS_VECTORS_H
#define KHOP_KERNELS_VECTORS_H

#include "kernels/isa.h"

#if defined(__SSE__)
#include <immintrin.h>
#endif

#define WIDE (KHOP_VECTOR_BYTES / (int)sizeof(khop_real))

typedef khop_real vec1 __attribute__((vector_size(KHOP_VECTOR_BYTES), aligned(sizeof(khop_real)),
                                      may_alias));

/* sum + x * y, rounded once where the processor can. It is named, because a compiler fuses the two in one loop and
 * not in the next, while rows that are computed together must have the same bits as rows alone. */
static inline __attribute__((always_inline)) vec1 plus_product(vec1 sum, vec1 x, vec1 y) {
#if defined(__AVX512F__) && !defined(KHOP_DOUBLE)
  return (vec1)_mm512_fmadd_ps((__m512)x, (__m512)y, (__m512)sum);
#elif defined(__AVX512F__)
  return (vec1)_mm512_fmadd_pd((__m512d)x, (__m512d)y, (__m512d)sum);
#elif defined(__FMA__) && !defined(KHOP_DOUBLE)
  return (vec1)_mm256_fmadd_ps((__m256)x, (__m256)y, (__m256)sum);
#elif defined(__FMA__)
  return (vec1)_mm256_fmadd_pd((__m256d)x, (__m256d)y, (__m256d)sum);
#else
  return sum + x * y;
#endif
}

static inline __attribute__((always_inline)) vec1 all_of(khop_real value) { return (vec1){0} + value; }

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
#elif defined(__AVX2__) && !defined(KHOP_DOUBLE)
static inline __m256i first_lanes(int width) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(width), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
static inline vec1 load_part(const khop_real *from, int width) {
  return (vec1)_mm256_maskload_ps(from, first_lanes(width));
}
static inline void store_part(khop_real *to, vec1 v, int width) {
  _mm256_maskstore_ps(to, first_lanes(width), (__m256)v);
}
#elif defined(__AVX2__)
static inline __m256i first_lanes(int width) {
  return _mm256_cmpgt_epi64(_mm256_set1_epi64x(width), _mm256_setr_epi64x(0, 1, 2, 3));
}
static inline vec1 load_part(const khop_real *from, int width) {
  return (vec1)_mm256_maskload_pd(from, first_lanes(width));
}
static inline void store_part(khop_real *to, vec1 v, int width) {
  _mm256_maskstore_pd(to, first_lanes(width), (__m256d)v);
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

#endif
