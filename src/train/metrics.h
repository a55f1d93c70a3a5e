/* metrics.h: scores without allocation, for the training loop. */
#ifndef KHOP_TRAIN_METRICS_H
#define KHOP_TRAIN_METRICS_H

#include <khop/train.h>

typedef struct khop_i_ranked {
  double score;
  int32_t label;
} khop_i_ranked;

/* What is compared: predictions and truth on the selected nodes. */
typedef struct khop_i_sample {
  const khop_real *output; /* (n, columns) */
  int64_t n, columns;
  const int32_t *labels;
  const khop_real *targets;
  const uint8_t *mask;     /* NULL: all */
} khop_i_sample;

/* Bytes of scratch that a metric needs on n nodes. */
size_t khop_i_score_scratch(khop_metric metric, int64_t n, int64_t columns);
khop_status khop_i_score(double *score, khop_metric metric, const khop_i_sample *sample,
                         void *scratch);

#endif
