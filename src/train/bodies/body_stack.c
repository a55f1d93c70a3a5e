/* body_stack.c: layers of k-hop convolutions one behind the other: gcn, mixhop, sign, mlp. */
#include "train/bodies/body.h"

static khop_value build_stack(khop_model *m, const khop_recipe *r, khop_value x, int64_t outputs) {
  int hops[KHOP_RECIPE_TAPS];
  for (int l = 0; l < r->layers; l++) {
    bool last = l == r->layers - 1;
    khop_conv_options o = khop_i_body_layer(r, l, hops);
    o.concat = r->concat;
    if (l == 1) khop_model_parameter_group(m, 1);
    x = khop_i_body_drop(m, x, l ? r->dropout : r->input_dropout);
    x = khop_conv(m, x, last && !r->concat ? outputs : r->hidden, &o);
    if (!last || r->concat) x = khop_i_body_activate(m, r, x);
  }
  return r->concat ? khop_linear(m, khop_i_body_drop(m, x, r->dropout), outputs, true) : x;
}

const khop_i_body khop_i_body_stack = {.build = build_stack, .dilates = true};
