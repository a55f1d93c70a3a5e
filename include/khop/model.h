/* khop/model.h: models as a flat list of ops, and runs that bind a model to a graph.
 *
 *   khop_model *m;
 *   khop_model_new(&m);
 *   khop_value x = khop_input(m, 1433);
 *   khop_value h = khop_relu(m, khop_conv(m, x, 64, &(khop_conv_options){.taps = 3}));
 *   khop_value y = khop_linear(m, h, 7, true);
 *   khop_softmax_cross_entropy(m, y);
 *   if (khop_model_init(m, seed)) puts(khop_message());
 *
 * Each op names earlier ones by handle, so skip connections and parallel branches are just ops, and
 * the order of the list is the order of execution. A mistake poisons the builder: later calls do
 * nothing, and khop_model_init reports the first one, once, with the numbers.
 */
#ifndef KHOP_MODEL_H
#define KHOP_MODEL_H

#include <khop/apply.h>
#include <khop/data.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- the model: architecture and parameters; it knows no graph ------------------------------ */

typedef struct khop_model khop_model;
typedef int khop_value; /* the handle of an op's output (N, columns); negative: poisoned */

KHOP_API khop_status khop_model_new(khop_model **model);
KHOP_API void khop_model_free(khop_model *model);

/* Parameters of later ops join this group, 0 to 7 (0 at first). Optimisers take a weight decay a
 * group. Biases and layer norms' parameters always join group 7. */
#define KHOP_PARAMETER_GROUPS 8
#define KHOP_PARAMETER_GROUP_NO_DECAY 7
KHOP_API void khop_model_parameter_group(khop_model *model, int group);

/* The features (N, columns), dense or sparse. One a model, and the first op. */
KHOP_API khop_value khop_input(khop_model *model, int64_t columns);

/* y = x W + b, W (F, columns). */
KHOP_API khop_value khop_linear(khop_model *model, khop_value x, int64_t columns, bool bias);

/* How the taps of a convolution are weighted. */
typedef enum khop_weights {
  KHOP_WEIGHTS_FULL = 0,      /* W (T, F / groups, columns): a matrix a tap */
  KHOP_WEIGHTS_SEPARABLE = 1, /* depthwise (T, F), then pointwise (F, columns) */
  KHOP_WEIGHTS_DEPTHWISE = 2, /* w (T, F): a number a tap and channel; columns must be F */
  KHOP_WEIGHTS_SCALAR = 3,    /* w (T): a number a tap; columns must be F */
  KHOP_WEIGHTS_FIXED = 4      /* w (T) given, not learned (NULL: all 1); columns must be F */
} khop_weights;

typedef struct khop_conv_options {
  size_t size; /* sizeof, or 0 */
  int taps;            /* T; 0: 2 */
  const int *hops;     /* (T) the ring of each tap; NULL: 0, d, 2d, .. (T-1)d */
  int dilation;        /* d; 0: 1 */
  khop_norm norm;      /* of each ring; 0 is NONE: a plain sum */
  khop_direction direction;
  khop_operator op;
  bool self_loop;      /* add the identity to each ring before normalising, as GCN does */
  khop_weights weights;
  const khop_real *initial; /* (T) SCALAR, FIXED, DEPTHWISE: the weights at the start; NULL: 1 / T, 1,
                             * or drawn */
  bool concat;         /* taps beside one another (N, T columns) instead of summed */
  bool bias;
  int64_t groups;      /* FULL only; 0: 1. Divides F and columns, as in PyTorch; F: depthwise */
  double edge_dropout; /* in training each entry of the rings is left out with this probability, each step others, and
                        * the rest scaled by 1 / (1 - edge_dropout) (DropEdge: Rong et al., ICLR 2020); an undirected
                        * edge both ways. The norm is that of whole rings. Stored rings of one graph; not of pools */
} khop_conv_options;

/* The k-hop convolution: y = sum_t R_t x W_t + b over the chosen rings. options may be NULL. With
 * op = KHOP_METAPATH hops are the numbers of metapaths (NULL: 0 .. T-1); their rings come from
 * khop_metapaths_build. */
KHOP_API khop_value khop_conv(khop_model *model, khop_value x, int64_t columns,
                              const khop_conv_options *options);

/* The largest entry, or the mean of all entries, over the chosen rings together, a column at a time:
 * y (N, F). Of options taps, hops, dilation, direction and op are read. A node in two of the rings
 * counts twice in the mean; numbers of walks do not count. A row without entries is 0. Where
 * several entries are largest the gradient goes to the first, by tap, then by node; NaN is largest. */
typedef enum khop_pooling { KHOP_POOL_MAX = 0, KHOP_POOL_MEAN = 1 } khop_pooling;
KHOP_API khop_value khop_pool(khop_model *model, khop_value x, khop_pooling pooling,
                              const khop_conv_options *options);
/* Graph attention (Velickovic et al., "Graph attention networks", ICLR 2018) over the chosen rings together: y (N, F),
 * each of the heads on F / heads columns that stand side by side,
 *
 *   y_i = sum_j w_ij x_j     w_ij = softmax over the entries j of row i of leaky(x_i . a + x_j . b), leaky(s) = 0.2 s below 0
 *
 * a and b (F), in this order, are learned. Of options taps, hops, dilation, direction and op are read, as by khop_pool:
 * the default, the rings 0 and 1, is that of the paper, in which a node attends to itself too; the product with W before
 * it is a khop_linear. A row without entries is 0. The rings' entries are read one by one: stored rings.
 * Cost: forward entries times F, backward three times that; memory 7 numbers a node and head. */
KHOP_API khop_value khop_attention(khop_model *model, khop_value x, int64_t heads, const khop_conv_options *options);
/* Every row becomes the mean of all rows (N, F): the image-level branch of ASPP. */
KHOP_API khop_value khop_global_mean(khop_model *model, khop_value x);

KHOP_API khop_value khop_bias(khop_model *model, khop_value x); /* y = x + b, b (F) */
KHOP_API khop_value khop_relu(khop_model *model, khop_value x);
KHOP_API khop_value khop_gelu(khop_model *model, khop_value x); /* x Phi(x), exact, by erf */
KHOP_API khop_value khop_tanh(khop_model *model, khop_value x);
KHOP_API khop_value khop_sigmoid(khop_model *model, khop_value x);
/* An activation by name, for recipes and blocks. */
typedef enum khop_activation { KHOP_RELU = 0, KHOP_GELU = 1, KHOP_TANH = 2 } khop_activation;
/* Zeroes a share `rate` of the entries in training and scales the rest by 1 / (1 - rate). On a
 * sparse input the stored entries only, which is the same. */
KHOP_API khop_value khop_dropout(khop_model *model, khop_value x, double rate);
/* The same of whole rows, which drops nodes, and of whole blocks of columns, each for all rows at once: behind a convolution
 * with concat, or khop_concat, of hops. blocks divides the columns. Where every block is dropped, y is 0 in that step.
 * Sparse features become dense. */
KHOP_API khop_value khop_drop_rows(khop_model *model, khop_value x, double rate);
KHOP_API khop_value khop_drop_blocks(khop_model *model, khop_value x, int64_t blocks, double rate);
/* y = factor x: features of any unit on the scale that the first layer expects. Sparse features stay sparse.
 * Errors: ARGUMENT (a factor that is not finite). */
KHOP_API khop_value khop_scale(khop_model *model, khop_value x, double factor);
KHOP_API khop_value khop_add(khop_model *model, khop_value a, khop_value b);
KHOP_API khop_value khop_multiply(khop_model *model, khop_value a, khop_value b);
/* y = [x_0 | x_1 | ..]; count values. */
KHOP_API khop_value khop_concat(khop_model *model, int count, const khop_value *values);
/* Each row to mean 0 and variance 1 (eps 1e-5), then times a scale (F), plus a bias (F); in this order among the
 * parameters. */
KHOP_API khop_value khop_layer_norm(khop_model *model, khop_value x);
/* y = [s_1 x_1 | s_2 x_2 | ..], s = softmax(a): the columns in so many blocks of one width, each times its share; a
 * (blocks) is learned, begins as 0 and takes no decay. Errors: SHAPE (blocks that do not divide the columns), ARGUMENT. */
KHOP_API khop_value khop_weigh_blocks(khop_model *model, khop_value x, int blocks);

/* y (nodes, columns), learned: a row of numbers a node, whatever x holds; of x the rows count alone. A convolution of it with
 * fixed weights is a ring's rows, as features of its nodes, times a matrix (khop_linkx). Such a model is of one graph: a
 * run on another number of nodes is an error (SHAPE of khop_run_new), and batches, balls, streams, sets of graphs and
 * export to C refuse it. Errors: ARGUMENT. Parameters: nodes columns. */
KHOP_API khop_value khop_node_weights(khop_model *model, khop_value x, int64_t nodes, int64_t columns);

/* The softmax of each row: y (N, F). groups divides F; each group of F / groups columns that stand side by side has its
 * own; 0: 1, all columns together. (A softmax before a loss is part of khop_softmax_cross_entropy.) */
KHOP_API khop_value khop_softmax(khop_model *model, khop_value x, int64_t groups);
/* Blocks of columns, each times a number of its row, summed: y (N, f) = sum_t w_t x_t, of weights w (N, T) and
 * x (N, T f), whose block t is the columns t f .. t f + f - 1, as khop_concat and concat of a convolution leave them. */
KHOP_API khop_value khop_weighted_sum(khop_model *model, khop_value weights, khop_value x);

/* Personalised PageRank, which is all hops at once, solved exactly: y = a (I - (1 - a) A)^-1 x, y (N, F), with a the
 * teleport in (0, 1] and A ring 1 with self-loops, normalised by sym; APPNP's spreading without end (Gasteiger et al.,
 * "Predict then propagate", ICLR 2019). Undirected graphs alone. Each run on a graph factorises the matrix once, by
 * CHOLMOD, for all such ops with one teleport; forward and backward cost 4 F times the entries of the factor, which are
 * few on roads and meshes and many on social graphs. A row looks at all nodes: khop_model_reach, batches, streams and
 * export to C refuse it. khop_run_new may fail with UNSUPPORTED (built without CHOLMOD), BUDGET (the factor counts) and
 * ARGUMENT (directed or sampled rings). */
KHOP_API khop_value khop_ppr(khop_model *model, khop_value x, double teleport);

/* Each column to mean 0 and variance 1 (eps 1e-5) over the rows, then times a scale (F), plus a bias (F): forwards in
 * training by the rows that they have, of whatever part of the data those are; all others by a running mean (F) and
 * variance (F), so that a row then depends on itself alone. Each forward in training moves these by a tenth to its own.
 * They are kept with the parameters, in this order behind scale and bias, and no optimiser changes them.
 * khop_layer_norm needs no such state, and was better on minesweeper. */
KHOP_API khop_value khop_batch_norm(khop_model *model, khop_value x);

/* --- from nodes to graphs: behind a readout a value has a row a graph (G, columns) ---------------- */

/* One row a graph from the rows of its nodes: y (G, F). Attention sums them with the softmax over the
 * graph's nodes of a learned score x w, w (F): after the gated sum of Li et al. (2016). A graph without
 * nodes gives 0; of equal largest entries the first takes the gradient, and NaN is largest. Convolutions and
 * pools cannot follow; what else follows works on graphs, and so does the loss. In a run that is not of a
 * batch (khop/batch.h) all nodes are one graph. */
typedef enum khop_readout_kind {
  KHOP_READOUT_SUM = 0,
  KHOP_READOUT_MEAN = 1,
  KHOP_READOUT_MAX = 2,
  KHOP_READOUT_ATTENTION = 3
} khop_readout_kind;
KHOP_API khop_value khop_readout(khop_model *model, khop_value x, khop_readout_kind kind);

/* What the set knows of each graph (khop_graphs_graph_features), (G, columns), once a model: each column less an
 * offset, times a factor: 0 and 1 at first. They are kept with the parameters (offsets, then factors), but no
 * training changes them: khop_graph_features_scale sets them, for descriptors on the scale of their training
 * part. A NaN, for what is not known, becomes 0, which is the offset. */
KHOP_API khop_value khop_graph_features(khop_model *model, int64_t columns);
/* offset, factor: (columns); after khop_model_init. Errors: ARGUMENT (no graph features, no parameters yet). */
KHOP_API khop_status khop_graph_features_scale(khop_model *model, const khop_real *offset,
                                                const khop_real *factor);

/* Losses: the mean over the masked nodes, or graphs. The last op; its input is the model's output. */
KHOP_API khop_value khop_softmax_cross_entropy(khop_model *model, khop_value logits);
/* Targets (N, F) in [0, 1], or classes 0 / 1 as labels when F is 1. NaN targets do not count. */
KHOP_API khop_value khop_binary_cross_entropy(khop_model *model, khop_value logits);
KHOP_API khop_value khop_mean_squared_error(khop_model *model, khop_value prediction);

/* Ends the building: reports the first mistake, or allocates the parameters as one block and draws
 * them from seed (Glorot uniform for weights, 0 for biases). May be called again to draw anew.
 * Errors: what poisoned the builder (ARGUMENT, SHAPE), MEMORY. */
KHOP_API khop_status khop_model_init(khop_model *model, uint64_t seed);

KHOP_API int64_t khop_model_parameters(const khop_model *model); /* how many numbers */
KHOP_API khop_real *khop_model_parameter_array(khop_model *model);         /* all of them, op by op */
KHOP_API int64_t khop_model_input_columns(const khop_model *model);
KHOP_API int64_t khop_model_output_columns(const khop_model *model);

/* One line an op: handle, name, inputs, columns, parameters. To be freed with khop_free. */
KHOP_API khop_status khop_model_describe(char **text, const khop_model *model);

/* Strings that travel with a model, such as "row_normalize" = "1". NULL where there is none.
 * Errors: MEMORY. */
KHOP_API khop_status khop_model_set_metadata(khop_model *model, const char *key, const char *value);
KHOP_API const char *khop_model_metadata(const khop_model *model, const char *key);

/* The schema of the data that a model is trained on: it is kept with the model, and in its checkpoints. khop_train and
 * khop_graphs_train set it. *schema is NULL where there is none, and is freed with khop_schema_free.
 * Errors: MEMORY; FORMAT (one that cannot be read). */
KHOP_API khop_status khop_model_set_schema(khop_model *model, const khop_schema *schema);
KHOP_API khop_status khop_model_schema(khop_schema **schema, const khop_model *model);

/* Builds every ring that the model's convolutions ask for, one khop_rings for each direction and
 * operator. rings: room for KHOP_MAX_RINGS; *count of them are set, the caller frees each.
 * Errors: those of khop_rings_build; ARGUMENT where an op is over metapaths, which no untyped graph
 * has: build them with khop_metapaths_build and give them to khop_run_new. */
#define KHOP_MAX_RINGS 12
KHOP_API khop_status khop_model_rings(khop_rings **rings, int *count, const khop_model *model,
                                      const khop_graph *graph, int64_t max_bytes);
/* The same in another form than stored; with auto, the rings of an op that reads entries one by one
 * (the largest over rings) are stored. max_bytes is for each khop_rings. */
KHOP_API khop_status khop_model_rings_as(khop_rings **rings, int *count, const khop_model *model,
                                         const khop_graph *graph, khop_form form, int64_t max_bytes);

/* The same with samples of at most per_row nodes a row and hop: khop_rings_sample. Errors: its own. */
KHOP_API khop_status khop_model_rings_sample(khop_rings **rings, int *count, const khop_model *model,
                                             const khop_graph *graph, int64_t per_row,
                                             uint64_t seed, int64_t max_bytes);

/* How far a row of the output looks, and the ball that decides it. */
typedef struct khop_reach {
  int64_t hops; /* the furthest row of features that a row of the output depends on: the furthest hops of the ops on
                 * the longest path, added up */
  int64_t ball; /* a run on the ball of so many hops around some nodes (khop_graph_ball) has their rows to the bit */
  khop_direction direction; /* of that ball; of undirected graphs the three are one */
} khop_reach;
/* An op that reads rows s hops from the output, with taps up to hop H, asks for a ball of s + H hops; with norm sym or
 * col for s + 2 H, since these divide by how many rows read a column: its degree is whole only where all that lies H
 * hops around it is there. Self-loops add nothing to that. Rows that are nearer have all their entries, their degrees
 * and so the same bits; those at the rim have not, and nobody reads them. The ball runs in the direction of the taps,
 * and both ways (KHOP_ALL) where they have several, or where a column's degree is asked for, which is counted against
 * their direction.
 * Errors: UNSUPPORTED, naming the op (one that looks at all nodes: khop_global_mean, khop_readout; metapaths), ARGUMENT
 * (a NULL, a model without ops), what poisoned the builder, MEMORY. */
KHOP_API khop_status khop_model_reach(khop_reach *reach, const khop_model *model);

/* --- the run: a model bound to rings and features ------------------------------------------- */

typedef struct khop_run khop_run;

/* Plans every offset and makes one allocation; afterwards nothing allocates, and nothing fails but what is asked for out
 * of order.
 * model, rings and features must outlive the run. training = false leaves out what only backward
 * needs. Errors: SHAPE (features of another width than the input op, rings of another graph),
 * ARGUMENT (a ring that is needed and not given), BUDGET beyond max_bytes (0: none), MEMORY. */
KHOP_API khop_status khop_run_new(khop_run **run, khop_model *model, int count,
                                  khop_rings *const *rings, const khop_features *features,
                                  bool training, int64_t max_bytes);

/* The same with options, which may be NULL: what is 0 is off.
 * Errors: also ARGUMENT (input_gradient without training). */
typedef struct khop_run_options {
  size_t size; /* sizeof, or 0 */
  bool training;
  bool input_gradient; /* backward also makes that of the features: khop_run_input_gradient */
  int64_t max_bytes;
} khop_run_options;
KHOP_API khop_status khop_run_new_with(khop_run **run, khop_model *model, int count,
                                       khop_rings *const *rings, const khop_features *features,
                                       const khop_run_options *options);
KHOP_API void khop_run_free(khop_run *run);
KHOP_API size_t khop_run_bytes(const khop_run *run);

/* What the loss compares with; borrowed. labels (N), -1 where unknown, or targets (N, outputs).
 * mask (N) of 0 and 1 chooses the nodes that count, NULL all.
 * Errors: ARGUMENT (the model has no loss, or one that takes the other kind), VALUE (a selected
 * node with a label that has no class, or none selected). */
KHOP_API khop_status khop_run_labels(khop_run *run, const int32_t *labels, const uint8_t *mask);
KHOP_API khop_status khop_run_targets(khop_run *run, const khop_real *targets, const uint8_t *mask);

/* A loss of the caller's, for a model that has none. Each forward calls function with the output y (rows, columns), as
 * khop_run_rows and khop_model_output_columns have them; it sets *loss and writes its gradient by y to dy, which has
 * the shape of y and is all 0 before, or is NULL where no gradient is needed. It must not use the run. function stays
 * bound, in new batches too; NULL takes it away; context is handed over as it is.
 * A status that is not OK, a loss or a gradient that is not finite (VALUE), end the step: forward returns NaN,
 * khop_message() says why, and backward returns that status.
 * Errors: ARGUMENT (the model has a loss). */
typedef khop_status (*khop_loss_function)(double *loss, khop_real *dy, const khop_real *y, int64_t rows,
                                          int64_t columns, void *context);
KHOP_API khop_status khop_run_own_loss(khop_run *run, khop_loss_function function, void *context);

/* Forward. training: dropout is on, drawn from (seed, step) so that a step can be repeated. Without it each row is
 * multiplied as if it were alone: a row of the output has the same bits whatever other rows the run has. The
 * loss is returned where labels, targets or a loss of the caller's are bound, else 0. */
KHOP_API double khop_run_forward(khop_run *run, bool training, uint64_t seed, uint64_t step);
/* Backward of the last forward with training or without, once a forward (its workspace is used up):
 * overwrites the gradients. Errors, which leave them as they are: ARGUMENT (the run was made without training; labels or
 * targets were not bound before the forward; no forward since the last backward). */
KHOP_API khop_status khop_run_backward(khop_run *run);

/* Backward from a gradient from outside: dy (rows, columns), without gaps, is that of some loss by a value, and has its
 * shape. No label or target is needed, and what is bound is left out. Several values at once add up; the model's own
 * loss may be among them, as its op with the shape (1, 1), and is then multiplied by that number. Values that only ops
 * without parameters lead to take one in runs with input_gradient alone.
 * Errors, which leave the gradients as they are: those of backward; ARGUMENT (no such value, one that is given twice,
 * has no gradient or stays sparse), SHAPE, VALUE (dy is not finite), MEMORY (where a sum reads the value, its gradient
 * may need an array for the time of the call).
 * Cost: that of backward. */
typedef struct khop_gradient {
  khop_value value;
  int64_t rows, columns;
  const khop_real *dy; /* (rows, columns) */
} khop_gradient;
KHOP_API khop_status khop_run_backward_from(khop_run *run, khop_value value, const khop_real *dy,
                                            int64_t rows, int64_t columns);
KHOP_API khop_status khop_run_backward_from_values(khop_run *run, int count, const khop_gradient *from);

/* The gradient by the features, of the last backward: (N, columns), or where they are sparse a number for each of their
 * entries, in their order. It lasts until the next forward. Errors: ARGUMENT (the run was made without input_gradient;
 * no backward since the last forward). */
KHOP_API khop_status khop_run_input_gradient(const khop_real **gradient, const khop_run *run);

KHOP_API const khop_real *khop_run_output(const khop_run *run); /* (N, output columns) */
/* An op's value (N, columns) after a forward; NULL out of range, for a loss, and for features that
 * stay sparse. */
KHOP_API const khop_real *khop_run_value(const khop_run *run, khop_value value);
KHOP_API khop_real *khop_run_gradients(khop_run *run); /* one block, as khop_model_parameter_array */

#ifdef __cplusplus
}
#endif
#endif
