/* ranks.h: ranks with those of ties averaged: what ROC-AUC and Spearman's correlation are made of. */
#ifndef KHOP_TRAIN_EVALUATE_RANKS_H
#define KHOP_TRAIN_EVALUATE_RANKS_H

#include <khop/base.h>

/* Room for the ranks of so many numbers. */
typedef struct khop_i_ranking {
  struct khop_i_ranked_row *sorted; /* (capacity) */
  double *rank;                     /* (capacity) */
} khop_i_ranking;

/* Errors: MEMORY. A ranking that is {0} can be closed. */
khop_status khop_i_ranking_open(khop_i_ranking *ranking, int64_t capacity);
void khop_i_ranking_close(khop_i_ranking *ranking);

/* ranking->rank (count): 1 for the smallest; equals share the mean of their ranks. None of value is NaN.
 * Cost: O(count log count). */
void khop_i_ranking_sort(khop_i_ranking *ranking, const double *value, int64_t count);
/* After a sort: the share of (positive, negative) pairs in which the positive has the larger value, ties half; NaN
 * unless there are both (Mann and Whitney 1947). */
double khop_i_ranking_auc(const khop_i_ranking *ranking, const uint8_t *positive, int64_t count);

#endif
