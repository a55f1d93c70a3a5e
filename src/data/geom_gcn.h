/* geom_gcn.h: data sets in the text form of Geom-GCN (Pei et al. 2020): WebKB, Wikipedia, film.
 *
 *   out1_graph_edges.txt           "node_id\tnode_id", then an arc a line
 *   out1_node_feature_label.txt    "node_id\tfeature\tlabel", then a node a line: 3 \t 0,0,1,0 \t 2
 *   NAME_split_0.6_0.2_K.npz       train_mask, val_mask, test_mask (N); here, in splits/, or in ../splits/ with the
 *                                  name of the folder as NAME; in the order of K
 *
 * Lists of features of one length are numbers, each a column; of several lengths they are the columns that are 1. */
#ifndef KHOP_DATA_GEOM_GCN_H
#define KHOP_DATA_GEOM_GCN_H

#include "data/data.h"

#define GEOM_GCN_EDGES "out1_graph_edges.txt"
#define GEOM_GCN_NODES "out1_node_feature_label.txt"

bool khop_i_is_geom_gcn(const char *path);
/* Undirected unless options->read.directed; arcs without their mirror are then noted. Errors: NOT_FOUND, IO, FORMAT
 * with the file and the line, those of khop_i_npz_splits, MEMORY. */
khop_status khop_i_data_from_geom_gcn(khop_data **data, const char *path, const khop_data_options *options);

#endif
