/* no_igraph.c: in the place of igraph.c where khop is built without it, and so without the type of khop/igraph.h. */
#include "graph/io/igraph.h"
#include "base/error.h"

KHOP_API khop_status khop_graph_from_igraph(khop_graph **graph, const void *source);

khop_status khop_graph_from_igraph(khop_graph **graph, const void *source) {
  (void)source;
  if (graph) *graph = NULL;
  return khop_i_fail(KHOP_E_UNSUPPORTED, "built without igraph: its graphs cannot be taken");
}

khop_status khop_i_graph_layout(double *x, double *y, const khop_graph *graph) {
  (void)x, (void)y, (void)graph;
  return khop_i_fail(KHOP_E_UNSUPPORTED, "built without igraph: a graph cannot be laid out to be drawn");
}

khop_status khop_i_largest_eigenvectors(double *vectors, int64_t n, int count, khop_i_multiply multiply, void *context) {
  (void)vectors, (void)n, (void)count, (void)multiply, (void)context;
  return khop_i_fail(KHOP_E_UNSUPPORTED, "built without igraph: eigenvectors cannot be computed");
}
