/* bfs_graphblas.h: breadth-first search from a block of sources at once, as masked products in GraphBLAS.
 *
 *   frontier F (rows x N)     F_0 = one node a row
 *   F_k<!M, structural, replace> = F_{k-1} any.pair A
 *
 * On an undirected graph a neighbour of ring k lies in ring k-1, k or k+1, so the mask M need only be
 * F_{k-1} + F_{k-2}; on a directed one it is everything visited. Walks have no mask. */
#ifndef KHOP_SEARCH_BFS_GRAPHBLAS_H
#define KHOP_SEARCH_BFS_GRAPHBLAS_H

#include <khop/rings.h>

#include "search/level.h"

/* The adjacency matrix for a direction, with ones in FP64 for walk powers and in BOOL else: a GrB_Matrix, under a name
 * that rings can hold in builds without GraphBLAS too. There it is never made: UNSUPPORTED. */
typedef struct khop_i_adjacency khop_i_adjacency;
khop_status khop_i_adjacency_new(khop_i_adjacency **adjacency, const khop_graph *graph, khop_direction direction,
                                 khop_operator op);
void khop_i_adjacency_free(khop_i_adjacency *adjacency);

/* Rows that are searched at once by products. With fewer, the overhead of a product shows; beyond 256 there is little
 * to gain, and small graphs would have too few blocks for their threads. docs/notes/2026-11-graphblas.md has the times
 * by this number (AMD EPYC); to measure it anew, change it and ask bench_rings for "products 0" (bench/rings.c). */
#define KHOP_I_BLOCK_ROWS 256

/* Searches from sources (rows of them) and shows each asked hop to visit, ascending. Hops that are
 * empty for the whole block are not shown. One thread; call it from many. */
khop_status khop_i_bfs_graphblas(const khop_i_adjacency *adjacency, khop_operator op, bool symmetric, int64_t rows,
                                 const int64_t *sources, int count, const int *hops, khop_i_visit visit, void *context);

#endif
