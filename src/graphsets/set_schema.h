/* set_schema.h: what the columns of a set of graphs mean, by those who read one. */
#ifndef KHOP_GRAPHSETS_SET_SCHEMA_H
#define KHOP_GRAPHSETS_SET_SCHEMA_H

#include "data/schema.h"
#include "graphsets/ranks.h"

#include <khop/graphs.h>

/* Says that the features are a category of node labels (ranks; none where its count is 0), then columns. */
khop_status khop_i_graphs_describe(khop_graphs *set, const khop_i_ranks *ranks, int64_t attributes);
/* The numbers of ranks as words. */
khop_status khop_i_ranks_words(khop_i_word_list *words, const khop_i_ranks *ranks);

#endif
