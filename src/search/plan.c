/* plan.c: see plan.h. */
#include "search/plan.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/order.h"
#include "graph/distance.h"

#include <stdlib.h>

/* The longest walk, in hops: each is a product. */
#define MAX_WALK_HOPS 4096

int khop_i_sort_hops(int *hops, int count) {
  int distinct = 0;
  qsort(hops, (size_t)count, sizeof *hops, khop_i_ascending_int32);
  for (int i = 0; i < count; i++)
    if (i == 0 || hops[i] != hops[distinct - 1]) hops[distinct++] = hops[i];
  return distinct;
}

static khop_status check_request(const khop_i_plan *plan, int count, const int *hops) {
  const khop_rings_options *o = &plan->options;
  if (count < 1) return khop_i_fail(KHOP_E_ARGUMENT, "%d hops: at least one is needed", count);
  if (o->direction < KHOP_OUT || o->direction > KHOP_ALL)
    return khop_i_fail(KHOP_E_ARGUMENT, "there is no direction %d", (int)o->direction);
  if (o->op == KHOP_METAPATH)
    return khop_i_fail(KHOP_E_ARGUMENT, "metapaths cannot be built from a graph without types: "
                                        "khop_metapaths_build takes a typed one");
  if (o->op < KHOP_RING || o->op > KHOP_WALK_SUPPORT)
    return khop_i_fail(KHOP_E_ARGUMENT, "there is no operator %d", (int)o->op);
  if (o->search < KHOP_SEARCH_BITS || o->search > KHOP_SEARCH_GRAPHBLAS)
    return khop_i_fail(KHOP_E_ARGUMENT, "there is no search %d", (int)o->search);
  if (o->max_bytes < 0)
    return khop_i_fail(KHOP_E_ARGUMENT, "a budget of %lld bytes", (long long)o->max_bytes);
  for (int i = 0; i < count; i++) {
    if (hops[i] < 0) return khop_i_fail(KHOP_E_ARGUMENT, "a hop of %d: hops count from 0", hops[i]);
    if (o->op >= KHOP_WALK_POWER && hops[i] > MAX_WALK_HOPS)
      return khop_i_fail(KHOP_E_ARGUMENT, "a walk of %d hops: walks go up to %d", hops[i],
                         MAX_WALK_HOPS);
  }
  return KHOP_OK;
}

/* From this hop on, a bound on the diameter is sought first; nearer hops seldom lie beyond the diameter. */
#define FAR_HOP 32

/* Rings beyond the diameter are empty: a bound on it, at one search a component, saves searching that far from every
 * node. */
static khop_status count_searched(khop_i_plan *plan) {
  int64_t bound = plan->graph->nodes;
  plan->searched = plan->slots;
  if (plan->options.op != KHOP_RING || plan->hops[plan->slots - 1] < FAR_HOP) return KHOP_OK;
  if (plan->symmetric && !plan->graph->directed) {
    khop_status status = khop_i_graph_diameter_bound(&bound, plan->graph);
    if (status != KHOP_OK) return status;
  }
  while (plan->searched > 0 && plan->hops[plan->searched - 1] > bound) plan->searched--;
  return KHOP_OK;
}

khop_status khop_i_plan_open(khop_i_plan *plan, const khop_graph *graph, int count,
                             const int *hops, const khop_rings_options *options) {
  khop_status status = KHOP_OK;
  *plan = (khop_i_plan){.graph = graph, .rows = graph->nodes};
  KHOP_TRY(KHOP_I_TAKE(khop_rings_options, &plan->options, options));
  plan->symmetric = !graph->directed || plan->options.direction == KHOP_ALL;
  plan->max_bytes = plan->options.max_bytes ? plan->options.max_bytes : khop_i_half_of_memory();
  KHOP_TRY(check_request(plan, count, hops));
  KHOP_TRY(khop_i_copy(&plan->hops, hops, count, sizeof *plan->hops, "hops"));
  plan->slots = khop_i_sort_hops(plan->hops, count);
  KHOP_TRY(count_searched(plan));
done:
  if (status != KHOP_OK) khop_i_plan_close(plan);
  return status;
}

void khop_i_plan_close(khop_i_plan *plan) {
  khop_i_free(plan->hops);
  plan->hops = NULL;
}

void khop_i_plan_take_rows(khop_i_plan *plan, int64_t first, int64_t rows) {
  plan->first = first;
  plan->rows = rows;
  plan->one_way = true;
}

bool khop_i_plan_by_products(const khop_i_plan *plan) {
  return plan->options.search == KHOP_SEARCH_GRAPHBLAS || plan->options.op == KHOP_WALK_POWER ||
         plan->options.op == KHOP_WALK_SUPPORT;
}

double khop_i_plan_bytes(const khop_i_plan *plan, double entries) {
  double entry = sizeof(int32_t) + (plan->options.op == KHOP_WALK_POWER ? sizeof(khop_real) : 0);
  return entries * entry + 8.0 * ((double)plan->graph->nodes * plan->slots + 1);
}

khop_status khop_i_plan_refuse(const khop_i_plan *plan, double bytes, const char *how) {
  return khop_i_fail(KHOP_E_BUDGET,
                     "the rings up to hop %d of %lld nodes take %s%.3g MB and the budget is %.3g MB: "
                     "ask for fewer or nearer hops, or raise the budget",
                     plan->hops[plan->slots - 1], (long long)plan->graph->nodes, how, bytes / 1e6,
                     (double)plan->max_bytes / 1e6);
}
