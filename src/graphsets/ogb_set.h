/* ogb_set.h: sets of graphs as the Open Graph Benchmark (Hu et al. 2020) publishes them.
 *
 *   raw/num-node-list.csv.gz, num-edge-list.csv.gz    nodes and edges of each graph, a number a line
 *   raw/edge.csv.gz          "0,2": an edge a line, of the graphs one after the other, nodes from 0 in each
 *   raw/node-feat.csv.gz     numbers, a line a node; whole ones of few values are categories
 *   raw/edge-feat.csv.gz     numbers, a line an edge; what differs is a type of edges of its own
 *   raw/graph-label.csv.gz   a line a graph: one whole number, a class; columns of 0 and 1, yes/no tasks; else targets;
 *                            empty or nan where missing
 *   split/NAME/train.csv.gz, valid.csv.gz, test.csv.gz    the number of a graph a line
 */
#ifndef KHOP_GRAPHSETS_OGB_SET_H
#define KHOP_GRAPHSETS_OGB_SET_H

#include <khop/graphs.h>

/* Edges have no direction. Errors: NOT_FOUND, IO, FORMAT with the file and the line, SHAPE, MEMORY. */
khop_status khop_i_graphs_from_ogb(khop_graphs **set, const char *path);

#endif
