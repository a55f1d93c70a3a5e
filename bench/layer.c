/* layer.c: a convolution of three taps (rings 0, 1, 2; sym), 64 columns to 64, as bench/layer.py asks:
 *
 *   forward, backward  khop's, in a workspace that is there, as in a run
 *   gemm               the products of both alone, by the BLAS and its own threads: Z = X W, dX, dW
 *   pass               the gathers of both alone: floor.h, each ring once a direction
 *
 * bench_layer GRAPH, then a line "WAY 0" on the input; each answer is its seconds. */
#include "bench.h"
#include "floor.h"
#include "apply/conv.h"
#include "kernels/drivers.h"

#include <cblas.h>

enum { TAPS = 3, F = 64, WIDE = TAPS * F };
static const int hops[TAPS] = {0, 1, 2};

typedef struct job {
  khop_rings *rings, *one[TAPS]; /* all three, and each by itself */
  khop_taps *taps;
  khop_i_conv conv;
  khop_i_matrix matrix;
  int n;
  float *x, *y, *dx, *w, *dw, *bias, *work, *packed;
} job;

static void fill(float *block, int64_t count) {
  uint32_t state = 1;
  for (int64_t i = 0; i < count; i++) {
    state = state * 1664525u + 1013904223u;
    block[i] = (float)(state >> 8) * 0x1p-24f - 0.5f;
  }
}

static void forward(job *j) { khop_i_conv_forward(j->y, &j->conv, &j->matrix, j->w, j->work, j->packed); }

static void backward(job *j) {
  khop_i_column_sums(j->bias, j->y, F, j->n, F);
  khop_i_conv_backward(j->dx, j->dw, &j->conv, &j->matrix, j->w, j->y, j->work, j->packed);
}

static void gemm(job *j) {
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, j->n, WIDE, F, 1, j->x, F, j->w, WIDE, 0, j->work, WIDE);
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, j->n, F, WIDE, 1, j->work, WIDE, j->w, WIDE, 1, j->dx, F);
  cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, F, WIDE, j->n, 1, j->x, F, j->work, WIDE, 0, j->packed, WIDE);
}

static void pass(const job *j) {
  for (int t = 0; t < TAPS; t++) gather_floor(j->one[t], j->work + t * F, WIDE, F);
  for (int t = 0; t < TAPS; t++) gather_floor(j->one[t], j->y, F, F);
}

static double answer(job *j, const char *way) {
  double seconds;
  if (!strcmp(way, "forward"))
    FASTEST(seconds, forward(j));
  else if (!strcmp(way, "backward"))
    FASTEST(seconds, backward(j));
  else if (!strcmp(way, "gemm"))
    FASTEST(seconds, gemm(j));
  else
    FASTEST(seconds, pass(j));
  return seconds;
}

int main(int argc, char **argv) {
  if (argc != 2) usage("bench_layer GRAPH");
  job j = {0};
  khop_data *data = load(argv[1]);
  const khop_graph *graph = khop_data_graph(data);
  must(khop_rings_build(&j.rings, graph, TAPS, hops, NULL));
  for (int t = 0; t < TAPS; t++) must(khop_rings_build(&j.one[t], graph, 1, &hops[t], NULL));
  must(khop_taps_new(&j.taps, j.rings, TAPS, hops, KHOP_NORM_SYM, false));
  int64_t n = khop_graph_nodes(graph);
  j.n = (int)n;
  j.conv = (khop_i_conv){.taps = j.taps, .f = F, .g = F, .gather_first = khop_i_conv_gathers_first(F, F, false), .groups = 1};
  int slot[TAPS];
  khop_i_taps_slots(slot, j.taps);
  j.conv.packed = khop_i_conv_takes_packed(&j.conv, j.rings, TAPS, slot);
  int64_t room = khop_i_conv_workspace(&j.conv, n);
  j.x = numbers(n * F), j.y = numbers(n * F), j.dx = numbers(n * F);
  j.work = numbers(room > n * WIDE ? room : n * WIDE); /* the products alone take n * WIDE */
  j.w = numbers(F * WIDE), j.dw = numbers(F * WIDE), j.packed = numbers(F * WIDE), j.bias = numbers(F);
  fill(j.x, n * F);
  fill(j.w, F * WIDE);
  j.matrix = (khop_i_matrix){.rows = n, .columns = F, .dense = j.x, .ld = F};
  char way[16];
  long long none;
  while (scanf("%15s %lld", way, &none) == 2) {
    printf("%.9g\n", answer(&j, way));
    fflush(stdout);
  }
  khop_taps_free(j.taps);
  khop_rings_free(j.rings);
  for (int t = 0; t < TAPS; t++) khop_rings_free(j.one[t]);
  khop_data_free(data);
  float *blocks[] = {j.x, j.y, j.dx, j.work, j.w, j.dw, j.packed, j.bias};
  for (int b = 0; b < 8; b++) khop_i_free(blocks[b]);
  return 0;
}
