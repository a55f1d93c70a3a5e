/* shard_training.h: what a training on several ranks has in the place of rings and a run (khop_train_options.exchange).
 *
 *   every rank   the data, the model, the optimiser, the selection: all alike
 *   its own      rows of the graph, of its rings, and of what each op makes of them
 *   rank 0       writes the checkpoint
 *
 * What a rank does by itself may fail there alone: before the next call that all make together they agree whether it did. */
#ifndef KHOP_TRAIN_RANKS_SHARD_TRAINING_H
#define KHOP_TRAIN_RANKS_SHARD_TRAINING_H

#include <khop/data.h>
#include <khop/shard_run.h>
#include <khop/train.h>

/* {0} is a process alone, and can be closed. */
typedef struct khop_i_shard_training {
  const khop_exchange *exchange; /* borrows; NULL: this process is alone */
  khop_shard *shard;
  khop_features features; /* of the rows that the rank owns, in the data's arrays but for the offsets */
  int64_t *offsets;       /* (rows + 1) or NULL */
  khop_shard_run *run;
} khop_i_shard_training;

/* Whether the ranks can: errors: UNSUPPORTED, ARGUMENT. */
khop_status khop_i_shard_training_check(const khop_train_options *options);
/* Collective, and of no effect where there is no exchange: whether no rank has failed. */
khop_status khop_i_shard_training_agree(const khop_i_shard_training *t, khop_status status);
/* Collective: whether all are asked for the same trainings of the same data; status: what the rank has done so far. */
khop_status khop_i_shard_training_compare(const khop_i_shard_training *t, khop_status status, const khop_data *data,
                                          const khop_recipe *recipe, const khop_train_options *options);
/* Collective: the shard and the run of a model that has parameters. Errors: those of khop_shard_of and
 * khop_shard_run_new. */
khop_status khop_i_shard_training_open(khop_i_shard_training *t, khop_model *model, const khop_data *data);
void khop_i_shard_training_close(khop_i_shard_training *t);

#endif
