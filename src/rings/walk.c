/* walk.c: see walk.h. */
#include "rings/walk.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

static int most_levels(int64_t nodes, int most) { return most < nodes ? most : (int)nodes; }

double khop_i_walk_bytes(int64_t nodes, int most) {
  return (double)nodes * (2.0 / 8 + 4) + 8.0 * most_levels(nodes, most) + 64;
}

khop_status khop_i_walk_open(khop_i_walk *walk, const khop_graph *arcs, int most) {
  khop_status status = KHOP_OK;
  int64_t words = arcs->nodes / 64 + 1, upper = words / 64 + 1;
  *walk = (khop_i_walk){.arcs = arcs, .words = words, .upper = upper,
                        .most = most_levels(arcs->nodes, most)};
  KHOP_TRY(khop_i_alloc(&walk->seen, words, sizeof *walk->seen, "a walk"));
  KHOP_TRY(khop_i_alloc(&walk->found, words, sizeof *walk->found, "a walk"));
  KHOP_TRY(khop_i_alloc(&walk->summary, upper, sizeof *walk->summary, "a walk"));
  KHOP_TRY(khop_i_alloc_raw(&walk->columns, arcs->nodes, sizeof *walk->columns, "a walk"));
  KHOP_TRY(khop_i_alloc(&walk->starts, walk->most + 2, sizeof *walk->starts, "a walk"));
done:
  if (status != KHOP_OK) khop_i_walk_close(walk);
  return status;
}

void khop_i_walk_close(khop_i_walk *walk) {
  khop_i_free(walk->seen);
  khop_i_free(walk->found);
  khop_i_free(walk->summary);
  khop_i_free(walk->columns);
  khop_i_free(walk->starts);
  *walk = (khop_i_walk){0};
}

/* The words of the summary that hold anything. */
typedef struct span {
  int64_t first, last;
} span;

static span mark_level(khop_i_walk *walk, int64_t begin, int64_t end) {
  span s = {walk->upper, -1};
  const int64_t *offsets = walk->arcs->offsets;
  const int32_t *targets = walk->arcs->targets;
  for (int64_t c = begin; c < end; c++)
    for (int64_t a = offsets[walk->columns[c]]; a < offsets[walk->columns[c] + 1]; a++) {
      uint32_t node = (uint32_t)targets[a], word = node / 64, top = word / 64;
      uint64_t bit = (uint64_t)1 << node % 64;
      if (walk->seen[word] & bit) continue;
      walk->seen[word] |= bit;
      walk->found[word] |= bit;
      walk->summary[top] |= (uint64_t)1 << word % 64;
      if (top < s.first) s.first = top;
      if (top > s.last) s.last = top;
    }
  return s;
}

/* Empties found and summary into columns; returns the end. */
static int64_t read_off(khop_i_walk *walk, span s, int64_t end) {
  for (int64_t top = s.first; top <= s.last; top++) {
    for (uint64_t words = walk->summary[top]; words; words &= words - 1) {
      int64_t word = top * 64 + __builtin_ctzll(words);
      for (uint64_t bits = walk->found[word]; bits; bits &= bits - 1)
        walk->columns[end++] = (int32_t)(word * 64 + __builtin_ctzll(bits));
      walk->found[word] = 0;
    }
    walk->summary[top] = 0;
  }
  return end;
}

void khop_i_walk_from(khop_i_walk *walk, int64_t source, int furthest) {
  int64_t begin = 0, end = 1;
  walk->columns[0] = (int32_t)source;
  walk->seen[source / 64] |= (uint64_t)1 << source % 64;
  walk->starts[0] = 0;
  walk->starts[1] = 1;
  walk->levels = 1;
  if (furthest > walk->most) furthest = walk->most;
  while (walk->levels <= furthest && begin < end) {
    int64_t next = read_off(walk, mark_level(walk, begin, end), end);
    begin = end;
    end = next;
    walk->starts[++walk->levels] = end;
  }
  for (int64_t c = 0; c < end; c++) walk->seen[walk->columns[c] / 64] = 0;
}

khop_status khop_i_walk_arcs(khop_graph **arcs, const khop_graph *graph, khop_direction direction) {
  if (graph->directed && direction == KHOP_IN) return khop_i_graph_transpose(arcs, graph);
  if (graph->directed && direction == KHOP_ALL) return khop_i_graph_symmetrize(arcs, graph);
  khop_status status = khop_i_graph_new(arcs, graph->nodes, graph->arcs, graph->directed);
  if (status != KHOP_OK) return status;
  memcpy((*arcs)->offsets, graph->offsets, (size_t)(graph->nodes + 1) * sizeof *graph->offsets);
  memcpy((*arcs)->targets, graph->targets, (size_t)graph->arcs * sizeof *graph->targets);
  return KHOP_OK;
}
