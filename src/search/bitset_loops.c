/* bitset_loops.c: the loops of scan.h for one instruction set. */
#include "search/bitset_loops.h"
#include "search/bfs_step.h"
#include "search/bit_positions.h"

#include <string.h>

#if defined(__AVX512VBMI2__)
#define VECTOR_BYTES 64
#elif defined(__AVX2__)
#define VECTOR_BYTES 32
#else
#define VECTOR_BYTES 16
#endif

/* What the sources of a node take: PARTS registers. */
typedef uint64_t part __attribute__((vector_size(VECTOR_BYTES), may_alias));
enum { PARTS = (int)(sizeof(khop_i_sources) / VECTOR_BYTES) };

static inline const part *parts_of(const khop_i_sources *at) { return (const part *)(const void *)at; }
static inline part *parts_to(khop_i_sources *at) { return (part *)(void *)at; }

static inline bool any(part p) {
#if defined(__AVX512VBMI2__)
  return _mm512_test_epi64_mask((__m512i)p, (__m512i)p) != 0;
#elif defined(__AVX2__)
  return !_mm256_testz_si256((__m256i)p, (__m256i)p);
#else
  return (p[0] | p[1]) != 0;
#endif
}

/* --- a hop ---------------------------------------------------------------------------------- */

static bool pull(khop_i_sources *next, khop_i_sources *seen, const khop_i_sources *now, const khop_graph *graph) {
  const int32_t *targets = graph->targets;
  part found = {0};
  for (int64_t v = 0; v < graph->nodes; v++) {
    part sum[PARTS] = {{0}}, *to = parts_to(next + v), *old = parts_to(seen + v);
    int64_t end = graph->offsets[v + 1];
    for (int64_t e = graph->offsets[v]; e < end; e++)
      for (int p = 0; p < PARTS; p++) sum[p] |= parts_of(now + targets[e])[p];
    for (int p = 0; p < PARTS; p++) {
      part fresh = sum[p] & ~old[p];
      to[p] = fresh;
      old[p] |= fresh;
      found |= fresh;
    }
  }
  return any(found);
}

static bool pull_rings(khop_i_sources *next, const khop_i_sources *now, const khop_graph *graph) {
  const int32_t *targets = graph->targets;
  part found = {0};
  for (int64_t v = 0; v < graph->nodes; v++) {
    part sum[PARTS] = {{0}}, *to = parts_to(next + v);
    int64_t end = graph->offsets[v + 1];
    for (int64_t e = graph->offsets[v]; e < end; e += 2)
      for (int p = 0; p < PARTS; p++) sum[p] |= parts_of(now + targets[e])[p] | parts_of(now + targets[e + 1])[p];
    for (int p = 0; p < PARTS; p++) {
      to[p] = sum[p] & ~to[p] & ~parts_of(now + v)[p];
      found |= to[p];
    }
  }
  return any(found);
}

static void push(khop_i_sources *next, const khop_i_sources *now, const khop_graph *graph) {
  const int32_t *targets = graph->targets;
  for (int64_t u = 0; u < graph->nodes; u++) {
    const part *from = parts_of(now + u);
    part all = from[0];
    for (int p = 1; p < PARTS; p++) all |= from[p];
    if (!any(all)) continue;
    for (int64_t e = graph->offsets[u]; e < graph->offsets[u + 1]; e++)
      for (int p = 0; p < PARTS; p++) parts_to(next + targets[e])[p] |= from[p];
  }
}

static bool mask(khop_i_sources *next, khop_i_sources *seen, int64_t nodes) {
  part found = {0};
  for (int64_t v = 0; v < nodes; v++)
    for (int p = 0; p < PARTS; p++) {
      part *to = parts_to(next + v) + p, *old = parts_to(seen + v) + p, fresh = *to & ~*old;
      *to = fresh;
      *old |= fresh;
      found |= fresh;
    }
  return any(found);
}

/* --- from a bit a source to a bit a node ---------------------------------------------------- */

/* Bits of r[i] and of r[i + half] change places, as in Warren, "Hacker's Delight", 7-3, for as many
 * words beside one another as a register holds; r[i] stands for row i * stride. */
#define CHANGE(half, stride, bits)                                                                 \
  for (int b = 0; b < 8; b += 2 * (half))                                                          \
    for (int i = b; i < b + (half); i++) {                                                         \
      part moved = ((r[i] >> ((half) * (stride))) ^ r[i + (half)]) & UINT64_C(bits);               \
      r[i] ^= moved << ((half) * (stride));                                                        \
      r[i + (half)] ^= moved;                                                                      \
    }

/* Turns 64 by 64 bits, eight times beside one another: rows that are 8, 16 and 32 apart, then neighbours,
 * eight in registers at a time. place: where the 64 are in from, or NULL: as they stand. False, and nothing is
 * turned, where there are no ones. */
static inline bool turn_block(khop_i_sources *m, const khop_i_sources *from, const int32_t *place) {
  part some = {0};
  for (int k = 0; k < 8; k++)
    for (int p = 0; p < PARTS; p++) {
      part r[8];
      for (int i = 0; i < 8; i++) r[i] = parts_of(from + (place ? place[k + 8 * i] : k + 8 * i))[p];
      for (int i = 0; place && i < 8; i++) some |= r[i];
      CHANGE(4, 8, 0x00000000ffffffff)
      CHANGE(2, 8, 0x0000ffff0000ffff)
      CHANGE(1, 8, 0x00ff00ff00ff00ff)
      for (int i = 0; i < 8; i++) parts_to(m + k + 8 * i)[p] = r[i];
    }
  if (place && !any(some)) return false;
  for (int k = 0; k < 64; k += 8)
    for (int p = 0; p < PARTS; p++) {
      part r[8];
      for (int i = 0; i < 8; i++) r[i] = parts_of(m + k + i)[p];
      CHANGE(4, 1, 0x0f0f0f0f0f0f0f0f)
      CHANGE(2, 1, 0x3333333333333333)
      CHANGE(1, 1, 0x5555555555555555)
      for (int i = 0; i < 8; i++) parts_to(m + k + i)[p] = r[i];
    }
  return true;
}

static void turn(uint64_t *to, int64_t step, const khop_i_sources *from, int64_t words, int64_t rows) {
  _Alignas(64) khop_i_sources m[64];
  for (int64_t w = 0; w < words; w++) {
    turn_block(m, from + 64 * w, NULL);
    memcpy(to + w * step, m, (size_t)rows * sizeof *to);
  }
}

/* --- from bits to numbers ------------------------------------------------------------------- */

static void count(int32_t *counts, const uint64_t *words, int64_t step, int64_t many, int64_t rows) {
  int64_t sums[KHOP_I_MSBFS_SOURCES] = {0};
  for (int64_t w = 0; w < many; w++)
    for (int64_t r = 0; r < rows; r++) sums[r] += __builtin_popcountll(words[w * step + r]);
  for (int64_t r = 0; r < rows; r++) counts[r] = (int32_t)sums[r];
}

/* The positions of the ones of a word; how many. dense: there are many. */
static inline int64_t positions(int32_t *to, uint64_t bits, int64_t word, bool dense) {
#if defined(__AVX512VBMI2__)
  (void)dense;
  return khop_i_positions_512(to, bits, (int32_t)(64 * word));
#else
  return dense ? khop_i_positions_8(to, bits, (int32_t)(64 * word)) : khop_i_positions(to, bits, (int32_t)(64 * word));
#endif
}

static inline void read_words(int32_t *to, const int32_t *end, const uint64_t *words, int64_t step, int64_t count,
                              bool dense) {
  int32_t last[64 + KHOP_I_SLACK];
  int64_t w = 0;
  for (; w < count && end - to >= 64 + KHOP_I_SLACK; w++) to += positions(to, words[w * step], w, dense);
  for (; w < count; w++) { /* near the end: by way of a place with room */
    int64_t found = positions(last, words[w * step], w, dense);
    memcpy(to, last, (size_t)found * sizeof *to);
    to += found;
  }
}

static void read(int32_t *to, const int32_t *end, int64_t found, const uint64_t *words, int64_t step, int64_t count) {
  if (found > 2 * count)
    read_words(to, end, words, step, count, true);
  else
    read_words(to, end, words, step, count, false);
}

/* --- near sources --------------------------------------------------------------------------- */

/* The sum of three bits, in as many places as a register has, in two: sum takes in a and b. */
static inline part carry_of(part *sum, part a, part b) {
  part odd = *sum ^ a, carry = (*sum & a) | (odd & b);
  *sum = odd ^ b;
  return carry;
}

/* Adds to the number whose binary digits are digit[d], digit[d + 1], .. */
static inline void add_from(khop_i_sources *digit, int p, int d, part carry) {
  for (; any(carry); d++) {
    part *to = parts_to(digit + d) + p, old = *to;
    *to = old ^ carry;
    carry &= old;
  }
}

/* Numbers are counted by their binary digits, digit[d] those of 2^d, and turned: then the digits of a source
 * stand together. Sixteen nodes at a time, whose first four digits are kept in registers. */
static void tally(int64_t *counts, const khop_i_sources *from, int64_t nodes) {
  _Alignas(64) khop_i_sources digit[64] = {{{0}}}, m[64];
  for (int p = 0; p < PARTS; p++) {
    part low[4] = {{0}}; /* the first four digits */
    int64_t v = 0;
    for (; v + 16 <= nodes; v += 16) {
      part two[2], four[2], eight[2];
      for (int i = 0; i < 2; i++) {
        for (int j = 0; j < 2; j++) {
          for (int k = 0; k < 2; k++) {
            const khop_i_sources *at = from + v + 8 * i + 4 * j + 2 * k;
            two[k] = carry_of(&low[0], parts_of(at)[p], parts_of(at + 1)[p]);
          }
          four[j] = carry_of(&low[1], two[0], two[1]);
        }
        eight[i] = carry_of(&low[2], four[0], four[1]);
      }
      add_from(digit, p, 4, carry_of(&low[3], eight[0], eight[1]));
    }
    for (int d = 0; d < 4; d++) parts_to(digit + d)[p] = low[d];
    for (; v < nodes; v++) add_from(digit, p, 0, parts_of(from + v)[p]);
  }
  turn_block(m, digit, NULL);
  memcpy(counts, m, sizeof m);
}

#if defined(__AVX512VBMI2__)
/* Sixteen of 64 numbers in four registers; index: of which, 32 bits each. */
static inline __m512i pick(const __m512i *of, __m512i index) {
  __mmask16 upper = _mm512_test_epi32_mask(index, _mm512_set1_epi32(32));
  return _mm512_mask_mov_epi32(_mm512_permutex2var_epi32(of[0], index, of[1]), upper,
                               _mm512_permutex2var_epi32(of[2], index, of[3]));
}

/* Those of 64 numbers whose bits are set, to `to` and on; where they end. Writes no further. */
static inline int32_t *put(int32_t *to, uint64_t bits, const __m512i *of) {
  int64_t count = __builtin_popcountll(bits);
  __m512i ones = khop_i_ones_512(bits);
#define PUT(quarter)                                                                               \
  _mm512_mask_storeu_epi32(to + 16 * (quarter),                                                    \
                           (__mmask16)_bzhi_u32(0xffff, (uint32_t)(count - 16 * (quarter))),       \
                           pick(of, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(ones, quarter))))
  PUT(0);
  if (count > 16) {
    PUT(1);
    if (count > 32) PUT(2);
    if (count > 48) PUT(3);
  }
#undef PUT
  return to + count;
}
#else
static inline int32_t *put(int32_t *to, uint64_t bits, const int32_t *nodes) {
  for (; bits; bits &= bits - 1) *to++ = nodes[__builtin_ctzll(bits)];
  return to;
}
#endif

/* The words of turned blocks that hold anything, and whose rows they are; how many. They are gathered before they are
 * read: how many a register holds is guessed wrong. (power_grid to hop 8 3.8 ms instead of 4.1, with AVX2 6.3
 * instead of 7.6.) */
static inline int64_t gather(uint64_t *some, int32_t *row, const khop_i_sources *m) {
  int64_t count = 0;
  for (int i = 0; i < 64; i++) {
#if defined(__AVX512VBMI2__)
    __m512i eight = _mm512_load_si512(m + i);
    __mmask8 full = _mm512_test_epi64_mask(eight, eight);
    __m256i rows = _mm256_add_epi32(_mm256_set1_epi32(8 * i), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
    _mm512_storeu_si512(some + count, _mm512_maskz_compress_epi64(full, eight));
    _mm256_storeu_si256((__m256i *)(void *)(row + count), _mm256_maskz_compress_epi32(full, rows));
    count += __builtin_popcount(full);
#else
    for (int p = 0; p < PARTS; p++) {
      if (!any(parts_of(m + i)[p])) continue;
      for (int word = p * VECTOR_BYTES / 8; word < (p + 1) * VECTOR_BYTES / 8; word++) {
        some[count] = m[i].word[word];
        row[count] = 8 * i + word;
        count += m[i].word[word] != 0;
      }
    }
#endif
  }
  return count;
}

static void pour(int32_t **to, const khop_i_sources *from, const int32_t *place, const int32_t *nodes) {
  _Alignas(64) khop_i_sources m[64];
  uint64_t some[KHOP_I_MSBFS_SOURCES + 8];
  int32_t row[KHOP_I_MSBFS_SOURCES + 8];
  if (!turn_block(m, from, place)) return;
  int64_t count = gather(some, row, m);
#if defined(__AVX512VBMI2__)
  __m512i of[4];
  for (int i = 0; i < 4; i++) of[i] = _mm512_loadu_si512(nodes + 16 * i);
  for (int64_t i = 0; i < count; i++) to[row[i]] = put(to[row[i]], some[i], of);
#else
  for (int64_t i = 0; i < count; i++) to[row[i]] = put(to[row[i]], some[i], nodes);
#endif
}

#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)
const khop_i_bitset_kernels PASTE(khop_i_bitset_kernels_, KHOP_ISA) = {
    PASTE(khop_i_bfs_step_, KHOP_ISA), pull, pull_rings, push, mask, turn, count, read, tally, pour};
