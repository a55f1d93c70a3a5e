/* run.h: a model bound to rings and features: where every array of every op stands.
 *
 *   one allocation:  | khop_run | node 0 .. | values | gradients | taps' scales | workspaces |
 */
#ifndef KHOP_MODEL_RUN_H
#define KHOP_MODEL_RUN_H

#include "base/arena.h"
#include "apply/conv.h"
#include "model/model.h"

/* What a run holds for one op. */
typedef struct khop_i_node {
  const khop_i_op *op;
  int64_t rows;        /* nodes, or graphs behind a readout */
  khop_real *buffer;   /* (N, columns) its own output */
  const khop_real *value; /* what later ops read: buffer, or an input's value passed on */
  khop_real *gradient; /* (N, columns), or NULL: nobody needs it */
  bool fresh;          /* in backward: the gradient is not written yet, and the op that runs sets it */
  int last_reader;     /* the last op that reads the value, which is the first in backward; itself: none */
  int next_free;       /* in the plan: the list of nodes whose gradients are free again; -1: its end */
  khop_i_matrix matrix; /* the value as the left factor of a product, dense or sparse */
  bool sparse;
  /* of some kinds only */
  khop_taps *taps;
  khop_i_conv conv;
  khop_real *work, *packed; /* sized by the kind's plan */
  int32_t *chosen;     /* (N, columns) the node that a largest entry came from, -1: none */
  double *sums;        /* (N, columns) of ppr */
  struct khop_i_cholesky *factor; /* of ppr; owned by the first op with the same */
  khop_real *row_values, *column_values; /* of dropped-out features, sparse; of dropped edges */
} khop_i_node;

/* What a run has done last, and backward can go back from. */
typedef enum khop_i_run_state {
  KHOP_I_IDLE,
  KHOP_I_FORWARD,
  KHOP_I_COMPARED, /* forward, with labels, targets or the caller's own loss */
  KHOP_I_FAILED,   /* the caller's own loss did */
  KHOP_I_BACKWARD
} khop_i_run_state;

struct khop_run {
  khop_model *model;
  const khop_features *features;
  int rings_count;
  khop_rings *const *rings;
  int64_t n, graphs;
  int64_t most_nodes, most_graphs; /* what there is room for, where batches are bound */
  const int64_t *first_rows; /* (ops) borrows, while it is made: how many rows of each are computed; NULL: all */
  const int64_t *first; /* (graphs + 1) the nodes of each */
  int64_t whole[2];    /* the nodes of the only graph, where there is no batch */
  const khop_real *graph_features; /* (graphs, columns) or NULL */
  bool training, input_gradient;
  const bool *elsewhere; /* (ops) borrows: which ones the caller makes, of rows of several runs; NULL: none */
  size_t bytes;
  bool opened; /* ops may hold what close frees */
  khop_i_node *node;   /* (ops) */
  khop_real *gradients; /* (parameters) */
  khop_real *workspace; /* shared by the convolutions that need one during a call only */
  /* sparse features, by column; permutation[e] is where the entry stands by row */
  int64_t *column_offsets, *permutation;
  int32_t *column_rows;
  khop_real *column_values;
  khop_real *entry_gradients; /* (entries) of sparse features that are read as a dense array */
  /* what the loss compares with */
  const int32_t *labels;
  const khop_real *targets;
  int64_t *selected;   /* (selected_count) rows that the mask chooses */
  int64_t selected_count;
  double smoothing;    /* of softmax cross-entropy: the share of a label that goes to all classes alike */
  const khop_real *class_weights; /* (classes) of a row by its label; NULL: 1 */
  khop_loss_function own_loss; /* NULL: the model's */
  void *own_context;
  khop_status own_status; /* of its last call */
  double loss;
  /* this step */
  khop_i_run_state state;
  bool dropping;
  uint64_t seed, step;
};

/* Whether the run makes the value of op `at` itself. */
static inline bool khop_i_run_makes(const khop_run *run, int at) { return !run->elsewhere || !run->elsewhere[at]; }

/* An op's k-th input, as a node. */
static inline khop_i_node *khop_i_input_of(khop_run *run, int at, int k) {
  return &run->node[run->node[at].op->input[k]];
}
static inline khop_real *khop_i_weights_of(const khop_run *run, const khop_i_op *op) {
  return run->model->parameter_array + op->first;
}
static inline khop_real *khop_i_weight_gradients_of(const khop_run *run, const khop_i_op *op) {
  return run->gradients + op->first;
}

/* Numbers of an op's gradient: one for each of its value, or of its sparse entries. */
static inline int64_t khop_i_gradient_size(const khop_run *run, const khop_i_node *node) {
  return node->sparse ? run->node[0].matrix.entries : node->rows * node->op->columns;
}

/* The caller's own loss of the last op's output; khop_run_forward calls it. (run_loss.c) */
void khop_i_run_own_loss(khop_run *run);

/* A run to predict with that computes the first rows of each op alone, first_rows (ops) of them; op 0 has a row a node.
 * Rings are stored, and right in the rows that are computed. Errors: as khop_run_new. (run_new.c) */
khop_status khop_i_run_new_first_rows(khop_run **run, khop_model *model, int count, khop_rings *const *rings,
                                      const khop_features *features, const int64_t *first_rows, int64_t max_bytes);

/* --- op by op, where some are made elsewhere, of rows of several runs together (src/distributed) -----------------------
 *
 *   run 0   linear   relu    \         / add
 *                             sum of mix
 *   run 1   linear   relu    /         \ add */

/* A run without rings: it has a value and a gradient for each op, and forward and backward of those that are made
 * elsewhere (ops) do nothing. The array must outlive the run. Errors: as khop_run_new. (run_new.c) */
khop_status khop_i_run_new_elsewhere(khop_run **run, khop_model *model, const khop_features *features,
                                     const bool *elsewhere, bool training);
/* The begin of a forward, and each op in their order. (run_step.c) */
void khop_i_run_begin_forward(khop_run *run, bool training, uint64_t seed, uint64_t step);
void khop_i_run_forward_op(khop_run *run, int at);
/* The begin of a backward, and each op but the first from the last on; share: what the loss counts, 0: it is left out.
 * Behind the call of an op that is made elsewhere the gradients of its inputs are open, and the caller adds to them. (run_backward.c) */
void khop_i_run_begin_backward(khop_run *run);
void khop_i_run_backward_op(khop_run *run, int at, double share);

/* The bytes that a run takes: what is laid out for the draft, which stays as it is. (run_plan.c) */
khop_status khop_i_run_measure(size_t *bytes, const khop_run *draft);
/* Lays everything out in the run's own memory, for the rows that it has now. (run_plan.c) */
void khop_i_run_lay_out(khop_run *run);

#endif
