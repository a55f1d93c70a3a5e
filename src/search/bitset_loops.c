/* bitset_loops.c: the loops of bitset_kernels.h for one instruction set. */
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

/* The sources of a node fill PARTS registers. */
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

/* Exchanges bits of r[i] and of r[i + half], as in Warren, "Hacker's Delight", 7-3, in all words of a register at once;
 * r[i] holds row i * stride. */
#define EXCHANGE(half, stride, bits)                                                                 \
  for (int b = 0; b < 8; b += 2 * (half))                                                          \
    for (int i = b; i < b + (half); i++) {                                                         \
      part moved = ((r[i] >> ((half) * (stride))) ^ r[i + (half)]) & UINT64_C(bits);               \
      r[i] ^= moved << ((half) * (stride));                                                        \
      r[i + (half)] ^= moved;                                                                      \
    }

/* Transposes eight blocks of 64 by 64 bits that lie side by side: first rows that are 8, 16 and 32 apart, then
 * neighbouring ones, eight at a time in registers. index: which rows of `from` the 64 are, or NULL: the first 64.
 * Returns false, with m incomplete, where index is given and there are no ones. */
static inline bool transpose_block(khop_i_sources *m, const khop_i_sources *from, const int32_t *index) {
  part some = {0};
  for (int k = 0; k < 8; k++)
    for (int p = 0; p < PARTS; p++) {
      part r[8];
      for (int i = 0; i < 8; i++) r[i] = parts_of(from + (index ? index[k + 8 * i] : k + 8 * i))[p];
      for (int i = 0; index && i < 8; i++) some |= r[i];
      EXCHANGE(4, 8, 0x00000000ffffffff)
      EXCHANGE(2, 8, 0x0000ffff0000ffff)
      EXCHANGE(1, 8, 0x00ff00ff00ff00ff)
      for (int i = 0; i < 8; i++) parts_to(m + k + 8 * i)[p] = r[i];
    }
  if (index && !any(some)) return false;
  for (int k = 0; k < 64; k += 8)
    for (int p = 0; p < PARTS; p++) {
      part r[8];
      for (int i = 0; i < 8; i++) r[i] = parts_of(m + k + i)[p];
      EXCHANGE(4, 1, 0x0f0f0f0f0f0f0f0f)
      EXCHANGE(2, 1, 0x3333333333333333)
      EXCHANGE(1, 1, 0x5555555555555555)
      for (int i = 0; i < 8; i++) parts_to(m + k + i)[p] = r[i];
    }
  return true;
}

static void transpose(uint64_t *to, int64_t step, const khop_i_sources *from, int64_t words, int64_t rows) {
  _Alignas(64) khop_i_sources m[64];
  for (int64_t w = 0; w < words; w++) {
    transpose_block(m, from + 64 * w, NULL);
    memcpy(to + w * step, m, (size_t)rows * sizeof *to);
  }
}

/* --- from bits to numbers ------------------------------------------------------------------- */

static void count_ones(int32_t *counts, const uint64_t *words, int64_t step, int64_t many, int64_t rows) {
  int64_t sums[KHOP_I_MSBFS_SOURCES] = {0};
  for (int64_t w = 0; w < many; w++)
    for (int64_t r = 0; r < rows; r++) sums[r] += __builtin_popcountll(words[w * step + r]);
  for (int64_t r = 0; r < rows; r++) counts[r] = (int32_t)sums[r];
}

/* Writes the positions of the ones of a word and returns how many there are. dense: words hold many. */
static inline int64_t write_positions(int32_t *to, uint64_t bits, int64_t word, bool dense) {
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
  for (; w < count && end - to >= 64 + KHOP_I_SLACK; w++) to += write_positions(to, words[w * step], w, dense);
  for (; w < count; w++) { /* close to the end, where nothing may be written beyond: through a buffer */
    int64_t found = write_positions(last, words[w * step], w, dense);
    memcpy(to, last, (size_t)found * sizeof *to);
    to += found;
  }
}

static void read_ones(int32_t *to, const int32_t *end, int64_t found, const uint64_t *words, int64_t step,
                      int64_t count) {
  if (found > 2 * count)
    read_words(to, end, words, step, count, true);
  else
    read_words(to, end, words, step, count, false);
}

/* --- local sources -------------------------------------------------------------------------- */

/* A full adder for each bit of a register: sum becomes the low bit of sum + a + b, and the high bit is returned. */
static inline part carry_of(part *sum, part a, part b) {
  part odd = *sum ^ a, carry = (*sum & a) | (odd & b);
  *sum = odd ^ b;
  return carry;
}

/* Adds a carry into the numbers whose binary digits are digit[d], digit[d + 1], .. */
static inline void add_carry(khop_i_sources *digit, int p, int d, part carry) {
  for (; any(carry); d++) {
    part *to = parts_to(digit + d) + p, old = *to;
    *to = old ^ carry;
    carry &= old;
  }
}

/* Counts for all 512 sources at once, in binary: digit[d] holds the digits of 2^d, a bit a source. Transposed, the
 * digits of a source are a number. Sixteen nodes at a time, so that the lowest four digits stay in registers. */
static void count_nodes(int64_t *counts, const khop_i_sources *from, int64_t nodes) {
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
      add_carry(digit, p, 4, carry_of(&low[3], eight[0], eight[1]));
    }
    for (int d = 0; d < 4; d++) parts_to(digit + d)[p] = low[d];
    for (; v < nodes; v++) add_carry(digit, p, 0, parts_of(from + v)[p]);
  }
  transpose_block(m, digit, NULL);
  memcpy(counts, m, sizeof m);
}

#if defined(__AVX512VBMI2__)
/* Sixteen of 64 numbers that stand in four registers; index: which, 32 bits each. */
static inline __m512i pick_numbers(const __m512i *of, __m512i index) {
  __mmask16 upper = _mm512_test_epi32_mask(index, _mm512_set1_epi32(32));
  return _mm512_mask_mov_epi32(_mm512_permutex2var_epi32(of[0], index, of[1]), upper,
                               _mm512_permutex2var_epi32(of[2], index, of[3]));
}

/* Writes those of 64 numbers whose bits are set to `to` and on, and nothing beyond; returns where they end. */
static inline int32_t *write_chosen(int32_t *to, uint64_t bits, const __m512i *of) {
  int64_t count = __builtin_popcountll(bits);
  __m512i ones = khop_i_ones_512(bits);
#define PUT(quarter)                                                                               \
  _mm512_mask_storeu_epi32(to + 16 * (quarter),                                                    \
                           (__mmask16)_bzhi_u32(0xffff, (uint32_t)(count - 16 * (quarter))),       \
                           pick_numbers(of, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(ones, quarter))))
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
static inline int32_t *write_chosen(int32_t *to, uint64_t bits, const int32_t *nodes) {
  for (; bits; bits &= bits - 1) *to++ = nodes[__builtin_ctzll(bits)];
  return to;
}
#endif

/* Compresses the words of transposed blocks that are not 0 into `some`, with their rows, and returns how many there
 * are. Read at once instead, the number of such words in a register would be mispredicted. */
static inline int64_t compress_words(uint64_t *some, int32_t *row, const khop_i_sources *m) {
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

static void append_rows(int32_t **to, const khop_i_sources *from, const int32_t *index, const int32_t *nodes) {
  _Alignas(64) khop_i_sources m[64];
  uint64_t some[KHOP_I_MSBFS_SOURCES + 8];
  int32_t row[KHOP_I_MSBFS_SOURCES + 8];
  if (!transpose_block(m, from, index)) return;
  int64_t count = compress_words(some, row, m);
#if defined(__AVX512VBMI2__)
  __m512i of[4];
  for (int i = 0; i < 4; i++) of[i] = _mm512_loadu_si512(nodes + 16 * i);
  for (int64_t i = 0; i < count; i++) to[row[i]] = write_chosen(to[row[i]], some[i], of);
#else
  for (int64_t i = 0; i < count; i++) to[row[i]] = write_chosen(to[row[i]], some[i], nodes);
#endif
}

#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)
const khop_i_bitset_kernels PASTE(khop_i_bitset_kernels_, KHOP_ISA) = {
    .step = PASTE(khop_i_bfs_step_, KHOP_ISA),
    .pull = pull,
    .pull_rings = pull_rings,
    .push = push,
    .mask = mask,
    .transpose = transpose,
    .count_ones = count_ones,
    .read_ones = read_ones,
    .count_nodes = count_nodes,
    .append_rows = append_rows,
};
