/* ogb_splits.h: the splits of the Open Graph Benchmark: split/NAME/train.csv.gz, valid.csv.gz, test.csv.gz. */
#ifndef KHOP_DATA_OGB_SPLITS_H
#define KHOP_DATA_OGB_SPLITS_H

#include "data/data.h"

/* Adds the split of each folder in path/split, in the order of their names, which is noted. Errors: those of
 * khop_i_text_file_open, FORMAT with the file and the line, those of khop_data_add_split. */
khop_status khop_i_ogb_splits(khop_data *data, const char *path);

#endif
