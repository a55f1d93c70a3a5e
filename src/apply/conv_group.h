/* conv_group.h: one group of a convolution, as conv.c and conv_rows.c see it.
 *
 * conv.c takes one step after the other for all nodes, conv_rows.c all steps for a few rows at a time. */
#ifndef KHOP_APPLY_CONV_GROUP_H
#define KHOP_APPLY_CONV_GROUP_H

#include "apply/conv.h"

/* Where a group's slices stand: f and g are its own columns, the strides those of the whole.
 *
 *   y      | group 0 | group 1 |   a row of ldy; with concat a block of `step` columns a tap
 *   W_t    | group 0 | group 1 |   f rows of ldw
 *   work   | T f (or T g) of group 0 | .. of group 1 |   a row of ldz */
typedef struct khop_i_group {
  const khop_i_conv *c;
  int64_t taps, f, g, n;
  khop_i_matrix x;
  int64_t y, ldy, step; /* first column of y, its row stride, and from tap to tap (0: summed) */
  int64_t w, ldw;       /* first column of a tap's weights, and their row stride */
  khop_real *work;
  int64_t ldz;
  khop_real *room; /* the whole workspace: what conv_rows.c does not keep, it takes from there */
} khop_i_group;

/* Products with the weights of one tap at a time (concat) or of all at once: Z W, Z^T dy, dy W^T. */
typedef struct khop_i_pieces {
  int count;
  int64_t in; /* columns of Z, and rows of W, that one piece spans */
} khop_i_pieces;

static inline khop_i_pieces khop_i_pieces_of(const khop_i_group *p) {
  if (p->step) return (khop_i_pieces){(int)p->taps, p->f};
  return (khop_i_pieces){1, p->taps * p->f};
}

/* conv_rows.c, for stored rings and dense x: forward where it gathers first, backward where it need not
 * keep. f: of one group. room: the numbers that they take from the workspace where nothing is kept, never
 * fewer for more nodes. */
bool khop_i_rows_forward_suits(const khop_i_conv *c);
bool khop_i_rows_backward_suits(const khop_i_conv *c, int64_t f);
int64_t khop_i_rows_forward_room(const khop_i_conv *c, int64_t n);
int64_t khop_i_rows_backward_room(const khop_i_conv *c, int64_t n);
void khop_i_rows_forward(khop_real *y, const khop_i_group *p, const khop_real *weights);
/* packed: the weights of the taps beside one another, rows ld apart. */
void khop_i_rows_backward(khop_real *dx, khop_real *dweights, const khop_i_group *p, const khop_real *packed,
                          int64_t ld, const khop_real *dy);

#endif
