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
 *   graph networks         GCNII, H2GCN, FSGNN, GPR-GNN, Dir-GNN, SP-MPNN, KP-GNN, DRew, by rings; jumping knowledge
 *                          (Xu et al., ICML 2018) is the dilated stack with KHOP_JOIN_CONCAT
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
  bool self_loop;        /* as in khop_conv_options */
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

/* --- graph networks ------------------------------------------------------------------------------------
 *
 * Each takes x as the paper's first hidden values, but for khop_fsgnn, which reads the features, and gives the last
 * ones: what stands before and behind is khop_linear (the recipes of khop/train.h have both). Of taps they read one row
 * of hops, the same for all layers; hops NULL with T taps: 0 .. T-1; neither: those of the paper, which are named. Norm
 * and self_loop are taken as they are given. P below is the mean over the taps of the rings, each normalised. Where a
 * paper takes powers of the adjacency matrix for what is k hops away, here stands the ring, and op says otherwise. */

/* GCNII (Chen et al., "Simple and deep graph convolutional networks", ICML 2020), for l = 1 .. layers
 *
 *   s = (1 - alpha) P h + alpha x   h <- act((1 - beta) s + beta s W_l),  beta = log(lambda / l + 1)
 *
 * The paper: ring 1, self_loop, norm sym; alpha 0.1 and lambda 0.5 on Cora. Dropout before each P. Parameters: F^2 a
 * layer. Errors: ARGUMENT (alpha outside of [0, 1], a negative lambda). */
typedef struct khop_gcnii_options {
  size_t size; /* sizeof, or 0 */
  int layers;
  double alpha, lambda;
  khop_taps_choice taps;
  bool self_loop;
  khop_activation activation;
  double dropout; /* 0: none */
} khop_gcnii_options;
KHOP_API khop_value khop_gcnii(khop_model *model, khop_value x, const khop_gcnii_options *options);

/* H2GCN (Zhu et al., "Beyond homophily in graph neural networks", NeurIPS 2020): rings beside one another, again and
 * again, and nothing learned:
 *
 *   r_0 = x   r_l = [R_1 r_{l-1} | R_2 r_{l-1}]   y = [r_0 | r_1 | .. | r_layers]
 *
 * The paper: rings 1 and 2, without self, norm sym, two layers. With T taps F (1 + T + .. + T^layers) columns. */
typedef struct khop_h2gcn_options {
  size_t size; /* sizeof, or 0 */
  int layers;
  khop_taps_choice taps;
  bool self_loop;
} khop_h2gcn_options;
KHOP_API khop_value khop_h2gcn(khop_model *model, khop_value x, const khop_h2gcn_options *options);

/* FSGNN (Maurya, Liu and Murata, "Simplifying approach to node classification in graph neural networks", Journal of
 * Computational Science 2022): a linear layer a hop of the features, weighted by a softmax of learned scores:
 *
 *   y = act([s_0 (R_0 x W_0 + b_0) | .. | s_K (R_K x W_K + b_K)]),  s = softmax(a)
 *
 * (N, T columns). The paper takes powers with and without self-loops, and brings the rows of each hop to length 1,
 * which is left out here. Hops: 0 to 3. Parameters: T columns (F + 1) + T. */
typedef struct khop_fsgnn_options {
  size_t size; /* sizeof, or 0 */
  int64_t columns; /* of each hop; 0: those of x */
  khop_taps_choice taps;
  bool self_loop;
  khop_activation activation;
} khop_fsgnn_options;
KHOP_API khop_value khop_fsgnn(khop_model *model, khop_value x, const khop_fsgnn_options *options);

/* GPR-GNN (Chien et al., "Adaptive universal generalized PageRank graph neural network", ICLR 2021): learned numbers on
 * what is k hops away. Of one hop the powers, of several the rings:
 *
 *   one hop      y = sum_{k <= layers} gamma_k R^k x   the paper: ring 1, self_loop, norm sym, 10 layers
 *   T hops       y = sum_t gamma_t R_t x               layers is 0
 *
 * gamma begins as personalised PageRank, alpha (1 - alpha)^k and the rest, (1 - alpha)^K, at the last. Errors: ARGUMENT
 * (alpha outside of [0, 1]; layers with several hops). */
typedef struct khop_gpr_options {
  size_t size; /* sizeof, or 0 */
  int layers;
  double alpha;
  khop_taps_choice taps;
  bool self_loop;
} khop_gpr_options;
KHOP_API khop_value khop_gpr(khop_model *model, khop_value x, const khop_gpr_options *options);

/* Dir-GNN (Rossi et al., "Edge directionality improves learning on heterophilic graphs", LoG 2023): links out and links
 * in have weights of their own, and the layers stand beside one another:
 *
 *   h_l = act(sum_t R_t^out h_{l-1} W_t + sum_t R_t^in h_{l-1} V_t + b_l)   y = [h_1 | .. | h_layers]
 *
 * where V has no tap at hop 0. The paper: hops 0 and 1, norm sym, which on directed graphs is by both degrees; its
 * shares of the two sums are in W and V. On undirected graphs both sums read the same. Parameters a layer: columns
 * (T F + 1), and columns F for each hop but 0. Errors: ARGUMENT (a direction; no hop but 0). */
typedef struct khop_dir_options {
  size_t size; /* sizeof, or 0 */
  int layers;
  int64_t columns;       /* of each layer; 0: those of x */
  khop_taps_choice taps; /* direction OUT, which is 0: both are taken */
  bool self_loop;
  khop_activation activation;
  double dropout; /* after each activation; 0: none */
} khop_dir_options;
KHOP_API khop_value khop_dir(khop_model *model, khop_value x, const khop_dir_options *options);

/* SP-MPNN (Abboud, Dimitrov and Ceylan, "Shortest path networks for graph property prediction", LoG 2022): a learned
 * number a hop, then two linear layers, added to what came in:
 *
 *   h <- h + dropout(act(sum_t a_t R_t h W_l + b_l) W'_l + b'_l)
 *
 * The paper: hops 0 to 5. a begins as 1 at hop 0 (its 1 + epsilon), and as one part of the other hops elsewhere.
 * Parameters a layer: T + 2 F (F + 1). */
typedef struct khop_spmpnn_options {
  size_t size; /* sizeof, or 0 */
  int layers;
  khop_taps_choice taps;
  khop_activation activation;
  double dropout; /* 0: none */
} khop_spmpnn_options;
KHOP_API khop_value khop_spmpnn(khop_model *model, khop_value x, const khop_spmpnn_options *options);

/* KP-GNN (Feng et al., "How powerful are k-hop message passing graph neural networks", NeurIPS 2022) by shortest paths:
 * each hop has weights of its own, and learned numbers, which begin as 1/2, 1/4, .., join the hops:
 *
 *   KP-GCN   h <- sum_t a_t act(R_t h W_t + b_t)
 *   KP-GIN   h <- sum_t a_t act(act((e_t h + f_t R_t h) W_t + b_t) V_t + c_t),  e = f = 1 at first
 *
 * The paper: hops from 1 on, here to 3; GCN with norm sym and self_loop, GIN with plain sums. Its peripheral edges, how
 * many lie within each ring, are columns of x: khop_encodings.peripheral. Parameters a layer and hop: columns
 * (F + 1) + 1, and for GIN columns (columns + 1) + 2 more. Errors: ARGUMENT (hop 0). */
typedef struct khop_kpgnn_options {
  size_t size; /* sizeof, or 0 */
  int layers;
  int64_t columns; /* of each layer; 0: those of x */
  bool gin;
  khop_taps_choice taps;
  bool self_loop;
  khop_activation activation;
  double dropout; /* after each layer; 0: none */
} khop_kpgnn_options;
KHOP_API khop_value khop_kpgnn(khop_model *model, khop_value x, const khop_kpgnn_options *options);

/* LINKX (Lim et al., "Large scale learning on non-homophilous graphs", NeurIPS 2021): whom a node is linked to, as
 * features, beside its own:
 *
 *   a = sum_t R_t W_t + b   z = x V + c   y = dropout(act([a | z] U + d + a + z))
 *
 * The paper: ring 1, norm none, then an MLP. W_t has a row a node, so that the model is of one graph (khop_node_weights).
 * Parameters: columns (nodes T + F + 2 columns + 3). Errors: ARGUMENT (no nodes). */
typedef struct khop_linkx_options {
  size_t size; /* sizeof, or 0 */
  int64_t nodes;   /* of the graph */
  int64_t columns; /* 0: those of x */
  khop_taps_choice taps;
  khop_activation activation;
  double dropout; /* 0: none */
} khop_linkx_options;
KHOP_API khop_value khop_linkx(khop_model *model, khop_value x, const khop_linkx_options *options);

/* DRew (Gutteridge et al., "DRew: dynamically rewired message passing with delay", ICML 2023): layer l = 1, 2, .. looks
 * at the hops up to l, and at those beyond the delay as they were some layers ago:
 *
 *   h_l = h_{l-1} + dropout(act(sum_{k <= l} R_k h_{l - 1 - max(k - delay, 0)} W_{l,k} + b_l))
 *
 * With delay 1 a value k hops away is as old as if it had come step by step; delay 0: none, all values are as they are
 * now. The paper: hops 1 to layers, norm sym; hops ascend from 0 or 1, and none is beyond the layers. Parameters of
 * layer l: F^2 a hop, and F. Errors: ARGUMENT (a negative delay, other hops). */
typedef struct khop_drew_options {
  size_t size; /* sizeof, or 0 */
  int layers;
  int delay;
  khop_taps_choice taps;
  bool self_loop;
  khop_activation activation;
  double dropout; /* 0: none */
} khop_drew_options;
KHOP_API khop_value khop_drew(khop_model *model, khop_value x, const khop_drew_options *options);

#ifdef __cplusplus
}
#endif
#endif
