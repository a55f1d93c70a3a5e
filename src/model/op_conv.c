/* op_conv.c: k-hop convolutions in a model: a matrix a tap (conv), or numbers a tap (mix).
 *
 * The arithmetic of conv is in apply/conv.c. mix is y = sum_t w_t (R_t x), w_t a number or a number
 * a channel; its gradients are derived in docs/derivations/conv.md:
 *
 *   G_t = R_t^T dy     dx += sum_t w_t G_t     dw_t += sum over nodes (and channels) of x G_t */
#include "model/op.h"
#include "model/conv_plan.h"
#include "model/edge_dropout.h"
#include "kernels/drivers.h"

static void conv_plan(khop_run *run, int at, khop_i_arena *arena) {
  khop_i_node *y = &run->node[at];
  khop_taps counted = {.nodes = y->rows, .count = y->op->taps, .rings = khop_i_run_rings(run, y->op)};
  khop_i_plan_taps(run, y, arena);
  y->conv = khop_i_plan_conv(run, at, y->taps ? y->taps : &counted);
  y->work = run->workspace;
  if (khop_i_conv_keeps(&y->conv))
    y->work = khop_i_arena_take(arena, khop_i_conv_workspace(&y->conv, run->n), sizeof *y->work);
  y->packed = khop_i_arena_take(arena, khop_i_conv_packed(&y->conv), sizeof *y->packed);
  y->conv.taps = y->taps;
  khop_i_plan_edge_dropout(run, y, arena);
}

static void conv_forward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at], *x = khop_i_input_of(run, at, 0);
  const khop_real *w = khop_i_weights_of(run, y->op);
  khop_i_drop_edges(run, at);
  khop_i_conv_forward(y->buffer, &y->conv, &x->matrix, w, y->work, y->packed);
  if (y->op->biases)
    khop_i_add_bias(y->buffer, y->buffer, w + y->op->weights, y->rows, y->op->columns);
}

static void conv_backward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at], *x = khop_i_input_of(run, at, 0);
  khop_real *dw = khop_i_weight_gradients_of(run, y->op);
  if (y->op->biases)
    khop_i_column_sums(dw + y->op->weights, y->gradient, y->op->columns, run->n, y->op->columns);
  y->conv.sets = x->fresh;
  khop_i_conv_backward(x->gradient, dw, &y->conv, &x->matrix, khop_i_weights_of(run, y->op),
                       y->gradient, y->work, y->packed);
}

const khop_i_op_row khop_i_op_conv = {
    .name = "conv", .takes_sparse = true, .sets = true,
    .plan = conv_plan, .forward = conv_forward, .backward = conv_backward,
};

/* --- mix ------------------------------------------------------------------------------------ */

static bool is_learned(const khop_i_op *op) { return op->weighting != KHOP_WEIGHTS_FIXED; }

static void mix_plan(khop_run *run, int at, khop_i_arena *arena) {
  khop_i_node *y = &run->node[at];
  khop_i_plan_taps(run, y, arena);
  khop_i_plan_edge_dropout(run, y, arena);
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

static void mix_forward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at], *x = khop_i_input_of(run, at, 0);
  int64_t f = x->op->columns;
  khop_i_spread spread = weighted(run, y->op);
  spread.out_step = y->op->concat ? f : 0;
  khop_i_drop_edges(run, at);
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

static void mix_backward(khop_run *run, int at) {
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

const khop_i_op_row khop_i_op_mix = {
    .name = "mix", .plan = mix_plan, .forward = mix_forward, .backward = mix_backward,
};
