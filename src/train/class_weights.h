/* class_weights.h: how much the rows of each class count in the loss. */
#ifndef KHOP_TRAIN_CLASS_WEIGHTS_H
#define KHOP_TRAIN_CLASS_WEIGHTS_H

#include <khop/train.h>

/* What is learned from: rows i where part[i] is trains. */
typedef struct khop_i_truth {
  const int32_t *labels; /* (rows), or NULL: no classes */
  const uint8_t *part;   /* (rows) */
  uint8_t trains;
  int64_t rows;
} khop_i_truth;

/* weights (classes), the caller's: n / (classes * count) of n rows in so many classes as have any, so that the mean over
 * the rows is 1; of a class without a row 0. Errors: MEMORY. */
khop_status khop_i_balanced_weights(khop_real **weights, const khop_i_truth *truth, int64_t classes);

#endif
