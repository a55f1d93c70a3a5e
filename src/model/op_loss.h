/* op_loss.h: what a loss is the mean of. */
#ifndef KHOP_MODEL_OP_LOSS_H
#define KHOP_MODEL_OP_LOSS_H

#include "model/run.h"

/* The selected terms that the loss is the mean of. */
int64_t khop_i_loss_terms(const khop_run *run);

#endif
