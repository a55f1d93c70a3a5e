/* rings.c: building rings 1 to K of a graph: khop by bits and by products, the floor, and igraph.
 *
 * bench_rings GRAPH K, then questions: "entries 0", "check 0" (0: the floor's bits and khop's are the
 * same), and for seconds "khop 0", "products 0", "floor 0", "igraph S": from every S-th node, times S. */
#include "rings_floor.h"

#include "forms/rings.h"

#include <igraph/igraph.h>

typedef struct job {
  const khop_graph *graph;
  int hops, hop[64];
  igraph_t peer;
} job;

static khop_rings *build(const job *j, khop_search search) {
  khop_rings *rings;
  must(khop_rings_build(&rings, j->graph, j->hops, j->hop, &(khop_rings_options){.search = search}));
  return rings;
}

static void run_floor(const job *j) {
  floor_rings f = floor_build(j->graph, j->hops);
  floor_free(&f);
}

static void make_peer(job *j) {
  int64_t n = khop_graph_nodes(j->graph), place = 0;
  const int64_t *offsets = khop_graph_offsets(j->graph);
  const int32_t *targets = khop_graph_targets(j->graph);
  igraph_vector_int_t ends;
  igraph_vector_int_init(&ends, offsets[n]);
  for (int64_t i = 0; i < n; i++)
    for (int64_t a = offsets[i]; a < offsets[i + 1]; a++)
      if (targets[a] > i) VECTOR(ends)[place++] = i, VECTOR(ends)[place++] = targets[a];
  igraph_create(&j->peer, &ends, n, false);
  igraph_vector_int_destroy(&ends);
}

/* igraph_neighborhood with order = mindist = k for each k; returns the entries found. */
static int64_t run_igraph(const job *j, int64_t step) {
  int64_t entries = 0, n = khop_graph_nodes(j->graph);
  igraph_vector_int_t sources;
  igraph_vector_int_list_t lists;
  igraph_vector_int_init(&sources, 0);
  igraph_vector_int_list_init(&lists, 0);
  for (int64_t i = 0; i < n; i += step) igraph_vector_int_push_back(&sources, i);
  for (int k = 1; k <= j->hops; k++) {
    igraph_neighborhood(&j->peer, &lists, igraph_vss_vector(&sources), k, IGRAPH_ALL, k);
    for (int64_t i = 0; i < igraph_vector_int_list_size(&lists); i++)
      entries += igraph_vector_int_size(igraph_vector_int_list_get_ptr(&lists, i));
  }
  igraph_vector_int_list_destroy(&lists);
  igraph_vector_int_destroy(&sources);
  return entries;
}

static double check(const job *j) {
  floor_rings f = floor_build(j->graph, j->hops);
  int64_t cells = f.nodes * f.hops;
  double wrong = 0;
  for (int search = KHOP_SEARCH_BITS; search <= KHOP_SEARCH_GRAPHBLAS; search++) {
    khop_rings *rings = build(j, (khop_search)search);
    wrong += memcmp(rings->csr->offsets, f.offsets, (size_t)(cells + 1) * sizeof *f.offsets) != 0 ||
             memcmp(rings->csr->columns, f.columns, (size_t)f.offsets[cells] * sizeof *f.columns) != 0;
    khop_rings_free(rings);
  }
  wrong += run_igraph(j, 1) != f.offsets[cells];
  floor_free(&f);
  return wrong;
}

static double answer(job *j, const char *way, int64_t step) {
  double seconds;
  if (!strcmp(way, "check")) return check(j);
  if (!strcmp(way, "entries")) {
    khop_rings *rings = build(j, KHOP_SEARCH_BITS);
    int64_t entries = rings->csr->offsets[rings->nodes * rings->slots];
    khop_rings_free(rings);
    return (double)entries;
  }
  if (!strcmp(way, "igraph")) {
    FASTEST(seconds, run_igraph(j, step));
    return seconds * (double)step;
  }
  if (!strcmp(way, "floor"))
    FASTEST(seconds, run_floor(j));
  else
    FASTEST(seconds, khop_rings_free(build(j, strcmp(way, "products") ? KHOP_SEARCH_BITS
                                                                       : KHOP_SEARCH_GRAPHBLAS)));
  return seconds;
}

int main(int argc, char **argv) {
  if (argc != 3 || atoi(argv[2]) < 1 || atoi(argv[2]) > 64) usage("bench_rings GRAPH K, K up to 64");
  job j = {.hops = atoi(argv[2])};
  khop_data *data = load(argv[1]);
  j.graph = khop_data_graph(data);
  for (int k = 0; k < j.hops; k++) j.hop[k] = k + 1;
  make_peer(&j);
  char way[16];
  long long step;
  while (scanf("%15s %lld", way, &step) == 2) {
    printf("%.9g\n", answer(&j, way, step));
    fflush(stdout);
  }
  igraph_destroy(&j.peer);
  khop_data_free(data);
  return 0;
}
