/* khop/typed.h: graphs whose edges have a type, and words: operators that say which way to go.
 *
 * A ring forgets direction: on a grid it is a diamond, and its weights are tied around it. Where the
 * edges carry a type, a *word* such as "2 of x+, then 2 of y-" names one place, and a convolution
 * over words is the dilated Conv1d, Conv2d or Conv3d of images, audio and video; on any other typed
 * graph (bonds, relations) the same words say which edges a path uses, and how many of each.
 *
 *   typed graph     x+  0 -> 1 -> 2        a khop_graph a type, all over the same nodes; two types
 *                   y+  0 -> 3, 1 -> 4     may join the same pair
 *   typed ring      [d(i, j) = k] in the graph of one type, along its arcs
 *   word            the boolean product of typed rings: (i, j) is an entry exactly when some path
 *                   from i to j takes these rings in this order
 */
#ifndef KHOP_TYPED_H
#define KHOP_TYPED_H

#include <khop/rings.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- graphs with types ---------------------------------------------------------------------- */

typedef struct khop_typed khop_typed;

/* A typed graph of so many nodes, without a type yet. Errors: ARGUMENT, MEMORY. */
KHOP_API khop_status khop_typed_new(khop_typed **typed, int64_t nodes);
KHOP_API void khop_typed_free(khop_typed *typed);

/* Adds a type; it gets the next number, from 0. Takes ownership of graph, also where it fails. An
 * undirected graph counts in both directions. Errors: ARGUMENT (a graph of another number of nodes,
 * a name that is taken, empty or NULL), MEMORY. */
KHOP_API khop_status khop_typed_add(khop_typed *typed, const char *name, khop_graph *graph);

/* A typed graph from a list of directed edges with types. from, to: (edges) in 0 .. nodes-1; type:
 * (edges) in 0 .. types-1; names: (types), or NULL: "0", "1", .. Everything is copied. A type may
 * have no edge. Errors: ARGUMENT, MEMORY. Cost: O(edges types + nodes types). */
KHOP_API khop_status khop_typed_from_coo(khop_typed **typed, int64_t nodes, int64_t edges,
                                         const int64_t *from, const int64_t *to, const int *type,
                                         int types, const char *const *names);

/* The grid of 1 to 3 dimensions with a type a direction; node ids in C order. shape: (dimensions);
 * periodic: (dimensions), or NULL: open everywhere. The types are numbered from the axis that varies
 * fastest: 0 "x+", 1 "x-", 2 "y+", 3 "y-", 4 "z+", 5 "z-". x is the last axis of shape, y the one
 * before: x is W, y is H, z is D or time. "x+" leads to the node whose x is one larger.
 * Errors: ARGUMENT, MEMORY. Cost: O(nodes dimensions). */
KHOP_API khop_status khop_typed_grid(khop_typed **typed, int dimensions, const int64_t *shape,
                                     const bool *periodic);

KHOP_API int64_t khop_typed_nodes(const khop_typed *typed);
KHOP_API int khop_typed_types(const khop_typed *typed);
/* Borrowed; NULL out of range. */
KHOP_API const char *khop_typed_name(const khop_typed *typed, int type);
KHOP_API const khop_graph *khop_typed_graph(const khop_typed *typed, int type);
/* The number of a type by its name. Errors: NOT_FOUND (the message lists the types there are). */
KHOP_API khop_status khop_typed_find(int *type, const khop_typed *typed, const char *name);

/* --- words ---------------------------------------------------------------------------------- */

#define KHOP_MAX_STEPS 8

/* One typed ring: exactly so many hops along edges of that type. 0 hops: the identity. */
typedef struct khop_step {
  int type;
  int hops;
} khop_step;

/* Typed rings one after the other; 0 steps: the identity. */
typedef struct khop_word {
  int steps;
  khop_step step[KHOP_MAX_STEPS];
} khop_word;

/* Builds the operator of each word (count of them, in this order): rings of operator KHOP_WORD whose
 * slot and hop i are word i, for khop_taps_new, khop_apply, khop_conv_forward and models alike:
 *
 *   khop_conv(m, x, 64, &(khop_conv_options){.op = KHOP_WORD, .taps = 9})    words 0 .. 8
 *
 * Row i of the word "2 of x+" holds the node at x + 2, so y[i] reads x[i + 2]: a tap at offset +2 of
 * the cross-correlation that deep learning calls convolution. Each distinct typed ring is searched
 * once; words of one ring copy it, longer ones are any.pair products in GraphBLAS.
 * options may be NULL; their op is 0 or KHOP_WORD, their direction OUT. max_bytes bounds the words,
 * and each type's rings on their own.
 * Errors: ARGUMENT (a type that is not there, or that no edge has; hops below 0; more steps than
 * KHOP_MAX_STEPS), BUDGET, MEMORY, INTERRUPTED.
 * Cost: the rings', and O(sum over products of their multiply-adds); 4 bytes an entry + 8 a row and
 * word. */
KHOP_API khop_status khop_words_build(khop_rings **rings, const khop_typed *typed, int count,
                                      const khop_word *words, const khop_rings_options *options);

/* The words of a dilated kernel on the typed grid of this shape, in the order of the taps of
 * PyTorch's and oneDNN's weights (C order over the axes, the last fastest). Size-preserving: on an
 * axis of kernel size K and dilation d the taps stand at -(K-1)/2 d, .., 0, .., (K-1)/2 d, K odd; on a
 * causal axis at -(K-1) d, .., -d, 0, any K. Outside an open axis there is no entry, which is zero
 * padding; a periodic axis wraps.
 *   words (product of kernel), or NULL: only *count is set
 *   shape, kernel (dimensions); dilation, causal (dimensions), or NULL: 1, and not causal
 * Errors: ARGUMENT (an even kernel on an axis that is not causal; a kernel that reaches as far as
 * the axis is long; a kernel, dilation or size below 1; more words than KHOP_MAX_TAPS). */
KHOP_API khop_status khop_kernel_words(khop_word *words, int *count, int dimensions,
                                       const int64_t *shape, const int *kernel,
                                       const int *dilation, const bool *causal);

#ifdef __cplusplus
}
#endif
#endif
