/* body_fixed.c: fixed rings and numbers on them: H2GCN, FSGNN, GPR-GNN. */
#include "train/bodies/body.h"

static khop_value build_h2gcn(khop_model *m, const khop_recipe *r, khop_value x, int64_t outputs) {
  x = khop_h2gcn(m, khop_i_body_open(m, r, x),
                 &(khop_h2gcn_options){.size = sizeof(khop_h2gcn_options), .layers = r->layers,
                                       .taps = khop_i_body_taps(r), .self_loop = r->self_loop});
  khop_model_parameter_group(m, 1);
  return khop_linear(m, khop_i_body_drop(m, x, r->dropout), outputs, true);
}

static khop_value build_fsgnn(khop_model *m, const khop_recipe *r, khop_value x, int64_t outputs) {
  x = khop_fsgnn(m, khop_i_body_drop(m, x, r->input_dropout),
                 &(khop_fsgnn_options){.size = sizeof(khop_fsgnn_options), .columns = r->hidden,
                                       .taps = khop_i_body_taps(r), .self_loop = r->self_loop,
                                       .activation = r->activation});
  khop_model_parameter_group(m, 1);
  return khop_linear(m, khop_i_body_drop(m, x, r->dropout), outputs, true);
}

/* Of one hop the powers up to `layers`, of several the rings. */
static khop_value build_gpr(khop_model *m, const khop_recipe *r, khop_value x, int64_t outputs) {
  khop_value h = khop_i_body_open(m, r, x);
  khop_value z = khop_linear(m, khop_i_body_drop(m, h, r->dropout), outputs, true);
  return khop_gpr(m, z, &(khop_gpr_options){.size = sizeof(khop_gpr_options), .layers = r->taps == 1 ? r->layers : 0,
                                            .alpha = r->teleport, .taps = khop_i_body_taps(r),
                                            .self_loop = r->self_loop});
}

const khop_i_body khop_i_body_h2gcn = {.build = build_h2gcn};
const khop_i_body khop_i_body_fsgnn = {.build = build_fsgnn};
const khop_i_body khop_i_body_gpr = {.build = build_gpr};
