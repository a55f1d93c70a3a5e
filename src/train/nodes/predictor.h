/* predictor.h: predictions in balls, of all nodes. */
#ifndef KHOP_TRAIN_NODES_PREDICTOR_H
#define KHOP_TRAIN_NODES_PREDICTOR_H

#include <khop/train.h>

/* As khop_predict, so many nodes at a time: all of them may not fit where a training took batches. Errors: those of
 * khop_predictor_nodes. */
khop_status khop_i_predict_in_balls(khop_real *scores, khop_model *model, const khop_data *data, int64_t batch,
                                    int64_t max_bytes);

#endif
