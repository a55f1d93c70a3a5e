/* portfolio.c: see portfolio.h. Neighbours in the list share their rings. */
#include "train/auto/portfolio.h"
#include "base/error.h"
#include "base/number.h"

#include <stdio.h>

/* The last is for graphs whose links have a direction. */
static const char *const names[] = {"ring", "mixhop", "sign", "residual", "appnp", "gcn", "deep", "mlp", "dir"};

int khop_i_portfolio_count(const khop_data *data) {
  return (int)(sizeof names / sizeof *names) - !khop_graph_is_directed(khop_data_graph(data));
}
const char *khop_i_portfolio_name(int i) { return names[i]; }

/* Walks and profiles look at the arcs around each node, at all of them where the graph is small: the facebook graph, of
 * 22,470 nodes, takes 20 s and is below; a road network of 100,000, whose eigenvectors take 40 s, is not. */
#define MOST_LOOKS 1e10

const char *khop_i_portfolio_encodings(const khop_data *data) {
  return khop_graph_is_directed(khop_data_graph(data)) ? "walk:8,profile:4" : "laplacian:8,walk:8,profile:4";
}

bool khop_i_portfolio_encodings_cost(char *why, size_t size, const khop_data *data) {
  const khop_graph *graph = khop_data_graph(data);
  int64_t nodes = khop_graph_nodes(graph), arcs = khop_graph_offsets(graph)[nodes];
  bool costs = (double)nodes * (double)arcs > MOST_LOOKS;
  if (costs) khop_i_snprintf(why, size, "a graph of %.2g nodes and %.2g links", (double)nodes, (double)arcs);
  return costs;
}

/* An epoch reads each entry once a layer and column, forward and backward: from here on an epoch takes seconds. */
#define MOST_ENTRIES 2e7
#define SAMPLES 256

khop_status khop_i_portfolio_is_too_large(bool *too_large, char *why, size_t size, const khop_recipe *r,
                                          const khop_data *data) {
  const khop_graph *graph = khop_data_graph(data);
  khop_rings_options options = {.size = sizeof options, .direction = r->direction};
  int farther[KHOP_RECIPE_TAPS * KHOP_MAX_LAYERS], count = 0;
  double entries[KHOP_RECIPE_TAPS * KHOP_MAX_LAYERS], sum = 0;
  khop_estimate estimate;
  *too_large = false;
  for (int d = 0; d < (r->dilations ? r->dilations : 1); d++)
    for (int t = 0; t < r->taps; t++) {
      int hop = r->hops[t] * (r->dilations ? r->dilation[d] : 1);
      bool there = hop < 2;
      for (int k = 0; k < count; k++) there = there || farther[k] == hop;
      if (!there) farther[count++] = hop;
    }
  if (count == 0) return KHOP_OK;
  khop_status status = khop_rings_estimate(&estimate, entries, NULL, graph, count, farther, &options, SAMPLES, 0);
  for (int k = 0; k < count && status == KHOP_OK; k++) sum += entries[k];
  *too_large = status == KHOP_OK && sum > MOST_ENTRIES;
  if (*too_large)
    khop_i_snprintf(why, size, "its rings beyond 1 have about %.2g entries, and the graph has %.2g edges", sum,
             (double)khop_graph_edges(graph));
  return status;
}
