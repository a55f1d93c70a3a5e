/* propagation.h: what label propagation scores on the validation nodes: a base line beside the recipes. */
#ifndef KHOP_TRAIN_AUTO_PROPAGATION_H
#define KHOP_TRAIN_AUTO_PROPAGATION_H

#include <khop/train.h>

/* From the labels of the training nodes of a split; NaN where the data have no classes, or tasks, where the metric is not
 * one of classes, and where it cannot be taken. Errors: MEMORY, those of khop_label_propagation. */
khop_status khop_i_score_propagation(double *score, const khop_data *data, int split, khop_metric metric);

#endif
