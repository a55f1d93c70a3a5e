/* ladder_rows.h: the rows of a ladder (forms/ladder/rungs.h) that a rank owns, each covered by itself: what covers it
 * depends on the graph alone, not on who owns its neighbours. Twins are covered one by one, and no row is inlined: a
 * sum of a neighbour's row is what another rank sends. */
#ifndef KHOP_DISTRIBUTED_LADDER_ROWS_H
#define KHOP_DISTRIBUTED_LADDER_ROWS_H

#include "forms/ladder/rungs.h"
#include "search/plan.h"

/* Rungs 1 to furthest (at most KHOP_I_MOST_RUNGS) of the plan's rows, in numbers of its graph: rung[k - 1], closed by the
 * caller also on failure, has rows 0 .. rows - 1 and no transposes. counts (rows, slots): the sizes of their rings.
 * Errors: BUDGET, MEMORY, INTERRUPTED. Cost: a search from every row and its neighbours a hop. */
khop_status khop_i_ladder_rows_find(khop_i_rung *rung, int32_t *counts, int furthest, const khop_i_plan *plan);
void khop_i_ladder_rows_close(khop_i_rung *rung, int furthest);

/* Marks the nodes whose sums R_space x the rows read, from space 0, x itself, to furthest - 1. marks: of the nodes of
 * the graph. */
void khop_i_ladder_rows_mark(uint8_t *marks, const khop_i_rung *rung, int furthest, int space);

#endif
