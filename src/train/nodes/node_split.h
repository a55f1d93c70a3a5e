/* node_split.h: one split of a data set of nodes, as a training sees it: its parts, and how they are scored. */
#ifndef KHOP_TRAIN_NODES_NODE_SPLIT_H
#define KHOP_TRAIN_NODES_NODE_SPLIT_H

#include "train/metrics.h"
#include "train/units.h"

#include <khop/data.h>

typedef struct khop_i_node_split {
  const khop_data *data;
  int split;
  khop_metric metric;
  void *scratch; /* of the metric */
  khop_i_units units; /* of the targets */
  khop_real *targets; /* (nodes, outputs) in those units; NULL: the data have none */
} khop_i_node_split;

/* Numbers to predict are put into units, which the model keeps. Errors: ARGUMENT (no such split; nothing to learn; a model with a row a graph; a metric or a loss that is not for
 * what the data have: classes, numbers or yes/no tasks), SHAPE (a model of another number of outputs than the data
 * have targets), VALUE (no training node has a target), MEMORY. */
khop_status khop_i_node_split_open(khop_i_node_split *split, const khop_data *data, int number,
                                   khop_metric metric, khop_model *model);
void khop_i_node_split_close(khop_i_node_split *split);

/* Puts the targets into other units: those of a checkpoint. */
void khop_i_node_split_use_units(khop_i_node_split *split, const khop_i_units *units);

int64_t khop_i_node_split_nodes(const khop_i_node_split *split);
/* (nodes) or NULL: no such part. */
const uint8_t *khop_i_node_split_mask(const khop_i_node_split *split, khop_part part);
bool khop_i_node_split_has(const khop_i_node_split *split, khop_part part);
/* Allocates nothing. Errors: those of khop_score. */
khop_status khop_i_node_split_score(double *score, const khop_i_node_split *split, const khop_i_sample *sample);

#endif
