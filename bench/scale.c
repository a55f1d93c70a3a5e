/* scale.c: a build of rings of as many entries as one likes, to see how it grows.
 *
 * bench_scale FAMILY NODES: "grid", a periodic square, hops 1 to 4, 40 entries a node, neighbours near in
 * memory; "random", each node joined to three drawn ones, hops 1 and 2, some 36 entries a node, neighbours
 * anywhere. Prints entries, seconds, and bytes: of the rings, and at most while they were built. */
#include "bench.h"

static khop_graph *grid(int64_t nodes) {
  khop_graph *graph;
  int64_t side = 1;
  while ((side + 1) * (side + 1) <= nodes) side++;
  must(khop_graph_grid(&graph, 2, (int64_t[]){side, side}, (bool[]){true, true}, false, false));
  return graph;
}

static khop_graph *joined_at_random(int64_t nodes) {
  khop_graph *graph;
  int64_t *from, *to;
  uint64_t state = 1;
  must(khop_i_alloc_raw(&from, 3 * nodes, sizeof *from, "edges"));
  must(khop_i_alloc_raw(&to, 3 * nodes, sizeof *to, "edges"));
  for (int64_t i = 0; i < 3 * nodes; i++) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    from[i] = i / 3;
    to[i] = (int64_t)(state >> 33) % nodes;
  }
  must(khop_graph_from_coo(&graph, nodes, 3 * nodes, from, to, false));
  khop_i_free(from);
  khop_i_free(to);
  return graph;
}

int main(int argc, char **argv) {
  if (argc != 3 || atoll(argv[2]) < 16) usage("bench_scale grid|random NODES, at least 16");
  bool near = strcmp(argv[1], "grid") == 0;
  khop_graph *graph = near ? grid(atoll(argv[2])) : joined_at_random(atoll(argv[2]));
  khop_rings *rings;
  const int hops[] = {1, 2, 3, 4};
  int64_t entries = 0;
  size_t before = khop_bytes_now();
  double start = now();
  must(khop_rings_build(&rings, graph, near ? 4 : 2, hops, NULL));
  double seconds = now() - start;
  for (int s = 0; s < khop_rings_slots(rings); s++) entries += khop_rings_entries(rings, s);
  printf("nodes %lld\nentries %lld\nseconds %.9g\nbytes %zu\npeak %zu\n", (long long)khop_graph_nodes(graph),
         (long long)entries, seconds, khop_rings_bytes(rings), khop_bytes_peak() - before);
  khop_rings_free(rings);
  khop_graph_free(graph);
  return 0;
}
