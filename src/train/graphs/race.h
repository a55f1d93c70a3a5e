/* race.h: the first model of a split or fold, whose length and decay may be open: length.h says what is tried. */
#ifndef KHOP_TRAIN_GRAPHS_RACE_H
#define KHOP_TRAIN_GRAPHS_RACE_H

#include "train/graphs/protocol.h"

/* Trains it, and leaves in p->recipe what was chosen, for the members after it. end > 0: the length has been chosen. */
khop_status khop_i_race_first(khop_fit_result *result, khop_i_protocol *p, int end);
/* Folds that choose among themselves: all of their trainings have one length, that of the graphs outside a fold. */
void khop_i_race_settle_folds(khop_i_protocol *p);

#endif
