/* source_sample.h: a few sources that stand for all nodes. */
#ifndef KHOP_SEARCH_SOURCE_SAMPLE_H
#define KHOP_SEARCH_SOURCE_SAMPLE_H

#include <khop/base.h>

/* A sample of nodes without repeats: the first `samples` of a shuffle by seed, or, where samples is nodes, all of them
 * in order. The caller frees it. Errors: MEMORY. Cost: O(nodes). */
khop_status khop_i_source_sample(int64_t **sources, int64_t nodes, int64_t samples, uint64_t seed);

#endif
