/* ring_sizes.c: see ring_sizes.h. A breadth-first search from every node that ends with the last ring asked for. */
#include "data/ring_sizes.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/threads.h"
#include "graph/distance.h"

#include <math.h>

/* What is counted of one node: distance (nodes) holds -1 throughout, before and after; queue: (nodes). */
typedef void count_function(khop_real *out, int32_t *distance, int32_t *queue, const khop_graph *g, int64_t source,
                            int hops);

static void count_nodes(khop_real *out, int32_t *distance, int32_t *queue, const khop_graph *g, int64_t source, int hops) {
  int64_t reached = khop_i_graph_search_within(distance, queue, g, source, hops), at = 1;
  for (int hop = 1; hop <= hops; hop++) {
    int64_t first = at;
    while (at < reached && distance[queue[at]] == hop) at++;
    out[hop - 1] = (khop_real)log1p((double)(at - first));
  }
  khop_i_graph_search_forget(distance, queue, reached);
}

/* Arcs from a node at a distance to another at the same one; a link has two. */
static void count_links(khop_real *out, int32_t *distance, int32_t *queue, const khop_graph *g, int64_t source, int hops) {
  int64_t reached = khop_i_graph_search_within(distance, queue, g, source, hops), at = 1;
  for (int hop = 1; hop <= hops; hop++) {
    int64_t arcs = 0;
    for (; at < reached && distance[queue[at]] == hop; at++)
      for (int64_t a = g->offsets[queue[at]]; a < g->offsets[queue[at] + 1]; a++)
        arcs += distance[g->targets[a]] == hop && g->targets[a] != queue[at];
    out[hop - 1] = (khop_real)log1p((double)(g->directed ? arcs : arcs / 2));
  }
  khop_i_graph_search_forget(distance, queue, reached);
}

static khop_status fill(khop_real *table, int64_t columns, int64_t first, const khop_graph *graph, int hops,
                        count_function *count) {
  khop_status status = KHOP_OK;
  int64_t nodes = graph->nodes, arcs = graph->arcs;
  int threads = khop_i_threads_for(arcs > INT64_MAX / 64 ? INT64_MAX : 64 * arcs);
  int32_t *distance = NULL, *queue = NULL;
  KHOP_TRY(khop_i_alloc_raw(&distance, threads * nodes, sizeof *distance, "searches"));
  KHOP_TRY(khop_i_alloc_raw(&queue, threads * nodes, sizeof *queue, "searches"));
  for (int64_t i = 0; i < threads * nodes; i++) distance[i] = -1;
#pragma omp parallel for schedule(dynamic, 16) num_threads(threads)
  for (int64_t i = 0; i < nodes; i++) {
    int64_t at = khop_i_thread() * nodes;
    count(table + i * columns + first, distance + at, queue + at, graph, i, hops);
  }
done:
  khop_i_free(distance);
  khop_i_free(queue);
  return status;
}

khop_status khop_i_ring_sizes(khop_real *table, int64_t columns, int64_t first, const khop_graph *graph, int hops) {
  return fill(table, columns, first, graph, hops, count_nodes);
}

khop_status khop_i_ring_links(khop_real *table, int64_t columns, int64_t first, const khop_graph *graph, int hops) {
  return fill(table, columns, first, graph, hops, count_links);
}
