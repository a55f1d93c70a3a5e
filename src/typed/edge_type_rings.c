/* edge_type_rings.c: rings split by the types of a graph's own arcs, by one short search a node.
 *
 *   hop       0          1                    2 and on
 *   slots     identity   one a type of arc    ring k; or two of them: pairs with a shortest path along the
 *                                             marked types alone, then the others
 *
 * The search carries a mark a node: whether some shortest path from the source to it follows marked types alone. */
#include "base/error.h"
#include "base/memory.h"
#include "base/order.h"
#include "forms/stored.h"
#include "search/plan.h"

#include <khop/typed.h>
#include <stdlib.h>
#include <string.h>

static int slots_of_hop(const khop_edge_type_rings *w, int hop) {
  if (hop == 1) return w->arc_types ? w->types : 1;
  return hop > 1 && w->arc_types && w->along ? 2 : 1;
}

int khop_edge_type_rings_count(const khop_edge_type_rings *wanted) {
  int count = 0;
  for (int h = 0; h < wanted->count; h++) count += slots_of_hop(wanted, wanted->hops[h]);
  return count;
}

typedef struct search {
  const khop_graph *graph;
  const khop_edge_type_rings *wanted;
  int32_t *distance; /* (nodes) -1: not seen */
  uint8_t *marked;   /* (nodes) */
  int32_t *queue;    /* (nodes) */
  int64_t *found;    /* (nodes) of this source: slot, then node, as one number */
  int *slot_of_hop;  /* (most + 1) the first slot of a hop, -1: not asked for */
  int most;
  khop_rings *rings;
  int64_t entries, capacity, max_bytes;
} search;

static khop_status check_wanted(const khop_graph *graph, const khop_edge_type_rings *w) {
  if (w->count < 1) return khop_i_fail(KHOP_E_ARGUMENT, "%d hops: at least one is needed", w->count);
  for (int h = 0; h < w->count; h++)
    if (w->hops[h] < 0 || w->hops[h] > 1 << 20 || (h > 0 && w->hops[h] <= w->hops[h - 1]))
      return khop_i_fail(KHOP_E_ARGUMENT, "hop %d at place %d: hops ascend from 0", w->hops[h], h);
  for (int64_t a = 0; w->arc_types && a < graph->arcs; a++)
    if (w->arc_types[a] >= w->types)
      return khop_i_fail(KHOP_E_ARGUMENT, "arc %lld has type %d: there are types 0 to %d", (long long)a,
                         w->arc_types[a], w->types - 1);
  int count = khop_edge_type_rings_count(w);
  return count <= KHOP_MAX_TAPS ? KHOP_OK
                                : khop_i_fail(KHOP_E_ARGUMENT, "%d rings of edge types: at most %d are possible", count,
                                              KHOP_MAX_TAPS);
}

/* Whether both arcs of every edge have one type. */
static bool is_mirrored(const khop_graph *graph, const uint8_t *types) {
  if (graph->directed) return false;
  for (int64_t i = 0; types && i < graph->nodes; i++)
    for (int64_t a = graph->offsets[i]; a < graph->offsets[i + 1]; a++) {
      int64_t b = graph->offsets[graph->targets[a]];
      while (graph->targets[b] != i) b++;
      if (types[a] != types[b]) return false;
    }
  return true;
}

static khop_status open_search(search *s) {
  khop_status status = KHOP_OK;
  const khop_edge_type_rings *w = s->wanted;
  int64_t n = s->graph->nodes;
  int count = khop_edge_type_rings_count(w), *numbers = NULL;
  s->most = w->hops[w->count - 1];
  KHOP_TRY(khop_i_alloc_raw(&numbers, count, sizeof *numbers, "slots"));
  for (int i = 0; i < count; i++) numbers[i] = i;
  KHOP_TRY(khop_i_rings_new_stored(&s->rings, n, count, numbers));
  s->rings->op = KHOP_METAPATH;
  s->rings->direction = KHOP_OUT;
  s->rings->symmetric = is_mirrored(s->graph, w->arc_types);
  KHOP_TRY(khop_i_alloc_raw(&s->distance, n, sizeof *s->distance, "distances"));
  memset(s->distance, 0xff, (size_t)n * sizeof *s->distance);
  KHOP_TRY(khop_i_alloc_raw(&s->marked, n, sizeof *s->marked, "paths"));
  KHOP_TRY(khop_i_alloc_raw(&s->queue, n, sizeof *s->queue, "a search"));
  KHOP_TRY(khop_i_alloc_raw(&s->found, n, sizeof *s->found, "a search"));
  KHOP_TRY(khop_i_alloc_raw(&s->slot_of_hop, s->most + 1, sizeof *s->slot_of_hop, "hops"));
  memset(s->slot_of_hop, 0xff, ((size_t)s->most + 1) * sizeof *s->slot_of_hop);
  for (int h = 0, slot = 0; h < w->count; h++) {
    s->slot_of_hop[w->hops[h]] = slot;
    slot += slots_of_hop(w, w->hops[h]);
  }
done:
  khop_i_free(numbers);
  return status;
}

static void close_search(search *s) {
  khop_rings_free(s->rings);
  khop_i_free(s->distance);
  khop_i_free(s->marked);
  khop_i_free(s->queue);
  khop_i_free(s->found);
  khop_i_free(s->slot_of_hop);
}

/* --- one source ------------------------------------------------------------------------------- */

/* Fills queue with the nodes within the largest hop, nearest first, and returns how many there are. */
static int64_t search_from(search *s, int32_t source) {
  const khop_graph *g = s->graph;
  const uint8_t *types = s->wanted->arc_types;
  int64_t head = 0, tail = 0;
  s->queue[tail++] = source;
  s->distance[source] = 0;
  s->marked[source] = 1;
  while (head < tail) {
    int32_t u = s->queue[head++], next = s->distance[u] + 1;
    if (next > s->most) break;
    for (int64_t a = g->offsets[u]; a < g->offsets[u + 1]; a++) {
      int32_t v = g->targets[a];
      if (s->distance[v] < 0) {
        s->distance[v] = next;
        s->marked[v] = 0;
        s->queue[tail++] = v;
      }
      bool along = types && s->wanted->along && s->wanted->along[types[a]];
      if (s->distance[v] == next && along && s->marked[u]) s->marked[v] = 1;
    }
  }
  return tail;
}

static int slot_of(const search *s, int32_t v) {
  int hop = s->distance[v], slot = s->slot_of_hop[hop];
  return slot < 0 || slots_of_hop(s->wanted, hop) == 1 || hop < 2 ? slot : slot + !s->marked[v];
}

/* Fills found with the entries of a source, by slot, then by node, and returns how many there are. */
static int64_t collect_entries(search *s, int32_t source) {
  int64_t reached = search_from(s, source), count = 0;
  const khop_graph *g = s->graph;
  for (int64_t q = 0; q < reached; q++) {
    int32_t v = s->queue[q];
    int slot = slot_of(s, v);
    if (slot >= 0 && (s->distance[v] != 1 || !s->wanted->arc_types))
      s->found[count++] = (int64_t)slot << 32 | v;
  }
  for (int64_t a = g->offsets[source]; s->wanted->arc_types && s->most >= 1 && a < g->offsets[source + 1]; a++)
    if (s->slot_of_hop[1] >= 0)
      s->found[count++] = (int64_t)(s->slot_of_hop[1] + s->wanted->arc_types[a]) << 32 | g->targets[a];
  for (int64_t q = 0; q < reached; q++) s->distance[s->queue[q]] = -1;
  qsort(s->found, (size_t)count, sizeof *s->found, khop_i_ascending_int64);
  return count;
}

static khop_status append_row(search *s, int32_t source) {
  int64_t count = collect_entries(s, source), cell = (int64_t)source * s->rings->slots;
  double bytes = 4.0 * (double)(s->entries + count) + 8.0 * ((double)s->graph->nodes * s->rings->slots + 1);
  if (bytes > (double)s->max_bytes)
    return khop_i_fail(KHOP_E_BUDGET, "the rings of edge types up to hop %d take more than %.3g MB, and the budget is "
                       "%.3g MB: ask for fewer or nearer hops", s->most, bytes / 1e6,
                       (double)s->max_bytes / 1e6);
  if (s->entries + count > s->capacity) {
    int64_t capacity = 2 * (s->entries + count) + 1024;
    khop_status status = khop_i_grow(&s->rings->csr->columns, capacity, sizeof *s->rings->csr->columns, "ring columns");
    if (status != KHOP_OK) return status;
    s->capacity = capacity;
  }
  for (int64_t k = 0; k < count; k++) {
    s->rings->csr->offsets[cell + (s->found[k] >> 32) + 1]++;
    s->rings->csr->columns[s->entries++] = (int32_t)(s->found[k] & INT32_MAX);
  }
  for (int i = 0; i < s->rings->slots; i++) s->rings->csr->offsets[cell + i + 1] += s->rings->csr->offsets[cell + i];
  return KHOP_OK;
}

khop_status khop_edge_type_rings_build(khop_rings **rings, const khop_graph *graph, const khop_edge_type_rings *wanted,
                                 int64_t max_bytes) {
  khop_status status = KHOP_OK;
  search s = {.graph = graph, .wanted = wanted, .max_bytes = max_bytes ? max_bytes : khop_i_half_of_memory()};
  if (!rings || !graph || !wanted)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_edge_type_rings_build: rings, a graph and the wanted hops are needed");
  *rings = NULL;
  KHOP_TRY(check_wanted(graph, wanted));
  KHOP_TRY(open_search(&s));
  for (int64_t i = 0; i < graph->nodes; i++) KHOP_TRY(append_row(&s, (int32_t)i));
  KHOP_TRY(khop_i_grow(&s.rings->csr->columns, s.entries, sizeof *s.rings->csr->columns, "ring columns"));
  *rings = s.rings;
  s.rings = NULL;
done:
  close_search(&s);
  return status;
}
