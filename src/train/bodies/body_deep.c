/* body_deep.c: many layers: GCNII, DRew, jumping knowledge. */
#include "train/bodies/body.h"

static khop_value build_gcnii(khop_model *m, const khop_recipe *r, khop_value x, int64_t outputs) {
  x = khop_gcnii(m, khop_i_body_open(m, r, x),
                 &(khop_gcnii_options){.size = sizeof(khop_gcnii_options), .layers = r->layers, .alpha = r->teleport,
                                       .lambda = r->lambda, .taps = khop_i_body_taps(r), .self_loop = r->self_loop,
                                       .activation = r->activation, .dropout = r->dropout});
  return khop_i_body_close(m, r, x, outputs);
}

/* Of the recipe's hops those that its layers reach. */
static khop_value build_drew(khop_model *m, const khop_recipe *r, khop_value x, int64_t outputs) {
  khop_taps_choice taps = khop_i_body_taps(r);
  while (taps.taps > 1 && r->hops[taps.taps - 1] > r->layers) taps.taps--;
  x = khop_drew(m, khop_i_body_open(m, r, x),
                &(khop_drew_options){.size = sizeof(khop_drew_options), .layers = r->layers, .delay = r->delay,
                                     .taps = taps, .self_loop = r->self_loop,
                                     .activation = r->activation, .dropout = r->dropout});
  return khop_i_body_close(m, r, x, outputs);
}

/* The stack drops behind each layer, the last included. */
static khop_value build_jumping(khop_model *m, const khop_recipe *r, khop_value x, int64_t outputs) {
  int ones[KHOP_MAX_LAYERS], hops[KHOP_MAX_LAYERS * KHOP_RECIPE_TAPS];
  khop_taps_choice taps = khop_i_body_taps(r);
  for (int l = 0; l < r->layers; l++) {
    ones[l] = 1;
    for (int t = 0; t < r->taps; t++) hops[l * r->taps + t] = r->hops[t];
  }
  taps.hops = hops;
  x = khop_stack(m, khop_i_body_drop(m, x, r->input_dropout),
                 &(khop_stack_options){.size = sizeof(khop_stack_options), .layers = r->layers, .dilations = ones,
                                       .columns = r->hidden, .taps = taps, .activation = r->activation,
                                       .join = KHOP_JOIN_CONCAT, .dropout = r->dropout, .self_loop = r->self_loop});
  khop_model_parameter_group(m, 1);
  return khop_linear(m, x, outputs, true);
}

const khop_i_body khop_i_body_gcnii = {.build = build_gcnii};
const khop_i_body khop_i_body_drew = {.build = build_drew};
const khop_i_body khop_i_body_jumping = {.build = build_jumping};
