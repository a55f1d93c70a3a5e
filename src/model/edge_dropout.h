/* edge_dropout.h: in training a convolution may read its rings without a share of their entries, each step without
 * others.
 *
 *   values   0 or 1 / (1 - rate) times the entry's own, beside the entries of all slots    forward[t].values
 *            the same for the transposed rings, which symmetric ones are themselves         transposed[t].values
 *
 * Whether (i, j) is there is a hash of (seed, step, op, i, j), which rows and transposed rows ask alike. Of rings that are
 * their own transposes (i, j) and (j, i) go together: an edge is dropped, not a direction of it. Norms divide by the
 * degrees of the whole rings; identities and self-loops stay. */
#ifndef KHOP_MODEL_EDGE_DROPOUT_H
#define KHOP_MODEL_EDGE_DROPOUT_H

#include "model/run.h"

/* Room for the values of a node whose taps are planned, where its op drops edges and the run trains. */
void khop_i_plan_edge_dropout(khop_run *run, khop_i_node *node, khop_i_arena *arena);
/* Sets the values of the taps of op `at` for this step; to be called before they are applied forward. */
void khop_i_drop_edges(khop_run *run, int at);

/* How the entries of an op are drawn in a step. */
typedef struct khop_i_edge_draw {
  uint64_t key; /* of seed, step and op */
  uint32_t limit;
  khop_real scale;
  bool symmetric, transposed; /* row and column change places in the second of two ways */
} khop_i_edge_draw;
khop_i_edge_draw khop_i_edge_draw_of(uint64_t key, double rate, bool symmetric);
/* The values of a tap's slot, for all its rows; local node i is node[i] of the graph, NULL: itself. */
void khop_i_edge_values(khop_real *values, const khop_rings *rings, const khop_i_tap *tap, const int64_t *node,
                        const khop_i_edge_draw *draw);

#endif
