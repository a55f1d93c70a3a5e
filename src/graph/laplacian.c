/* laplacian.c: see laplacian.h. The smallest eigenvalues of L are the largest of
 *
 *   M = 2 I - L - 4 sum_c u_c u_c^T = I + D^-1/2 A D^-1/2 - 4 sum_c u_c u_c^T
 *
 * where u_c is the known eigenvector of 0 of component c: L lies between 0 and 2, M between 0 and 2, and what is known
 * is moved out of the way, to -2. */
#include "graph/laplacian.h"
#include "base/error.h"
#include "base/memory.h"
#include "graph/distance.h"
#include "graph/graph.h"
#include "graph/io/igraph.h"

#include <math.h>
#include <string.h>

typedef struct shifted {
  const khop_graph *graph;
  int32_t *component, *size; /* (nodes) of each node the one that stands for its component; nodes of that */
  double *known; /* (nodes) all u_c at once: they share no node */
  double *root;  /* (nodes) 1 / sqrt(degree); 0 without edges */
  double *sum;   /* (nodes) u_c . x, at the node that stands for c */
} shifted;

static void multiply(double *to, const double *from, void *context) {
  const shifted *s = context;
  const khop_graph *g = s->graph;
  memset(s->sum, 0, (size_t)g->nodes * sizeof *s->sum);
  for (int64_t i = 0; i < g->nodes; i++) s->sum[s->component[i]] += s->known[i] * from[i];
  for (int64_t i = 0; i < g->nodes; i++) {
    double row = 0;
    for (int64_t a = g->offsets[i]; a < g->offsets[i + 1]; a++) row += s->root[g->targets[a]] * from[g->targets[a]];
    to[i] = from[i] + s->root[i] * row - 4 * s->known[i] * s->sum[s->component[i]];
  }
}

/* Fills in known and root; the number of components. */
static int64_t take_degrees(shifted *s) {
  const khop_graph *g = s->graph;
  int64_t components = 0;
  for (int64_t i = 0; i < g->nodes; i++) {
    double degree = (double)(g->offsets[i + 1] - g->offsets[i]);
    s->known[i] = degree > 0 ? sqrt(degree) : 1;
    s->root[i] = degree > 0 ? 1 / sqrt(degree) : 0;
    s->sum[s->component[i]] += s->known[i] * s->known[i];
    components += s->component[i] == i;
  }
  for (int64_t i = 0; i < g->nodes; i++) s->known[i] /= sqrt(s->sum[s->component[i]]);
  return components;
}

/* Entries of one size differ by rounding: the first of those within it counts. */
static void settle_sign(double *vector, int64_t nodes) {
  double largest = 0;
  int64_t first = 0;
  for (int64_t i = 0; i < nodes; i++) largest = fmax(largest, fabs(vector[i]));
  while (first < nodes - 1 && fabs(vector[first]) < largest * (1 - 1e-6)) first++;
  double sign = vector[first] < 0 ? -1 : 1;
  for (int64_t i = 0; i < nodes; i++) vector[i] *= sign;
}

khop_status khop_i_laplacian_vectors(double *vectors, const khop_graph *graph, int count) {
  khop_status status = KHOP_OK;
  shifted s = {.graph = graph};
  int64_t nodes = graph->nodes;
  if (graph->directed)
    return khop_i_fail(KHOP_E_ARGUMENT, "the graph is directed, and the eigenvectors of a Laplacian are those of an "
                       "undirected graph");
  KHOP_TRY(khop_i_alloc_raw(&s.component, nodes, sizeof *s.component, "components"));
  KHOP_TRY(khop_i_alloc_raw(&s.size, nodes, sizeof *s.size, "components"));
  KHOP_TRY(khop_i_alloc_raw(&s.known, nodes, sizeof *s.known, "a Laplacian"));
  KHOP_TRY(khop_i_alloc_raw(&s.root, nodes, sizeof *s.root, "a Laplacian"));
  KHOP_TRY(khop_i_alloc(&s.sum, nodes, sizeof *s.sum, "a Laplacian"));
  khop_i_graph_components(s.component, s.size, graph);
  int64_t components = take_degrees(&s);
  if (count > nodes - components)
    KHOP_FAIL(KHOP_E_VALUE, "%d eigenvectors of the Laplacian: a graph of %lld nodes in %lld component%s has %lld beside "
              "those of 0", count, (long long)nodes, (long long)components, components == 1 ? "" : "s",
              (long long)(nodes - components));
  KHOP_TRY(khop_i_largest_eigenvectors(vectors, nodes, count, multiply, &s));
  for (int k = 0; k < count; k++) settle_sign(vectors + k * nodes, nodes);
done:
  khop_i_free(s.component);
  khop_i_free(s.size);
  khop_i_free(s.known);
  khop_i_free(s.root);
  khop_i_free(s.sum);
  return status;
}
