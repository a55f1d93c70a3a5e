/* conv_tiled.h: a convolution a tile of rows at a time: what is gathered is multiplied while it is still in the
 * cache. */
#ifndef KHOP_APPLY_CONV_TILED_H
#define KHOP_APPLY_CONV_TILED_H

#include "apply/conv_group.h"

/* Whether tiles are the faster way, for rings with entries and dense x: forward where it gathers first, backward where
 * nothing is kept from forward. f: the columns of one group. */
bool khop_i_conv_tiled_forward_suits(const khop_i_conv *c);
bool khop_i_conv_tiled_backward_suits(const khop_i_conv *c, int64_t f);
/* How many numbers of the workspace they take where nothing is kept; never fewer for more nodes. */
int64_t khop_i_conv_tiled_forward_numbers(const khop_i_conv *c, int64_t n);
int64_t khop_i_conv_tiled_backward_numbers(const khop_i_conv *c, int64_t n);
void khop_i_conv_tiled_forward(khop_real *y, const khop_i_group *p, const khop_real *weights);
/* packed: the weights of the taps side by side, rows ld apart. */
void khop_i_conv_tiled_backward(khop_real *dx, khop_real *dweights, const khop_i_group *p, const khop_real *packed,
                          int64_t ld, const khop_real *dy);

#endif
