/* npz_labels.h: classes and targets of a NumPy archive. */
#ifndef KHOP_DATA_NPZ_LABELS_H
#define KHOP_DATA_NPZ_LABELS_H

#include "data/npz_members.h"

/* labels, y or node_labels, or the member that options name:
 *
 *   integers (N), (N, 1)            classes, -1 for none; with gaps (0, 2, 7) by rank, their numbers as names
 *   floats (N) without fractions    classes too, where they are few; NaN is none; that is noted
 *   0 and 1 (N, C)                  classes one-hot, or yes/no tasks: npz_label_matrix.h; noted
 *   strings (N), (N, 1)             classes by their names, "" for none
 *   floats                          targets
 *
 * Errors: NOT_FOUND, SHAPE, VALUE, UNSUPPORTED, those of khop_i_npz_read. */
khop_status khop_i_npz_labels(khop_data *data, khop_i_members *members, const khop_data_options *options);

#endif
