/* split.h: which nodes are for training, validation and test. */
#ifndef KHOP_DATA_SPLIT_H
#define KHOP_DATA_SPLIT_H

#include "data/data.h"

/* Adds a split without repeating the checks' prefix; number is named in messages when it is >= 0.
 */
khop_status khop_i_data_split_at(khop_data *data, int number, const uint8_t *train,
                                 const uint8_t *val, const uint8_t *test);
/* split.c: a random 60/20/20 split of the nodes that have a label or a target, class by class. */
khop_status khop_i_data_split_random(khop_data *data, uint64_t seed);

#endif
