/* form.h: what a way to keep rings answers to. A form is one file (or folder) of this room and one row of this table;
 * nothing else in khop knows which forms there are. CONTRIBUTING.md lists the steps to a new one.
 *
 *   build      rings->state, the sizes of all rings, and the same for rings->transposed
 *   apply      y = or += taps of the rings times x; transposed products are those of rings->transposed
 *   entries    rings->csr, where the form also has the entries one by one; faster kernels then read those */
#ifndef KHOP_FORMS_FORM_H
#define KHOP_FORMS_FORM_H

#include "kernels/kernels.h"
#include "search/plan.h"

/* What a form would take, before it is built. */
typedef struct khop_i_form_cost {
  double bytes; /* to build and to keep */
  double reads; /* entries, or what takes as long, that one product with all taps reads; INFINITY: it searches anew */
} khop_i_form_cost;

/* One product: y (rows, f) = or += the taps times x. The rows are those of the rings, or, where these are stored,
 * matrix-free, or bitmaps of some rows, rows first .. first + rows - 1 of them, of which the first goes to y.
 * The taps are ready but for entries that the form does not keep as a CSR: tap[t].slot says which ring is meant, -1 the
 * identity. Taps with the same `out` stand together. */
typedef struct khop_i_product {
  khop_real *y;
  int64_t ldy;
  const khop_real *x;
  int64_t ldx, f, first, rows;
  const khop_rings *rings; /* of the way that is applied */
  int count;               /* of taps */
  khop_i_tap *tap;         /* (count) */
  int64_t entries;         /* of all taps together: the work */
  bool accumulate;
} khop_i_product;

typedef struct khop_i_form {
  khop_form id;
  const char *name; /* as the command spells it */
  const char *how;  /* completes "the rings up to hop 4 of 100 nodes, .., take 3 MB" */
  bool has_rows;    /* khop_rings_row reads it */
  bool saves;       /* may read less than stored entries: auto compares the estimates */
  int fallback;     /* the order in which auto tries forms where stored entries do not fit; 0: never */

  /* Errors: MEMORY, ARGUMENT (a ring the form cannot hold: auto then leaves it out). */
  khop_status (*estimate)(khop_i_form_cost *cost, const khop_i_plan *plan);
  /* rings: a handle with its hops, direction and symmetry, and this form; on failure the caller frees it, by `free`
   * too. Errors: those of khop_rings_build. */
  khop_status (*build)(khop_rings *rings, const khop_i_plan *plan);
  /* Neither allocates nor fails; safe from several threads at once. */
  void (*apply)(const khop_i_product *product);
  /* Entries that a product with a slot reads. */
  int64_t (*kept)(const khop_rings *rings, int slot);
  /* Of the state of this way, its workspace included where this way owns it. */
  size_t (*bytes)(const khop_rings *rings);
  /* Frees the state of this way; legal half-built. */
  void (*free)(khop_rings *rings);
} khop_i_form;

/* Refuses a build: "the rings up to hop k of N nodes, HOW, take .. and the budget is ..". */
khop_status khop_i_form_refuse(const khop_i_plan *plan, const char *how, double bytes);

#endif
