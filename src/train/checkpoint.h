/* checkpoint.h: what the public side of checkpoints (khop/train.h) does not show. */
#ifndef KHOP_TRAIN_CHECKPOINT_H
#define KHOP_TRAIN_CHECKPOINT_H

#include "train/loop.h"

/* Whether a file holds a training that can be gone on with, beside its model. Errors: those of khop_model_load. */
khop_status khop_i_checkpoint_is_training(bool *training, const char *path);
/* The weights of a file of the same architecture, as those that a training of its own has ended with. Errors: those of
 * khop_trainer_load. */
khop_status khop_i_trainer_load_weights(khop_trainer *trainer, const char *path);

#endif
