/* blocks_spread.c: graph networks that spread values over fixed rings, and learn how much each counts, or only what is
 * done with them: H2GCN, FSGNN, GPR-GNN. Formulas are in khop/blocks.h. */
#include "model/blocks.h"

/* --- H2GCN ---------------------------------------------------------------------------------- */

khop_value khop_h2gcn(khop_model *m, khop_value x, const khop_h2gcn_options *options) {
  khop_value round[KHOP_I_MAX_BLOCK_LAYERS + 1];
  khop_h2gcn_options own, *o = &own;
  if (!KHOP_I_BLOCK_TAKE(m, "h2gcn", khop_h2gcn_options, &own, options)) return -1;
  if (!khop_i_block_ready(m, "h2gcn", x, o->layers, NULL, &o->taps)) return -1;
  khop_conv_options conv = khop_i_block_row(&o->taps, o->self_loop, (const int[]){1, 2}, 2);
  conv.weights = KHOP_WEIGHTS_FIXED;
  conv.concat = true;
  round[0] = x;
  for (int l = 0; l < o->layers; l++) round[l + 1] = khop_conv(m, round[l], khop_i_block_columns(m, round[l]), &conv);
  return khop_concat(m, o->layers + 1, round);
}

/* --- FSGNN ---------------------------------------------------------------------------------- */

khop_value khop_fsgnn(khop_model *m, khop_value x, const khop_fsgnn_options *options) {
  khop_fsgnn_options own, *o = &own;
  if (!KHOP_I_BLOCK_TAKE(m, "fsgnn", khop_fsgnn_options, &own, options)) return -1;
  if (!khop_i_block_ready(m, "fsgnn", x, 1, NULL, &o->taps)) return -1;
  khop_conv_options conv = khop_i_block_row(&o->taps, o->self_loop, (const int[]){0, 1, 2, 3}, 4);
  conv.concat = conv.bias = true;
  khop_value hops = khop_conv(m, x, khop_i_block_width(m, x, o->columns), &conv);
  return khop_i_block_activate(m, khop_weigh_blocks(m, hops, conv.taps), o->activation);
}

/* --- GPR-GNN -------------------------------------------------------------------------------- */

/* alpha (1 - alpha)^k, and what is left at the last k: together 1. */
static void put_pagerank(khop_real *gamma, int count, double alpha) {
  double rest = 1;
  for (int k = 0; k < count; k++, rest *= 1 - alpha) gamma[k] = (khop_real)(k < count - 1 ? alpha * rest : rest);
}

khop_value khop_gpr(khop_model *m, khop_value x, const khop_gpr_options *options) {
  khop_real gamma[KHOP_MAX_TAPS];
  khop_gpr_options own, *o = &own;
  if (!KHOP_I_BLOCK_TAKE(m, "gpr", khop_gpr_options, &own, options)) return -1;
  khop_conv_options conv = khop_i_block_row(&o->taps, o->self_loop, (const int[]){1}, 1);
  bool powers = conv.taps == 1;
  if (!khop_i_block_ready(m, "gpr", x, powers ? o->layers : 1, NULL, &o->taps)) return -1;
  if (!khop_i_block_share(m, "gpr", "alpha", o->alpha)) return -1;
  if (!powers && o->layers)
    return khop_i_model_poison(m, KHOP_E_ARGUMENT, "gpr: %d layers of %d hops: several hops take no powers", o->layers,
                               conv.taps);
  int64_t columns = khop_i_block_columns(m, x);
  put_pagerank(gamma, powers ? o->layers + 1 : khop_i_block_taps(&conv), o->alpha);
  if (!powers) {
    conv.weights = KHOP_WEIGHTS_SCALAR;
    conv.initial = gamma;
    return khop_conv(m, x, columns, &conv);
  }
  conv.weights = KHOP_WEIGHTS_FIXED;
  khop_value sum = khop_i_block_weigh(m, x, gamma[0], conv.direction);
  for (int k = 1; k <= o->layers; k++) {
    x = khop_conv(m, x, columns, &conv);
    sum = khop_add(m, sum, khop_i_block_weigh(m, x, gamma[k], conv.direction));
  }
  return sum;
}
