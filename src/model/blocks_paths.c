/* blocks_paths.c: graph networks in which each hop, or each direction, has weights of its own: Dir-GNN, SP-MPNN, KP-GNN.
 * Formulas are in khop/blocks.h. */
#include "model/blocks.h"

/* --- Dir-GNN -------------------------------------------------------------------------------- */

/* The same taps against the arcs; a node itself is in those along them already. */
static khop_conv_options backwards(const khop_conv_options *out, int *hops) {
  khop_conv_options in = *out;
  in.direction = KHOP_IN;
  in.bias = false;
  in.taps = 0;
  in.hops = hops;
  for (int t = 0; t < khop_i_block_taps(out); t++)
    if (khop_i_block_hop(out, t) != 0) hops[in.taps++] = khop_i_block_hop(out, t);
  return in;
}

khop_value khop_dir(khop_model *m, khop_value x, const khop_dir_options *options) {
  khop_value layer[KHOP_I_MAX_BLOCK_LAYERS];
  int hops[KHOP_MAX_TAPS];
  khop_dir_options own, *o = &own;
  if (!KHOP_I_BLOCK_TAKE(m, "dir", khop_dir_options, &own, options)) return -1;
  if (!khop_i_block_ready(m, "dir", x, o->layers, NULL, &o->taps)) return -1;
  if (o->taps.direction != KHOP_OUT)
    return khop_i_model_poison(m, KHOP_E_ARGUMENT, "dir: direction %d: it takes both, out and in",
                               (int)o->taps.direction);
  khop_conv_options out = khop_i_block_row(&o->taps, o->self_loop, (const int[]){0, 1}, 2), in = backwards(&out, hops);
  if (in.taps == 0) return khop_i_model_poison(m, KHOP_E_ARGUMENT, "dir: no hop but 0, which has no direction");
  int64_t columns = khop_i_block_width(m, x, o->columns);
  out.bias = true;
  for (int l = 0; l < o->layers; l++) {
    khop_value along = khop_conv(m, x, columns, &out), against = khop_conv(m, x, columns, &in);
    x = khop_i_block_activate(m, khop_add(m, along, against), o->activation);
    layer[l] = x = khop_i_block_drop(m, x, o->dropout);
  }
  return khop_concat(m, o->layers, layer);
}

/* --- SP-MPNN -------------------------------------------------------------------------------- */

khop_value khop_spmpnn(khop_model *m, khop_value x, const khop_spmpnn_options *options) {
  khop_real initial[KHOP_MAX_TAPS];
  khop_spmpnn_options own, *o = &own;
  if (!KHOP_I_BLOCK_TAKE(m, "spmpnn", khop_spmpnn_options, &own, options)) return -1;
  if (!khop_i_block_ready(m, "spmpnn", x, o->layers, NULL, &o->taps)) return -1;
  khop_conv_options conv = khop_i_block_row(&o->taps, false, (const int[]){0, 1, 2, 3, 4, 5}, 6);
  int taps = khop_i_block_taps(&conv), others = 0;
  for (int t = 0; t < taps; t++) others += khop_i_block_hop(&conv, t) != 0;
  for (int t = 0; t < taps; t++) initial[t] = khop_i_block_hop(&conv, t) ? 1 / (khop_real)others : 1;
  conv.weights = KHOP_WEIGHTS_SCALAR;
  conv.initial = initial;
  int64_t columns = khop_i_block_columns(m, x);
  for (int l = 0; l < o->layers; l++) {
    khop_value z = khop_linear(m, khop_conv(m, x, columns, &conv), columns, true);
    z = khop_linear(m, khop_i_block_activate(m, z, o->activation), columns, true);
    x = khop_add(m, x, khop_i_block_drop(m, z, o->dropout));
  }
  return x;
}

/* --- KP-GNN --------------------------------------------------------------------------------- */

/* One hop of a layer, before it is joined with the others. */
static khop_value kpgnn_hop(khop_model *m, khop_value x, const khop_kpgnn_options *o, khop_conv_options conv, int hop,
                            int64_t columns) {
  static const khop_real ones[] = {1, 1};
  const int hops[] = {0, hop};
  conv.hops = o->gin ? hops : hops + 1;
  conv.taps = o->gin ? 2 : 1;
  conv.bias = !o->gin;
  if (!o->gin) return khop_i_block_activate(m, khop_conv(m, x, columns, &conv), o->activation);
  conv.weights = KHOP_WEIGHTS_SCALAR;
  conv.initial = ones;
  x = khop_conv(m, x, khop_i_block_columns(m, x), &conv);
  for (int i = 0; i < 2; i++) x = khop_i_block_activate(m, khop_linear(m, x, columns, true), o->activation);
  return x;
}

khop_value khop_kpgnn(khop_model *m, khop_value x, const khop_kpgnn_options *options) {
  khop_kpgnn_options own, *o = &own;
  if (!KHOP_I_BLOCK_TAKE(m, "kpgnn", khop_kpgnn_options, &own, options)) return -1;
  if (!khop_i_block_ready(m, "kpgnn", x, o->layers, NULL, &o->taps)) return -1;
  khop_conv_options conv = khop_i_block_row(&o->taps, o->self_loop, (const int[]){1, 2, 3}, 3);
  if (khop_i_block_taps(&conv) != conv.taps)
    return khop_i_model_poison(m, KHOP_E_ARGUMENT, "kpgnn: %d hops: 1 to %d are possible", conv.taps, KHOP_MAX_TAPS);
  for (int t = 0; t < conv.taps; t++)
    if (khop_i_block_hop(&conv, t) == 0)
      return khop_i_model_poison(m, KHOP_E_ARGUMENT, "kpgnn: hop 0 is no ring around a node: its hops count from 1");
  int64_t columns = khop_i_block_width(m, x, o->columns);
  for (int l = 0; l < o->layers; l++) {
    khop_value sum = -1;
    khop_real share = 1;
    for (int t = 0; t < conv.taps; t++) {
      khop_value z = kpgnn_hop(m, x, o, conv, khop_i_block_hop(&conv, t), columns);
      z = khop_i_block_weigh(m, z, share /= 2, conv.direction);
      sum = t ? khop_add(m, sum, z) : z;
    }
    x = khop_i_block_drop(m, sum, o->dropout);
  }
  return x;
}
