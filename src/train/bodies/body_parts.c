/* body_parts.c: what the bodies of recipes share: an activation, dropout, the convolution of a layer. */
#include "train/bodies/body.h"

khop_value khop_i_body_activate(khop_model *m, const khop_recipe *r, khop_value x) {
  return r->activation == KHOP_GELU   ? khop_gelu(m, x)
         : r->activation == KHOP_TANH ? khop_tanh(m, x)
                                      : khop_relu(m, x);
}

khop_value khop_i_body_drop(khop_model *m, khop_value x, double rate) {
  return rate > 0 ? khop_dropout(m, x, rate) : x;
}

int khop_i_body_dilation(const khop_recipe *r, int layer) {
  return r->dilations ? r->dilation[layer % r->dilations] : 1;
}

khop_conv_options khop_i_body_layer(const khop_recipe *r, int layer, int *hops) {
  int dilation = khop_i_body_dilation(r, layer);
  for (int t = 0; t < r->taps; t++) hops[t] = r->hops[t] * dilation;
  return (khop_conv_options){.size = sizeof(khop_conv_options),
                             .taps = r->taps,
                             .hops = hops,
                             .norm = r->norm,
                             .direction = r->direction,
                             .op = r->op,
                             .self_loop = r->self_loop,
                             .weights = r->weights,
                             .bias = true};
}
