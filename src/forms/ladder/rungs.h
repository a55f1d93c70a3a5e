/* rungs.h: rings by their recursion, R_k = P_k R_{k-1} + Q_k R_{k-2} + Delta_k.
 *
 *   rung 1    plus = A
 *   rung k    | bases (P_k) | plus | minus |      rows of a hop-labelled CSR of three slots
 *             | large, with values |              a CSR of one slot
 *             q (nodes): Q_k, a diagonal;  own (nodes): the diagonal of P_k
 *
 *   row i of R_k = sum of row h of R_{k-1} over the bases h of i
 *                + own[i] times row i of R_{k-1} + q[i] times row i of R_{k-2}
 *                + 1 at the columns of plus, - 1 at those of minus, the values at those of large
 *
 * docs/derivations/ladder.md derives the product, its adjoint and the rounding bound. */
#ifndef KHOP_FORMS_LADDER_RUNGS_H
#define KHOP_FORMS_LADDER_RUNGS_H

#include "rings/hop_csr.h"

/* Beyond this hop the recursion would lose too many digits (docs/derivations/ladder.md has the bound). */
#define KHOP_I_MOST_RUNGS 64

enum { KHOP_I_BASES = 0, KHOP_I_PLUS = 1, KHOP_I_MINUS = 2, KHOP_I_PARTS = 3 };

typedef struct khop_i_rung {
  khop_i_hop_csr *steps, *steps_transposed; /* own: three slots, the parts */
  khop_i_hop_csr *large, *large_transposed; /* own: one slot with values; or NULL: none */
  khop_real *q, *own; /* (nodes), or NULL: nothing but zeros */
  int64_t entries[KHOP_I_PARTS];
} khop_i_rung;

typedef struct khop_i_ladder {
  int64_t nodes;
  int rungs;         /* rings beyond are empty */
  khop_i_rung *rung; /* (rungs), hop k at k - 1 */
  struct khop_i_schedule *schedule; /* owns: what products read (schedule.h); or NULL: they read the rings' own entries,
                               * where climbs both ways would read more */
} khop_i_ladder;

#endif
