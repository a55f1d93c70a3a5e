/* ball_features.h: the features of the nodes of a ball, copied out of those of the data. */
#ifndef KHOP_TRAIN_NODES_BALL_FEATURES_H
#define KHOP_TRAIN_NODES_BALL_FEATURES_H

#include "graph/ball.h"

#include <khop/model.h>

/* The rows of the ball and, where it is not NULL, of a guest (1, columns) behind them, dense or sparse as those of the
 * data, which decides how a model multiplies them; khop_i_features_free frees them, after an error too. Errors: MEMORY. */
khop_status khop_i_ball_features_take(khop_features *x, const khop_features *from, const khop_i_ball *ball,
                                      const khop_features *guest);

#endif
