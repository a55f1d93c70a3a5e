/* sample.h: what metrics compare: predictions and the truth on some nodes, and their ranks. */
#ifndef KHOP_TRAIN_SAMPLE_H
#define KHOP_TRAIN_SAMPLE_H

#include <khop/train.h>

typedef struct khop_i_ranked {
  double score;
  int32_t label; /* 0 or 1 */
} khop_i_ranked;

/* The share of (positive, negative) pairs in the right order, ties a half: ranked (count) is sorted. There is at least
 * one of each. Source: Mann and Whitney, Annals of Mathematical Statistics 18, 1947. */
double khop_i_rank_auc(khop_i_ranked *ranked, int64_t count, int64_t positives);

/* Lists the rows of a column that count, and returns how many. */
typedef int64_t (*khop_i_rank_lister)(khop_i_ranked *ranked, const void *context, int64_t column);
/* The mean of khop_i_rank_auc over the columns that have both a positive and a negative; false: none has. */
bool khop_i_rank_mean_auc(double *mean, int64_t columns, khop_i_ranked *ranked, khop_i_rank_lister list,
                          const void *context);

/* What is compared: predictions and truth on the selected nodes. */
typedef struct khop_i_sample {
  const khop_real *output; /* (n, columns) */
  int64_t n, columns;
  const int32_t *labels;
  const khop_real *targets;
  const uint8_t *mask;     /* NULL: all */
  khop_real yes_above;     /* of tasks: 0 for logits, 0.5 for probabilities */
} khop_i_sample;

#endif
