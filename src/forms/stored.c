/* stored.c: see stored.h. The entries are a hop-labelled CSR (rings/hop_csr.h). */
#include "forms/stored.h"
#include "base/error.h"
#include "base/memory.h"
#include "kernels/drivers.h"
#include "rings/block_diagonal.h"
#include "rings/build.h"

static khop_status estimate_stored(khop_i_form_cost *cost, const khop_i_plan *plan) {
  khop_estimate estimate;
  khop_status status = khop_rings_estimate(&estimate, NULL, NULL, plan->graph, plan->slots, plan->hops,
                                           &plan->options, 0, 1);
  if (status == KHOP_OK)
    *cost = (khop_i_form_cost){estimate.bytes, (estimate.bytes - khop_i_plan_bytes(plan, 0)) / sizeof(int32_t)};
  return status;
}

/* The transpose is made when a product first needs it (khop_i_rings_transposed). */
static khop_status build_stored(khop_rings *rings, const khop_i_plan *plan) {
  return khop_i_hop_csr_build(&rings->csr, plan);
}

static void apply_stored(const khop_i_product *p) {
  khop_i_gather_rows(p->y, p->ldy, p->x, p->ldx, p->first, p->first + p->rows, p->f, p->count, p->tap, p->accumulate,
                     p->entries * p->f);
}

static size_t no_state_bytes(const khop_rings *rings) {
  (void)rings;
  return 0;
}

static void free_no_state(khop_rings *rings) { (void)rings; }

const khop_i_form khop_i_stored_form = {
    .id = KHOP_STORED,
    .name = "stored",
    .how = "stored",
    .has_rows = true,
    .estimate = estimate_stored,
    .build = build_stored,
    .apply = apply_stored,
    .kept = khop_rings_entries,
    .bytes = no_state_bytes,
    .free = free_no_state,
};

khop_status khop_i_rings_new_stored(khop_rings **out, int64_t nodes, int count, const int *hops) {
  khop_status status = KHOP_OK;
  khop_rings *rings = NULL;
  *out = NULL;
  KHOP_TRY(khop_i_rings_new(&rings, nodes, count, hops));
  rings->form = &khop_i_stored_form;
  KHOP_TRY(khop_i_hop_csr_new(&rings->csr, nodes, rings->slots));
  *out = rings;
  rings = NULL;
done:
  khop_rings_free(rings);
  return status;
}

/* --- blocks of a block-diagonal graph ------------------------------------------------------- */

static khop_status reserve_csr(khop_rings *rings, const khop_i_hop_csr *like, int64_t nodes, int64_t entries) {
  rings->nodes = 0;
  return khop_i_hop_csr_reserve(&rings->csr, like, nodes, entries);
}

khop_status khop_i_rings_reserve(khop_rings **out, const khop_rings *like, int64_t nodes, int64_t entries) {
  khop_status status = KHOP_OK;
  const khop_rings *transposed;
  khop_rings *made = NULL;
  *out = NULL;
  KHOP_TRY(khop_i_rings_transposed(&transposed, like));
  KHOP_TRY(khop_i_rings_new(&made, nodes, like->slots, like->hops));
  made->direction = like->direction;
  made->op = like->op;
  made->symmetric = like->symmetric;
  made->form = &khop_i_stored_form;
  KHOP_TRY(reserve_csr(made, like->csr, nodes, entries));
  if (!like->symmetric) {
    KHOP_TRY(khop_i_rings_open_transpose(made));
    KHOP_TRY(reserve_csr(made->transposed, transposed->csr, nodes, entries));
  }
  *out = made;
  made = NULL;
done:
  khop_rings_free(made);
  return status;
}

bool khop_i_rings_have_room(const khop_rings *rings, const khop_rings *from, const int64_t *first, int64_t count,
                            const int64_t *chosen) {
  int64_t entries = 0;
  for (int64_t k = 0; k < count; k++) entries += khop_i_hop_csr_block_entries(from->csr, first, chosen[k]);
  return entries <= rings->csr->capacity;
}

static void take_blocks_one_way(khop_rings *rings, const khop_rings *from, const int64_t *first, int64_t count,
                                const int64_t *chosen) {
  khop_i_hop_csr_take_blocks(rings->csr, from->csr, first, count, chosen);
  rings->nodes = rings->csr->nodes;
}

void khop_i_rings_take_blocks(khop_rings *rings, const khop_rings *from, const int64_t *first, int64_t count,
                              const int64_t *chosen) {
  take_blocks_one_way(rings, from, first, count, chosen);
  if (rings->transposed) take_blocks_one_way(rings->transposed, from->transposed, first, count, chosen);
}
