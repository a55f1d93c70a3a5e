/* kinds.c: the table of op kinds: one row a kind. */
#include "model/kinds.h"

/* The features stand in their node from the plan on. */
static void keep_features(khop_run *run, int at) {
  (void)run;
  (void)at;
}

static const khop_i_op_row input = {
    .name = "input", .own_row = true, .forward = keep_features, .backward = keep_features};

const khop_i_op_row *const khop_i_kinds[KHOP_I_KINDS] = {
    [KHOP_I_INPUT] = &input,
    [KHOP_I_LINEAR] = &khop_i_op_linear,
    [KHOP_I_CONV] = &khop_i_op_conv,
    [KHOP_I_MIX] = &khop_i_op_mix,
    [KHOP_I_POOL_MAX] = &khop_i_op_pool_max,
    [KHOP_I_POOL_MEAN] = &khop_i_op_pool_mean,
    [KHOP_I_GLOBAL_MEAN] = &khop_i_op_global_mean,
    [KHOP_I_BIAS] = &khop_i_op_bias,
    [KHOP_I_RELU] = &khop_i_op_relu,
    [KHOP_I_GELU] = &khop_i_op_gelu,
    [KHOP_I_TANH] = &khop_i_op_tanh,
    [KHOP_I_SIGMOID] = &khop_i_op_sigmoid,
    [KHOP_I_DROPOUT] = &khop_i_op_dropout,
    [KHOP_I_SCALE] = &khop_i_op_scale,
    [KHOP_I_ADD] = &khop_i_op_add,
    [KHOP_I_MULTIPLY] = &khop_i_op_multiply,
    [KHOP_I_CONCAT] = &khop_i_op_concat,
    [KHOP_I_LAYER_NORM] = &khop_i_op_layer_norm,
    [KHOP_I_DROP_ROWS] = &khop_i_op_drop_rows,
    [KHOP_I_DROP_BLOCKS] = &khop_i_op_drop_blocks,
    [KHOP_I_BATCH_NORM] = &khop_i_op_batch_norm,
    [KHOP_I_ATTENTION] = &khop_i_op_attention,
    [KHOP_I_SOFTMAX] = &khop_i_op_softmax,
    [KHOP_I_WEIGHTED_SUM] = &khop_i_op_weighted_sum,
    [KHOP_I_PPR] = &khop_i_op_ppr,
    [KHOP_I_READOUT] = &khop_i_op_readout,
    [KHOP_I_GRAPH_FEATURES] = &khop_i_op_graph_features,
    [KHOP_I_SOFTMAX_CROSS_ENTROPY] = &khop_i_op_softmax_cross_entropy,
    [KHOP_I_BINARY_CROSS_ENTROPY] = &khop_i_op_binary_cross_entropy,
    [KHOP_I_MEAN_SQUARED_ERROR] = &khop_i_op_mean_squared_error,
    [KHOP_I_WEIGH] = &khop_i_op_weigh,
    [KHOP_I_NODE_WEIGHTS] = &khop_i_op_node_weights,
};

const char *khop_i_kind_name(khop_i_kind kind) { return khop_i_kinds[kind]->name; }
bool khop_i_kind_is_loss(khop_i_kind kind) { return khop_i_kinds[kind]->loss; }
const char *khop_i_op_entry_reader(const khop_i_op *op) {
  bool drops_edges = (op->kind == KHOP_I_CONV || op->kind == KHOP_I_MIX) && op->rate > 0;
  return drops_edges ? "dropout of edges" : khop_i_kinds[op->kind]->entry_reader;
}
bool khop_i_kind_drops(khop_i_kind kind) {
  return kind == KHOP_I_DROPOUT || kind == KHOP_I_DROP_ROWS || kind == KHOP_I_DROP_BLOCKS;
}
bool khop_i_kind_reads_own_row(khop_i_kind kind) { return khop_i_kinds[kind]->own_row; }
