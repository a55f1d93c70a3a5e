/* inner_rings.c: see inner_rings.h. */
#include "forms/inner_rings.h"
#include "base/error.h"
#include "base/memory.h"
#include "forms/stored.h"

static khop_direction against(khop_direction direction) {
  return direction == KHOP_OUT ? KHOP_IN : direction == KHOP_IN ? KHOP_OUT : KHOP_ALL;
}

/* Hop 1 has the degrees, the others what they hold. */
static khop_status put_sums(int64_t **sums, const khop_rings *rings, const int64_t *degrees) {
  int64_t slots = rings->slots, cells = rings->nodes * slots;
  int one = khop_rings_slot(rings, 1);
  khop_status status = khop_i_alloc_raw(sums, cells, sizeof **sums, "ring degrees");
  if (status != KHOP_OK) return status;
  for (int64_t cell = 0; cell < cells; cell++)
    (*sums)[cell] = cell % slots == one ? degrees[cell / slots]
                                        : khop_i_hop_csr_count(rings->csr, cell / slots, (int)(cell % slots));
  return KHOP_OK;
}

khop_status khop_i_rings_build_inner(khop_rings **out, const khop_graph *graph, int count, const int *hops,
                                     const khop_rings_options *options, const khop_i_inner_rows *inner) {
  khop_status status = KHOP_OK;
  khop_i_plan plan = {0};
  khop_rings *made = NULL;
  *out = NULL;
  KHOP_TRY(khop_i_plan_open(&plan, graph, count, hops, options));
  KHOP_TRY(khop_i_rings_new(&made, graph->nodes, plan.slots, plan.hops));
  made->direction = plan.options.direction;
  made->op = plan.options.op;
  made->symmetric = plan.symmetric;
  made->form = &khop_i_stored_form;
  KHOP_TRY(khop_i_hop_csr_inner(&made->csr, &plan, inner));
  if (made->op == KHOP_RING && inner->degrees[made->direction]) {
    KHOP_TRY(put_sums(&made->row_sums, made, inner->degrees[made->direction]));
    KHOP_TRY(put_sums(&made->column_sums, made, inner->degrees[against(made->direction)]));
  }
  *out = made;
  made = NULL;
done:
  khop_rings_free(made);
  khop_i_plan_close(&plan);
  return status;
}
