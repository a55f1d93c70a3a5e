/* training_blocks.h: the blocks of numbers that a training goes on with, as tensors of a checkpoint, (parameters) each.
 *
 *   train.weights, .first_moment, .second_moment, .average          the last where it keeps one
 *   running.weights, .first_moment, .second_moment, .best, .average of a training beside the model of another, which
 *                                                                   cannot keep its best weights as the model */
#ifndef KHOP_TRAIN_TRAINING_BLOCKS_H
#define KHOP_TRAIN_TRAINING_BLOCKS_H

#include "train/loop.h"
#include "train/tensors.h"

enum { KHOP_I_BLOCKS = 5 };
typedef struct khop_i_blocks {
  int count;
  khop_real *data[KHOP_I_BLOCKS]; /* the trainer's */
  khop_i_tensor tensor[KHOP_I_BLOCKS];
} khop_i_blocks;

void khop_i_blocks_of(khop_i_blocks *blocks, const khop_trainer *trainer, bool beside);
/* Whether a file has them. Errors: those of khop_i_tensor_check; VALUE (an average in the file that the training does not
 * keep). */
khop_status khop_i_blocks_check(const khop_i_blocks *blocks, const khop_trainer *trainer, const khop_i_safetensors *file,
                                bool beside);
/* Reads them, after that check. */
void khop_i_blocks_copy(const khop_i_blocks *blocks, const khop_i_safetensors *file);

#endif
