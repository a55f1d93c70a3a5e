/* graph.h: the inside of a khop_graph, for khop's own folders. The picture is in khop/graph.h. */
#ifndef KHOP_GRAPH_GRAPH_H
#define KHOP_GRAPH_GRAPH_H

#include "base/notes.h"

#include <khop/graph.h>

struct khop_graph {
  int64_t nodes;
  int64_t arcs;      /* = offsets[nodes]; an undirected edge is two */
  bool directed;
  bool lists_edges;  /* its file lists edges alone: a node without one may be missing */
  int64_t loops, repeats; /* that were dropped when the graph was made */
  int64_t *offsets;  /* (nodes + 1) */
  int32_t *targets;  /* (arcs), ascending in a row */
  int columns;
  khop_column *column; /* (columns); owns names and values */
  khop_i_notes notes;
};

/* An empty shell with offsets and targets allocated but not written. Errors: MEMORY. */
khop_status khop_i_graph_new(khop_graph **graph, int64_t nodes, int64_t arcs, bool directed);

/* Frees what a column owns. */
void khop_i_column_free(khop_column *column);

/* The transpose, and the undirected graph of the same edges, both without columns. Errors: MEMORY.
 * Cost: O(nodes + arcs). */
khop_status khop_i_graph_transpose(khop_graph **out, const khop_graph *graph);
khop_status khop_i_graph_symmetrize(khop_graph **out, const khop_graph *graph);

#endif
