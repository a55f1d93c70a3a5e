/* trainer.h: the inside of a training in progress. */
#ifndef KHOP_TRAIN_TRAINER_H
#define KHOP_TRAIN_TRAINER_H

#include "model/run.h"
#include "train/metrics.h"
#include "train/optimizer.h"

struct khop_trainer {
  khop_run *run;
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

#endif
