/* test_products.c: dense and sparse products against plain loops in double, for every thread count.
 */
#include "kernels_check.h"

#include "kernels/matrix.h"
#include "kernels/drivers.h"
#include "kernels/gemm.h"

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
    gemm_once((khop_i_gemm_shape){20, 2708, 60, ta, tb, false}, &r); /* wider than high: blocks of columns, two */
    gemm_once((khop_i_gemm_shape){60, 2708, 60, ta, tb, true}, &r);  /* and many */
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

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(gemm),
      TEST(column_sums),
      TEST(sparse_products),
  };
  return cmocka_run_group_tests_name("products", tests, open_settings, close_settings);
}
