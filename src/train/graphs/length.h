/* length.h: how many epochs a training on a set of graphs has, and how much decay, where the recipe leaves it open.
 *
 *   training graphs   up to 1,000   the epochs of the recipe
 *                     beyond        as many steps as those are for 1,000, but no less than an eighth of the epochs
 *   validation        from 200 on   a race by the validation score:
 *                                     that length with the decay of the recipe, and with a quarter of it in all layers
 *                                     but the first
 *                                     the better decay twice as long, twice again .. while it gains, up to the
 *                                     epochs of the recipe
 *                                   the best of all is taken
 *
 * A cosine falls over the whole length, so that each length is trained from the start. Below 200 validation graphs an
 * error is known to no better than 5 %, which is what there is to win. Figures: docs/notes/2026-11-property-recipe.md.
 */
#ifndef KHOP_TRAIN_GRAPHS_LENGTH_H
#define KHOP_TRAIN_GRAPHS_LENGTH_H

#include <khop/learn.h>

#define KHOP_I_RACE_VALIDATION 200
#define KHOP_I_RACE_DECAY 0.25 /* of all layers but the first */

/* The first length: of the recipe's epochs, by the number of training graphs. */
int khop_i_length_by_size(int epochs, int64_t trains);
/* The length to try after one, where there may be `most`; 0: none. Less than a quarter more is not tried. */
int khop_i_length_after(int length, int most);

/* What is kept of the best training of a race. */
typedef struct khop_i_race {
  bool rises;         /* more is better */
  int tried;
  khop_race_entry entry[KHOP_RACE_ENTRIES];
  int best;           /* entry of the best; -1: none yet */
  khop_fit_result result;
  int64_t parameters, values;
  khop_real *weights; /* (parameters) */
  khop_real *scores;  /* (values) */
  double *curve;      /* (most) */
} khop_i_race;

/* scores are values numbers, a curve at most `most`. Errors: MEMORY. A race that is {0} can be closed. */
khop_status khop_i_race_open(khop_i_race *race, const khop_model *model, int64_t values, int most, khop_metric metric);
void khop_i_race_close(khop_i_race *race);
/* Takes a training that has ended, entry->val being its score, and keeps it where it is the best so far: whether it
 * is. Of equals the first is best. */
bool khop_i_race_take(khop_i_race *race, const khop_race_entry *entry, const khop_fit_result *result,
                      const khop_model *model, const khop_real *scores, const double *curve);
/* Puts the best back: its weights into the model, its scores and its curve. */
void khop_i_race_put_best(khop_fit_result *result, khop_model *model, khop_real *scores, double *curve,
                          const khop_i_race *race);

#endif
