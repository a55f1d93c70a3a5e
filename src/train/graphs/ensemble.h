/* ensemble.h: the models of a split or fold: trained one after another, scored together. */
#ifndef KHOP_TRAIN_GRAPHS_ENSEMBLE_H
#define KHOP_TRAIN_GRAPHS_ENSEMBLE_H

#include "train/graphs/protocol.h"

/* Trains the ensemble on the parts as they are, and scores it into the next run of the report. end: 0, or the epoch to
 * end after. */
khop_status khop_i_ensemble_train(khop_i_protocol *p, int end);

#endif
