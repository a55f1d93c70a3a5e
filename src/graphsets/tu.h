/* tu.h: sets of graphs in a folder of the TU collection. */
#ifndef KHOP_GRAPHSETS_TU_H
#define KHOP_GRAPHSETS_TU_H

#include <khop/graphs.h>

khop_status khop_i_graphs_from_folder(khop_graphs **set, const char *path);
/* The NAME of a folder's <NAME>_graph_indicator.txt, to be freed. Errors: NOT_FOUND, IO, MEMORY. */
khop_status khop_i_graphs_folder_name(char **name, const char *path);

#endif
