/* matrix.h: what readers share whose files hold a matrix. */
#ifndef KHOP_GRAPH_IO_MATRIX_H
#define KHOP_GRAPH_IO_MATRIX_H

#include <khop/graph.h>

/* A directed graph whose every arc has its mirror is an undirected one that was written out in full, and becomes it.
 * Errors: MEMORY. Cost: O(nodes + arcs). */
khop_status khop_i_matrix_settle(khop_graph *graph);

/* The column "id" of nodes that a file knows by their numbers from 1 on: "1", "2" ..; of two sides, whose first has
 * left nodes, "left 1" .. and "right 1" ..; left 0: one side. Errors: MEMORY. */
khop_status khop_i_matrix_ids(khop_graph *graph, int64_t left);

/* A matrix of rows by columns that are not the same nodes: the column "side", left for the rows and right for the
 * columns behind them, and a note. Errors: MEMORY. */
khop_status khop_i_matrix_sides(khop_graph *graph, int64_t rows, int64_t columns);

#endif
