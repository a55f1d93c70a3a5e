/* inner_rows.c: see inner_rows.h. */
#include "rings/inner_rows.h"
#include "base/error.h"
#include "base/memory.h"
#include "rings/build.h"
#include "rings/update.h"

#include <string.h>

/* The wanted rows where the graph has them: an edit of rings that had no rows. A build searches many rows at once, and
 * takes over where all are wanted. */
static khop_status search_wanted(khop_i_hop_csr **made, const khop_i_plan *plan, const khop_i_inner_rows *inner) {
  khop_status status = KHOP_OK;
  khop_real none = 0;
  khop_i_hop_csr empty = {.slots = plan->slots, .values = plan->options.op == KHOP_WALK_POWER ? &none : NULL};
  uint8_t *search = NULL;
  if (inner->count == plan->graph->nodes) return khop_i_hop_csr_build(made, plan);
  KHOP_TRY(khop_i_alloc(&search, plan->graph->nodes, 1, "rows to search"));
  for (int64_t i = 0; i < inner->count; i++) search[inner->place[i]] = 1;
  KHOP_TRY(khop_i_hop_csr_update(made, plan, &(khop_i_csr_edit){.before = &empty, .search = search}));
done:
  khop_i_free(search);
  return status;
}

static void take_row(khop_i_hop_csr *made, int64_t row, const khop_i_hop_csr *found, const khop_i_inner_rows *inner) {
  int64_t slots = made->slots, from = found->offsets[inner->place[row] * slots], to = made->offsets[row * slots];
  int64_t count = made->offsets[(row + 1) * slots] - to;
  for (int64_t e = 0; e < count; e++) made->columns[to + e] = inner->number[found->columns[from + e]];
  if (found->values && count)
    memcpy(made->values + to, found->values + from, (size_t)count * sizeof *found->values);
}

khop_status khop_i_hop_csr_inner(khop_i_hop_csr **csr, const khop_i_plan *plan, const khop_i_inner_rows *inner) {
  khop_status status = KHOP_OK;
  khop_i_hop_csr *found = NULL, *made = NULL;
  int64_t nodes = plan->graph->nodes, slots = plan->slots, entries = 0;
  *csr = NULL;
  KHOP_TRY(search_wanted(&found, plan, inner));
  KHOP_TRY(khop_i_hop_csr_new(&made, nodes, plan->slots));
  for (int64_t cell = 0; cell < nodes * slots; cell++) {
    int64_t row = cell / slots;
    if (row < inner->count) entries += khop_i_hop_csr_count(found, inner->place[row], (int)(cell % slots));
    made->offsets[cell + 1] = entries;
  }
  KHOP_TRY(khop_i_alloc_raw(&made->columns, entries, sizeof *made->columns, "ring columns"));
  if (found->values) KHOP_TRY(khop_i_alloc_raw(&made->values, entries, sizeof *made->values, "walk counts"));
  for (int64_t row = 0; row < inner->count; row++) take_row(made, row, found, inner);
  *csr = made;
  made = NULL;
done:
  khop_i_hop_csr_free(found);
  khop_i_hop_csr_free(made);
  return status;
}
