/* block_graphblas.h: the rows of one block by masked products. */
#ifndef KHOP_RINGS_BLOCK_GRAPHBLAS_H
#define KHOP_RINGS_BLOCK_GRAPHBLAS_H

#include "rings/block.h"
#include "search/bfs_graphblas.h"

/* Masked products in GraphBLAS: every operator. At most KHOP_I_BLOCK_ROWS rows. */
khop_status khop_i_block_products(khop_i_chunk *chunk, int64_t *sizes, const khop_i_plan *plan,
                                  const khop_i_adjacency *adjacency, int64_t first, int64_t rows);

#endif
