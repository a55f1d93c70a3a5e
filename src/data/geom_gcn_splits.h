/* geom_gcn_splits.h: the splits of Geom-GCN, an archive each. */
#ifndef KHOP_DATA_GEOM_GCN_SPLITS_H
#define KHOP_DATA_GEOM_GCN_SPLITS_H

#include "data/data.h"

/* Adds the splits of ..._split_...npz in path, else in path/splits, else of NAME_split_...npz in path/../splits, NAME
 * being the name of the folder, in the order of their numbers. Errors: IO, those of khop_i_npz_splits. */
khop_status khop_i_geom_gcn_splits(khop_data *data, const char *path);

#endif
