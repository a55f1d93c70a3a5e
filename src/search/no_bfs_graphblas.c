/* no_bfs_graphblas.c: in the place of bfs_graphblas.c where khop is built without it: no matrix is made, so nothing
 * searches one. */
#include "search/bfs_graphblas.h"
#include "base/error.h"

static khop_status refuse(void) {
  return khop_i_fail(KHOP_E_UNSUPPORTED, "built without GraphBLAS: walks, and rings searched by products, cannot be built");
}

khop_status khop_i_adjacency_new(khop_i_adjacency **adjacency, const khop_graph *graph, khop_direction direction,
                                 khop_operator op) {
  (void)graph, (void)direction, (void)op;
  *adjacency = NULL;
  return refuse();
}

void khop_i_adjacency_free(khop_i_adjacency *adjacency) { (void)adjacency; }

khop_status khop_i_bfs_graphblas(const khop_i_adjacency *adjacency, khop_operator op, bool symmetric, int64_t rows,
                                 const int64_t *sources, int count, const int *hops, khop_i_visit visit,
                                 void *context) {
  (void)adjacency, (void)op, (void)symmetric, (void)rows, (void)sources, (void)count, (void)hops, (void)visit;
  (void)context;
  return refuse();
}
