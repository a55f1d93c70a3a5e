/* check.h: what the tests of rings and kernels share: words for failures, and graphs to try. */
#ifndef KHOP_TESTS_CHECK_H
#define KHOP_TESTS_CHECK_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/random.h"

#include <khop/rings.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void ok(khop_status status) {
  if (status != KHOP_OK) fail_msg("%s: %s", khop_status_name(status), khop_message());
}

/* Says why a test has nothing to do. cmocka's skip() prints "not ok # SKIP" in 1.1.5, which meson
 * takes for a failure. */
static inline void skipped(const char *why) { print_message("# skipped: %s\n", why); }

/* The status, and that the message holds each of the words. */
static inline void fails(khop_status status, khop_status wanted, const char *a, const char *b) {
  if (status != wanted)
    fail_msg("%s, not %s: %s", khop_status_name(status), khop_status_name(wanted), khop_message());
  if (!strstr(khop_message(), a) || !strstr(khop_message(), b))
    fail_msg("'%s' or '%s' is not in: %s", a, b, khop_message());
}

/* A block of count numbers; the test ends if there is none. The caller frees it. */
static inline void *block_of(int64_t count, size_t size) {
  void *p = calloc(count > 0 ? (size_t)count : 1, size);
  if (!p) abort();
  return p;
}

/* The largest difference as a share of the largest wanted number: infinite where anything is not
 * finite, so that NaN never passes. */
static inline double difference(const khop_real *got, const double *wanted, int64_t count) {
  double worst = 0, largest = 0;
  for (int64_t i = 0; i < count; i++) {
    double d = fabs((double)got[i] - wanted[i]);
    if (!isfinite(d)) return INFINITY;
    if (d > worst) worst = d;
    if (fabs(wanted[i]) > largest) largest = fabs(wanted[i]);
  }
  return largest > 0 ? worst / largest : worst;
}

static inline khop_real random_real(khop_i_random *r) {
  return (khop_real)(2 * khop_i_random_uniform(r) - 1);
}

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

/* --- oracles -------------------------------------------------------------------------------- */

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

static inline bool takes_loop(khop_operator op, int hop) { return hop > 0 && op != KHOP_BALL; }

#endif
