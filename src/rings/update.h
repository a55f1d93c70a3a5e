/* update.h: a hop-labelled CSR of a graph that was edited: some rows are searched, all others are copied from the rings
 * before.
 *
 *   searched    rows 3, 17, 40 .. | rows 96, 130, .. |      into a chunk each
 *                       v                   v
 *   made        | 0 1 2 | 3 | 4 .. 16 | 17 | ..            between them rows of before, renumbered */
#ifndef KHOP_RINGS_UPDATE_H
#define KHOP_RINGS_UPDATE_H

#include "rings/hop_csr.h"
#include "search/plan.h"

typedef struct khop_i_csr_edit {
  const khop_i_hop_csr *before;
  const int32_t *now; /* (before->nodes) the rows afterwards; -1: gone */
  bool renumbered;    /* some are gone, so that others have moved */
  uint8_t *search;    /* (nodes afterwards) 1: a row that is searched; products mark whole blocks of them */
} khop_i_csr_edit;

/* The plan is one of the graph afterwards; what is not searched must be the same in both. Errors: BUDGET, MEMORY, VALUE. */
khop_status khop_i_hop_csr_update(khop_i_hop_csr **made, const khop_i_plan *plan, const khop_i_csr_edit *edit);

#endif
