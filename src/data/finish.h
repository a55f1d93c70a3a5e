/* finish.h: what a loader does last. */
#ifndef KHOP_DATA_FINISH_H
#define KHOP_DATA_FINISH_H

#include <khop/data.h>

/* Identity features where there are none, and a random split where there is none but something to
 * learn; divides rows by their sums if asked to. */
khop_status khop_i_data_finish(khop_data *data, const khop_data_options *options);

#endif
