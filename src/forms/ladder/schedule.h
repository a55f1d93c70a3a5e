/* schedule.h: the rows of a ladder that its products need, as one list of terms a row.
 *
 *   step     a row of a rung. Of rungs that nobody asks for, only the rows that a row further up uses are there. Steps
 *            are in depth-first order, each right after the steps that it is the first to use, so that their sums are
 *            still in the cache. One thread takes the steps in this order; several take them rung by rung (`ranked`).
 *            The sums, and so the bits, are the same.
 *   term     | number: 5 bits | of a sum, not of X: 1 bit | node, or home: 26 bits |
 *   runs     nodes of X that are added once, nodes that are subtracted once, and all other terms. The first two need
 *            no number; a short one is left empty, and its terms stand with the others
 *   home     the row that the sum of a step is written to: first those of the rings that were asked for, then the
 *            others in the order of the steps
 *
 *   homes    | ring of slot a (nodes) | ring of slot b (nodes) | .. | rows that are only steps
 *
 * The bases, the diagonals and the corrections of a row are one loop over one kind of term. */
#ifndef KHOP_FORMS_LADDER_SCHEDULE_H
#define KHOP_FORMS_LADDER_SCHEDULE_H

#include "forms/ladder/rungs.h"

enum { KHOP_I_NUMBERS = 32 };
#define KHOP_I_MOST_HOMES ((int64_t)1 << KHOP_I_STEP_BITS)

/* What the 5 bits stand for; other numbers are sums of them, in as many terms. */
extern const khop_real khop_i_schedule_numbers[KHOP_I_NUMBERS];

typedef struct khop_i_schedule {
  int64_t steps, homes, terms;
  int levels;
  int64_t *start;   /* (steps + 1): the terms of a step */
  int32_t *run;     /* (2 steps): how many of them, at the start, are of the first run and of the second */
  uint32_t *term;   /* (terms) */
  int32_t *home;    /* (steps); -1 - home where a step has a run */
  int32_t *ranked;  /* (steps), by rungs */
  int64_t *level;   /* (levels + 1): where the rungs start in ranked */
  int slots;
  int64_t *top;     /* (slots): the first home of a ring; -1: ring 0, or beyond the ladder */
  int64_t *cost;    /* (slots): rows that are read and written to compute a ring */
  int64_t *ordered; /* (slots): how many steps a ring needs, its own included */
  int32_t **order;  /* (slots) which steps they are, ascending; NULL: all */
} khop_i_schedule;

/* For the rings of hops (slots). Errors: MEMORY; BUDGET where it takes more than max_bytes; ARGUMENT where the
 * homes are more than fit a term. */
khop_status khop_i_schedule_new(khop_i_schedule **schedule, const khop_i_ladder *ladder, int slots, const int *hops,
                             int64_t max_bytes);
void khop_i_schedule_free(khop_i_schedule *schedule);
size_t khop_i_schedule_bytes(const khop_i_schedule *schedule);

static inline int64_t khop_i_schedule_home(const khop_i_schedule *schedule, int64_t step) {
  int64_t home = schedule->home[step];
  return home < 0 ? -1 - home : home;
}

/* Rows that are read and written to compute the ring of a slot, or (-1) all rings. */
static inline int64_t khop_i_schedule_cost(const khop_i_schedule *schedule, int slot) {
  return slot < 0 ? schedule->terms + schedule->steps : schedule->cost[slot];
}

#endif
