/* ensemble.h: the inside of a khop_ensemble, as khop_train sees it; the public side is in khop/train.h. */
#ifndef KHOP_TRAIN_NODES_ENSEMBLE_H
#define KHOP_TRAIN_NODES_ENSEMBLE_H

#include <khop/train.h>

/* Whether it is an ensemble of these data. Errors: ARGUMENT. */
khop_status khop_i_ensemble_check(const khop_ensemble *ensemble, const khop_data *data);

#endif
