/* kernels_check.h: what the tests of kernels share: sheets with guarded gaps, rings with the same
 * taps as dense matrices, and settings that must stay untouched. */
#ifndef KHOP_TESTS_KERNELS_CHECK_H
#define KHOP_TESTS_KERNELS_CHECK_H

#include "rings_check.h"

#include <khop/apply.h>
#include <omp.h>

#define TOLERANCE (sizeof(khop_real) == 8 ? 1e-13 : 2e-6)
#define GUARD ((khop_real)12345.5)

static int callers_threads;

static inline int open_settings(void **state) {
  (void)state;
  omp_set_num_threads(3); /* a setting of the caller's, not the default */
  callers_threads = omp_get_max_threads();
  return 0;
}

static inline int close_settings(void **state) {
  if (omp_get_max_threads() != callers_threads) return -1;
  return nothing_held(state);
}

static inline int untouched_settings(void **state) {
  (void)state;
  if (khop_set_threads(0) != KHOP_OK || khop_set_simd(NULL) != KHOP_OK) return -1;
  return omp_get_max_threads() == callers_threads ? 0 : -1;
}

/* A matrix with gaps: rows of `width` numbers, `gap` guards between them, none after the last, so
 * that a sanitizer sees a step too far. */
typedef struct sheet {
  khop_real *data;
  int64_t rows, width, ld;
} sheet;

static inline sheet sheet_new(int64_t rows, int64_t width, int64_t gap) {
  sheet s = {NULL, rows, width, width + gap};
  s.data = block_of(rows ? (rows - 1) * s.ld + width : 0, sizeof *s.data);
  return s;
}

static inline sheet sheet_random(int64_t rows, int64_t width, int64_t gap, khop_i_random *r) {
  sheet s = sheet_new(rows, width, gap);
  for (int64_t i = 0; rows && i < (rows - 1) * s.ld + width; i++)
    s.data[i] = i % s.ld < width ? random_real(r) : (khop_real)NAN; /* a gap must not be read */
  return s;
}

/* Rows hold `fill`, gaps hold the guard. */
static inline void sheet_fill(sheet *s, khop_real fill) {
  for (int64_t i = 0; s->rows && i < (s->rows - 1) * s->ld + s->width; i++)
    s->data[i] = i % s->ld < s->width ? fill : GUARD;
}

static inline void guards_stand(const sheet *s) {
  for (int64_t i = 0; s->rows && i < (s->rows - 1) * s->ld + s->width; i++)
    if (i % s->ld >= s->width) assert_true(s->data[i] == GUARD);
}

/* The rows of a sheet against wanted (rows, width), as a share of the largest wanted number. */
static inline double sheet_difference(const sheet *s, const double *wanted) {
  khop_real *packed = block_of(s->rows * s->width, sizeof *packed);
  for (int64_t i = 0; i < s->rows * s->width; i++)
    packed[i] = s->data[i / s->width * s->ld + i % s->width];
  double d = difference(packed, wanted, s->rows * s->width);
  free(packed);
  return d;
}

static inline void close_enough(const char *what, double d, double tolerance) {
  if (!(d <= tolerance)) fail_msg("%s: a relative difference of %g", what, d);
}

/* Rings, their taps, and the same taps as dense matrices from the edges alone. */
typedef struct lab {
  edge_list edges;
  khop_graph *graph;
  khop_rings *rings;
  khop_taps *taps;
  int64_t nodes;
  int count;
  double *dense; /* (count, nodes, nodes) */
  khop_form form;   /* of the rings; 0: stored */
  double tolerance; /* 0: TOLERANCE */
} lab;

static const int lab_hops[] = {2, 0, 1, 3, 5};

static inline void lab_open(lab *l, khop_direction direction, khop_operator op, int count,
                            khop_norm norm, bool loop) {
  int64_t n = l->edges.nodes;
  l->nodes = n;
  l->count = count;
  l->graph = graph_of(&l->edges);
  ok(khop_rings_build(&l->rings, l->graph, 5, lab_hops,
                      &(khop_rings_options){.direction = direction, .op = op, .form = l->form}));
  ok(khop_taps_new(&l->taps, l->rings, count, lab_hops, norm, loop));
  l->dense = block_of(count * n * n, sizeof *l->dense);
  for (int t = 0; t < count; t++) {
    double *m = l->dense + t * n * n;
    dense_operator(m, &l->edges, direction, op, lab_hops[t]);
    dense_normalise(m, n, norm, loop && takes_loop(op, lab_hops[t]));
  }
}

static inline void lab_close(lab *l) {
  khop_taps_free(l->taps);
  khop_rings_free(l->rings);
  khop_graph_free(l->graph);
  free(l->dense);
}

/* y (n, out) = what khop_apply promises for these flags, for x (n, in). */
static inline void apply_densely(double *y, const lab *l, const sheet *x, int64_t f,
                                 unsigned flags) {
  int64_t n = l->nodes;
  bool concat = flags & KHOP_CONCAT, transposed = flags & KHOP_TRANSPOSE;
  int64_t out = concat && !transposed ? f * l->count : f;
  for (int64_t i = 0; i < n * out; i++) y[i] = 0;
  for (int t = 0; t < l->count; t++)
    for (int64_t i = 0; i < n; i++)
      for (int64_t j = 0; j < n; j++) {
        double m = l->dense[t * n * n + (transposed ? j * n + i : i * n + j)];
        if (m == 0) continue;
        const khop_real *from = x->data + j * x->ld + (concat && transposed ? t * f : 0);
        double *to = y + i * out + (concat && !transposed ? t * f : 0);
        for (int64_t c = 0; c < f; c++) to[c] += m * (double)from[c];
      }
}

/* khop_apply of random numbers against the dense matrices. */
static inline void apply_once(const lab *l, int64_t f, unsigned flags, khop_i_random *r) {
  bool concat = flags & KHOP_CONCAT, transposed = flags & KHOP_TRANSPOSE;
  int64_t wide = f * l->count;
  sheet x = sheet_random(l->nodes, concat && transposed ? wide : f, 2, r);
  sheet y = sheet_new(l->nodes, concat && !transposed ? wide : f, 3);
  double *wanted = block_of(y.rows * y.width, sizeof *wanted);
  apply_densely(wanted, l, &x, f, flags);
  sheet_fill(&y, flags & KHOP_ACCUMULATE ? (khop_real)0.5 : (khop_real)NAN);
  for (int64_t i = 0; flags & KHOP_ACCUMULATE && i < y.rows * y.width; i++) wanted[i] += 0.5;
  ok(khop_apply(y.data, y.ld, l->taps, x.data, x.ld, f, flags));
  guards_stand(&y);
  close_enough("khop_apply", sheet_difference(&y, wanted), l->tolerance > 0 ? l->tolerance : TOLERANCE);
  /* an empty row is an exact zero */
  for (int64_t i = 0; !(flags & KHOP_ACCUMULATE) && i < y.rows; i++)
    for (int64_t c = 0; c < y.width; c++)
      if (wanted[i * y.width + c] == 0) assert_true(y.data[i * y.ld + c] == 0);
  free(x.data);
  free(y.data);
  free(wanted);
}

/* A random graph that is large enough for a team of threads. */
static inline void large_lab(lab *l, bool directed, khop_norm norm, khop_i_random *r) {
  l->edges.nodes = 150;
  l->edges.directed = directed;
  l->edges.count = 0;
  for (int i = 0; i < 300; i++)
    add_edge(&l->edges, khop_i_random_below(r, 150), khop_i_random_below(r, 150));
  lab_open(l, KHOP_OUT, KHOP_RING, 4, norm, true);
}

#define TEST(name) cmocka_unit_test_teardown(name, untouched_settings)

#endif
