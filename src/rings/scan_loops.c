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

#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)
int64_t PASTE(khop_i_bfs_step_, KHOP_ISA)(khop_i_bfs *bfs);
extern const khop_i_scans PASTE(khop_i_scans_, KHOP_ISA);
const khop_i_scans PASTE(khop_i_scans_, KHOP_ISA) = {
    PASTE(khop_i_bfs_step_, KHOP_ISA), pull, push, mask, turn, count, read};
