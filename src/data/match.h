/* match.h: the columns of a data set for those of a schema. By their names: khop_data_match. */
#ifndef KHOP_DATA_MATCH_H
#define KHOP_DATA_MATCH_H

#include "data/data.h"

/* Takes the features for those of schema by their position. Errors: SHAPE (another number of columns), MEMORY. */
khop_status khop_i_data_take_schema(khop_data *data, const khop_schema *schema);

#endif
