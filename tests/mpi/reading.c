/* reading.c: a file that the ranks of MPI read together, as checksums that do not depend on who owns what: a sum over
 * all nodes of their names and rings, in the numbers of one process. mpi.sh compares the lines.
 *
 *   reading alone FILE    khop_graph_read, without MPI
 *   reading ranks FILE    khop_shard_read
 *   reading moved FILE    and renumbered by PT-Scotch; last a line on ghosts and bytes before and after
 *   reading peak FILE     what the largest rank held while it read; peak-alone: one process, without MPI
 *   reading gone FILE     the last rank has no such file */
#include <khop/khop.h>
#include <khop/petsc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { HOPS = 3 };
static const int hops[HOPS] = {0, 1, 2};

static _Noreturn void say_and_leave(const char *why, const khop_exchange *e) {
  if (!e || e->rank == 0) fprintf(stderr, "reading: %s\n", why);
  if (e) PetscFinalize();
  exit(1);
}

static uint64_t mix(uint64_t hash, const void *bytes, size_t size) { /* FNV-1a */
  for (size_t b = 0; b < size; b++) hash = (hash ^ ((const unsigned char *)bytes)[b]) * UINT64_C(0x100000001b3);
  return hash;
}

static int ascending(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

/* Of a node, its name, and the nodes of a ring of it. */
static uint64_t mix_row(int64_t node, const char *name, int64_t count, const int32_t *column, const int64_t *nodes,
                        const int64_t *origin) {
  int64_t *list = malloc(((size_t)count + 1) * sizeof *list);
  if (!list) abort();
  for (int64_t k = 0; k < count; k++) {
    int64_t to = nodes ? nodes[column[k]] : column[k];
    list[k] = origin ? origin[to] : to;
  }
  qsort(list, (size_t)count, sizeof *list, ascending);
  uint64_t hash = mix(mix(UINT64_C(0xcbf29ce484222325), &node, sizeof node), list, (size_t)count * sizeof *list);
  free(list);
  return name ? mix(hash, name, strlen(name)) : hash;
}

/* --- alone ------------------------------------------------------------------------------------ */

static const char *name_of(const khop_graph *graph, int64_t node) {
  for (int c = 0; c < khop_graph_columns(graph); c++) {
    const khop_column *column = khop_graph_column(graph, c);
    if (!strcmp(column->name, "name") || !strcmp(column->name, "id")) return column->strings[node];
  }
  return NULL;
}

static void ask_alone(const char *path) {
  khop_graph *graph;
  khop_rings *rings;
  if (khop_graph_read(&graph, path, NULL) || khop_rings_build(&rings, graph, HOPS, hops, NULL))
    say_and_leave(khop_message(), NULL);
  for (int slot = 0; slot < HOPS; slot++) {
    uint64_t sum = 0;
    for (int64_t i = 0; i < khop_graph_nodes(graph); i++) {
      const int32_t *column;
      const khop_real *values;
      int64_t count = khop_rings_row(rings, slot, i, &column, &values);
      sum += mix_row(i, name_of(graph, i), count, column, NULL, NULL);
    }
    printf("hop %d: %016llx\n", hops[slot], (unsigned long long)sum);
  }
  khop_rings_free(rings);
  khop_graph_free(graph);
}

/* --- by ranks --------------------------------------------------------------------------------- */

/* (N) the numbers of one process of all nodes, on every rank; NULL: they are those of the shard. */
static int64_t *gather_origins(const khop_shard *shard, const khop_exchange *e) {
  if (!khop_shard_origin(shard)) return NULL;
  int *counts = calloc((size_t)e->ranks, sizeof *counts), *starts = calloc((size_t)e->ranks, sizeof *starts);
  int64_t *origin = malloc((size_t)khop_shard_nodes(shard) * sizeof *origin);
  int rows = (int)khop_shard_rows(shard), first = (int)khop_shard_first(shard);
  if (!counts || !starts || !origin) abort();
  (void)MPI_Allgather(&rows, 1, MPI_INT, counts, 1, MPI_INT, MPI_COMM_WORLD);
  (void)MPI_Allgather(&first, 1, MPI_INT, starts, 1, MPI_INT, MPI_COMM_WORLD);
  (void)MPI_Allgatherv(khop_shard_origin(shard), rows, MPI_INT64_T, origin, counts, starts, MPI_INT64_T,
                       MPI_COMM_WORLD);
  free(counts);
  free(starts);
  return origin;
}

static double sum_of(double own) {
  double all = 0;
  (void)MPI_Allreduce(&own, &all, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  return all;
}

/* Ghosts of all ranks within two hops. */
static double ask_ranks(khop_shard *shard, const khop_exchange *e, bool print) {
  khop_shard_rings *rings;
  const int64_t *nodes;
  char text[256];
  if (khop_shard_rings_build(&rings, shard, HOPS, hops, NULL)) say_and_leave(khop_message(), e);
  int64_t *origin = gather_origins(shard, e), all = khop_shard_rings_nodes(rings, &nodes);
  for (int slot = 0; print && slot < HOPS; slot++) {
    uint64_t sum = 0, whole = 0;
    for (int64_t i = 0; i < khop_shard_rows(shard); i++) {
      const int32_t *column;
      const khop_real *values;
      int64_t count = khop_shard_rings_row(rings, slot, i, &column, &values), node = khop_shard_first(shard) + i;
      sum += mix_row(origin ? origin[node] : node, khop_shard_name(text, sizeof text, shard, i), count, column, nodes,
                     origin);
    }
    (void)MPI_Reduce(&sum, &whole, 1, MPI_UINT64_T, MPI_SUM, 0, MPI_COMM_WORLD);
    if (e->rank == 0) printf("hop %d: %016llx\n", hops[slot], (unsigned long long)whole);
  }
  free(origin);
  khop_shard_rings_free(rings);
  return sum_of((double)(all - khop_shard_rows(shard)));
}

static khop_shard *move(khop_shard *shard, const khop_exchange *e) {
  const int64_t *offsets, *targets;
  khop_shard *moved;
  int *owner = malloc(((size_t)khop_shard_rows(shard) + 1) * sizeof *owner);
  if (!owner) abort();
  if (khop_shard_neighbours(&offsets, &targets, shard)) say_and_leave(khop_message(), e);
  if (khop_petsc_partition(owner, e, khop_shard_rows(shard), offsets, targets))
    say_and_leave(e->message(e->context), e);
  if (khop_shard_renumber(&moved, shard, owner)) say_and_leave(khop_message(), e);
  free(owner);
  khop_shard_free(shard);
  return moved;
}

static long peak(void) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  return used.ru_maxrss / 1024;
}

static void tell_peak(long before, const khop_exchange *e) {
  long own[2] = {peak(), before}, most[2] = {0, 0};
  (void)MPI_Reduce(own, most, 2, MPI_LONG, MPI_MAX, 0, MPI_COMM_WORLD);
  if (e->rank == 0) printf("%d ranks: %ld MB at most on one, of which %ld MB before it read\n", e->ranks, most[0], most[1]);
}

int main(int argc, char **argv) {
  khop_exchange e;
  khop_shard *shard;
  if (argc != 3) return fprintf(stderr, "reading alone|ranks|moved|peak|peak-alone|gone FILE\n"), 2;
  const char *how = argv[1], *path = argv[2];
  if (strcmp(how, "alone") == 0) return ask_alone(path), 0;
  if (strcmp(how, "peak-alone") == 0) {
    khop_graph *graph;
    if (khop_graph_read(&graph, path, NULL)) say_and_leave(khop_message(), NULL);
    printf("one process: %ld MB\n", peak());
    khop_graph_free(graph);
    return 0;
  }
  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  if (khop_petsc_open(&e, PETSC_COMM_WORLD)) return fprintf(stderr, "%s\n", khop_petsc_message(&e)), 1;
  if (strcmp(how, "gone") == 0 && e.rank == e.ranks - 1) path = "gone.txt";
  long before = peak();
  if (khop_shard_read(&shard, &e, path, NULL)) say_and_leave(khop_message(), &e);
  if (strcmp(how, "peak") == 0) {
    tell_peak(before, &e);
  } else if (strcmp(how, "moved") == 0) {
    double ghosts = ask_ranks(shard, &e, false);
    shard = move(shard, &e);
    double left = ask_ranks(shard, &e, true);
    if (e.rank == 0) fprintf(stderr, "ghosts of all ranks within two hops: %.0f renumbered %.0f\n", ghosts, left);
  } else {
    ask_ranks(shard, &e, true);
  }
  khop_shard_free(shard);
  khop_petsc_close(&e);
  return PetscFinalize();
}
