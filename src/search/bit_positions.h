/* bit_positions.h: from 64 bytes to a word of bits, and from a word to the positions of its ones. */
#ifndef KHOP_SEARCH_BIT_POSITIONS_H
#define KHOP_SEARCH_BIT_POSITIONS_H

#include <stdint.h>
#ifdef __SSE2__
#include <immintrin.h>
#endif

/* A bit for each of 64 aligned bytes, which are 255 or 0; the bytes are cleared. */
static inline uint64_t khop_i_marks(uint8_t *bytes) {
#if defined(__AVX512BW__)
  uint64_t bits = _mm512_movepi8_mask(_mm512_load_si512(bytes));
  _mm512_store_si512(bytes, _mm512_setzero_si512());
#elif defined(__AVX2__)
  __m256i *two = (__m256i *)(void *)bytes;
  uint64_t bits = (uint32_t)_mm256_movemask_epi8(_mm256_load_si256(two)) |
                  (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_load_si256(two + 1)) << 32;
  _mm256_store_si256(two, _mm256_setzero_si256());
  _mm256_store_si256(two + 1, _mm256_setzero_si256());
#elif defined(__SSE2__)
  uint64_t bits = 0;
  __m128i *four = (__m128i *)(void *)bytes;
  for (int i = 0; i < 4; i++) {
    bits |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_load_si128(four + i)) << (16 * i);
    _mm_store_si128(four + i, _mm_setzero_si128());
  }
#else
  uint64_t bits = 0;
  for (int i = 0; i < 64; i++) {
    bits |= (uint64_t)(bytes[i] & 1) << i;
    bytes[i] = 0;
  }
#endif
  return bits;
}

/* Writes first + the position of each one of bits, ascending, and returns how many there are. Up to two numbers may be
 * written beyond the last. Most words hold two ones or fewer: those are written without a branch. */
static inline int64_t khop_i_positions(int32_t *to, uint64_t bits, int32_t first) {
  const uint64_t top = UINT64_C(1) << 63; /* the count of zeros below a one is not defined without a one */
  int64_t count = bits != 0;
  to[0] = first + (int32_t)__builtin_ctzll(bits | top);
  bits &= bits - 1;
  to[count] = first + (int32_t)__builtin_ctzll(bits | top);
  count += bits != 0;
  for (bits &= bits - 1; bits; bits &= bits - 1) to[count++] = first + (int32_t)__builtin_ctzll(bits);
  return count;
}

/* The same for words with many ones, eight at a time, so that a branch is rarely mispredicted; up to 8 numbers may be
 * written beyond the last. Slower where words hold few (docs/notes/2026-11-search.md). */
static inline int64_t khop_i_positions_8(int32_t *to, uint64_t bits, int32_t first) {
  const uint64_t top = UINT64_C(1) << 63;
  int64_t count = __builtin_popcountll(bits), done = 0;
  do {
    for (int i = 0; i < 8; i++) {
      to[done + i] = first + (int32_t)__builtin_ctzll(bits | top);
      bits &= bits - 1;
    }
    done += 8;
  } while (done < count);
  return count;
}

#if defined(__AVX512VBMI2__)
/* The positions of the ones of bits, a byte each: a register of all 64 positions, compressed by the bits. */
static inline __m512i khop_i_ones_512(uint64_t bits) {
  static const uint8_t positions[64] __attribute__((aligned(64))) = {
      0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
      22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
      44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
  return _mm512_maskz_compress_epi8(bits, _mm512_load_si512(positions));
}

/* As khop_i_positions; up to 64 numbers may be written beyond the last. */
static inline int64_t khop_i_positions_512(int32_t *to, uint64_t bits, int32_t first) {
  __m512i ones = khop_i_ones_512(bits), base = _mm512_set1_epi32(first);
  int64_t count = __builtin_popcountll(bits);
#define PUT(quarter)                                                                               \
  _mm512_storeu_si512(to + 16 * (quarter),                                                         \
                      _mm512_add_epi32(base, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(ones, quarter))))
  PUT(0);
  if (count > 16) {
    PUT(1);
    if (count > 32) {
      PUT(2);
      PUT(3);
    }
  }
#undef PUT
  return count;
}
#endif

#endif
