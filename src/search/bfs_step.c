/* bfs_step.c: one hop of a search from one source (bfs.h), for one instruction set. */
#include "search/bfs_step.h"
#include "search/bit_positions.h"
#if defined(__AVX2__)
#include "search/sorting_network.h"
#endif

/* The three numbers that choose among the ways to take a hop. MANY_ARCS and SPARSE_WORDS were fitted on an Intel Xeon
 * with AVX-512 (docs/notes/2026-11-search.md), SORT_ARCS on an AMD EPYC (docs/notes/2026-11-sorting-network.md). To fit
 * them anew, change one and compare `sh bench/fit`, the column of one source, before and after. */

/* From so many arcs on, a hop marks bytes instead of bits. Bytes are stored without being read first; but where they
 * are few, they are read back while their stores are still under way. */
#define MANY_ARCS 256
/* Neighbours are far apart where their span has so many words an arc: then only the words that they touch are read. */
#define SPARSE_WORDS 4
/* Neighbours that are far apart are sorted in registers; from so many arcs on, so are those with a word an arc. */
#define SORT_ARCS 18

/* The neighbours of a hop: their number, repeats counted, and the first and the last word they lie in. */
typedef struct span {
  int64_t arcs, first, last;
} span;

static span span_of(const khop_i_bfs *b, int64_t begin, int64_t end) {
  span s = {0, INT32_MAX, -1};
  const int64_t *offsets = b->offsets;
  const int32_t *targets = b->targets, *nodes = b->nodes;
  for (int64_t i = begin; i < end; i++) {
    int64_t from = offsets[nodes[i]], to = offsets[nodes[i] + 1];
    if (from == to) continue;
    s.arcs += to - from;
    if (targets[from] < s.first) s.first = targets[from];
    if (targets[to - 1] > s.last) s.last = targets[to - 1];
  }
  s.first >>= 6;
  s.last >>= 6;
  return s;
}

static void widen(khop_i_bfs *b, int64_t first, int64_t last) {
  if (first < b->first) b->first = first;
  if (last > b->last) b->last = last;
}

/* The first hop is a row of the graph as it is, less the source. */
static int64_t first_hop(khop_i_bfs *b) {
  int32_t source = b->nodes[0];
  int64_t end = 1;
  for (int64_t e = b->offsets[source]; e < b->offsets[source + 1]; e++) {
    int32_t v = b->targets[e];
    b->nodes[end] = v;
    end += v != source;
    b->seen[v >> 6] |= UINT64_C(1) << (v & 63);
  }
  return end;
}

static inline int64_t write_positions(int32_t *to, uint64_t bits, int64_t word) {
#if defined(__AVX512VBMI2__)
  return khop_i_positions_512(to, bits, (int32_t)(64 * word));
#else
  return khop_i_positions(to, bits, (int32_t)(64 * word));
#endif
}

/* take_words writes the new nodes of the words first .. last of next to nodes[end] and on, clears these words, marks
 * the nodes in seen, and returns where they end. */
#if defined(__AVX512VBMI2__)
/* Eight words at once; those behind the last are 0. Words with new nodes are compressed together before they are read:
 * one in four has any, and a branch for each would be mispredicted too often. */
static inline int64_t take_words(khop_i_bfs *b, int64_t first, int64_t last, int64_t end) {
  enum { MOST = 64 };
  uint64_t some[MOST + 8];
  int64_t index[MOST + 8];
  int32_t *to = b->nodes + end;
  uint64_t *next = b->next, *seen = b->seen;
  const __m512i eight = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7), none = _mm512_setzero_si512();
  while (first <= last) {
    int64_t count = 0, stop = last - first < MOST ? last + 1 : first + MOST;
    for (; first < stop; first += 8) {
      __m512i old = _mm512_loadu_si512(seen + first);
      __m512i fresh = _mm512_andnot_si512(old, _mm512_loadu_si512(next + first));
      __mmask8 not_0 = _mm512_test_epi64_mask(fresh, fresh);
      _mm512_storeu_si512(next + first, none);
      _mm512_storeu_si512(seen + first, _mm512_or_si512(old, fresh));
      _mm512_storeu_si512(some + count, _mm512_maskz_compress_epi64(not_0, fresh));
      _mm512_storeu_si512(index + count,
                          _mm512_maskz_compress_epi64(not_0, _mm512_add_epi64(_mm512_set1_epi64(first), eight)));
      count += __builtin_popcount(not_0);
    }
    for (int64_t i = 0; i < count; i++) to += khop_i_positions(to, some[i], (int32_t)(64 * index[i]));
  }
  return to - b->nodes;
}
#else
static inline int64_t take_word(khop_i_bfs *b, int64_t word, int64_t end) {
  uint64_t fresh = b->next[word] & ~b->seen[word];
  b->next[word] = 0;
  b->seen[word] |= fresh;
  return end + khop_i_positions(b->nodes + end, fresh, (int32_t)(64 * word));
}

static inline int64_t take_words(khop_i_bfs *b, int64_t first, int64_t last, int64_t end) {
  for (int64_t word = first; word <= last; word++)
    if (b->next[word]) end = take_word(b, word, end);
  return end;
}
#endif

/* Marks a list of neighbours. The last few are marked without a loop, some of them twice: the end of a loop over them
 * would be mispredicted. */
static inline void mark_list(uint8_t *marks, const int32_t *e, const int32_t *to) {
  int64_t count = to - e;
  if (count >= 8) {
    for (to -= 8; e < to; e += 8)
      for (int k = 0; k < 8; k++) marks[e[k]] = 255;
    for (int k = 0; k < 8; k++) marks[to[k]] = 255;
  } else if (count >= 4) {
    for (int k = 0; k < 4; k++) marks[e[k]] = 255;
    for (int k = 0; k < 4; k++) marks[to[k - 4]] = 255;
  } else if (count > 0) {
    marks[e[0]] = marks[e[count / 2]] = marks[to[-1]] = 255;
  }
}

/* Many neighbours, close together: by bytes, and every word of the span is read. Storing a byte waits for nothing,
 * where a bit waits for the one before it in the same word. This and the following return where the new hop ends. */
static int64_t step_many(khop_i_bfs *b, span s, int64_t begin, int64_t end) {
  uint64_t *seen = b->seen;
  int32_t *to = b->nodes + end;
  for (int64_t i = begin; i < end; i++)
    mark_list(b->marks, b->targets + b->offsets[b->nodes[i]], b->targets + b->offsets[b->nodes[i] + 1]);
  for (int64_t word = s.first; word <= s.last; word++) {
    uint64_t fresh = khop_i_marks(b->marks + 64 * word) & ~seen[word];
    seen[word] |= fresh;
    to += write_positions(to, fresh, word);
  }
  return to - b->nodes;
}

/* Fewer neighbours, close together: by bits. */
static int64_t step_dense(khop_i_bfs *b, span s, int64_t begin, int64_t end) {
  const int32_t *targets = b->targets, *nodes = b->nodes;
  const int64_t *offsets = b->offsets;
  uint64_t *next = b->next;
  for (int64_t i = begin; i < end; i++) {
    int64_t to = offsets[nodes[i] + 1];
    for (int64_t e = offsets[nodes[i]]; e < to; e++)
      next[(uint32_t)targets[e] >> 6] |= UINT64_C(1) << (targets[e] & 63);
  }
  return take_words(b, s.first, s.last, end);
}

/* The new nodes of a word that hardly ever holds more than one: the first without a branch. */
static inline int64_t take_one(khop_i_bfs *b, int64_t word, int64_t end) {
  uint64_t fresh = b->next[word] & ~b->seen[word];
  b->next[word] = 0;
  b->seen[word] |= fresh;
  b->nodes[end] = (int32_t)(64 * word) + (int32_t)__builtin_ctzll(fresh | UINT64_C(1) << 63);
  end += fresh != 0;
  for (fresh &= fresh - 1; fresh; fresh &= fresh - 1)
    b->nodes[end++] = (int32_t)(64 * word) + (int32_t)__builtin_ctzll(fresh);
  return end;
}

/* A few neighbours far apart: only the words that they touch are read, found through two levels of bits above them. */
static int64_t step_sparse(khop_i_bfs *b, span s, int64_t begin, int64_t end) {
  const int32_t *targets = b->targets;
  uint64_t *next = b->next, *touched = b->touched, *touched_top = b->touched_top;
  for (int64_t i = begin; i < end; i++) {
    int64_t to = b->offsets[b->nodes[i] + 1];
    for (int64_t e = b->offsets[b->nodes[i]]; e < to; e++) {
      uint32_t v = (uint32_t)targets[e];
      next[v >> 6] |= UINT64_C(1) << (v & 63);
      touched[v >> 12] |= UINT64_C(1) << (v >> 6 & 63);
      touched_top[v >> 18] |= UINT64_C(1) << (v >> 12 & 63);
    }
  }
  for (int64_t top = s.first >> 12; top <= s.last >> 12; top++) {
    for (uint64_t some = touched_top[top]; some; some &= some - 1) {
      int64_t index = 64 * top + __builtin_ctzll(some);
      for (uint64_t left = touched[index]; left; left &= left - 1)
        end = take_one(b, 64 * index + __builtin_ctzll(left), end);
      touched[index] = 0;
    }
    touched_top[top] = 0;
  }
  return end;
}

#if defined(__AVX2__)
/* Copies the neighbours of a hop, list after list, at most KHOP_I_NETWORK_SIZE of them, and returns how many. They go
 * eight at a time, up to the last eight arcs of the graph. */
static int64_t collect_neighbours(int32_t *found, const khop_i_bfs *b, int64_t begin, int64_t end) {
  int64_t count = 0;
  for (int64_t i = begin; i < end; i++) {
    int64_t from = b->offsets[b->nodes[i]], to = b->offsets[b->nodes[i] + 1], e = from;
    for (; e < to && e + 8 <= b->arcs; e += 8)
      _mm256_storeu_si256((__m256i *)(void *)(found + count + (e - from)),
                          _mm256_loadu_si256((const __m256i *)(const void *)(b->targets + e)));
    for (; e < to; e++) found[count + (e - from)] = b->targets[e];
    count += to - from;
  }
  return count;
}

/* Of eight numbers in order, a bit for each that differs from the one before and is not in seen. */
static inline uint32_t fresh_of(const int32_t *numbers, const uint64_t *seen) {
  __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)numbers);
  __m256i before = _mm256_loadu_si256((const __m256i *)(const void *)(numbers - 1));
  __m256i word = _mm256_i32gather_epi32((const int *)(const void *)seen, _mm256_srai_epi32(v, 5), 4);
  const __m256i top = _mm256_set1_epi32(31);
  __m256i is_seen = _mm256_sllv_epi32(word, _mm256_sub_epi32(top, _mm256_and_si256(v, top)));
  __m256i old = _mm256_or_si256(is_seen, _mm256_cmpeq_epi32(v, before));
  return ~(uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(old)) & 255;
}

/* Writes those of eight numbers whose bits are set to nodes[end] and on, and returns where they end. */
static inline int64_t append_chosen(int32_t *nodes, int64_t end, const int32_t *numbers, uint32_t some) {
  __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)numbers);
#if defined(__AVX512VBMI2__) && defined(__AVX512VL__)
  _mm256_storeu_si256((__m256i *)(void *)(nodes + end), _mm256_maskz_compress_epi32((__mmask8)some, v));
  return end + __builtin_popcount(some);
#else
  if (some == 255) {
    _mm256_storeu_si256((__m256i *)(void *)(nodes + end), v);
    return end + 8;
  }
  for (; some; some &= some - 1) nodes[end++] = numbers[__builtin_ctz(some)];
  return end;
#endif
}

/* So few neighbours that they are sorted themselves: no word of seen is read but theirs. What the last hop finds is not
 * marked, since no later hop will be compared with it. */
static __attribute__((noinline)) int64_t step_few(khop_i_bfs *b, int64_t begin, int64_t end, bool last) {
  int32_t numbers[8 + KHOP_I_NETWORK_SIZE + 8], *found = numbers + 8;
  int64_t count = collect_neighbours(found, b, begin, end), start = end;
  uint64_t *seen = b->seen;
  numbers[7] = -1; /* the first number is compared with it */
  khop_i_sort_few(found, count);
  for (int64_t k = count; k % 8; k++) found[k] = found[count - 1]; /* repeats are not new */
  for (int64_t k = 0; k < count; k += 8) {
    uint32_t new = fresh_of(found + k, seen);
    end = append_chosen(b->nodes, end, found + k, new);
  }
  for (int64_t k = start; !last && k < end; k++) seen[b->nodes[k] >> 6] |= UINT64_C(1) << (b->nodes[k] & 63);
  return end;
}
#endif

#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)
int64_t PASTE(khop_i_bfs_step_, KHOP_ISA)(khop_i_bfs *bfs) {
  int64_t begin = bfs->begin, end = bfs->end;
  bfs->begin = end;
  bfs->hop++;
  if (begin == 0) {
    bfs->end = bfs->marked = first_hop(bfs);
    if (bfs->end > end) widen(bfs, bfs->nodes[end] >> 6, bfs->nodes[bfs->end - 1] >> 6);
    return bfs->end - end;
  }
  span s = span_of(bfs, begin, end);
  if (s.arcs == 0) return 0;
#if defined(__AVX2__)
  if (s.arcs <= KHOP_I_NETWORK_SIZE && s.last - s.first >= (s.arcs < SORT_ARCS ? SPARSE_WORDS : 1) * s.arcs) {
    bool last = bfs->hop >= bfs->furthest;
    bfs->end = step_few(bfs, begin, end, last);
    if (!last) widen(bfs, s.first, s.last);
    if (!last) bfs->marked = bfs->end;
    return bfs->end - end;
  }
#endif
  widen(bfs, s.first, s.last);
  if (s.last - s.first >= SPARSE_WORDS * s.arcs)
    bfs->end = step_sparse(bfs, s, begin, end);
  else
    bfs->end = s.arcs < MANY_ARCS ? step_dense(bfs, s, begin, end) : step_many(bfs, s, begin, end);
  bfs->marked = bfs->end;
  return bfs->end - end;
}
