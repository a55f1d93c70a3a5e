/* edit.h: a graph after edges and nodes were added and removed, and which rows of its rings can differ.
 *
 *   before   0 1 2 3 4            numbers that the edits speak in; N, N + 1, .. are the nodes that are added
 *   now      0 - 1 2 3            without node 1: those behind it move up, so that rows stay ascending */
#ifndef KHOP_GRAPH_EDIT_H
#define KHOP_GRAPH_EDIT_H

#include "graph/ball.h"

typedef struct khop_i_edited {
  khop_graph *graph; /* owns: afterwards, without columns */
  int32_t *now;      /* (nodes before + added nodes) owns: numbers afterwards; -1: removed */
} khop_i_edited;

/* Errors: those of khop_graph_edit. Cost: one pass over nodes and arcs, and sorting the edits. */
khop_status khop_i_edit_open(khop_i_edited *edited, const khop_graph *before, const khop_graph_edits *edits);
void khop_i_edit_close(khop_i_edited *edited);

/* Adds to the ball, by their numbers afterwards, the nodes that are left and from which an arc leads in this direction
 * that was added or removed. Errors: MEMORY. Cost: O(edits), and a pass over the arcs where nodes are removed. */
khop_status khop_i_edit_tails(khop_i_ball *ball, const khop_i_edited *edited, const khop_graph *before,
                              const khop_graph_edits *edits, khop_direction direction);

#endif
