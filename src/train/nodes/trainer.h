/* trainer.h: the inside of a training in progress. */
#ifndef KHOP_TRAIN_NODES_TRAINER_H
#define KHOP_TRAIN_NODES_TRAINER_H

#include "model/run.h"
#include "train/metrics.h"
#include "train/optimizer.h"

typedef struct khop_i_batches khop_i_batches; /* batches.h */

struct khop_trainer {
  khop_run *run;
  khop_i_batches *batches; /* owns, and the run with it; NULL: all nodes at once */
  const khop_data *data;
  int split;
  khop_fit_options options;
  khop_optimizer *optimizer;
  khop_real *best;   /* (parameters) the weights to keep */
  void *scratch;     /* of the metric */
  khop_epoch now;
  double best_loss;  /* validation loss at best_epoch */
  double rate_scale; /* of the plateau schedule */
  int waited;        /* epochs since the plateau schedule last acted, or since the best */
  double seconds;
  bool interrupted;
};

/* trainer.c: what every trainer is given before anything is learned: defaults, the parameters, the
 * optimiser. t->run, data, split and options are there. Errors: as khop_trainer_new. */
khop_status khop_i_trainer_open(khop_trainer *t);
/* What a metric is to be computed from. */
khop_status khop_i_trainer_score(double *value, khop_trainer *t, const khop_i_sample *sample);
/* The factor on the learning rate in this epoch. */
double khop_i_trainer_rate(const khop_trainer *t);
khop_status khop_i_trainer_check_loss(const khop_trainer *t);
/* predict.c: turns outputs (n, columns) into scores in place. Errors: VALUE. */
khop_status khop_i_to_scores(khop_real *scores, const khop_model *model, int64_t n);

#endif
