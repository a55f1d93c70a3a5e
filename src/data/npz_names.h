/* npz_names.h: names of nodes and of features in a NumPy archive. */
#ifndef KHOP_DATA_NPZ_NAMES_H
#define KHOP_DATA_NPZ_NAMES_H

#include "data/npz_members.h"

/* node_names, names, node_ids or ids, or the member that options name: (N) strings, or integers that are no mere
 * 0 .. N-1. They become the column "name" of the graph. What is of another length is noted, unless it was asked for.
 * Errors: NOT_FOUND, SHAPE, UNSUPPORTED (a member that was asked for), those of khop_i_npz_read. */
khop_status khop_i_npz_node_names(khop_data *data, khop_i_members *members, const khop_data_options *options);

/* attr_names or feature_names: (F) strings, the names of the features, which options choose among. What is of another
 * length, or has a name twice, is noted and names nothing. Errors: NOT_FOUND (a feature), ARGUMENT (a choice among
 * features that have no names), those of khop_i_npz_read. */
khop_status khop_i_npz_feature_names(khop_data *data, khop_i_members *members, const khop_data_options *options);

#endif
