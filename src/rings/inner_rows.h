/* inner_rows.h: some rows of rings, under other numbers: a run that reads few rows of them needs no others, and where
 * these are the first ones it needs no list of them.
 *
 *   graph     0  1  2  3  4  5  6         place    2  5  0  1  3  4  6
 *   rows            x        x            rows     |---| the first `count`; all others are empty
 *
 * The entries of a row stay in the order of the graph's numbers, so that sums over them have the bits of the whole. */
#ifndef KHOP_RINGS_INNER_ROWS_H
#define KHOP_RINGS_INNER_ROWS_H

#include "rings/hop_csr.h"
#include "search/plan.h"

typedef struct khop_i_inner_rows {
  int64_t count;         /* rows that are wanted */
  const int32_t *place;  /* (nodes) of each number, the node of the graph */
  const int32_t *number; /* (nodes) and back */
  /* [direction] (nodes) by number: how many nodes ring 1 has in each row, the empty ones too; all NULL: not known */
  const int64_t *degrees[3];
} khop_i_inner_rows;

/* The rows of a plan. Errors: BUDGET, MEMORY, INTERRUPTED, VALUE (walk counts). */
khop_status khop_i_hop_csr_inner(khop_i_hop_csr **csr, const khop_i_plan *plan, const khop_i_inner_rows *inner);

#endif
