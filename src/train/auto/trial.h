/* trial.h: one short training of a candidate, scored on the validation nodes. */
#ifndef KHOP_TRAIN_AUTO_TRIAL_H
#define KHOP_TRAIN_AUTO_TRIAL_H

#include <khop/auto.h>

/* What all trials of a choice share; rings stay from one candidate to the next that can use them. */
typedef struct khop_i_trials {
  const khop_data *data;
  khop_auto_options options;
  khop_metric metric;
  khop_rings *rings[KHOP_MAX_RINGS];
  int rings_count;
  double *curve; /* (most) validation scores of the epochs of the training at hand */
  int most, epochs;
  int index, of; /* of the training at hand, for the caller's progress */
  const char *recipe;
  bool interrupted;
} khop_i_trials;

/* Errors: MEMORY. Trials that are {0} can be closed. */
khop_status khop_i_trials_open(khop_i_trials *trials, const khop_data *data, const khop_auto_options *options,
                               khop_metric metric, int most_epochs);
void khop_i_trials_close(khop_i_trials *trials);

/* Trains the recipe for so many epochs, at most `most`, from a seed, on one split of the data. *score is that of its best
 * epoch, each epoch counting as the mean of five around it; NaN where it was interrupted. Errors: those of khop_fit and
 * khop_model_rings. */
khop_status khop_i_trial(double *score, khop_i_trials *trials, const khop_recipe *recipe, int epochs, int split,
                         uint64_t seed);

#endif
