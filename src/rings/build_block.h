/* build_block.h: the search of one block of rows, or of one cluster of nodes, on one thread. */
#ifndef KHOP_RINGS_BUILD_BLOCK_H
#define KHOP_RINGS_BUILD_BLOCK_H

#include "rings/build_state.h"

/* Opens the search of a thread, by the thread itself; nothing where products search. */
khop_status khop_i_build_open_search(khop_i_build *b, int thread);
/* Searches block `index`. The sizes of its rows and slots go to offsets[cell + 1], to be summed up when the block
 * gets its slice; its columns go to the chunk, or stay in the search as bits. */
khop_status khop_i_build_block(khop_i_build *b, khop_i_chunk *chunk, int64_t index, int thread);
/* Searches cluster `index`: the sizes of its rows, or, where rings->columns is there, their columns. */
khop_status khop_i_build_cluster(khop_i_build *b, int64_t index, int thread);
/* Reads the bits of a block straight into its slice of the columns; offsets: of its first row. */
void khop_i_build_read_bits(const khop_i_build *b, const khop_i_msbfs *msbfs, const int64_t *offsets);

#endif
