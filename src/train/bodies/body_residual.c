/* body_residual.c: k-hop convolutions of normalised values, each added to what came in. */
#include "train/bodies/body.h"

static khop_value build_residual(khop_model *m, const khop_recipe *r, khop_value x,
                                 int64_t outputs) {
  int hops[KHOP_RECIPE_TAPS];
  khop_value h = khop_i_body_drop(m, khop_i_body_open(m, r, x), r->dropout);
  for (int l = 0; l < r->layers; l++) {
    khop_conv_options o = khop_i_body_layer(r, l, hops);
    khop_value q = khop_conv(m, khop_layer_norm(m, h), r->hidden, &o);
    h = khop_add(m, h, khop_i_body_drop(m, khop_i_body_activate(m, r, q), r->dropout));
  }
  return khop_linear(m, khop_layer_norm(m, h), outputs, true);
}

const khop_i_body khop_i_body_residual = {.build = build_residual, .dilates = true};
