/* khop/blocks.h: the published dilated blocks by name, each built from the ops of khop/model.h.
 *
 * A block is a function (model, x, options) -> value: it adds ops and returns the last one's
 * handle, so blocks nest as ops do. Nothing else is new: parameters, gradients, checkpoints and
 * descriptions are those of the ops. A mistake poisons the model, as with ops.
 *
 *   dilated stack          x -> [conv d0, act] -> [conv d1, act] -> .. , outputs joined (HDC)
 *   parallel rates         x -> {1x1, conv r0, conv r1, .., image mean} -> concat -> 1x1 (ASPP)
 *   gated stack            x -> layer of tanh x sigmoid, residual 1x1, skips summed     (WaveNet)
 *   residual stack         x -> [conv d, relu, dropout] twice, + x                      (TCN)
 *   attention over taps    x -> T scores a node, softmax, the T blocks of x weighted and summed
 *   separable              x -> a filter a channel, then 1x1                            (Xception)
 *   a-trous bank           x -> wavelet planes of a B3 spline, fixed                    (starlet)
 *
 * A "1x1" is khop_linear: the tap at ring 0 alone.
 */
#ifndef KHOP_BLOCKS_H
#define KHOP_BLOCKS_H

#include <khop/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where the taps of a block's dilated convolutions stand. All zero: 2 taps at the rings 0 and d.
 *
 *   rings          hops NULL: tap t of a layer of dilation d is the ring t d of `direction`.
 *                  On the directed path with KHOP_IN that is the causal convolution.
 *   metapaths      op KHOP_METAPATH, hops (layers, taps): row l holds the metapaths of layer l, by their
 *                  numbers in the rings that the model will be run with. A 3 x 3 kernel of an
 *                  image is 9 metapaths a layer.
 * hops is read while the block is built, not kept. */
typedef struct khop_taps_choice {
  size_t size; /* sizeof, or 0 */
  int taps;        /* T; 0: 2 */
  const int *hops; /* (layers, T), or NULL: 0, d, .., (T-1) d */
  khop_norm norm;
  khop_direction direction;
  khop_operator op;
  size_t reserved[4]; /* 0: what holds this keeps its layout when it grows */
} khop_taps_choice;

/* What becomes of the outputs of a dilated stack. */
typedef enum khop_join {
  KHOP_JOIN_NONE = 0,     /* the last layer's output */
  KHOP_JOIN_CONCAT = 1,   /* all layers' outputs beside one another: (N, layers * columns) */
  KHOP_JOIN_ADD = 2,      /* their sum, added to x (through a 1x1 without bias if widths differ) */
  KHOP_JOIN_RESIDUAL = 3  /* each layer adds to its input (a 1x1 at the first if widths differ) */
} khop_join;

/* A dilated stack: y_l = act(conv_{d_l}(y_{l-1}) + b_l). With dilations without a common factor no
 * position within reach is skipped (hybrid dilated convolution: Wang et al., "Understanding
 * convolution for semantic segmentation", WACV 2018); with dilations 1, 2, 4, 8 it is the context
 * module of Yu and Koltun ("Multi-scale context aggregation by dilated convolutions", ICLR 2016).
 * Parameters: columns (T F + 1) for the first layer, columns (T columns + 1) for each other; a 1x1
 * of ADD or RESIDUAL F columns more. Reach: sum (T-1) d hops. */
typedef struct khop_stack_options {
  size_t size; /* sizeof, or 0 */
  int layers;
  const int *dilations;  /* (layers) */
  int64_t columns;       /* of each layer; 0: those of x */
  khop_taps_choice taps;
  khop_activation activation;
  khop_join join;
  double dropout;        /* after each activation; 0: none */
} khop_stack_options;
KHOP_API khop_value khop_stack(khop_model *model, khop_value x, const khop_stack_options *options);

/* Atrous spatial pyramid pooling (Chen et al., "Rethinking atrous convolution for semantic image
 * segmentation", 2017): a 1x1 branch, a dilated convolution a rate, the mean over the whole graph
 * given back to every node, each of `columns` with a bias and an activation; concatenated; a 1x1 to
 * `outputs` with bias and activation. The mean is that of khop_global_mean: over all rows.
 * Parameters, R rates, B = R + 1 branches and one more with the mean:
 * columns ((F + 1) + R (T F + 1) + [mean] (F + 1)) + outputs (B columns + 1). */
typedef struct khop_aspp_options {
  size_t size; /* sizeof, or 0 */
  int rates;
  const int *rate;       /* (rates) dilations, such as 6, 12, 18 */
  int64_t columns;       /* of each branch; 0: those of x */
  int64_t outputs;       /* 0: columns */
  khop_taps_choice taps; /* a row of hops a rate */
  khop_activation activation;
  bool no_mean;          /* leave the image-level branch out */
  double dropout;        /* of the result; 0: none */
} khop_aspp_options;
KHOP_API khop_value khop_aspp(khop_model *model, khop_value x, const khop_aspp_options *options);

/* The gated residual stack of WaveNet (van den Oord et al., "WaveNet: a generative model for raw
 * audio", 2016): for each layer
 *
 *   z = tanh(conv_d(h) + b) * sigmoid(conv_d'(h) + b')   skip_l = z S_l + s_l   h += z V_l + v_l
 *
 * and the value is sum_l skip_l (N, skips). A 1x1 with bias widens x to `columns` first, if it is
 * not as wide already. Where h is not asked for, the last layer leaves V and v out: nobody reads
 * them. Causal: taps.direction KHOP_IN on the directed path. Receptive field 1 + sum (T-1) d.
 * Parameters a layer: 2 C (T C + 1) + skips (C + 1) + C (C + 1), C columns. */
typedef struct khop_gated_options {
  size_t size; /* sizeof, or 0 */
  int layers;
  const int *dilations;  /* (layers) */
  int64_t columns;       /* C, of the residual; 0: those of x */
  int64_t skips;         /* 0: columns */
  khop_taps_choice taps;
  khop_value *residual;  /* NULL, or where the handle of the last h goes: to stack blocks */
} khop_gated_options;
KHOP_API khop_value khop_gated_stack(khop_model *model, khop_value x,
                                     const khop_gated_options *options);

/* Residual blocks of the temporal convolutional network (Bai, Kolter and Koltun, "An empirical
 * evaluation of generic convolutional and recurrent networks for sequence modeling", 2018); layers
 * blocks, for each
 *
 *   z = dropout(relu(conv_d(h) + b)) twice, the same dilation     h = relu(z + h)
 *
 * with a 1x1 with bias on h where its width is another. The paper's weight normalisation is left
 * out: it changes how weights are learned, not what they can be. Reach: 2 sum (T-1) d hops.
 * Parameters a block of F to C columns: C (T F + 1) + C (T C + 1), and C (F + 1) where F is not
 * C. */
typedef struct khop_tcn_options {
  size_t size; /* sizeof, or 0 */
  int layers;            /* blocks; 0: 1 */
  const int *dilations;  /* (layers); NULL: 1, 2, 4, .. */
  int64_t columns;       /* C; 0: those of x */
  khop_taps_choice taps; /* a row of hops a block, for both of its convolutions */
  double dropout;        /* 0: none */
} khop_tcn_options;
KHOP_API khop_value khop_tcn(khop_model *model, khop_value x, const khop_tcn_options *options);

/* Depthwise separable dilated convolution (Chollet, "Xception: deep learning with depthwise
 * separable convolutions", CVPR 2017): a filter of T taps a channel, then a 1x1 with bias; no
 * activation between.
 * Parameters T F + F columns + columns, where the full convolution has T F columns + columns.
 * Multiply-adds a node: T F + F columns, against T F columns. */
typedef struct khop_separable_options {
  size_t size; /* sizeof, or 0 */
  int dilation;          /* 0: 1 */
  int64_t columns;       /* 0: those of x */
  khop_taps_choice taps; /* one row of hops */
} khop_separable_options;
KHOP_API khop_value khop_separable(khop_model *model, khop_value x,
                                   const khop_separable_options *options);

/* Attention over taps: each node weighs what its T taps have brought by a softmax of T scores, which are learned from all
 * of them, and sums: y (N, f) = sum_t a_t x_t, a = softmax(x W + b), x (N, T f) from khop_concat or a convolution with
 * concat (the soft selection of hops of FSGNN, Maurya, Liu and Murata, 2021, with scores that differ by node).
 * Parameters T (T f + 1). */
KHOP_API khop_value khop_tap_attention(khop_model *model, khop_value x, int taps);

/* The a-trous wavelet bank of a B3 spline, as fixed ops: no parameters (Holschneider et al. 1989;
 * Starck, Fadili and Murtagh, "The undecimated wavelet decomposition and its reconstruction", IEEE
 * Trans. Image Processing 2007, who call it the starlet):
 *
 *   c_0 = x   c_{l+1} = B_d c_l, d = 2^l   w_{l+1} = c_l - c_{l+1}   y = [w_1 | .. | w_S | c_S]
 *
 * (N, (S + 1) F), so that x is the sum of the S + 1 blocks, exactly but for rounding. B_d weighs
 * the rings 0, d, 2d:
 *   ROW    6/16, 8/16, 2/16 of the rings' means: any graph; constants give w = 0 where no ring
 *          is empty
 *   NONE   6/16, 4/16, 1/16 of the rings' sums: (1, 4, 6, 4, 1) / 16 on a path or a cycle, the
 *          same as ROW inside of it; outside of an open path stand zeros
 * other norms are refused. Cost: entries of the rings times F a level. */
#define KHOP_ATROUS_LEVELS 24
typedef struct khop_atrous_options {
  size_t size; /* sizeof, or 0 */
  int levels;            /* S, 1 to KHOP_ATROUS_LEVELS */
  khop_norm norm;        /* ROW or NONE */
  khop_direction direction;
} khop_atrous_options;
KHOP_API khop_value khop_atrous_bank(khop_model *model, khop_value x,
                                     const khop_atrous_options *options);

#ifdef __cplusplus
}
#endif
#endif
