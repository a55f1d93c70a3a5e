/* bipartite.c: whether a graph has two sides with edges only between them.
 *
 * Colour a node, its neighbours the other way, theirs back again: a search a component. An edge
 * inside one side closes an odd cycle. Grids of 4 neighbours, trees and even cycles have two sides;
 * on them even hops lead back to the own side, always. */
#include "audit/stack.h"
#include "base/error.h"
#include "base/memory.h"
#include "graph/graph.h"

#define UNSEEN 2

/* Colours the component of source. False once an edge joins two nodes of one side. */
static bool colour(uint8_t *side, int32_t *queue, const khop_graph *graph, int64_t source) {
  int64_t head = 0, tail = 0;
  side[source] = 0;
  queue[tail++] = (int32_t)source;
  while (head < tail) {
    int32_t i = queue[head++];
    for (int64_t a = graph->offsets[i]; a < graph->offsets[i + 1]; a++) {
      int32_t j = graph->targets[a];
      if (side[j] == side[i]) return false;
      if (side[j] != UNSEEN) continue;
      side[j] = !side[i];
      queue[tail++] = j;
    }
  }
  return true;
}

khop_status khop_graph_bipartite(bool *bipartite, uint8_t *side, const khop_graph *graph) {
  khop_status status = KHOP_OK;
  khop_graph *both = NULL;
  uint8_t *own = NULL;
  int32_t *queue = NULL;
  if (!bipartite || !graph)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_graph_bipartite: an argument is missing");
  *bipartite = false;
  int64_t nodes = graph->nodes;
  if (graph->directed) KHOP_TRY(khop_i_graph_symmetrize(&both, graph));
  KHOP_TRY(khop_i_alloc_raw(&own, nodes, sizeof *own, "sides"));
  KHOP_TRY(khop_i_alloc_raw(&queue, nodes, sizeof *queue, "a search"));
  bool two = true;
  for (int64_t i = 0; i < nodes; i++) own[i] = UNSEEN;
  for (int64_t i = 0; i < nodes && two; i++)
    if (own[i] == UNSEEN) two = colour(own, queue, both ? both : graph, i);
  for (int64_t i = 0; side && i < nodes; i++) side[i] = two ? own[i] : 0;
  *bipartite = two;
done:
  khop_graph_free(both);
  khop_i_free(own);
  khop_i_free(queue);
  return status;
}
