/* ball_features.h: the features of the nodes of a ball, copied out of those of the data. */
#ifndef KHOP_TRAIN_NODES_BALL_FEATURES_H
#define KHOP_TRAIN_NODES_BALL_FEATURES_H

#include <khop/model.h>

/* The rows of nodes (count), dense or sparse as those of the data, which decides how a model multiplies them. A node of
 * -1 is the guest, whose row (1, columns) may be in the other form. khop_i_features_free frees x, after an error too.
 * Errors: MEMORY. */
khop_status khop_i_ball_features_take(khop_features *x, const khop_features *from, int64_t count, const int32_t *nodes,
                                      const khop_features *guest);

#endif
