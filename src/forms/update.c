/* update.c: khop_rings_update: rings after their graph was edited (khop/rings.h).
 *
 * A path of the graph before or afterwards that has an arc which only one of them has reaches its first such arc by arcs
 * that both have. So the rows that can differ are those from which such an arc is reached within the furthest hop less
 * one, in the graph afterwards alone. */
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "forms/stored.h"
#include "graph/edit.h"
#include "rings/build.h"
#include "rings/update.h"

static khop_status check_form(const khop_rings *rings) {
  if (rings->op == KHOP_METAPATH)
    return khop_i_fail(KHOP_E_UNSUPPORTED, "khop_rings_update: metapaths are built anew, by khop_metapaths_build");
  if (!rings->form->has_rows)
    return khop_i_fail(KHOP_E_UNSUPPORTED, "khop_rings_update copies rows, and rings in the form %s have none: build "
                       "them anew, or stored", rings->form->name);
  if (rings->row_sums)
    return khop_i_fail(KHOP_E_UNSUPPORTED, "khop_rings_update: a sample of rings is drawn anew, by khop_rings_sample");
  return KHOP_OK;
}

/* The rings may be of another graph, such as the one afterwards. */
static khop_status check_graph(const khop_rings *rings, const khop_graph *graph) {
  bool symmetric = !graph->directed || rings->direction == KHOP_ALL;
  int one = khop_rings_slot(rings, 1);
  if (rings->nodes != graph->nodes)
    return khop_i_fail(KHOP_E_SHAPE, "khop_rings_update: rings of %lld nodes and a graph of %lld", (long long)rings->nodes,
                       (long long)graph->nodes);
  if (rings->symmetric != symmetric)
    return khop_i_fail(KHOP_E_SHAPE, "khop_rings_update: the rings are %sthose of a graph that is %s",
                       rings->symmetric ? "" : "not ", graph->directed ? "undirected" : "directed both ways");
  if (one < 0 || rings->op == KHOP_BALL || (graph->directed && rings->direction == KHOP_ALL)) return KHOP_OK;
  if (khop_rings_entries(rings, one) == graph->arcs) return KHOP_OK;
  return khop_i_fail(KHOP_E_SHAPE, "khop_rings_update: hop 1 has %lld entries and the graph %lld arcs: give the graph "
                     "that the rings were built from", (long long)khop_rings_entries(rings, one),
                     (long long)graph->arcs);
}

static khop_direction against(khop_direction direction) {
  return direction == KHOP_OUT ? KHOP_IN : direction == KHOP_IN ? KHOP_OUT : KHOP_ALL;
}

/* Marks the rows that can differ, new ones among them; how many. */
static khop_status mark_rows(uint8_t *search, int64_t *count, const khop_rings *rings, const khop_i_edited *edited,
                             const khop_graph *before, const khop_graph_edits *edits) {
  khop_status status = KHOP_OK;
  khop_i_ball ball = {0};
  khop_graph *turned = NULL;
  const khop_graph *along;
  int furthest = rings->hops[rings->slots - 1];
  for (int64_t i = before->nodes; i < before->nodes + edits->added_nodes; i++) search[edited->now[i]] = 1;
  if (furthest > 0) {
    KHOP_TRY(khop_i_edit_tails(&ball, edited, before, edits, rings->direction));
    KHOP_TRY(khop_i_ball_arcs(&along, &turned, edited->graph, against(rings->direction)));
    KHOP_TRY(khop_i_ball_grow(&ball, along, furthest - 1));
  }
  for (int64_t k = 0; k < ball.count; k++) search[ball.nodes[k]] = 1;
  *count = 0;
  for (int64_t i = 0; i < edited->graph->nodes; i++) *count += search[i];
done:
  khop_graph_free(turned);
  khop_i_ball_close(&ball);
  return status;
}

/* The entries afterwards. A build searches many rows at once, which pays where half of them are searched. */
static khop_status update_entries(khop_i_hop_csr **made, const khop_i_plan *plan, const khop_rings *rings,
                                  const khop_i_edited *edited, const khop_graph *before,
                                  const khop_graph_edits *edits) {
  khop_status status = KHOP_OK;
  uint8_t *search = NULL;
  int64_t count;
  KHOP_TRY(khop_i_alloc(&search, edited->graph->nodes, 1, "rows to search"));
  KHOP_TRY(mark_rows(search, &count, rings, edited, before, edits));
  khop_i_csr_edit edit = {rings->csr, edited->now, edits->removed_nodes > 0, search};
  KHOP_TRY(2 * count >= edited->graph->nodes ? khop_i_hop_csr_build(made, plan)
                                             : khop_i_hop_csr_update(made, plan, &edit));
done:
  khop_i_free(search);
  return status;
}

khop_status khop_rings_update(khop_rings **out, const khop_rings *rings, const khop_graph *graph,
                              const khop_graph_edits *given, int64_t max_bytes) {
  khop_graph_edits edits;
  khop_status status = KHOP_OK;
  khop_i_edited edited = {0};
  khop_i_plan plan = {0};
  khop_rings *made = NULL;
  if (out) *out = NULL;
  if (!out || !rings || !graph || !given)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_rings_update: the rings, the graph, the edits or a place for the result is "
                       "missing");
  KHOP_TRY(KHOP_I_TAKE(khop_graph_edits, &edits, given));
  KHOP_TRY(check_form(rings));
  KHOP_TRY(check_graph(rings, graph));
  KHOP_TRY(khop_i_edit_open(&edited, graph, &edits));
  khop_rings_options options = {.size = sizeof options, .direction = rings->direction, .op = rings->op, .max_bytes = max_bytes};
  KHOP_TRY(khop_i_plan_open(&plan, edited.graph, rings->slots, rings->hops, &options));
  KHOP_TRY(khop_i_rings_new(&made, edited.graph->nodes, plan.slots, plan.hops));
  made->direction = rings->direction;
  made->op = rings->op;
  made->symmetric = rings->symmetric;
  made->form = &khop_i_stored_form;
  KHOP_TRY(update_entries(&made->csr, &plan, rings, &edited, graph, &edits));
  *out = made;
  made = NULL;
done:
  khop_rings_free(made);
  khop_i_plan_close(&plan);
  khop_i_edit_close(&edited);
  return status;
}
