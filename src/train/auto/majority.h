/* majority.h: what the simplest of all answers scores: the largest class of what trains, for everything. */
#ifndef KHOP_TRAIN_AUTO_MAJORITY_H
#define KHOP_TRAIN_AUTO_MAJORITY_H

#include <khop/data.h>

/* *share: of that class in what trains; *majority: in what validates; NaN where nothing does. part (n) as khop_part,
 * labels (n), -1 where there is none. Errors: MEMORY. */
khop_status khop_i_majority(double *share, double *majority, const uint8_t *part, const int32_t *labels, int64_t n,
                            int64_t classes);

#endif
