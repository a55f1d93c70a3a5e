/* blocks_deep.c: graph networks of many layers: GCNII and DRew. Formulas are in khop/blocks.h. */
#include "model/blocks.h"

#include <math.h>

/* --- GCNII ---------------------------------------------------------------------------------- */

khop_value khop_gcnii(khop_model *m, khop_value x, const khop_gcnii_options *options) {
  khop_gcnii_options own, *o = &own;
  khop_real share[KHOP_MAX_TAPS];
  if (!KHOP_I_BLOCK_TAKE(m, "gcnii", khop_gcnii_options, &own, options)) return -1;
  if (!khop_i_block_ready(m, "gcnii", x, o->layers, NULL, &o->taps)) return -1;
  if (!khop_i_block_share(m, "gcnii", "alpha", o->alpha)) return -1;
  if (!(o->lambda >= 0 && isfinite(o->lambda)))
    return khop_i_model_poison(m, KHOP_E_ARGUMENT, "gcnii: lambda %g is not a number from 0 on", o->lambda);
  int64_t columns = khop_i_block_columns(m, x);
  khop_conv_options conv = khop_i_block_row(&o->taps, o->self_loop, (const int[]){1}, 1);
  int taps = khop_i_block_taps(&conv);
  for (int t = 0; t < taps; t++) share[t] = (khop_real)((1 - o->alpha) / taps);
  conv.weights = KHOP_WEIGHTS_FIXED;
  conv.initial = share;
  khop_value home = khop_scale(m, x, o->alpha), h = x;
  for (int l = 1; l <= o->layers; l++) {
    double beta = log(o->lambda / l + 1);
    khop_value s = khop_add(m, khop_conv(m, khop_i_block_drop(m, h, o->dropout), columns, &conv), home);
    khop_value mapped = khop_scale(m, khop_linear(m, s, columns, false), beta);
    h = khop_i_block_activate(m, khop_add(m, khop_scale(m, s, 1 - beta), mapped), o->activation);
  }
  return h;
}

/* --- DRew ----------------------------------------------------------------------------------- */

static bool good_hops(khop_model *m, const khop_conv_options *conv, int layers) {
  bool good = khop_i_block_taps(conv) == conv->taps && khop_i_block_hop(conv, 0) <= 1;
  for (int t = 1; good && t < conv->taps; t++) good = khop_i_block_hop(conv, t) > khop_i_block_hop(conv, t - 1);
  if (!good)
    khop_i_model_poison(m, KHOP_E_ARGUMENT, "drew: its hops must ascend from 0 or 1, so that the first layer has one");
  else if (khop_i_block_hop(conv, conv->taps - 1) > layers)
    good = khop_i_model_poison(m, KHOP_E_ARGUMENT, "drew: hop %d is beyond its %d layers",
                               khop_i_block_hop(conv, conv->taps - 1), layers) >= 0;
  return good;
}

/* The sum over the hops up to l, one convolution for those that read values of one age; now[-age] is h_{l-1-age}. */
static khop_value drew_sum(khop_model *m, const khop_value *now, const khop_drew_options *o,
                           const khop_conv_options *all, int l) {
  int hops[KHOP_MAX_TAPS], t = 0;
  khop_value sum = -1;
  for (int age = 0; age < l && t < all->taps && khop_i_block_hop(all, t) <= l; age++) {
    khop_conv_options conv = *all;
    conv.hops = hops;
    conv.taps = 0;
    conv.bias = sum < 0;
    for (; t < all->taps && khop_i_block_hop(all, t) <= l; t++) {
      if (o->delay && khop_i_block_hop(all, t) - o->delay > age) break;
      hops[conv.taps++] = khop_i_block_hop(all, t);
    }
    if (conv.taps == 0) continue;
    khop_value part = khop_conv(m, now[-age], khop_i_block_columns(m, *now), &conv);
    sum = sum < 0 ? part : khop_add(m, sum, part);
  }
  return sum;
}

khop_value khop_drew(khop_model *m, khop_value x, const khop_drew_options *options) {
  khop_value h[KHOP_I_MAX_BLOCK_LAYERS + 1];
  int paper[KHOP_I_MAX_BLOCK_LAYERS];
  khop_drew_options own, *o = &own;
  if (!KHOP_I_BLOCK_TAKE(m, "drew", khop_drew_options, &own, options)) return -1;
  if (!khop_i_block_ready(m, "drew", x, o->layers, NULL, &o->taps)) return -1;
  if (o->delay < 0) return khop_i_model_poison(m, KHOP_E_ARGUMENT, "drew: a delay of %d layers", o->delay);
  for (int k = 0; k < o->layers; k++) paper[k] = k + 1;
  khop_conv_options conv = khop_i_block_row(&o->taps, o->self_loop, paper, o->layers);
  if (!good_hops(m, &conv, o->layers)) return -1;
  h[0] = x;
  for (int l = 1; l <= o->layers; l++) {
    khop_value y = khop_i_block_activate(m, drew_sum(m, &h[l - 1], o, &conv, l), o->activation);
    h[l] = khop_add(m, h[l - 1], khop_i_block_drop(m, y, o->dropout));
  }
  return h[o->layers];
}
