/* model.h: the inside of a model, a list of ops.
 *
 *   op      0 input     1 conv        2 relu    3 linear   4 softmax cross-entropy
 *   inputs              0             1         2          3
 *   parameters          [W | b]                 [W | b]        one array, op by op
 *
 * CONTRIBUTING.md has the steps to a new op. */
#ifndef KHOP_MODEL_MODEL_H
#define KHOP_MODEL_MODEL_H

#include "base/random.h"

#include <khop/model.h>

typedef enum khop_i_kind {
  KHOP_I_INPUT,
  KHOP_I_LINEAR,
  KHOP_I_CONV, /* a matrix a tap */
  KHOP_I_MIX,  /* numbers a tap: depthwise, scalar, fixed */
  KHOP_I_POOL_MAX,
  KHOP_I_POOL_MEAN,
  KHOP_I_GLOBAL_MEAN,
  KHOP_I_BIAS,
  KHOP_I_RELU,
  KHOP_I_GELU,
  KHOP_I_TANH,
  KHOP_I_SIGMOID,
  KHOP_I_DROPOUT,
  KHOP_I_SCALE,
  KHOP_I_ADD,
  KHOP_I_MULTIPLY,
  KHOP_I_CONCAT,
  KHOP_I_LAYER_NORM,
  KHOP_I_DROP_ROWS,
  KHOP_I_DROP_BLOCKS,
  KHOP_I_BATCH_NORM,
  KHOP_I_ATTENTION, /* over rings */
  KHOP_I_SOFTMAX, /* of a row, no loss */
  KHOP_I_WEIGHTED_SUM,
  KHOP_I_PPR, /* personalised PageRank, all hops at once */
  KHOP_I_READOUT,
  KHOP_I_GRAPH_FEATURES,
  KHOP_I_SOFTMAX_CROSS_ENTROPY,
  KHOP_I_BINARY_CROSS_ENTROPY,
  KHOP_I_MEAN_SQUARED_ERROR,
  KHOP_I_WEIGH, /* blocks of columns by a softmax of scores */
  KHOP_I_NODE_WEIGHTS, /* a row of learned numbers a node */
  KHOP_I_KINDS
} khop_i_kind;

typedef struct khop_i_op {
  khop_i_kind kind;
  int inputs;
  khop_value *input; /* (inputs); owns */
  int64_t columns;
  int group;         /* of the weights; biases are in KHOP_PARAMETER_GROUP_NO_DECAY */
  int64_t first;     /* of its parameters in the array: weights, then biases */
  int64_t weights, biases;
  double rate;       /* of dropout, of a convolution's edges; the factor of scale; the teleport of ppr */
  bool pooled;       /* one row for each graph, not for each node */
  khop_readout_kind readout;
  /* convolutions and pools only */
  int taps;
  int *hops;         /* (taps); owns */
  khop_real *initial; /* (taps) or NULL; owns */
  khop_norm norm;
  khop_direction direction;
  khop_operator op;
  bool self_loop, concat;
  khop_weights weighting;
  int64_t groups;    /* of a matrix a tap, of a softmax, of dropped blocks; heads of attention; else 0 */
} khop_i_op;

/* Of the biases those that training changes; the others are set, or follow the data. */
static inline int64_t khop_i_op_learned_biases(const khop_i_op *op) {
  if (op->kind == KHOP_I_GRAPH_FEATURES) return 0;
  return op->kind == KHOP_I_BATCH_NORM ? 2 * op->columns : op->biases;
}

struct khop_model {
  int count, capacity;
  khop_i_op *ops;    /* (count) */
  int group;         /* of the next op */
  int64_t parameters;
  khop_real *parameter_array; /* (parameters), from khop_model_init on */
  khop_value output; /* what predict reads: the last op, or the input of the loss */
  khop_value loss;   /* -1: none */
  int metadata_count;
  char **metadata;   /* (2 metadata_count): key, value, key, value .. */
  khop_status status; /* the first mistake */
  char message[256];
};

#endif
