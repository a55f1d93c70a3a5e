/* conv_tiled.h: a convolution a few rows at a time: what is gathered for a tile of rows is multiplied while it is still
 * in the cache. */
#ifndef KHOP_APPLY_CONV_TILED_H
#define KHOP_APPLY_CONV_TILED_H

#include "apply/conv_group.h"

/* For rings that have entries and dense x: forward where it gathers first, backward where it need not keep. f: of one group. room: the numbers that they take from the workspace where nothing is kept, never
 * fewer for more nodes. */
bool khop_i_conv_tiled_forward_suits(const khop_i_conv *c);
bool khop_i_conv_tiled_backward_suits(const khop_i_conv *c, int64_t f);
int64_t khop_i_conv_tiled_forward_numbers(const khop_i_conv *c, int64_t n);
int64_t khop_i_conv_tiled_backward_numbers(const khop_i_conv *c, int64_t n);
void khop_i_conv_tiled_forward(khop_real *y, const khop_i_group *p, const khop_real *weights);
/* packed: the weights of the taps beside one another, rows ld apart. */
void khop_i_conv_tiled_backward(khop_real *dx, khop_real *dweights, const khop_i_group *p, const khop_real *packed,
                          int64_t ld, const khop_real *dy);

#endif
