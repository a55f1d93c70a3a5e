/* bfs_graphblas.h: breadth-first search from a block of sources at once, as masked products in GraphBLAS.
 *
 *   frontier F (rows x N)     F_0 = one node a row
 *   F_k<!M, structural, replace> = F_{k-1} any.pair A
 *
 * On an undirected graph a neighbour of ring k lies in ring k-1, k or k+1, so the mask M need only be
 * F_{k-1} + F_{k-2}; on a directed one it is everything visited. Walks have no mask. */
#ifndef KHOP_SEARCH_BFS_GRAPHBLAS_H
#define KHOP_SEARCH_BFS_GRAPHBLAS_H

#include <GraphBLAS.h>
#include <khop/rings.h>

/* Initialises GraphBLAS, unless the program has done so already. */
khop_status khop_i_graphblas(void);
/* A GrB_Info as a status, with the name of the step that failed. */
khop_status khop_i_graphblas_check(GrB_Info info, const char *step);

#define KHOP_GRB(call) KHOP_TRY(khop_i_graphblas_check((call), #call))

/* The adjacency matrix for a direction; FP64 ones for walk powers, BOOL else. */
khop_status khop_i_adjacency(GrB_Matrix *adjacency, const khop_graph *graph,
                             khop_direction direction, khop_operator op);

/* One asked hop of one block, sorted: the columns of its row r are columns[offsets[r]] to
 * columns[offsets[r + 1] - 1]. values is NULL except for walk powers; iso: all equal values[0]. */
typedef struct khop_i_level {
  int slot; /* which of the asked hops */
  int64_t rows;
  const GrB_Index *offsets;
  const GrB_Index *columns;
  const double *values;
  bool iso;
} khop_i_level;

typedef khop_status (*khop_i_visit)(const khop_i_level *level, void *context);

/* Lends the arrays of a matrix to visit, as one level, and puts them back, so that no allocator is
 * mixed with another: whoever initialised GraphBLAS chose it. */
khop_status khop_i_lend(GrB_Matrix matrix, bool numbers, int64_t rows, int slot, khop_i_visit visit,
                        void *context, GrB_Descriptor descriptor);

/* Rows that are searched at once by products. With fewer, the overhead of a product shows; beyond 256 there is little
 * to gain, and small graphs would have too few blocks for their threads. docs/notes/2026-11-graphblas.md has the times
 * by this number (AMD EPYC); to measure it anew, change it and ask bench_rings for "products 0" (bench/rings.c). */
#define KHOP_I_BLOCK_ROWS 256

/* Searches from sources (rows of them) and shows each asked hop to visit, ascending. Hops that are
 * empty for the whole block are not shown. One thread; call it from many. */
khop_status khop_i_bfs_graphblas(GrB_Matrix adjacency, khop_operator op, bool symmetric, int64_t rows,
                          const GrB_Index *sources, int count, const int *hops, khop_i_visit visit,
                          void *context);

#endif
