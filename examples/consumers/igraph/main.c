/* Rings of an igraph_t, against igraph's own neighbourhoods. igraph's handlers, its cleanup stack and its attribute
 * table are what they were before the call. */
#include <khop/igraph.h>
#include <khop/khop.h>
#include <stdio.h>

static khop_graph *take(const igraph_t *source) {
  khop_graph *graph = NULL;
  if (khop_graph_from_igraph(&graph, source)) fprintf(stderr, "%s\n", khop_message());
  return graph;
}

/* How many nodes are at distance 2 of a node: the ball of 2 without that of 1. */
static int64_t by_igraph(const igraph_t *source, igraph_integer_t node) {
  igraph_vector_int_t size;
  igraph_vector_int_init(&size, 0);
  igraph_neighborhood_size(source, &size, igraph_vss_1(node), 2, IGRAPH_ALL, 2);
  int64_t count = VECTOR(size)[0];
  igraph_vector_int_destroy(&size);
  return count;
}

int main(void) {
  igraph_t source;
  const int hops[] = {2};
  khop_rings *rings = NULL;
  int differ = 0;
  igraph_famous(&source, "Zachary");
  khop_graph *graph = take(&source);
  if (!graph || khop_rings_build(&rings, graph, 1, hops, NULL)) return 1;
  for (int i = 0; i < 34; i++) {
    const int32_t *columns;
    differ += khop_rings_row(rings, 0, i, &columns, NULL) != by_igraph(&source, i);
  }
  printf("rings of %lld nodes: %d differ from igraph\n", (long long)igraph_vcount(&source), differ);
  khop_rings_free(rings);
  khop_graph_free(graph);
  igraph_destroy(&source); /* it stayed the program's */
  return differ != 0;
}
