/* node_batches.h: which nodes of a split make up each batch of a training on some at a time, and the outputs of a part
 * until they are scored together.
 *
 *   order    17 3 40 | 8 11 5 | 29      the training nodes, shuffled anew each epoch; or a part that is scored, ascending
 *   output   rows of order, batch by batch */
#ifndef KHOP_TRAIN_NODES_NODE_BATCHES_H
#define KHOP_TRAIN_NODES_NODE_BATCHES_H

#include "train/nodes/node_split.h"

typedef struct khop_i_node_batches {
  khop_i_node_split split;
  khop_model *model;
  uint64_t seed;
  int64_t size, outputs;   /* nodes of a batch; columns of an output */
  int64_t trains;          /* training nodes */
  int64_t *order;          /* (nodes) ids of the part that is read */
  khop_real *output;       /* (the most nodes of a part, outputs) */
  int32_t *part_labels;    /* beside them, or NULL */
  khop_real *part_targets; /* beside them, or NULL */
} khop_i_node_batches;

/* The largest batch that so many nodes can make: no larger than there are training nodes. */
int64_t khop_i_node_batch_size(const khop_data *data, int split, int64_t batch);

/* Errors: those of khop_i_node_split_open. On failure it can be closed. */
khop_status khop_i_node_batches_open(khop_i_node_batches *b, const khop_data *data, int split, int64_t size,
                                     const khop_fit_options *options, khop_model *model);
void khop_i_node_batches_close(khop_i_node_batches *b);

/* Batches of an epoch. */
int64_t khop_i_node_batches_count(const khop_i_node_batches *b);
/* Lists a part; how many. */
int64_t khop_i_node_batches_list(khop_i_node_batches *b, khop_part part);
/* Shuffles the training nodes: the order is drawn from the seed and the epoch alone, so that a training that goes on
 * reads what it would have. */
void khop_i_node_batches_shuffle(khop_i_node_batches *b, int epoch);
/* How many nodes the batch that begins at order[first] has, of a part of `count`. */
int64_t khop_i_node_batches_length(const khop_i_node_batches *b, int64_t first, int64_t count);
/* Numbers that the loss of nodes (count) is the mean of. */
double khop_i_node_batches_weight(const khop_i_node_batches *b, int64_t count, const int64_t *ids);
/* Keeps the outputs of a run for order[first], .. (count), with what they are scored against; row k of them is row
 * places[k] of the run, or k where places is NULL. */
void khop_i_node_batches_take(khop_i_node_batches *b, const khop_run *run, int64_t first, int64_t count,
                              const int64_t *places);
/* Scores what was kept of a part of `count` nodes. Errors: those of khop_score. */
khop_status khop_i_node_batches_score(double *score, const khop_i_node_batches *b, int64_t count);

#endif
