/* node_table.h: the scores of the nodes of a graph as a table of text. */
#ifndef KHOP_CLI_PREDICT_NODE_TABLE_H
#define KHOP_CLI_PREDICT_NODE_TABLE_H

#include <khop/data.h>
#include <khop/train.h>

/* Writes scores (nodes, outputs) as .csv or .tsv, a row a node:
 *
 *   node,predicted,probability of Mr. Hi,probability of Officer,label         a model of classes
 *   n0,Mr. Hi,0.99,0.01,Mr. Hi
 *   node,predicted ml,probability of ml,label ml                             one of yes/no tasks
 *   n0,yes,0.93,
 *   node,output 0,target 0                                                   any other model
 *
 * Nodes and classes by their names where the data have names, else by number from 0. The last columns hold what the
 * data say; they are not there where the data say nothing. Errors: those of khop_csv_new and khop_csv_commit. */
khop_status write_node_table(const char *path, const khop_real *scores, const khop_model *model,
                             const khop_data *data);

#endif
