/* rings_check.h: what the tests of rings and kernels share: the operators by their definitions, as
 * dense matrices. */
#ifndef KHOP_TESTS_RINGS_CHECK_H
#define KHOP_TESTS_RINGS_CHECK_H

#include "graph_check.h"

#include "forms/rings.h"

static inline khop_rings *rings_of(const khop_graph *graph, int count, const int *hops,
                                   khop_direction direction, khop_operator op) {
  khop_rings *rings = NULL;
  ok(khop_rings_build(&rings, graph, count, hops,
                      &(khop_rings_options){.direction = direction, .op = op}));
  return rings;
}

/* Counts the reports of a build, sees whether the share ever falls, and stops it at a report. */
typedef struct watch {
  int calls, stop_at;
  double last;
  bool falls;
} watch;

static inline bool watch_progress(double share, void *context) {
  watch *w = context;
  if (share < w->last || !(share > 0 && share <= 1)) w->falls = true;
  w->last = share;
  return ++w->calls != w->stop_at;
}

/* Nodes at random: hops near one another in number and far apart take the two ways of a step. */
static inline khop_graph *random_graph(int64_t n, int64_t m, bool directed, khop_i_random *r) {
  int64_t *from = block_of(m, sizeof *from), *to = block_of(m, sizeof *to);
  khop_graph *graph = NULL;
  for (int64_t i = 0; i < m; i++)
    from[i] = khop_i_random_below(r, n), to[i] = khop_i_random_below(r, n);
  ok(khop_graph_from_coo(&graph, n, m, from, to, directed));
  free(from);
  free(to);
  return graph;
}

/* One of the instruction sets, where this processor has it. */
static inline void use_set(int which) {
  static const char *const sets[] = {"baseline", "avx2", "avx512"};
  if (khop_set_simd(sets[which]) != KHOP_OK) ok(khop_set_simd("baseline"));
}

static inline bool same_store(const khop_rings *a, const khop_rings *b) {
  if (a->nodes != b->nodes || a->slots != b->slots || !a->csr->values != !b->csr->values) return false;
  int64_t cells = a->nodes * a->slots, entries = a->csr->offsets[cells];
  return memcmp(a->hops, b->hops, (size_t)a->slots * sizeof *a->hops) == 0 &&
         memcmp(a->csr->offsets, b->csr->offsets, (size_t)(cells + 1) * sizeof *a->csr->offsets) == 0 &&
         memcmp(a->csr->columns, b->csr->columns, (size_t)entries * sizeof *a->csr->columns) == 0 &&
         (!a->csr->values || memcmp(a->csr->values, b->csr->values, (size_t)entries * sizeof *a->csr->values) == 0);
}

/* An operator as a dense matrix m (n, n), by its definition. */
static inline void dense_operator(double *m, const edge_list *e, khop_direction direction,
                                  khop_operator op, int hop) {
  int64_t n = e->nodes;
  double *a = block_of(n * n, sizeof *a), *next = block_of(n * n, sizeof *next);
  int *d = block_of(n * n, sizeof *d);
  dense_adjacency(a, e, direction);
  if (op == KHOP_RING || op == KHOP_BALL) {
    floyd_warshall(d, a, n);
    for (int64_t i = 0; i < n * n; i++)
      m[i] = op == KHOP_RING ? d[i] == hop : d[i] >= 0 && d[i] <= hop;
  } else {
    for (int64_t i = 0; i < n * n; i++) m[i] = i / n == i % n;
    for (int k = 0; k < hop; k++) {
      for (int64_t i = 0; i < n * n; i++) {
        next[i] = 0;
        for (int64_t j = 0; j < n; j++) next[i] += m[i / n * n + j] * a[j * n + i % n];
      }
      memcpy(m, next, (size_t)(n * n) * sizeof *m);
    }
    for (int64_t i = 0; op == KHOP_WALK_SUPPORT && i < n * n; i++) m[i] = m[i] > 0;
  }
  free(a);
  free(next);
  free(d);
}

/* The normalised operator, in place. A ball and the identity hold the node itself already. */
static inline void dense_normalise(double *m, int64_t n, khop_norm norm, bool loop) {
  double *row = block_of(n, sizeof *row), *column = block_of(n, sizeof *column);
  for (int64_t i = 0; loop && i < n; i++) m[i * n + i] += 1;
  for (int64_t i = 0; i < n * n; i++) row[i / n] += m[i], column[i % n] += m[i];
  for (int64_t i = 0; i < n * n; i++) {
    double by = norm == KHOP_NORM_ROW   ? row[i / n]
                : norm == KHOP_NORM_COL ? column[i % n]
                : norm == KHOP_NORM_SYM ? sqrt(row[i / n]) * sqrt(column[i % n])
                                        : 1;
    m[i] = m[i] == 0 ? 0 : m[i] / by;
  }
  free(row);
  free(column);
}

static inline bool takes_loop(khop_operator op, int hop) {
  return hop > 0 && op != KHOP_BALL;
}

static inline khop_rings *build_as(const khop_graph *graph, khop_form form, khop_direction direction,
                                   int count, const int *hops) {
  khop_rings *rings = NULL;
  ok(khop_rings_build(&rings, graph, count, hops,
                      &(khop_rings_options){.direction = direction, .form = form}));
  return rings;
}

#endif
