/* arcs.c: see arcs.h. */
#include "search/arcs.h"

#include <string.h>

khop_status khop_i_arcs(const khop_graph **arcs, khop_graph **made, const khop_graph *graph,
                        khop_direction direction) {
  khop_status status = KHOP_OK;
  *made = NULL;
  if (graph->directed && direction == KHOP_IN) status = khop_i_graph_transpose(made, graph);
  if (graph->directed && direction == KHOP_ALL) status = khop_i_graph_symmetrize(made, graph);
  *arcs = *made ? *made : graph;
  return status;
}

khop_status khop_i_arcs_copy(khop_graph **arcs, const khop_graph *graph, khop_direction direction) {
  const khop_graph *found;
  khop_status status = khop_i_arcs(&found, arcs, graph, direction);
  if (status != KHOP_OK || *arcs) return status;
  status = khop_i_graph_new(arcs, graph->nodes, graph->arcs, graph->directed);
  if (status != KHOP_OK) return status;
  memcpy((*arcs)->offsets, graph->offsets, (size_t)(graph->nodes + 1) * sizeof *graph->offsets);
  memcpy((*arcs)->targets, graph->targets, (size_t)graph->arcs * sizeof *graph->targets);
  return KHOP_OK;
}
