/* number_names.h: the names that all ranks have read become numbers of nodes, in the order of first mention. A name's hash
 * says which rank is asked whether it was mentioned before; none has all names. */
#ifndef KHOP_DISTRIBUTED_NUMBER_NAMES_H
#define KHOP_DISTRIBUTED_NUMBER_NAMES_H

#include "distributed/number_ids.h"

/* Collective. Ids of the table in ends become nodes. Errors: MEMORY, those of the exchange. Cost: the bytes of a rank's
 * different names, and 40 more each, are exchanged. */
khop_status khop_i_number_names(khop_i_numbering *numbering, const khop_exchange *exchange, khop_i_edge_ends *ends);

#endif
