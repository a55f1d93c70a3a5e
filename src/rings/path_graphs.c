/* path_graphs.c: see path_graphs.h. Each node has at most one successor, so ring k holds at most one node: the k-fold
 * successor, as long as the path has not come back on itself before.
 *
 *   0 -> 1 -> 2 -> 3        4 -> 5 -> 6       length: how many different nodes a path meets
 *   length 4  3  2  1            ^    |       4: 3, 5: 2, 6: 2
 *                                +----'
 *
 * A search goes hop by hop, and long sequences with dilations in the thousands are what dilated convolution is for; the
 * k-fold successors by repeated squaring take log k passes (docs/notes/2026-11-budgets.md). */
#include "rings/path_graphs.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

typedef struct paths {
  int64_t nodes;
  int32_t *next;   /* (N) the successor, -1 without one */
  int32_t *length; /* (N) different nodes on the path, the node itself included */
  int32_t *at;     /* (N) the successor of the hop that was filled last */
  int32_t *jump, *square; /* (N) of powers of two */
} paths;

/* The successors in a direction; false where a node has two. */
static bool find_successors(int32_t *next, const khop_graph *graph, khop_direction direction) {
  memset(next, 0xff, (size_t)graph->nodes * sizeof *next);
  for (int64_t i = 0; i < graph->nodes; i++)
    for (int64_t e = graph->offsets[i]; e < graph->offsets[i + 1]; e++) {
      int64_t from = direction == KHOP_IN ? graph->targets[e] : i;
      if (next[from] >= 0) return false;
      next[from] = direction == KHOP_IN ? (int32_t)i : graph->targets[e];
    }
  return true;
}

/* Follows each path to its end, to a known node, or to itself: a cycle. stack: (N). */
static void measure_lengths(paths *c, int32_t *stack) {
  memset(c->length, 0, (size_t)c->nodes * sizeof *c->length); /* 0: unknown; -k: the k-th node of this path */
  for (int64_t start = 0; start < c->nodes; start++) {
    int32_t depth = 0, node = (int32_t)start;
    for (; node >= 0 && c->length[node] == 0; node = c->next[node]) {
      stack[depth++] = node;
      c->length[node] = -depth;
    }
    int32_t beyond = node < 0 ? 0 : c->length[node];
    if (beyond < 0) { /* the path meets itself: from there on it is a cycle */
      int32_t first = -beyond - 1, cycle = depth - first;
      while (depth > first) c->length[stack[--depth]] = cycle;
      beyond = cycle;
    }
    while (depth > 0) c->length[stack[--depth]] = ++beyond;
  }
}

/* at = the hops-fold successor of at. */
static void advance(paths *c, int hops) {
  memcpy(c->jump, c->next, (size_t)c->nodes * sizeof *c->jump);
  for (; hops > 0; hops >>= 1) {
    if (hops & 1)
      for (int64_t i = 0; i < c->nodes; i++)
        if (c->at[i] >= 0) c->at[i] = c->jump[c->at[i]];
    for (int64_t i = 0; i < c->nodes; i++)
      c->square[i] = c->jump[i] < 0 ? -1 : c->jump[c->jump[i]];
    int32_t *held = c->jump;
    c->jump = c->square;
    c->square = held;
  }
}

/* found (N, slots): the one node of each ring, -1 for none. */
static void find_rings(int32_t *found, paths *c, const khop_i_plan *plan) {
  for (int64_t i = 0; i < c->nodes; i++) c->at[i] = (int32_t)i;
  for (int slot = 0, hop = 0; slot < plan->slots; slot++) {
    bool near = slot < plan->searched;
    if (near) advance(c, plan->hops[slot] - hop);
    if (near) hop = plan->hops[slot];
    for (int64_t i = 0; i < c->nodes; i++)
      found[i * plan->slots + slot] = near && hop < c->length[i] ? c->at[i] : -1;
  }
}

/* Moves the nodes in found together, over the cells without one; found becomes the columns of the rings. */
static void compact_rings(khop_i_hop_csr *rings, int32_t *found, int64_t cells) {
  int64_t entries = 0;
  for (int64_t cell = 0; cell < cells; cell++) {
    if (found[cell] >= 0) found[entries++] = found[cell];
    rings->offsets[cell + 1] = entries;
  }
  rings->columns = found;
}

khop_status khop_i_path_graphs_fill(bool *filled, khop_i_hop_csr *rings, const khop_i_plan *plan) {
  khop_status status = KHOP_OK;
  int64_t n = plan->graph->nodes, cells = n * plan->slots;
  paths c = {.nodes = n};
  int32_t *found = NULL;
  *filled = false;
  if (plan->options.op != KHOP_RING || plan->symmetric || plan->graph->arcs > n) return KHOP_OK;
  KHOP_TRY(khop_i_alloc_raw(&c.next, n, sizeof *c.next, "successors"));
  if (!find_successors(c.next, plan->graph, plan->options.direction)) goto done;
  if (khop_i_plan_bytes(plan, (double)cells) > (double)plan->max_bytes) {
    status = khop_i_plan_refuse(plan, khop_i_plan_bytes(plan, (double)cells), "up to ");
    goto done;
  }
  KHOP_TRY(khop_i_alloc_raw(&c.length, n, sizeof *c.length, "path lengths"));
  KHOP_TRY(khop_i_alloc_raw(&c.at, n, sizeof *c.at, "successors"));
  KHOP_TRY(khop_i_alloc_raw(&c.jump, n, sizeof *c.jump, "successors"));
  KHOP_TRY(khop_i_alloc_raw(&c.square, n, sizeof *c.square, "successors"));
  KHOP_TRY(khop_i_alloc_raw(&found, cells, sizeof *found, "ring columns"));
  measure_lengths(&c, c.at);
  find_rings(found, &c, plan);
  compact_rings(rings, found, cells);
  *filled = true;
done:
  khop_i_free(c.next);
  khop_i_free(c.length);
  khop_i_free(c.at);
  khop_i_free(c.jump);
  khop_i_free(c.square);
  return status;
}
