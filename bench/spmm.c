/* spmm.c: one ring times F columns of features, four ways, as bench/spmm.py asks:
 *
 *   floor  the same rows of x in the same order, summed as one long list: no row ends, nothing is
 *          written; what this machine's memory can give
 *   khop   khop_apply
 *   ladder the same with the ring kept as a ladder
 *   mxm    GrB_mxm into a full matrix, plus.second, iso-valued pattern: GraphBLAS's best way
 *
 * bench_spmm GRAPH HOP, then a line "WAY F" on the input; each answer is its seconds. "entries 0"
 * answers how many the ring has, "check F" the largest difference between either form of khop and mxm. */
#include "bench.h"
#include "floor.h"

#include <khop/graphblas.h>
#include <math.h>

typedef struct job {
  khop_rings *rings, *ladder;
  khop_taps *taps, *ladder_taps;
  GrB_Matrix ring;
  int64_t n, f;
  khop_real *x, *y, *z;
} job;

static void grb(GrB_Info info) {
  if (info == GrB_SUCCESS) return;
  fprintf(stderr, "GraphBLAS: %d\n", (int)info);
  exit(1);
}

/* --- GraphBLAS ------------------------------------------------------------------------------- */

static GrB_Matrix matrix_of(const khop_rings *rings) {
  GrB_Matrix a;
  int64_t n = rings->nodes, entries = rings->csr->offsets[n];
  GrB_Index *columns = malloc((size_t)entries * sizeof *columns);
  GrB_Index *offsets = malloc((size_t)(n + 1) * sizeof *offsets);
  float *one = malloc(sizeof *one);
  if (!columns || !offsets || !one) exit(1);
  *one = 1;
  for (int64_t e = 0; e < entries; e++) columns[e] = (GrB_Index)rings->csr->columns[e];
  for (int64_t i = 0; i <= n; i++) offsets[i] = (GrB_Index)rings->csr->offsets[i];
  grb(GrB_Matrix_new(&a, GrB_FP32, (GrB_Index)n, (GrB_Index)n));
  grb(GxB_Matrix_pack_CSR(a, &offsets, &columns, (void **)&one, (GrB_Index)(n + 1) * sizeof *offsets,
                          (GrB_Index)entries * sizeof *columns, sizeof *one, true, false, NULL));
  return a;
}

/* A full matrix over a copy of block: GraphBLAS frees what it is given. */
static GrB_Matrix full(const float *block, int64_t n, int64_t f) {
  GrB_Matrix a;
  size_t bytes = (size_t)(n * f) * sizeof *block;
  float *copy = malloc(bytes);
  if (!copy) exit(1);
  memcpy(copy, block, bytes);
  grb(GrB_Matrix_new(&a, GrB_FP32, (GrB_Index)n, (GrB_Index)f));
  grb(GxB_Matrix_pack_FullR(a, (void **)&copy, bytes, false, NULL));
  return a;
}

static double run_mxm(const job *j, float *out) {
  double seconds;
  GrB_Matrix x = full(j->x, j->n, j->f), y = full(j->z, j->n, j->f);
  FASTEST(seconds, grb(GrB_mxm(y, NULL, GrB_PLUS_FP32, GxB_PLUS_SECOND_FP32, j->ring, x, NULL)));
  if (out) {
    void *values;
    GrB_Index bytes;
    bool iso;
    GrB_Matrix fresh = full(j->z, j->n, j->f);
    grb(GrB_mxm(fresh, NULL, GrB_PLUS_FP32, GxB_PLUS_SECOND_FP32, j->ring, x, NULL));
    grb(GxB_Matrix_unpack_FullR(fresh, &values, &bytes, &iso, NULL));
    memcpy(out, values, (size_t)(j->n * j->f) * sizeof *out);
    free(values);
    GrB_free(&fresh);
  }
  GrB_free(&x);
  GrB_free(&y);
  return seconds;
}

/* --- the questions --------------------------------------------------------------------------- */

static void apply(const job *j, const khop_taps *taps) { must(khop_apply(j->y, j->f, taps, j->x, j->f, j->f, 0)); }

/* New features where the width is new: the same numbers each time. z stays 0. */
static void resize(job *j, int64_t f) {
  if (f == j->f) return;
  khop_i_free(j->x);
  khop_i_free(j->y);
  khop_i_free(j->z);
  j->f = f;
  j->x = numbers(j->n * f + 1); /* the floor of 7 columns reads vectors of 8 */
  j->y = numbers(j->n * f);
  j->z = numbers(j->n * f);
  uint32_t state = 1;
  for (int64_t i = 0; i < j->n * f; i++) {
    state = state * 1664525u + 1013904223u;
    j->x[i] = (float)(state >> 8) * 0x1p-24f - 0.5f;
  }
}

static double largest_difference(const job *j) {
  double worst = 0;
  float *other = numbers(j->n * j->f);
  run_mxm(j, other);
  for (int form = 0; form < 2; form++) {
    apply(j, form ? j->ladder_taps : j->taps);
    for (int64_t i = 0; i < j->n * j->f; i++) worst = fmax(worst, fabs((double)j->y[i] - (double)other[i]));
  }
  khop_i_free(other);
  return worst;
}

static double answer(job *j, const char *way, int64_t f) {
  double seconds;
  if (!strcmp(way, "entries")) return (double)j->rings->csr->offsets[j->n];
  resize(j, f);
  if (!strcmp(way, "check")) return largest_difference(j);
  if (!strcmp(way, "mxm")) return run_mxm(j, NULL);
  if (!strcmp(way, "floor"))
    FASTEST(seconds, gather_floor(j->rings, j->x, j->f, j->f));
  else
    FASTEST(seconds, apply(j, strcmp(way, "ladder") ? j->taps : j->ladder_taps));
  return seconds;
}

int main(int argc, char **argv) {
  if (argc != 3) usage("bench_spmm GRAPH HOP");
  int hop = atoi(argv[2]);
  job j = {0};
  khop_data *data = load(argv[1]);
  GrB_Info begun = GrB_init(GrB_NONBLOCKING);
  if (begun != GrB_INVALID_VALUE) grb(begun); /* INVALID_VALUE: khop was first */
  must(khop_rings_build(&j.rings, khop_data_graph(data), 1, &hop, NULL));
  must(khop_rings_build(&j.ladder, khop_data_graph(data), 1, &hop, &(khop_rings_options){.form = KHOP_LADDER}));
  must(khop_taps_new(&j.taps, j.rings, 1, &hop, KHOP_NORM_NONE, false));
  must(khop_taps_new(&j.ladder_taps, j.ladder, 1, &hop, KHOP_NORM_NONE, false));
  j.n = j.rings->nodes;
  j.ring = matrix_of(j.rings);
  grb(GxB_Global_Option_set(GxB_GLOBAL_NTHREADS, khop_threads()));
  char way[16];
  long long f;
  while (scanf("%15s %lld", way, &f) == 2) {
    printf("%.9g\n", answer(&j, way, f));
    fflush(stdout);
  }
  GrB_free(&j.ring);
  khop_taps_free(j.taps);
  khop_taps_free(j.ladder_taps);
  khop_rings_free(j.rings);
  khop_rings_free(j.ladder);
  khop_data_free(data);
  khop_i_free(j.x);
  khop_i_free(j.y);
  khop_i_free(j.z);
  return 0;
}
