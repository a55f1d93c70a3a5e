/* npz_splits.h: splits of a NumPy archive. */
#ifndef KHOP_DATA_NPZ_SPLITS_H
#define KHOP_DATA_NPZ_SPLITS_H

#include "data/npz_members.h"

/* Masks train_mask, train_masks, val_mask .. of shape (N), (N, S) or (S, N); or ids of nodes: train_idx, idx_train, ..
 * of shape (n), (S, n) or (n, S), which is noted. prefix: of the masks, "" or "geom_". Errors: NOT_FOUND, SHAPE, VALUE,
 * FORMAT, those of khop_i_npz_read. */
khop_status khop_i_npz_splits(khop_data *data, khop_i_members *members, const char *prefix);

#endif
