/* without.h: a model that leaves a ring out, and what it says of the node. */
#ifndef KHOP_EXPLAIN_WITHOUT_H
#define KHOP_EXPLAIN_WITHOUT_H

#include "explain/subject.h"

/* The different hops of convolutions and pools, ascending, in *hops, which khop_i_free frees. Errors: MEMORY. */
khop_status khop_i_list_hops(int **hops, int *count, const khop_model *model);
/* y (outputs) of the features as they are where every convolution and pool leaves the hop out; NaN where a pool would
 * have none. The model of the subject stays as it is. Errors: BUDGET, MEMORY. */
khop_status khop_i_output_without(khop_real *y, const khop_i_subject *subject, int hop, int64_t max_bytes);

#endif
