/* task_scores.h: scores of yes/no tasks, a column each. What they are is said at khop_score. */
#ifndef KHOP_TRAIN_TASK_SCORES_H
#define KHOP_TRAIN_TASK_SCORES_H

#include "train/sample.h"

/* Whether a sample is one of tasks to this metric: there are targets, and no labels. */
bool khop_i_scores_tasks(khop_metric metric, const khop_i_sample *sample);
/* scratch: khop_i_score_scratch bytes. Errors: VALUE. */
khop_status khop_i_score_tasks(double *score, khop_metric metric, const khop_i_sample *sample, void *scratch);

#endif
