/* positions.h: from marks to a word of bits, and from a word to the positions of its ones. */
#ifndef KHOP_RINGS_POSITIONS_H
#define KHOP_RINGS_POSITIONS_H

#include <stdint.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* khop_i_positions may write so many numbers beyond the last. */
enum { KHOP_I_SLACK = 2 };

/* A bit for each of 64 bytes (aligned) that are 255 or 0, and are 0 from then on. */
static inline uint64_t khop_i_marks(uint8_t *bytes) {
  uint64_t bits = 0;
#ifdef __SSE2__
  __m128i *four = (__m128i *)(void *)bytes;
  for (int i = 0; i < 4; i++) {
    bits |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_load_si128(four + i)) << (16 * i);
    _mm_store_si128(four + i, _mm_setzero_si128());
  }
#else
  for (int i = 0; i < 64; i++) {
    bits |= (uint64_t)(bytes[i] & 1) << i;
    bytes[i] = 0;
  }
#endif
  return bits;
}

/* first + the position of each one of bits, ascending; how many. Most words hold two or fewer: those are
 * written without a branch. */
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

#endif
