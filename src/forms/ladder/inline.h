/* inline.h: rows of a ladder that are not worth a step of their own.
 *
 * A row that is only a step on the way costs its terms and a row that is written; each row that takes it costs
 * one term. Where its terms in the place of that term cost less, they are put there, and what cancels is gone:
 *
 *   Z_1[h] = x_1 + x_2 + x_3,    Z_2[i] = Z_1[h] - x_1    becomes    Z_2[i] = x_2 + x_3
 *
 * So a row that one other row takes always goes, and so do bases that had to pay for rows of one ring only. */
#ifndef KHOP_FORMS_LADDER_INLINE_H
#define KHOP_FORMS_LADDER_INLINE_H

#include "forms/ladder/rungs.h"

/* What a step costs beside its terms, in terms. Folding is decided row by row, from the bottom up: with 3,
 * minesweeper's ring 4 kept 28,000 steps of 482,000 terms, and with 12 it is 10,000 of 302,000 in half the time;
 * power_grid's ring 4 took 165 and 136 us. */
enum { KHOP_I_STEP_TERMS = 12 };

/* The terms of a row: place p >= 0 is node p of X, p < 0 step -p - 1 of the draft. */
typedef struct khop_i_terms {
  int64_t count, room;
  int64_t *place;
  int64_t *times;
} khop_i_terms;
void khop_i_terms_free(khop_i_terms *terms);

/* The rows that a ladder's products need, each after those that it takes. */
typedef struct khop_i_draft {
  const khop_i_ladder *ladder; /* borrows */
  int64_t steps, room;
  int32_t *step;   /* (rungs, nodes); -1: not needed */
  int32_t *row;    /* (steps) */
  uint8_t *hop;    /* (steps) */
  int64_t asked[KHOP_I_MOST_RUNGS + 1]; /* by hop: -1: only a step on the way */
  int32_t *kept;   /* (steps) those that do not fold */
  /* of the folding */
  int64_t *users_start; /* (steps + 1) */
  int32_t *users;       /* which steps take a step, of those that few take */
  int32_t *uses;        /* (steps) how many take it */
  int64_t *found;       /* (nodes + steps) times of a place in the row at hand */
  khop_i_terms own, other;
  khop_i_terms *inlined; /* (steps) of those that fold; count 0 where place is NULL */
} khop_i_draft;

/* Counts who takes what. Errors: MEMORY. */
khop_status khop_i_inline_open(khop_i_draft *draft);
/* The terms of step s, with those of the steps before it that folded; *inlined: it does too, so that no step after
 * it takes it. To be called for each step in turn. Errors: MEMORY. */
khop_status khop_i_inline_row(bool *inlined, khop_i_terms *terms, khop_i_draft *draft, int64_t s);
void khop_i_draft_close(khop_i_draft *draft);

#endif
