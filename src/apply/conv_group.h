/* conv_group.h: a convolution and one group of it, as conv.c and conv_tiled.c see them.
 *
 * conv.c takes one step after the other for all nodes, conv_tiled.c all steps for a few rows at a time. */
#ifndef KHOP_APPLY_CONV_GROUP_H
#define KHOP_APPLY_CONV_GROUP_H

#include "apply/taps.h"
#include "kernels/matrix.h"

/* A whole convolution. */
typedef struct khop_i_conv {
  const khop_taps *taps;
  int64_t f, g;
  bool concat;       /* y is (N, T G): a block a tap */
  bool gather_first;
  int64_t groups;    /* 0: 1; more than 1 only where x is dense */
  bool lines;        /* gathers a cache line of columns at a time, all nodes: khop_i_conv_takes_packed */
  bool sets;         /* backward sets dx instead of adding to it */
} khop_i_conv;

/* Whether backward needs what forward gathered: then nobody else may use the workspace in between. */
static inline bool khop_i_conv_keeps(const khop_i_conv *c) { return c->gather_first && c->f < c->g; }
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
  khop_real *room; /* the whole workspace: what conv_tiled.c does not keep, it takes from there */
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

#endif
