/* khop/apply.h: k-hop operators on plain arrays, for those who bring their own framework.
 *
 * Everything here works without a model: prepare the taps once, then apply them as often as you
 * like. Calls on one khop_taps from several threads at once are fine.
 */
#ifndef KHOP_APPLY_H
#define KHOP_APPLY_H

#include <khop/data.h>
#include <khop/rings.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Normalised rings, ready to be applied: T taps R_0 .. R_{T-1} with their scales. It borrows the
 * rings, which must outlive it. */
typedef struct khop_taps khop_taps;

/* Prepares a tap a hop, in the order of hops (count of them; each must be kept in rings).
 * Directed rings are transposed here, once, for the transposed products.
 * Errors: ARGUMENT (a hop that the rings do not keep, self_loop on metapaths), MEMORY.
 * Cost: O(N T), and O(entries) for the transpose. */
KHOP_API khop_status khop_taps_new(khop_taps **taps, const khop_rings *rings, int count,
                                   const int *hops, khop_norm norm, bool self_loop);
KHOP_API void khop_taps_free(khop_taps *taps);

/* A sparse matrix (N, N) of the caller's, row by row; row i is the target, its columns the sources. Bits are 32 or 64,
 * or 0 for khop's own types: offsets int64_t, columns int32_t, values khop_real. Integers have a sign. */
typedef struct khop_csr {
  size_t size;         /* sizeof, or 0; in an array that of the first says how far apart they are */
  int64_t nodes;       /* N */
  const void *offsets; /* (N + 1), from 0 on; NULL: the identity, and columns and values are not read */
  const void *columns; /* (offsets[N]), ascending in a row, none twice */
  const void *values;  /* (offsets[N]) finite; NULL: all 1 */
  int offset_bits, column_bits, value_bits;
} khop_csr;

/* A tap a matrix, in the place of normalised rings: everything here takes them. Arrays of khop's own types are borrowed
 * and must outlive the taps, unchanged; others are copied. transposed: whether the transposes are made as well
 * (12 bytes an entry), which KHOP_TRANSPOSE and backward passes need.
 * Errors: ARGUMENT (no matrix, none but identities, other bits, no columns), SHAPE (other N than the first), VALUE
 * (offsets that fall, columns out of range, unsorted or twice, a value that is not finite), MEMORY.
 * Cost: O(N + entries), each entry is checked once. */
KHOP_API khop_status khop_taps_from_csr(khop_taps **taps, int count, const khop_csr *matrices,
                                        bool transposed);

enum {
  KHOP_CONCAT = 1,     /* blocks a tap beside one another, instead of their sum */
  KHOP_TRANSPOSE = 2,  /* the transposed operators, as backward passes need them */
  KHOP_ACCUMULATE = 4  /* add to the output instead of replacing it */
};

/* Applies the taps to x, F columns wide; ldx and ldy are the row strides.
 *   0:                     y (N, F)    = sum_t R_t x           x (N, F)
 *   KHOP_CONCAT:           y (N, T F)  = [R_0 x | R_1 x | ..]  x (N, F)
 *   KHOP_TRANSPOSE:        y (N, F)    = sum_t R_t^T x         x (N, F)
 *   both:                  y (N, F)    = sum_t R_t^T x_t       x (N, T F), the adjoint of CONCAT
 * Rings in other forms give the same: matrix-free to the bit, a ladder within its rounding bound, a bitmap to
 * rounding (it sums four columns first).
 * x and y must not overlap. Each row is summed by one thread in one order, so results do not depend on the
 * number of threads. Products with matrix-free rings, or with a ladder, share a workspace: one runs at a time.
 * Errors: ARGUMENT (unknown flags), SHAPE (a stride below the width). Cost: O(entries F). */
KHOP_API khop_status khop_apply(khop_real *y, int64_t ldy, const khop_taps *taps,
                                const khop_real *x, int64_t ldx, int64_t f, unsigned flags);

/* One k-hop convolution, forward: y (N, G) = sum_t R_t x W_t + b, or with KHOP_CONCAT
 * y (N, T G) = [R_0 x W_0 | R_1 x W_1 | ..] + b.
 * x (N, F), weights (T, F, G), bias (G) or (T G), may be NULL; rows without gaps.
 * The cheaper of (R x) W and R (x W) is taken. Errors: ARGUMENT (unknown flags), SHAPE (F or G below
 * 1), MEMORY.
 * Cost: entries min(F, G) + N T F G multiply-adds; at most about N T min(F, G) numbers of workspace; with
 * F = G up to 256 and stored rings at most 32 T G (256 + F). */
KHOP_API khop_status khop_conv_forward(khop_real *y, const khop_taps *taps, const khop_real *x,
                                       const khop_real *weights, const khop_real *bias, int64_t f,
                                       int64_t g, unsigned flags);

/* The same, backward: from dy the gradients dx (N, F), dweights (T, F, G), dbias; each may be NULL,
 * and each is overwritten unless KHOP_ACCUMULATE. docs/derivations/conv.md derives them.
 * Errors and cost as forward, twice. */
KHOP_API khop_status khop_conv_backward(khop_real *dx, khop_real *dweights, khop_real *dbias,
                                        const khop_taps *taps, const khop_real *x,
                                        const khop_real *weights, const khop_real *dy, int64_t f,
                                        int64_t g, unsigned flags);

/* The same with channels in groups, as in PyTorch: f and g are multiples of groups; the outputs
 * q g/groups .. (q+1) g/groups - 1 read only the inputs q f/groups .. (q+1) f/groups - 1.
 * weights, dweights (T, f/groups, g). groups = f is the depthwise convolution.
 * Errors: SHAPE (groups that do not divide f and g), and the above. Cost: N T F G / groups
 * multiply-adds in the product; the gathers cost the same, and read the indices once a group. */
KHOP_API khop_status khop_conv_grouped_forward(khop_real *y, const khop_taps *taps,
                                               const khop_real *x, const khop_real *weights,
                                               const khop_real *bias, int64_t f, int64_t g,
                                               int64_t groups, unsigned flags);
KHOP_API khop_status khop_conv_grouped_backward(khop_real *dx, khop_real *dweights,
                                                khop_real *dbias, const khop_taps *taps,
                                                const khop_real *x, const khop_real *weights,
                                                const khop_real *dy, int64_t f, int64_t g,
                                                int64_t groups, unsigned flags);

/* Both with strides and with sparse x, {.f = F, .g = G, ..}; what is 0 is as said. */
typedef struct khop_conv_call {
  size_t size; /* sizeof, or 0 */
  int64_t f, g;
  int64_t groups; /* 0: 1 */
  unsigned flags; /* as above */
  int64_t ldx, ldy, lddx; /* row strides of x, of y or dy, of dx; 0: without gaps */
  const khop_features *sparse; /* x (N, F) as sparse features in the place of x, which is then NULL; no groups */
} khop_conv_call;
/* Columns between rows (gaps) are neither read nor written. Without gaps and with dense x the bits are those of the
 * functions above; with strides they are as long as the BLAS sums a strided product in the same order, and else equal
 * to rounding. Sparse x is multiplied first, R (x W), whatever F and G are: equal to rounding. Then dx (entries) is the
 * gradient at the entries, in their order.
 * Errors: ARGUMENT (unknown flags, x both dense and sparse, taps without their transposes in backward), SHAPE
 * (also a stride below its width, features of other rows or columns), UNSUPPORTED (groups with sparse x), MEMORY. Cost: as above, with the entries of sparse x in the place of N F; its backward sorts them by
 * column first. */
KHOP_API khop_status khop_conv_forward_with(khop_real *y, const khop_taps *taps, const khop_real *x,
                                            const khop_real *weights, const khop_real *bias,
                                            const khop_conv_call *call);
KHOP_API khop_status khop_conv_backward_with(khop_real *dx, khop_real *dweights, khop_real *dbias,
                                             const khop_taps *taps, const khop_real *x,
                                             const khop_real *weights, const khop_real *dy,
                                             const khop_conv_call *call);

#ifdef __cplusplus
}
#endif
#endif
