/* ranks.h: the rank of each number among the distinct numbers of a file: labels 7, -1, 7 become 1, 0, 1. */
#ifndef KHOP_GRAPHSETS_RANKS_H
#define KHOP_GRAPHSETS_RANKS_H

#include <khop/base.h>

typedef struct khop_i_ranks {
  int64_t count;
  int64_t *value; /* (count), ascending; owns */
} khop_i_ranks;
khop_status khop_i_ranks_new(khop_i_ranks *ranks, int64_t count, const int64_t *values);
int64_t khop_i_ranks_of(const khop_i_ranks *ranks, int64_t value); /* -1: it is not among them */
void khop_i_ranks_free(khop_i_ranks *ranks);

#endif
