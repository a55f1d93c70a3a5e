/* oracle.c: the operators by their definitions, as dense matrices of doubles. Nothing here is clever. */
#include "differential.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *room(int64_t count, size_t size) {
  void *block = calloc(count > 0 ? (size_t)count : 1, size);
  if (block) return block;
  fputs("differential: no memory\n", stderr);
  exit(1);
}

/* Floyd and Warshall. */
static void find_distances(int *d, const double *a, int64_t n) {
  const int far = 1 << 28;
  for (int64_t i = 0; i < n * n; i++) d[i] = i / n == i % n ? 0 : a[i] != 0 ? 1 : far;
  for (int64_t k = 0; k < n; k++)
    for (int64_t i = 0; i < n; i++) {
      if (d[i * n + k] == far) continue;
      for (int64_t j = 0; j < n; j++)
        if (d[i * n + k] + d[k * n + j] < d[i * n + j]) d[i * n + j] = d[i * n + k] + d[k * n + j];
    }
  for (int64_t i = 0; i < n * n; i++)
    if (d[i] >= far) d[i] = -1;
}

void oracle_open(oracle *o, const sketch *s, khop_direction direction) {
  int64_t n = s->nodes;
  *o = (oracle){n, room(n * n, sizeof *o->a), room(n * n, sizeof *o->d)};
  for (int64_t e = 0; e < s->edges; e++) {
    if (s->from[e] == s->to[e]) continue;
    if (!s->directed || direction != KHOP_IN) o->a[s->from[e] * n + s->to[e]] = 1;
    if (!s->directed || direction != KHOP_OUT) o->a[s->to[e] * n + s->from[e]] = 1;
  }
  find_distances(o->d, o->a, n);
}

void oracle_close(oracle *o) {
  free(o->a);
  free(o->d);
}

/* m (n, n) = A^hop: each product adds up rows of A. */
static void count_walks(double *m, const oracle *o, int hop) {
  int64_t n = o->nodes;
  double *next = room(n * n, sizeof *next);
  for (int64_t i = 0; i < n; i++) m[i * n + i] = 1;
  for (int step = 0; step < hop; step++) {
    memset(next, 0, (size_t)(n * n) * sizeof *next);
    for (int64_t i = 0; i < n * n; i++)
      for (int64_t k = 0; m[i] != 0 && k < n; k++) next[i / n * n + k] += m[i] * o->a[i % n * n + k];
    memcpy(m, next, (size_t)(n * n) * sizeof *m);
  }
  free(next);
}

void oracle_operator(double *m, const oracle *o, khop_operator op, int hop) {
  int64_t n = o->nodes;
  memset(m, 0, (size_t)(n * n) * sizeof *m);
  if (op == KHOP_WALK_POWER || op == KHOP_WALK_SUPPORT) count_walks(m, o, hop);
  for (int64_t i = 0; i < n * n; i++) {
    if (op == KHOP_RING) m[i] = o->d[i] == hop;
    if (op == KHOP_BALL) m[i] = o->d[i] >= 0 && o->d[i] <= hop;
    if (op == KHOP_WALK_SUPPORT) m[i] = m[i] > 0;
  }
}

void oracle_transpose(double *m, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    for (int64_t j = 0; j < i; j++) {
      double kept = m[i * n + j];
      m[i * n + j] = m[j * n + i];
      m[j * n + i] = kept;
    }
}

void oracle_normalise(double *m, int64_t n, khop_norm norm, bool self_loop) {
  double *row = room(n, sizeof *row), *column = room(n, sizeof *column);
  for (int64_t i = 0; self_loop && i < n; i++) m[i * n + i] += 1;
  for (int64_t i = 0; i < n * n; i++) row[i / n] += m[i], column[i % n] += m[i];
  for (int64_t i = 0; i < n * n; i++) {
    if (m[i] == 0) continue;
    if (norm == KHOP_NORM_ROW) m[i] /= row[i / n];
    if (norm == KHOP_NORM_COL) m[i] /= column[i % n];
    if (norm == KHOP_NORM_SYM) m[i] /= sqrt(row[i / n]) * sqrt(column[i % n]);
  }
  free(row);
  free(column);
}
