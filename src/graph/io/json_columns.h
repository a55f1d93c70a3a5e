/* json_columns.h: what JSON says of a node, as columns.
 *
 *   "age": 31            a number; true and false are 1 and 0, null is none
 *   "club": "chess"      a string
 *   "vec": [1, 2]        columns vec[0], vec[1]
 *   "at": {"x": 1}       column at.x */
#ifndef KHOP_GRAPH_IO_JSON_COLUMNS_H
#define KHOP_GRAPH_IO_JSON_COLUMNS_H

#include "graph/io/draft.h"
#include "graph/io/json.h"

/* Sets the columns that a member of a node means. Errors: FORMAT (names too long, lists too deep), MEMORY. */
khop_status khop_i_json_columns_set(khop_i_draft *draft, khop_i_json_room *room, int64_t node,
                                    const khop_i_json_item *member);

#endif
