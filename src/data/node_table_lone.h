/* node_table_lone.h: nodes without an edge, which a list of edges cannot name and a table beside it can. */
#ifndef KHOP_DATA_NODE_TABLE_LONE_H
#define KHOP_DATA_NODE_TABLE_LONE_H

#include "data/id_match.h"

#include <khop/graph.h>

/* Puts a graph in the place of *graph that has a node more for each stray of the match: in ascending order where all
 * ids are numbers, as in edge lists, else behind the others in the order of the rows. The column "name" keeps ids that
 * are not 0 .. N-1; the rows of the match follow, and it has no strays any more.
 * Errors: MEMORY, VALUE (too many nodes). */
khop_status khop_i_node_table_add_lone(khop_graph **graph, khop_i_id_match *match, const khop_i_id_table *table);

#endif
