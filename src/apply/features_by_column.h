/* features_by_column.h: the entries of sparse features column by column, as the gradient of weights reads them. */
#ifndef KHOP_APPLY_FEATURES_BY_COLUMN_H
#define KHOP_APPLY_FEATURES_BY_COLUMN_H

#include <khop/data.h>

/* offsets (columns + 1); rows, values, permutation (entries): permutation[e] is where the entry stands by row; it may
 * be NULL. Rows ascend in a column. Cost: O(entries + columns), a counting sort. */
void khop_i_features_by_column(int64_t *offsets, int32_t *rows, khop_real *values, int64_t *permutation,
                               const khop_features *x);

#endif
