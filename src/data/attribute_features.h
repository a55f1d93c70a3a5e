/* attribute_features.h: features and their schema out of the attributes of nodes. */
#ifndef KHOP_DATA_ATTRIBUTE_FEATURES_H
#define KHOP_DATA_ATTRIBUTE_FEATURES_H

#include "data/roles.h"

/* Fields of the schema for all columns that are features, and the matrix.
 * Errors: VALUE (numbers that are infinite; missing ones, where nothing is to be done about them; strings where a
 * model had numbers; more words than a category may have), MEMORY. */
khop_status khop_i_data_use_attributes(khop_data *data, const khop_i_role *role, const khop_data_options *options);

#endif
