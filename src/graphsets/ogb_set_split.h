/* ogb_set_split.h: the split that a folder of the Open Graph Benchmark has for its graphs. */
#ifndef KHOP_GRAPHSETS_OGB_SET_SPLIT_H
#define KHOP_GRAPHSETS_OGB_SET_SPLIT_H

#include <khop/graphs.h>

/* Of split/NAME/{train,valid,test}.csv the NAME that the benchmark scores: scaffold, species or project where there is
 * one, else random, else the first; noted, with the others. Errors: FORMAT (an id that is no graph, with the line),
 * VALUE (a graph in two parts, none for training), those of khop_i_text_file_open, MEMORY. */
khop_status khop_i_ogb_set_split(khop_graphs *set, const char *path);

#endif
