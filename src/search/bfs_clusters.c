/* bfs_clusters.c: see bfs_clusters.h. */
#include "search/bfs_clusters.h"
#include "base/error.h"
#include "base/memory.h"

/* What has been given out, in order: a group's queue is its own part of it. */
typedef struct growth {
  const khop_graph *graph;
  int64_t size, given;
  int32_t *order; /* (N) */
  int32_t *group; /* (N), or -1 */
  int64_t border, arc; /* up to here in order, and in the arcs of that node, all neighbours are given out */
  int64_t lowest;      /* all nodes below are */
} growth;

static void give(growth *g, int64_t node) {
  g->group[node] = (int32_t)(g->given / g->size);
  g->order[g->given++] = (int32_t)node;
}

/* A node that no group has, next to the oldest one that has such; else the first there is. */
static int64_t next_seed(growth *g) {
  const int64_t *offsets = g->graph->offsets;
  for (; g->border < g->given; g->border++, g->arc = 0) {
    int64_t begin = offsets[g->order[g->border]], end = offsets[g->order[g->border] + 1];
    for (; begin + g->arc < end; g->arc++)
      if (g->group[g->graph->targets[begin + g->arc]] < 0) return g->graph->targets[begin + g->arc];
  }
  while (g->group[g->lowest] >= 0) g->lowest++;
  return g->lowest;
}

/* Goes on from order[*head] until the group is full, or nothing near is left. */
static void grow(growth *g, int64_t *head, int64_t full) {
  const int64_t *offsets = g->graph->offsets;
  for (; *head < g->given; ++*head) {
    int32_t v = g->order[*head];
    for (int64_t e = offsets[v]; e < offsets[v + 1]; e++) {
      if (g->group[g->graph->targets[e]] >= 0) continue;
      give(g, g->graph->targets[e]);
      if (g->given == full) return;
    }
  }
}

/* Every group in ascending order, by one pass over all nodes. */
static khop_status sort_groups(growth *g) {
  int64_t n = g->graph->nodes, *place;
  khop_status status = khop_i_alloc_raw(&place, (n + g->size - 1) / g->size, sizeof *place, "groups");
  if (status != KHOP_OK) return status;
  for (int64_t i = 0; i * g->size < n; i++) place[i] = i * g->size;
  for (int64_t v = 0; v < n; v++) g->order[place[g->group[v]]++] = (int32_t)v;
  khop_i_free(place);
  return KHOP_OK;
}

khop_status khop_i_bfs_clusters_new(int32_t **nodes, const khop_graph *arcs, int64_t size) {
  khop_status status = KHOP_OK;
  int64_t n = arcs->nodes;
  growth g = {.graph = arcs, .size = size};
  KHOP_TRY(khop_i_alloc_raw(&g.order, n, sizeof *g.order, "groups"));
  KHOP_TRY(khop_i_alloc_raw(&g.group, n, sizeof *g.group, "groups"));
  for (int64_t v = 0; v < n; v++) g.group[v] = -1;
  while (g.given < n) {
    int64_t head = g.given, full = n - g.given < size ? n : g.given + size;
    while (g.given < full) {
      give(&g, next_seed(&g));
      if (g.given < full) grow(&g, &head, full);
    }
  }
  KHOP_TRY(sort_groups(&g));
  *nodes = g.order;
  g.order = NULL;
done:
  khop_i_free(g.order);
  khop_i_free(g.group);
  return status;
}
