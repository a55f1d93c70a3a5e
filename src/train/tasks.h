/* tasks.h: whether a metric and a model are for yes/no tasks or for numbers. */
#ifndef KHOP_TRAIN_TASKS_H
#define KHOP_TRAIN_TASKS_H

#include <khop/train.h>

/* Whether a metric scores yes/no tasks (and classes): ROC-AUC, micro-F1, macro-F1. */
bool khop_i_metric_of_tasks(khop_metric metric);
/* Whether a metric and the loss of a model are for targets that are tasks, or numbers. Errors: ARGUMENT. */
khop_status khop_i_tasks_learn(bool tasks, khop_metric metric, const khop_model *model);

#endif
