/* turn.h: arcs of owned rows, turned round: the arcs that lead to them.
 *
 *   arcs of rank 0     0 -> 5   1 -> 2   1 -> 5
 *   by who owns ends   to rank 0: 1 -> 2 | to rank 1: 0 -> 5, 1 -> 5
 *
 * Each rank fetches from every one what leads to its rows, in the order of ranks. */
#ifndef KHOP_DISTRIBUTED_TURN_H
#define KHOP_DISTRIBUTED_TURN_H

#include "distributed/owners.h"

/* Arcs of owned rows. */
typedef struct khop_i_arc_rows {
  int64_t *offsets; /* (rows + 1), NULL: not made yet; owns */
  int64_t *targets; /* (offsets[rows]) in the whole graph, ascending in a row; owns */
} khop_i_arc_rows;

/* An arc on its way to the owner of its row. */
typedef struct khop_i_arc {
  int64_t row, other;
} khop_i_arc;

/* Collective. Rows of the arcs that all ranks have for each: *sent in the order of who owns their
 * rows, those to rank q from begin[q] (ranks + 1) on; it is freed on the way. Targets of a row stand
 * in the order of ranks, and of what each sent. Errors: MEMORY, those of the exchange. Cost: 16
 * bytes an arc, exchanged once. */
khop_status khop_i_arcs_deliver(khop_i_arc_rows *rows, khop_status status, khop_i_arc **sent,
                                const int64_t *begin, const khop_i_owners *owners);

/* Collective. Errors: MEMORY, those of the exchange. Cost: 16 bytes an arc, exchanged once. */
khop_status khop_i_arcs_turn(khop_i_arc_rows *turned, const khop_i_arc_rows *arcs,
                             const khop_i_owners *owners);
/* The arcs of both, each once. Errors: MEMORY. */
khop_status khop_i_arcs_join(khop_i_arc_rows *joined, const khop_i_arc_rows *a,
                             const khop_i_arc_rows *b, int64_t rows);
void khop_i_arcs_clear(khop_i_arc_rows *arcs);

#endif
