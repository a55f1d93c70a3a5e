/* A torus on the ranks of MPI: no rank holds it whole. Each makes the rows that it owns by a formula, finds their rings,
 * and averages features over them. The bits are those of one rank, whatever their number: mpirun -n 4 ./main */
#include <khop/khop.h>
#include <khop/petsc.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 200, NODES = SIDE * SIDE, COLUMNS = 8, DEGREE = 4 };

/* All ranks have the same sentence; the first one says it. */
static int failed(const khop_exchange *exchange) {
  if (exchange->rank == 0) fprintf(stderr, "%s\n", khop_message());
  PetscFinalize();
  return 1;
}

int main(int argc, char **argv) {
  khop_exchange exchange;
  khop_shard *shard;
  khop_shard_rings *rings;
  khop_shard_taps *means;
  const int hops[] = {0, 1, 2};

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  if (khop_petsc_open(&exchange, PETSC_COMM_WORLD)) return fprintf(stderr, "%s\n", khop_petsc_message(&exchange)), 1;

  /* The rows first .. first + rows - 1, and the features of their nodes. */
  int64_t first = (int64_t)NODES * exchange.rank / exchange.ranks;
  int64_t rows = (int64_t)NODES * (exchange.rank + 1) / exchange.ranks - first;
  int64_t *offsets = calloc((size_t)rows + 1, sizeof *offsets), *targets = calloc((size_t)rows * DEGREE + 1, sizeof *targets);
  khop_real *x = calloc((size_t)rows * COLUMNS + 1, sizeof *x), *y = calloc((size_t)rows * COLUMNS + 1, sizeof *y);
  if (!offsets || !targets || !x || !y) MPI_Abort(MPI_COMM_WORLD, 1);
  for (int64_t i = 0; i < rows; i++) {
    int64_t node = first + i, row = node / SIDE * SIDE, column = node % SIDE;
    int64_t around[DEGREE] = {row + (column + 1) % SIDE, row + (column + SIDE - 1) % SIDE, (node + SIDE) % NODES,
                              (node + NODES - SIDE) % NODES};
    memcpy(targets + i * DEGREE, around, sizeof around);
    offsets[i + 1] = (i + 1) * DEGREE;
    for (int c = 0; c < COLUMNS; c++) x[i * COLUMNS + c] = (khop_real)((node * 7919 + c * 104729) % 1000) / 1000;
  }

  if (khop_shard_new(&shard, &exchange, rows, offsets, targets, false) ||
      khop_shard_rings_build(&rings, shard, 3, hops, NULL) ||
      khop_shard_taps_new(&means, rings, 3, hops, KHOP_NORM_ROW, false, false) ||
      khop_shard_apply(y, COLUMNS, means, x, COLUMNS, COLUMNS, 0))
    return failed(&exchange);

  /* Entries of all ranks, and all bits of y together. */
  uint64_t own[2] = {0, 0}, entries = 0, bits = 0;
  for (int slot = 0; slot < 3; slot++) own[0] += (uint64_t)khop_shard_rings_entries(rings, slot);
  for (int64_t i = 0; i < rows * COLUMNS; i++) {
    uint32_t word;
    memcpy(&word, y + i, sizeof word);
    own[1] ^= ((uint64_t)word + 1) * ((uint64_t)(first * COLUMNS + i) * 2 + 1);
  }
  (void)MPI_Reduce(&own[0], &entries, 1, MPI_UINT64_T, MPI_SUM, 0, MPI_COMM_WORLD);
  (void)MPI_Reduce(&own[1], &bits, 1, MPI_UINT64_T, MPI_BXOR, 0, MPI_COMM_WORLD);
  if (exchange.rank == 0)
    printf("a torus of %d nodes: %llu entries of rings 0 to 2, means %016llx\n", NODES, (unsigned long long)entries,
           (unsigned long long)bits);

  khop_shard_taps_free(means);
  khop_shard_rings_free(rings);
  khop_shard_free(shard);
  khop_petsc_close(&exchange);
  free(offsets);
  free(targets);
  free(x);
  free(y);
  return PetscFinalize();
}
