/* adjacency.h: adjacency lists: a node a line, and then its neighbours. */
#ifndef KHOP_GRAPH_IO_ADJACENCY_H
#define KHOP_GRAPH_IO_ADJACENCY_H

#include "graph/io/edge_header.h"

/* Whether lines of different length are an adjacency list: each begins with another node, and what follows are nodes,
 * not weights or words. ragged: the first line whose number of fields is not that of the first.
 * Errors: FORMAT, with ragged, where it could be either; MEMORY. */
khop_status khop_i_adjacency_find(bool *found, const khop_i_edge_layout *layout, const khop_i_line *ragged);

/* Lines of one length, of so many fields, which are read as edges. Errors: FORMAT where they could be an adjacency
 * list: all fields are numbers of nodes, none twice in a line, each line begins with another, and what stands behind
 * two fields is more than one field, or a node of these two somewhere. MEMORY. */
khop_status khop_i_adjacency_doubt(const khop_i_edge_layout *layout, int fields);

/* Whether all fields of a line are numbers of nodes, and none is there twice. */
bool khop_i_adjacency_line(const khop_i_line *line, char separator);

#endif
