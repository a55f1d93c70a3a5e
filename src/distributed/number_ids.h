/* number_ids.h: the ids that all ranks have read become the numbers of nodes that one process would give them:
 * ascending. Rank q is asked for those between two bounds, sorts them, and counts on from the ranks before it.
 *
 * No rank has all ids: each has those of its lines, and those that it is asked for. */
#ifndef KHOP_DISTRIBUTED_NUMBER_IDS_H
#define KHOP_DISTRIBUTED_NUMBER_IDS_H

#include "distributed/row_names.h"
#include "graph/io/edge_names.h"

typedef struct khop_i_numbering {
  int64_t nodes;
  int64_t first, count;  /* of the nodes whose names this rank has; they stand one behind another over the ranks */
  khop_i_row_names have; /* (count); NULL starts: the ids are 0 .. nodes - 1 */
} khop_i_numbering;

/* Collective. Numbers in ends become nodes; ids: KHOP_IDS_POSITION leaves them as they are. Errors: MEMORY, those of the
 * exchange. Cost: sorting 2 ids an edge; 16 bytes a rank's different id are exchanged. */
khop_status khop_i_number_ids(khop_i_numbering *numbering, const khop_exchange *exchange, khop_i_edge_ends *ends,
                              khop_ids ids);
/* Collective. Counts on from the ranks before this one, which numbers so many. */
khop_status khop_i_numbering_count(khop_i_numbering *numbering, const khop_exchange *exchange, khop_status status,
                                   int64_t count);
void khop_i_numbering_close(khop_i_numbering *numbering);

#endif
