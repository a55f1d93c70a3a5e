/* rings_floor.h: the floor of a ring build: breadth-first search from every node, written by hand in two
 * passes, one to count and one to fill, on one thread. The result is khop's: offsets (N, K) and columns
 * ascending within a row and hop.
 *
 * Nodes are stamped with the source that met them, so nothing is cleared between sources. A hop is sorted
 * in the fastest of three plain ways: insertion where it is short, a pass over a bit a node where it is
 * long, qsort else. */
#ifndef KHOP_BENCH_RINGS_FLOOR_H
#define KHOP_BENCH_RINGS_FLOOR_H

#include "bench.h"

typedef struct floor_rings {
  int64_t nodes;
  int hops;          /* 1 .. hops */
  int64_t *offsets;  /* (nodes * hops + 1) */
  int32_t *columns;
  const int64_t *from; /* the graph */
  const int32_t *to;
  int32_t *stamp, *queue; /* (nodes) */
  uint64_t *bits;
} floor_rings;

static inline int floor_ascending(const void *a, const void *b) {
  return (*(const int32_t *)a > *(const int32_t *)b) - (*(const int32_t *)a < *(const int32_t *)b);
}

static inline void floor_sort(floor_rings *f, int32_t *hop, int64_t count) {
  if (count < 24) {
    for (int64_t i = 1; i < count; i++) {
      int32_t node = hop[i];
      int64_t j = i;
      for (; j > 0 && hop[j - 1] > node; j--) hop[j] = hop[j - 1];
      hop[j] = node;
    }
  } else if (count * 16 < f->nodes / 64) {
    qsort(hop, (size_t)count, sizeof *hop, floor_ascending);
  } else {
    for (int64_t i = 0; i < count; i++) f->bits[hop[i] >> 6] |= UINT64_C(1) << (hop[i] & 63);
    for (int64_t word = 0, i = 0; word <= f->nodes / 64; word++) {
      for (uint64_t left = f->bits[word]; left; left &= left - 1)
        hop[i++] = (int32_t)(64 * word + __builtin_ctzll(left));
      f->bits[word] = 0;
    }
  }
}

/* One pass from every source: counts where there are no columns yet, fills where there are. */
static inline void floor_pass(floor_rings *f) {
  memset(f->stamp, 0xff, (size_t)f->nodes * sizeof *f->stamp);
  for (int64_t source = 0; source < f->nodes; source++) {
    int64_t begin = 0, end = 1;
    f->queue[0] = f->stamp[source] = (int32_t)source;
    for (int hop = 0; hop < f->hops; hop++) {
      int64_t last = end;
      for (; begin < last; begin++)
        for (int64_t a = f->from[f->queue[begin]]; a < f->from[f->queue[begin] + 1]; a++) {
          int32_t node = f->to[a];
          if (f->stamp[node] == source) continue;
          f->stamp[node] = (int32_t)source;
          f->queue[end++] = node;
        }
      int64_t *offset = &f->offsets[source * f->hops + hop];
      if (!f->columns) {
        offset[1] = offset[0] + end - last;
      } else {
        memcpy(f->columns + *offset, f->queue + last, (size_t)(end - last) * sizeof *f->columns);
        floor_sort(f, f->columns + *offset, end - last);
      }
    }
  }
}

static inline void floor_free(floor_rings *f) {
  free(f->offsets);
  free(f->columns);
  free(f->stamp);
  free(f->queue);
  free(f->bits);
}

static inline floor_rings floor_build(const khop_graph *graph, int hops) {
  int64_t n = khop_graph_nodes(graph);
  floor_rings f = {.nodes = n, .hops = hops};
  f.from = khop_graph_offsets(graph);
  f.to = khop_graph_targets(graph);
  f.offsets = malloc((size_t)(n * hops + 1) * sizeof *f.offsets);
  f.stamp = malloc((size_t)n * sizeof *f.stamp);
  f.queue = malloc((size_t)n * sizeof *f.queue);
  f.bits = calloc((size_t)(n / 64 + 1), sizeof *f.bits);
  if (!f.offsets || !f.stamp || !f.queue || !f.bits) usage("more memory");
  f.offsets[0] = 0;
  floor_pass(&f);
  f.columns = malloc((size_t)f.offsets[n * hops] * sizeof *f.columns + 1);
  if (!f.columns) usage("more memory");
  floor_pass(&f);
  return f;
}

#endif
