/* shape.c: what khop/graph.h says of a graph as a whole. */
#include "graph/shape.h"
#include "graph/diameter.h"
#include "graph/distance.h"
#include "base/error.h"
#include "base/memory.h"

khop_status khop_i_graph_shape(khop_shape *shape, const khop_graph *graph, int64_t most_visits) {
  khop_status status = KHOP_OK;
  int32_t *member = NULL, *size = NULL;
  khop_shape found = {0};
  int64_t nodes = graph->nodes;
  *shape = found;
  KHOP_TRY(khop_i_alloc_raw(&member, nodes, sizeof *member, "components"));
  KHOP_TRY(khop_i_alloc_raw(&size, nodes, sizeof *size, "components"));
  khop_i_graph_components(member, size, graph);
  for (int64_t i = 0; i < nodes; i++) {
    int64_t degree = graph->offsets[i + 1] - graph->offsets[i];
    if (degree > found.max_degree) found.max_degree = degree;
    if (member[i] != i) continue;
    found.components++;
    found.isolated += size[i] == 1;
    if (size[i] > found.largest_component) found.largest_component = size[i];
  }
  KHOP_TRY(khop_i_graph_diameter(&found.diameter, &found.diameter_exact, graph, member, size, most_visits));
  *shape = found;
done:
  khop_i_free(member);
  khop_i_free(size);
  return status;
}

khop_status khop_graph_shape(khop_shape *shape, const khop_graph *graph, bool exact) {
  if (!shape || !graph) return khop_i_fail(KHOP_E_ARGUMENT, "khop_graph_shape: an argument is missing");
  return khop_i_graph_shape(shape, graph, exact ? INT64_MAX : KHOP_I_DIAMETER_VISITS);
}
