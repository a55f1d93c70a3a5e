/* npz_graph.h: the graph of a NumPy archive. */
#ifndef KHOP_DATA_NPZ_GRAPH_H
#define KHOP_DATA_NPZ_GRAPH_H

#include "data/npz_members.h"

/* Of a sparse matrix in SciPy's forms, or of a list of edges. weighted: its values, which are not read, differ.
 * Errors: NOT_FOUND, SHAPE, VALUE, UNSUPPORTED, those of khop_i_npz_read and khop_graph_from_coo. */
khop_status khop_i_npz_graph(khop_graph **graph, bool *weighted, khop_i_members *members, bool use_directed);
/* Which prefix has the members of a CSR matrix; NULL: none. */
const char *khop_i_npz_prefix(const khop_i_members *members, const char *const *prefixes);
void khop_i_npz_use_prefix(khop_i_members *members, const char *prefix);

#endif
