/* blocks.c: blocks of plain dilated convolutions: stack, parallel rates, separable, a-trous bank;
 * and what all blocks share.
 *
 * Ops poison the model by themselves and then do nothing, so a block checks only what no op can
 * see: its own options. The causal blocks are in blocks_causal.c, graph networks
 * in blocks_deep.c, blocks_spread.c and blocks_paths.c. */
#include "model/blocks.h"

/* --- what blocks share ---------------------------------------------------------------------- */

bool khop_i_block_ready(khop_model *model, const char *what, khop_value x, int layers,
                        const int *dilations, const khop_taps_choice *taps) {
  if (!khop_i_model_ready(model, what, x)) return false;
  if (layers < 1 || layers > KHOP_I_MAX_BLOCK_LAYERS)
    return khop_i_model_poison(model, KHOP_E_ARGUMENT, "%s: %d layers: 1 to %d are possible", what,
                               layers, KHOP_I_MAX_BLOCK_LAYERS) >= 0;
  for (int l = 0; dilations && l < layers; l++)
    if (dilations[l] < 1)
      return khop_i_model_poison(model, KHOP_E_ARGUMENT,
                                 "%s: layer %d has a dilation of %d: dilations count from 1", what,
                                 l, dilations[l]) >= 0;
  if (taps && taps->op == KHOP_METAPATH && !taps->hops)
    return khop_i_model_poison(model, KHOP_E_ARGUMENT,
                               "%s: metapaths have no dilation: hops must name those of each layer",
                               what) >= 0;
  return true;
}

bool khop_i_block_take_taps(khop_model *model, const char *what, khop_taps_choice *taps) {
  khop_taps_choice own;
  bool took = khop_i_model_took(model, what, KHOP_I_TAKE_HELD(khop_taps_choice, &own, taps));
  if (took) *taps = own;
  return took;
}

/* A poison for what a NULL or an impossible number stands for. */
static khop_value missing(khop_model *model, const char *what, const char *which) {
  return khop_i_model_poison(model, KHOP_E_ARGUMENT, "%s: its %s are missing", what, which);
}

khop_conv_options khop_i_block_layer(const khop_taps_choice *taps, int l, int dilation) {
  int count = taps->taps ? taps->taps : 2;
  return (khop_conv_options){.size = sizeof(khop_conv_options), .taps = count,
                             .dilation = taps->op == KHOP_METAPATH ? 0 : dilation,
                             .hops = taps->hops ? taps->hops + (ptrdiff_t)l * count : NULL,
                             .norm = taps->norm, .direction = taps->direction, .op = taps->op,
                             .bias = true};
}

khop_conv_options khop_i_block_row(const khop_taps_choice *taps, bool self_loop, const int *paper, int count) {
  khop_conv_options conv = khop_i_block_layer(taps, 0, 1);
  if (!taps->hops && !taps->taps) conv.hops = paper, conv.taps = count;
  conv.self_loop = self_loop;
  conv.bias = false;
  return conv;
}

int khop_i_block_taps(const khop_conv_options *conv) {
  return conv->taps < 0 || conv->taps > KHOP_MAX_TAPS ? 0 : conv->taps;
}

khop_value khop_i_block_weigh(khop_model *model, khop_value x, khop_real initial, khop_direction direction) {
  return khop_conv(model, x, khop_i_block_columns(model, x),
                   &(khop_conv_options){.size = sizeof(khop_conv_options), .taps = 1, .hops = (const int[]){0},
                                        .direction = direction, .weights = KHOP_WEIGHTS_SCALAR, .initial = &initial});
}

bool khop_i_block_share(khop_model *model, const char *what, const char *name, double share) {
  if (share >= 0 && share <= 1) return true;
  khop_i_model_poison(model, KHOP_E_ARGUMENT, "%s: %s %g is not in [0, 1]", what, name, share);
  return false;
}

khop_value khop_i_block_activate(khop_model *model, khop_value x, khop_activation activation) {
  switch (activation) {
  case KHOP_RELU: return khop_relu(model, x);
  case KHOP_GELU: return khop_gelu(model, x);
  case KHOP_TANH: return khop_tanh(model, x);
  default:
    return khop_i_model_poison(model, KHOP_E_ARGUMENT, "there is no activation %d",
                               (int)activation);
  }
}

khop_value khop_i_block_drop(khop_model *model, khop_value x, double rate) {
  return rate == 0 ? x : khop_dropout(model, x, rate);
}

khop_value khop_i_block_fit(khop_model *model, khop_value x, int64_t columns, bool bias) {
  return khop_i_block_columns(model, x) == columns ? x : khop_linear(model, x, columns, bias);
}

/* --- dilated stack -------------------------------------------------------------------------- */

static khop_value stack_layer(khop_model *m, khop_value x, const khop_stack_options *o, int l,
                              int64_t columns) {
  khop_conv_options conv = khop_i_block_layer(&o->taps, l, o->dilations[l]);
  conv.self_loop = o->self_loop;
  khop_value y = khop_i_block_activate(m, khop_conv(m, x, columns, &conv), o->activation);
  return khop_i_block_drop(m, y, o->dropout);
}

khop_value khop_stack(khop_model *m, khop_value x, const khop_stack_options *options) {
  khop_value layer[KHOP_I_MAX_BLOCK_LAYERS], h = x;
  khop_stack_options own, *o = &own;
  if (!KHOP_I_BLOCK_TAKE(m, "stack", khop_stack_options, &own, options)) return -1;
  if (!o->dilations) return missing(m, "stack", "dilations");
  if (!khop_i_block_ready(m, "stack", x, o->layers, o->dilations, &o->taps)) return -1;
  if (o->join < KHOP_JOIN_NONE || o->join > KHOP_JOIN_RESIDUAL)
    return khop_i_model_poison(m, KHOP_E_ARGUMENT, "stack: there is no join %d", (int)o->join);
  int64_t columns = khop_i_block_width(m, x, o->columns);
  for (int l = 0; l < o->layers; l++) {
    layer[l] = stack_layer(m, h, o, l, columns);
    h = o->join == KHOP_JOIN_RESIDUAL
            ? khop_add(m, layer[l], khop_i_block_fit(m, h, columns, false))
            : layer[l];
  }
  if (o->join == KHOP_JOIN_CONCAT) return khop_concat(m, o->layers, layer);
  if (o->join != KHOP_JOIN_ADD) return h;
  h = khop_i_block_fit(m, x, columns, false);
  for (int l = 0; l < o->layers; l++) h = khop_add(m, h, layer[l]);
  return h;
}

/* --- parallel rates ------------------------------------------------------------------------- */

khop_value khop_aspp(khop_model *m, khop_value x, const khop_aspp_options *options) {
  khop_value branch[KHOP_I_MAX_BLOCK_LAYERS + 2];
  int branches = 0;
  khop_aspp_options own, *o = &own;
  if (!KHOP_I_BLOCK_TAKE(m, "aspp", khop_aspp_options, &own, options)) return -1;
  if (!o->rate) return missing(m, "aspp", "rates");
  if (!khop_i_block_ready(m, "aspp", x, o->rates, o->rate, &o->taps)) return -1;
  int64_t columns = khop_i_block_width(m, x, o->columns);
  branch[branches++] = khop_linear(m, x, columns, true);
  for (int r = 0; r < o->rates; r++) {
    khop_conv_options conv = khop_i_block_layer(&o->taps, r, o->rate[r]);
    branch[branches++] = khop_conv(m, x, columns, &conv);
  }
  if (!o->no_mean) branch[branches++] = khop_linear(m, khop_global_mean(m, x), columns, true);
  for (int b = 0; b < branches; b++)
    branch[b] = khop_i_block_activate(m, branch[b], o->activation);
  khop_value y = khop_linear(m, khop_concat(m, branches, branch),
                             o->outputs ? o->outputs : columns, true);
  return khop_i_block_drop(m, khop_i_block_activate(m, y, o->activation), o->dropout);
}

/* --- separable ------------------------------------------------------------------------------ */

khop_value khop_separable(khop_model *m, khop_value x, const khop_separable_options *options) {
  khop_separable_options own, *o = &own;
  if (!KHOP_I_BLOCK_TAKE(m, "separable", khop_separable_options, &own, options)) return -1;
  int dilation = o->dilation ? o->dilation : 1;
  if (!khop_i_block_ready(m, "separable", x, 1, &dilation, &o->taps)) return -1;
  khop_conv_options conv = khop_i_block_layer(&o->taps, 0, dilation);
  conv.weights = KHOP_WEIGHTS_SEPARABLE;
  return khop_conv(m, x, khop_i_block_width(m, x, o->columns), &conv);
}

/* --- a-trous bank --------------------------------------------------------------------------- */

/* w (T) fixed over the rings 0, d, .. */
static khop_value fixed(khop_model *m, khop_value x, const khop_atrous_options *o, int taps,
                        const khop_real *w, int dilation) {
  return khop_conv(m, x, khop_i_block_columns(m, x),
                   &(khop_conv_options){.size = sizeof(khop_conv_options), .taps = taps,
                                        .dilation = dilation, .norm = o->norm,
                                        .direction = o->direction, .initial = w,
                                        .weights = KHOP_WEIGHTS_FIXED});
}

khop_value khop_atrous_bank(khop_model *m, khop_value x, const khop_atrous_options *options) {
  static const khop_real mean[] = {6 / (khop_real)16, 8 / (khop_real)16, 2 / (khop_real)16};
  static const khop_real sum[] = {6 / (khop_real)16, 4 / (khop_real)16, 1 / (khop_real)16};
  static const khop_real minus[] = {-1};
  khop_value plane[KHOP_ATROUS_LEVELS + 1];
  khop_atrous_options own, *o = &own;
  if (!options) return missing(m, "atrous bank", "options");
  if (!khop_i_model_took(m, "atrous bank", KHOP_I_TAKE(khop_atrous_options, &own, options))) return -1;
  if (!khop_i_model_ready(m, "atrous bank", x)) return -1;
  if (o->levels < 1 || o->levels > KHOP_ATROUS_LEVELS)
    return khop_i_model_poison(m, KHOP_E_ARGUMENT, "atrous bank: %d levels: 1 to %d are possible",
                               o->levels, KHOP_ATROUS_LEVELS);
  if (o->norm != KHOP_NORM_ROW && o->norm != KHOP_NORM_NONE)
    return khop_i_model_poison(m, KHOP_E_ARGUMENT,
                               "atrous bank: a spline is known for norm row and none, not %d",
                               (int)o->norm);
  for (int l = 0; l < o->levels; l++) {
    khop_value smooth = fixed(m, x, o, 3, o->norm == KHOP_NORM_ROW ? mean : sum, 1 << l);
    plane[l] = khop_add(m, x, fixed(m, smooth, o, 1, minus, 1));
    x = smooth;
  }
  plane[o->levels] = x;
  return khop_concat(m, o->levels + 1, plane);
}
