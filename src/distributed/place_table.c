/* place_table.c: see place_table.h. */
#include "distributed/place_table.h"
#include "base/memory.h"

#include <string.h>

/* Where a node stands, or would stand. Neighbouring numbers are spread by the golden ratio (Knuth,
 * "The Art of Computer Programming" vol. 3, 6.4). */
static int64_t slot_of(const khop_i_place_table *t, int64_t node) {
  uint64_t hash = (uint64_t)node * UINT64_C(0x9e3779b97f4a7c15);
  int64_t at = (int64_t)(hash ^ hash >> 32) & (t->size - 1);
  while (t->node[at] >= 0 && t->node[at] != node) at = (at + 1) & (t->size - 1);
  return at;
}

static khop_status widen(khop_i_place_table *t) {
  khop_i_place_table wider = {.count = t->count, .size = t->size ? 2 * t->size : 64};
  khop_status status =
      khop_i_alloc_raw(&wider.node, wider.size, sizeof *wider.node, "the nodes of a rank");
  if (status == KHOP_OK)
    status = khop_i_alloc_raw(&wider.place, wider.size, sizeof *wider.place, "the nodes of a rank");
  if (status != KHOP_OK) {
    khop_i_place_table_close(&wider);
    return status;
  }
  memset(wider.node, -1, (size_t)wider.size * sizeof *wider.node);
  for (int64_t at = 0; at < t->size; at++) {
    if (t->node[at] < 0) continue;
    int64_t to = slot_of(&wider, t->node[at]);
    wider.node[to] = t->node[at];
    wider.place[to] = t->place[at];
  }
  khop_i_place_table_close(t);
  *t = wider;
  return KHOP_OK;
}

khop_status khop_i_place_table_add(khop_i_place_table *t, int64_t node, bool *fresh) {
  *fresh = false;
  if (2 * (t->count + 1) > t->size) {
    khop_status status = widen(t);
    if (status != KHOP_OK) return status;
  }
  int64_t at = slot_of(t, node);
  if (t->node[at] >= 0) return KHOP_OK;
  t->node[at] = node;
  t->place[at] = 0;
  t->count++;
  *fresh = true;
  return KHOP_OK;
}

int32_t *khop_i_place_table_place(const khop_i_place_table *t, int64_t node) {
  return &t->place[slot_of(t, node)];
}

void khop_i_place_table_close(khop_i_place_table *t) {
  khop_i_free(t->node);
  khop_i_free(t->place);
  *t = (khop_i_place_table){0};
}
