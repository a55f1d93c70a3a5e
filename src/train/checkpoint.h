/* checkpoint.h: what the public side of checkpoints (khop/train.h) does not show. */
#ifndef KHOP_TRAIN_CHECKPOINT_H
#define KHOP_TRAIN_CHECKPOINT_H

#include "files/safetensors.h"
#include "train/loop.h"

/* The key of what a series of trainings is (series.h); a note to those who load the model. */
#define KHOP_I_SERIES_KEY "note.series"

/* khop_trainer_save, as the run in training of a series; NULL: of none. */
khop_status khop_i_trainer_save(const khop_trainer *trainer, const char *series, const char *path);
/* The model and training of a checkpoint that was read, and another training beside it, which may be NULL. */
khop_status khop_i_trainer_save_beside(const khop_trainer *trainer, const khop_i_safetensors *kept, const char *series,
                                       const char *path);
/* khop_trainer_load; beside: of the one that stands beside the model. */
khop_status khop_i_trainer_load(khop_trainer *trainer, const char *path, bool beside);

/* Whether a file holds a training that can be gone on with, beside its model. Errors: those of khop_model_load. */
khop_status khop_i_checkpoint_is_training(bool *training, const char *path);
/* The weights of a file of the same architecture, as those that a training of its own has ended with. Errors: those of
 * khop_trainer_load. */
khop_status khop_i_trainer_load_weights(khop_trainer *trainer, const char *path);

#endif
