/* block_diagonal.c: rings of some blocks of a block-diagonal graph, copied out of those of the whole.
 *
 * The rows of a block stand together, and so do their entries: a block is one piece of offsets and one of
 * columns, each less what stood before it. */
#include "base/error.h"
#include "base/memory.h"
#include "forms/rings.h"

#include <string.h>

static khop_status reserve_one(khop_rings **out, const khop_rings *like, int64_t nodes, int64_t entries) {
  khop_status status = KHOP_OK;
  khop_rings *made = NULL;
  KHOP_TRY(khop_i_rings_new(&made, nodes, like->slots, like->hops));
  made->capacity = entries;
  made->nodes = 0;
  made->direction = like->direction;
  made->op = like->op;
  made->symmetric = like->symmetric;
  KHOP_TRY(khop_i_alloc_raw(&made->columns, entries, sizeof *made->columns, "ring columns"));
  if (like->values) KHOP_TRY(khop_i_alloc_raw(&made->values, entries, sizeof *made->values, "walk counts"));
  *out = made;
  made = NULL;
done:
  khop_rings_free(made);
  return status;
}

khop_status khop_i_rings_reserve(khop_rings **out, const khop_rings *like, int64_t nodes, int64_t entries) {
  khop_status status = KHOP_OK;
  const khop_rings *turned;
  khop_rings *made = NULL;
  KHOP_TRY(khop_i_rings_turned(&turned, like));
  KHOP_TRY(reserve_one(&made, like, nodes, entries));
  if (!like->symmetric) KHOP_TRY(reserve_one(&made->turned, turned, nodes, entries));
  *out = made;
  made = NULL;
done:
  khop_rings_free(made);
  return status;
}

static int64_t entries_of(const khop_rings *from, const int64_t *first, int64_t g) {
  return from->offsets[first[g + 1] * from->slots] - from->offsets[first[g] * from->slots];
}

bool khop_i_rings_has_room(const khop_rings *rings, const khop_rings *from, const int64_t *first,
                           int64_t count, const int64_t *chosen) {
  int64_t entries = 0;
  for (int64_t k = 0; k < count; k++) entries += entries_of(from, first, chosen[k]);
  return entries <= rings->capacity;
}

void khop_i_rings_take_blocks(khop_rings *rings, const khop_rings *from, const int64_t *first, int64_t count,
                              const int64_t *chosen) {
  int64_t cells = 0, entries = 0, node = 0;
  for (int64_t k = 0; k < count; k++) {
    int64_t g = chosen[k], begin = first[g] * from->slots, end = first[g + 1] * from->slots;
    int64_t start = from->offsets[begin], length = entries_of(from, first, g);
    int32_t shift = (int32_t)(node - first[g]);
    for (int64_t cell = begin; cell < end; cell++)
      rings->offsets[cells++] = from->offsets[cell] - start + entries;
    for (int64_t e = 0; e < length; e++)
      rings->columns[entries + e] = from->columns[start + e] + shift;
    if (from->values && length)
      memcpy(rings->values + entries, from->values + start, (size_t)length * sizeof *rings->values);
    entries += length;
    node += first[g + 1] - first[g];
  }
  rings->offsets[cells] = entries;
  rings->nodes = node;
  if (rings->turned) khop_i_rings_take_blocks(rings->turned, from->turned, first, count, chosen);
}
