/* ring_sizes.c: see ring_sizes.h. A breadth-first search from every node that ends with the last ring asked for. */
#include "data/ring_sizes.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/threads.h"
#include "graph/graph.h"

#include <math.h>

/* seen (nodes): node + 1 of the source that found it last, which clears it for the next one; queue: (nodes). */
static void count_rings(khop_real *out, int64_t *seen, int32_t *queue, const khop_graph *g, int64_t source, int hops) {
  int64_t begin = 0, end = 1;
  seen[source] = source + 1;
  queue[0] = (int32_t)source;
  for (int hop = 0; hop < hops; hop++) {
    int64_t tail = end;
    for (; begin < end; begin++)
      for (int64_t a = g->offsets[queue[begin]]; a < g->offsets[queue[begin] + 1]; a++) {
        int32_t to = g->targets[a];
        if (seen[to] == source + 1) continue;
        seen[to] = source + 1;
        queue[tail++] = to;
      }
    out[hop] = (khop_real)log1p((double)(tail - end));
    end = tail;
  }
}

khop_status khop_i_ring_sizes(khop_real *table, int64_t columns, int64_t first, const khop_graph *graph, int hops) {
  khop_status status = KHOP_OK;
  int64_t nodes = graph->nodes, arcs = graph->arcs, *seen = NULL;
  int threads = khop_i_threads_for(arcs > INT64_MAX / 64 ? INT64_MAX : 64 * arcs);
  int32_t *queue = NULL;
  KHOP_TRY(khop_i_alloc(&seen, threads * nodes, sizeof *seen, "searches"));
  KHOP_TRY(khop_i_alloc_raw(&queue, threads * nodes, sizeof *queue, "searches"));
#pragma omp parallel for schedule(dynamic, 16) num_threads(threads)
  for (int64_t i = 0; i < nodes; i++) {
    int64_t at = khop_i_thread() * nodes;
    count_rings(table + i * columns + first, seen + at, queue + at, graph, i, hops);
  }
done:
  khop_i_free(seen);
  khop_i_free(queue);
  return status;
}
