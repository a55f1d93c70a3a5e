/* body_paths.c: weights of their own for each hop, or direction: Dir-GNN, SP-MPNN, KP-GNN. */
#include "train/bodies/body.h"

static khop_value build_dir(khop_model *m, const khop_recipe *r, khop_value x, int64_t outputs) {
  khop_taps_choice taps = khop_i_body_taps(r);
  x = khop_dir(m, khop_i_body_drop(m, x, r->input_dropout),
               &(khop_dir_options){.size = sizeof(khop_dir_options), .layers = r->layers, .columns = r->hidden,
                                   .taps = taps, .self_loop = r->self_loop, .activation = r->activation,
                                   .dropout = r->dropout});
  khop_model_parameter_group(m, 1);
  return khop_linear(m, x, outputs, true);
}

static khop_value build_spmpnn(khop_model *m, const khop_recipe *r, khop_value x, int64_t outputs) {
  x = khop_spmpnn(m, khop_i_body_open(m, r, x),
                  &(khop_spmpnn_options){.size = sizeof(khop_spmpnn_options), .layers = r->layers,
                                         .taps = khop_i_body_taps(r), .activation = r->activation,
                                         .dropout = r->dropout});
  return khop_i_body_close(m, r, x, outputs);
}

static khop_value build_kpgnn(khop_model *m, const khop_recipe *r, khop_value x, int64_t outputs) {
  x = khop_kpgnn(m, khop_i_body_open(m, r, x),
                 &(khop_kpgnn_options){.size = sizeof(khop_kpgnn_options), .layers = r->layers,
                                       .gin = r->body == KHOP_BODY_KPGIN, .taps = khop_i_body_taps(r),
                                       .self_loop = r->self_loop, .activation = r->activation,
                                       .dropout = r->dropout});
  khop_model_parameter_group(m, 0);
  return khop_linear(m, x, outputs, true);
}

const khop_i_body khop_i_body_dir = {.build = build_dir};
const khop_i_body khop_i_body_spmpnn = {.build = build_spmpnn};
const khop_i_body khop_i_body_kpgcn = {.build = build_kpgnn};
const khop_i_body khop_i_body_kpgin = {.build = build_kpgnn};
