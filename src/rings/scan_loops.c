/* scan_loops.c: the loops of scan.h for one instruction set. */
#include "rings/positions.h"
#include "rings/scan.h"

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
  uint64_t all = 0;
  for (int i = 0; i < VECTOR_BYTES / 8; i++) all |= p[i];
  return all != 0;
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
 * eight in registers at a time. */
static void turn_block(khop_i_sources *m, const khop_i_sources *from) {
  for (int k = 0; k < 8; k++)
    for (int p = 0; p < PARTS; p++) {
      part r[8];
      for (int i = 0; i < 8; i++) r[i] = parts_of(from + k + 8 * i)[p];
      CHANGE(4, 8, 0x00000000ffffffff)
      CHANGE(2, 8, 0x0000ffff0000ffff)
      CHANGE(1, 8, 0x00ff00ff00ff00ff)
      for (int i = 0; i < 8; i++) parts_to(m + k + 8 * i)[p] = r[i];
    }
  for (int k = 0; k < 64; k += 8)
    for (int p = 0; p < PARTS; p++) {
      part r[8];
      for (int i = 0; i < 8; i++) r[i] = parts_of(m + k + i)[p];
      CHANGE(4, 1, 0x0f0f0f0f0f0f0f0f)
      CHANGE(2, 1, 0x3333333333333333)
      CHANGE(1, 1, 0x5555555555555555)
      for (int i = 0; i < 8; i++) parts_to(m + k + i)[p] = r[i];
    }
}

static void turn(uint64_t *to, int64_t step, const khop_i_sources *from, int64_t words, int64_t rows) {
  _Alignas(64) khop_i_sources m[64];
  for (int64_t w = 0; w < words; w++) {
    turn_block(m, from + 64 * w);
    memcpy(to + w * step, m, (size_t)rows * sizeof *to);
  }
}

/* --- from bits to numbers ------------------------------------------------------------------- */

static void count(int32_t *counts, const uint64_t *words, int64_t step, int64_t many, int64_t rows) {
  int64_t sums[KHOP_I_WIDE] = {0};
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

static int64_t take(int32_t *to, uint8_t *marks, uint64_t *seen, int64_t first, int64_t last) {
  int32_t *begin = to;
  for (int64_t w = first; w <= last; w++) {
    uint64_t fresh = khop_i_marks(marks + 64 * w) & ~seen[w];
    seen[w] |= fresh;
    to += positions(to, fresh, w, false);
  }
  return to - begin;
}

static void mark_bits(uint64_t *bits, const int32_t *nodes, int64_t count, const int64_t *offsets,
                      const int32_t *targets) {
  for (int64_t i = 0; i < count; i++) {
    int64_t to = offsets[nodes[i] + 1];
    for (int64_t e = offsets[nodes[i]]; e < to; e++)
      bits[(uint32_t)targets[e] >> 6] |= UINT64_C(1) << (targets[e] & 63);
  }
}

#if defined(__AVX512VBMI2__)
/* Eight words are masked at once, and those that are not 0 moved together: one in four is not, and a branch
 * for each was guessed wrong too often. (A 300 x 300 grid to hop 8: 81 ms instead of
 * 90, with what bfs.c says of seen.) */
static int64_t take_bits(int32_t *to, uint64_t *bits, uint64_t *seen, int64_t first, int64_t last) {
  enum { AT_ONCE = 64 };
  uint64_t some[AT_ONCE + 8];
  int64_t place[AT_ONCE + 8];
  int32_t *begin = to;
  const __m512i eight = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7);
  while (first <= last) {
    int64_t count = 0, end = last - first < AT_ONCE ? last + 1 : first + AT_ONCE;
    for (; first < end; first += 8) {
      __mmask8 here = end - first < 8 ? (__mmask8)((1u << (end - first)) - 1) : (__mmask8)0xff;
      __m512i old = _mm512_maskz_loadu_epi64(here, seen + first);
      __m512i fresh = _mm512_andnot_si512(old, _mm512_maskz_loadu_epi64(here, bits + first));
      __mmask8 not_0 = _mm512_test_epi64_mask(fresh, fresh);
      _mm512_mask_storeu_epi64(bits + first, here, _mm512_setzero_si512());
      _mm512_mask_storeu_epi64(seen + first, here, _mm512_or_si512(old, fresh));
      _mm512_storeu_si512(some + count, _mm512_maskz_compress_epi64(not_0, fresh));
      _mm512_storeu_si512(place + count, _mm512_maskz_compress_epi64(not_0, _mm512_add_epi64(_mm512_set1_epi64(first), eight)));
      count += __builtin_popcount(not_0);
    }
    first = end;
    for (int64_t i = 0; i < count; i++) to += khop_i_positions(to, some[i], (int32_t)(64 * place[i]));
  }
  return to - begin;
}
#else
static int64_t take_bits(int32_t *to, uint64_t *bits, uint64_t *seen, int64_t first, int64_t last) {
  int32_t *begin = to;
  for (int64_t w = first; w <= last; w++) {
    if (!bits[w]) continue;
    uint64_t fresh = bits[w] & ~seen[w];
    bits[w] = 0;
    seen[w] |= fresh;
    to += positions(to, fresh, w, false);
  }
  return to - begin;
}
#endif

#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)
extern const khop_i_scans PASTE(khop_i_scans_, KHOP_ISA);
const khop_i_scans PASTE(khop_i_scans_, KHOP_ISA) = {pull, push, mask, turn, count, read, take, mark_bits, take_bits};
