/* ogb.h: a data set for predicting nodes as the Open Graph Benchmark (Hu et al. 2020) publishes it.
 *
 *   raw/num-node-list.csv.gz    the number of nodes N, one line: of several the folder is a set of graphs
 *   raw/edge.csv.gz             "3,17": an arc a line
 *   raw/node-feat.csv.gz        F numbers a line, N lines; may be missing
 *   raw/node-label.csv.gz       a class a line, N lines, or several 0 and 1: yes/no tasks; nan or nothing for none
 *   split/NAME/train.csv.gz, valid.csv.gz, test.csv.gz    the id of a node a line
 *
 * Each may also be unpacked (edge.csv). */
#ifndef KHOP_DATA_OGB_H
#define KHOP_DATA_OGB_H

#include "data/data.h"

/* Whether path is a folder of OGB's, for nodes or for graphs. */
bool khop_i_is_ogb(const char *path);
/* Whether it holds a set of graphs: labels of graphs. */
bool khop_i_is_ogb_set(const char *path);
/* Undirected unless options->read.directed; arcs without their mirror are then noted, and so are files of raw/ that are
 * not used. Errors: UNSUPPORTED (types of nodes, binary files, a set of graphs), those of
 * khop_i_text_file_open, FORMAT with the file and the line, MEMORY. */
khop_status khop_i_data_from_ogb(khop_data **data, const char *path, const khop_data_options *options);

#endif
