/* ranks.c: what a graph gives on the ranks of MPI, as checksums: each line a question, and 64 bits
 * of all rows of rings and products. mpi.sh compares the lines of 1 to 4 ranks with those of khop
 * alone.
 *
 *   ranks whole GRAPH     khop alone, without MPI
 *   ranks shard GRAPH     as shards of the ranks
 *   ranks ladder GRAPH    ladders, as shards of the ranks
 *   ranks traffic GRAPH   bytes and messages that PETSc sends, beside those that are predicted
 *   ranks CASE GRAPH      the last rank differs in its graph, direction or memory; reads more than
 *                         PETSc has numbers for: many; dies: killed; or MPI has no threads: single
 *
 * GRAPH is a data set, or "randomN" for one that is drawn. */
#include <khop/khop.h>
#include <khop/petsc.h>
#include <petsclog.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 5, HOPS = 3 };
static const int hops[HOPS] = {0, 1, 2};

static _Noreturn void say_and_leave(const khop_exchange *e) {
  if (!e || e->rank == 0) fprintf(stderr, "ranks: %s\n", khop_message());
  PetscBool up = PETSC_FALSE;
  PetscInitialized(&up);
  if (up) PetscFinalize();
  exit(1);
}

/* --- the graph -------------------------------------------------------------------------------- */

static uint64_t state;
static int64_t draw(int64_t below) { /* Knuth's MMIX */
  state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (int64_t)((state >> 33) % (uint64_t)below);
}

/* A hub, some edges, and nodes that have none; directed where the seed is odd. */
static khop_graph *draw_graph(uint64_t seed) {
  enum { NODES = 150, EDGES = 300 };
  int64_t from[EDGES], to[EDGES];
  khop_graph *graph;
  state = seed;
  for (int e = 0; e < EDGES; e++) from[e] = draw(NODES - 10), to[e] = e % 4 ? draw(NODES - 10) : 7;
  if (khop_graph_from_coo(&graph, NODES, EDGES, from, to, seed % 2)) say_and_leave(NULL);
  return graph;
}

static khop_data *data;
static khop_graph *drawn;

static const khop_graph *open_graph(const char *name) {
  if (strncmp(name, "random", 6) == 0) return drawn = draw_graph((uint64_t)atoi(name + 6));
  if (khop_data_load(&data, name, NULL)) say_and_leave(NULL);
  return khop_data_graph(data);
}

/* --- checksums -------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t hash, const void *bytes, size_t size) { /* FNV-1a */
  for (size_t b = 0; b < size; b++)
    hash = (hash ^ ((const unsigned char *)bytes)[b]) * UINT64_C(0x100000001b3);
  return hash;
}

/* Of all ranks' bytes, in their order; that of rank 0. */
static uint64_t mix_all(uint64_t hash, const void *own, size_t size, const khop_exchange *e) {
  if (!e) return mix(hash, own, size);
  int count = (int)size, *counts = calloc((size_t)e->ranks, sizeof *counts);
  int *starts = calloc((size_t)e->ranks + 1, sizeof *starts);
  if (!counts || !starts) abort();
  (void)MPI_Gather(&count, 1, MPI_INT, counts, 1, MPI_INT, 0, MPI_COMM_WORLD);
  for (int r = 0; r < e->ranks; r++) starts[r + 1] = starts[r] + counts[r];
  char *all = malloc((size_t)starts[e->ranks] + 1);
  if (!all) abort();
  (void)MPI_Gatherv(own, count, MPI_BYTE, all, counts, starts, MPI_BYTE, 0, MPI_COMM_WORLD);
  hash = mix(hash, all, (size_t)starts[e->ranks]);
  free(all);
  free(counts);
  free(starts);
  return hash;
}

/* --- one question ----------------------------------------------------------------------------- */

typedef struct question {
  khop_rings_options options;
  khop_norm norm;
  bool loop;
  unsigned flags;
} question;

typedef struct answer {
  int64_t first, rows;
  const khop_rings *whole;
  const khop_shard_rings *mine;
} answer;

/* The rows of rings in the numbers of the graph: their lengths, then their columns. */
static uint64_t mix_rings(uint64_t hash, const answer *a, const khop_exchange *e) {
  const int64_t *nodes = NULL;
  if (a->mine) khop_shard_rings_nodes(a->mine, &nodes);
  for (int slot = 0; slot < HOPS; slot++) {
    int64_t count = 0, room = 1024, *list = malloc((size_t)room * sizeof *list);
    for (int64_t i = 0; i < a->rows; i++) {
      const int32_t *columns;
      const khop_real *values;
      int64_t length = a->mine ? khop_shard_rings_row(a->mine, slot, i, &columns, &values)
                               : khop_rings_row(a->whole, slot, i, &columns, &values);
      if (length < 0) length = 0; /* of a form without rows */
      if (count + 2 * length + 1 > room)
        list = realloc(list, (size_t)(room = 2 * (count + 2 * length + 1)) * sizeof *list);
      if (!list) abort();
      list[count++] = length;
      for (int64_t k = 0; k < length; k++) list[count++] = nodes ? nodes[columns[k]] : columns[k];
      for (int64_t k = 0; values && k < length; k++) list[count++] = (int64_t)values[k];
    }
    hash = mix_all(hash, list, (size_t)count * sizeof *list, e);
    free(list);
  }
  return hash;
}

static void make_features(khop_real *x, int64_t first, int64_t count) {
  for (int64_t i = 0; i < count; i++)
    x[i] = (khop_real)((double)(((uint64_t)(first + i) * 2654435761u) & 0xffffff) / 16777216 - 0.5);
}

static uint64_t ask_whole(const question *q, const khop_graph *graph) {
  khop_rings *rings;
  khop_taps *taps;
  int64_t n = khop_graph_nodes(graph),
          in = COLUMNS * (q->flags == (KHOP_CONCAT | KHOP_TRANSPOSE) ? HOPS : 1);
  int64_t out = COLUMNS * (q->flags == KHOP_CONCAT ? HOPS : 1);
  khop_real *x = malloc((size_t)(n * in) * sizeof *x), *y = calloc((size_t)(n * out), sizeof *y);
  make_features(x, 0, n * in);
  if (khop_rings_build(&rings, graph, HOPS, hops, &q->options) ||
      khop_taps_new(&taps, rings, HOPS, hops, q->norm, q->loop) ||
      khop_apply(y, out, taps, x, in, COLUMNS, q->flags))
    say_and_leave(NULL);
  uint64_t hash = mix_rings(1, &(answer){.rows = n, .whole = rings}, NULL);
  hash = mix_all(hash, y, (size_t)(n * out) * sizeof *y, NULL);
  khop_taps_free(taps);
  khop_rings_free(rings);
  free(x);
  free(y);
  return hash;
}

static uint64_t ask_shard(const question *q, khop_shard *shard, const khop_exchange *e) {
  khop_shard_rings *rings;
  khop_shard_taps *taps;
  int64_t n = khop_shard_rows(shard),
          in = COLUMNS * (q->flags == (KHOP_CONCAT | KHOP_TRANSPOSE) ? HOPS : 1);
  int64_t out = COLUMNS * (q->flags == KHOP_CONCAT ? HOPS : 1);
  khop_real *x = malloc((size_t)(n * in + 1) * sizeof *x),
            *y = calloc((size_t)(n * out + 1), sizeof *y);
  make_features(x, khop_shard_first(shard) * in, n * in);
  if (khop_shard_rings_build(&rings, shard, HOPS, hops, &q->options) ||
      khop_shard_taps_new(&taps, rings, HOPS, hops, q->norm, q->loop, q->flags & KHOP_TRANSPOSE) ||
      khop_shard_apply(y, out, taps, x, in, COLUMNS, q->flags))
    say_and_leave(e);
  uint64_t hash = mix_rings(1, &(answer){.rows = n, .mine = rings}, e);
  hash = mix_all(hash, y, (size_t)(n * out) * sizeof *y, e);
  khop_shard_taps_free(taps);
  khop_shard_rings_free(rings);
  free(x);
  free(y);
  return hash;
}

/* Every operator, direction, form, norm and way, not all of their combinations: those are tested by
 * threads. */
static void ask_all(const khop_graph *graph, khop_shard *shard, const khop_exchange *e) {
  static const unsigned ways[] = {0, KHOP_CONCAT, KHOP_TRANSPOSE, KHOP_CONCAT | KHOP_TRANSPOSE};
  for (int k = 0; k < 27; k++) {
    question q = {.options = {.size = sizeof q.options,
                              .direction = (khop_direction)(k % 3),
                              .op = (khop_operator)(k / 3 % 4)},
                  .norm = (khop_norm)(k % 4),
                  .loop = k % 5 < 2,
                  .flags = ways[(k + k / 12) / 2 % 4]};
    if (q.options.op == KHOP_RING && k >= 12) q.options.form = k < 24 ? KHOP_MATRIX_FREE : KHOP_BITMAP;
    uint64_t hash = shard ? ask_shard(&q, shard, e) : ask_whole(&q, graph);
    if (!e || e->rank == 0)
      printf("operator %d direction %d form %d norm %d loop %d flags %u: %016llx\n",
             (int)q.options.op, (int)q.options.direction, (int)q.options.form, (int)q.norm, q.loop,
             q.flags, (unsigned long long)hash);
  }
}

/* Ladders, whose bits are the same for any number of ranks. */
static void ask_ladders(const khop_graph *graph, khop_shard *shard, const khop_exchange *e) {
  (void)graph;
  for (int k = 0; k < 8; k++) {
    question q = {.options = {.size = sizeof q.options, .direction = (khop_direction)(k % 3), .form = KHOP_LADDER},
                  .norm = (khop_norm)(k % 4),
                  .flags = k < 4 ? 0 : KHOP_TRANSPOSE};
    uint64_t hash = ask_shard(&q, shard, e);
    if (e->rank == 0) printf("ladder %d: %016llx\n", k, (unsigned long long)hash);
  }
}

/* --- what is sent
 * --------------------------------------------------------------------------------- */

/* Of products of all ranks together: sent, by PETSc's count, and predicted. */
static void count_traffic(const khop_graph *graph, khop_shard *shard, const khop_exchange *e) {
  for (int k = 0; k < 6; k++) {
    int furthest = 1 + k % 3;
    khop_rings_options options = {.size = sizeof options, .form = k < 3 ? KHOP_STORED : KHOP_LADDER};
    khop_shard_rings *rings;
    khop_shard_taps *taps;
    int64_t n = khop_shard_rows(shard);
    double wanted[2] = {0, 0}, sent[2], all[2];
    khop_shard_cost *costs = calloc((size_t)e->ranks, sizeof *costs);
    khop_real *x = calloc((size_t)n * COLUMNS + 1, sizeof *x),
              *y = calloc((size_t)n * COLUMNS + 1, sizeof *y);
    if (!costs || !x || !y) abort();
    if ((k < 3 ? khop_shard_predict : khop_shard_predict_ladder)(costs, graph, e->ranks, furthest, KHOP_OUT) ||
        khop_shard_rings_build(&rings, shard, 1, &furthest, &options) ||
        khop_shard_taps_new(&taps, rings, 1, &furthest, KHOP_NORM_ROW, false, false))
      say_and_leave(e);
    for (int r = 0; r < e->ranks; r++)
      wanted[0] += COLUMNS * costs[r].product_bytes, wanted[1] += costs[r].product_messages;
    sent[0] = petsc_isend_len, sent[1] = petsc_isend_ct;
    if (khop_shard_apply(y, COLUMNS, taps, x, COLUMNS, COLUMNS, 0)) say_and_leave(e);
    sent[0] = petsc_isend_len - sent[0], sent[1] = petsc_isend_ct - sent[1];
    (void)MPI_Reduce(sent, all, 2, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD);
    if (e->rank == 0)
      printf("hop %d: %.0f bytes and %.0f messages sent, %.0f and %.0f predicted\n", furthest,
             all[0], all[1], wanted[0], wanted[1]);
    khop_shard_taps_free(taps);
    khop_shard_rings_free(rings);
    free(costs);
    free(x);
    free(y);
  }
}

/* --- ranks that differ
 * ------------------------------------------------------------------------------ */

/* Of rank 0, which has one item. */
static void read_many(const khop_exchange *e) {
  void *pattern;
  int64_t length = e->rank == e->ranks - 1 ? (int64_t)1 << 32 : 1;
  khop_status status = e->open(&pattern, 1, 1, &(int){0}, &(int64_t){0}, &length, e->context);
  if (status == KHOP_OK) puts("nothing was odd");
  else if (e->rank == e->ranks - 1) fprintf(stderr, "ranks: %s\n", e->message(e->context));
  PetscFinalize();
  exit(status != KHOP_OK);
}

static void be_odd(const char *how, const khop_graph *graph, const khop_exchange *e) {
  khop_shard *shard;
  khop_shard_rings *rings;
  bool odd = e->rank == e->ranks - 1;
  if (!strcmp(how, "many")) read_many(e);
  if (odd && !strcmp(how, "killed")) raise(SIGKILL);
  khop_rings_options options = {.size = sizeof options,
                                .direction = odd && !strcmp(how, "direction") ? KHOP_IN : KHOP_OUT,
                                .max_bytes = odd && !strcmp(how, "memory") ? 1 : 0};
  if (odd && !strcmp(how, "graph")) graph = drawn = draw_graph(77);
  if (khop_shard_of(&shard, e, graph) ||
      khop_shard_rings_build(&rings, shard, HOPS, hops, &options))
    say_and_leave(e);
  puts("nothing was odd");
}

int main(int argc, char **argv) {
  if (argc != 3)
    return fprintf(stderr, "ranks whole|shard|traffic|graph|direction|memory|many|killed|single GRAPH\n"), 2;
  if (strcmp(argv[1], "whole") == 0) {
    ask_all(open_graph(argv[2]), NULL, NULL);
    khop_data_free(data);
    khop_graph_free(drawn);
    return 0;
  }
  khop_exchange e;
  int provided, rank;
  if (strcmp(argv[1], "single") == 0) MPI_Init_thread(&argc, &argv, MPI_THREAD_SINGLE, &provided);
  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  if (khop_petsc_open(&e, PETSC_COMM_WORLD) != KHOP_OK) {
    if (rank == 0) fprintf(stderr, "ranks: %s\n", khop_petsc_message(&e));
    PetscFinalize();
    return 1;
  }
  const khop_graph *graph = open_graph(argv[2]);
  static const struct {
    const char *name;
    void (*run)(const khop_graph *, khop_shard *, const khop_exchange *);
  } questions[] = {{"shard", ask_all}, {"ladder", ask_ladders}, {"traffic", count_traffic}};
  int asked = 0;
  while (asked < 3 && strcmp(argv[1], questions[asked].name)) asked++;
  if (asked < 3) {
    khop_shard *shard;
    if (khop_shard_of(&shard, &e, graph)) say_and_leave(&e);
    questions[asked].run(graph, shard, &e);
    khop_shard_free(shard);
  } else {
    be_odd(argv[1], graph, &e);
  }
  khop_petsc_close(&e);
  khop_data_free(data);
  khop_graph_free(drawn);
  return PetscFinalize();
}
