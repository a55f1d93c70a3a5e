/* twins.c: see twins.h. Nodes are sorted by a sum of hashes over their arcs, and those of equal sums compared:
 * sums over different sets are hardly ever equal. */
#include "forms/ladder/twins.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"

#include <stdlib.h>
#include <string.h>

typedef struct keyed {
  uint64_t key;
  int32_t node;
} keyed;

static int by_key(const void *a, const void *b) {
  const keyed *x = a, *y = b;
  if (x->key != y->key) return x->key < y->key ? -1 : 1;
  return (x->node > y->node) - (x->node < y->node);
}

static bool same_arcs(const khop_graph *arcs, int32_t x, int32_t y) {
  int64_t count = arcs->offsets[x + 1] - arcs->offsets[x];
  if (count != arcs->offsets[y + 1] - arcs->offsets[y]) return false;
  return memcmp(arcs->targets + arcs->offsets[x], arcs->targets + arcs->offsets[y],
                (size_t)count * sizeof *arcs->targets) == 0;
}

static void sum_keys(keyed *order, const khop_graph *arcs) {
  for (int64_t i = 0; i < arcs->nodes; i++) order[i].node = (int32_t)i;
  for (int64_t i = 0; i < arcs->nodes; i++)
    for (int64_t a = arcs->offsets[i]; a < arcs->offsets[i + 1]; a++) {
      order[i].key += khop_i_random_mix(2 * (uint64_t)arcs->targets[a]);
      order[arcs->targets[a]].key += khop_i_random_mix(2 * (uint64_t)i + 1);
    }
}

/* Returns whether there are twins. */
static bool group_twins(int32_t *first, const keyed *order, const khop_graph *arcs, const khop_graph *back) {
  int64_t n = arcs->nodes;
  bool any = false;
  for (int64_t i = 0; i < n; i++) first[i] = (int32_t)i;
  for (int64_t start = 0, end, alike; start < n; start = end) {
    int32_t lead = order[start].node;
    alike = 0;
    for (end = start; end < n && order[end].key == order[start].key; end++)
      alike += same_arcs(arcs, lead, order[end].node) && same_arcs(back, lead, order[end].node);
    if (alike < KHOP_I_TWINS_LEAST) continue;
    any = true;
    for (int64_t o = start; o < end; o++)
      if (same_arcs(arcs, lead, order[o].node) && same_arcs(back, lead, order[o].node)) first[order[o].node] = lead;
  }
  return any;
}

khop_status khop_i_twins_find(int32_t **first, const khop_graph *arcs) {
  khop_status status = KHOP_OK;
  khop_graph *back = NULL;
  keyed *order = NULL;
  *first = NULL;
  KHOP_TRY(khop_i_alloc_raw(first, arcs->nodes, sizeof **first, "twins"));
  KHOP_TRY(khop_i_alloc(&order, arcs->nodes, sizeof *order, "twins"));
  if (arcs->directed) KHOP_TRY(khop_i_graph_transpose(&back, arcs));
  sum_keys(order, arcs);
  if (arcs->nodes) qsort(order, (size_t)arcs->nodes, sizeof *order, by_key);
  if (!group_twins(*first, order, arcs, back ? back : arcs)) {
    khop_i_free(*first);
    *first = NULL;
  }
done:
  khop_i_free(order);
  khop_graph_free(back);
  if (status != KHOP_OK) {
    khop_i_free(*first);
    *first = NULL;
  }
  return status;
}

/* The place of a node in an ascending list, or that before which it would stand. */
static int64_t place_of(const int32_t *list, int64_t count, int32_t node) {
  int64_t low = 0;
  while (count > 0) {
    int64_t half = count / 2;
    if (list[low + half] < node)
      low += half + 1, count -= half + 1;
    else
      count = half;
  }
  return low;
}

void khop_i_twins_exchange(int32_t *list, khop_real *values, int64_t count, int32_t x, int32_t y) {
  int64_t at_x = place_of(list, count, x), at_y = place_of(list, count, y);
  bool has_x = at_x < count && list[at_x] == x, has_y = at_y < count && list[at_y] == y;
  if (has_x == has_y) {
    if (has_x && values) {
      khop_real held = values[at_x];
      values[at_x] = values[at_y];
      values[at_y] = held;
    }
    return;
  }
  int64_t from = has_x ? at_x : at_y, to = has_x ? at_y : at_x;
  to -= to > from; /* what stands between moves by one */
  int64_t least = from < to ? from : to, moved = from < to ? to - from : from - to;
  khop_real value = values ? values[from] : 0;
  memmove(list + least + (from > to), list + least + (from < to), (size_t)moved * sizeof *list);
  if (values) memmove(values + least + (from > to), values + least + (from < to), (size_t)moved * sizeof *values);
  list[to] = has_x ? y : x;
  if (values) values[to] = value;
}
