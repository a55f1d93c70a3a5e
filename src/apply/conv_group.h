/* conv_group.h: a convolution and one group of it, as conv.c and conv_tiled.c see them.
 *
 * conv.c takes each step for all nodes before the next one, conv_tiled.c all steps for a tile of rows at a time. */
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
  bool packed;       /* gathers from packed columns: khop_i_conv_takes_packed */
  bool sets;         /* backward sets dx instead of adding to it */
  int64_t ldy, lddx; /* row strides of y (and of dy) and of dx; 0: without gaps */
} khop_i_conv;

/* Whether backward needs what forward gathered: then the workspace must not be used for anything else in between. */
static inline bool khop_i_conv_keeps(const khop_i_conv *c) { return c->gather_first && c->f < c->g; }

/* Where the slices of a group are: f and g count its own columns, the strides are those of the whole.
 *
 *   y      | group 0 | group 1 |   a row of ldy; with concat a block of `step` columns a tap
 *   W_t    | group 0 | group 1 |   f rows of ldw
 *   work   | T f (or T g) of group 0 | .. of group 1 |   a row of ldz */
typedef struct khop_i_group {
  const khop_i_conv *c;
  int64_t taps, f, g, n;
  khop_i_matrix x;
  int64_t lddx;
  int64_t y, ldy, step; /* first column of y, its row stride, and from tap to tap (0: summed) */
  int64_t w, ldw;       /* first column of a tap's weights, and their row stride */
  khop_real *work;
  int64_t ldz;
  khop_real *workspace; /* the whole of it: packed columns, and what conv_tiled.c does not keep */
} khop_i_group;

/* The products Z W, Z^T dy and dy W^T: one a tap (concat), or one for all taps. */
typedef struct khop_i_products {
  int count;
  int64_t in; /* columns of Z, and rows of W, of each */
} khop_i_products;

static inline khop_i_products khop_i_products_of(const khop_i_group *p) {
  if (p->step) return (khop_i_products){(int)p->taps, p->f};
  return (khop_i_products){1, p->taps * p->f};
}

#endif
