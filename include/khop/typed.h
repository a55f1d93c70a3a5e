/* khop/typed.h: metapaths over the types of edges: operators that say which way to go.
 *
 * A ring forgets direction: on a grid it is a diamond, and its weights are tied around it. Where the
 * edges carry a type, a *metapath* such as "2 of x+, then 2 of y-" leads to one node, and a convolution
 * over the metapaths of a *stencil* is the dilated Conv1d, Conv2d or Conv3d of images, audio and video; on
 * any other typed graph (bonds, relations) metapaths say which edges a path uses, and how many of each.
 *
 *   typed ring      [d(i, j) = k] in the graph of one type, along its arcs
 *   metapath        the boolean product of typed rings: (i, j) is an entry exactly when some path
 *                   from i to j takes these rings in this order
 *   stencil         the metapaths to the taps of a dilated kernel on a grid
 */
#ifndef KHOP_TYPED_H
#define KHOP_TYPED_H

#include <khop/rings.h>
#include <khop/typed_graph.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KHOP_MAX_STEPS 8

/* One typed ring: exactly so many hops along edges of that type. 0 hops: the identity. */
typedef struct khop_step {
  int type;
  int hops;
} khop_step;

/* Typed rings one after the other; 0 steps: the identity. */
typedef struct khop_metapath {
  int steps;
  khop_step step[KHOP_MAX_STEPS];
} khop_metapath;

/* Builds the operator of each metapath (count of them, in this order): rings of operator KHOP_METAPATH whose
 * slot and hop i are metapath i, for khop_taps_new, khop_apply, khop_conv_forward and models alike:
 *
 *   khop_conv(m, x, 64, &(khop_conv_options){.op = KHOP_METAPATH, .taps = 9})    metapaths 0 .. 8
 *
 * Row i of the metapath "2 of x+" holds the node at x + 2, so y[i] reads x[i + 2]: a tap at offset +2 of
 * the cross-correlation that deep learning calls convolution. On an axis of khop_typed_grid a step counts places:
 * past the end of an open one it leads nowhere (the metapath is empty), around a closed one of n places n hops lead
 * back to where they began, so that hops count modulo n. Each distinct typed ring is searched
 * once; metapaths of one ring copy it, longer ones are any.pair products in GraphBLAS.
 * options may be NULL; their op is 0 or KHOP_METAPATH, their direction OUT. max_bytes bounds the metapaths,
 * and each type's rings on their own.
 * Errors: ARGUMENT (a type that is not there, or that no edge has unless it is a grid's; hops below 0; more steps than
 * KHOP_MAX_STEPS), BUDGET, MEMORY, INTERRUPTED.
 * Cost: the rings', and O(sum over products of their multiply-adds); 4 bytes an entry + 8 a row and
 * metapath. */
KHOP_API khop_status khop_metapaths_build(khop_rings **rings, const khop_typed *typed, int count,
                                          const khop_metapath *metapaths,
                                          const khop_rings_options *options);

/* Rings of a graph whose arcs carry types, such as the bonds of molecules: ring 1 is split by type, and further
 * rings, if wanted, by the paths that lead there. In order of the hops:
 *   hop 0         one slot, the identity
 *   hop 1         a slot a type, of the arcs of that type (arc_types NULL: one slot)
 *   hop 2 and on  one slot, the ring; where along is given two: the pairs that have a shortest path along
 *                 marked types alone (conjugated, aromatic ..), then the others */
typedef struct khop_edge_type_rings {
  int count;
  const int *hops;          /* (count) ascending */
  const uint8_t *arc_types; /* (arcs) in the order of khop_graph_targets, as khop_graphs_arc_types; or NULL */
  int types;
  const bool *along;        /* (types), or NULL */
} khop_edge_type_rings;
/* How many slots that gives. */
KHOP_API int khop_edge_type_rings_count(const khop_edge_type_rings *wanted);
/* Builds them, as rings of operator KHOP_METAPATH: hop i is slot i. For graphs of small components: one search a
 * node. Errors: ARGUMENT (hops that do not ascend, a type out of range, more than KHOP_MAX_TAPS slots),
 * BUDGET beyond max_bytes (0: half of the memory), MEMORY. Cost: O(arcs within the largest hop of each node). */
KHOP_API khop_status khop_edge_type_rings_build(khop_rings **rings, const khop_graph *graph,
                                                const khop_edge_type_rings *wanted, int64_t max_bytes);

/* The stencil of a dilated kernel: its metapaths on the typed grid of this shape, in the order of the taps of
 * PyTorch's and oneDNN's weights (C order over the axes, the last fastest). Size-preserving: on an
 * axis of kernel size K and dilation d the span is s = (K-1) d, and the taps stand at -b, -b + d, .., s - b with
 * b = s / 2 rounded down, which is PyTorch's padding="same": where s is odd (K even, d odd) one place more behind
 * than before. On a causal axis b = s. Outside an open axis there is no entry, which is zero padding: a tap that
 * stands further away than the axis is long has no entry at all, and its weight no gradient. A periodic axis wraps,
 * as often as the kernel goes around it (PyTorch's padding_mode="circular", which allows one turn).
 *   metapaths (product of kernel), or NULL: only *count is set
 *   shape, kernel (dimensions); dilation, causal (dimensions), or NULL: 1, and not causal
 * Errors: ARGUMENT (a kernel, dilation or size below 1; a span beyond 31 bits; more metapaths than
 * KHOP_MAX_TAPS). */
KHOP_API khop_status khop_stencil(khop_metapath *metapaths, int *count, int dimensions,
                                       const int64_t *shape, const int *kernel,
                                       const int *dilation, const bool *causal);

#ifdef __cplusplus
}
#endif
#endif
