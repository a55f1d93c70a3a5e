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

/* Vectors of fewer numbers, for the last columns of a row, which do not fill one: the narrowest that holds them crosses
 * the fewest cache lines. Each is loaded and stored with a mask, where the processor has one; the rest is 0. */
#if defined(__AVX512F__) || defined(__AVX2__)
#define KHOP_HALF_VECTORS
typedef khop_real vec_half __attribute__((vector_size(KHOP_VECTOR_BYTES / 2), aligned(sizeof(khop_real)), may_alias));
#endif
#if defined(__AVX512F__)
#define KHOP_QUARTER_VECTORS
typedef khop_real vec_quarter __attribute__((vector_size(KHOP_VECTOR_BYTES / 4), aligned(sizeof(khop_real)),
                                             may_alias));
#endif

#define DEFINE_PART(NAME, VECTOR, LOAD, STORE)                                                                       \
  static inline __attribute__((always_inline)) VECTOR load_##NAME(const khop_real *from, int width) {                \
    return (VECTOR)LOAD;                                                                                             \
  }                                                                                                                  \
  static inline __attribute__((always_inline)) void store_##NAME(khop_real *to, VECTOR v, int width) { STORE; }

#if defined(__AVX512F__) && !defined(KHOP_DOUBLE)
#define FIRST_LANES ((__mmask16)((1u << width) - 1))
DEFINE_PART(part, vec1, _mm512_maskz_loadu_ps(FIRST_LANES, from), _mm512_mask_storeu_ps(to, FIRST_LANES, (__m512)v))
DEFINE_PART(half, vec_half, _mm256_maskz_loadu_ps((__mmask8)FIRST_LANES, from),
            _mm256_mask_storeu_ps(to, (__mmask8)FIRST_LANES, (__m256)v))
DEFINE_PART(quarter, vec_quarter, _mm_maskz_loadu_ps((__mmask8)FIRST_LANES, from),
            _mm_mask_storeu_ps(to, (__mmask8)FIRST_LANES, (__m128)v))
#elif defined(__AVX512F__)
#define FIRST_LANES ((__mmask8)((1u << width) - 1))
DEFINE_PART(part, vec1, _mm512_maskz_loadu_pd(FIRST_LANES, from), _mm512_mask_storeu_pd(to, FIRST_LANES, (__m512d)v))
DEFINE_PART(half, vec_half, _mm256_maskz_loadu_pd(FIRST_LANES, from),
            _mm256_mask_storeu_pd(to, FIRST_LANES, (__m256d)v))
DEFINE_PART(quarter, vec_quarter, _mm_maskz_loadu_pd(FIRST_LANES, from),
            _mm_mask_storeu_pd(to, FIRST_LANES, (__m128d)v))
#elif defined(__AVX2__) && !defined(KHOP_DOUBLE)
#define FIRST_LANES _mm256_cmpgt_epi32(_mm256_set1_epi32(width), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7))
#define FIRST_OF_HALF _mm_cmpgt_epi32(_mm_set1_epi32(width), _mm_setr_epi32(0, 1, 2, 3))
DEFINE_PART(part, vec1, _mm256_maskload_ps(from, FIRST_LANES), _mm256_maskstore_ps(to, FIRST_LANES, (__m256)v))
DEFINE_PART(half, vec_half, _mm_maskload_ps(from, FIRST_OF_HALF), _mm_maskstore_ps(to, FIRST_OF_HALF, (__m128)v))
#elif defined(__AVX2__)
#define FIRST_LANES _mm256_cmpgt_epi64(_mm256_set1_epi64x(width), _mm256_setr_epi64x(0, 1, 2, 3))
#define FIRST_OF_HALF _mm_cmpgt_epi64(_mm_set1_epi64x(width), _mm_set_epi64x(1, 0))
DEFINE_PART(part, vec1, _mm256_maskload_pd(from, FIRST_LANES), _mm256_maskstore_pd(to, FIRST_LANES, (__m256d)v))
DEFINE_PART(half, vec_half, _mm_maskload_pd(from, FIRST_OF_HALF), _mm_maskstore_pd(to, FIRST_OF_HALF, (__m128d)v))
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
