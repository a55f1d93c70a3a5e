/* predict.h: what predictions of all nodes and of some have in common. */
#ifndef KHOP_TRAIN_NODES_PREDICT_H
#define KHOP_TRAIN_NODES_PREDICT_H

#include "train/units.h"

#include <khop/train.h>

/* Whether the model is for the nodes of such data. Errors: SHAPE (features of another width), ARGUMENT (a model with a
 * row a graph). */
khop_status khop_i_predict_check(const khop_model *model, const khop_data *data);
/* One row of outputs into scores in the unit of the data. Errors: VALUE (not finite; node: its number). */
khop_status khop_i_predict_finish(khop_real *row, const khop_model *model, const khop_i_units *units, int64_t node);
/* Scores (N, output columns) of all nodes from a run that is there, of either kind. Errors: VALUE, MEMORY. */
khop_status khop_i_predict_run(khop_real *scores, khop_run *run);

#endif
