/* all_ranks.h: training on all nodes at once, whose rows are those of several ranks. */
#ifndef KHOP_TRAIN_RANKS_ALL_RANKS_H
#define KHOP_TRAIN_RANKS_ALL_RANKS_H

#include <khop/data.h>
#include <khop/shard_run.h>
#include <khop/train.h>

/* Collective. As khop_trainer_new of the run's model; data: all of them, on each rank. Every call of the trainer is
 * collective then, but saving and loading it; progress is called on each rank, and false on one of them stops all. Scores
 * are of the outputs of all rows, in their order. run and data must outlive it.
 * Errors: also VALUE (ranks whose weights are no longer the same), those of the exchange. */
khop_status khop_i_trainer_new_ranks(khop_trainer **trainer, khop_shard_run *run, const khop_data *data, int split,
                                     const khop_fit_options *options);

#endif
