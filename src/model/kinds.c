/* kinds.c: the table of op kinds: one row a kind. */
#include "model/run.h"

/* The features stand in their node from the plan on. */
static void input_forward(khop_run *run, int at) {
  (void)run;
  (void)at;
}

#define ROW(name) khop_i_op_##name##_forward, khop_i_op_##name##_backward

const khop_i_kind_row khop_i_kinds[KHOP_I_KINDS] = {
    /* name, takes sparse input, is a loss, sets fresh gradients, plan, forward, backward */
    [KHOP_I_INPUT] = {"input", false, false, false, NULL, input_forward, input_forward},
    [KHOP_I_LINEAR] = {"linear", true, false, true, NULL, ROW(linear)},
    [KHOP_I_CONV] = {"conv", true, false, true, khop_i_op_conv_plan, ROW(conv)},
    [KHOP_I_MIX] = {"mix", false, false, false, khop_i_op_mix_plan, ROW(mix)},
    [KHOP_I_POOL_MAX] = {"pool_max", false, false, false, khop_i_op_pool_max_plan, ROW(pool_max)},
    [KHOP_I_POOL_MEAN] = {"pool_mean", false, false, false, khop_i_op_pool_mean_plan, ROW(pool_mean)},
    [KHOP_I_GLOBAL_MEAN] = {"global_mean", false, false, false, NULL, ROW(global_mean)},
    [KHOP_I_BIAS] = {"bias", false, false, false, NULL, ROW(bias)},
    [KHOP_I_RELU] = {"relu", false, false, true, NULL, ROW(relu)},
    [KHOP_I_GELU] = {"gelu", false, false, false, NULL, ROW(gelu)},
    [KHOP_I_TANH] = {"tanh", false, false, false, NULL, ROW(tanh)},
    [KHOP_I_SIGMOID] = {"sigmoid", false, false, false, NULL, ROW(sigmoid)},
    [KHOP_I_DROPOUT] = {"dropout", true, false, true, khop_i_op_dropout_plan, ROW(dropout)},
    [KHOP_I_ADD] = {"add", false, false, false, NULL, ROW(add)},
    [KHOP_I_MULTIPLY] = {"multiply", false, false, false, NULL, ROW(multiply)},
    [KHOP_I_CONCAT] = {"concat", false, false, false, NULL, ROW(concat)},
    [KHOP_I_LAYER_NORM] = {"layer_norm", false, false, true, khop_i_op_layer_norm_plan, ROW(layer_norm)},
    [KHOP_I_READOUT] = {"readout", false, false, true, khop_i_op_readout_plan, ROW(readout)},
    [KHOP_I_EXTRAS] = {"extras", false, false, false, NULL, ROW(extras)},
    [KHOP_I_SOFTMAX_CROSS_ENTROPY] = {"softmax_cross_entropy", false, true, false,
                                      khop_i_op_softmax_cross_entropy_plan,
                                      ROW(softmax_cross_entropy)},
    [KHOP_I_BINARY_CROSS_ENTROPY] = {"binary_cross_entropy", false, true, false, NULL,
                                     ROW(binary_cross_entropy)},
    [KHOP_I_MEAN_SQUARED_ERROR] = {"mean_squared_error", false, true, false, NULL,
                                   ROW(mean_squared_error)},
};

const char *khop_i_kind_name(khop_i_kind kind) { return khop_i_kinds[kind].name; }
bool khop_i_kind_is_loss(khop_i_kind kind) { return khop_i_kinds[kind].loss; }

bool khop_i_kind_reads_own_row(khop_i_kind kind) {
  switch (kind) {
  case KHOP_I_INPUT:
  case KHOP_I_LINEAR:
  case KHOP_I_BIAS:
  case KHOP_I_RELU:
  case KHOP_I_GELU:
  case KHOP_I_TANH:
  case KHOP_I_SIGMOID:
  case KHOP_I_DROPOUT:
  case KHOP_I_ADD:
  case KHOP_I_MULTIPLY:
  case KHOP_I_CONCAT:
  case KHOP_I_LAYER_NORM: return true;
  default: return khop_i_kind_is_loss(kind);
  }
}
