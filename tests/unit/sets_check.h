/* sets_check.h: what the tests of sets of graphs share: a random set with everything in it. */
#ifndef KHOP_TESTS_SETS_CHECK_H
#define KHOP_TESTS_SETS_CHECK_H

#include "check.h"

#include <khop/learn.h>

#define SET_COLUMNS 4
#define SET_EXTRAS 2
#define SET_TYPES 3

/* Random graphs of 0 to 9 nodes (graph 1 has none, graph 2 has one), typed edges, labels, graph features, targets of
 * which some are missing, groups. relabel: NULL, or (nodes of the set) where each node goes within its graph. */
static inline khop_graphs *random_set(uint64_t seed, int64_t graphs, bool directed) {
  khop_i_random r;
  khop_i_random_seed(&r, seed);
  int64_t *first = block_of(graphs + 1, sizeof *first), edges = 0, room = graphs * 20 + 1;
  int64_t *from = block_of(room, sizeof *from), *to = block_of(room, sizeof *to);
  int *type = block_of(room, sizeof *type);
  for (int64_t g = 0; g < graphs; g++) {
    int64_t n = g == 1 ? 0 : g == 2 ? 1 : 2 + khop_i_random_below(&r, 8);
    first[g + 1] = first[g] + n;
    for (int64_t i = 1; i < n; i++) { /* a tree, and some more */
      from[edges] = first[g] + i;
      to[edges] = first[g] + khop_i_random_below(&r, i);
      type[edges] = (int)((from[edges] + to[edges]) % SET_TYPES);
      edges++;
    }
    for (int k = 0; n > 2 && k < 3; k++) {
      from[edges] = first[g] + khop_i_random_below(&r, n);
      to[edges] = first[g] + khop_i_random_below(&r, n);
      type[edges] = (int)((from[edges] + to[edges]) % SET_TYPES);
      edges++;
    }
  }
  int64_t nodes = first[graphs];
  khop_real *x = block_of(nodes * SET_COLUMNS, sizeof *x), *extras = block_of(graphs * SET_EXTRAS, sizeof *x);
  khop_real *targets = block_of(graphs * 2, sizeof *x);
  int32_t *labels = block_of(graphs, sizeof *labels);
  int64_t *groups = block_of(graphs, sizeof *groups);
  for (int64_t i = 0; i < nodes * SET_COLUMNS; i++) x[i] = random_real(&r);
  for (int64_t i = 0; i < graphs * SET_EXTRAS; i++) extras[i] = 10 + 3 * random_real(&r);
  for (int64_t g = 0; g < graphs; g++) {
    labels[g] = (int32_t)khop_i_random_below(&r, 2);
    groups[g] = khop_i_random_below(&r, graphs / 4 + 1) * 7 - 3;
    for (int c = 0; c < 2; c++)
      targets[2 * g + c] = khop_i_random_uniform(&r) < 0.2 ? (khop_real)NAN : 5 + 2 * random_real(&r);
  }
  khop_graph *graph = NULL;
  khop_graphs *set = NULL;
  ok(khop_graph_from_coo(&graph, nodes, edges, from, to, directed));
  khop_features features = {nodes, SET_COLUMNS, x, NULL, NULL, NULL};
  ok(khop_graphs_new(&set, graph, graphs, first, &features));
  ok(khop_graphs_set_edge_types(set, edges, from, to, type, SET_TYPES));
  ok(khop_graphs_set_labels(set, labels, 2, NULL));
  ok(khop_graphs_set_graph_features(set, extras, SET_EXTRAS));
  ok(khop_graphs_set_targets(set, targets, 2, NULL));
  ok(khop_graphs_set_split_groups(set, groups));
  free(first), free(from), free(to), free(type), free(x), free(extras), free(targets), free(labels), free(groups);
  return set;
}

/* The same graphs with features and labels alone, to be classified. */
static inline khop_graphs *labelled_set(uint64_t seed, int64_t graphs) {
  khop_graphs *all = random_set(seed, graphs, false), *set = NULL;
  const khop_graph *from = khop_graphs_graph(all);
  khop_graph *graph = NULL;
  int64_t nodes = khop_graph_nodes(from), arcs = khop_graph_offsets(from)[nodes];
  int64_t *targets = block_of(arcs, sizeof *targets);
  for (int64_t e = 0; e < arcs; e++) targets[e] = khop_graph_targets(from)[e];
  ok(khop_graph_from_csr(&graph, nodes, khop_graph_offsets(from), targets, false));
  ok(khop_graphs_new(&set, graph, graphs, khop_graphs_first(all), khop_graphs_features(all)));
  ok(khop_graphs_set_labels(set, khop_graphs_labels(all), 2, NULL));
  khop_graphs_free(all);
  free(targets);
  return set;
}

#endif
