/* bfs_clusters.c: see bfs_clusters.h. */
#include "search/bfs_clusters.h"
#include "base/error.h"
#include "base/memory.h"

/* The nodes that have a cluster, in the order they were assigned: a cluster's queue is its own slice of that list. */
typedef struct growth {
  const khop_graph *graph;
  int64_t size, assigned;
  int32_t *order;      /* (N) the first `assigned` are filled in */
  int32_t *cluster;    /* (N), or -1 */
  int64_t border, arc; /* all neighbours of order[0 .. border - 1], and of order[border] before arc, have a cluster */
  int64_t lowest;      /* so have all nodes below this one */
} growth;

static void assign_node(growth *g, int64_t node) {
  g->cluster[node] = (int32_t)(g->assigned / g->size);
  g->order[g->assigned++] = (int32_t)node;
}

/* A node without a cluster beside the oldest node that has such a neighbour; where none has, the lowest one without. */
static int64_t next_seed(growth *g) {
  const int64_t *offsets = g->graph->offsets;
  for (; g->border < g->assigned; g->border++, g->arc = 0) {
    int64_t begin = offsets[g->order[g->border]], end = offsets[g->order[g->border] + 1];
    for (; begin + g->arc < end; g->arc++)
      if (g->cluster[g->graph->targets[begin + g->arc]] < 0) return g->graph->targets[begin + g->arc];
  }
  while (g->cluster[g->lowest] >= 0) g->lowest++;
  return g->lowest;
}

/* Goes on from order[*head] until `full` nodes are assigned, or the cluster has no free neighbour left. */
static void grow_cluster(growth *g, int64_t *head, int64_t full) {
  const int64_t *offsets = g->graph->offsets;
  for (; *head < g->assigned; ++*head) {
    int32_t v = g->order[*head];
    for (int64_t e = offsets[v]; e < offsets[v + 1]; e++) {
      if (g->cluster[g->graph->targets[e]] >= 0) continue;
      assign_node(g, g->graph->targets[e]);
      if (g->assigned == full) return;
    }
  }
}

/* Puts every cluster in ascending order, by one pass over all nodes. */
static khop_status sort_clusters(growth *g) {
  int64_t n = g->graph->nodes, *next;
  khop_status status = khop_i_alloc_raw(&next, (n + g->size - 1) / g->size, sizeof *next, "clusters");
  if (status != KHOP_OK) return status;
  for (int64_t i = 0; i * g->size < n; i++) next[i] = i * g->size;
  for (int64_t v = 0; v < n; v++) g->order[next[g->cluster[v]]++] = (int32_t)v;
  khop_i_free(next);
  return KHOP_OK;
}

khop_status khop_i_bfs_clusters_new(int32_t **nodes, const khop_graph *arcs, int64_t size) {
  khop_status status = KHOP_OK;
  int64_t n = arcs->nodes;
  growth g = {.graph = arcs, .size = size};
  KHOP_TRY(khop_i_alloc_raw(&g.order, n, sizeof *g.order, "clusters"));
  KHOP_TRY(khop_i_alloc_raw(&g.cluster, n, sizeof *g.cluster, "clusters"));
  for (int64_t v = 0; v < n; v++) g.cluster[v] = -1;
  while (g.assigned < n) {
    int64_t head = g.assigned, full = n - g.assigned < size ? n : g.assigned + size;
    while (g.assigned < full) {
      assign_node(&g, next_seed(&g));
      if (g.assigned < full) grow_cluster(&g, &head, full);
    }
  }
  KHOP_TRY(sort_clusters(&g));
  *nodes = g.order;
  g.order = NULL;
done:
  khop_i_free(g.order);
  khop_i_free(g.cluster);
  return status;
}
