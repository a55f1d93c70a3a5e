/* choose.h: which candidate a split or fold takes: successive halving by what validates (train/auto/rounds.h).
 *
 *   short round   a quarter of the epochs, each with its whole schedule
 *   long round    all epochs, the better half of the candidates
 *
 * Where fewer than 500 graphs validate, each seed but the first divides what trains and what validates anew; splits by
 * group keep their division, which no drawn one is like. Test graphs are not even scored meanwhile. */
#ifndef KHOP_TRAIN_GRAPHS_CHOOSE_H
#define KHOP_TRAIN_GRAPHS_CHOOSE_H

#include "train/graphs/protocol.h"

/* Leaves the protocol with the candidate that was chosen, whose number the report of the split at hand has, and the parts
 * as they were. Errors: VALUE (nothing validates), those of the trainings where all fail. */
khop_status khop_i_graphs_choose(khop_i_protocol *p);

#endif
