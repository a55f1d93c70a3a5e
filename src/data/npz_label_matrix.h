/* npz_label_matrix.h: a matrix of labels (N, C): classes one-hot, or several labels a node.
 *
 *   one-hot     0 1 0      0 0 1      0 0 0      exactly one 1 in every row; rows without any, or of NaN or -1 alone,
 *                                                are nodes without a class, unless a mask selects them
 *   tasks       1 1 0      0 0 0      0 - 1      any other matrix of 0 and 1: C yes/no tasks, missing at NaN and -1
 *
 * Where there are -1 and 1 and no 0 at all, -1 is 0.
 */
#ifndef KHOP_DATA_NPZ_LABEL_MATRIX_H
#define KHOP_DATA_NPZ_LABEL_MATRIX_H

#include "data/npz_members.h"

/* The masks of data are there already. *taken is false where the matrix holds other numbers; what it was taken for is
 * noted. Names are those of class_names, where there are C of them. Errors: those of khop_i_tasks_take. */
khop_status khop_i_npz_label_matrix(bool *taken, khop_data *data, khop_i_members *members, const khop_i_array *array,
                                    const char *key, const khop_data_options *options);

#endif
