/* body_spread.c: an MLP, then layers of fixed rings on its logits with teleport (APPNP: Gasteiger, Bojchevski and
 * Günnemann, "Predict then propagate", ICLR 2019; with several rings, the mean over them). */
#include "train/bodies/body.h"

static khop_value build_spread(khop_model *m, const khop_recipe *r, khop_value x, int64_t outputs) {
  int hops[KHOP_RECIPE_TAPS];
  khop_real shares[KHOP_RECIPE_TAPS], teleport = (khop_real)r->teleport;
  for (int t = 0; t < r->taps; t++) shares[t] = (khop_real)((1 - r->teleport) / r->taps);
  khop_value h = khop_i_body_open(m, r, x);
  khop_value z = khop_linear(m, khop_i_body_drop(m, h, r->dropout), outputs, false);
  khop_value home = khop_conv(m, z, outputs,
                              &(khop_conv_options){.taps = 1, .hops = (int[]){0}, .direction = r->direction, .op = r->op,
                                                   .weights = KHOP_WEIGHTS_FIXED, .initial = &teleport});
  for (int l = 0; l < r->layers; l++) {
    khop_conv_options o = khop_i_body_layer(r, l, hops);
    o.weights = KHOP_WEIGHTS_FIXED;
    o.initial = shares;
    o.bias = false;
    z = khop_add(m, khop_conv(m, z, outputs, &o), home);
  }
  return khop_bias(m, z);
}

const khop_i_body khop_i_body_spread = {.build = build_spread, .dilates = true};
