/* graph_check.h: what the tests of graphs share: an independent picture of a graph as a matrix. */
#ifndef TESTS_GRAPH_CHECK_H
#define TESTS_GRAPH_CHECK_H

#include <khop/graph.h>
#include <stdlib.h>
#include <string.h>

/* Whether the graph is well formed and its arcs are exactly those of matrix: (n, n). */
static bool same_as_matrix(const khop_graph *graph, const bool *matrix, int64_t n) {
  if (khop_graph_nodes(graph) != n) return false;
  const int64_t *offsets = khop_graph_offsets(graph);
  const int32_t *targets = khop_graph_targets(graph);
  if (offsets[0] != 0) return false;
  int64_t ones = 0;
  for (int64_t i = 0; i < n * n; i++) ones += matrix[i];
  if (ones != offsets[n]) return false;
  if (khop_graph_edges(graph) != (khop_graph_is_directed(graph) ? ones : ones / 2)) return false;
  for (int64_t i = 0; i < n; i++) {
    if (offsets[i + 1] < offsets[i]) return false;
    for (int64_t a = offsets[i]; a < offsets[i + 1]; a++) {
      if (targets[a] < 0 || targets[a] >= n || !matrix[i * n + targets[a]]) return false;
      if (a > offsets[i] && targets[a] <= targets[a - 1]) return false;
    }
  }
  return true;
}

static bool same_graph(const khop_graph *a, const khop_graph *b) {
  int64_t n = khop_graph_nodes(a);
  if (n != khop_graph_nodes(b) || khop_graph_is_directed(a) != khop_graph_is_directed(b))
    return false;
  const int64_t *one = khop_graph_offsets(a), *other = khop_graph_offsets(b);
  return memcmp(one, other, (size_t)(n + 1) * sizeof *one) == 0 &&
         memcmp(khop_graph_targets(a), khop_graph_targets(b), (size_t)one[n] * sizeof(int32_t)) ==
             0;
}

/* Rows that rise and stay in range, and mirrors of all arcs where the graph is undirected. */
static bool well_formed(const khop_graph *graph) {
  int64_t n = khop_graph_nodes(graph);
  const int64_t *offsets = khop_graph_offsets(graph);
  const int32_t *targets = khop_graph_targets(graph);
  if (n < 0 || offsets[0] != 0) return false;
  for (int64_t i = 0; i < n; i++)
    for (int64_t a = offsets[i]; a < offsets[i + 1]; a++) {
      int32_t j = targets[a];
      bool mirror = khop_graph_is_directed(graph);
      if (j < 0 || j >= n || j == i || (a > offsets[i] && j <= targets[a - 1])) return false;
      for (int64_t b = offsets[j]; !mirror && b < offsets[j + 1]; b++) mirror = targets[b] == i;
      if (!mirror) return false;
    }
  return true;
}

#endif
