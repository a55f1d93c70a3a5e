/* inline.h: rows of a ladder that are not worth a step of their own.
 *
 * A row that nobody asks for costs its terms and the writing of its sum; each row that uses it costs one term. Where it
 * is cheaper to replace that term by the terms of the row, they are inlined, and terms may cancel:
 *
 *   Z_1[h] = x_1 + x_2 + x_3,    Z_2[i] = Z_1[h] - x_1    becomes    Z_2[i] = x_2 + x_3
 *
 * So a row that only one other row uses is always inlined, and so are bases that pay for rows of one ring only. */
#ifndef KHOP_FORMS_LADDER_INLINE_H
#define KHOP_FORMS_LADDER_INLINE_H

#include "forms/ladder/rungs.h"

/* What a step costs beside its terms, in terms. Fitted on an Intel Xeon (docs/notes/2026-11-ladder.md): with 3 too many
 * rows stay, since inlining is decided row by row, from the bottom up; with 20 and 28 nothing changes. `sh bench/run
 * forms` measures it anew. */
enum { KHOP_I_STEP_TERMS = 12 };

/* The terms of a row: source p >= 0 is node p of X, source p < 0 the sum of step -p - 1 of the draft. */
typedef struct khop_i_terms {
  int64_t count, capacity;
  int64_t *source;
  int64_t *times;
} khop_i_terms;
void khop_i_terms_free(khop_i_terms *terms);

/* The rows that a ladder's products need, each after those that it uses. */
typedef struct khop_i_draft {
  const khop_i_ladder *ladder; /* borrows */
  int64_t steps, capacity;
  int32_t *step;   /* (rungs, nodes); -1: not needed */
  int32_t *row;    /* (steps) */
  uint8_t *hop;    /* (steps) */
  int64_t asked[KHOP_I_MOST_RUNGS + 1]; /* by hop: the first home of its ring; -1: nobody asks for it */
  int32_t *kept;   /* (steps) those that are not inlined */
  /* for inlining */
  int64_t *users_start; /* (steps + 1) */
  int32_t *users;       /* the steps that use a step, where they are few */
  int32_t *uses;        /* (steps) how many steps use it */
  int64_t *found;       /* (nodes + steps) times of a source in the current row */
  khop_i_terms own, other;
  khop_i_terms *inlined; /* (steps) of those that are inlined; source is NULL for the others */
} khop_i_draft;

/* Counts which steps use which. Errors: MEMORY. */
khop_status khop_i_inline_open(khop_i_draft *draft);
/* The terms of step s, with those of the inlined steps before it. *inlined: step s is inlined, too, so that no later
 * step reads its sum. To be called for each step in turn. Errors: MEMORY. */
khop_status khop_i_inline_row(bool *inlined, khop_i_terms *terms, khop_i_draft *draft, int64_t s);
void khop_i_draft_close(khop_i_draft *draft);

#endif
