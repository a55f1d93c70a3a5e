/* sorting_network.h: sorts up to 64 numbers in registers, by a bitonic network, which has no branch to mispredict.
 *
 *   | 8 numbers | 8 numbers | .. |    each register is sorted; then pairs of sorted runs are merged: one of the two is
 *                                     reversed, their smaller and larger halves are separated, and so on for the halves
 *
 * Batcher 1968. For files that are compiled for AVX2 and more. */
#ifndef KHOP_SEARCH_SORTING_NETWORK_H
#define KHOP_SEARCH_SORTING_NETWORK_H

#include <immintrin.h>
#include <stdint.h>

enum { KHOP_I_NETWORK_SIZE = 64 };

typedef __m256i khop_i_eight;
#define KHOP_I_INLINE static inline __attribute__((always_inline))
/* Registers have no addresses, so loops over them must be unrolled: otherwise the array stands in memory. */
#if defined(__clang__)
#define KHOP_I_UNROLL _Pragma("unroll")
#define KHOP_I_UNROLL_HALF _Pragma("unroll")
#else
#define KHOP_I_UNROLL _Pragma("GCC unroll 8")
#define KHOP_I_UNROLL_HALF _Pragma("GCC unroll 4")
#endif

KHOP_I_INLINE void khop_i_exchange(khop_i_eight *a, khop_i_eight *b) {
  khop_i_eight low = _mm256_min_epi32(*a, *b);
  *b = _mm256_max_epi32(*a, *b);
  *a = low;
}

/* Sorts a register that rises and then falls: its lanes are exchanged with those 4, 2 and 1 further. */
KHOP_I_INLINE khop_i_eight khop_i_merge_lanes(khop_i_eight v) {
  khop_i_eight other = _mm256_permute2x128_si256(v, v, 1);
  v = _mm256_blend_epi32(_mm256_min_epi32(v, other), _mm256_max_epi32(v, other), 0xf0);
  other = _mm256_shuffle_epi32(v, 0x4e);
  v = _mm256_blend_epi32(_mm256_min_epi32(v, other), _mm256_max_epi32(v, other), 0xcc);
  other = _mm256_shuffle_epi32(v, 0xb1);
  return _mm256_blend_epi32(_mm256_min_epi32(v, other), _mm256_max_epi32(v, other), 0xaa);
}

/* Sorts one register: pairs, then fours; every second run is reversed before two are merged. */
KHOP_I_INLINE khop_i_eight khop_i_sort_lanes(khop_i_eight v) {
  khop_i_eight other = _mm256_shuffle_epi32(v, 0xb1);
  v = _mm256_blend_epi32(_mm256_min_epi32(v, other), _mm256_max_epi32(v, other), 0xaa);
  other = _mm256_shuffle_epi32(v, 0x1b);
  v = _mm256_blend_epi32(_mm256_min_epi32(v, other), _mm256_max_epi32(v, other), 0xcc);
  other = _mm256_shuffle_epi32(v, 0xb1);
  v = _mm256_blend_epi32(_mm256_min_epi32(v, other), _mm256_max_epi32(v, other), 0xaa);
  other = _mm256_permutevar8x32_epi32(v, _mm256_setr_epi32(7, 6, 5, 4, 3, 2, 1, 0));
  v = _mm256_blend_epi32(_mm256_min_epi32(v, other), _mm256_max_epi32(v, other), 0xf0);
  other = _mm256_shuffle_epi32(v, 0x4e);
  v = _mm256_blend_epi32(_mm256_min_epi32(v, other), _mm256_max_epi32(v, other), 0xcc);
  other = _mm256_shuffle_epi32(v, 0xb1);
  return _mm256_blend_epi32(_mm256_min_epi32(v, other), _mm256_max_epi32(v, other), 0xaa);
}

/* Merges a run of `half` registers with one of `more`, which is `half` or a smaller power of two. */
KHOP_I_INLINE void khop_i_merge_runs(khop_i_eight *v, const int half, const int more) {
  const khop_i_eight back = _mm256_setr_epi32(7, 6, 5, 4, 3, 2, 1, 0);
  khop_i_eight turned[4];
  KHOP_I_UNROLL_HALF
  for (int i = 0; i < more; i++) turned[i] = _mm256_permutevar8x32_epi32(v[half + more - 1 - i], back);
  KHOP_I_UNROLL_HALF
  for (int i = 0; i < more; i++) {
    v[half + i] = _mm256_max_epi32(v[half - more + i], turned[i]);
    v[half - more + i] = _mm256_min_epi32(v[half - more + i], turned[i]);
  }
  KHOP_I_UNROLL
  for (int apart = half / 2; apart; apart /= 2)
    KHOP_I_UNROLL_HALF
    for (int i = 0; i < half; i++)
      if (!(i & apart)) khop_i_exchange(&v[i], &v[i + apart]);
  KHOP_I_UNROLL
  for (int apart = more / 2; apart; apart /= 2)
    KHOP_I_UNROLL_HALF
    for (int i = 0; i < more; i++)
      if (!(i & apart)) khop_i_exchange(&v[half + i], &v[half + i + apart]);
  KHOP_I_UNROLL
  for (int i = 0; i < half + more; i++) v[i] = khop_i_merge_lanes(v[i]);
}

/* Sorts 1 to 6 registers, or 8: a power of two, or the sum of two. */
KHOP_I_INLINE void khop_i_sort_registers(int32_t *numbers, const int count) {
  khop_i_eight v[8];
  KHOP_I_UNROLL
  for (int i = 0; i < count; i++) v[i] = khop_i_sort_lanes(_mm256_loadu_si256((const khop_i_eight *)(numbers + 8 * i)));
  KHOP_I_UNROLL
  for (int half = 1; half < count; half *= 2)
    KHOP_I_UNROLL
    for (int i = 0; i + half < count; i += 2 * half)
      khop_i_merge_runs(v + i, half, count - i - half < half ? count - i - half : half);
  KHOP_I_UNROLL
  for (int i = 0; i < count; i++) _mm256_storeu_si256((khop_i_eight *)(numbers + 8 * i), v[i]);
}

/* Sorts count <= KHOP_I_NETWORK_SIZE numbers; the array holds KHOP_I_NETWORK_SIZE, and the others are overwritten. */
static inline void khop_i_sort_few(int32_t *numbers, int64_t count) {
  int64_t registers = count <= 48 ? (count + 7) / 8 : 8;
  for (int64_t i = count; i < 8 * registers; i++) numbers[i] = INT32_MAX;
  switch (registers) {
  case 0: break;
  case 1: khop_i_sort_registers(numbers, 1); break;
  case 2: khop_i_sort_registers(numbers, 2); break;
  case 3: khop_i_sort_registers(numbers, 3); break;
  case 4: khop_i_sort_registers(numbers, 4); break;
  case 5: khop_i_sort_registers(numbers, 5); break;
  case 6: khop_i_sort_registers(numbers, 6); break;
  default: khop_i_sort_registers(numbers, 8);
  }
}

#endif
