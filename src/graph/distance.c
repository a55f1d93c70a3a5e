/* distance.c: breadth-first search and components. */
#include "graph/distance.h"
#include "graph/graph.h"
#include "base/error.h"
#include "base/memory.h"

/* --- one search ----------------------------------------------------------------------------- */

int64_t khop_i_graph_search_within(int32_t *distance, int32_t *queue, const khop_graph *graph, int64_t source,
                                   int32_t furthest) {
  int64_t head = 0, tail = 0;
  distance[source] = 0;
  queue[tail++] = (int32_t)source;
  while (head < tail) {
    int32_t i = queue[head++];
    if (distance[i] >= furthest) break;
    for (int64_t a = graph->offsets[i]; a < graph->offsets[i + 1]; a++) {
      int32_t j = graph->targets[a];
      if (distance[j] >= 0) continue;
      distance[j] = distance[i] + 1;
      queue[tail++] = j;
    }
  }
  return tail;
}

int64_t khop_i_graph_search_cleared(int32_t *distance, int32_t *queue, const khop_graph *graph,
                                    int64_t source) {
  return khop_i_graph_search_within(distance, queue, graph, source, INT32_MAX);
}

void khop_i_graph_search_forget(int32_t *distance, const int32_t *queue, int64_t reached) {
  for (int64_t q = 0; q < reached; q++) distance[queue[q]] = -1;
}

static void clear(int32_t *distance, int64_t nodes) {
  for (int64_t i = 0; i < nodes; i++) distance[i] = -1;
}

int64_t khop_i_graph_search(int32_t *distance, int32_t *queue, const khop_graph *graph,
                            int64_t source) {
  clear(distance, graph->nodes);
  return khop_i_graph_search_cleared(distance, queue, graph, source);
}

/* --- components ----------------------------------------------------------------------------- */

static int32_t root(int32_t *parent, int32_t i) {
  while (parent[i] != i) i = parent[i] = parent[parent[i]];
  return i;
}

/* Union-find, since the arcs of a directed graph cannot be followed backwards. */
void khop_i_graph_components(int32_t *member, int32_t *size, const khop_graph *graph) {
  int64_t nodes = graph->nodes;
  for (int64_t i = 0; i < nodes; i++) member[i] = (int32_t)i, size[i] = 1;
  for (int64_t i = 0; i < nodes; i++)
    for (int64_t a = graph->offsets[i]; a < graph->offsets[i + 1]; a++) {
      int32_t one = root(member, (int32_t)i), other = root(member, graph->targets[a]);
      if (one == other) continue;
      int32_t large = size[one] >= size[other] ? one : other, small = one + other - large;
      member[small] = large;
      size[large] += size[small];
    }
  for (int64_t i = 0; i < nodes; i++) member[i] = root(member, (int32_t)i);
}

khop_status khop_i_graph_diameter_bound(int64_t *bound, const khop_graph *graph) {
  khop_status status = KHOP_OK;
  int32_t *first = NULL, *second = NULL;
  int64_t nodes = graph->nodes, found = 0;
  *bound = 0;
  KHOP_TRY(khop_i_alloc_raw(&first, nodes, sizeof *first, "a search"));
  KHOP_TRY(khop_i_alloc_raw(&second, nodes, sizeof *second, "a search"));
  if (graph->directed) {
    khop_i_graph_components(first, second, graph);
    for (int64_t i = 0; i < nodes; i++)
      if (second[i] - 1 > found) found = second[i] - 1;
  } else {
    clear(first, nodes);
    for (int64_t i = 0; i < nodes; i++) {
      if (first[i] >= 0) continue;
      int64_t reached = khop_i_graph_search_cleared(first, second, graph, i);
      int64_t twice = 2 * (int64_t)first[second[reached - 1]];
      if (twice > reached - 1) twice = reached - 1;
      if (twice > found) found = twice;
    }
  }
  *bound = found;
done:
  khop_i_free(first);
  khop_i_free(second);
  return status;
}
