/* blocks_causal.c: the two blocks of sequences: WaveNet's gated stack and the TCN's residual
 * blocks.
 *
 * Nothing in them is bound to a sequence: with rings of a general graph they are a gated and a
 * residual k-hop network. They are causal where their taps look back only: KHOP_IN on the directed
 * path; then khop/stream.h evaluates them step by step. */
#include "model/blocks.h"

/* --- gated stack ---------------------------------------------------------------------------- */

/* z = tanh(conv) * sigmoid(conv). */
static khop_value gate(khop_model *m, khop_value h, const khop_gated_options *o, int l,
                       int64_t columns) {
  khop_conv_options conv = khop_i_block_layer(&o->taps, l, o->dilations[l]);
  khop_value signal = khop_tanh(m, khop_conv(m, h, columns, &conv));
  return khop_multiply(m, signal, khop_sigmoid(m, khop_conv(m, h, columns, &conv)));
}

khop_value khop_gated_stack(khop_model *m, khop_value x, const khop_gated_options *options) {
  khop_gated_options own, *o = &own;
  if (!KHOP_I_BLOCK_TAKE(m, "gated stack", khop_gated_options, &own, options)) return -1;
  if (o->residual) *o->residual = -1;
  if (!o->dilations)
    return khop_i_model_poison(m, KHOP_E_ARGUMENT, "gated stack: its dilations are missing");
  if (!khop_i_block_ready(m, "gated stack", x, o->layers, o->dilations, &o->taps)) return -1;
  int64_t columns = khop_i_block_width(m, x, o->columns), skips = o->skips ? o->skips : columns;
  khop_value h = khop_i_block_fit(m, x, columns, true), sum = -1;
  for (int l = 0; l < o->layers; l++) {
    khop_value z = gate(m, h, o, l, columns);
    if (l < o->layers - 1 || o->residual) h = khop_add(m, h, khop_linear(m, z, columns, true));
    khop_value skip = khop_linear(m, z, skips, true);
    sum = l ? khop_add(m, sum, skip) : skip;
  }
  if (o->residual) *o->residual = h;
  return sum;
}

/* --- residual blocks ------------------------------------------------------------------------ */

static khop_value tcn_block(khop_model *m, khop_value x, const khop_tcn_options *o, int l,
                            int dilation, int64_t columns) {
  khop_conv_options conv = khop_i_block_layer(&o->taps, l, dilation);
  khop_value z = x;
  for (int i = 0; i < 2; i++)
    z = khop_i_block_drop(m, khop_relu(m, khop_conv(m, z, columns, &conv)), o->dropout);
  return khop_relu(m, khop_add(m, z, khop_i_block_fit(m, x, columns, true)));
}

khop_value khop_tcn(khop_model *m, khop_value x, const khop_tcn_options *options) {
  khop_tcn_options own, *o = &own;
  if (!KHOP_I_BLOCK_TAKE(m, "tcn", khop_tcn_options, &own, options)) return -1;
  int layers = o->layers ? o->layers : 1;
  if (!khop_i_block_ready(m, "tcn", x, layers, o->dilations, &o->taps)) return -1;
  if (!o->dilations && layers > KHOP_I_MAX_DOUBLINGS)
    return khop_i_model_poison(m, KHOP_E_ARGUMENT,
                               "tcn: %d blocks: doubling from 1 ends after %d, give dilations",
                               layers, KHOP_I_MAX_DOUBLINGS);
  int64_t columns = khop_i_block_width(m, x, o->columns);
  for (int l = 0; l < layers; l++)
    x = tcn_block(m, x, o, l, o->dilations ? o->dilations[l] : 1 << l, columns);
  return x;
}
