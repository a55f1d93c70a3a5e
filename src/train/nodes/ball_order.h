/* ball_order.h: the nodes of a ball by how far they are from its middle, so that whatever lies within some hops is the
 * first part of every array.
 *
 *   ball      ascending           3  8  9 20 41 | guest     its places
 *   order     | hop 0 | hop 1 | hop 2 ..                    its numbers; ascending within a hop, a guest before all */
#ifndef KHOP_TRAIN_NODES_BALL_ORDER_H
#define KHOP_TRAIN_NODES_BALL_ORDER_H

#include "graph/ball.h"
#include "rings/inner_rows.h"

/* How many arcs a node has in each direction, of a graph. {0} can be closed. */
typedef struct khop_i_degrees {
  const khop_graph *graph, *along; /* borrows: the arcs as they stand, and both ways where these are asked for */
  int32_t *in;                     /* (nodes) owns: of a directed graph */
} khop_i_degrees;

/* Errors: MEMORY. */
khop_status khop_i_degrees_open(khop_i_degrees *degrees, const khop_graph *graph, const khop_graph *along);
void khop_i_degrees_close(khop_i_degrees *degrees);

/* {0} can be closed. */
typedef struct khop_i_ball_order {
  int64_t count;          /* nodes, a guest included */
  int32_t *place;         /* (count) of each number */
  int32_t *number;        /* (count) of each place */
  int32_t *nodes;         /* (count) by number, of the graph; -1: the guest */
  int64_t hops, *within;  /* (hops + 1) how many nodes lie within so many hops */
  int64_t *degrees;       /* (3, count) in each direction, by number; NULL: not asked for */
} khop_i_ball_order;

/* Of a ball of so many hops around its seeds or around a guest (else NULL). degrees without a graph: not asked for.
 * Errors: MEMORY; what is there then is to be closed. */
khop_status khop_i_ball_order_open(khop_i_ball_order *order, const khop_i_ball *ball, int64_t hops,
                                   const khop_i_guest *guest, const khop_i_degrees *degrees);
void khop_i_ball_order_close(khop_i_ball_order *order);
/* How many nodes lie within so many hops. */
int64_t khop_i_ball_order_within(const khop_i_ball_order *order, int64_t hops);
/* The rows of rings within so many hops; -1: all. Borrows from the order. */
khop_i_inner_rows khop_i_ball_order_rows(const khop_i_ball_order *order, int64_t hops);

#endif
