/* ranks.c: what rings and products cost a rank of MPI, beside khop alone: processor time, memory,
 * and whether the bits are the same.
 *
 *   bench_ranks alone DATA HOP COLUMNS                    khop alone
 *   sh tools/ranks 4 bench_ranks shard DATA HOP COLUMNS   on 4 ranks */
#include <khop/khop.h>
#include <khop/petsc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PRODUCTS = 5 };

typedef struct bench {
  const khop_exchange *e; /* NULL: alone */
  khop_data *data;
  const khop_graph *graph;
  int hop;
  int64_t columns, first, rows;
  khop_real *x, *y;
  double build, product; /* seconds of the processor */
  double entries, held; /* bytes of graph, rings and taps, but for the graph where khop is alone */
} bench;

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void need(khop_status status) {
  if (status == KHOP_OK) return;
  fprintf(stderr, "bench_ranks: %s\n", khop_message());
  exit(1);
}

static void open_features(bench *b, int64_t first, int64_t rows) {
  b->first = first, b->rows = rows;
  b->x = malloc((size_t)(rows * b->columns + 1) * sizeof *b->x);
  b->y = malloc((size_t)(rows * b->columns + 1) * sizeof *b->y);
  if (!b->x || !b->y) abort();
  for (int64_t i = 0; i < rows * b->columns; i++)
    b->x[i] = (khop_real)((double)(((uint64_t)(first * b->columns + i) * 2654435761u) & 0xffffff) / 16777216 - 0.5);
}

static void run_alone(bench *b) {
  khop_rings *rings;
  khop_taps *taps;
  size_t before = khop_bytes_now();
  open_features(b, 0, khop_graph_nodes(b->graph));
  double begun = seconds();
  need(khop_rings_build(&rings, b->graph, 1, &b->hop, NULL));
  b->build = seconds() - begun;
  need(khop_taps_new(&taps, rings, 1, &b->hop, KHOP_NORM_ROW, false));
  begun = seconds();
  for (int p = 0; p < PRODUCTS; p++) need(khop_apply(b->y, b->columns, taps, b->x, b->columns, b->columns, 0));
  b->product = (seconds() - begun) / PRODUCTS;
  b->entries = (double)khop_rings_entries(rings, 0);
  b->held = (double)(khop_bytes_now() - before);
  khop_taps_free(taps);
  khop_rings_free(rings);
}

static void run_shard(bench *b) {
  khop_shard *shard;
  khop_shard_rings *rings;
  khop_shard_taps *taps;
  need(khop_shard_of(&shard, b->e, b->graph));
  khop_data_free(b->data); /* a rank keeps its rows */
  b->data = NULL;
  open_features(b, khop_shard_first(shard), khop_shard_rows(shard));
  double begun = seconds();
  need(khop_shard_rings_build(&rings, shard, 1, &b->hop, NULL));
  b->build = seconds() - begun;
  need(khop_shard_taps_new(&taps, rings, 1, &b->hop, KHOP_NORM_ROW, false, false));
  begun = seconds();
  for (int p = 0; p < PRODUCTS; p++) need(khop_shard_apply(b->y, b->columns, taps, b->x, b->columns, b->columns, 0));
  b->product = (seconds() - begun) / PRODUCTS;
  b->entries = (double)khop_shard_rings_entries(rings, 0);
  b->held = (double)khop_bytes_now();
  khop_shard_taps_free(taps);
  khop_shard_rings_free(rings);
  khop_shard_free(shard);
}

/* The bits of all rows together, whoever owns them. */
static uint64_t bits_of(const bench *b) {
  uint64_t bits = 0;
  for (int64_t i = 0; i < b->rows * b->columns; i++) {
    uint64_t word = 0;
    memcpy(&word, b->y + i, sizeof *b->y);
    bits ^= (word + 1) * ((uint64_t)(b->first * b->columns + i) * 2 + 1);
  }
  return bits;
}

int main(int argc, char **argv) {
  khop_exchange e = {0};
  if (argc != 5) return fprintf(stderr, "bench_ranks alone|shard DATA HOP COLUMNS\n"), 2;
  bool shard = strcmp(argv[1], "shard") == 0;
  bench b = {.e = shard ? &e : NULL, .hop = atoi(argv[3]), .columns = atoi(argv[4])};
  if (shard && (PetscInitialize(&argc, &argv, NULL, NULL) || khop_petsc_open(&e, PETSC_COMM_WORLD)))
    return fprintf(stderr, "bench_ranks: %s\n", khop_petsc_message(&e)), 1;
  need(khop_data_load(&b.data, argv[2], NULL));
  b.graph = khop_data_graph(b.data);
  (shard ? run_shard : run_alone)(&b);
  double own[4] = {b.build, b.product, b.held, b.entries}, most[4], sum[4];
  uint64_t bits = bits_of(&b), all = bits;
  memcpy(most, own, sizeof own);
  memcpy(sum, own, sizeof own);
  if (shard) {
    (void)MPI_Reduce(own, most, 4, MPI_DOUBLE, MPI_MAX, 0, MPI_COMM_WORLD);
    (void)MPI_Reduce(own, sum, 4, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD);
    (void)MPI_Reduce(&bits, &all, 1, MPI_UINT64_T, MPI_BXOR, 0, MPI_COMM_WORLD);
  }
  if (e.rank == 0)
    printf("%d ranks: build %.1f ms in all, %.1f of the longest; product %.2f and %.2f; %.0f entries; at most %.1f MB a rank; "
           "%016llx\n", shard ? e.ranks : 1, 1e3 * sum[0], 1e3 * most[0], 1e3 * sum[1], 1e3 * most[1], sum[3], most[2] / 1e6,
           (unsigned long long)all);
  free(b.x);
  free(b.y);
  khop_data_free(b.data);
  if (!shard) return 0;
  khop_petsc_close(&e);
  return PetscFinalize();
}
