/* block_diagonal.h: the rings of some blocks of a block-diagonal graph, copied out of those of the whole.
 *
 *   whole    | block 0 | block 1 | block 2 | ..       a block is one range of rows, and so of offsets and columns
 *   chosen   | block 2 | block 0 |                    renumbered from 0 on
 *
 * Batches of graphs are made in this way, one after another in the same memory. */
#ifndef KHOP_RINGS_BLOCK_DIAGONAL_H
#define KHOP_RINGS_BLOCK_DIAGONAL_H

#include "rings/hop_csr.h"

/* An empty CSR with the slots of `like` and the capacity for so many nodes and entries. Errors: MEMORY. */
khop_status khop_i_hop_csr_reserve(khop_i_hop_csr **csr, const khop_i_hop_csr *like, int64_t nodes, int64_t entries);

/* Entries of the rows first[g] .. first[g + 1] - 1, of all slots. */
static inline int64_t khop_i_hop_csr_block_entries(const khop_i_hop_csr *csr, const int64_t *first, int64_t g) {
  return csr->offsets[first[g + 1] * csr->slots] - csr->offsets[first[g] * csr->slots];
}

/* Copies the rows of the blocks chosen (count), block g being nodes first[g] .. first[g + 1] - 1 of `from`. It
 * allocates nothing: the capacity must suffice. Cost: O(nodes and entries chosen). */
void khop_i_hop_csr_take_blocks(khop_i_hop_csr *csr, const khop_i_hop_csr *from, const int64_t *first, int64_t count,
                                const int64_t *chosen);

#endif
