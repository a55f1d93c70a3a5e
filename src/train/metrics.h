/* metrics.h: scores without allocation, for the training loop. */
#ifndef KHOP_TRAIN_METRICS_H
#define KHOP_TRAIN_METRICS_H

#include "train/sample.h"

/* Bytes of scratch that a metric needs on n nodes. */
size_t khop_i_score_scratch(khop_metric metric, int64_t n, int64_t columns);
khop_status khop_i_score(double *score, khop_metric metric, const khop_i_sample *sample,
                         void *scratch);

#endif
