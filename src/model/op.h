/* op.h: the ops of a model, one constant row each; op_NAME.c defines the row as its last thing. */
#ifndef KHOP_MODEL_OP_H
#define KHOP_MODEL_OP_H

#include "model/run.h"

typedef struct khop_i_op_row {
  const char *name;  /* in descriptions and checkpoints */
  bool takes_sparse; /* its input may be sparse features */
  bool loss;
  bool sets;    /* its backward sets the gradient of its input where that is fresh */
  bool own_row; /* a row of the output depends on that row of the inputs alone; losses too */
  const char *entry_reader; /* what it is called where it reads entries of rings one by one; NULL: it does not */
  /* Takes what it needs beyond value and gradient from the arena; called twice. May be NULL. */
  void (*plan)(khop_run *run, int at, khop_i_arena *arena);
  /* Makes, once the run is laid out, what the run is not one allocation with, of max_bytes (0: any) at most; close frees
   * it, made or not. NULL: nothing. With open, a run is of one graph, not of batches. */
  khop_status (*open)(khop_run *run, int at, int64_t max_bytes);
  void (*close)(khop_run *run, int at);
  void (*forward)(khop_run *run, int at);
  /* Adds to its inputs' gradients, but for fresh ones, and to the parameters' gradients. */
  void (*backward)(khop_run *run, int at);
} khop_i_op_row;

extern const khop_i_op_row khop_i_op_linear;
extern const khop_i_op_row khop_i_op_conv;
extern const khop_i_op_row khop_i_op_mix;
extern const khop_i_op_row khop_i_op_pool_max;
extern const khop_i_op_row khop_i_op_pool_mean;
extern const khop_i_op_row khop_i_op_global_mean;
extern const khop_i_op_row khop_i_op_bias;
extern const khop_i_op_row khop_i_op_relu;
extern const khop_i_op_row khop_i_op_gelu;
extern const khop_i_op_row khop_i_op_tanh;
extern const khop_i_op_row khop_i_op_sigmoid;
extern const khop_i_op_row khop_i_op_dropout;
extern const khop_i_op_row khop_i_op_scale;
extern const khop_i_op_row khop_i_op_add;
extern const khop_i_op_row khop_i_op_multiply;
extern const khop_i_op_row khop_i_op_concat;
extern const khop_i_op_row khop_i_op_layer_norm;
extern const khop_i_op_row khop_i_op_drop_rows;
extern const khop_i_op_row khop_i_op_drop_blocks;
extern const khop_i_op_row khop_i_op_batch_norm;
extern const khop_i_op_row khop_i_op_attention;
extern const khop_i_op_row khop_i_op_softmax;
extern const khop_i_op_row khop_i_op_weighted_sum;
extern const khop_i_op_row khop_i_op_ppr;
extern const khop_i_op_row khop_i_op_readout;
extern const khop_i_op_row khop_i_op_graph_features;
extern const khop_i_op_row khop_i_op_softmax_cross_entropy;
extern const khop_i_op_row khop_i_op_binary_cross_entropy;
extern const khop_i_op_row khop_i_op_mean_squared_error;
extern const khop_i_op_row khop_i_op_weigh;
extern const khop_i_op_row khop_i_op_node_weights;

/* y = x + bias, (n, columns) and (columns); y may be x. The bias of every op; op_linear.c has it. */
void khop_i_add_bias(khop_real *y, const khop_real *x, const khop_real *bias, int64_t n, int64_t columns);

#endif
