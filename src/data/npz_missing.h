/* npz_missing.h: features of an archive of which some are NaN. */
#ifndef KHOP_DATA_NPZ_MISSING_H
#define KHOP_DATA_NPZ_MISSING_H

#include "data/data.h"

bool khop_i_npz_lacks_features(const khop_features *features);

/* Fills dense features as options->missing says, with a column beside each that has some that says where; what has no
 * name is called "feature 0", and so are those of data for a model that was trained so. Errors: VALUE (they are there,
 * and nothing says what stands for them), MEMORY. */
khop_status khop_i_npz_fill_missing(khop_data *data, const khop_data_options *options);

#endif
