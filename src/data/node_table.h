/* node_table.h: a table beside a graph, whose columns become attributes of the nodes. */
#ifndef KHOP_DATA_NODE_TABLE_H
#define KHOP_DATA_NODE_TABLE_H

#include "data/id_match.h"

#include <khop/data.h>

/* Adds the columns of the table at path to *graph, and notes what was passed over. The ids are matched to the column
 * name, id or label of the graph (or the one that is called name), or where it has none to the numbers of the nodes.
 * A column of the table takes the place of one of the graph with its name, but for that of the names. Where the file of
 * the graph lists edges alone, rows that name no node are nodes without an edge, and *graph becomes another one.
 * Messages begin with path. Errors: those of khop_i_id_table_open and khop_i_id_match_rows; MEMORY; *graph stays. */
khop_status khop_i_node_table_add(khop_graph **graph, const char *path, const char *name);

#endif
