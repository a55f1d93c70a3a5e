/* grid.c: regular grids, the graphs on which a ring must equal a dilated kernel.
 *
 * Every node looks at the same list of steps, those that leave the grid dropped. The steps are in
 * lexicographic order, which is the order of the ids they lead to: rows come out ascending.
 */
#include "graph.h"
#include "base/error.h"
#include "base/memory.h"

#define MOST_STEPS 26

typedef struct grid {
  int64_t size[3];   /* missing dimensions stand first, with size 1 */
  int64_t stride[3]; /* how far apart the ids of neighbours in each dimension are */
  int64_t nodes;
  int steps;
  int step[MOST_STEPS][3];
} grid;

static khop_status set_size(grid *g, int dimensions, const int64_t *shape) {
  if (dimensions < 1 || dimensions > 3)
    return khop_i_fail(KHOP_E_ARGUMENT, "a grid has 1 to 3 dimensions, not %d", dimensions);
  if (!shape) return khop_i_fail(KHOP_E_ARGUMENT, "a grid: its shape is missing");
  g->nodes = 1;
  for (int d = 2; d >= 0; d--) {
    int given = d - (3 - dimensions);
    g->size[d] = given >= 0 ? shape[given] : 1;
    if (g->size[d] < 1)
      return khop_i_fail(KHOP_E_ARGUMENT, "a grid: dimension %d has size %lld, not 1 or more",
                         given, (long long)g->size[d]);
    g->stride[d] = g->nodes;
    if (g->size[d] > KHOP_MAX_NODES / g->nodes)
      return khop_i_fail(KHOP_E_ARGUMENT, "a grid: more than %lld nodes",
                         (long long)KHOP_MAX_NODES);
    g->nodes *= g->size[d];
  }
  return KHOP_OK;
}

/* Later steps lead to larger ids; the step to the node itself stands in the middle. */
static void set_steps(grid *g, bool corners, bool directed) {
  for (int code = directed ? 14 : 0; code < 27; code++) {
    int z = code / 9 - 1, y = code / 3 % 3 - 1, x = code % 3 - 1, moved = z * z + y * y + x * x;
    if (moved == 0 || (!corners && moved > 1)) continue;
    int *step = g->step[g->steps++];
    step[0] = z, step[1] = y, step[2] = x;
  }
}

/* The neighbours of one node; counts only where out is NULL. */
static int64_t neighbours(int32_t *out, const grid *g, int64_t id) {
  int64_t at[3] = {id / g->stride[0], id / g->stride[1] % g->size[1], id % g->size[2]}, count = 0;
  for (int s = 0; s < g->steps; s++) {
    int64_t to = 0;
    bool inside = true;
    for (int d = 0; d < 3; d++) {
      int64_t place = at[d] + g->step[s][d];
      inside = inside && place >= 0 && place < g->size[d];
      to += place * g->stride[d];
    }
    if (!inside) continue;
    if (out) out[count] = (int32_t)to;
    count++;
  }
  return count;
}

khop_status khop_graph_grid(khop_graph **graph, int dimensions, const int64_t *shape, bool corners,
                            bool directed) {
  khop_status status = KHOP_OK;
  khop_graph *made = NULL;
  grid g = {0};
  int64_t arcs = 0;
  if (!graph) return khop_i_fail(KHOP_E_ARGUMENT, "khop_graph_grid: no place for the graph");
  *graph = NULL;
  KHOP_TRY(set_size(&g, dimensions, shape));
  set_steps(&g, corners, directed);
  for (int64_t i = 0; i < g.nodes; i++) arcs += neighbours(NULL, &g, i);
  KHOP_TRY(khop_i_graph_new(&made, g.nodes, arcs, directed));
  for (int64_t i = 0; i < g.nodes; i++)
    made->offsets[i + 1] = made->offsets[i] + neighbours(made->targets + made->offsets[i], &g, i);
  *graph = made;
done:
  return status;
}
