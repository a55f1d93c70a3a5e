/* optimizer.h: the inside of the optimiser: its moments, which checkpoints keep. */
#ifndef KHOP_TRAIN_OPTIMIZER_H
#define KHOP_TRAIN_OPTIMIZER_H

#include "model/model.h"

#include <khop/train.h>

struct khop_optimizer {
  khop_model *model;
  khop_optimizer_options options;
  uint64_t steps;
  khop_real *first, *second; /* (parameters): the two moments */
};

#endif
