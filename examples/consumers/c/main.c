/* Rings of a path of five nodes: node 0 has one node at each distance. */
#include <khop/khop.h>
#include <stdio.h>

int main(void) {
  const int64_t from[] = {0, 1, 2, 3}, to[] = {1, 2, 3, 4};
  const int hops[] = {1, 2, 4};
  khop_graph *graph = NULL;
  khop_rings *rings = NULL;
  if (khop_graph_from_coo(&graph, 5, 4, from, to, false) || khop_rings_build(&rings, graph, 3, hops, NULL)) {
    fprintf(stderr, "%s\n", khop_message());
    return 1;
  }
  for (int slot = 0; slot < 3; slot++) {
    const int32_t *columns;
    int64_t count = khop_rings_row(rings, slot, 0, &columns, NULL);
    printf("hop %d: %lld node, %d\n", hops[slot], (long long)count, (int)columns[0]);
  }
  khop_rings_free(rings);
  khop_graph_free(graph);
  return 0;
}
