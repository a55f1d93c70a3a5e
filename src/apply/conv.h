/* conv.h: the k-hop convolution y = sum_t R_t x W_t, forward and backward, on arrays.
 *
 * Two orders, the same numbers but for rounding (derived in docs/derivations/conv.md):
 *
 *   gather first:  Z = [R_0 x | R_1 x | ..]  (N, T F), then y = Z W      one product, W (T F, G)
 *   GEMM first:    P = x [W_0 | W_1 | ..]    (N, T G), then y = sum_t R_t P_t, one pass over a row
 *
 * Both do N T F G multiply-adds in the product; the gather costs entries * F or entries * G. With F = G
 * forward gathers first and backward gathers dy: Z is not needed again. Stored rings are gathered and
 * multiplied a tile of rows at a time (conv_tiled.c), or, where x is too large for L2 and read often, all at once from
 * packed columns (spmm_packed.h).
 *
 * Groups are convolutions of their own on slices of the columns: of x, of y, of W (T, F/groups, G),
 * and of the workspace, group by group. */
#ifndef KHOP_APPLY_CONV_H
#define KHOP_APPLY_CONV_H

#include "apply/conv_group.h"

/* The cheaper order. Sparse features are multiplied first, always. */
bool khop_i_conv_gathers_first(int64_t f, int64_t g, bool sparse);
/* Whether gathering packed columns pays, although Z or P of all nodes then goes through memory. slot (count): as
 * khop_i_taps_slots. */
bool khop_i_conv_takes_packed(const khop_i_conv *conv, const khop_rings *rings, int count, const int *slot);
/* Numbers of workspace for N nodes, never fewer for more nodes: Z or P, or what conv_tiled.c needs. */
int64_t khop_i_conv_workspace(const khop_i_conv *conv, int64_t nodes);
/* Numbers for the weights side by side, [W_0 | W_1 | ..]; 0 where they are not needed. */
int64_t khop_i_conv_packed(const khop_i_conv *conv);

/* y is overwritten. workspace, packed: as sized above. The workspace must be left as it is until
 * backward where the convolution keeps it. */
void khop_i_conv_forward(khop_real *y, const khop_i_conv *conv, const khop_i_matrix *x,
                         const khop_real *weights, khop_real *workspace, khop_real *packed);
/* What backward of a convolution that keeps its workspace finds there after forward. */
void khop_i_conv_gather(const khop_i_conv *conv, const khop_i_matrix *x, khop_real *workspace);
/* Adds to dx (N, F), or of sparse x (entries), which may be NULL, or where conv->sets is true sets it; adds to dweights
 * (T, F/groups, G), which may be NULL. It overwrites the workspace of forward. */
void khop_i_conv_backward(khop_real *dx, khop_real *dweights, const khop_i_conv *conv,
                          const khop_i_matrix *x, const khop_real *weights, const khop_real *dy,
                          khop_real *workspace, khop_real *packed);

#endif
