/* op_ppr.c: personalised PageRank, which spreads each row over all hops at once (Gasteiger et al. 2019), exactly.
 *
 *   A = D^-1/2 (R_1 + I) D^-1/2,  D the degrees with the self-loop     M = I - (1 - a) A
 *   y = a M^-1 x = a sum_k ((1 - a) A)^k x                              dx = a M^-1 dy
 *
 * The eigenvalues of A lie in (-1, 1], so those of M are a or more: it has a Cholesky factor, which is made with the run.
 * M is its own transpose, so backward is the same solve. */
#include "model/op.h"
#include "base/error.h"
#include "forms/rings.h"
#include "graph/cholesky.h"
#include "model/conv_plan.h"

#include <math.h>

static void ppr_plan(khop_run *run, int at, khop_i_arena *arena) {
  khop_i_node *y = &run->node[at];
  y->sums = khop_i_arena_take(arena, run->n * y->op->columns, sizeof *y->sums);
}

/* --- the factor ------------------------------------------------------------------------------------- */

/* The lower triangle of M by column: of a symmetric matrix what stands right of the diagonal in a row. */
typedef struct lower {
  int64_t *offsets, *rows; /* (n + 1), (entries) */
  double *values;
} lower;

static double degree(const khop_rings *rings, int slot, int64_t i) {
  const int32_t *columns;
  return 1 + (double)khop_rings_row(rings, slot, i, &columns, NULL);
}

static void fill_column(lower *m, const khop_rings *rings, int slot, double walk, int64_t i) {
  const int32_t *columns;
  int64_t count = khop_rings_row(rings, slot, i, &columns, NULL), at = m->offsets[i];
  double here = degree(rings, slot, i);
  m->rows[at] = i;
  m->values[at++] = 1 - walk / here;
  for (int64_t e = 0; e < count; e++) {
    if (columns[e] < i) continue;
    m->rows[at] = columns[e];
    m->values[at++] = -walk / sqrt(here * degree(rings, slot, columns[e]));
  }
  m->offsets[i + 1] = at;
}

static khop_status make_lower(lower *m, const khop_rings *rings, int slot, double walk) {
  khop_status status = KHOP_OK;
  int64_t n = rings->nodes, entries = n + khop_rings_entries(rings, slot) / 2;
  KHOP_TRY(khop_i_alloc(&m->offsets, n + 1, sizeof *m->offsets, "the matrix of PageRank"));
  KHOP_TRY(khop_i_alloc_raw(&m->rows, entries, sizeof *m->rows, "the matrix of PageRank"));
  KHOP_TRY(khop_i_alloc_raw(&m->values, entries, sizeof *m->values, "the matrix of PageRank"));
  for (int64_t i = 0; i < n; i++) fill_column(m, rings, slot, walk, i);
done:
  return status;
}

static khop_status factorise(khop_i_cholesky **factor, const khop_rings *rings, double walk, int64_t max_bytes) {
  khop_status status = KHOP_OK;
  lower m = {0};
  KHOP_TRY(make_lower(&m, rings, khop_rings_slot(rings, 1), walk));
  KHOP_TRY(khop_i_cholesky_new(factor, rings->nodes, m.offsets, m.rows, m.values, "personalised PageRank (ppr)",
                               max_bytes));
done:
  khop_i_free(m.offsets);
  khop_i_free(m.rows);
  khop_i_free(m.values);
  return status;
}

/* The first op with the same matrix has its factor. */
static int owner_of(const khop_run *run, int at) {
  for (int i = 0; i < at; i++)
    if (run->node[i].op->kind == KHOP_I_PPR && run->node[i].op->rate == run->node[at].op->rate) return i;
  return at;
}

static khop_status ppr_open(khop_run *run, int at, int64_t max_bytes) {
  khop_i_node *y = &run->node[at];
  const khop_rings *rings = khop_i_run_rings(run, y->op);
  int owner = owner_of(run, at);
  y->factor = run->node[owner].factor;
  if (owner < at) return KHOP_OK;
  khop_status status = khop_i_rings_need_symmetry(rings, "personalised PageRank (ppr)");
  if (status == KHOP_OK) status = factorise(&y->factor, rings, 1 - y->op->rate, max_bytes);
  if (status == KHOP_OK) run->bytes += khop_i_cholesky_bytes(y->factor);
  return status;
}

static void ppr_close(khop_run *run, int at) {
  if (owner_of(run, at) == at) khop_i_cholesky_free(run->node[at].factor);
}

/* --- forward and backward --------------------------------------------------------------------------- */

static void ppr_forward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at], *x = khop_i_input_of(run, at, 0);
  khop_i_cholesky_solve(y->buffer, y->factor, x->value, y->op->columns, y->op->rate, false, y->sums);
}

static void ppr_backward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at], *x = khop_i_input_of(run, at, 0);
  if (x->gradient)
    khop_i_cholesky_solve(x->gradient, y->factor, y->gradient, y->op->columns, y->op->rate, !x->fresh, y->sums);
}

const khop_i_op_row khop_i_op_ppr = {
    .name = "ppr", .sets = true, .entry_reader = "personalised PageRank (ppr)",
    .plan = ppr_plan, .open = ppr_open, .close = ppr_close, .forward = ppr_forward, .backward = ppr_backward,
};
