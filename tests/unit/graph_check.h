/* graph_check.h: what the tests of graphs share: graphs to try, and an independent picture of a
 * graph as a matrix. */
#ifndef KHOP_TESTS_GRAPH_CHECK_H
#define KHOP_TESTS_GRAPH_CHECK_H

#include "check.h"

/* --- graphs to try -------------------------------------------------------------------------- */

/* An edge list as a user would write it: loops and repeats included. */
typedef struct edge_list {
  int64_t nodes, count;
  bool directed;
  int64_t from[4096], to[4096];
} edge_list;

static inline void add_edge(edge_list *e, int64_t from, int64_t to) {
  if (e->count == 4096) abort();
  e->from[e->count] = from;
  e->to[e->count++] = to;
}

enum { FAMILIES = 12 };

/* A graph of a family, of at most `most` nodes (most >= 4). */
static inline void draw_graph(edge_list *e, int family, bool directed, int64_t most,
                              khop_i_random *r) {
  int64_t n = 1 + khop_i_random_below(r, most), wide = 1;
  e->count = 0;
  e->directed = directed;
  if (family == 8) n = 1;
  if (family == 10 && n > 12) n = 12;
  e->nodes = n;
  switch (family) {
  case 0: /* sparse, mostly disconnected, with loops and repeats */
  case 1: /* dense, the same */
    for (int64_t i = 0; i < n * (family ? 4 : 1); i++)
      add_edge(e, khop_i_random_below(r, n), khop_i_random_below(r, n));
    break;
  case 2: /* a tree, arcs either way */
    for (int64_t i = 1; i < n; i++) {
      int64_t parent = khop_i_random_below(r, i);
      bool up = khop_i_random_below(r, 2);
      add_edge(e, up ? i : parent, up ? parent : i);
    }
    break;
  case 3: /* a path, and its edges once more */
    for (int64_t i = 0; i < 2 * (n - 1); i++) add_edge(e, i / 2, i / 2 + 1);
    break;
  case 4: /* a cycle */
    for (int64_t i = 0; i < n; i++) add_edge(e, i, (i + 1) % n);
    break;
  case 5: /* a star */
    for (int64_t i = 1; i < n; i++) add_edge(e, 0, i);
    break;
  case 6: /* a grid */
    while (wide * wide < n) wide++;
    for (int64_t i = 0; i < n; i++) {
      if (i % wide + 1 < wide && i + 1 < n) add_edge(e, i, i + 1);
      if (i + wide < n) add_edge(e, i, i + wide);
    }
    break;
  case 7: /* two parts that do not touch */
    for (int64_t i = 0; i < 2 * n; i++) {
      int64_t a = khop_i_random_below(r, n), b = khop_i_random_below(r, n);
      add_edge(e, a, (a < n / 2) == (b < n / 2) ? b : a);
    }
    break;
  case 8: /* one node, perhaps with a loop */
    if (directed) add_edge(e, 0, 0);
    break;
  case 9: /* no edges */
    break;
  case 10: /* complete */
    for (int64_t i = 0; i < n; i++)
      for (int64_t j = 0; j < i; j++) add_edge(e, i, j);
    break;
  default: /* every edge there and back, and loops */
    for (int64_t i = 0; i < n; i++) {
      int64_t j = khop_i_random_below(r, n);
      add_edge(e, i, j);
      add_edge(e, j, i);
      add_edge(e, i, i);
    }
  }
}

static inline khop_graph *graph_of(const edge_list *e) {
  khop_graph *graph = NULL;
  ok(khop_graph_from_coo(&graph, e->nodes, e->count, e->from, e->to, e->directed));
  return graph;
}

/* --- a graph as a matrix -------------------------------------------------------------------- */

/* Whether the graph is well formed and its arcs are exactly those of matrix: (n, n). */
static inline bool same_as_matrix(const khop_graph *graph, const bool *matrix, int64_t n) {
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

static inline bool same_graph(const khop_graph *a, const khop_graph *b) {
  int64_t n = khop_graph_nodes(a);
  if (n != khop_graph_nodes(b) || khop_graph_is_directed(a) != khop_graph_is_directed(b))
    return false;
  const int64_t *one = khop_graph_offsets(a), *other = khop_graph_offsets(b);
  return memcmp(one, other, (size_t)(n + 1) * sizeof *one) == 0 &&
         memcmp(khop_graph_targets(a), khop_graph_targets(b), (size_t)one[n] * sizeof(int32_t)) ==
             0;
}

/* Rows that rise and stay in range, and mirrors of all arcs where the graph is undirected. */
static inline bool well_formed(const khop_graph *graph) {
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

/* The adjacency matrix a (n, n) that paths of a direction follow: 0 and 1, no loops. */
static inline void dense_adjacency(double *a, const edge_list *e, khop_direction direction) {
  int64_t n = e->nodes;
  for (int64_t i = 0; i < n * n; i++) a[i] = 0;
  for (int64_t i = 0; i < e->count; i++) {
    if (e->from[i] == e->to[i]) continue;
    if (!e->directed || direction != KHOP_IN) a[e->from[i] * n + e->to[i]] = 1;
    if (!e->directed || direction != KHOP_OUT) a[e->to[i] * n + e->from[i]] = 1;
  }
}

/* Distances d (n, n) by Floyd and Warshall; -1 where there is no path. */
static inline void floyd_warshall(int *d, const double *a, int64_t n) {
  const int far = 1 << 28;
  for (int64_t i = 0; i < n * n; i++) d[i] = i / n == i % n ? 0 : a[i] != 0 ? 1 : far;
  for (int64_t k = 0; k < n; k++)
    for (int64_t i = 0; i < n; i++)
      for (int64_t j = 0; j < n; j++)
        if (d[i * n + k] + d[k * n + j] < d[i * n + j]) d[i * n + j] = d[i * n + k] + d[k * n + j];
  for (int64_t i = 0; i < n * n; i++)
    if (d[i] >= far) d[i] = -1;
}

/* Distances from one node by a plain queue, over the graph's own rows. */
static inline void plain_search(int32_t *distance, int32_t *queue, const khop_graph *graph, int64_t from) {
  const int64_t *offsets = khop_graph_offsets(graph);
  const int32_t *targets = khop_graph_targets(graph);
  int64_t head = 0, tail = 0;
  for (int64_t i = 0; i < khop_graph_nodes(graph); i++) distance[i] = -1;
  distance[from] = 0;
  queue[tail++] = (int32_t)from;
  while (head < tail) {
    int32_t u = queue[head++];
    for (int64_t a = offsets[u]; a < offsets[u + 1]; a++)
      if (distance[targets[a]] < 0) {
        distance[targets[a]] = distance[u] + 1;
        queue[tail++] = targets[a];
      }
  }
}

#endif
