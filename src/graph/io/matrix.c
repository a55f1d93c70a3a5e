/* matrix.c: see matrix.h. */
#include "graph/io/matrix.h"
#include "base/memory.h"
#include "graph/graph.h"
#include "graph/notes.h"

#include <stdio.h>
#include <string.h>

khop_status khop_i_matrix_settle(khop_graph *graph) {
  khop_graph *back = NULL;
  khop_status status = khop_i_graph_transpose(&back, graph);
  if (status != KHOP_OK) return status;
  size_t rows = (size_t)(graph->nodes + 1) * sizeof *graph->offsets;
  size_t arcs = (size_t)graph->arcs * sizeof *graph->targets;
  if (memcmp(graph->offsets, back->offsets, rows) == 0 && memcmp(graph->targets, back->targets, arcs) == 0)
    graph->directed = false;
  khop_graph_free(back);
  return KHOP_OK;
}

#define ID_BYTES 32 /* "right ", up to 19 digits, and the zero */

khop_status khop_i_matrix_ids(khop_graph *graph, int64_t left) {
  int64_t nodes = graph->nodes, rows = left ? left : nodes;
  const char **id = NULL;
  khop_status status = khop_i_alloc_raw(&id, nodes, sizeof *id + ID_BYTES, "ids of nodes");
  if (status != KHOP_OK) return status;
  char *text = (char *)(id + nodes);
  for (int64_t i = 0; i < nodes; i++, text += ID_BYTES) {
    snprintf(text, ID_BYTES, "%s%lld", !left ? "" : i < left ? "left " : "right ",
             (long long)(i < rows ? i + 1 : i - rows + 1));
    id[i] = text;
  }
  status = khop_graph_add_column(graph, "id", NULL, id);
  khop_i_free(id);
  return status;
}

khop_status khop_i_matrix_sides(khop_graph *graph, int64_t rows, int64_t columns) {
  const char **side = NULL;
  khop_status status = khop_i_alloc_raw(&side, rows + columns, sizeof *side, "sides of nodes");
  if (status != KHOP_OK) return status;
  for (int64_t i = 0; i < rows + columns; i++) side[i] = i < rows ? "left" : "right";
  status = khop_graph_add_column(graph, "side", NULL, side);
  khop_i_free(side);
  if (status != KHOP_OK) return status;
  return khop_i_graph_note(graph, "%lld rows and %lld columns are two sets of nodes (column side)", (long long)rows,
                           (long long)columns);
}
