/* ball_cut.h: what the rows of some nodes are computed from: the graph of their ball, and its rows of features.
 *
 *   nodes asked for -> ball around them -> graph | x | where each of the nodes stands among their rows */
#ifndef KHOP_TRAIN_NODES_BALL_CUT_H
#define KHOP_TRAIN_NODES_BALL_CUT_H

#include "graph/ball.h"

#include <khop/data.h>

/* {0} can be closed, and is so again afterwards. */
typedef struct khop_i_ball_cut {
  khop_graph *graph;
  khop_features x; /* a row a node of the graph, dense or sparse as those of the data */
  int64_t *places; /* (nodes asked for) */
} khop_i_ball_cut;

/* Cuts the ball of so many hops around nodes (count), along the arcs of `along`, out of the data; who: whose call it is.
 * Errors: ARGUMENT (a node out of range, or twice), MEMORY; what is there then is to be closed. */
khop_status khop_i_ball_cut_open(khop_i_ball_cut *cut, const khop_data *data, const khop_graph *along, int64_t hops,
                                 int64_t count, const int64_t *nodes, const char *who);
void khop_i_ball_cut_close(khop_i_ball_cut *cut);

#endif
