/* body_linkx.c: LINKX: links and features beside one another, and an MLP. */
#include "train/bodies/body.h"

static khop_value build_linkx(khop_model *m, const khop_recipe *r, khop_value x, int64_t outputs, int64_t nodes) {
  x = khop_linkx(m, khop_i_body_drop(m, x, r->input_dropout),
                 &(khop_linkx_options){.size = sizeof(khop_linkx_options), .nodes = nodes, .columns = r->hidden,
                                       .taps = khop_i_body_taps(r), .activation = r->activation, .dropout = r->dropout});
  khop_model_parameter_group(m, 1);
  for (int l = 1; l < r->layers; l++)
    x = khop_i_body_drop(m, khop_i_body_activate(m, r, khop_linear(m, x, r->hidden, true)), r->dropout);
  return khop_linear(m, x, outputs, true);
}

const khop_i_body khop_i_body_linkx = {.build_on_nodes = build_linkx};
