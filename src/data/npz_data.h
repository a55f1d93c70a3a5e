/* npz_data.h: a data set in a NumPy archive. */
#ifndef KHOP_DATA_NPZ_DATA_H
#define KHOP_DATA_NPZ_DATA_H

#include <khop/data.h>

/* Errors: those of khop_data_load. */
khop_status khop_i_data_from_npz(khop_data **data, const char *path,
                                 const khop_data_options *options);

#endif
