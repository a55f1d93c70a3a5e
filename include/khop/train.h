/* khop/train.h: training, from one step made by hand to many seeds and splits in one call. */
#ifndef KHOP_TRAIN_H
#define KHOP_TRAIN_H

#include <khop/distributed.h>
#include <khop/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- metrics -------------------------------------------------------------------------------- */

typedef enum khop_metric {
  KHOP_ACCURACY = 0,
  KHOP_MACRO_F1 = 1, /* mean over the classes, or tasks, that occur as label (yes) or prediction */
  KHOP_ROC_AUC = 2,  /* ties count half (Mann-Whitney). Of more than two classes the mean of each against the rest, by
                      * its probability, over those that some have and some not; tasks: over those with both answers */
  KHOP_RMSE = 3,
  KHOP_MAE = 4,
  KHOP_MICRO_F1 = 5  /* over all answers of all tasks at once; of classes it is the accuracy */
} khop_metric;

KHOP_API const char *khop_metric_name(khop_metric metric); /* "accuracy", "macro-f1", .. */
/* Errors: NOT_FOUND, naming the metrics there are. */
KHOP_API khop_status khop_metric_find(khop_metric *metric, const char *name);
/* True where more is better, 1 being perfect; false for errors. */
KHOP_API bool khop_metric_rises(khop_metric metric);

/* Scores output (n, columns) against labels (n) or targets (n, columns), on the nodes that mask (n)
 * selects (NULL: all). Classes are read from logits: the largest column, or, with one column, above 0.
 * Targets of 0, 1 and NaN are yes/no tasks, a column each, for ROC-AUC and both F1 where labels is NULL; yes is said
 * where a logit is above 0. A NaN, and what was said there, counts nowhere:
 *   ROC-AUC    of each column over its known rows; the mean over the columns that have a 1 and a 0 there (the protocol
 *              of Hu et al., Open Graph Benchmark, NeurIPS 2020)
 *   micro-F1   2 hits / (yes that are + yes that are said), over all columns (Zeng et al., GraphSAINT, ICLR 2020)
 *   macro-F1   the same of each column; the mean over the columns where it is not 0 / 0
 * Errors: ARGUMENT (labels missing for a classification metric, targets for a regression one), VALUE
 * (nothing selected; ROC-AUC of a selection with one class alone; F1 of tasks without any yes; a target that is no answer; a
 * prediction that is not finite), MEMORY. Cost: ROC-AUC a sort a column, or class. */
KHOP_API khop_status khop_score(double *score, khop_metric metric, const khop_real *output,
                                int64_t n, int64_t columns, const int32_t *labels,
                                const khop_real *targets, const uint8_t *mask);

/* --- the optimiser -------------------------------------------------------------------------- */

/* Adam (Kingma and Ba, ICLR 2015) and AdamW (Loshchilov and Hutter, ICLR 2019). Fields that are 0
 * take the default in brackets. */
typedef struct khop_optimizer_options {
  size_t size; /* sizeof, or 0 */
  double rate;               /* [0.01] */
  double beta1, beta2;       /* [0.9, 0.999] */
  double epsilon;            /* [1e-8] */
  double decay[KHOP_PARAMETER_GROUPS]; /* weight decay of each parameter group [0] */
  bool decoupled;            /* AdamW: decay the weights, not through the gradient */
  double clip;               /* the largest norm of the whole gradient [none] */
  size_t reserved[4]; /* 0: what holds this keeps its layout when it grows */
} khop_optimizer_options;

typedef struct khop_optimizer khop_optimizer;
/* Errors: ARGUMENT (a negative or non-finite number), MEMORY. The model must outlive it. */
KHOP_API khop_status khop_optimizer_new(khop_optimizer **optimizer, khop_model *model,
                                        const khop_optimizer_options *options);
KHOP_API void khop_optimizer_free(khop_optimizer *optimizer);
/* One step on the model's parameters from gradients (parameters), which clipping may scale.
 * scale multiplies the learning rate, as schedules do. */
KHOP_API void khop_optimizer_step(khop_optimizer *optimizer, khop_real *gradients, double scale);

/* --- one training --------------------------------------------------------------------------- */

typedef enum khop_schedule {
  KHOP_CONSTANT = 0,
  KHOP_COSINE = 1,  /* from the rate to 0 over the steps of all epochs, half a cosine */
  KHOP_PLATEAU = 2  /* halved after every `plateau` epochs without a better validation score */
} khop_schedule;

/* By what the best epoch of the validation nodes is chosen, and patience and plateaus wait. */
typedef enum khop_select {
  KHOP_SELECT_SCORE = 0,  /* the score; among equals the lowest loss; among those the first */
  KHOP_SELECT_LOSS = 1,   /* the loss; among equals the first */
  KHOP_SELECT_SMOOTH = 2  /* the mean of the scores of the last five epochs, as many of them as there are, so that one
                           * lucky epoch does not win where few nodes validate; among equals the mean loss of these */
} khop_select;

/* How much a training node, or graph, counts in the loss by its class. */
typedef enum khop_class_weights {
  KHOP_WEIGHTS_EQUAL = 0,
  KHOP_WEIGHTS_BALANCED = 1 /* n / (classes * count): of n that are trained on, in so many classes as they have */
} khop_class_weights;

typedef struct khop_epoch {
  int epoch;         /* counts from 1 */
  int epochs;        /* the most there can be */
  int best_epoch;    /* 0: none yet */
  double loss;       /* training loss, with dropout */
  double val_loss;   /* NaN without validation nodes */
  double val, best;  /* validation score now and at best; NaN without validation nodes */
} khop_epoch;

typedef struct khop_fit_options {
  size_t size; /* sizeof, or 0 */
  khop_optimizer_options optimizer;
  khop_schedule schedule;
  int plateau;      /* [50] */
  int epochs;       /* [500] at most */
  int patience;     /* [100] epochs without a better validation score before it stops; < 0: never */
  khop_metric metric;
  uint64_t seed;    /* of the parameters and of dropout */
  /* Called after each epoch; return false to stop with the best weights so far. May be NULL. */
  bool (*progress)(const khop_epoch *epoch, void *context);
  void *context;
  khop_select select;
  int warm_up;      /* epochs over whose steps the rate rises from 0, step k of s by the factor k / s [none] */
  /* Of softmax cross-entropy in training, not of val_loss. Smoothing is the share of each label that goes to all classes
   * alike (Szegedy et al., CVPR 2016), in [0, 1). */
  double label_smoothing;
  khop_class_weights class_weights;
  size_t reserved[1]; /* 0: what holds this keeps its layout when it grows */
} khop_fit_options;

typedef struct khop_fit_result {
  uint64_t seed;
  int split;
  int epochs, best_epoch; /* run, and the one whose weights were kept */
  int resumed;            /* of the epochs those that a checkpoint had; 0: none */
  double loss;            /* training loss of the last epoch */
  double val, test;       /* scores of the kept weights; NaN where no nodes are selected */
  double seconds;         /* of the epochs since the start, or the checkpoint */
  bool interrupted;
} khop_fit_result;

/* A training in progress. Selection looks at the validation nodes only, by options->select. Without validation nodes
 * the last weights are kept. */
typedef struct khop_trainer khop_trainer;

/* Prepares the training of a run's model on one split of data, from parameters drawn anew with
 * options->seed. Numbers (mean squared error) are learned as (y - mean) / deviation over the training nodes, which the
 * model keeps as notes: the loss and khop_run_output are in that unit, scores and khop_predict in that of the data. run (made with training = true) and data must outlive it.
 * Errors: those of khop_run_labels, khop_score and khop_optimizer_new; ARGUMENT (no such split). */
KHOP_API khop_status khop_trainer_new(khop_trainer **trainer, khop_run *run, const khop_data *data,
                                      int split, const khop_fit_options *options);

/* The same on some training nodes at a time, for graphs whose activations do not fit: a step a batch, which is run on the
 * ball that decides its nodes' rows (khop_model_reach), with exact rings; balls of nodes that are scored likewise. The
 * gradient of a batch is that of the whole graph with the loss masked to the batch, to rounding; dropout draws by the
 * place in the ball, and so other entries than a run of the whole. Batches are drawn anew each epoch from seed and
 * epoch; results do not depend on the number of threads. An epoch allocates what its balls take.
 * Errors: those of khop_trainer_new; UNSUPPORTED (a model that looks at all nodes), ARGUMENT (size below 1), BUDGET.
 * Cost: each node once a ball that it is in, of which there can be many where balls are wide. */
typedef struct khop_batch_options {
  size_t size;       /* sizeof(khop_batch_options), or 0: the fields of 0.2.0 */
  int64_t nodes;     /* of a batch; more than there are training nodes: all of these */
  khop_form form;    /* how the rings of a ball are kept */
  int64_t max_bytes; /* for the rings and for the run of a ball; 0: half of the memory */
} khop_batch_options;
KHOP_API khop_status khop_trainer_new_batches(khop_trainer **trainer, khop_model *model, const khop_data *data,
                                              int split, const khop_batch_options *batches,
                                              const khop_fit_options *options);
KHOP_API void khop_trainer_free(khop_trainer *trainer);
/* One epoch: forward, backward, step, validation. *more becomes false when it is over. Allocates
 * nothing. Errors: VALUE when the loss is no longer finite. */
KHOP_API khop_status khop_trainer_epoch(khop_trainer *trainer, bool *more);
/* Puts the best weights into the model and scores them. */
KHOP_API khop_status khop_trainer_finish(khop_trainer *trainer, khop_fit_result *result);
/* The three above in a loop. */
KHOP_API khop_status khop_fit(khop_fit_result *result, khop_run *run, const khop_data *data,
                              int split, const khop_fit_options *options);

/* --- models by name ------------------------------------------------------------------------- */

/* The bodies that recipes are made of.
 *   spread:   dropout, linear, activation, dropout, linear; then `layers` fixed ring convolutions of
 *             the logits, z = (1 - teleport) mean_t R_t z + teleport z_0; then a bias
 *   stack:    layers times dropout, k-hop convolution, activation; the last gives the logits (after
 *             concatenated taps, a linear op does)
 *   residual: linear; layers times h + dropout(activation(conv(layer norm(h)))); layer norm, linear
 *   graphs:   linear; layers as in residual; layer norm; readouts beside one another, and the features of the
 *             graphs; linear, activation, dropout, linear: for sets of graphs (khop/learn.h)
 * and of the blocks of the same names (khop/blocks.h), which take one row of hops for all layers:
 *   gcnii, h2gcn, spmpnn, kpgcn, kpgin, drew: dropout, linear, activation; the block; dropout, linear. Dropout inside as
 *             the block says; decay[1] is that of the block's own matrices, decay[0] that of the two linear layers
 *   gpr:      dropout, linear, activation, dropout, linear; the block on the logits
 *   fsgnn, dir, jumping: dropout; the block on the features (jumping: a dilated stack, its layers concatenated); dropout,
 *             linear
 *   linkx:    dropout; the block; layers - 1 times linear, activation, dropout; linear. Of one graph: khop_node_weights */
typedef enum khop_body {
  KHOP_SPREAD = 0,
  KHOP_STACK = 1,
  KHOP_RESIDUAL = 2,
  KHOP_GRAPHS = 3,
  KHOP_BODY_GCNII = 4,
  KHOP_BODY_H2GCN = 5,
  KHOP_BODY_FSGNN = 6,
  KHOP_BODY_GPR = 7,
  KHOP_BODY_DIR = 8,
  KHOP_BODY_SPMPNN = 9,
  KHOP_BODY_KPGCN = 10,
  KHOP_BODY_KPGIN = 11,
  KHOP_BODY_DREW = 12,
  KHOP_BODY_JUMPING = 13,
  KHOP_BODY_LINKX = 14
} khop_body;

/* What a recipe leaves open. khop_recipe_find fills in its defaults; change what you like. */
#define KHOP_MAX_LAYERS 32
#define KHOP_RECIPE_TAPS 16
typedef struct khop_recipe {
  size_t size; /* sizeof, or 0 */
  const char *name;
  khop_body body;
  int64_t hidden;              /* columns inside */
  int layers;
  int taps;                    /* T */
  int hops[KHOP_RECIPE_TAPS];  /* (taps) at dilation 1 */
  int dilations;               /* how many of the next; 0: all layers have dilation 1 */
  int dilation[KHOP_MAX_LAYERS]; /* layer l multiplies the hops by dilation[l % dilations] */
  khop_norm norm;
  khop_direction direction;
  khop_operator op;
  bool self_loop, concat;
  khop_weights weights;        /* stack and residual: full or separable */
  khop_activation activation;
  double input_dropout, dropout;
  double teleport;             /* spread; the alpha of gcnii and gpr */
  /* graphs */
  unsigned readouts;           /* 1 << khop_readout_kind of each */
  bool typed;                  /* ring 1 split by the types of arcs, where the set has them */
  unsigned along;              /* with typed: 1 << type of those that split the further rings; 0: none */
  bool extras;                 /* join those of the graphs, where the set has them */
  int64_t batch;               /* graphs a step */
  double average;              /* weights are averaged over the steps with this decay; 0: not. Of one graph too */
  double head_dropout;         /* between readout and output; below 0: as dropout */
  bool keep_last;              /* the weights of the last epoch are kept, not those that validate best */
  bool open_length;            /* fit.epochs are the most, and khop_graphs_train chooses: khop/learn.h */
  bool open_decay;             /* with open_length: it also tries less decay */
  bool row_normalize;          /* the data are to be loaded with row_normalize; kept as a note */
  khop_fit_options fit;        /* decay[0] is for the first layer, decay[1] for the others */
  double feature_norm;         /* features are multiplied by one number, which the model keeps, so that the root mean
                                  square of a node's norm is this; 0: taken as they are, which rows
                                  of hop features always are */
  double lambda;               /* gcnii: how much the layers map, log(lambda / l + 1) */
  int delay;                   /* drew: from which hop on values are older; 0: none are */
  /* From this epoch on the mean of the weights after each epoch validates and is kept, each epoch alike (stochastic weight
   * averaging, Izmailov et al., UAI 2018), running moments of batch norm among them; 0: not. Not with average. */
  int average_from;
} khop_recipe;

KHOP_API int khop_recipe_count(void);
KHOP_API const char *khop_recipe_name(int i);  /* NULL out of range */
KHOP_API const char *khop_recipe_about(int i); /* one line */
/* Errors: NOT_FOUND, naming the recipes there are. */
KHOP_API khop_status khop_recipe_find(khop_recipe *recipe, const char *name);
/* Fits a recipe's defaults to data: where nodes have no features of their own, only a column each, it
 * turns dropout and weight decay off, which would erase nodes rather than noise (measured on Cora
 * without its words: validation 74.3 % instead of 68.3 %). Where twice as many nodes as there are features are trained on,
 * or more, weights decay a tenth as much (on photo, recipe sign: validation 95.4 % instead of 94.0 %). Where the data have yes/no tasks, the metric becomes
 * ROC-AUC. Call it before changes of your own. */
KHOP_API void khop_recipe_adapt(khop_recipe *recipe, const khop_data *data);
/* Builds the model for data: as many inputs as it has features, as many outputs as it has classes
 * (softmax cross-entropy), yes/no tasks (binary cross-entropy) or targets (mean squared error). Errors: those of
 * khop_model_init. */
KHOP_API khop_status khop_recipe_model(khop_model **model, const khop_recipe *recipe,
                                       const khop_data *data);

/* --- several models together ---------------------------------------------------------------- */

/* Models of the same nodes whose scores are averaged: probabilities of classes, or of a yes to each task, or numbers in the
 * unit of the data. Those of one split are added one after another, and `models` of them are a group, which is scored. */
typedef struct khop_ensemble khop_ensemble;
typedef struct khop_ensemble_result {
  int split;
  double val, test; /* scores of the mean; NaN where no nodes are selected */
} khop_ensemble_result;
/* data must outlive it. Errors: ARGUMENT (models below 1; data without labels and targets), MEMORY. */
KHOP_API khop_status khop_ensemble_new(khop_ensemble **ensemble, const khop_data *data, khop_metric metric, int models);
KHOP_API void khop_ensemble_free(khop_ensemble *ensemble);
/* Adds scores (N, output columns) of khop_predict by a model that was trained on a split. Errors: ARGUMENT (no such split;
 * another one than that of a group begun), MEMORY, those of khop_score when a group is full. */
KHOP_API khop_status khop_ensemble_add(khop_ensemble *ensemble, int split, const khop_real *scores);
/* The groups that are full: number i of them, NULL out of range; borrowed until the next is added. */
KHOP_API int khop_ensemble_groups(const khop_ensemble *ensemble);
KHOP_API const khop_ensemble_result *khop_ensemble_group(const khop_ensemble *ensemble, int i);

/* --- many trainings ------------------------------------------------------------------------- */

typedef struct khop_train_options {
  size_t size; /* sizeof, or 0 */
  int seeds;        /* how many, from recipe->fit.seed on [1] */
  int split;        /* which; -1: all */
  const char *save; /* a checkpoint of the best run by validation; NULL: none */
  /* Seconds between two checkpoints of the run in training, while it is the best; 0: at its end alone. An epoch of more
   * than 0.2 s is followed by one in any case, as long as they take less than a twentieth of the time: a program that is
   * ended within an epoch has lost that one. */
  double save_every;
  /* Goes on from this checkpoint: one of the same seeds and splits, with the run that was in training and those that were
   * not begun; the report has the figures of those that were over, without their seconds. NULL: from the start. */
  const char *resume;
  const char *notes;  /* stored in the checkpoint as the note "options"; NULL: none */
  int64_t max_bytes;  /* budget for rings and for the run; 0: half of the memory */
  khop_form form;     /* how the rings are kept: it changes rounding; 0: stored */
  /* Trains on rows of this .npy file (khop_trainer_new_rows in khop/hops.h) in batches of `batch` nodes
   * [1,024], in the place of the data's features and rings; the recipe must be one without hops beyond
   * 0. NULL: features and rings. */
  const char *hop_features;
  /* Nodes a step; without hop_features each batch in its ball (khop_trainer_new_batches); 0: all nodes at once. */
  int64_t batch;
  /* At most so many nodes of each ring, drawn once with recipe->fit.seed (khop_rings_sample); training
   * and scores are then those of the sample. 0: whole rings. */
  int64_t sample;
  /* Called with each finished run. May be NULL. */
  void (*finished)(const khop_fit_result *result, int index, int of, void *context);
  void *context;
  /* Called when save has been written: it can be gone on with from here. May be NULL. */
  void (*kept)(void *context);
  const int *splits; /* (split_count) which, in this order, each once; NULL: split says it */
  int split_count;
  /* Gets the scores of each run, by the weights that were kept, when it is over: models seeds of a split are a group. One can
   * go from call to call, as for models of several recipes. A run that is interrupted is not added. NULL: none. */
  khop_ensemble *ensemble;
  /* One training on all of these ranks, each of which has read the data and calls this, with the same options: losses,
   * weights, epoch, scores and the file are the same bits for any number of them. Rank 0 writes `save`; resume is read by
   * all, of whatever number of ranks it is; progress and finished are called on each, and false on one stops all. Rows are
   * those of khop_shard_of, parts the 24 of khop_shard_run_new. Errors, the same on every rank, also: UNSUPPORTED (batch,
   * sample, hop_features, ensemble, max_bytes, another form than stored; an op that ranks do not have), ARGUMENT (ranks
   * whose data, options or weights differ). NULL: this process alone. */
  const khop_exchange *exchange;
} khop_train_options;

typedef struct khop_report {
  int runs;
  khop_fit_result *run;     /* (runs); owned by the report */
  khop_metric metric;
  double test_mean, test_std, val_mean; /* over the runs; the deviation is that of a sample (n - 1) */
  double seconds_per_epoch; /* over all runs */
  int64_t parameters;
  size_t ring_bytes, run_bytes; /* 0 on several ranks, which have each their own */
  bool interrupted;
} khop_report;

/* Builds the rings once, trains for every seed and split, and reports. options may be NULL.
 * Errors: those of the parts; a failure in one run ends all. *report is to be freed in any case. */
KHOP_API khop_status khop_train(khop_report *report, const khop_data *data,
                                const khop_recipe *recipe, const khop_train_options *options);
/* Puts the runs of another report behind those of one, {0} at first: means, deviation and seconds are of all of them, memory
 * is what the larger took; metric and parameters are those of the other. Errors: MEMORY; all is then as it was. */
KHOP_API khop_status khop_report_join(khop_report *all, const khop_report *other);
KHOP_API void khop_report_free(khop_report *report);

/* The rings are kept in the form that auto chooses.
 * Scores of every node: (N, output columns): probabilities of the classes (softmax; sigmoid for
 * binary cross-entropy), or the predicted targets, in the unit that the data of the training had. The graph may be another one than in training.
 * Errors: those of khop_model_rings and khop_run_new; VALUE when a score is not finite. */
KHOP_API khop_status khop_predict(khop_real *scores, khop_model *model, const khop_data *data,
                                  int64_t max_bytes);

/* Scores of some nodes (count) alone: (count, output columns), the rows of khop_predict, from the ball that decides them
 * (khop_model_reach; of ring 1 the graph says the degrees, and the ball is that of reach.hops), at a cost that depends on
 * what they reach. They have the bits that the whole has where its rings
 * are stored, and are equal to rounding where auto has kept them in another form.
 * Errors: ARGUMENT (a node out of range or twice), UNSUPPORTED (a model that looks at all nodes), SHAPE, VALUE, BUDGET,
 * MEMORY; scores are then not to be read. */
KHOP_API khop_status khop_predict_nodes(khop_real *scores, khop_model *model, const khop_data *data, int64_t count,
                                        const int64_t *nodes, int64_t max_bytes);

/* The same for many calls: what depends on the whole graph is done once (of a directed graph whose arcs are followed
 * against or both ways, turning them; and for sym and col norms counting those that lead to a node). model and data must outlive it and stay as they are. max_bytes is for the rings
 * and the run of a call; 0: half of the memory. Several threads may share one.
 * Errors: as above. Cost: O(1), or O(nodes + arcs) where arcs are turned. */
typedef struct khop_predictor khop_predictor;
KHOP_API khop_status khop_predictor_new(khop_predictor **predictor, khop_model *model, const khop_data *data,
                                        int64_t max_bytes);
KHOP_API void khop_predictor_free(khop_predictor *predictor);
KHOP_API khop_status khop_predictor_nodes(khop_real *scores, const khop_predictor *predictor, int64_t count,
                                          const int64_t *nodes);

/* A node that the data do not have. */
typedef struct khop_new_node {
  size_t size; /* sizeof, or 0 */
  int64_t out;       /* arcs from it, or, of an undirected graph, links */
  const int64_t *to; /* (out) the nodes of the data that they lead to, each once */
  int64_t in;        /* directed graphs: arcs towards it */
  const int64_t *from; /* (in) */
  const khop_features *features; /* (1, columns) of the model's input, dense or sparse */
} khop_new_node;
/* Its scores (output columns), those that khop_predict would give it as the last node of the data, to the bit as above.
 * The data stay as they are. Errors: as above; ARGUMENT (a link out of range or twice, `in` on an undirected graph),
 * VALUE (a feature that is not finite). */
KHOP_API khop_status khop_predictor_new_node(khop_real *scores, const khop_predictor *predictor,
                                             const khop_new_node *node);

/* Whether the scores of a model are probabilities of classes that add up to 1: its loss is softmax cross-entropy. */
KHOP_API bool khop_model_predicts_classes(const khop_model *model);
/* Whether each score is the probability of a yes by itself: the loss is binary cross-entropy. Names of the tasks:
 * khop_schema_targets of khop_model_schema. */
KHOP_API bool khop_model_predicts_tasks(const khop_model *model);

/* --- labels along the edges ------------------------------------------------------------------ */

/* Both read the labels of training nodes, where train (N) is 1, and no others: changing those of validation and test
 * changes nothing. Rows are spread over ring 1 in both directions, normalised by sym, steps times; `share` in [0, 1) is
 * what comes from the neighbours, the rest from where the row began.
 * Errors: ARGUMENT (a NULL, no class, a share out of range, no step), VALUE (a training node with a label that has no
 * class, or none), MEMORY, those of khop_rings_build. Cost: steps times edges times classes. */

/* Label propagation (Zhou et al., "Learning with local and global consistency", NIPS 2004), which has no features and
 * learns nothing: scores (N, classes) are spread from 1 at the label of each training node. They are no probabilities; a
 * node in no reach of one has only zeros. 0.9 and 50 steps are usual. */
KHOP_API khop_status khop_label_propagation(khop_real *scores, const khop_graph *graph, const int32_t *labels,
                                            int64_t classes, const uint8_t *train, double share, int steps);
/* Correct and smooth (Huang et al., "Combining label propagation and simple models out-performs graph neural networks",
 * ICLR 2021), with their autoscale: scores (N, classes), the probabilities of any model that was trained on the same
 * nodes, have the errors of the training nodes spread and added, at other nodes scaled to the mean size of those errors,
 * and are then spread themselves, from the known labels at training nodes. */
KHOP_API khop_status khop_correct_and_smooth(khop_real *scores, const khop_graph *graph, const int32_t *labels,
                                             int64_t classes, const uint8_t *train, double correct_share,
                                             double smooth_share, int steps);

/* --- checkpoints ---------------------------------------------------------------------------- */

/* Files in the safetensors layout: one tensor a weight, named as "op3.conv.weight", with the shape that
 * khop/model.h says (docs/formats.md has a table); the architecture as JSON under "khop.architecture" in the
 * metadata. Written beside and renamed. Errors: IO, MEMORY; for load FORMAT (what is wrong with the file), SHAPE (a
 * tensor of another shape, though it has as many numbers), VALUE (one that is not finite), NOT_FOUND. */
KHOP_API khop_status khop_model_save(const khop_model *model, const char *path);
KHOP_API khop_status khop_model_load(khop_model **model, const char *path);

/* A model's parameters by the names and shapes of its checkpoint: weights that another library has learned are written
 * there (docs/interchange.md has what belongs where for layers of PyTorch Geometric). */
#define KHOP_TENSOR_NAME 64
typedef struct khop_tensor {
  char name[KHOP_TENSOR_NAME]; /* "op1.conv.weight" */
  int dimensions;              /* 1 to 3 */
  int64_t shape[3];            /* 1 beyond dimensions */
  khop_real *data;             /* the model's own numbers, the last dimension side by side; borrowed */
} khop_tensor;
/* How many there are. */
KHOP_API int khop_model_tensors(const khop_model *model);
/* Number i of them, in the order of the ops. Errors: ARGUMENT (no such number; a model before khop_model_init). */
KHOP_API khop_status khop_model_tensor(khop_tensor *tensor, khop_model *model, int i);
/* The one of a name. Errors: also NOT_FOUND. */
KHOP_API khop_status khop_model_tensor_named(khop_tensor *tensor, khop_model *model, const char *name);
/* Writes a weight of PyTorch, (out, in), into a matrix of khop's, (in, out): of a convolution (T, in, out) into that of
 * one tap; tap is 0 for a linear op. Errors: SHAPE (another shape; no matrix), ARGUMENT (no such tap, a NULL), VALUE (a
 * number that is not finite); nothing is written then. */
KHOP_API khop_status khop_tensor_from_torch(const khop_tensor *tensor, int64_t tap, const khop_real *weight, int64_t out,
                                            int64_t in);

/* Writes everything that going on needs, the optimiser's moments included, and the best weights as
 * the model's; equal trainings give equal files. load continues exactly where save stopped: the same numbers as without the break. A load
 * that fails leaves the trainer as it was.
 * Errors: as above; SHAPE or VALUE for a checkpoint of another architecture, data set size, seed or
 * split. */
KHOP_API khop_status khop_trainer_save(const khop_trainer *trainer, const char *path);
KHOP_API khop_status khop_trainer_load(khop_trainer *trainer, const char *path);

#ifdef __cplusplus
}
#endif
#endif
