/* blocks.h: what the named blocks share: a dilated layer, an activation, checks that poison. */
#ifndef KHOP_MODEL_BLOCKS_H
#define KHOP_MODEL_BLOCKS_H

#include "base/options.h"
#include "model/build.h"

#include <khop/blocks.h>

/* The most dilations 1, 2, 4, ..: the last is 2^23, and the hops of 255 taps at it still fit an int. */
#define KHOP_I_MAX_DOUBLINGS 24
/* The most layers, rates or levels of one block: more is taken for a mistake, and this many fit on the stack. */
#define KHOP_I_MAX_BLOCK_LAYERS 256

/* Whether a block named `what` may be built on x, with so many layers of these dilations (NULL: not
 * checked) and taps. Otherwise the model is poisoned, with the numbers. */
bool khop_i_block_ready(khop_model *model, const char *what, khop_value x, int layers,
                        const int *dilations, const khop_taps_choice *taps);

/* Whether the options of a block and the taps in it were taken; otherwise the model is poisoned. */
#define KHOP_I_BLOCK_TAKE(model, what, type, own, given)                                                               \
  (khop_i_model_took(model, what, KHOP_I_TAKE(type, own, given)) && khop_i_block_take_taps(model, what, &(own)->taps))
bool khop_i_block_take_taps(khop_model *model, const char *what, khop_taps_choice *taps);

/* The convolution options of layer l. */
khop_conv_options khop_i_block_layer(const khop_taps_choice *taps, int l, int dilation);

/* The convolution, without bias, of a block that has one row of hops for all its layers: the given ones, or the paper's
 * (count). */
khop_conv_options khop_i_block_row(const khop_taps_choice *taps, bool self_loop, const int *paper, int count);
/* How many taps an array of KHOP_MAX_TAPS has to hold: all, or none that khop_conv refuses. */
int khop_i_block_taps(const khop_conv_options *conv);
/* The hop of a tap. */
static inline int khop_i_block_hop(const khop_conv_options *conv, int t) { return conv->hops ? conv->hops[t] : t; }
/* A learned number times x, which begins as given. */
khop_value khop_i_block_weigh(khop_model *model, khop_value x, khop_real initial, khop_direction direction);
/* Whether a share is in [0, 1]; else the model is poisoned. */
bool khop_i_block_share(khop_model *model, const char *what, const char *name, double share);

khop_value khop_i_block_activate(khop_model *model, khop_value x, khop_activation activation);
/* Dropout, or x itself at a rate of 0. */
khop_value khop_i_block_drop(khop_model *model, khop_value x, double rate);
/* x itself where it has these columns, else a 1x1. */
khop_value khop_i_block_fit(khop_model *model, khop_value x, int64_t columns, bool bias);

/* The columns of a value; 0 for a poisoned one. */
static inline int64_t khop_i_block_columns(const khop_model *model, khop_value x) {
  return x < 0 ? 0 : model->ops[x].columns;
}
/* The given width, or that of x where none is given. */
static inline int64_t khop_i_block_width(const khop_model *model, khop_value x, int64_t given) {
  return given ? given : khop_i_block_columns(model, x);
}

#endif
