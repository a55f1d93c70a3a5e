/* test_rings_export.c: normalised rings as dense matrices, and the same from files and GraphBLAS.
 */
#include "rings_check.h"

#include "files/npz.h"

#include <khop/data.h>
#include <khop/graphblas.h>

static char path[300];

/* A slot as a dense matrix, through its scales. */
static void scaled(double *m, const khop_rings *rings, int slot, khop_norm norm, bool loop) {
  int64_t n = khop_rings_nodes(rings);
  khop_real *left = block_of(n, sizeof *left), *right = block_of(n, sizeof *right);
  ok(khop_rings_scales(left, right, rings, slot, norm, loop));
  for (int64_t i = 0; i < n; i++) {
    const int32_t *columns;
    const khop_real *values;
    int64_t count = khop_rings_row(rings, slot, i, &columns, &values);
    assert_true(isfinite(left[i]) && isfinite(right[i]));
    for (int64_t j = 0; j < n; j++) m[i * n + j] = 0;
    if (loop && takes_loop(khop_rings_operator(rings), khop_rings_hop(rings, slot)))
      m[i * n + i] = 1;
    for (int64_t c = 0; c < count; c++) m[i * n + columns[c]] += values ? (double)values[c] : 1;
    for (int64_t j = 0; j < n; j++) m[i * n + j] *= (double)left[i] * (double)right[j];
    /* the mean over nothing is an exact 0 */
    if (count == 0 && !loop && (norm == KHOP_NORM_ROW || norm == KHOP_NORM_SYM))
      assert_true(left[i] == 0);
  }
  free(left);
  free(right);
}

static bool all_close(const double *got, const double *wanted, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    if ((wanted[i] == 0) != (got[i] == 0)) return false;
    if (!(fabs(got[i] - wanted[i]) <= 4e-7 * fabs(wanted[i]))) return false;
  }
  return true;
}

/* Files and GraphBLAS give the same matrix back. */
static void read_npz(double *m, int64_t n) {
  khop_i_npz *npz = NULL;
  khop_i_array indices, indptr, format, shape, data;
  ok(khop_i_npz_open(&npz, path));
  ok(khop_i_npz_read(&indices, npz, "indices"));
  ok(khop_i_npz_read(&indptr, npz, "indptr"));
  ok(khop_i_npz_read(&format, npz, "format"));
  ok(khop_i_npz_read(&shape, npz, "shape"));
  ok(khop_i_npz_read(&data, npz, "data"));
  assert_memory_equal(format.data, "csr", 3);
  assert_int_equal(format.dimensions, 0); /* SciPy's is a scalar of 3 bytes */
  assert_int_equal(format.dtype, KHOP_I_BYTES);
  assert_int_equal(data.dtype, sizeof(khop_real) == 8 ? KHOP_I_FLOAT64 : KHOP_I_FLOAT32);
  assert_int_equal(shape.count, 2);
  assert_int_equal(khop_i_array_integer(&shape, 0), n);
  assert_int_equal(khop_i_array_integer(&shape, 1), n);
  assert_int_equal(indptr.count, n + 1);
  for (int64_t i = 0; i < n * n; i++) m[i] = 0;
  for (int64_t i = 0; i < n; i++)
    for (int64_t e = khop_i_array_integer(&indptr, i), end = khop_i_array_integer(&indptr, i + 1);
         e < end; e++)
      m[i * n + khop_i_array_integer(&indices, e)] += khop_i_array_number(&data, e);
  khop_i_array_free(&indices);
  khop_i_array_free(&indptr);
  khop_i_array_free(&format);
  khop_i_array_free(&shape);
  khop_i_array_free(&data);
  khop_i_npz_close(npz);
}

static void read_mtx(double *m, int64_t n) {
  FILE *file = fopen(path, "r");
  char kind[20];
  long long rows, columns, entries, i, j, read = 0;
  assert_non_null(file);
  assert_int_equal(fscanf(file, "%%%%MatrixMarket matrix coordinate %19s general", kind), 1);
  assert_int_equal(fscanf(file, "%lld %lld %lld", &rows, &columns, &entries), 3);
  assert_true(rows == n && columns == n);
  bool pattern = strcmp(kind, "pattern") == 0;
  for (int64_t k = 0; k < n * n; k++) m[k] = 0;
  while (fscanf(file, "%lld %lld", &i, &j) == 2) {
    double value = 1;
    if (!pattern) assert_int_equal(fscanf(file, "%lf", &value), 1);
    m[(i - 1) * n + j - 1] += value;
    read++;
  }
  assert_int_equal(read, entries);
  fclose(file);
}

static void read_graphblas(double *m, const khop_rings *rings, int slot, khop_norm norm,
                           bool loop) {
  GrB_Matrix matrix = NULL;
  GrB_Index rows, columns;
  int64_t n = khop_rings_nodes(rings);
  ok(khop_rings_to_graphblas(&matrix, rings, slot, norm, loop));
  assert_int_equal(GrB_Matrix_nrows(&rows, matrix), GrB_SUCCESS);
  assert_int_equal(GrB_Matrix_ncols(&columns, matrix), GrB_SUCCESS);
  assert_true((int64_t)rows == n && (int64_t)columns == n);
  for (int64_t i = 0; i < n * n; i++) {
    m[i] = 0;
    GrB_Matrix_extractElement_FP64(&m[i], matrix, (GrB_Index)(i / n), (GrB_Index)(i % n));
  }
  GrB_Matrix_free(&matrix);
}

static void normalisations(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 3);
  static edge_list e;
  const int hops[] = {0, 1, 2, 3};
  for (int trial = 0; trial < 2 * FAMILIES; trial++) {
    draw_graph(&e, trial % FAMILIES, trial / FAMILIES, 11, &r);
    khop_graph *graph = graph_of(&e);
    int64_t n = e.nodes, all = n * n;
    double *wanted = block_of(all, sizeof *wanted), *got = block_of(all, sizeof *got);
    for (int op = KHOP_RING; op <= KHOP_WALK_SUPPORT; op++) {
      khop_rings *rings = rings_of(graph, 4, hops, KHOP_OUT, (khop_operator)op);
      for (int k = 0; k < 4; k++)
        for (int which = 0; which < 8; which++) {
          khop_norm norm = (khop_norm)(which / 2);
          bool loop = which % 2;
          dense_operator(wanted, &e, KHOP_OUT, (khop_operator)op, hops[k]);
          dense_normalise(wanted, n, norm, loop && takes_loop((khop_operator)op, hops[k]));
          scaled(got, rings, k, norm, loop);
          assert_true(all_close(got, wanted, all));
          if (trial % 3) continue; /* files cost more */
          snprintf(path, sizeof path, "%s/ring.npz", folder);
          ok(khop_rings_write(rings, k, norm, loop, NULL, path));
          read_npz(got, n);
          assert_true(all_close(got, wanted, all));
          snprintf(path, sizeof path, "%s/ring.mtx", folder);
          ok(khop_rings_write(rings, k, norm, loop, NULL, path));
          read_mtx(got, n);
          assert_true(all_close(got, wanted, all));
          read_graphblas(got, rings, k, norm, loop);
          assert_true(all_close(got, wanted, all));
        }
      khop_rings_free(rings);
    }
    free(wanted);
    free(got);
    khop_graph_free(graph);
  }
}

static void names_stand_beside_the_matrix(void **state) {
  (void)state;
  static const char *const names[3] = {"a", "b\n", "c"};
  khop_graph *graph = NULL;
  khop_i_npz *npz = NULL;
  double plain[9], named[9];
  char line[120] = "";
  ok(khop_graph_grid(&graph, 1, (int64_t[]){3}, NULL, false, false));
  khop_rings *rings = rings_of(graph, 1, (int[]){1}, KHOP_OUT, KHOP_RING);
  for (int k = 0; k < 2; k++) {
    snprintf(path, sizeof path, "%s/named.npz", folder);
    ok(khop_rings_write(rings, 0, KHOP_NORM_NONE, false, k ? names : NULL, path));
    read_npz(k ? named : plain, 3);
    ok(khop_i_npz_open(&npz, path));
    assert_int_equal(khop_i_npz_has(npz, "node_names"), k);
    khop_i_npz_close(npz);
    snprintf(path, sizeof path, "%s/named.mtx", folder);
    ok(khop_rings_write(rings, 0, KHOP_NORM_NONE, false, k ? names : NULL, path));
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    for (int l = 0; l < 2; l++) assert_non_null(fgets(line, sizeof line, file));
    fclose(file);
    assert_int_equal(*line == '%', k);
  }
  assert_memory_equal(plain, named, sizeof plain);
  khop_graph *back = NULL;
  ok(khop_graph_read(&back, path, NULL));
  assert_int_equal(khop_graph_edges(back), 2);
  khop_graph_free(back);
  khop_rings_free(rings);
  khop_graph_free(graph);
}

/* A ring as a file is a graph again, the one whose edges are the pairs at that distance. */
static void ring_as_graph(void **state) {
  (void)state;
  khop_graph *graph = NULL, *back = NULL;
  ok(khop_graph_grid(&graph, 2, (int64_t[]){7, 9}, NULL, false, true));
  khop_rings *rings = rings_of(graph, 1, (int[]){3}, KHOP_OUT, KHOP_RING);
  snprintf(path, sizeof path, "%s/ring.mtx", folder);
  ok(khop_rings_write(rings, 0, KHOP_NORM_NONE, false, NULL, path));
  ok(khop_graph_read(&back, path, &(khop_read_options){.directed = true}));
  assert_int_equal(khop_graph_nodes(back), 63);
  assert_int_equal(khop_graph_edges(back), khop_rings_entries(rings, 0));
  assert_memory_equal(khop_graph_offsets(back), rings->csr->offsets, 64 * sizeof(int64_t));
  assert_memory_equal(khop_graph_targets(back), rings->csr->columns,
                      (size_t)rings->csr->offsets[63] * sizeof(int32_t));
  khop_graph_free(back);
  khop_data *data = NULL; /* the .npz is a data set without features or labels */
  snprintf(path, sizeof path, "%s/ring.npz", folder);
  ok(khop_rings_write(rings, 0, KHOP_NORM_NONE, false, NULL, path));
  ok(khop_data_load(&data, path, NULL));
  assert_int_equal(khop_graph_edges(khop_data_graph(data)), khop_rings_entries(rings, 0));
  khop_data_free(data);
  fails(khop_rings_write(rings, 0, KHOP_NORM_NONE, false, NULL, "ring.txt"), KHOP_E_ARGUMENT, "ring.txt",
        ".mtx or .npz");
  fails(khop_rings_write(rings, 1, KHOP_NORM_NONE, false, NULL, path), KHOP_E_ARGUMENT, "slot 1",
        "1 slots");
  fails(khop_rings_write(rings, 0, (khop_norm)9, false, NULL, path), KHOP_E_ARGUMENT, "normalisation",
        "9");
  snprintf(path, sizeof path, "%s/nowhere/ring.npz", folder);
  assert_int_not_equal(khop_rings_write(rings, 0, KHOP_NORM_NONE, false, NULL, path), KHOP_OK);
  GrB_Matrix matrix = NULL;
  fails(khop_rings_to_graphblas(&matrix, rings, -1, KHOP_NORM_NONE, false), KHOP_E_ARGUMENT,
        "slot -1", "1 slots");
  assert_null(matrix);
  khop_rings_free(rings);
  khop_graph_free(graph);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(normalisations),
      cmocka_unit_test(names_stand_beside_the_matrix), cmocka_unit_test(ring_as_graph),
  };
  return cmocka_run_group_tests_name("rings_export", tests, open_folder, close_folder);
}
