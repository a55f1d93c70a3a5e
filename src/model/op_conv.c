/* op_conv.c: k-hop convolutions in a model: a matrix a tap (conv), or numbers a tap (mix).
 *
 * The arithmetic of conv is in apply/conv.c. mix is y = sum_t w_t (R_t x), w_t a number or a number
 * a channel; its gradients are derived in docs/derivations/conv.md:
 *
 *   G_t = R_t^T dy     dx += sum_t w_t G_t     dw_t += sum over nodes (and channels) of x G_t */
#include "model/run.h"
#include "kernels/drivers.h"

void khop_i_plan_taps(khop_run *run, khop_i_node *node, khop_i_arena *arena) {
  const khop_i_op *op = node->op;
  const khop_rings *rings = khop_i_run_rings(run, op), *turned = NULL;
  khop_real *scales;
  node->taps = khop_i_arena_take(arena, 1, sizeof *node->taps);
  scales = khop_i_arena_take(arena, khop_i_taps_scales(run->n, op->taps, op->norm), sizeof *scales);
  khop_i_tap *both = khop_i_arena_take(arena, 2 * op->taps, sizeof *both);
  if (!arena->base) return;
  node->taps->forward = both;
  khop_i_rings_transposed(&turned, rings); /* made before the plan: cannot fail here */
  khop_i_taps_fill(node->taps, scales, rings, turned, op->taps, op->hops, op->norm, op->self_loop);
}

static khop_i_conv conv_of(khop_run *run, int at, const khop_taps *taps) {
  const khop_i_op *op = run->node[at].op;
  const khop_i_node *x = khop_i_input_of(run, at, 0);
  int64_t f = x->op->columns, g = op->columns / (op->concat ? op->taps : 1);
  khop_i_conv c = {taps, f, g, op->concat, khop_i_conv_gathers_first(f, g, x->sparse), op->groups, false, false};
  if (!run->whole[1]) return c; /* batches differ, and have the room of the largest one */
  const khop_rings *rings = khop_i_run_rings(run, op);
  int slot[KHOP_MAX_TAPS];
  for (int t = 0; t < op->taps; t++) {
    slot[t] = khop_rings_slot(rings, op->hops[t]);
    if (khop_i_rings_is_identity(rings, slot[t])) slot[t] = -1;
  }
  c.lines = khop_i_conv_takes_packed(&c, rings, op->taps, slot);
  return c;
}

/* Where a convolution keeps what it gathered, backward reads it; all else is done with its workspace when it
 * returns, so that one stands for all, and stays in a cache. */
void khop_i_plan_workspace(khop_run *run, khop_i_arena *arena) {
  int64_t most = 0;
  for (int i = 1; i < run->model->count; i++) {
    const khop_i_op *op = run->node[i].op;
    if (op->kind != KHOP_I_CONV) continue;
    khop_taps counted = {.nodes = run->n, .count = op->taps, .rings = khop_i_run_rings(run, op)};
    khop_i_conv c = conv_of(run, i, &counted);
    int64_t here = khop_i_conv_keeps(&c) ? 0 : khop_i_conv_workspace(&c, run->n);
    most = here > most ? here : most;
  }
  run->workspace = khop_i_arena_take(arena, most, sizeof *run->workspace);
}

void khop_i_op_conv_plan(khop_run *run, int at, khop_i_arena *arena) {
  khop_i_node *y = &run->node[at];
  khop_taps counted = {.nodes = run->n, .count = y->op->taps, .rings = khop_i_run_rings(run, y->op)};
  khop_i_plan_taps(run, y, arena);
  y->conv = conv_of(run, at, y->taps ? y->taps : &counted);
  y->work = run->workspace;
  if (khop_i_conv_keeps(&y->conv))
    y->work = khop_i_arena_take(arena, khop_i_conv_workspace(&y->conv, run->n), sizeof *y->work);
  y->packed = khop_i_arena_take(arena, khop_i_conv_packed(&y->conv), sizeof *y->packed);
  y->conv.taps = y->taps;
}

void khop_i_op_conv_forward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at], *x = khop_i_input_of(run, at, 0);
  const khop_real *w = khop_i_weights_of(run, y->op);
  khop_i_conv_forward(y->buffer, &y->conv, &x->matrix, w, y->work, y->packed);
  if (y->op->shifts)
    khop_i_add_shifts(y->buffer, y->buffer, w + y->op->weights, run->n, y->op->columns);
}

void khop_i_op_conv_backward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at], *x = khop_i_input_of(run, at, 0);
  khop_real *dw = khop_i_weight_gradients_of(run, y->op);
  if (y->op->shifts)
    khop_i_column_sums(dw + y->op->weights, y->gradient, y->op->columns, run->n, y->op->columns);
  y->conv.sets = x->fresh;
  khop_i_conv_backward(x->gradient, dw, &y->conv, &x->matrix, khop_i_weights_of(run, y->op),
                       y->gradient, y->work, y->packed);
}

/* --- mix ------------------------------------------------------------------------------------ */

static bool is_learned(const khop_i_op *op) { return op->weighting != KHOP_WEIGHTS_FIXED; }

void khop_i_op_mix_plan(khop_run *run, int at, khop_i_arena *arena) {
  khop_i_node *y = &run->node[at];
  khop_i_plan_taps(run, y, arena);
  if (run->training && is_learned(y->op))
    y->work = khop_i_arena_take(arena, run->n * y->op->taps * khop_i_input_of(run, at, 0)->op->columns,
                                sizeof *y->work);
}

static khop_i_spread weighted(const khop_run *run, const khop_i_op *op) {
  return (khop_i_spread){
      .weight = is_learned(op) ? khop_i_weights_of(run, op) : op->initial,
      .per_channel = op->weighting == KHOP_WEIGHTS_DEPTHWISE,
  };
}

void khop_i_op_mix_forward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at], *x = khop_i_input_of(run, at, 0);
  int64_t f = x->op->columns;
  khop_i_spread spread = weighted(run, y->op);
  spread.out_step = y->op->concat ? f : 0;
  khop_i_taps_gather(y->buffer, y->op->columns, y->taps, false, x->value, f, f, spread);
}

/* dw_t += sum_j x_j G_t[j], into one number or one a channel. */
static void add_mix_gradients(khop_real *dw, const khop_run *run, const khop_i_op *op,
                              const khop_real *x, const khop_real *g, int64_t f) {
  bool per_channel = op->weighting == KHOP_WEIGHTS_DEPTHWISE;
  for (int64_t i = 0; i < run->n; i++)
    for (int t = 0; t < op->taps; t++)
      for (int64_t c = 0; c < f; c++)
        dw[per_channel ? t * f + c : t] += x[i * f + c] * g[(i * op->taps + t) * f + c];
}

static void add_mix_inputs(khop_real *dx, const khop_run *run, const khop_i_op *op,
                           const khop_real *g, int64_t f) {
  const khop_real *w = khop_i_weights_of(run, op);
  bool per_channel = op->weighting == KHOP_WEIGHTS_DEPTHWISE;
  for (int64_t i = 0; i < run->n; i++)
    for (int t = 0; t < op->taps; t++)
      for (int64_t c = 0; c < f; c++)
        dx[i * f + c] += w[per_channel ? t * f + c : t] * g[(i * op->taps + t) * f + c];
}

void khop_i_op_mix_backward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at], *x = khop_i_input_of(run, at, 0);
  int64_t f = x->op->columns, ldy = y->op->columns;
  khop_i_spread spread = weighted(run, y->op);
  spread.in_step = y->op->concat ? f : 0;
  if (!is_learned(y->op)) {
    spread.accumulate = true;
    if (x->gradient)
      khop_i_taps_gather(x->gradient, f, y->taps, true, y->gradient, ldy, f, spread);
    return;
  }
  spread.weight = NULL;
  spread.out_step = f;
  khop_i_taps_gather(y->work, f * y->op->taps, y->taps, true, y->gradient, ldy, f, spread);
  add_mix_gradients(khop_i_weight_gradients_of(run, y->op), run, y->op, x->value, y->work, f);
  if (x->gradient) add_mix_inputs(x->gradient, run, y->op, y->work, f);
}
