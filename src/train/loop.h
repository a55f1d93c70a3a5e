/* loop.h: one training, whatever it learns from: epochs of batches, steps, validation, the weights to keep.
 *
 *   an epoch   begin -> [bind, forward, backward, step, average] a batch -> evaluate -> select
 *   weights    those that step; where asked for their running average, which is then what validates and is kept
 *
 * What it learns from stands behind the functions of a feed: all nodes at once (nodes/all_nodes.c), some
 * in their balls (nodes/ball_batches.c), rows of a file (nodes/row_batches.c), graphs of a set (graphs/fit.c). */
#ifndef KHOP_TRAIN_LOOP_H
#define KHOP_TRAIN_LOOP_H

#include "model/run.h"
#include "train/class_weights.h"
#include "train/optimizer.h"
#include "train/selection.h"
#include "train/units.h"

typedef struct khop_i_feed {
  /* Opens an epoch, counted from 1: its batches, in an order of its own. */
  void (*begin)(void *source, int epoch);
  /* Binds batch 0, 1, .. of the epoch to a run, which lasts until the next call of the feed. *weight: how many numbers
   * its loss is the mean of. */
  khop_status (*bind)(khop_run **run, double *weight, void *source, int64_t batch);
  bool (*has)(const void *source, khop_part part);
  /* The score of a part that it has by the weights that the model holds, and the loss where it is not NULL. */
  khop_status (*evaluate)(double *score, double *loss, void *source, khop_part part);
  /* Puts the targets into the units of a checkpoint; NULL: such trainings are not gone on with. */
  void (*use_units)(void *source, const khop_i_units *units);
  /* The most bytes that it has held for a batch; NULL: the caller knows. */
  void (*held)(size_t *run, size_t *rings, const void *source);
  void (*free)(void *source);
} khop_i_feed;

/* What a step is taken with, beside the batch. */
typedef struct khop_i_lesson {
  double smoothing;               /* of labels */
  const khop_real *class_weights; /* (classes), or NULL */
  uint64_t seed, step;            /* of dropout */
} khop_i_lesson;

/* What takes the place of a feed's bind where the rows of a batch are those of several ranks (ranks/all_ranks.c). */
typedef struct khop_i_ranks_feed {
  /* Forward and, where the loss is finite, backward of all rows: *gradients (parameters), the same on every rank. */
  khop_status (*learn)(double *loss, khop_real **gradients, void *source, const khop_i_lesson *lesson);
  /* Collective: what this rank has done since the last call, and whether no rank has failed. */
  khop_status (*agree)(void *source, khop_status status);
} khop_i_ranks_feed;

/* What a trainer is opened with. */
typedef struct khop_i_training {
  const khop_i_feed *feed;
  const khop_i_ranks_feed *ranks; /* NULL: this process is alone */
  void *source;
  khop_model *model; /* of the runs that batches are bound to */
  int64_t batches;  /* of an epoch */
  int split;
  khop_i_truth truth;
  double average;   /* the decay of the running average of the weights; 0: none */
  int average_from; /* the first epoch of their mean over epochs; 0: none */
  bool keep_last;   /* the weights of the last epoch are kept, not those that validate best */
  int end;          /* ends after this epoch, while schedules reckon with all; 0: after all */
  int64_t graphs;   /* of the set that is learned from; 0: it is nodes */
  int64_t nodes;    /* of the graph, or of a batch of graphs */
} khop_i_training;

/* Checkpoints of a training in progress. */
typedef struct khop_i_keeping {
  double every; /* seconds between two; 0: none; also after each long epoch */
  khop_status (*save)(void *context, const khop_trainer *trainer);
  void *context;
} khop_i_keeping;

struct khop_trainer {
  khop_i_training what;
  khop_fit_options options;
  khop_optimizer *optimizer;
  khop_i_selection selection;
  khop_epoch now;
  khop_real *best;            /* (parameters) the weights to keep */
  khop_real *class_weights;   /* (classes), or NULL */
  khop_real *average, *aside; /* (parameters), or NULL: the running average; those that step, meanwhile */
  double seconds;             /* of the epochs since it was opened */
  double epoch_seconds;       /* of the last one */
  double kept;                /* when it was last saved, or opened: seconds of a clock */
  double keeping_seconds;     /* what that took */
  int resumed;                /* epochs that it was loaded with */
  bool interrupted;
};

/* Fields that are 0 take their defaults: khop/train.h. Those of the optimiser are its own affair. */
void khop_i_fit_defaults(khop_fit_options *options);

/* Scores are tried once, so that a metric that cannot be computed shows before the first epoch. The parameters
 * have been drawn. Owns the source, but on failure it is still the caller's. Errors: as khop_trainer_new. */
khop_status khop_i_trainer_open(khop_trainer **trainer, const khop_i_training *what,
                                const khop_fit_options *options);
/* Before the first epoch: the weights are averaged with a decay over the steps, or alike over the epochs from one on; 0: not.
 * Errors: ARGUMENT, MEMORY. */
khop_status khop_i_trainer_average(khop_trainer *trainer, double decay, int from);
/* To be called between two epochs: saves the training where it is time. Errors: those of the saving. */
khop_status khop_i_trainer_keep(khop_trainer *trainer, const khop_i_keeping *keeping);
/* All epochs that are left, and the best weights. */
khop_status khop_i_trainer_run(khop_fit_result *result, khop_trainer *trainer);

#endif
