/* form.c: see form.h. */
#include "forms/form.h"
#include "base/error.h"

khop_status khop_i_form_refuse(const khop_i_plan *plan, const char *how, double bytes) {
  return khop_i_fail(KHOP_E_BUDGET,
                     "the rings up to hop %d of %lld nodes, %s, take %.3g MB and the budget is %.3g MB: "
                     "ask for fewer hops, or raise the budget", plan->hops[plan->slots - 1],
                     (long long)plan->graph->nodes, how, bytes / 1e6, (double)plan->max_bytes / 1e6);
}
