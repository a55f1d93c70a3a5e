/* shard_op_mix.c: sums over rings with a number a tap, fixed or learned, or a number a tap and channel (op_conv.c):
 *
 *   forward    S_t = R_t x, side by side where the numbers are learned     y = sum_t w_t S_t
 *   backward   dw_t = sum over rows (and channels) of S_t dy, part by part     dx += sum_t R_t^T w_t dy
 *
 * In training it may drop edges, by the numbers that nodes have in the whole graph (edge_dropout.h). */
#include "base/error.h"
#include "base/memory.h"
#include "distributed/apply.h"
#include "distributed/shard_op.h"
#include "distributed/shard_parts.h"
#include "model/edge_dropout.h"

static bool is_learned(const khop_i_op *op) { return op->weighting != KHOP_WEIGHTS_FIXED; }
static bool per_channel(const khop_i_op *op) { return op->weighting == KHOP_WEIGHTS_DEPTHWISE; }
static const khop_i_op *input_of(const khop_shard_run *r, int at) { return &r->split->ops[r->split->ops[at].input[0]]; }
static unsigned beside(int taps) { return taps > 1 ? KHOP_CONCAT : 0; }
static unsigned flags_of(const khop_i_op *op) { return op->concat ? beside(op->taps) : 0; }

/* --- edges that are dropped ------------------------------------------------------------------------------------ */

static khop_rings *rings_of(const khop_shard_taps *taps, int way) {
  return taps->rings->way[way && !taps->rings->symmetric].rings;
}

static int64_t entries_of(const khop_rings *rings) { return rings->csr->offsets[rings->nodes * rings->slots]; }

static khop_status open_mix(khop_shard_run *r, int at) {
  const khop_i_op *op = &r->split->ops[at];
  khop_i_shard_node *node = &r->node[at];
  int64_t sums = khop_shard_rows(r->shard) * op->taps * input_of(r, at)->columns;
  khop_status status = KHOP_OK;
  if (is_learned(op)) KHOP_TRY(khop_i_alloc_raw(&node->work, sums, sizeof *node->work, "sums over rings"));
  for (int way = 0; r->training && op->rate > 0 && way <= !node->taps->rings->symmetric; way++)
    KHOP_TRY(khop_i_alloc_raw(&node->kept[way], entries_of(rings_of(node->taps, way)), sizeof *node->work, "dropped edges"));
done:
  return status;
}

/* The taps of both ways get the values of this step, or in evaluation the rings' own. */
static void drop_edges(khop_shard_run *r, int at) {
  const khop_shard_taps *taps = r->node[at].taps;
  double rate = r->split->ops[at].rate;
  khop_i_edge_draw draw = khop_i_edge_draw_of(khop_i_random_key(r->seed, r->step, (uint64_t)r->origin[at]), rate,
                                              taps->rings->symmetric);
  for (int way = 0; r->training && rate > 0 && way < 2; way++) {
    int made = way && !taps->rings->symmetric;
    const khop_rings *rings = rings_of(taps, way);
    draw.transposed = way;
    for (int t = 0; t < taps->count; t++) {
      khop_i_tap *tap = &taps->way[way]->forward[t];
      if (tap->slot < 0) continue;
      tap->values = r->dropping ? r->node[at].kept[made] : rings->csr->values;
      if (r->dropping && made == way) khop_i_edge_values(r->node[at].kept[made], rings, tap, taps->rings->way[made].halo.node, &draw);
    }
  }
}

/* --- forward --------------------------------------------------------------------------------------------------- */

/* y = or += w S, a row of f columns. */
static void weigh_row(khop_real *y, const khop_real *s, const khop_real *w, int64_t f, bool channels, bool accumulate) {
  for (int64_t c = 0; c < f; c++) y[c] = (accumulate ? y[c] : 0) + w[channels ? c : 0] * s[c];
}

/* The rows of the rank, of their sums side by side. */
static void weigh_sums(khop_real *y, const khop_shard_run *r, int at, const khop_real *w) {
  const khop_i_op *op = &r->split->ops[at];
  int64_t f = input_of(r, at)->columns;
  for (int64_t i = 0; i < khop_shard_rows(r->shard); i++)
    for (int t = 0; t < op->taps; t++)
      weigh_row(y + i * op->columns + (op->concat ? t * f : 0), r->node[at].work + (i * op->taps + t) * f,
                w + t * (per_channel(op) ? f : 1), f, per_channel(op), t > 0 && !op->concat);
}

static khop_status forward_mix(khop_shard_run *r, int at) {
  const khop_i_op *op = &r->split->ops[at];
  khop_i_shard_node *node = &r->node[at];
  int64_t f = input_of(r, at)->columns;
  khop_status status = KHOP_OK;
  drop_edges(r, at);
  khop_i_parts_values(r->x, r, op->input[0]);
  if (is_learned(op)) {
    KHOP_TRY(khop_i_shard_apply(node->work, op->taps * f, node->taps, r->x, f, f, beside(op->taps), NULL));
    weigh_sums(r->y, r, at, khop_i_weights_of(r->run[0], op));
  } else {
    KHOP_TRY(khop_i_shard_apply(r->y, op->columns, node->taps, r->x, f, f, flags_of(op), op->initial));
  }
  khop_i_parts_set(r, at, r->y);
done:
  return status;
}

/* --- backward -------------------------------------------------------------------------------------------------- */

/* dw of a part: its rows, one after the other. */
static void add_weight_gradients(const khop_shard_run *r, int at, int p) {
  const khop_i_op *op = &r->split->ops[at];
  const khop_real *dy = r->run[p]->node[at].gradient, *sums = r->node[at].work;
  khop_real *dw = khop_i_weight_gradients_of(r->run[p], op);
  int64_t f = input_of(r, at)->columns;
  for (int64_t i = r->row[p]; i < r->row[p + 1]; i++, dy += op->columns)
    for (int t = 0; t < op->taps; t++)
      for (int64_t c = 0; c < f; c++)
        dw[per_channel(op) ? t * f + c : t] += sums[(i * op->taps + t) * f + c] * dy[(op->concat ? t * f : 0) + c];
}

/* Side by side (rows, taps f): w_t dy. */
static void weigh_gradients(khop_real *wide, const khop_shard_run *r, int at, const khop_real *dy, const khop_real *w) {
  const khop_i_op *op = &r->split->ops[at];
  int64_t f = input_of(r, at)->columns;
  for (int64_t i = 0; i < khop_shard_rows(r->shard); i++)
    for (int t = 0; t < op->taps; t++)
      weigh_row(wide + (i * op->taps + t) * f, dy + i * op->columns + (op->concat ? t * f : 0), w + t * f, f, true, false);
}

static khop_status backward_mix(khop_shard_run *r, int at) {
  const khop_i_op *op = &r->split->ops[at];
  const khop_real *w = is_learned(op) ? khop_i_weights_of(r->run[0], op) : op->initial;
  int64_t f = input_of(r, at)->columns;
  khop_status status = KHOP_OK;
  for (int p = 0; is_learned(op) && p < r->own; p++) add_weight_gradients(r, at, p);
  if (!khop_i_parts_need(r, op->input[0])) return KHOP_OK;
  khop_i_parts_gradients(r->y, r, at);
  if (per_channel(op)) {
    weigh_gradients(r->x, r, at, r->y, w);
    KHOP_TRY(khop_i_shard_apply(r->y, f, r->node[at].taps, r->x, op->taps * f, f, beside(op->taps) | KHOP_TRANSPOSE, NULL));
    khop_i_parts_add(r, op->input[0], r->y);
  } else {
    KHOP_TRY(khop_i_shard_apply(r->x, f, r->node[at].taps, r->y, op->columns, f, flags_of(op) | KHOP_TRANSPOSE, w));
    khop_i_parts_add(r, op->input[0], r->x);
  }
done:
  return status;
}

const khop_i_shard_op khop_i_shard_op_mix = {open_mix, forward_mix, backward_mix};
