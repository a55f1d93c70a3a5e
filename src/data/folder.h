/* folder.h: a data set of nodes in a folder of files, as a collection publishes it. */
#ifndef KHOP_DATA_FOLDER_H
#define KHOP_DATA_FOLDER_H

#include "data/data.h"

/* Whether path is a folder of a form below. */
bool khop_i_is_data_folder(const char *path);

/* Of Geom-GCN (geom_gcn.h) or of the Open Graph Benchmark (ogb.h). Errors: UNSUPPORTED (a folder of another form),
 * ARGUMENT (options that choose among what a folder does not have), theirs. */
khop_status khop_i_data_from_folder(khop_data **data, const char *path, const khop_data_options *options);

#endif
