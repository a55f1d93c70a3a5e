/* rings.h: the inside of a khop_rings: which hops it is for, and the form that keeps them.
 *
 *   khop_rings   | hops, direction, operator | form ----> its row of functions (form.h)
 *                                            | state      what the form keeps of this way
 *                                            | csr        the entries one by one, where the form has them
 *        ^  |
 *        |  v transposed                                  the other way; symmetric rings are their own
 *   khop_rings
 */
#ifndef KHOP_FORMS_RINGS_H
#define KHOP_FORMS_RINGS_H

#include "forms/form.h"
#include "rings/hop_csr.h"

struct khop_rings {
  int64_t nodes;
  int slots;
  int *hops;               /* (slots), ascending */
  khop_direction direction;
  khop_operator op;
  bool symmetric;          /* every slot is its own transpose */
  bool either_way;         /* a sample of rings that are their own transposes: fits any direction */
  const khop_i_form *form;
  void *state;             /* owns: what the form keeps, of this way */
  void *workspace;         /* owns: what products work with, one at a time, of both ways; NULL in a transpose */
  khop_i_hop_csr *csr;     /* owns: or NULL */
  int32_t *counts;         /* (nodes, slots) the size of every ring, of forms that have no entries; else NULL */
  int64_t *row_sums, *column_sums; /* (nodes, slots) of the rings that a sample was drawn from; else NULL */
  khop_rings *transposed;  /* owns: NULL where not made yet; of a transpose: the rings that own it */
  bool is_transpose;
};

/* A handle without a form; hops (count) are sorted and made unique. Errors: MEMORY. */
khop_status khop_i_rings_new(khop_rings **rings, int64_t nodes, int count, const int *hops);
/* Of a form that keeps both ways: a handle for the other one, owned by rings. Errors: MEMORY. */
khop_status khop_i_rings_open_transpose(khop_rings *rings);

/* The transpose, made once and kept with the rings; symmetric rings are their own. Safe to call from several
 * threads. Errors: MEMORY. */
khop_status khop_i_rings_transposed(const khop_rings **transposed, const khop_rings *rings);
/* Finds the shifted rows of rings, and the order of short ones, once. Errors: MEMORY. */
khop_status khop_i_rings_arrange(const khop_rings *rings);
/* Prepares rings for products: finds the transpose, and arranges the rows of both, once. Safe to call from several
 * threads. Errors: MEMORY. */
khop_status khop_i_rings_prepare(const khop_rings **transposed, const khop_rings *rings);

/* ARGUMENT where entries cannot be read one by one; who: the function that reads them. */
khop_status khop_i_rings_need_rows(const khop_rings *rings, const char *who);

/* ARGUMENT where rings are not their own transposes; who: the function that needs that. */
khop_status khop_i_rings_need_symmetry(const khop_rings *rings, const char *who);

/* The workspace of both ways. */
static inline void *khop_i_rings_workspace(const khop_rings *rings) {
  return rings->is_transpose ? rings->transposed->workspace : rings->workspace;
}

/* How many entries a row's slot has, in any form. */
static inline int64_t khop_i_rings_count(const khop_rings *rings, int64_t row, int slot) {
  return rings->counts ? rings->counts[row * rings->slots + slot] : khop_i_hop_csr_count(rings->csr, row, slot);
}

/* Whether a slot is the identity, by its hop. The hop of a metapath is only a number. */
static inline bool khop_i_rings_is_identity(const khop_rings *rings, int slot) {
  return rings->hops[slot] == 0 && rings->op != KHOP_METAPATH;
}

/* Whether a self-loop adds anything: the identity, and every ball, hold the node itself already; among metapaths the
 * identity is one of them. */
static inline bool khop_i_rings_takes_loop(const khop_rings *rings, int slot) {
  return rings->hops[slot] > 0 && rings->op != KHOP_BALL && rings->op != KHOP_METAPATH;
}

#endif
