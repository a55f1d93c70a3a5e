/* resplit.h: more validation nodes than a split has: its training and validation nodes, divided anew.
 *
 *   split 0   as it is           train  a c d    validation  b e
 *   split 1   drawn              train  b c e    validation  a d     as many of each class in each part
 *
 * No split of it has test nodes: what is chosen by it cannot have seen one. */
#ifndef KHOP_TRAIN_AUTO_RESPLIT_H
#define KHOP_TRAIN_AUTO_RESPLIT_H

#include "data/data.h"

typedef struct khop_i_resplit {
  struct khop_data data; /* borrows all but its masks */
} khop_i_resplit;

/* *part (nodes): KHOP_TRAIN, KHOP_VAL, or KHOP_I_TAKES_NO_PART; the caller frees it. Errors: MEMORY. */
khop_status khop_i_resplit_parts(uint8_t **part, const khop_data *data, int split);
/* count splits, the first of which is `split` of data. data must outlive it. Errors: MEMORY. One that is {0} can be
 * closed. */
khop_status khop_i_resplit_open(khop_i_resplit *resplit, const khop_data *data, int split, int count, uint64_t seed);
void khop_i_resplit_close(khop_i_resplit *resplit);

#endif
