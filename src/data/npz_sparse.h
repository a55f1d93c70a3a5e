/* npz_sparse.h: square matrices of a NumPy archive that are no rows of a matrix: SciPy's other forms, dense ones. */
#ifndef KHOP_DATA_NPZ_SPARSE_H
#define KHOP_DATA_NPZ_SPARSE_H

#include "data/npz_members.h"

/* The arcs of what scipy.sparse.save_npz writes as "coo", "bsr" or "dia". Entries of 0 are none. *weighted: the others
 * differ. Errors: NOT_FOUND (a member), SHAPE, FORMAT, those of khop_i_npz_read and khop_graph_from_coo. */
khop_status khop_i_npz_sparse(khop_graph **graph, bool *weighted, khop_i_members *members, const char *format);
/* The arcs of a dense matrix (N, N). */
khop_status khop_i_npz_dense(khop_graph **graph, bool *weighted, khop_i_members *members, const char *key);

#endif
