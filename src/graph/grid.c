/* grid.c: regular grids, the graphs on which a ring must equal a dilated kernel.
 *
 * Every node has the same list of steps to its neighbours. A step that leaves the grid is dropped, or wraps around a
 * periodic axis. The steps are in lexicographic order, which is the order of the
 * ids they lead to unless they wrap.
 */
#include "graph/grid.h"
#include "graph/graph.h"
#include "base/error.h"

#define MOST_STEPS 26 /* 3^3 - 1: a node of a three-dimensional grid and all its neighbours, less itself */

typedef struct grid {
  int64_t size[3];   /* missing dimensions stand first, with size 1 */
  int64_t stride[3]; /* how far apart the ids of neighbours in each dimension are */
  bool periodic[3];
  int64_t nodes;
  int steps;
  int step[MOST_STEPS][3];
} grid;

static khop_status set_size(grid *g, int dimensions, const int64_t *shape, const bool *periodic) {
  if (dimensions < 1 || dimensions > 3)
    return khop_i_fail(KHOP_E_ARGUMENT, "a grid has 1 to 3 dimensions, not %d", dimensions);
  if (!shape) return khop_i_fail(KHOP_E_ARGUMENT, "a grid: its shape is missing");
  g->nodes = 1;
  for (int d = 2; d >= 0; d--) {
    int given = d - (3 - dimensions);
    g->size[d] = given >= 0 ? shape[given] : 1;
    g->periodic[d] = given >= 0 && periodic && periodic[given];
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

/* In lexicographic order; the step to the node itself, the one in the middle, is left out. */
static void set_steps(grid *g, bool corners, bool directed) {
  for (int code = directed ? 14 : 0; code < 27; code++) {
    int z = code / 9 - 1, y = code / 3 % 3 - 1, x = code % 3 - 1, moved = z * z + y * y + x * x;
    if (moved == 0 || (!corners && moved > 1)) continue;
    int *step = g->step[g->steps++];
    step[0] = z, step[1] = y, step[2] = x;
  }
}

/* Inserts a neighbour among the ascending ones; false where it is there already. */
static bool insert(int32_t *row, int64_t count, int64_t id) {
  int64_t slot = count;
  while (slot > 0 && row[slot - 1] >= id) slot--;
  if (slot < count && row[slot] == id) return false;
  for (int64_t k = count; k > slot; k--) row[k] = row[k - 1];
  row[slot] = (int32_t)id;
  return true;
}

/* The neighbours of one node, ascending; returns how many. */
static int64_t neighbours(int32_t row[MOST_STEPS], const grid *g, int64_t id) {
  int64_t at[3] = {id / g->stride[0], id / g->stride[1] % g->size[1], id % g->size[2]}, count = 0;
  for (int s = 0; s < g->steps; s++) {
    int64_t to = 0;
    bool inside = true;
    for (int d = 0; d < 3; d++) {
      int64_t position = at[d] + g->step[s][d];
      if (g->periodic[d]) position = (position + g->size[d]) % g->size[d];
      inside = inside && position >= 0 && position < g->size[d];
      to += position * g->stride[d];
    }
    if (inside && to != id) count += insert(row, count, to);
  }
  return count;
}

static khop_status build_grid(khop_graph **graph, const grid *g, bool directed) {
  int32_t row[MOST_STEPS];
  int64_t arcs = 0;
  for (int64_t i = 0; i < g->nodes; i++) arcs += neighbours(row, g, i);
  khop_status status = khop_i_graph_new(graph, g->nodes, arcs, directed);
  for (int64_t i = 0; status == KHOP_OK && i < g->nodes; i++) {
    int64_t count = neighbours(row, g, i), begin = (*graph)->offsets[i];
    for (int64_t k = 0; k < count; k++) (*graph)->targets[begin + k] = row[k];
    (*graph)->offsets[i + 1] = begin + count;
  }
  return status;
}

khop_status khop_graph_grid(khop_graph **graph, int dimensions, const int64_t *shape,
                            const bool *periodic, bool corners, bool directed) {
  grid g = {0};
  if (!graph) return khop_i_fail(KHOP_E_ARGUMENT, "khop_graph_grid: no place for the graph");
  *graph = NULL;
  khop_status status = set_size(&g, dimensions, shape, periodic);
  if (status != KHOP_OK) return status;
  set_steps(&g, corners, directed);
  return build_grid(graph, &g, directed);
}

khop_status khop_i_graph_grid_step(khop_graph **graph, int dimensions, const int64_t *shape,
                                   const bool *periodic, int axis, int step) {
  grid g = {.steps = 1};
  *graph = NULL;
  khop_status status = set_size(&g, dimensions, shape, periodic);
  if (status != KHOP_OK) return status;
  g.step[0][axis + 3 - dimensions] = step;
  return build_grid(graph, &g, true);
}
