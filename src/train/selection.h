/* selection.h: which epoch is best, when training ends, how large a step is: rules on numbers alone, which know
 * neither model nor data.
 *
 *   epoch   1    2    3    4    5
 *   score  .50  .60  .60  .55  .60     best: the best score; among equals the lowest loss; among those the first
 *   loss   .90  .80  .70  .70  .70
 *   best    1    2    3    3    3      patience 2: training ends after epoch 5
 */
#ifndef KHOP_TRAIN_SELECTION_H
#define KHOP_TRAIN_SELECTION_H

#include <khop/train.h>

/* The epochs that KHOP_SELECT_SMOOTH looks at: this one, and those before it. */
#define KHOP_I_SELECTION_WINDOW 5
typedef struct khop_i_selection {
  khop_select by;
  bool rises;      /* more is better */
  int patience;    /* epochs without a better one before training ends; below 0: never */
  int plateau;     /* epochs without a better one before the rate is halved, and halved again; 0: never */
  int best_epoch;  /* counts from 1; 0: none yet */
  double best, best_loss; /* score and validation loss there */
  double merit, merit_loss; /* what they were judged by: of KHOP_SELECT_SMOOTH the means */
  int seen;                 /* of the window */
  double scores[KHOP_I_SELECTION_WINDOW], losses[KHOP_I_SELECTION_WINDOW]; /* (seen) the last comes last */
  int waited;      /* epochs since the best, or since the rate was last halved */
  double rate;     /* the factor on the learning rate that the plateaus have left: 1, 0.5, 0.25 .. */
} khop_i_selection;

/* The rules of a training, before its first epoch. Options without zeros that stand for defaults. */
khop_i_selection khop_i_selection_of(const khop_fit_options *options);
/* Takes the score and the loss of an epoch; whether it is the best so far. */
bool khop_i_selection_update(khop_i_selection *selection, int epoch, double score, double loss);
/* Takes an epoch as the best without looking at its score. */
void khop_i_selection_keep(khop_i_selection *selection, int epoch, double score, double loss);
/* Whether patience has run out with this epoch. */
bool khop_i_selection_ends(const khop_i_selection *selection, int epoch);

/* The factor on the learning rate of the step that comes after `done` of `steps`: cosine falls with each step,
 * (1 + cos(pi done / steps)) / 2; the others are the selection's. The first `warm` steps take (done + 1) / warm of it. */
double khop_i_rate_factor(khop_schedule schedule, const khop_i_selection *selection, uint64_t done, uint64_t steps,
                          uint64_t warm);

/* average = d average + (1 - d) weights, each (count), after step 1, 2, ..: d is decay in the long run, and
 * step / (10 + step) before, so that the first weights, which are random, are soon forgotten. */
void khop_i_average_weights(khop_real *average, const khop_real *weights, int64_t count, double decay,
                            uint64_t step);

/* average = the mean of `so_far` weights (count), of which these are the last and it was the mean before; of 1 these. */
void khop_i_mean_weights(khop_real *average, const khop_real *weights, int64_t count, int so_far);

/* The best epoch of a curve (epochs), counted from 1; of equals the first. An epoch counts as the mean of the
 * `window` epochs around it, as many of them as there are, so that one lucky epoch does not win; window is odd.
 * *merit: that mean, or minus it where less is better: more is better. */
int khop_i_curve_best(double *merit, const double *curve, int epochs, bool rises, int window);
#define KHOP_I_CURVE_WINDOW 5

#endif
