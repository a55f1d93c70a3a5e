/* matrix.h: the left factor of a product with weights, dense or, as features often are, sparse.
 *
 *   y = X W          forward
 *   dW += X^T dy     backward, for the weights
 *   dX = dy W^T      backward, for the features, where a sparse X has entries
 */
#ifndef KHOP_KERNELS_MATRIX_H
#define KHOP_KERNELS_MATRIX_H

#include "kernels/kernels.h"

typedef struct khop_i_matrix {
  int64_t rows, columns;
  const khop_real *dense; /* (rows, columns), or NULL: sparse */
  int64_t ld;
  khop_i_tap by_row;    /* the entries of a row: features of a node */
  khop_i_tap by_column; /* the entries of a column, for the transposed product */
  int64_t entries;
  bool row_by_row;      /* y = X W has the bits that each row has alone: khop_i_rows_times */
} khop_i_matrix;

/* y (rows, g) = X w, w (columns, g). */
void khop_i_matrix_times(khop_real *y, int64_t ldy, const khop_i_matrix *x, const khop_real *w,
                         int64_t ldw, int64_t g, bool accumulate);
/* dw (columns, g) += X^T dy. */
void khop_i_matrix_transposed_times(khop_real *dw, int64_t ldw, const khop_i_matrix *x,
                                    const khop_real *dy, int64_t ldy, int64_t g, bool accumulate);
/* dx (entries) = dy w^T at the entries of a sparse X, in the order of by_row; dy (rows, g), w (columns, g). */
void khop_i_matrix_gradient(khop_real *dx, const khop_i_matrix *x, const khop_real *dy, int64_t ldy,
                            const khop_real *w, int64_t ldw, int64_t g, bool accumulate);

#endif
