/* ignored.h: what edges and the whole carry and a graph does not keep, told by every reader in the same words:
 *
 *   edge weights are ignored
 *   edge attributes are ignored: since, colour
 *   attributes of the graph itself are ignored: name, year */
#ifndef KHOP_GRAPH_IO_IGNORED_H
#define KHOP_GRAPH_IO_IGNORED_H

#include "base/string_table.h"

#include <khop/graph.h>

typedef struct khop_i_ignored {
  bool weights;
  khop_i_string_table names;    /* of the other attributes of edges */
  khop_i_string_table of_graph; /* of what is said of the graph itself */
} khop_i_ignored;

void khop_i_ignored_free(khop_i_ignored *ignored);
/* Whether an attribute of edges is called as weights are: weight, value .. */
bool khop_i_is_weight(const char *name, size_t length);
/* Remembers an attribute of edges. Errors: MEMORY. */
khop_status khop_i_ignored_add(khop_i_ignored *ignored, const char *name, size_t length);
/* Remembers an attribute of the graph itself, but for who made it, with what version, and its direction. length 0:
 * none. Errors: MEMORY. */
khop_status khop_i_ignored_of_graph(khop_i_ignored *ignored, const char *name, size_t length);
/* A note for the weights, and one for the attributes of either kind. Errors: MEMORY. */
khop_status khop_i_ignored_tell(khop_graph *graph, const khop_i_ignored *ignored);

#endif
