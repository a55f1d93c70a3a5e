/* blocks_linkx.c: LINKX: whom a node is linked to, as features. */
#include "model/blocks.h"

/* Rows of rings times a matrix with a row a node: sum_t R_t W_t + b. */
static khop_value put_links(khop_model *m, khop_value x, const khop_linkx_options *o, khop_conv_options conv,
                            int64_t columns) {
  khop_value sum = -1;
  int taps = conv.taps;
  for (int t = 0; t < taps; t++) {
    int hop = khop_i_block_hop(&conv, t);
    khop_conv_options one = conv;
    one.taps = 1;
    one.hops = &hop;
    one.weights = KHOP_WEIGHTS_FIXED;
    khop_value z = khop_conv(m, khop_node_weights(m, x, o->nodes, columns), columns, &one);
    sum = t ? khop_add(m, sum, z) : z;
  }
  return khop_bias(m, sum);
}

khop_value khop_linkx(khop_model *m, khop_value x, const khop_linkx_options *options) {
  khop_linkx_options own, *o = &own;
  if (!KHOP_I_BLOCK_TAKE(m, "linkx", khop_linkx_options, &own, options)) return -1;
  if (!khop_i_block_ready(m, "linkx", x, 1, NULL, &o->taps)) return -1;
  khop_conv_options conv = khop_i_block_row(&o->taps, false, (const int[]){1}, 1);
  if (khop_i_block_taps(&conv) != conv.taps)
    return khop_i_model_poison(m, KHOP_E_ARGUMENT, "linkx: %d hops: 1 to %d are possible", conv.taps, KHOP_MAX_TAPS);
  int64_t columns = khop_i_block_width(m, x, o->columns);
  khop_value links = put_links(m, x, o, conv, columns);
  khop_value own_features = khop_linear(m, x, columns, true);
  khop_value both = khop_linear(m, khop_concat(m, 2, (khop_value[]){links, own_features}), columns, true);
  both = khop_add(m, khop_add(m, both, links), own_features);
  return khop_i_block_drop(m, khop_i_block_activate(m, both, o->activation), o->dropout);
}
