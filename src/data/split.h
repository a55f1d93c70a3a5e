/* split.h: which nodes are for training, validation and test. */
#ifndef KHOP_DATA_SPLIT_H
#define KHOP_DATA_SPLIT_H

#include "data/data.h"

/* Adds a split; messages begin with "split NUMBER" where number is 0 or more. Errors: VALUE, MEMORY. */
khop_status khop_i_data_split_at(khop_data *data, int number, const uint8_t *train,
                                 const uint8_t *val, const uint8_t *test);
/* Whether the nodes of every mask have a label, of data whose labels came after the masks. Errors: VALUE. */
khop_status khop_i_data_check_splits(const khop_data *data);
/* A random 60/20/20 split of the nodes that have a label or a target, class by class. */
khop_status khop_i_data_split_random(khop_data *data, uint64_t seed);

#endif
