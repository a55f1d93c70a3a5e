/* test_taps_csr.c: taps of matrices of the caller's, in every type of numbers, and of GraphBLAS: against dense
 * matrices in double, and against the taps of rings with the same entries. */
#include "kernels_check.h"

#include <khop/graphblas.h>
#include <math.h>

enum { N = 90, T = 3 };

/* Three matrices of N nodes, as dense ones and as rows in all types; the second one is the identity. */
typedef struct matrices {
  double dense[T][N * N];
  int64_t offsets64[T][N + 1], columns64[T][N * N];
  int32_t offsets32[T][N + 1], columns32[T][N * N];
  float values32[T][N * N];
  double values64[T][N * N];
} matrices;

static matrices m;

static int make_matrices(void **state) {
  khop_i_random r;
  khop_i_random_seed(&r, 9);
  for (int t = 0; t < T; t++) {
    int64_t e = 0;
    for (int64_t i = 0; i < N; i++) {
      for (int64_t j = 0; j < N; j++) {
        if (t == 1 ? i != j : i == 7 || khop_i_random_uniform(&r) > 0.1) continue; /* row 7 is empty */
        double value = t == 1 ? 1 : (double)khop_i_random_below(&r, 64) / 32 - 1; /* exact in both types */
        m.dense[t][i * N + j] = value;
        m.columns64[t][e] = j, m.columns32[t][e] = (int32_t)j;
        m.values64[t][e] = value, m.values32[t][e] = (float)value;
        e++;
      }
      m.offsets64[t][i + 1] = e, m.offsets32[t][i + 1] = (int32_t)e;
    }
  }
  return open_settings(state);
}

/* The matrices in the types that three bits choose; with `named` bits also where they are khop's own. */
static void list_matrices(khop_csr list[T], int types, bool named) {
  for (int t = 0; t < T; t++) {
    khop_csr *a = &list[t];
    *a = (khop_csr){.nodes = N};
    if (t == 1) continue;
    a->offsets = types & 1 ? (const void *)m.offsets32[t] : m.offsets64[t];
    a->columns = types & 2 ? (const void *)m.columns64[t] : m.columns32[t];
    a->values = types & 4 ? (const void *)m.values32[t] : m.values64[t];
    a->offset_bits = types & 1 ? 32 : named ? 64 : 0;
    a->column_bits = types & 2 ? 64 : named ? 32 : 0;
    a->value_bits = types & 4 ? 32 : 64;
  }
}

/* A lab without a graph, for the checks of kernels_check.h. */
static lab lab_of(khop_taps *taps) {
  lab l = {.nodes = N, .count = T, .taps = taps, .dense = &m.dense[0][0]};
  return l;
}

static void every_type_applies(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 1);
  for (int types = 0; types < 8; types++)
    for (int named = 0; named < 2; named++) {
      khop_csr list[T];
      khop_taps *taps;
      list_matrices(list, types, named);
      ok(khop_taps_from_csr(&taps, T, list, true));
      lab l = lab_of(taps);
      for (unsigned flags = 0; flags < 8; flags++)
        for (int64_t f = 1; f < 20; f += 6) apply_once(&l, f, flags, &r);
      khop_taps_free(taps);
    }
}

/* y = sum_t M_t x W_t and its gradients, in double. */
static void convolve(double *y, double *dx, double *dw, const sheet *x, const sheet *w, const sheet *dy, int64_t f,
                     int64_t g) {
  for (int t = 0; t < T; t++)
    for (int64_t i = 0; i < N; i++)
      for (int64_t j = 0; j < N; j++) {
        double a = m.dense[t][i * N + j];
        for (int64_t p = 0; a != 0 && p < f; p++)
          for (int64_t o = 0; o < g; o++) {
            y[i * g + o] += a * (double)x->data[j * f + p] * (double)w->data[(t * f + p) * g + o];
            dx[j * f + p] += a * (double)w->data[(t * f + p) * g + o] * (double)dy->data[i * g + o];
            dw[(t * f + p) * g + o] += a * (double)x->data[j * f + p] * (double)dy->data[i * g + o];
          }
      }
}

static void convolutions_take_them(void **state) {
  (void)state;
  static const int64_t shapes[][2] = {{3, 5}, {5, 3}, {4, 4}};
  khop_i_random r;
  khop_i_random_seed(&r, 2);
  khop_csr list[T];
  khop_taps *taps;
  list_matrices(list, 0, true);
  ok(khop_taps_from_csr(&taps, T, list, true));
  for (int s = 0; s < 3; s++) {
    int64_t f = shapes[s][0], g = shapes[s][1];
    sheet x = sheet_random(N, f, 0, &r), w = sheet_random(T * f, g, 0, &r), dy = sheet_random(N, g, 0, &r);
    sheet y = sheet_new(N, g, 0), dx = sheet_new(N, f, 0), dw = sheet_new(T * f, g, 0);
    double *wanted[] = {block_of(N * g, 8), block_of(N * f, 8), block_of(T * f * g, 8)};
    convolve(wanted[0], wanted[1], wanted[2], &x, &w, &dy, f, g);
    ok(khop_conv_forward(y.data, taps, x.data, w.data, NULL, f, g, 0));
    ok(khop_conv_backward(dx.data, dw.data, NULL, taps, x.data, w.data, dy.data, f, g, 0));
    close_enough("y", sheet_difference(&y, wanted[0]), 4 * TOLERANCE);
    close_enough("dx", sheet_difference(&dx, wanted[1]), 4 * TOLERANCE);
    close_enough("dW", sheet_difference(&dw, wanted[2]), 4 * TOLERANCE);
    wanted[0][5] += 1e-3; /* the checker */
    assert_true(sheet_difference(&y, wanted[0]) > 4 * TOLERANCE);
    sheet *all[] = {&x, &w, &dy, &y, &dx, &dw};
    for (int i = 0; i < 6; i++) free(all[i]->data);
    for (int i = 0; i < 3; i++) free(wanted[i]);
  }
  khop_taps_free(taps);
}

/* Rows of khop's own rings, handed in as arrays: the same products, to the bit; so many nodes that they are tiled. */
static void rings_as_arrays_have_the_same_bits(void **state) {
  (void)state;
  enum { NODES = 1500, F = 12 };
  int64_t *offsets = block_of(NODES + 1, sizeof *offsets), e = 0;
  int32_t *columns = block_of(NODES * 4, sizeof *columns);
  khop_real *x = block_of(NODES * F, sizeof *x), *y[2], *w = block_of(F * F, sizeof *w), *dw[2];
  khop_graph *graph;
  khop_rings *rings;
  khop_taps *taps[2];
  ok(khop_graph_grid(&graph, 1, (int64_t[]){NODES}, NULL, true, true));
  ok(khop_rings_build(&rings, graph, 1, (int[]){2}, NULL));
  for (int64_t i = 0; i < NODES; i++) {
    const int32_t *row;
    int64_t count = khop_rings_row(rings, 0, i, &row, NULL);
    for (int64_t k = 0; k < count; k++) columns[e++] = row[k];
    offsets[i + 1] = e;
  }
  for (int64_t i = 0; i < NODES * F; i++) x[i] = (khop_real)(i % 37) / 16;
  for (int64_t i = 0; i < F * F; i++) w[i] = (khop_real)(i % 11) / 8;
  ok(khop_taps_new(&taps[0], rings, 1, (int[]){2}, KHOP_NORM_NONE, false));
  ok(khop_taps_from_csr(&taps[1], 1, &(khop_csr){.nodes = NODES, .offsets = offsets, .columns = columns}, true));
  for (int k = 0; k < 2; k++) {
    y[k] = block_of(4 * NODES * F, sizeof *y[k]);
    dw[k] = block_of(F * F, sizeof *dw[k]);
    ok(khop_apply(y[k], F, taps[k], x, F, F, 0));
    ok(khop_apply(y[k] + NODES * F, F, taps[k], x, F, F, KHOP_TRANSPOSE));
    ok(khop_conv_forward(y[k] + 2 * NODES * F, taps[k], x, w, NULL, F, F, 0));
    ok(khop_conv_backward(y[k] + 3 * NODES * F, dw[k], NULL, taps[k], x, w, x, F, F, 0));
  }
  assert_memory_equal(y[0], y[1], 4 * NODES * F * sizeof *x);
  assert_memory_equal(dw[0], dw[1], F * F * sizeof *w);
  for (int k = 0; k < 2; k++) {
    khop_taps_free(taps[k]);
    free(y[k]);
    free(dw[k]);
  }
  khop_rings_free(rings);
  khop_graph_free(graph);
  free(offsets);
  free(columns);
  free(x);
  free(w);
}

/* Arrays of khop's types stay where they are: what is held does not grow with the entries, and a value that the caller
 * changes is a value of the taps. */
static void arrays_are_borrowed(void **state) {
  (void)state;
  int64_t entries = m.offsets64[0][N];
  khop_csr a = {.nodes = N, .offsets = m.offsets64[0], .columns = m.columns32[0], .value_bits = 8 * sizeof(khop_real)};
  a.values = sizeof(khop_real) == 8 ? (const void *)m.values64[0] : m.values32[0];
  khop_taps *taps;
  size_t before = khop_bytes_now();
  ok(khop_taps_from_csr(&taps, 1, &a, false));
  assert_true(khop_bytes_now() - before < 2000 && entries > 700);
  khop_real x[N] = {0}, y[N];
  for (int i = 0; i < N; i++) x[i] = 1;
  ok(khop_apply(y, 1, taps, x, 1, 1, 0));
  khop_real *first = (khop_real *)(void *)(uintptr_t)a.values, kept = *first, was = y[0];
  *first += 4;
  ok(khop_apply(y, 1, taps, x, 1, 1, 0));
  close_to((double)y[0], (double)was + 4, 1e-5);
  *first = kept;
  /* made for forward alone */
  fails(khop_apply(y, 1, taps, x, 1, 1, KHOP_TRANSPOSE), KHOP_E_ARGUMENT, "KHOP_TRANSPOSE", "made without");
  ok(khop_conv_forward(y, taps, x, x, NULL, 1, 1, 0));
  fails(khop_conv_backward(x, NULL, NULL, taps, x, x, y, 1, 1, 0), KHOP_E_ARGUMENT, "backward of a convolution",
        "made without");
  khop_taps_free(taps);
}

/* A right matrix of four nodes, broken in each way. */
static void bad_matrices_are_refused(void **state) {
  (void)state;
  const int64_t offsets[] = {0, 2, 2, 3, 5}, falls[] = {0, 2, 1, 3, 5}, late[] = {1, 2, 2, 3, 5};
  const int32_t columns[] = {0, 3, 1, 0, 2}, unsorted[] = {0, 3, 1, 2, 0}, twice[] = {0, 3, 1, 2, 2};
  const int32_t beyond[] = {0, 4, 1, 0, 2}, below[] = {-1, 3, 1, 0, 2};
  const int64_t far[] = {0, INT64_C(4294967297), 1, 0, 2}; /* 1 in 32 bits */
  const double values[] = {1, 2, 3, 4, 5}, none[] = {1, 2, (double)NAN, 4, 5}, endless[] = {1, 2, 3, 4, INFINITY};
  const khop_csr good = {.nodes = 4, .offsets = offsets, .columns = columns, .values = values,
                         .offset_bits = 64, .column_bits = 32, .value_bits = 64};
  khop_taps *taps = (khop_taps *)(void *)&taps;
  khop_csr a = good;
#define REFUSED(status, first, second)                                                                                 \
  do {                                                                                                                 \
    khop_csr pair[] = {good, a};                                                                                       \
    fails(khop_taps_from_csr(&taps, 2, pair, true), status, first, second);                                            \
    assert_null(taps);                                                                                                 \
    a = good;                                                                                                          \
  } while (0)
  a.offsets = falls;
  REFUSED(KHOP_E_VALUE, "matrix 1: row 1", "begins at entry 2 and ends at 1");
  a.offsets = late;
  REFUSED(KHOP_E_VALUE, "matrix 1", "begin at 1, not 0");
  a.columns = unsorted;
  REFUSED(KHOP_E_VALUE, "row 3 has column 0", "behind a larger one");
  a.columns = twice;
  REFUSED(KHOP_E_VALUE, "row 3 has column 2", "twice");
  a.columns = beyond;
  REFUSED(KHOP_E_VALUE, "row 0 has column 4", "of 4");
  a.columns = below;
  REFUSED(KHOP_E_VALUE, "row 0 has column -1", "of 4");
  a.columns = far, a.column_bits = 64;
  REFUSED(KHOP_E_VALUE, "column 4294967297", "of 4");
  a.columns = NULL;
  REFUSED(KHOP_E_ARGUMENT, "5 entries and no columns", "matrix 1");
  a.values = none;
  REFUSED(KHOP_E_VALUE, "row 2, column 1", "not finite");
  a.values = endless;
  REFUSED(KHOP_E_VALUE, "row 3, column 2", "not finite");
  a.offset_bits = 16;
  REFUSED(KHOP_E_ARGUMENT, "16 (offsets)", "32 and 64");
  a.column_bits = 8;
  REFUSED(KHOP_E_ARGUMENT, "8 (columns)", "32 and 64");
  a.value_bits = 128;
  REFUSED(KHOP_E_ARGUMENT, "128 (values)", "32 and 64");
  a.nodes = 3;
  REFUSED(KHOP_E_SHAPE, "matrix 1 has 3 nodes", "matrix 0 4");
  fails(khop_taps_from_csr(&taps, 0, &good, true), KHOP_E_ARGUMENT, "0 taps", "");
  fails(khop_taps_from_csr(&taps, KHOP_MAX_TAPS + 1, &good, true), KHOP_E_ARGUMENT, "513 taps", "");
  fails(khop_taps_from_csr(&taps, 1, NULL, true), KHOP_E_ARGUMENT, "1 taps", "");
  fails(khop_taps_from_csr(&taps, 1, &(khop_csr){.nodes = 4}, true), KHOP_E_ARGUMENT, "identity", "none has entries");
  fails(khop_taps_from_csr(&taps, 1, &(khop_csr){.nodes = INT64_C(1) << 31, .offsets = offsets}, true), KHOP_E_SHAPE,
        "2147483648 nodes", "");
  ok(khop_taps_from_csr(&taps, 1, &good, true));
  khop_real y[4];
  ok(khop_apply(y, 1, taps, (khop_real[]){1, 10, 100, 1000}, 1, 1, 0));
  const double wanted[] = {1 + 2 * 1000, 0, 3 * 10, 4 + 5 * 100}; /* by hand */
  for (int i = 0; i < 4; i++) close_to((double)y[i], wanted[i], 0);
  khop_taps_free(taps);
}

/* --- GraphBLAS -------------------------------------------------------------------------------------- */

static GrB_Matrix matrix_of(int t, GrB_Type type) {
  GrB_Matrix a;
  assert_int_equal(GrB_Matrix_new(&a, type, N, N), GrB_SUCCESS);
  for (int64_t i = N; i-- > 0;) /* from the last entry to the first */
    for (int64_t e = m.offsets64[t][i + 1]; e-- > m.offsets64[t][i];)
      assert_int_equal(GrB_Matrix_setElement_FP64(a, m.values64[t][e], (GrB_Index)i, (GrB_Index)m.columns64[t][e]),
                       GrB_SUCCESS);
  return a;
}

static GrB_Matrix of_graphblas[T];

static khop_status take_matrices(void *context) {
  return khop_taps_from_graphblas(context, T, of_graphblas, true);
}

static void graphblas_matrices_are_taps(void **state) {
  (void)state;
  khop_csr list[T];
  khop_taps *taps, *theirs;
  khop_real x[N * 4], y[N * T * 4], z[N * T * 4];
  GrB_init(GrB_NONBLOCKING); /* or khop has done so */
  list_matrices(list, 0, true);
  ok(khop_taps_from_csr(&taps, T, list, true));
  of_graphblas[0] = matrix_of(0, GrB_FP64);
  of_graphblas[2] = matrix_of(2, GrB_FP32);
  ok(take_matrices(&theirs));
  GrB_Matrix_clear(of_graphblas[0]); /* they are copied */
  for (int i = 0; i < N * 4; i++) x[i] = (khop_real)(i % 17) / 8;
  for (unsigned flags = 0; flags < 3; flags++) {
    ok(khop_apply(y, T * 4, taps, x, 4, 4, flags));
    ok(khop_apply(z, T * 4, theirs, x, 4, 4, flags));
    for (int i = 0; i < N; i++)
      assert_memory_equal(y + i * T * 4, z + i * T * 4, (size_t)(flags & KHOP_CONCAT ? 4 * T : 4) * sizeof *y);
  }
  khop_taps_free(taps);
  khop_taps_free(theirs);
  GrB_Matrix_free(&of_graphblas[0]);
  /* truth counts as 1, in another order than that of rows */
  GrB_Matrix truth, wide;
  assert_int_equal(GrB_Matrix_new(&truth, GrB_BOOL, 3, 3), GrB_SUCCESS);
  assert_int_equal(GrB_Matrix_new(&wide, GrB_FP32, 3, 4), GrB_SUCCESS);
  GxB_Matrix_Option_set(truth, GxB_FORMAT, GxB_BY_COL);
  const GrB_Index at[][2] = {{2, 1}, {0, 2}, {0, 1}};
  for (int e = 0; e < 3; e++) GrB_Matrix_setElement_BOOL(truth, true, at[e][0], at[e][1]);
  ok(khop_taps_from_graphblas(&taps, 1, &truth, true));
  ok(khop_apply(y, 1, taps, (khop_real[]){1, 10, 100}, 1, 1, 0));
  const double wanted[] = {110, 0, 10};
  for (int i = 0; i < 3; i++) close_to((double)y[i], wanted[i], 0);
  khop_taps_free(taps);
  fails(khop_taps_from_graphblas(&taps, 1, &wide, true), KHOP_E_SHAPE, "matrix 0 is (3, 4)", "");
  fails(khop_taps_from_graphblas(&taps, 2, (GrB_Matrix[]){truth, of_graphblas[2]}, true), KHOP_E_SHAPE,
        "matrix 1 is (90, 90)", "(3, 3)");
  fails(khop_taps_from_graphblas(&taps, 1, (GrB_Matrix[]){NULL}, true), KHOP_E_ARGUMENT, "identity", "");
  fails(khop_taps_from_graphblas(&taps, 0, &truth, true), KHOP_E_ARGUMENT, "0 taps", "");
  GrB_Matrix_setElement_FP32(wide, (float)NAN, 0, 0);
  GrB_Matrix_resize(wide, 3, 3);
  fails(khop_taps_from_graphblas(&taps, 1, &wide, true), KHOP_E_VALUE, "row 0, column 0", "not finite");
  assert_null(taps);
  GrB_Matrix_free(&truth);
  GrB_Matrix_free(&wide);
  GrB_Matrix_free(&of_graphblas[2]);
}

/* --- memory ----------------------------------------------------------------------------------------- */

static khop_status take_arrays(void *context) {
  khop_csr list[T];
  khop_taps **taps = context;
  list_matrices(list, 3, true); /* offsets and columns are copied */
  khop_status status = khop_taps_from_csr(taps, T, list, true);
  khop_taps_free(*taps);
  return status;
}

static khop_status take_and_free(void *context) {
  khop_taps **taps = context;
  khop_status status = take_matrices(taps);
  khop_taps_free(*taps);
  return status;
}

static void memory_that_runs_out(void **state) {
  (void)state;
  khop_taps *taps;
  of_graphblas[0] = matrix_of(0, GrB_FP64);
  of_graphblas[2] = matrix_of(2, GrB_FP64);
  memory_can_run_out();
  assert_in_range(fail_each(take_arrays, &taps), 20, 60);
  assert_in_range(fail_each(take_and_free, &taps), 30, 100);
  memory_is_plenty();
  GrB_Matrix_free(&of_graphblas[0]);
  GrB_Matrix_free(&of_graphblas[2]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(every_type_applies),
      TEST(convolutions_take_them),
      TEST(rings_as_arrays_have_the_same_bits),
      TEST(arrays_are_borrowed),
      TEST(bad_matrices_are_refused),
      TEST(graphblas_matrices_are_taps),
      TEST(memory_that_runs_out),
  };
  return cmocka_run_group_tests_name("taps of matrices", tests, make_matrices, close_settings);
}
