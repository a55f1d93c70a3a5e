/* bfs.c: see bfs.h. */
#include "rings/bfs.h"
#include "base/error.h"
#include "base/memory.h"
#include "graph/graph.h"
#include "rings/positions.h"

#include <string.h>

/* Arcs of a hop from which its marks are bytes: fewer would be read while their stores are on the way. CPU
 * nanoseconds an entry, bytes always / bits always: a 300 x 300 grid to hop 8 15 / 10, photo to hop 2
 * 4.7 / 8. */
#define MANY 256
/* Words of their span an arc, from which on neighbours are far apart: only what they touch is looked at. (At 1
 * ba20000 to hop 2 took 14.2 ms, at 4 11.5; grids are the same.) */
#define FAR 4

khop_status khop_i_arcs(const khop_graph **arcs, khop_graph **made, const khop_graph *graph,
                        khop_direction direction) {
  khop_status status = KHOP_OK;
  *made = NULL;
  if (graph->directed && direction == KHOP_IN) status = khop_i_graph_transpose(made, graph);
  if (graph->directed && direction == KHOP_ALL) status = khop_i_graph_symmetrize(made, graph);
  *arcs = *made ? *made : graph;
  return status;
}

khop_status khop_i_bfs_open(khop_i_bfs *bfs, const khop_graph *graph) {
  khop_status status = KHOP_OK;
  int64_t words = (graph->nodes + 63) / 64;
  *bfs = (khop_i_bfs){.scans = khop_i_scans_now(), .words = words};
  khop_i_bfs_follow(bfs, graph);
  KHOP_TRY(khop_i_alloc(&bfs->marks, 64 * words, sizeof *bfs->marks, "a search"));
  KHOP_TRY(khop_i_alloc(&bfs->next, words, sizeof *bfs->next, "a search"));
  KHOP_TRY(khop_i_alloc(&bfs->touched, (words + 63) / 64, sizeof *bfs->touched, "a search"));
  KHOP_TRY(khop_i_alloc(&bfs->groups, (words + 4095) / 4096, sizeof *bfs->groups, "a search"));
  KHOP_TRY(khop_i_alloc(&bfs->seen, words, sizeof *bfs->seen, "a search"));
  KHOP_TRY(khop_i_alloc_raw(&bfs->nodes, graph->nodes + KHOP_I_SLACK, sizeof *bfs->nodes, "a search"));
done:
  if (status != KHOP_OK) khop_i_bfs_close(bfs);
  return status;
}

void khop_i_bfs_follow(khop_i_bfs *bfs, const khop_graph *graph) {
  bfs->offsets = graph->offsets;
  bfs->targets = graph->targets;
}

double khop_i_bfs_bytes(int64_t nodes) {
  double words = (double)((nodes + 63) / 64);
  return (64 + 2 * 8 + 8.0 / 64 + 8.0 / 4096) * words + 16 + 4 * ((double)nodes + KHOP_I_SLACK);
}

void khop_i_bfs_close(khop_i_bfs *bfs) {
  khop_i_free(bfs->marks);
  khop_i_free(bfs->next);
  khop_i_free(bfs->touched);
  khop_i_free(bfs->groups);
  khop_i_free(bfs->seen);
  khop_i_free(bfs->nodes);
  *bfs = (khop_i_bfs){0};
}

void khop_i_bfs_start(khop_i_bfs *bfs, int64_t source) {
  if (8 * bfs->end > bfs->last - bfs->first) /* a store clears some words */
    memset(bfs->seen + bfs->first, 0, (size_t)(bfs->last - bfs->first + 1) * sizeof *bfs->seen);
  else
    for (int64_t i = 0; i < bfs->end; i++) bfs->seen[bfs->nodes[i] >> 6] = 0;
  bfs->nodes[0] = (int32_t)source;
  bfs->seen[source >> 6] = UINT64_C(1) << (source & 63);
  bfs->first = bfs->last = source >> 6;
  bfs->begin = 0;
  bfs->end = 1;
}

/* --- one hop -------------------------------------------------------------------------------- */

/* What the neighbours of a hop span: their number, repeats counted, and the words they lie in. */
typedef struct span {
  int64_t arcs, first, last;
} span;

static span span_of(const khop_i_bfs *b, int64_t begin, int64_t end) {
  span s = {0, INT32_MAX, -1};
  for (int64_t i = begin; i < end; i++) {
    int64_t from = b->offsets[b->nodes[i]], to = b->offsets[b->nodes[i] + 1];
    if (from == to) continue;
    s.arcs += to - from;
    if (b->targets[from] < s.first) s.first = b->targets[from];
    if (b->targets[to - 1] > s.last) s.last = b->targets[to - 1];
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

/* The new nodes of one word, to nodes[end] and on; where they end. */
static inline int64_t take_word(khop_i_bfs *b, int64_t word, int64_t end) {
  uint64_t fresh = b->next[word] & ~b->seen[word];
  b->next[word] = 0;
  b->seen[word] |= fresh;
  return end + khop_i_positions(b->nodes + end, fresh, (int32_t)(64 * word));
}

/* Many neighbours, close together: every word of the span is looked at. A byte is only stored, where a
 * bit waits for the one before it in the same word. These return where the new hop ends. */
static int64_t step_many(khop_i_bfs *b, span s, int64_t begin, int64_t end) {
  const int32_t *targets = b->targets;
  uint8_t *marks = b->marks;
  for (int64_t i = begin; i < end; i++) {
    int64_t to = b->offsets[b->nodes[i] + 1];
    for (int64_t e = b->offsets[b->nodes[i]]; e < to; e++) marks[targets[e]] = 255;
  }
  return end + b->scans->take(b->nodes + end, marks, b->seen, s.first, s.last);
}

/* Fewer, close together: by bits. */
static int64_t step_dense(khop_i_bfs *b, span s, int64_t begin, int64_t end) {
  b->scans->mark_bits(b->next, b->nodes + begin, end - begin, b->offsets, b->targets);
  return end + b->scans->take_bits(b->nodes + end, b->next, b->seen, s.first, s.last);
}

/* A few neighbours far apart: only the words that they touch, found by way of their groups. */
static int64_t step_sparse(khop_i_bfs *b, span s, int64_t begin, int64_t end) {
  const int32_t *targets = b->targets;
  uint64_t *next = b->next, *touched = b->touched, *groups = b->groups;
  for (int64_t i = begin; i < end; i++) {
    int64_t to = b->offsets[b->nodes[i] + 1];
    for (int64_t e = b->offsets[b->nodes[i]]; e < to; e++) {
      uint32_t v = (uint32_t)targets[e];
      next[v >> 6] |= UINT64_C(1) << (v & 63);
      touched[v >> 12] |= UINT64_C(1) << (v >> 6 & 63);
      groups[v >> 18] |= UINT64_C(1) << (v >> 12 & 63);
    }
  }
  for (int64_t top = s.first >> 12; top <= s.last >> 12; top++) {
    for (uint64_t some = groups[top]; some; some &= some - 1) {
      int64_t group = 64 * top + __builtin_ctzll(some);
      for (uint64_t left = touched[group]; left; left &= left - 1)
        end = take_word(b, 64 * group + __builtin_ctzll(left), end);
      touched[group] = 0;
    }
    groups[top] = 0;
  }
  return end;
}

int64_t khop_i_bfs_step(khop_i_bfs *bfs) {
  int64_t begin = bfs->begin, end = bfs->end;
  bfs->begin = end;
  if (begin == 0) {
    bfs->end = first_hop(bfs);
    if (bfs->end > end) widen(bfs, bfs->nodes[end] >> 6, bfs->nodes[bfs->end - 1] >> 6);
    return bfs->end - end;
  }
  span s = span_of(bfs, begin, end);
  if (s.arcs == 0) return 0;
  widen(bfs, s.first, s.last);
  if (s.last - s.first >= FAR * s.arcs)
    bfs->end = step_sparse(bfs, s, begin, end);
  else
    bfs->end = s.arcs < MANY ? step_dense(bfs, s, begin, end) : step_many(bfs, s, begin, end);
  return bfs->end - end;
}
