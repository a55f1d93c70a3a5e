/* build.c: khop_rings_build and khop_rings_sample: a plan, and the form that was asked for (khop/rings.h). */
#include "forms/build.h"
#include "base/error.h"
#include "base/options.h"
#include "forms/auto.h"
#include "forms/forms.h"
#include "forms/stored.h"
#include "rings/sample.h"

khop_status khop_i_rings_build(khop_rings **out, const khop_graph *graph, int count, const int *hops,
                               const khop_rings_options *options, bool readable) {
  khop_status status = KHOP_OK;
  khop_i_plan plan = {0};
  khop_rings_options own;
  *out = NULL;
  KHOP_TRY(KHOP_I_TAKE(khop_rings_options, &own, options));
  khop_form asked = own.form;
  const khop_i_form *row = khop_i_form_row(asked == KHOP_AUTO && readable ? KHOP_STORED : asked);
  if (!row && asked != KHOP_AUTO) return khop_i_fail(KHOP_E_ARGUMENT, "there is no form %d", (int)asked);
  KHOP_TRY(khop_i_plan_open(&plan, graph, count, hops, &own));
  if (row && !row->has_rows && plan.options.op != KHOP_RING)
    KHOP_FAIL(KHOP_E_ARGUMENT, "operator %d is kept stored: only rings have the form %s", (int)plan.options.op,
              row->name);
  KHOP_TRY(row ? khop_i_form_build(out, &plan, row) : khop_i_auto_build(out, &plan));
done:
  khop_i_plan_close(&plan);
  return status;
}

khop_status khop_rings_build(khop_rings **out, const khop_graph *graph, int count, const int *hops,
                             const khop_rings_options *options) {
  return khop_i_rings_build(out, graph, count, hops, options, false);
}

khop_status khop_rings_sample(khop_rings **out, const khop_graph *graph, int count, const int *hops,
                              int64_t per_row, uint64_t seed, const khop_rings_options *options) {
  khop_status status = KHOP_OK;
  khop_i_plan plan = {0};
  khop_i_ring_sample sample = {0};
  *out = NULL;
  KHOP_TRY(khop_i_plan_open(&plan, graph, count, hops, options));
  KHOP_TRY(khop_i_ring_sample_draw(&sample, &plan, per_row, seed));
  KHOP_TRY(khop_i_rings_new(out, graph->nodes, plan.slots, plan.hops));
  (*out)->direction = plan.options.direction;
  (*out)->op = KHOP_RING;
  (*out)->either_way = plan.symmetric;
  (*out)->form = &khop_i_stored_form;
  (*out)->csr = sample.csr;
  (*out)->row_sums = sample.row_sums;
  (*out)->column_sums = sample.column_sums;
  sample = (khop_i_ring_sample){0};
done:
  khop_i_ring_sample_clear(&sample);
  khop_i_plan_close(&plan);
  return status;
}
