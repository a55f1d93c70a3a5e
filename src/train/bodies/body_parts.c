/* body_parts.c: what the bodies of recipes share: an activation, dropout, the convolution of a layer, what stands around a
 * block. */
#include "train/bodies/body.h"
#include "model/blocks.h"

khop_value khop_i_body_activate(khop_model *m, const khop_recipe *r, khop_value x) {
  return khop_i_block_activate(m, x, r->activation);
}

khop_value khop_i_body_drop(khop_model *m, khop_value x, double rate) {
  return khop_i_block_drop(m, x, rate);
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

khop_taps_choice khop_i_body_taps(const khop_recipe *r) {
  return (khop_taps_choice){.size = sizeof(khop_taps_choice), .taps = r->taps, .hops = r->hops, .norm = r->norm,
                            .direction = r->direction, .op = r->op};
}

khop_value khop_i_body_open(khop_model *m, const khop_recipe *r, khop_value x) {
  khop_value h = khop_linear(m, khop_i_body_drop(m, x, r->input_dropout), r->hidden, true);
  khop_model_parameter_group(m, 1);
  return khop_i_body_activate(m, r, h);
}

khop_value khop_i_body_close(khop_model *m, const khop_recipe *r, khop_value h, int64_t outputs) {
  khop_model_parameter_group(m, 0);
  return khop_linear(m, khop_i_body_drop(m, h, r->dropout), outputs, true);
}
