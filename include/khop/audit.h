/* khop/audit.h: what a stack of dilated layers sees, before it is trained, and what a trained model looks at.
 *
 * Three questions. How far does a stack reach (the receptive field)? Which positions within that
 * reach does it really look at (gridding)? And on a given graph, which share of each node's ball
 * does it see, hop by hop?
 *
 *   offset          -4 -3 -2 -1  0  1  2  3  4
 *   [2, 2] kernel 3  o  .  o  .  o  .  o  .  o     field 9, sees 5: every odd offset is missed
 *   [1, 2] kernel 3     o  o  o  o  o  o  o        field 7, sees 7
 *
 * On a line, offsets add up: those that a stack reaches are the sums of one tap a layer. On a graph,
 * hops add up along a shortest path, so every hop that is such a sum is seen whole; others are seen
 * in part, over detours, or not at all. That is what the audit counts.
 */
#ifndef KHOP_AUDIT_H
#define KHOP_AUDIT_H

#include <khop/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A convolution or a pool along one axis: its window has `kernel` taps, `dilation` apart, and moves
 * by `stride`. Every number is 1 or more. Layers are listed from the input on. */
typedef struct khop_layer {
  int64_t kernel, dilation, stride;
} khop_layer;

/* --- receptive fields ----------------------------------------------------------------------- */

/* The receptive field R = 1 + sum_l (k_l - 1) d_l s_1 .. s_(l-1), in input positions, and the jump
 * s_1 .. s_L, how far apart two neighbouring outputs look (Araujo, Norris and Sim, "Computing
 * receptive fields of convolutional neural networks", Distill 2019). Either output may be NULL.
 * Errors: ARGUMENT (no layers, a 0, an R that 63 bits do not hold). Cost: O(count). */
KHOP_API khop_status khop_stack_field(int64_t *field, int64_t *jump, int count,
                                      const khop_layer *layers);

/* The closed form for dilations 1, 2, 4, .. 2^(layers-1): R = 1 + (k - 1)(2^layers - 1).
 * Errors: ARGUMENT. */
KHOP_API khop_status khop_stack_doubling_field(int64_t *field, int64_t kernel, int layers);

/* The fewest such layers whose field holds `span` positions: 2 s at 16 kHz are 32,000 samples, and
 * with kernel 2 need 15 layers. Errors: ARGUMENT (a kernel of 1 never gets beyond itself). */
KHOP_API khop_status khop_stack_layers_for(int *layers, int64_t kernel, int64_t span);

/* --- gridding ------------------------------------------------------------------------------- */

/* The input offsets that reach one output, on one axis. Index i stands for the offset first + i from
 * the position under the output. A layer with an odd kernel is centred, one with an even kernel is
 * causal (its last tap is the present). What is counted does not depend on that. */
typedef struct khop_offsets {
  int64_t total;    /* the receptive field */
  int64_t reached;  /* offsets that reach the output */
  int64_t first;    /* the offset of index 0 */
  uint8_t *reaches; /* (total) 1 where the offset reaches the output */
  double *paths;    /* (total) share of all paths that start there; they add up to 1 */
} khop_offsets;

/* The most positions that are enumerated: 2^26. */
#define KHOP_MAX_OFFSETS ((int64_t)1 << 26)

/* Enumerates them. Errors: ARGUMENT as above, BUDGET (a field beyond KHOP_MAX_OFFSETS, or
 * more than 2^36 steps), MEMORY. Cost: O(total * sum of kernels) time, 9 bytes a position. */
KHOP_API khop_status khop_stack_offsets(khop_offsets *offsets, int count, const khop_layer *layers);
KHOP_API void khop_offsets_clear(khop_offsets *offsets);

/* Reached / total on one axis; with square kernels on so many axes, its power. */
KHOP_API double khop_offsets_share(const khop_offsets *offsets, int axes);

/* Where zero padding puts the field: before (count) holds the positions that each layer adds in front of its input;
 * *first becomes -sum_l before_l s_1 .. s_(l-1), which is khop_offsets.first of a stack so padded. PyTorch's
 * padding="same" adds (k-1) d / 2, rounded down (and the rest behind), a causal layer (k-1) d.
 * Errors: ARGUMENT (also padding below 0). Cost: O(count). */
KHOP_API khop_status khop_stack_begin(int64_t *first, int count, const khop_layer *layers, const int64_t *before);

/* How many outputs an axis of `input` positions leaves: layer after layer
 * floor((size + before + after - (k-1) d - 1) / s) + 1, as in PyTorch. before, after: (count).
 * Errors: ARGUMENT, SHAPE (a kernel longer than its padded input: the layer and the numbers). Cost: O(count). */
KHOP_API khop_status khop_stack_size(int64_t *size, int64_t input, int count, const khop_layer *layers,
                                     const int64_t *before, const int64_t *after);

#define KHOP_MAX_BRANCHES 16

/* The same of branches side by side behind a stack, as in atrous spatial pyramid pooling (Chen et al., "Rethinking
 * atrous convolution for semantic image segmentation", 2017): branch (branches) are layers of one stride that all
 * read the output of the stack, and whose outputs are added or joined. An offset is reached if a branch reaches it;
 * paths are the mean over the branches. total spans all of them.
 *   layers (count)   the stack before them; count may be 0
 *   before (count + branches)   padding, as for khop_stack_begin, first the stack's; NULL: as khop_offsets says
 *   shares (3), or NULL: reached / total on one axis, in a square and in a cube. Squares add up branch by branch:
 *   rates 6, 12, 18 see 7 of 37 offsets on an axis and 25 of 1,369 in a square, not 49.
 * Errors: ARGUMENT, BUDGET, MEMORY. Cost: branches times that of khop_stack_offsets, and O(2^branches). */
KHOP_API khop_status khop_stack_branches(khop_offsets *offsets, double *shares, int count, const khop_layer *layers,
                                         int branches, const khop_layer *branch, const int64_t *before);

/* The test of hybrid dilated convolution (Wang et al., "Understanding Convolution for Semantic
 * Segmentation", WACV 2018): M_n = r_n, M_i = max(M_(i+1) - 2 r_i, 2 r_i - M_(i+1), r_i), and the
 * largest gap M_2 must not exceed the kernel. It does not see common factors ([2, 2, 2] passes), so
 * the exact answer stands beside it. Of one layer M_1 = r_1 is kept, which must be 1. */
typedef struct khop_hdc {
  int64_t gap;   /* M_2 */
  bool passes;   /* gap <= kernel */
  bool complete; /* every offset of the field is reached, by enumeration */
} khop_hdc;
/* Errors: as khop_stack_offsets. */
KHOP_API khop_status khop_stack_hdc(khop_hdc *hdc, int64_t kernel, int count,
                                    const int64_t *dilations);

/* --- strides to dilations ------------------------------------------------------------------- */

/* The dilated stack that computes, at every position, what a strided or pooled one computes at each
 * jump-th: strides become 1, and every dilation is multiplied by the strides before it (Yu and
 * Koltun, ICLR 2016; VGG's blocks become dilated by 1, 2, 4, 8, 16). Weights stay as they are;
 * output p of the strided network is output p * jump of the dilated one, zero padding included.
 * out: (count), may be layers itself. shape: (axes) the image, or NULL; each size must divide by
 * the jump, else positions at the far border have no counterpart.
 * Errors: ARGUMENT as above, SHAPE (the size and the jump). */
KHOP_API khop_status khop_stack_dilate(khop_layer *out, int count, const khop_layer *layers,
                                       int axes, const int64_t *shape);

/* --- graphs --------------------------------------------------------------------------------- */

typedef struct khop_audit_options {
  size_t size; /* sizeof, or 0 */
  const int *hops;  /* (taps) each layer's taps before dilation; NULL: 0, 1, .. kernel - 1 */
  int taps;         /* how many; 0: the layers' kernels decide */
  khop_direction direction;
  int64_t samples;  /* sources; 0: all up to 2,000 nodes, else 1,000; more than N is N */
  uint64_t seed;    /* of the sample */
  int64_t radius;   /* what the suggested schedule has to reach; 0: the diameter */
  int64_t max_bytes; /* for the rings; 0: half of the memory */
  bool (*progress)(double share, void *context); /* as in khop_rings_options; may be NULL */
  void *context;
  bool exact_diameter; /* however long it takes; else as khop_graph_shape bounds it */
  int branches;     /* the last so many layers stand side by side, and count as one; 0 or 1: none do */
} khop_audit_options;

typedef struct khop_audit {
  int64_t nodes, sources; /* sources: nodes whose balls were compared */
  bool exact;             /* all of them */
  bool bipartite;
  /* Bipartite, and the taps' hops add up to even sums only, or to odd ones only: an output sees one
   * side of the graph and nothing of the other. */
  bool parity_trap;
  int64_t diameter;           /* largest finite distance found, in the direction asked for */
  bool diameter_exact;        /* there is no larger one; else the diameter is at least that */
  int64_t effective_diameter; /* 9 of 10 reachable pairs from the sources are no further apart */
  int64_t radius;             /* hops that the stack could reach at most */
  /* share_per_hop[k]: of the nodes at distance k from a source, which share reaches its output; the
   * mean over the sources that have any, NaN where none has. (count) = radius + 1, but no more than
   * 4,097 or diameter + 1, whichever is larger. */
  int64_t hop_count;
  double *share_per_hop;
  double share;        /* of the ball of that radius, the source itself left out; the mean; NaN if
                        * no source has a neighbour */
  int taps;            /* distinct hops of all layers' taps, ascending */
  int *tap_hops;       /* (taps) */
  int64_t *empty_rows; /* (taps) nodes that have nobody at this distance: their tap adds 0 */
  int saturated_at;    /* first layer, counted from 1, whose stack could reach that diameter; 0: none */
  int suggested;       /* length of the schedule; 0: there is no need of one, or kernel 1 */
  int64_t *suggested_dilations;
} khop_audit;

/* Audits a stack of k-hop convolutions, one a layer, taps at hops h_t * dilation. layers' strides
 * must be 1. The reach of each source is the product of the layers' boolean rings;
 * distances are searched for apart from that.
 *
 * The suggested schedule is the shortest of powers of two, 1, 2, 4, .., with taps 0 .. k-1 (k: the
 * largest kernel, or taps where hops are given), whose radius (k-1)(2^L - 1) is at least the one
 * asked for. Every hop up to it is a sum of its taps (the binary digits), so every ring up to it is
 * seen whole on any graph, and its dilation 1 avoids the parity trap.
 *
 * options may be NULL. Errors: ARGUMENT, BUDGET (the rings), MEMORY, INTERRUPTED, INTERNAL.
 * Cost: building the rings, their products from the sources, a search a source, and the diameter. */
KHOP_API khop_status khop_audit_graph(khop_audit **audit, const khop_graph *graph, int count,
                                      const khop_layer *layers, const khop_audit_options *options);
KHOP_API void khop_audit_free(khop_audit *audit);

/* Which inputs reach the outputs of some nodes: reached (rows, N) becomes 1 where input j reaches
 * output nodes[i]. It is the nonzero pattern of those rows of the Jacobian, if no weights cancel.
 * Errors: as khop_audit_graph. */
KHOP_API khop_status khop_audit_reach(uint8_t *reached, const khop_graph *graph, int count,
                                      const khop_layer *layers, int64_t rows, const int64_t *nodes,
                                      const khop_audit_options *options);

/* Whether the nodes split into two sides with edges only between them; directions do not count.
 * side (N) becomes 0 or 1 (all 0 where there are no two sides), may be NULL. Errors: MEMORY. Cost: O(N + edges). */
KHOP_API khop_status khop_graph_bipartite(bool *bipartite, uint8_t *side, const khop_graph *graph);

/* --- influence ------------------------------------------------------------------------------------ */

/* How much the inputs at each distance move the outputs of a trained model (Liang et al., "Towards Quantifying Long-Range
 * Interactions in Graph Machine Learning", arXiv 2503.09008). The influence of node u on node v is the entrywise 1-norm of
 * a block of the Jacobian,
 *
 *   I(v, u) = sum over outputs c, features f of |d y[v][c] / d x[u][f]|
 *
 * where x are the features of the data, those that are 0 included, dropout is off, and y is the output before a softmax or
 * a sigmoid; of targets it is in the unit in which the model learned them. The total influence of a hop is
 *
 *   I_h(v) = sum of I(v, u) over the nodes u at exactly h hops from v, along the arcs that the model follows.
 *
 * The paper plots the mean of I_h over v, divided by that of hop 0; here share divides it by the sum over all hops. */
typedef struct khop_influence_options {
  size_t size;     /* sizeof(khop_influence_options), or 0 */
  int64_t samples; /* nodes v, drawn without repeats; more than N is N [100] */
  uint64_t seed;   /* of the sample */
  int64_t count;   /* nodes v in the place of a sample [none] */
  const int64_t *nodes; /* (count) */
  bool (*progress)(double share, void *context); /* after each node; false ends it: INTERRUPTED. May be NULL */
  void *context;
  int64_t max_bytes; /* for the rings and the run of a ball; 0: half of the memory */
} khop_influence_options;

typedef struct khop_influence {
  int64_t nodes, sources; /* of the graph; v that were looked at */
  bool exact;             /* all of them */
  int hops;               /* distances that the model reaches: 0 to hops - 1 */
  double *total;          /* (hops) the mean of I_h(v) over the sources */
  double *share;          /* (hops) of the sum of these; NaN where it is 0 */
  double *count;          /* (hops) the mean number of nodes at that distance */
  /* The mean over the sources of sum_h h I_h(v) / sum_h I_h(v), the paper's R: how many hops away what moves an output
   * stands on average. Sources that nothing moves are left out; NaN where there are no others. */
  double range;
  int64_t unmoved;        /* sources with sum_h I_h(v) = 0, as behind a ReLU that is shut */
} khop_influence;

/* options may be NULL. Errors: ARGUMENT (a model with a row a graph, a graph without nodes, a node out of range, a number
 * below 0, a NULL), UNSUPPORTED (an op that looks at all nodes, by its name; options of a newer khop), SHAPE (features of
 * another width), VALUE (a derivative that is not finite), INTERRUPTED, BUDGET, MEMORY; *influence is then NULL.
 * Cost: for each source its ball's rings, and a forward and a backward an output on the ball alone. */
KHOP_API khop_status khop_audit_influence(khop_influence **influence, khop_model *model, const khop_data *data,
                                          const khop_influence_options *options);
KHOP_API void khop_influence_free(khop_influence *influence);

/* --- frequency response --------------------------------------------------------------------- */

/* H_d(w) = sum_t h_t e^(-i w d t) = H(d w) of a filter h (taps) dilated by d: dilation squeezes the
 * response by d and repeats it d times between 0 and 2 pi. w: (points) in radians a sample.
 * real, imaginary: (points), either may be NULL. Errors: ARGUMENT. Cost: O(points * taps). */
KHOP_API khop_status khop_filter_response(double *real, double *imaginary, int taps,
                                          const double *filter, int64_t dilation, int64_t points,
                                          const double *w);

#ifdef __cplusplus
}
#endif
#endif
