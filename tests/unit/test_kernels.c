/* test_kernels.c: applying rings, dense and sparse products, and the convolution, against plain loops
 * in double; every instruction set that this processor has; the same bits for every thread count.
 */
#include "check.h"

#include "kernels/matrix.h"
#include "rings/rings.h"

#include <khop/apply.h>
#include <omp.h>

/* --- help ----------------------------------------------------------------------------------- */

#define TOLERANCE (sizeof(khop_real) == 8 ? 1e-13 : 2e-6)
#define GUARD ((khop_real)12345.5)

static int callers_threads;

static int setup(void **state) {
  (void)state;
  omp_set_num_threads(3); /* a setting of the caller's, not the default */
  callers_threads = omp_get_max_threads();
  return 0;
}

static int teardown(void **state) {
  (void)state;
  if (omp_get_max_threads() != callers_threads) return -1;
  return khop_bytes_now() == 0 ? 0 : -1; /* nothing is held by anyone */
}

static int untouched_settings(void **state) {
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

static sheet sheet_new(int64_t rows, int64_t width, int64_t gap) {
  sheet s = {NULL, rows, width, width + gap};
  s.data = block_of(rows ? (rows - 1) * s.ld + width : 0, sizeof *s.data);
  return s;
}

static sheet sheet_random(int64_t rows, int64_t width, int64_t gap, khop_i_random *r) {
  sheet s = sheet_new(rows, width, gap);
  for (int64_t i = 0; rows && i < (rows - 1) * s.ld + width; i++)
    s.data[i] = i % s.ld < width ? random_real(r) : (khop_real)NAN; /* a gap must not be read */
  return s;
}

/* Rows hold `fill`, gaps hold the guard. */
static void sheet_fill(sheet *s, khop_real fill) {
  for (int64_t i = 0; s->rows && i < (s->rows - 1) * s->ld + s->width; i++)
    s->data[i] = i % s->ld < s->width ? fill : GUARD;
}

static void guards_stand(const sheet *s) {
  for (int64_t i = 0; s->rows && i < (s->rows - 1) * s->ld + s->width; i++)
    if (i % s->ld >= s->width) assert_true(s->data[i] == GUARD);
}

/* The rows of a sheet against wanted (rows, width), as a share of the largest wanted number. */
static double sheet_difference(const sheet *s, const double *wanted) {
  khop_real *packed = block_of(s->rows * s->width, sizeof *packed);
  for (int64_t i = 0; i < s->rows * s->width; i++)
    packed[i] = s->data[i / s->width * s->ld + i % s->width];
  double d = difference(packed, wanted, s->rows * s->width);
  free(packed);
  return d;
}

static void close_enough(const char *what, double d, double tolerance) {
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
} lab;

static const int lab_hops[] = {2, 0, 1, 3, 5};

static void lab_open(lab *l, khop_direction direction, khop_operator op, int count, khop_norm norm,
                     bool loop) {
  int64_t n = l->edges.nodes;
  l->nodes = n;
  l->count = count;
  l->graph = graph_of(&l->edges);
  ok(khop_rings_build(&l->rings, l->graph, 5, lab_hops,
                      &(khop_rings_options){.direction = direction, .op = op}));
  ok(khop_taps_new(&l->taps, l->rings, count, lab_hops, norm, loop));
  l->dense = block_of(count * n * n, sizeof *l->dense);
  for (int t = 0; t < count; t++) {
    double *m = l->dense + t * n * n;
    dense_operator(m, &l->edges, direction, op, lab_hops[t]);
    dense_normalise(m, n, norm, loop && takes_loop(op, lab_hops[t]));
  }
}

static void lab_close(lab *l) {
  khop_taps_free(l->taps);
  khop_rings_free(l->rings);
  khop_graph_free(l->graph);
  free(l->dense);
}

/* y (n, out) = what khop_apply promises for these flags, for x (n, in). */
static void apply_densely(double *y, const lab *l, const sheet *x, int64_t f, unsigned flags) {
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

static const int64_t widths[] = {0, 1, 2, 3, 7, 15, 16, 17, 31, 64, 100, 130};
enum { WIDTHS = sizeof widths / sizeof *widths };

/* --- applying ------------------------------------------------------------------------------- */

static void apply_once(const lab *l, int64_t f, unsigned flags, khop_i_random *r) {
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
  close_enough("khop_apply", sheet_difference(&y, wanted), TOLERANCE);
  /* an empty row is an exact zero */
  for (int64_t i = 0; !(flags & KHOP_ACCUMULATE) && i < y.rows; i++)
    for (int64_t c = 0; c < y.width; c++)
      if (wanted[i * y.width + c] == 0) assert_true(y.data[i * y.ld + c] == 0);
  free(x.data);
  free(y.data);
  free(wanted);
}

static void applying(const char *simd) {
  if (khop_set_simd(simd) != KHOP_OK) {
    fails(khop_set_simd(simd), KHOP_E_UNSUPPORTED, simd, "processor");
    skipped(khop_message());
    return;
  }
  assert_string_equal(khop_simd(), simd);
  khop_i_random r;
  khop_i_random_seed(&r, 11);
  static lab l;
  int trial = 0;
  for (int directed = 0; directed < 2; directed++)
    for (int which = 0; which < 8; which++) /* norms, with and without self-loop */
      for (unsigned flags = 0; flags < 8; flags++) {
        draw_graph(&l.edges, trial * 5 % FAMILIES, directed, 40, &r);
        khop_operator op = trial % 3 ? KHOP_RING : (khop_operator)(trial / 3 % 4);
        lab_open(&l, (khop_direction)(trial % 3), op, 1 + trial % 5, (khop_norm)(which / 2),
                 which % 2);
        for (int w = trial % 3; w < WIDTHS; w += trial % 7 ? 3 : 1)
          apply_once(&l, widths[w], flags, &r);
        lab_close(&l);
        trial++;
      }
}

static void apply_baseline(void **state) {
  (void)state;
  applying("baseline");
}
static void apply_avx2(void **state) {
  (void)state;
  applying("avx2");
}
static void apply_avx512(void **state) {
  (void)state;
  applying("avx512");
}

static void instruction_sets(void **state) {
  (void)state;
  fails(khop_set_simd("neon"), KHOP_E_ARGUMENT, "neon", "baseline");
  ok(khop_set_simd(NULL));
  assert_non_null(khop_simd());
}

/* A random graph that is large enough for a team of threads. */
static void large_lab(lab *l, bool directed, khop_norm norm, khop_i_random *r) {
  l->edges.nodes = 150;
  l->edges.directed = directed;
  l->edges.count = 0;
  for (int i = 0; i < 300; i++)
    add_edge(&l->edges, khop_i_random_below(r, 150), khop_i_random_below(r, 150));
  lab_open(l, KHOP_OUT, KHOP_RING, 4, norm, true);
}

static void apply_threads(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 12);
  static lab l;
  for (int directed = 0; directed < 2; directed++) {
    large_lab(&l, directed, KHOP_NORM_SYM, &r);
    for (unsigned flags = 0; flags < 8; flags++) {
      const int64_t f = 70;
      sheet x = sheet_random(l.nodes, f * 4, 1, &r), one = sheet_new(l.nodes, f * 4, 1);
      sheet other = one;
      other.data = block_of(one.rows * one.ld, sizeof *other.data);
      for (int threads = 1; threads <= 4; threads++) {
        sheet *y = threads == 1 ? &one : &other;
        sheet_fill(y, (khop_real)0.25);
        ok(khop_set_threads(threads));
        ok(khop_apply(y->data, y->ld, l.taps, x.data, x.ld, f, flags));
        size_t bytes = (size_t)((one.rows - 1) * one.ld + one.width) * sizeof *one.data;
        assert_memory_equal(y->data, one.data, bytes);
      }
      free(x.data);
      free(one.data);
      free(other.data);
    }
    lab_close(&l);
  }
}

/* <A x, y> = <x, A^T y> for the sum and for the blocks beside one another. */
static void apply_adjoint(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 13);
  static lab l;
  for (int which = 0; which < 16; which++) {
    unsigned concat = which / 8 ? KHOP_CONCAT : 0;
    large_lab(&l, which % 2, (khop_norm)(which / 2 % 4), &r);
    int64_t n = l.nodes, f = 13, out = concat ? f * l.count : f;
    sheet x = sheet_random(n, f, 0, &r), y = sheet_random(n, out, 0, &r);
    sheet ax = sheet_new(n, out, 0), aty = sheet_new(n, f, 0);
    ok(khop_apply(ax.data, out, l.taps, x.data, f, f, concat));
    ok(khop_apply(aty.data, f, l.taps, y.data, out, f, concat | KHOP_TRANSPOSE));
    double one = 0, other = 0, size = 0;
    for (int64_t i = 0; i < n * out; i++) {
      one += (double)ax.data[i] * (double)y.data[i];
      size += fabs((double)ax.data[i] * (double)y.data[i]);
    }
    for (int64_t i = 0; i < n * f; i++) other += (double)x.data[i] * (double)aty.data[i];
    close_enough("<Ax, y> - <x, A'y>", fabs(one - other) / size, TOLERANCE);
    free(x.data);
    free(y.data);
    free(ax.data);
    free(aty.data);
    lab_close(&l);
  }
}

static void refusals(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 14);
  static lab l;
  large_lab(&l, true, KHOP_NORM_NONE, &r);
  khop_real x[8], y[8], guard = 7;
  y[0] = guard;
  fails(khop_apply(y, 9, l.taps, x, 9, 2, 8), KHOP_E_ARGUMENT, "0x8", "unknown");
  fails(khop_apply(y, 1, l.taps, x, 2, 2, 0), KHOP_E_SHAPE, "1 (y)", "2");
  fails(khop_apply(y, 2, l.taps, x, 1, 2, 0), KHOP_E_SHAPE, "1 (x)", "2");
  fails(khop_apply(y, 7, l.taps, x, 2, 2, KHOP_CONCAT), KHOP_E_SHAPE, "7 (y)", "8");
  fails(khop_apply(y, 2, l.taps, x, 7, 2, KHOP_CONCAT | KHOP_TRANSPOSE), KHOP_E_SHAPE, "7 (x)",
        "8");
  fails(khop_apply(y, 2, l.taps, x, 2, -1, 0), KHOP_E_SHAPE, "-1", "");
  fails(khop_conv_forward(y, l.taps, x, x, NULL, 2, 2, KHOP_TRANSPOSE), KHOP_E_ARGUMENT, "0x2",
        "unknown");
  fails(khop_conv_forward(y, l.taps, x, x, NULL, 2, 2, KHOP_ACCUMULATE), KHOP_E_ARGUMENT, "0x4",
        "unknown");
  fails(khop_conv_forward(y, l.taps, x, x, NULL, 0, 2, 0), KHOP_E_SHAPE, "from 0", "2 columns");
  fails(khop_conv_backward(NULL, NULL, NULL, l.taps, x, x, y, 2, 2, KHOP_TRANSPOSE), KHOP_E_ARGUMENT,
        "0x2", "unknown");
  fails(khop_conv_backward(NULL, NULL, NULL, l.taps, x, x, y, 2, -2, 0), KHOP_E_SHAPE, "-2",
        "columns");
  assert_true(y[0] == guard);
  fails(khop_set_threads(-1), KHOP_E_ARGUMENT, "-1", "1024");
  fails(khop_set_threads(1025), KHOP_E_ARGUMENT, "1025", "1024");
  lab_close(&l);
}

/* --- dense products ---------------------------------------------------------------------------- */

static void multiply_plainly(double *c, const sheet *a, const sheet *b, khop_i_gemm_shape s) {
  for (int64_t i = 0; i < s.m; i++)
    for (int64_t j = 0; j < s.n; j++) {
      double sum = s.accumulate ? 0.5 : 0;
      for (int64_t k = 0; k < s.k; k++)
        sum += (double)(s.transpose_a ? a->data[k * a->ld + i] : a->data[i * a->ld + k]) *
               (double)(s.transpose_b ? b->data[j * b->ld + k] : b->data[k * b->ld + j]);
      c[i * s.n + j] = sum;
    }
}

static void gemm_once(khop_i_gemm_shape s, khop_i_random *r) {
  sheet a = sheet_random(s.transpose_a ? s.k : s.m, s.transpose_a ? s.m : s.k, 2, r);
  sheet b = sheet_random(s.transpose_b ? s.n : s.k, s.transpose_b ? s.k : s.n, 1, r);
  sheet c = sheet_new(s.m, s.n, 3), first = sheet_new(s.m, s.n, 3);
  double *wanted = block_of(s.m * s.n, sizeof *wanted);
  size_t bytes = s.m ? (size_t)((s.m - 1) * c.ld + s.n) * sizeof *c.data : 0;
  multiply_plainly(wanted, &a, &b, s);
  for (int threads = 1; threads <= 3; threads++) {
    ok(khop_set_threads(threads));
    sheet_fill(&c, s.accumulate ? (khop_real)0.5 : (khop_real)NAN);
    khop_i_gemm(c.data, c.ld, a.data, a.ld, b.data, b.ld, s);
    if (threads == 1 && bytes) memcpy(first.data, c.data, bytes);
    assert_memory_equal(c.data, first.data, bytes);
    assert_int_equal(omp_get_max_threads(), callers_threads);
  }
  guards_stand(&c);
  if (s.n) close_enough("khop_i_gemm", sheet_difference(&c, wanted), 3 * TOLERANCE);
  free(a.data);
  free(b.data);
  free(c.data);
  free(first.data);
  free(wanted);
}

static void gemm(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 15);
  const int64_t sizes[] = {0, 1, 2, 3, 7, 16, 17, 31, 64, 129, 300};
  for (int trial = 0; trial < 400; trial++)
    gemm_once((khop_i_gemm_shape){sizes[khop_i_random_below(&r, 11)],
                                  sizes[khop_i_random_below(&r, 10)],
                                  sizes[khop_i_random_below(&r, 11)], trial & 1, trial & 2,
                                  trial & 4},
              &r);
  /* many blocks; an inner product as long as Cora's features; a gradient's shape */
  for (int transposes = 0; transposes < 4; transposes++) {
    bool ta = transposes & 1, tb = transposes & 2;
    gemm_once((khop_i_gemm_shape){2708, 7, 33, ta, tb, false}, &r);
    gemm_once((khop_i_gemm_shape){300, 16, 1433, ta, tb, true}, &r);
    gemm_once((khop_i_gemm_shape){64, 16, 5001, ta, tb, false}, &r);
    gemm_once((khop_i_gemm_shape){5000, 1, 20, ta, tb, true}, &r);
  }
}

static void column_sums(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 16);
  sheet x = sheet_random(33, 7, 2, &r);
  khop_real y[8] = {1, 1, 1, 1, 1, 1, 1, GUARD};
  double wanted[7];
  for (int c = 0; c < 7; c++) {
    wanted[c] = 1;
    for (int i = 0; i < 33; i++) wanted[c] += (double)x.data[i * x.ld + c];
  }
  khop_i_column_sums(y, x.data, x.ld, 33, 7);
  close_enough("khop_i_column_sums", difference(y, wanted, 7), 5 * TOLERANCE);
  assert_true(y[7] == GUARD);
  free(x.data);
}

/* --- a sparse or dense left factor -------------------------------------------------------------- */

/* X as a dense sheet, and the same as rows and as columns of entries. */
typedef struct factor {
  sheet dense;
  int64_t *row_offsets, *column_offsets;
  int32_t *columns, *rows;
  khop_real *row_values, *column_values;
  khop_i_matrix sparse;
} factor;

static factor factor_new(int64_t rows, int64_t columns, int one_in, khop_i_random *r) {
  factor x = {.dense = sheet_new(rows, columns, 0)};
  int64_t all = rows * columns, e = 0, c = 0;
  x.row_offsets = block_of(rows + 1, sizeof *x.row_offsets);
  x.column_offsets = block_of(columns + 1, sizeof *x.column_offsets);
  x.columns = block_of(all, sizeof *x.columns);
  x.rows = block_of(all, sizeof *x.rows);
  x.row_values = block_of(all, sizeof *x.row_values);
  x.column_values = block_of(all, sizeof *x.column_values);
  for (int64_t i = 0; i < rows; i++)
    for (int64_t j = 0; j < columns; j++)
      if (khop_i_random_below(r, one_in) == 0 && i % 5 != 3)
        x.dense.data[i * columns + j] = random_real(r);
  for (int64_t i = 0; i < rows; x.row_offsets[++i] = e)
    for (int64_t j = 0; j < columns; j++)
      if (x.dense.data[i * columns + j] != 0) {
        x.columns[e] = (int32_t)j;
        x.row_values[e++] = x.dense.data[i * columns + j];
      }
  for (int64_t j = 0; j < columns; x.column_offsets[++j] = c)
    for (int64_t i = 0; i < rows; i++)
      if (x.dense.data[i * columns + j] != 0) {
        x.rows[c] = (int32_t)i;
        x.column_values[c++] = x.dense.data[i * columns + j];
      }
  x.sparse = (khop_i_matrix){
      .rows = rows,
      .columns = columns,
      .entries = e,
      .by_row = {.offsets = x.row_offsets, .stride = 1, .columns = x.columns, .values = x.row_values},
      .by_column = {.offsets = x.column_offsets, .stride = 1, .columns = x.rows,
                    .values = x.column_values}};
  return x;
}

static void factor_free(factor *x) {
  free(x->dense.data);
  free(x->row_offsets);
  free(x->column_offsets);
  free(x->columns);
  free(x->rows);
  free(x->row_values);
  free(x->column_values);
}

static void product_once(const factor *x, const khop_i_matrix *matrix, int64_t g, bool transposed,
                         bool accumulate, khop_i_random *r) {
  int64_t out = transposed ? x->sparse.columns : x->sparse.rows;
  int64_t in = transposed ? x->sparse.rows : x->sparse.columns;
  sheet w = sheet_random(in, g, 1, r), y = sheet_new(out, g, 2), first = sheet_new(out, g, 2);
  double *wanted = block_of(out * g, sizeof *wanted);
  multiply_plainly(wanted, &x->dense, &w,
                   (khop_i_gemm_shape){out, g, in, transposed, false, accumulate});
  for (int threads = 1; threads <= 2; threads++) {
    ok(khop_set_threads(threads));
    sheet_fill(&y, accumulate ? (khop_real)0.5 : (khop_real)NAN);
    if (transposed)
      khop_i_matrix_transposed_times(y.data, y.ld, matrix, w.data, w.ld, g, accumulate);
    else
      khop_i_matrix_times(y.data, y.ld, matrix, w.data, w.ld, g, accumulate);
    size_t bytes = (size_t)((out - 1) * y.ld + g) * sizeof *y.data;
    if (threads == 1) memcpy(first.data, y.data, bytes);
    assert_memory_equal(y.data, first.data, bytes);
  }
  guards_stand(&y);
  close_enough("khop_i_matrix", sheet_difference(&y, wanted), 3 * TOLERANCE);
  free(w.data);
  free(y.data);
  free(first.data);
  free(wanted);
}

static void sparse_products(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 17);
  const int64_t shapes[][2] = {{1, 1}, {5, 40}, {40, 5}, {150, 300}};
  const int64_t columns[] = {1, 7, 16, 33, 130};
  for (int s = 0; s < 4; s++) {
    factor x = factor_new(shapes[s][0], shapes[s][1], s == 3 ? 6 : 2, &r);
    khop_i_matrix dense = {.rows = shapes[s][0], .columns = shapes[s][1], .dense = x.dense.data,
                           .ld = x.dense.ld};
    for (int g = 0; g < 5; g++)
      for (int which = 0; which < 8; which++)
        product_once(&x, which & 4 ? &dense : &x.sparse, columns[g], which & 1, which & 2, &r);
    factor_free(&x);
  }
}

/* --- the convolution --------------------------------------------------------------------------- */

/* All that one convolution reads and writes. */
typedef struct conv {
  const lab *lab;
  int64_t f, g, out; /* out: columns of y */
  unsigned flags;
  sheet x, w, b, dy;
  double *y, *dx, *dw, *db; /* wanted, by plain loops */
} conv;

static void conv_open(conv *c, const lab *l, int64_t f, int64_t g, bool concat, khop_i_random *r) {
  int64_t n = l->nodes, taps = l->count;
  *c = (conv){.lab = l, .f = f, .g = g, .out = concat ? taps * g : g,
              .flags = concat ? KHOP_CONCAT : 0};
  c->x = sheet_random(n, f, 0, r);
  c->w = sheet_random(taps * f, g, 0, r);
  c->b = sheet_random(1, c->out, 0, r);
  c->dy = sheet_random(n, c->out, 0, r);
  c->y = block_of(n * c->out, sizeof *c->y);
  c->dx = block_of(n * f, sizeof *c->dx);
  c->dw = block_of(taps * f * g, sizeof *c->dw);
  c->db = block_of(c->out, sizeof *c->db);
  for (int64_t i = 0; i < n * c->out; i++) {
    c->y[i] = (double)c->b.data[i % c->out];
    c->db[i % c->out] += (double)c->dy.data[i];
  }
  for (int64_t t = 0; t < taps; t++)
    for (int64_t i = 0; i < n; i++)
      for (int64_t j = 0; j < n; j++) {
        double m = l->dense[(t * n + i) * n + j];
        if (m == 0) continue;
        for (int64_t p = 0; p < f; p++)
          for (int64_t o = 0; o < g; o++) {
            int64_t at = i * c->out + (concat ? t * g : 0) + o, weight = (t * f + p) * g + o;
            c->y[at] += m * (double)c->x.data[j * f + p] * (double)c->w.data[weight];
            c->dx[j * f + p] += m * (double)c->w.data[weight] * (double)c->dy.data[at];
            c->dw[weight] += m * (double)c->x.data[j * f + p] * (double)c->dy.data[at];
          }
      }
}

static void conv_close(conv *c) {
  free(c->x.data);
  free(c->w.data);
  free(c->b.data);
  free(c->dy.data);
  free(c->y);
  free(c->dx);
  free(c->dw);
  free(c->db);
}

static void conv_forward(const conv *c) {
  int64_t all = c->lab->nodes * c->out;
  khop_real *y = block_of(all, sizeof *y);
  for (int bias = 0; bias < 2; bias++) {
    for (int64_t i = 0; i < all; i++) y[i] = (khop_real)NAN;
    ok(khop_conv_forward(y, c->lab->taps, c->x.data, c->w.data, bias ? c->b.data : NULL, c->f, c->g,
                         c->flags));
    for (int64_t i = 0; !bias && i < all; i++) y[i] += c->b.data[i % c->out];
    close_enough("khop_conv_forward", difference(y, c->y, all), 3 * TOLERANCE);
  }
  free(y);
}

/* Each output may be NULL; with ACCUMULATE they are added to. */
static void conv_backward(const conv *c, unsigned outputs, bool accumulate) {
  int64_t size[] = {c->lab->nodes * c->f, c->lab->count * c->f * c->g, c->out};
  const double *wanted[] = {c->dx, c->dw, c->db};
  khop_real *got[3];
  for (int k = 0; k < 3; k++) {
    got[k] = block_of(size[k], sizeof **got);
    for (int64_t i = 0; i < size[k]; i++) got[k][i] = accumulate ? (khop_real)0.5 : (khop_real)NAN;
  }
  ok(khop_conv_backward(outputs & 1 ? got[0] : NULL, outputs & 2 ? got[1] : NULL,
                        outputs & 4 ? got[2] : NULL, c->lab->taps, c->x.data, c->w.data, c->dy.data,
                        c->f, c->g, c->flags | (accumulate ? KHOP_ACCUMULATE : 0u)));
  for (int k = 0; k < 3; k++) {
    for (int64_t i = 0; accumulate && i < size[k]; i++) got[k][i] -= (khop_real)0.5;
    if (outputs >> k & 1)
      close_enough("khop_conv_backward", difference(got[k], wanted[k], size[k]), 4 * TOLERANCE);
    free(got[k]);
  }
}

/* y is linear in x and in W: <y, dy> = <x, dx> = <W, dW>, on khop's own numbers. */
static void conv_adjoint(const conv *c) {
  int64_t n = c->lab->nodes, weights = c->lab->count * c->f * c->g;
  khop_real *y = block_of(n * c->out, sizeof *y), *dx = block_of(n * c->f, sizeof *dx);
  khop_real *dw = block_of(weights, sizeof *dw);
  ok(khop_conv_forward(y, c->lab->taps, c->x.data, c->w.data, NULL, c->f, c->g, c->flags));
  ok(khop_conv_backward(dx, dw, NULL, c->lab->taps, c->x.data, c->w.data, c->dy.data, c->f, c->g,
                        c->flags));
  double size = 1, with_dy = 0, with_x = 0, with_w = 0;
  for (int64_t i = 0; i < n * c->out; i++) {
    with_dy += (double)y[i] * (double)c->dy.data[i];
    size += fabs((double)y[i] * (double)c->dy.data[i]);
  }
  for (int64_t i = 0; i < n * c->f; i++) with_x += (double)dx[i] * (double)c->x.data[i];
  for (int64_t i = 0; i < weights; i++) with_w += (double)dw[i] * (double)c->w.data[i];
  close_enough("<y, dy> - <x, dx>", fabs(with_dy - with_x) / size, TOLERANCE);
  close_enough("<y, dy> - <W, dW>", fabs(with_dy - with_w) / size, TOLERANCE);
  free(y);
  free(dx);
  free(dw);
}

static void convolutions(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 18);
  const int64_t shapes[][2] = {{1, 1}, {5, 3}, {3, 5}, {4, 4}, {17, 9}, {9, 17}, {1, 20}, {20, 1}};
  static lab l;
  int trial = 0;
  for (int s = 0; s < 8; s++)
    for (int taps = 1; taps <= 3; taps++)
      for (int concat = 0; concat < 2; concat++)
        for (int directed = 0; directed < 2; directed++, trial++) {
          conv c;
          draw_graph(&l.edges, trial * 7 % FAMILIES, directed, 40, &r);
          lab_open(&l, KHOP_OUT, KHOP_RING, taps, (khop_norm)(trial % 4), trial % 3 == 0);
          conv_open(&c, &l, shapes[s][0], shapes[s][1], concat, &r);
          conv_forward(&c);
          for (unsigned outputs = 0; outputs < 8; outputs++)
            for (int accumulate = 0; accumulate < 2; accumulate++)
              conv_backward(&c, outputs, accumulate);
          conv_adjoint(&c);
          conv_close(&c);
          lab_close(&l);
        }
}

static void conv_threads(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 19);
  static lab l;
  large_lab(&l, true, KHOP_NORM_SYM, &r);
  for (int which = 0; which < 4; which++) {
    conv c;
    conv_open(&c, &l, which & 1 ? 24 : 40, which & 1 ? 40 : 24, which & 2, &r);
    int64_t size[] = {l.nodes * c.out, l.nodes * c.f, l.count * c.f * c.g, c.out}, all = 0;
    for (int k = 0; k < 4; k++) all += size[k];
    khop_real *one = block_of(all, sizeof *one), *other = block_of(all, sizeof *other);
    for (int threads = 1; threads <= 3; threads++) {
      khop_real *y = threads == 1 ? one : other, *dx = y + size[0], *dw = dx + size[1];
      ok(khop_set_threads(threads));
      ok(khop_conv_forward(y, l.taps, c.x.data, c.w.data, c.b.data, c.f, c.g, c.flags));
      ok(khop_conv_backward(dx, dw, dw + size[2], l.taps, c.x.data, c.w.data, c.dy.data, c.f, c.g,
                            c.flags));
      assert_memory_equal(y, one, (size_t)all * sizeof *y);
    }
    free(one);
    free(other);
    conv_close(&c);
  }
  lab_close(&l);
}

/* A comparison that cannot fail proves nothing. */
static void checker_is_checked(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 20);
  static lab l;
  large_lab(&l, true, KHOP_NORM_ROW, &r);
  const int64_t f = 5;
  sheet x = sheet_random(l.nodes, f, 0, &r), y = sheet_new(l.nodes, f, 1);
  double *wanted = block_of(l.nodes * f, sizeof *wanted);
  apply_densely(wanted, &l, &x, f, 0);
  int slot = khop_rings_slot(l.rings, 1), slots = khop_rings_slots(l.rings);
  int64_t row = 0;
  while (khop_i_rings_begin(l.rings, row, slot) == khop_i_rings_end(l.rings, row, slot)) row++;
  int32_t *column = &l.rings->columns[l.rings->offsets[row * slots + slot]], held = *column;
  for (int broken = 0; broken < 4; broken++) {
    sheet_fill(&y, 0);
    if (broken == 1) *column = (held + 1) % 150;
    ok(khop_apply(y.data, y.ld, l.taps, x.data, x.ld, f, 0));
    *column = held;
    if (broken == 2) y.data[3] = (khop_real)NAN;
    if (broken == 3) y.data[y.ld * 9] += (khop_real)1e-4;
    assert_int_equal(sheet_difference(&y, wanted) <= TOLERANCE, broken == 0);
  }
  free(x.data);
  free(y.data);
  free(wanted);
  lab_close(&l);
}

#define TEST(name) cmocka_unit_test_teardown(name, untouched_settings)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(instruction_sets), TEST(apply_baseline),  TEST(apply_avx2),   TEST(apply_avx512),
      TEST(apply_threads),    TEST(apply_adjoint),   TEST(refusals),     TEST(gemm),
      TEST(column_sums),      TEST(sparse_products), TEST(convolutions), TEST(conv_threads),
      TEST(checker_is_checked),
  };
  return cmocka_run_group_tests_name("kernels", tests, setup, teardown);
}
