/* batches.h: what a trainer on rows of a file holds: one batch, and the outputs of one part.
 *
 *   order    17 3 40 | 8 11 5 | 29      the training nodes, shuffled anew each epoch
 *   x        rows 17, 3 and 40          (size, columns), read from the file for each batch
 *   run      bound to x once: what is read into x is what it sees; rows that are not there in the last
 *            batch are masked
 */
#ifndef KHOP_TRAIN_NODES_BATCHES_H
#define KHOP_TRAIN_NODES_BATCHES_H

#include "train/nodes/trainer.h"

#include <khop/hops.h>

struct khop_i_batches {
  const khop_rows *rows;
  int64_t size, columns, outputs;
  khop_rings *rings[KHOP_MAX_RINGS]; /* of hop 0 alone, where the model has such taps */
  int rings_count;
  khop_run *run;         /* owns */
  khop_real *x;          /* (size, columns) */
  khop_features features; /* a view of x */
  uint8_t *mask;         /* (size) */
  int32_t *labels;       /* (size) or NULL */
  khop_real *targets;    /* (size, outputs) or NULL */
  int64_t *order;        /* (nodes) ids of a part */
  int64_t parts;         /* the most nodes of validation and test */
  khop_real *output;     /* (parts, outputs) */
  int32_t *part_labels;  /* (parts) or NULL */
  khop_real *part_targets; /* (parts, outputs) or NULL */
};

/* Room for batches of size rows. part_rows: for how many nodes outputs are kept at once. Errors:
 * ARGUMENT (an op that reads other rows), SHAPE, MEMORY. */
khop_status khop_i_batches_open(khop_i_batches **batches, khop_model *model, const khop_rows *rows,
                                int64_t size, bool training);
void khop_i_batches_free(khop_i_batches *batches);

/* One epoch: t->now.loss is the mean over the batches. */
khop_status khop_i_batches_learn(khop_trainer *t);
/* The score, and the loss where it is not NULL, of a part. */
khop_status khop_i_batches_score(double *value, double *loss, khop_trainer *t, khop_part part);

#endif
