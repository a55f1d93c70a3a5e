/* training_state.h: where a training stands, as JSON, for the metadata of its checkpoint: the numbers beside its
 * weights and moments.
 *
 *   {"format": 2, "seed": "5", "split": 0, "nodes": 34, "epoch": 3, "best_epoch": 2, "best": 0.5, ..}
 *
 * Format 2 has all keys; where selection smooths also "merit", "merit_loss", and "scores" and "losses", the last epochs.
 * Files without "format" left out what was NaN, and had "seconds". A set has "graphs" in the
 * place of "nodes". */
#ifndef KHOP_TRAIN_TRAINING_STATE_H
#define KHOP_TRAIN_TRAINING_STATE_H

#include "train/loop.h"

typedef struct khop_i_training_state {
  int epoch, best_epoch, waited;
  double loss, best, best_loss, rate;
  khop_i_selection window; /* its merit, merit_loss, seen, scores and losses alone */
  uint64_t steps;
} khop_i_training_state;

/* The caller frees the text. Errors: MEMORY. */
khop_status khop_i_training_state_write(char **text, const khop_trainer *trainer);
/* Reads a text, and compares what it says of data, seed and split with the trainer's. Errors: FORMAT (a key that is
 * missing or out of range), SHAPE (data of another size), VALUE (another seed or split). */
khop_status khop_i_training_state_read(khop_i_training_state *state, const char *text, const khop_trainer *trainer);
/* Puts a trainer there; its weights and moments are the caller's affair. */
void khop_i_training_state_apply(khop_trainer *trainer, const khop_i_training_state *state);

#endif
