/* conv_plan.c: what the plans of the ops over rings share. */
#include "model/conv_plan.h"

const khop_rings *khop_i_run_rings(const khop_run *run, const khop_i_op *op) {
  for (int r = 0; r < run->rings_count; r++) {
    const khop_rings *rings = run->rings[r];
    bool fits = rings->op == op->op && (rings->symmetric || rings->either_way || rings->direction == op->direction);
    for (int t = 0; fits && t < op->taps; t++) fits = khop_rings_slot(rings, op->hops[t]) >= 0;
    if (fits) return rings;
  }
  return NULL;
}

void khop_i_plan_taps(khop_run *run, khop_i_node *node, khop_i_arena *arena) {
  const khop_i_op *op = node->op;
  const khop_rings *rings = khop_i_run_rings(run, op), *transposed = NULL;
  khop_real *scales;
  node->taps = khop_i_arena_take(arena, 1, sizeof *node->taps);
  scales = khop_i_arena_take(arena, khop_i_taps_scales(run->n, op->taps, op->norm), sizeof *scales);
  khop_i_tap *both = khop_i_arena_take(arena, 2 * op->taps, sizeof *both);
  if (!arena->base) return;
  node->taps->forward = both;
  khop_i_rings_transposed(&transposed, rings); /* made before the plan: cannot fail here */
  khop_i_taps_fill(node->taps, scales, rings, transposed, op->taps, op->hops, op->norm, op->self_loop);
  node->taps->nodes = node->rows;
}

khop_i_conv khop_i_plan_conv(khop_run *run, int at, const khop_taps *taps) {
  const khop_i_op *op = run->node[at].op;
  const khop_i_node *x = khop_i_input_of(run, at, 0);
  int64_t f = x->op->columns, g = op->columns / (op->concat ? op->taps : 1);
  khop_i_conv c = {.taps = taps, .f = f, .g = g, .concat = op->concat, .groups = op->groups,
                   .gather_first = khop_i_conv_gathers_first(f, g, x->sparse)};
  if (!run->whole[1]) return c; /* a run of batches is planned for the largest one, and their rings differ */
  const khop_rings *rings = khop_i_run_rings(run, op);
  int slot[KHOP_MAX_TAPS];
  for (int t = 0; t < op->taps; t++) {
    slot[t] = khop_rings_slot(rings, op->hops[t]);
    if (khop_i_rings_is_identity(rings, slot[t])) slot[t] = -1;
  }
  /* Packed columns are scaled before they are summed, which is rounded once more: where a run is only to predict, a
   * row must not depend on how large the graph is. */
  bool scaled = op->norm == KHOP_NORM_SYM || op->norm == KHOP_NORM_COL;
  c.packed = !run->first_rows && op->rate == 0 && (run->training || !scaled) && khop_i_conv_takes_packed(&c, rings, op->taps, slot);
  return c;
}

/* A convolution that keeps what it gathered for backward has a workspace of its own. All others are done with theirs
 * when they return: they share one, which then stays in the cache. */
void khop_i_plan_workspace(khop_run *run, khop_i_arena *arena) {
  int64_t most = 0;
  for (int i = 1; i < run->model->count; i++) {
    const khop_i_op *op = run->node[i].op;
    if (op->kind != KHOP_I_CONV) continue;
    khop_taps counted = {.nodes = run->node[i].rows, .count = op->taps, .rings = khop_i_run_rings(run, op)};
    khop_i_conv c = khop_i_plan_conv(run, i, &counted);
    int64_t here = khop_i_conv_keeps(&c) ? 0 : khop_i_conv_workspace(&c, run->n);
    most = here > most ? here : most;
  }
  run->workspace = khop_i_arena_take(arena, most, sizeof *run->workspace);
}
